//! The files of a data folder: where the log, the checkpoints and the last writer's summary are.
//!
//! For programs that look into a folder themselves, as the command line does. A program that embeds the engine needs only
//! [`Engine::builder`](crate::Engine::builder).

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use acquaint_engine::{Checkpoints, Views};
use acquaint_log::{EventLog, Position};
use acquaint_log_file::{LogId, Options, Witness};

/// No summary is longer, in bytes: what is in its place may have no end.
const SUMMARY_BYTES_MAX: u64 = 64 << 10;

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

    /// The text of the summary that the last writer left; empty where there is none that can be read.
    pub fn read_summary(&self) -> String {
        let mut summary = String::new();
        let read = fs::File::open(self.summary())
            .and_then(|file| file.take(SUMMARY_BYTES_MAX).read_to_string(&mut summary));
        if read.is_ok() { summary } else { String::new() }
    }

    /// Writes the summary, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written; the one before is still there.
    pub fn write_summary(&self, summary: &str) -> io::Result<()> {
        let path = self.summary();
        let unfinished = path.with_extension("new");
        let written = fs::write(&unfinished, summary).and_then(|()| fs::rename(&unfinished, &path));
        if written.is_err() {
            // The first error is the one to return.
            let _left = fs::remove_file(&unfinished);
        }
        written
    }

    /// Everything in the folder that shows how long its log was: the summary and the checkpoints. What cannot be read shows
    /// nothing.
    pub fn witnesses(&self) -> Vec<Witness> {
        let (file, summary) = (self.summary(), self.read_summary());
        let last = line(&summary, "position").and_then(|number| Position::new(number.parse().ok()?));
        let history = line(&summary, "history").and_then(hash);
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
