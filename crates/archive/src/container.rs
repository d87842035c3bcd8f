//! A zip file, a folder or a single file, read within limits. Nothing is ever extracted to disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::problem::ExportProblem;

/// How much of a container is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContainerLimits {
    /// The most entries in a zip file, or files in a folder.
    pub entries: usize,
    /// The size limit of one file, in bytes.
    pub file_bytes: u64,
    /// The limit on the total size of all files read, in bytes.
    pub total_bytes: u64,
    /// The highest ratio of unpacked to stored bytes, for files that unpack to more than 4 MB.
    pub ratio: u64,
}

/// Files that unpack to no more than this are exempt from the ratio: a small file of equal lines packs well and is no bomb.
const RATIO_FROM_BYTES: u64 = 4 << 20;

/// How deep folders are searched.
const DEPTH_MAX: usize = 8;

impl Default for ContainerLimits {
    /// Far above any real export (the largest seen has 30,000 entries and 60 MB of tables), and small enough to read safely.
    fn default() -> Self {
        Self { entries: 250_000, file_bytes: 256 << 20, total_bytes: 512 << 20, ratio: 200 }
    }
}

/// An opened container, which lists and reads files.
pub struct Container {
    name: String,
    source: ContainerSource,
    limits: ContainerLimits,
    read_bytes: u64,
}

enum ContainerSource {
    Zip(Box<dyn ReadZip>),
    Folder(BTreeMap<String, PathBuf>),
}

/// A zip file, whatever it is stored in.
trait ReadZip {
    fn names(&self) -> Vec<String>;
    fn read(&mut self, name: &str, limits: &ContainerLimits) -> Result<Vec<u8>, String>;
}

struct Zip<R>(ZipArchive<R>);

impl Container {
    /// Opens a zip file, a folder or a single file.
    ///
    /// # Errors
    /// The path does not exist, or is neither a folder nor a usable file, or is a malicious zip file.
    pub fn open(path: &Path, limits: ContainerLimits) -> Result<Self, ExportProblem> {
        let name = path.display().to_string();
        let cannot = |error: std::io::Error| {
            ExportProblem::of(&name, format!("cannot be read: {error}; check the path"))
        };
        let metadata = fs::metadata(path).map_err(cannot)?;
        if metadata.is_dir() {
            let mut files = BTreeMap::new();
            walk(path, "", 0, &mut files, limits.entries).map_err(|what| ExportProblem::of(&name, what))?;
            return Ok(Self { name, source: ContainerSource::Folder(files), limits, read_bytes: 0 });
        }
        if !metadata.is_file() {
            return Err(ExportProblem::of(
                &name,
                "is neither a file nor a folder; give the export as it was downloaded",
            ));
        }
        let mut file = File::open(path).map_err(cannot)?;
        let mut magic = [0; 4];
        let mut read = 0;
        while read < magic.len() {
            match file.read(&mut magic[read..]).map_err(cannot)? {
                0 => break,
                bytes => read += bytes,
            }
        }
        if magic.starts_with(b"PK") {
            file.rewind().map_err(cannot)?;
            return Self::of_zip(&name, BufReader::new(file), limits);
        }
        let is_zip = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"));
        if is_zip {
            return Err(ExportProblem::of(
                &name,
                "is called a zip file and is not one; ask the network for a fresh export",
            ));
        }
        let base = path.file_name().map(|base| base.to_string_lossy().into_owned()).unwrap_or_default();
        let files = BTreeMap::from([(base, path.to_owned())]);
        Ok(Self { name, source: ContainerSource::Folder(files), limits, read_bytes: 0 })
    }

    /// Opens a zip file stored in `reader`; messages call it `name`.
    ///
    /// # Errors
    /// It is not a zip file, or a malicious one.
    pub fn of_zip<R: Read + Seek + 'static>(
        name: &str,
        reader: R,
        limits: ContainerLimits,
    ) -> Result<Self, ExportProblem> {
        let archive =
            ZipArchive::new(reader).map_err(|error| ExportProblem::of(name, zip_message(&error)))?;
        if archive.has_duplicate_names() {
            let what = "holds two files with the same name, of which only one would be read: no network writes that; ask for a \
                        fresh export";
            return Err(ExportProblem::of(name, what));
        }
        if archive.len() > limits.entries {
            let what = format!(
                "holds {} entries, more than {}: no export does; ask the network for a fresh one",
                archive.len(),
                limits.entries
            );
            return Err(ExportProblem::of(name, what));
        }
        let zip = Zip(archive);
        if let Some(outside) = zip.names().iter().find(|entry| leads_outside(entry)) {
            let what = format!(
                "holds a file called {}, which leads out of the folder: no network writes that; do not unpack it",
                crate::problem::quoted(outside)
            );
            return Err(ExportProblem::of(name, what));
        }
        let source = ContainerSource::Zip(Box::new(zip));
        Ok(Self { name: name.to_owned(), source, limits, read_bytes: 0 })
    }

    /// The container's name, as messages show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The paths of the files in the container.
    pub fn names(&self) -> Vec<String> {
        match &self.source {
            ContainerSource::Zip(zip) => zip.names(),
            ContainerSource::Folder(files) => files.keys().cloned().collect(),
        }
    }

    /// Reads a whole file.
    ///
    /// # Errors
    /// The file cannot be read, or it or the total exceeds a limit.
    pub fn read(&mut self, name: &str) -> Result<Vec<u8>, ExportProblem> {
        let bytes = match &mut self.source {
            ContainerSource::Zip(zip) => zip.read(name, &self.limits),
            ContainerSource::Folder(files) => match files.get(name) {
                Some(path) => read_file(path, &self.limits),
                None => Err("is not there; check the path".to_owned()),
            },
        };
        let bytes = bytes.map_err(|what| ExportProblem::of(format!("{}/{name}", self.name), what))?;
        self.read_bytes += bytes.len() as u64;
        if self.read_bytes > self.limits.total_bytes {
            let what = format!(
                "holds more than {} of tables: no export does; ask the network for a fresh one",
                megabytes(self.limits.total_bytes)
            );
            return Err(ExportProblem::of(&self.name, what));
        }
        Ok(bytes)
    }
}

impl<R: Read + Seek> ReadZip for Zip<R> {
    fn names(&self) -> Vec<String> {
        let names = self.0.file_names().filter_map(Result::ok);
        names.filter(|name| !name.ends_with('/')).map(Cow::into_owned).collect()
    }

    fn read(&mut self, name: &str, limits: &ContainerLimits) -> Result<Vec<u8>, String> {
        let entry = self.0.by_name(name).map_err(|error| zip_message(&error))?;
        if entry.encrypted() {
            return Err(ENCRYPTED.to_owned());
        }
        if entry.is_symlink() {
            return Err("is a link to another file: no network writes that".to_owned());
        }
        // The sizes that a zip file declares cannot be trusted: count the bytes as they are unpacked.
        let stored = entry.compressed_size().max(1);
        let by_ratio = stored.saturating_mul(limits.ratio).max(RATIO_FROM_BYTES);
        let bytes_max = limits.file_bytes.min(by_ratio);
        let mut bytes = Vec::new();
        let read = entry.take(bytes_max + 1).read_to_end(&mut bytes);
        read.map_err(|error| format!("is damaged: {error}; download the export again"))?;
        if bytes.len() as u64 <= bytes_max {
            return Ok(bytes);
        }
        Err(if bytes_max < limits.file_bytes {
            format!(
                "unpacks to more than {} times its size, as a zip bomb does; ask the network for a fresh export",
                limits.ratio
            )
        } else {
            too_large(limits)
        })
    }
}

const ENCRYPTED: &str = "is encrypted; unpack it with its password first, and give the folder";

fn zip_message(error: &ZipError) -> String {
    let text = error.to_string();
    if text.to_lowercase().contains("password") || text.to_lowercase().contains("encrypt") {
        return ENCRYPTED.to_owned();
    }
    if matches!(error, ZipError::FileNotFound) {
        "is not in the zip file".to_owned()
    } else if let ZipError::UnsupportedArchive(what) = error {
        format!("is packed in an unsupported way ({what}); unpack it, and give the folder")
    } else {
        format!("is not a complete zip file ({text}); download the export again")
    }
}

/// Reads a file of at most `limits.file_bytes`.
fn read_file(path: &Path, limits: &ContainerLimits) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| format!("cannot be read: {error}; check the path"))?;
    let mut bytes = Vec::new();
    let read = file.take(limits.file_bytes + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot be read: {error}; check the disk"))?;
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(limits));
    }
    Ok(bytes)
}

fn too_large(limits: &ContainerLimits) -> String {
    format!(
        "is larger than {}: no file in an export is; ask the network for a fresh one",
        megabytes(limits.file_bytes)
    )
}

fn megabytes(bytes: u64) -> String {
    if bytes >= 1 << 20 { format!("{} MB", bytes >> 20) } else { format!("{bytes} bytes") }
}

/// Whether a path in a zip file leads out of the folder that the file would be unpacked into.
fn leads_outside(name: &str) -> bool {
    let is_outside = |part: Component<'_>| match part {
        Component::ParentDir | Component::RootDir | Component::Prefix(_) => true,
        Component::CurDir | Component::Normal(_) => false,
    };
    let windows = name.replace('\\', "/");
    let has_drive = windows.as_bytes().get(1) == Some(&b':');
    has_drive || name.contains('\0') || Path::new(&windows).components().any(is_outside)
}

/// Collects the files in a folder; links are skipped.
fn walk(
    folder: &Path,
    inside: &str,
    depth: usize,
    files: &mut BTreeMap<String, PathBuf>,
    entries_max: usize,
) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot be read: {error}; check the path"))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("cannot be read: {error}; check the disk"))?;
        let Ok(kind) = entry.file_type() else { continue };
        let name = format!("{inside}{}", entry.file_name().to_string_lossy());
        if kind.is_dir() && depth < DEPTH_MAX {
            walk(&entry.path(), &format!("{name}/"), depth + 1, files, entries_max)?;
        } else if kind.is_file() {
            files.insert(name, entry.path());
        }
        if files.len() > entries_max {
            return Err(format!("holds more than {entries_max} files; give the folder of the export itself"));
        }
    }
    Ok(())
}
