//! A temporary folder with a data folder, for tests of the program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use acquaint_cli::grammar::Exit;
use acquaint_log_file::{FileLog, Options};
use acquaint_tests::Program;
use tempfile::TempDir;

/// The program under test on a data folder, whatever the environment of the test says.
pub(crate) fn binary(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_acquaint-under-test"));
    command.env_remove("ACQUAINT_DATA").env_remove("ACQUAINT_SEED");
    command.args(["--seed", "1", "--data"]).arg(data).stdin(Stdio::null());
    command
}

/// The bytes of every file of the log, by path.
pub(crate) fn log_files(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let files = fs::read_dir(data.join("log")).expect("the folder of the log lists");
    let path = files.map(|file| file.expect("the folder of the log lists").path());
    path.map(|path| (path.clone(), fs::read(&path).expect("a file of the log reads"))).collect()
}

/// Copies a folder with everything in it; `to` then holds nothing else.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    let _there_may_be_none = fs::remove_dir_all(to);
    fs::create_dir_all(to).expect("the folder is made");
    for entry in fs::read_dir(from).expect("the folder lists") {
        let path = entry.expect("the folder lists").path();
        let copy = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy_folder(&path, &copy);
        } else {
            fs::copy(&path, &copy).expect("the file is copied");
        }
    }
}

/// A data folder, and the folder around it for scripts and other files of the test.
pub(crate) struct World {
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a folder for the test") }
    }

    /// With a log of small segments: it opens sooner, and a test can fill a segment.
    pub(crate) fn of_small_segments() -> Self {
        let world = Self::new();
        let options = Options { segment_bytes: 64 * 1_024, ..Options::default() };
        FileLog::open(&world.data().join("log"), &options).expect("a log is made");
        world
    }

    /// With a copy of this log, and nothing else in the data folder.
    pub(crate) fn with_log(log: &Path) -> Self {
        let world = Self::new();
        copy_folder(log, &world.data().join("log"));
        world
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn program(&self) -> Program {
        Program::on(&self.data())
    }

    /// Writes a file next to the data folder. Returns its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        fs::write(&path, content).expect("a file of the test is written");
        path.to_str().expect("a path in UTF-8").to_owned()
    }

    /// Runs a script that must succeed. Returns its transcript.
    pub(crate) fn play(&self, script: &str) -> String {
        let ran = self.program().run(&["run", &self.file("script", script)]);
        assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""), "{}", ran.out);
        ran.out
    }

    /// The text with `FOLDER` in place of this test's temporary folder.
    pub(crate) fn named(&self, text: &str) -> String {
        text.replace(self.folder.path().to_str().expect("a path in UTF-8"), "FOLDER")
    }
}
