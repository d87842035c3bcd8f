//! Copies a log, even while a writer is running.

use std::path::{Path, PathBuf};

use acquaint_log::Position;

use crate::disk::Disk;
use crate::error::{Attempt, OpenError};
use crate::file_log::{FileLog, Options};
use crate::frame_map::Map;
use crate::segment::{self, UNFINISHED_SUFFIX};
use crate::storage::{Access, Storage};
use crate::verify::VerifyReport;
use crate::walk::Depth;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The log or its copy did not open, or a file could not be read or written.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The folder for the copy is not empty.
    #[error("`{folder}` is not empty, it holds `{found}`; name a new folder for the backup")]
    NotEmpty {
        /// The folder for the copy.
        folder: PathBuf,
        /// The name of one file in it.
        found: String,
    },
    /// The copy does not verify, or does not reach the end of the log.
    #[error("{0}; the copy is no backup: verify the log, or restore it from an earlier backup")]
    Damaged(String),
}

/// The size of the chunks in which files are copied, bytes.
const PIECE_BYTES: usize = 1 << 20;

impl FileLog {
    /// Copies the log in `folder` as it is now into the new folder `to`: every durable event up to this moment, and none in
    /// part. A writer may be running. The copy is verified, and then marked as closed.
    ///
    /// Until the copy is complete, it does not count as a log: its first segment gets its name last.
    ///
    /// # Errors
    /// [`BackupError`]. What was copied so far is left in `to`.
    pub fn backup(folder: &Path, to: &Path) -> Result<VerifyReport, BackupError> {
        let log = FileLog::open_read_only(folder)?;
        let map = log.current_map();
        let (from, copy) = (Disk::new(folder), Disk::new(to));
        copy.create_folder().attempt("create", to, "")?;
        let names = copy.names().attempt("list", to, "")?;
        if let Some(found) = names.into_iter().next() {
            return Err(BackupError::NotEmpty { folder: to.to_owned(), found });
        }
        let names: Vec<String> =
            (1..=map.header.id).filter_map(|id| map.first_of(id)).map(segment::name).collect();
        for name in &names {
            copy_segment(&from, &copy, &map, name)?;
        }
        for name in names.iter().rev() {
            copy.rename(&unfinished(name), name).attempt("rename", to, name)?;
        }
        copy.sync_folder().attempt("sync", to, "")?;
        let report = FileLog::verify(to, Depth::Roots, &|_| {})?;
        match &report.damage {
            Some(damage) => return Err(BackupError::Damaged(damage.to_string())),
            None if report.last != map.tail.position.previous() => {
                let last = map.tail.position.previous().map_or(0, Position::get);
                return Err(BackupError::Damaged(format!("the copy does not reach event {last}")));
            }
            None => {}
        }
        // Opening and closing the copy writes the mark that protects its last batch.
        drop(FileLog::open(to, &Options { scrub: None, ..Options::default() })?);
        Ok(report)
    }
}

fn unfinished(name: &str) -> String {
    format!("{}{UNFINISHED_SUFFIX}", name.trim_end_matches(".segment"))
}

/// Copies one segment; of the last one, only the durable part, followed by zeros.
fn copy_segment(from: &Disk, to: &Disk, map: &Map, name: &str) -> Result<(), OpenError> {
    let end = if *name == map.tail_name() { map.tail.offset } else { map.header.segment_bytes };
    let mut source = from.open(name, Access::Read).attempt("open", from.path(), name)?;
    let unfinished = unfinished(name);
    let mut copy = to.open(&unfinished, Access::Create).attempt("create", to.path(), &unfinished)?;
    let mut offset = 0;
    while offset < map.header.segment_bytes {
        let length = (map.header.segment_bytes - offset).min(PIECE_BYTES as u64);
        let mut piece = vec![0; length as usize];
        let readable = end.saturating_sub(offset).min(length) as usize;
        source.read_exact_at(offset, &mut piece[..readable]).attempt("read", from.path(), name)?;
        copy.write_at(offset, &piece).attempt("write", to.path(), &unfinished)?;
        offset += length;
    }
    copy.sync().attempt("sync", to.path(), &unfinished)
}
