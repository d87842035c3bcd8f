//! Helping tests to run the program: in this process, with a data folder of its own.
//!
//! **What it is.** [`Program`], a data folder and the way to run command lines on it.
//!
//! **Where to start reading.** `it/main.rs`, which names every test file.
//!
//! **This crate never** is imported by another.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use acquaint_cli::grammar::Exit;

/// What a command line came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit code.
    pub exit: Exit,
    /// Everything written to stdout.
    pub out: String,
    /// Everything written to stderr.
    pub talk: String,
}

/// The program on one data folder, with the seed 1.
#[derive(Clone, Debug)]
pub struct Program {
    data: PathBuf,
}

impl Program {
    /// On this data folder, which need not be there.
    pub fn on(data: &Path) -> Self {
        Self { data: data.to_owned() }
    }

    /// Runs a command line, given as words without the program's name.
    pub fn run(&self, words: &[&str]) -> Ran {
        let first = ["acquaint", "--seed", "1", "--data"].map(OsString::from);
        let args = first.into_iter().chain([self.data.clone().into_os_string()]);
        let (mut out, mut talk) = (Vec::new(), Vec::new());
        let exit = acquaint_cli::run(args.chain(words.iter().map(OsString::from)), &mut out, &mut talk);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ran { exit, out: text(out), talk: text(talk) }
    }

    /// Runs a command line, given as one text that is split at white space.
    pub fn say(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }
}
