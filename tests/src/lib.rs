//! Runs the program in the process of a test.
//!
//! **What it is.** [`Program`], which runs command lines on a data folder.
//!
//! **Where to start reading.** `it/main.rs`, which names every test file.
//!
//! **This crate never** is imported by another.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use acquaint_cli::grammar::Exit;

/// The result of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit code.
    pub exit: Exit,
    /// Everything written to stdout.
    pub out: String,
    /// Everything written to stderr.
    pub stderr: String,
}

/// The program on one data folder, with the seed 1.
#[derive(Clone, Debug)]
pub struct Program {
    data: PathBuf,
}

impl Program {
    /// On this data folder, which need not exist.
    pub fn on(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// Runs a command line, given as words without the program's name.
    pub fn run(&self, words: &[&str]) -> Ran {
        let first = ["acquaint", "--seed", "1", "--data"].map(OsString::from);
        let args = first.into_iter().chain([self.data.clone().into_os_string()]);
        let (mut out, mut stderr) = (Vec::new(), Vec::new());
        let exit = acquaint_cli::run(args.chain(words.iter().map(OsString::from)), &mut out, &mut stderr);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { exit, out: text(out), stderr: text(stderr) }
    }

    /// Runs a command line, split at white space; there is no quoting.
    pub fn say(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }
}
