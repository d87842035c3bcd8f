//! The files of a data folder: where the log, the checkpoints and the last writer's summary are.
//!
//! For programs that look into a folder themselves, as the command line does. A program that embeds the engine needs only
//! [`Engine::builder`](crate::Engine::builder).

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use acquaint_engine::{Checkpoints, Views};
use acquaint_log::{EventLog, Position};
use acquaint_log_file::{LogId, Options, Witness};

/// A data folder, which need not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataFolder {
    path: PathBuf,
}

impl DataFolder {
    /// The data folder at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The folder itself.
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

    /// The file in which a writer leaves a summary of its views: how long the log was, and a digest of each view.
    pub fn summary(&self) -> PathBuf {
        self.path.join("views")
    }

    /// Writes a summary of these lines, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written; the one before is still there.
    pub fn write_summary(&self, lines: &str) -> io::Result<()> {
        let path = self.summary();
        let unfinished = path.with_extension("new");
        // What a writer that was stopped has left there, or what is no regular file, is not written into.
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

    /// Everything in the folder that shows how long its log was: the summary and the checkpoints. What cannot be read shows
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

    /// How a writer opens the log: it is refused a log that ends before what the witnesses show.
    pub fn writer_options(&self) -> Options {
        let mut witnesses = self.witnesses();
        for witness in witnesses.iter_mut().filter(|witness| witness.log.is_some()) {
            // The engine compares the history of the checkpoint that it begins with.
            witness.history = None;
        }
        Options { witnesses, ..Options::default() }
    }
}

/// More than any summary has, in bytes: what stands in its place may have no end.
const SUMMARY_BYTES_MAX: u64 = 64 << 10;

/// The summary that a writer leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Summary {
    /// There is none.
    Absent,
    /// It is not what a writer wrote, and shows nothing.
    Damaged,
    /// Its lines, without the checksum.
    Whole(String),
}

impl Summary {
    /// The one in the data folder `data`.
    pub fn of(data: &Path) -> Self {
        let file = DataFolder::at(data).summary();
        match fs::metadata(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                Self::Absent
            }
            // Another kind of file may have no end, or wait for somebody who writes to it.
            Ok(facts) if facts.is_file() && facts.len() <= SUMMARY_BYTES_MAX => {
                fs::read_to_string(&file).map_or(Self::Damaged, |text| Self::read(&text))
            }
            Ok(_) | Err(_) => Self::Damaged,
        }
    }

    /// A text that begins with its checksum, or one of an earlier version, which had none.
    fn read(text: &str) -> Self {
        let lines = match text.strip_prefix(SUM).and_then(|rest| rest.split_once('\n')) {
            Some((sum, lines)) => Some(lines).filter(|lines| sum == checksum(lines)),
            None => Some(text).filter(|text| text.starts_with("position ")),
        };
        lines.map_or(Self::Damaged, |lines| Self::Whole(lines.to_owned()))
    }

    /// These lines as the file has them.
    pub fn written(lines: &str) -> String {
        format!("{SUM}{}\n{lines}", checksum(lines))
    }

    /// Its lines; none of one that is damaged or not there.
    pub fn lines(&self) -> &str {
        match self {
            Self::Absent | Self::Damaged => "",
            Self::Whole(lines) => lines,
        }
    }
}

/// How the line begins that has the checksum of those after it.
const SUM: &str = "sum ";

fn checksum(lines: &str) -> String {
    blake3::hash(lines.as_bytes()).to_hex().to_string()
}

/// The lines of a summary about the views: how far they go, the version that built them, a digest of each.
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

/// The line of a summary that names the log's history up to event `last`; empty for a log that keeps no such hash.
pub fn history_line(log: &dyn EventLog, last: u64) -> String {
    let position = Position::new(last);
    // Without it, the summary still says how long the log was.
    let history = position.and_then(|position| log.history(position).ok().flatten());
    history.map_or_else(String::new, |history| format!("history {}\n", hex(&history)))
}

/// The value of the line of a summary that begins with `name`.
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
        assert!(matches!(Summary::read(lines), Summary::Whole(_)), "of an earlier version");
    }
}
