//! A file system in a file, mounted through a loop device.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use super::succeed;

/// A mounted image file. Dropping it unmounts the file system and detaches the loop device.
pub(super) struct Image {
    file: PathBuf,
    /// The mount point.
    pub(super) folder: PathBuf,
}

impl Image {
    /// Creates an ext4 file system with a journal in a new file of `bytes` bytes, and mounts it; both are below `folder`.
    pub(super) fn make(folder: &Path, name: &str, bytes: u64) -> Result<Image, String> {
        let file = folder.join(format!("{name}.image"));
        let mount = folder.join(name);
        let made = File::create(&file).and_then(|made| made.set_len(bytes));
        made.and_then(|()| fs::create_dir_all(&mount))
            .map_err(|error| format!("{} could not be created: {error}", file.display()))?;
        succeed(Command::new("mkfs.ext4").args(["-q", "-F", "-O", "has_journal"]).arg(&file))?;
        let image = Image { file, folder: mount };
        image.mount()?;
        Ok(image)
    }

    pub(super) fn mount(&self) -> Result<(), String> {
        succeed(Command::new("mount").args(["-o", "loop"]).arg(&self.file).arg(&self.folder))
    }

    /// Unmounts it. Retries for a second, because a process that has just ended may still hold it.
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

/// Detaches the loop devices of `file`, which `umount` does unless it failed.
fn detach(file: &Path) {
    let listed = Command::new("losetup").arg("-j").arg(file).stderr(Stdio::null()).output();
    let listed =
        listed.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    for device in listed.lines().filter_map(|line| line.split(':').next()) {
        let _best_effort = succeed(Command::new("losetup").arg("-d").arg(device));
    }
}

/// Unmounts and detaches what a killed run has left below `folder`.
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

/// Tries to mount a loop device; the error says why this is not possible here.
pub(super) fn try_out(folder: &Path) -> Result<(), String> {
    Image::make(folder, "first", 4 << 20)?.unmount()
}
