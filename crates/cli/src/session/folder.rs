//! The data folder: the path of its log, and how to wait for another process that has it open.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use acquaint_log_file::{FileLog, OpenError};

use crate::failure::CliError;
use crate::grammar::{Exit, Global};
use crate::maintain::evidence;

/// The first and the longest pause between two attempts to open the folder.
const PAUSES: (Duration, Duration) = (Duration::from_millis(2), Duration::from_millis(50));

/// Opens what only one process may have open, and tries again for as long as `--wait` allows while another has it.
pub(crate) fn waiting<T>(
    global: &Global,
    mut open: impl FnMut() -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    let patience = global.wait.map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or_default());
    let (patience, began) = (Duration::from_millis(patience), Instant::now());
    let mut pause = PAUSES.0;
    loop {
        let opened = open();
        let left = patience.saturating_sub(began.elapsed());
        if !matches!(opened, Err(OpenError::Locked { .. })) || left.is_zero() {
            return opened;
        }
        thread::sleep(pause.min(left));
        pause = (pause * 2).min(PAUSES.1);
    }
}

/// Whether the data folder has a log.
pub(crate) fn has_data(global: &Global) -> bool {
    global.data.join("log").is_dir()
}

/// Opens the log of a folder for reading.
pub(crate) fn open_log(data: &Path) -> Result<FileLog, CliError> {
    let opened = FileLog::open_read_only(&log_folder(data)?);
    if let Err(OpenError::Absent { .. }) = opened {
        evidence::check_never_written(data)?;
        return Err(CliError::new(
            Exit::BadInput,
            format!(
                "there is no data in `{}`; name the folder with --data, or start one with `acquaint member add HANDLE`",
                data.display()
            ),
        ));
    }
    Ok(opened?)
}

/// The path of a data folder's log. A file in the place of a folder is bad input, not a failure of the disk.
pub(crate) fn log_folder(data: &Path) -> Result<PathBuf, CliError> {
    let log = data.join("log");
    match log.ancestors().find(|path| path.exists() && !path.is_dir()) {
        Some(file) => {
            let sentence = format!("`{}` is not a folder; name the data folder with --data", file.display());
            Err(CliError::new(Exit::BadInput, sentence))
        }
        None => Ok(log),
    }
}
