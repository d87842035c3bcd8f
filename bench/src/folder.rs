//! The folder for data during a measurement, and the folder of research data.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Problem;
use crate::arguments::Settings;

/// The text of a file of research data, in a folder next to the checkout; `None`, with a notice, if it is missing.
pub(crate) fn research_data(file: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let text = fs::read_to_string(folder.join(file)).ok();
    if text.is_none() {
        eprintln!("skipped: shared/data/{file} is not next to the checkout");
    }
    text
}

/// Creates a folder that is removed when dropped.
pub(crate) fn data_folder(benchmark: &str, settings: &Settings) -> Result<TempDir, Problem> {
    let program = std::env::current_exe()?;
    let parent = program.parent().map(PathBuf::from);
    let folder = settings.folder.clone().or(parent).ok_or("this program has no folder")?;
    fs::create_dir_all(&folder)?;
    Ok(tempfile::Builder::new().prefix(&format!("bench-{benchmark}-")).tempdir_in(folder)?)
}
