//! The files of the repository, read once, and folders that commands use.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Folders with generated files.
const FOLDERS_NOT_READ: &[&str] = &[".git", "target", "acquaint-data", "node_modules"];

/// Folders with a separate workspace, which takes minutes to build and is built only on demand.
pub(crate) const SEPARATE_WORKSPACES: [&str; 2] = ["bench", "fuzz"];

/// A text file: its path relative to the repository with `/` between folders, and its content.
pub(crate) struct TextFile {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Every file of the repository, with the text of the UTF-8 files.
pub(crate) struct Tree {
    pub(crate) paths: BTreeSet<String>,
    pub(crate) texts: Vec<TextFile>,
}

impl Tree {
    /// Reads all files below `root`, ordered by path. A symbolic link counts as a path and is not followed.
    pub(crate) fn read(root: &Path) -> io::Result<Tree> {
        let mut tree = Tree { paths: BTreeSet::new(), texts: Vec::new() };
        tree.read_folder(root, "")?;
        tree.texts.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    fn read_folder(&mut self, root: &Path, folder: &str) -> io::Result<()> {
        for entry in fs::read_dir(root.join(folder))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
            let kind = entry.file_type()?;
            // `.git` is a file in a second work tree, so compare names before kinds.
            if FOLDERS_NOT_READ.contains(&name.as_str()) {
                continue;
            }
            if kind.is_dir() {
                self.read_folder(root, &path)?;
                continue;
            }
            if kind.is_file()
                && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
            {
                self.texts.push(TextFile { path: path.clone(), text });
            }
            self.paths.insert(path);
        }
        Ok(())
    }

    /// The text of one file; `None` if it does not exist or is not UTF-8.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.texts.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// Whether a file or a folder has this path.
    pub(crate) fn has(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.paths.contains(path)
            || self.paths.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
    }

    /// The names of the files directly in `folder` that end in `ending`.
    pub(crate) fn names_in(&self, folder: &str, ending: &str) -> Vec<&str> {
        let inside = format!("{folder}/");
        let names = self.paths.iter().filter_map(|path| path.strip_prefix(&inside));
        names.filter(|name| !name.contains('/') && name.ends_with(ending)).collect()
    }

    /// The names of the crate folders: every NAME with a `crates/NAME/Cargo.toml`.
    pub(crate) fn crate_folders(&self) -> Vec<&str> {
        let inside = self.paths.iter().filter_map(|path| path.strip_prefix("crates/"));
        inside
            .filter_map(|path| path.strip_suffix("/Cargo.toml"))
            .filter(|name| !name.contains('/'))
            .collect()
    }
}

/// The repository in which this program was started (`cargo run` sets the package's folder), or else the one it was built in.
pub(crate) fn repository() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// Removes a folder with everything in it, if it exists.
pub(crate) fn remove_folder(folder: &Path) -> Result<(), String> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(format!("{} could not be removed: {error}", folder.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(paths: &[&str]) -> Tree {
        Tree { paths: paths.iter().map(ToString::to_string).collect(), texts: Vec::new() }
    }

    #[test]
    fn a_folder_exists_if_a_file_is_below_it() {
        let tree = tree(&["docs-old/a.md", "docs/a.md", "tests/it/main.rs"]);
        assert!(tree.has("docs") && tree.has("tests/it") && tree.has("docs/a.md"));
        assert!(!tree.has("doc") && !tree.has("docs/b.md") && !tree.has("tests/i"));
    }

    #[test]
    fn only_files_directly_in_the_folder_are_listed() {
        let tree = tree(&["tests/it/main.rs", "tests/it/deep/mod.rs", "tests/it/notes.md"]);
        assert_eq!(tree.names_in("tests/it", ".rs"), ["main.rs"]);
    }

    #[test]
    fn a_crate_is_a_folder_with_a_manifest() {
        let tree = tree(&["crates/log/Cargo.toml", "crates/log/fuzz/Cargo.toml", "crates/README.md"]);
        assert_eq!(tree.crate_folders(), ["log"]);
    }
}
