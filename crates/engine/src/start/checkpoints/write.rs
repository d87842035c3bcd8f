//! Writes checkpoints, and removes those that they replace.

use std::fs;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use acquaint_checkpoint::{CheckpointHead, FORMAT, Section};
use acquaint_log::EventLog;

use super::snapshot::PARTS;
use super::{Checkpoints, Name, history};
use crate::state::views::Views;

/// A checkpoint that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenCheckpoint {
    /// The last event that its views cover.
    pub position: u64,
    /// Length of the file, bytes.
    pub bytes: u64,
    /// Path of the checkpoint's file.
    pub file: PathBuf,
}

/// Why no checkpoint was written. Older checkpoints remain.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// A file or the folder cannot be written.
    #[error("the checkpoint cannot be written into `{folder}`: {source}")]
    Io {
        /// Path of the checkpoints' folder.
        folder: PathBuf,
        /// Error of the file system.
        source: io::Error,
    },
    /// The views are incomplete or ahead of what is durable, or the log cannot be read.
    #[error("no checkpoint of event {position} can be made: {reason}")]
    Log {
        /// The last event that the views cover.
        position: u64,
        /// What is wrong, as the end of a sentence.
        reason: String,
    },
}

/// How many checkpoints are kept: if the newest is damaged, there is one more.
const KEPT_COUNT: usize = 2;
/// Bytes between two syncs: a large sync would delay the log's own syncs.
const SYNC_BYTES: usize = 1 << 20;
/// Suffix of an unfinished file's name, before the id of the process that writes it.
const UNFINISHED: &str = ".new-";

impl Checkpoints {
    /// Writes a checkpoint of `views`, which were built from `log`, and removes all but the newest two.
    ///
    /// The file gets its final name once all of it is on disk.
    ///
    /// # Errors
    /// The views are incomplete or ahead of what is durable; or the file cannot be written.
    pub fn write(&self, log: &dyn EventLog, views: &Views) -> Result<WrittenCheckpoint, CheckpointError> {
        let position = views.last().0;
        let failed = |reason| CheckpointError::Log { position, reason };
        if position == 0 {
            return Err(failed("the log has no events".to_owned()));
        }
        if position >= log.next_position().get() {
            return Err(failed("it is not durable yet".to_owned()));
        }
        if views.ledger.needs_backfill() {
            // A start from this checkpoint would take the counters as they are, and never fill them.
            return Err(failed("the counters of the policy in force are not filled yet".to_owned()));
        }
        let history = history(log, position).map_err(failed)?;
        let at = views.last_at.as_millis();
        let head = CheckpointHead { log: self.log, position, at, history, sections: Vec::new() };
        let written = self.write_file(head, views).and_then(|written| {
            self.remove_replaced(position)?;
            Ok(written)
        });
        written.map_err(|source| CheckpointError::Io { folder: self.folder.clone(), source })
    }

    /// Writes the complete file, or leaves none.
    fn write_file(&self, head: CheckpointHead, views: &Views) -> io::Result<WrittenCheckpoint> {
        fs::create_dir_all(&self.folder)?;
        let position = head.position;
        let path = self.path(Name { position, format: FORMAT });
        let mut unfinished = path.clone().into_os_string();
        unfinished.push(format!("{UNFINISHED}{}", std::process::id()));
        let written = write_sections(Path::new(&unfinished), head, views);
        let named = written.and_then(|bytes| fs::rename(&unfinished, &path).map(|()| bytes));
        let bytes = named.inspect_err(|_| {
            // The error of the write is reported; an error of this clean-up is not.
            let _removed = fs::remove_file(&unfinished);
        })?;
        sync_folder(&self.folder)?;
        Ok(WrittenCheckpoint { position, bytes, file: path })
    }

    /// Removes the checkpoints that the one at `position` and the one before it replace, those of older formats, and older
    /// unfinished files. Files of a newer format are left alone.
    fn remove_replaced(&self, position: u64) -> io::Result<()> {
        let names = self.names()?;
        let ours = names.iter().filter(|name| name.format == FORMAT && name.position <= position);
        let older = names.iter().filter(|name| name.format < FORMAT);
        let mut removed: Vec<PathBuf> =
            ours.skip(KEPT_COUNT).chain(older).map(|name| self.path(*name)).collect();
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let begun = name.to_str().and_then(|name| Name::read(name.split_once(UNFINISHED)?.0));
            removed.extend(begun.filter(|begun| begun.position < position).map(|_| entry.path()));
        }
        for path in removed {
            match fs::remove_file(path) {
                // Another process has removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                other => other?,
            }
        }
        Ok(())
    }
}

/// Writes `head`, whose sections are not known yet, and the sections. Returns the length of the file, bytes.
fn write_sections(path: &Path, mut head: CheckpointHead, views: &Views) -> io::Result<u64> {
    // Never write into a leftover of a process with the same id, or into something that is not a regular file.
    let _removed = fs::remove_file(path);
    let mut file = fs::File::create_new(path)?;
    // Space for the head, whose bytes are known last.
    file.write_all(&vec![0; CheckpointHead::len_with(PARTS.len())])?;
    let mut bytes = CheckpointHead::len_with(PARTS.len()) as u64;
    for part in PARTS {
        let part = part(views);
        head.sections.push(Section::of(&part));
        bytes += part.len() as u64;
        for piece in part.chunks(SYNC_BYTES) {
            file.write_all(piece)?;
            file.sync_data()?;
        }
    }
    file.rewind()?;
    file.write_all(&head.bytes())?;
    file.sync_all()?;
    Ok(bytes)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}
