//! The folder for data during a measurement.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::Problem;
use crate::arguments::Settings;

/// Creates a folder that is removed when dropped.
pub(crate) fn data_folder(benchmark: &str, settings: &Settings) -> Result<TempDir, Problem> {
    let program = std::env::current_exe()?;
    let parent = program.parent().map(PathBuf::from);
    let folder = settings.folder.clone().or(parent).ok_or("this program has no folder")?;
    fs::create_dir_all(&folder)?;
    Ok(tempfile::Builder::new().prefix(&format!("bench-{benchmark}-")).tempdir_in(folder)?)
}
