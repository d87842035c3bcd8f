//! The file system is full: the log must stop, and open again when there is space.

use std::fs;
use std::path::Path;

use super::Plan;
use super::image::Image;
use super::writer::{self, Writer};

const IMAGE_BYTES: u64 = 16 << 20;
const SEGMENT_BYTES: u64 = 256 << 10;
/// The size of the file that is removed to make space again.
const BALLAST_BYTES: usize = 2 << 20;

pub(super) fn check(program: &Path, folder: &Path, plan: Plan) -> Result<String, String> {
    let image = Image::make(folder, "full", IMAGE_BYTES)?;
    let log = image.folder.join("log");
    let ballast = image.folder.join("ballast");
    let here = |problem: String| format!("full file system: {problem}");
    fs::write(&ballast, vec![1; BALLAST_BYTES]).map_err(|error| here(error.to_string()))?;
    let writer = Writer::start(&mut writer::append(program, &log, SEGMENT_BYTES, plan.seed)).map_err(here)?;
    let heard = writer.until_stopped().map_err(here)?;
    let why = heard.stopped.clone().unwrap_or_default();
    if !why.contains("No space left") {
        return Err(here(format!("the log stopped for another reason: {why}")));
    }
    fs::remove_file(&ballast).map_err(|error| here(error.to_string()))?;
    writer::check(program, &log, &heard, 1).map_err(here)?;
    Ok(format!(
        "file system full: the log stopped after {} batches and continued when there was space",
        heard.acknowledgements
    ))
}
