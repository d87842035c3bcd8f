//! The files of a data folder: where the log, the checkpoints and the last writer's summary are.
//!
//! For programs that read a folder themselves, as the command line does. A program that embeds the engine needs only
//! [`Engine::builder`](crate::Engine::builder).

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use acquaint_engine::{Checkpoints, Views};
use acquaint_log::{EventLog, Position};
use acquaint_log_file::{LogId, Options, Witness};

/// The paths inside a data folder, which need not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The data folder at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The path of the data folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The folder with the log's segments.
    pub fn log(&self) -> PathBuf {
        self.path.join("log")
    }

    /// The folder with the checkpoints.
    pub fn checkpoints(&self) -> PathBuf {
        self.path.join("checkpoints")
    }

    /// The file in which a writer leaves a summary of its views: the log's length, and a digest of each view.
    pub fn summary(&self) -> PathBuf {
        self.path.join("views")
    }

    /// Writes a summary with these lines, atomically.
    ///
    /// # Errors
    /// The summary cannot be written; the previous one is unchanged.
    pub fn write_summary(&self, lines: &str) -> io::Result<()> {
        let path = self.summary();
        let unfinished = path.with_extension("new");
        // Never write into what an interrupted writer left here, or into something that is not a regular file.
        let _gone = fs::remove_file(&unfinished);
        let text = Summary::written(lines);
        let written = fs::File::create_new(&unfinished)
            .and_then(|mut new| new.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&unfinished, &path));
        if written.is_err() {
            // The first error is the one to return.
            let _left = fs::remove_file(&unfinished);
        }
        written
    }

    /// Everything in the folder that proves how long its log was: the summary and the checkpoints. An unreadable file proves
    /// nothing.
    pub fn witnesses(&self) -> Vec<Witness> {
        let (file, summary) = (self.summary(), Summary::of(&self.path));
        let summary = summary.lines();
        let last = line(summary, "position").and_then(|number| Position::new(number.parse().ok()?));
        let history = line(summary, "history").and_then(hash);
        let summary = last.map(|last| Witness { file, log: None, last, history });
        let proofs = Checkpoints::proofs(&self.checkpoints()).unwrap_or_default();
        let checkpoints = proofs.into_iter().filter_map(|(file, proof)| {
            let last = Position::new(proof.position)?;
            Some(Witness { file, log: Some(LogId::from_bytes(proof.log)), last, history: proof.history })
        });
        summary.into_iter().chain(checkpoints).collect()
    }

    /// Options for opening the log as a writer, which refuse a log that ends before the last event that the witnesses prove.
    pub fn writer_options(&self) -> Options {
        let mut witnesses = self.witnesses();
        for witness in witnesses.iter_mut().filter(|witness| witness.log.is_some()) {
            // The engine compares the history with that of the checkpoint that it starts from.
            witness.history = None;
        }
        Options { witnesses, ..Options::default() }
    }
}

/// The most bytes that are read as a summary, larger than any summary: another file in its place may be endless.
const SUMMARY_BYTES_MAX: u64 = 64 << 10;

/// The summary that a writer leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Summary {
    /// There is no summary.
    Absent,
    /// The file is not what a writer wrote, and proves nothing.
    Damaged,
    /// The summary's lines, without the checksum.
    Whole(String),
}

/// Whether every user of the machine may read or write a file. Where files have no such bits, never.
#[must_use]
pub fn is_open_to_everybody(facts: &fs::Metadata) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        facts.permissions().mode() & 0o006 != 0
    }
    #[cfg(not(unix))]
    {
        let _facts = facts;
        false
    }
}

impl Summary {
    /// Reads the summary in the data folder `data`.
    pub fn of(data: &Path) -> Self {
        let file = DataFolder::at(data).summary();
        match fs::metadata(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Self::Absent
            }
            // Another kind of file may be endless, or block until somebody writes to it.
            Ok(facts) if facts.is_file() && facts.len() <= SUMMARY_BYTES_MAX => {
                fs::read_to_string(&file).map_or(Self::Damaged, |text| Self::read(&text))
            }
            Ok(_) | Err(_) => Self::Damaged,
        }
    }

    /// Parses a text that begins with its checksum, or one by an earlier version, which had none.
    fn read(text: &str) -> Self {
        let lines = match text.strip_prefix(SUM).and_then(|rest| rest.split_once('\n')) {
            Some((sum, lines)) => Some(lines).filter(|lines| sum == checksum(lines)),
            None => Some(text).filter(|text| text.starts_with("position ")),
        };
        lines.map_or(Self::Damaged, |lines| Self::Whole(lines.to_owned()))
    }

    /// The content of the file for these lines: the checksum, then the lines.
    pub fn written(lines: &str) -> String {
        format!("{SUM}{}\n{lines}", checksum(lines))
    }

    /// The summary's lines; empty if it is damaged or absent.
    pub fn lines(&self) -> &str {
        match self {
            Self::Absent | Self::Damaged => "",
            Self::Whole(lines) => lines,
        }
    }
}

/// Prefix of the first line, which holds the checksum of the lines after it.
const SUM: &str = "sum ";

fn checksum(lines: &str) -> String {
    blake3::hash(lines.as_bytes()).to_hex().to_string()
}

/// The lines of a summary about the views: the last event that they include, the version that built them, a digest of each.
pub fn views_summary(views: &Views) -> String {
    let digests =
        views.digests().into_iter().map(|digest| format!("{} {}\n", digest.view, hex(&digest.hash)));
    format!(
        "position {}\nversion {}\n{}",
        views.last(),
        env!("CARGO_PKG_VERSION"),
        digests.collect::<String>()
    )
}

/// The line of a summary with the hash of the log's history up to event `last`; empty for a log that keeps no such hash.
pub fn history_line(log: &dyn EventLog, last: u64) -> String {
    let position = Position::new(last);
    // If the hash cannot be read, the summary still says how long the log was.
    let history = position.and_then(|position| log.history(position).ok().flatten());
    history.map_or_else(String::new, |history| format!("history {}\n", hex(&history)))
}

/// The value of the summary line that begins with `name`; `None` if there is no such line.
pub fn line<'s>(summary: &'s str, name: &str) -> Option<&'s str> {
    summary.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads 64 hexadecimal digits.
fn hash(digits: &str) -> Option<[u8; 32]> {
    let is_hash = digits.len() == 64 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..32).map(|index| byte(2 * index)).collect();
    bytes.filter(|_| is_hash)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_that_lost_or_changed_a_byte_shows_nothing() {
        let lines = "position 12\nversion 0.1.0\npending 0a\nhistory ff\n";
        let written = Summary::written(lines);
        assert!(matches!(Summary::read(&written), Summary::Whole(read) if read == lines));
        for end in 0..written.len() {
            assert!(matches!(Summary::read(&written[..end]), Summary::Damaged), "cut at {end}");
        }
        for at in 0..written.len() {
            let mut bytes = written.clone().into_bytes();
            bytes[at] ^= 1;
            let text = String::from_utf8(bytes).expect("ASCII");
            assert!(matches!(Summary::read(&text), Summary::Damaged), "changed at {at}");
        }
        assert!(matches!(Summary::read(lines), Summary::Whole(_)), "by an earlier version");
    }
}
