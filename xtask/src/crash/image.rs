//! A file system in a file, mounted through a loop device.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::succeed;

/// A mounted file; unmounted when dropped, the loop device with it.
pub(super) struct Image {
    file: PathBuf,
    /// Where it is mounted.
    pub(super) folder: PathBuf,
}

impl Image {
    /// Makes an ext4 with a journal in a new file of `bytes` bytes and mounts it, both below `folder`.
    pub(super) fn make(folder: &Path, name: &str, bytes: u64) -> Result<Image, String> {
        let file = folder.join(format!("{name}.image"));
        let mount = folder.join(name);
        let made = File::create(&file).and_then(|made| made.set_len(bytes));
        made.and_then(|()| fs::create_dir_all(&mount))
            .map_err(|error| format!("{} could not be made: {error}", file.display()))?;
        succeed(Command::new("mkfs.ext4").args(["-q", "-F", "-O", "has_journal"]).arg(&file))?;
        let image = Image { file, folder: mount };
        image.mount()?;
        Ok(image)
    }

    pub(super) fn mount(&self) -> Result<(), String> {
        succeed(Command::new("mount").args(["-o", "loop"]).arg(&self.file).arg(&self.folder))
    }

    /// Unmounts it. A process that has just ended may hold it for another moment.
    pub(super) fn unmount(&self) -> Result<(), String> {
        let mut last = Ok(());
        for _ in 0..50 {
            last = succeed(Command::new("umount").arg(&self.folder));
            if last.is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(20));
        }
        last
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if is_mounted(&self.folder) && self.unmount().is_err() {
            let _best_effort = succeed(Command::new("umount").arg("--lazy").arg(&self.folder));
        }
        detach(&self.file);
    }
}

fn is_mounted(folder: &Path) -> bool {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    mounts().contains(&folder)
}

fn mounts() -> Vec<PathBuf> {
    let text = fs::read_to_string("/proc/self/mounts").unwrap_or_default();
    text.lines()
        .filter_map(|line| line.split(' ').nth(1))
        .map(|path| PathBuf::from(path.replace("\\040", " ")))
        .collect()
}

/// Detaches the loop devices of `file`; `umount` does it, but for one that failed.
fn detach(file: &Path) {
    let listed = Command::new("losetup").arg("-j").arg(file).stderr(Stdio::null()).output();
    let listed =
        listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    for device in listed.lines().filter_map(|line| line.split(':').next()) {
        let _best_effort = succeed(Command::new("losetup").arg("-d").arg(device));
    }
}

/// Unmounts and detaches what a run that was ended from outside has left below `folder`.
pub(super) fn unmount_below(folder: &Path) {
    let Ok(folder) = folder.canonicalize() else { return };
    for mount in mounts().iter().filter(|mount| mount.starts_with(&folder)) {
        let _best_effort = succeed(Command::new("umount").arg(mount));
    }
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "image") {
            detach(&entry.path());
        }
    }
}

/// Whether loop devices can be mounted here; if not, why.
pub(super) fn try_out(folder: &Path) -> Result<(), String> {
    Image::make(folder, "first", 4 << 20)?.unmount()
}
