//! Reads files that commands name, up to a bound, so that not even `/dev/zero` can fill the memory.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use acquaint_domain::shown;

use crate::failure::CliError;
use crate::grammar::Exit;

/// The largest text file, in bytes, unless the caller has a bound of its own.
pub(crate) const FILE_BYTES_MAX: u64 = 16 << 20;

/// What the secret key of a head begins with: pasted in place of a path, it must not get into a terminal's or a job's log.
const SECRET: &str = "PRIVATE+KEY+";

/// Reads a whole text file; `wanted` says what file to give instead of a wrong one.
pub(crate) fn read(file: &Path, wanted: &str) -> Result<String, CliError> {
    read_within(file, wanted, FILE_BYTES_MAX)
}

/// Reads a whole text file of at most `bytes_max` bytes. A longer file or pipe is read only up to that, and refused.
pub(crate) fn read_within(file: &Path, wanted: &str, bytes_max: u64) -> Result<String, CliError> {
    let name = called(file);
    let bad = |what: String| CliError::new(Exit::BadInput, what);
    let unread = |error| bad(format!("`{name}` cannot be read: {error}; check the path"));
    let mut bytes = Vec::new();
    File::open(file).map_err(unread)?.take(bytes_max + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > bytes_max {
        let most = human_bytes(bytes_max);
        return Err(bad(format!("`{name}` is larger than {most}, the most for such a file; {wanted}")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let (whole, _) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let before = String::from_utf8_lossy(whole);
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
        bad(format!("{name}:{line}:{column}: this is not UTF-8 text; {wanted}"))
    })
}

/// Writes a new file that only its owner may read. An existing file is left alone, and a file with the name is whole.
pub(crate) fn write_new_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    // What an interrupted run left.
    let _gone = fs::remove_file(part);
    let written = write_private(part, bytes).and_then(|()| fs::hard_link(part, file));
    fs::remove_file(part).and(written)
}

fn write_private(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut new = options.open(file)?;
    new.write_all(bytes)?;
    new.sync_all()
}

/// A file's name, made safe to print.
pub(crate) fn called(file: &Path) -> String {
    if file.to_string_lossy().starts_with(SECRET) {
        return "the secret key that stands where a file is wanted".to_owned();
    }
    shown(&file.display().to_string()).into_owned()
}

fn human_bytes(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MiB", bytes >> 20) } else { format!("{} KiB", bytes >> 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_at_the_bound_is_read_and_one_byte_more_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.acq");
        let read = |bytes: usize| {
            std::fs::write(&file, "x".repeat(bytes)).expect("it is written");
            read_within(&file, "give a script", 2 << 10)
        };
        assert_eq!(read(2 << 10).expect("within the bound").len(), 2 << 10);
        let failure = read((2 << 10) + 1).expect_err("one byte too many");
        assert_eq!(failure.exit, Exit::BadInput);
        let said = failure.sentence.expect("it says why");
        assert!(said.ends_with("is larger than 2 KiB, the most for such a file; give a script"), "{said}");
    }

    #[cfg(unix)]
    #[test]
    fn an_endless_file_is_refused() {
        let failure = read_within(Path::new("/dev/zero"), "give a script", 4 << 10).expect_err("no end");
        assert_eq!(failure.exit, Exit::BadInput);
    }
}
