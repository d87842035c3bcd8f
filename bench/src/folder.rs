//! Where data lies while it is measured.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::Problem;
use crate::arguments::Settings;

/// A new folder that is removed when dropped.
pub(crate) fn data_folder(benchmark: &str, settings: &Settings) -> Result<TempDir, Problem> {
    let program = std::env::current_exe()?;
    let beside = program.parent().map(PathBuf::from);
    let folder = settings.folder.clone().or(beside).ok_or("this program does not find itself")?;
    fs::create_dir_all(&folder)?;
    Ok(tempfile::Builder::new().prefix(&format!("bench-{benchmark}-")).tempdir_in(folder)?)
}
