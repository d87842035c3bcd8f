//! The machine on which the figures were measured.

use std::fmt;
use std::fs;
use std::path::Path;

use rustix::time::{ClockId, clock_gettime};

/// The machine, as the operating system describes it.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    memory_gib: u64,
    kernel: String,
    file_system: String,
}

impl Machine {
    /// This machine, and the file system of `folder`.
    pub(crate) fn of(folder: &Path) -> Machine {
        let processor = line_of("/proc/cpuinfo", "model name", ':');
        let memory = line_of("/proc/meminfo", "MemTotal", ':');
        let memory_kib = memory.split(' ').next().and_then(|number| number.parse::<u64>().ok());
        let system = rustix::system::uname();
        Machine {
            processor,
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: memory_kib.unwrap_or_default().div_ceil(1 << 20),
            kernel: format!("{} {}", system.sysname().to_string_lossy(), system.release().to_string_lossy()),
            file_system: file_system_of(folder),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { processor, cores, memory_gib, kernel, file_system } = self;
        write!(f, "Machine: {cores} cores of {processor}, {memory_gib} GiB, {kernel}, {file_system}")
    }
}

/// Processor time so far, in seconds: of this thread or of all threads of this process.
pub(crate) fn processor_seconds(of: ClockId) -> f64 {
    let time = clock_gettime(of);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// The value of the first line of `file` whose key is `name`; `unknown` if there is none.
fn line_of(file: &str, name: &str, separator: char) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let found =
        text.lines().filter_map(|line| line.split_once(separator)).find(|(key, _)| key.trim() == name);
    found.map_or_else(|| String::from("unknown"), |(_, value)| value.trim().to_owned())
}

fn file_system_of(folder: &Path) -> String {
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    mount_of(&folder, &mounts).unwrap_or_else(|| String::from("file system unknown"))
}

/// The type and options of the innermost mount that contains `folder`, from the text of `mountinfo`.
fn mount_of(folder: &Path, mounts: &str) -> Option<String> {
    let mounts = mounts.lines().filter_map(|line| {
        let (place, kind) = line.split_once(" - ")?;
        let at = place.split(' ').nth(4)?;
        let mut kind = kind.split(' ');
        let (name, options) = (kind.next()?, kind.nth(1)?);
        folder.starts_with(at).then_some((at, name, options))
    });
    // Of two mounts at the same place, the later one hides the other.
    let (_, name, options) = mounts.max_by_key(|(at, ..)| at.len())?;
    Some(format!("{name} ({options})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_mount_counts() {
        let mounts = "21 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard\n\
                      30 21 0:25 / /run/data rw shared:5 - tmpfs tmpfs rw,size=10k\n";
        let check = |folder: &str, expected: &str| {
            assert_eq!(mount_of(Path::new(folder), mounts).as_deref(), Some(expected));
        };
        check("/run/data/x", "tmpfs (rw,size=10k)");
        check("/run/database", "ext4 (rw,discard)");
    }
}
