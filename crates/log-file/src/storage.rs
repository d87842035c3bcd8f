//! What the log asks of a disk: one flat folder of files.

use std::io::{self, ErrorKind};
use std::path::Path;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read an existing file.
    Read,
    /// To read and change an existing file.
    Write,
    /// To make a new file and change it; an existing one is an error of kind `AlreadyExists`.
    Create,
}

/// Which file it is: two names, or a name and an open file, with the same identity are one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The device that it is on.
    pub device: u64,
    /// Its number on that device.
    pub number: u64,
}

/// One folder of files.
///
/// Nothing is promised to survive a loss of power until it is synced: contents by [`StoredFile::sync`], names by
/// [`Storage::sync_folder`].
pub trait Storage: Send + Sync {
    /// Where the folder is, for messages.
    fn path(&self) -> &Path;

    /// Makes the folder, and those above it, durably; no error if it is there.
    ///
    /// # Errors
    /// What the disk says.
    fn create_folder(&self) -> io::Result<()>;

    /// The names in the folder, sorted.
    ///
    /// # Errors
    /// `NotFound` if there is no folder; otherwise what the disk says.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Opens the file `name`.
    ///
    /// # Errors
    /// What the disk says; see [`Access`]. `Unsupported` if it is a symbolic link, a folder, or anything else but a file.
    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn StoredFile>>;

    /// Gives the file `from` the name `to`, at once or not at all.
    ///
    /// # Errors
    /// What the disk says.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes the file `name`.
    ///
    /// # Errors
    /// What the disk says.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Whether everything has to come from the thread that uses the log, so that it comes in the same order every time.
    /// Otherwise the log does beside that thread what can be done there.
    fn is_sequential(&self) -> bool {
        false
    }

    /// What the file `name` is now; `None` if there is none, or where it cannot be told.
    ///
    /// # Errors
    /// What the disk says.
    fn identity(&self, name: &str) -> io::Result<Option<Identity>>;

    /// Makes every name in the folder durable.
    ///
    /// # Errors
    /// What the disk says.
    fn sync_folder(&self) -> io::Result<()>;
}

/// One open file. Dropping it closes it and releases its lock.
pub trait StoredFile: Send + Sync {
    /// The length, bytes.
    ///
    /// # Errors
    /// What the disk says.
    fn length(&self) -> io::Result<u64>;

    /// Fills `buffer` from the byte at `offset` on; returns how much was there, less than the buffer only at the end.
    ///
    /// # Errors
    /// What the disk says.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Fills `buffer` from the byte at `offset` on, of which the file is known to have that many.
    ///
    /// # Errors
    /// What the disk says; `UnexpectedEof` if it gives fewer, which must not pass for bytes that are not there.
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.read_at(offset, buffer)? == buffer.len() {
            return Ok(());
        }
        Err(io::Error::new(ErrorKind::UnexpectedEof, "the disk gave fewer bytes than the file has"))
    }

    /// Writes all of `bytes` from the byte at `offset` on.
    ///
    /// # Errors
    /// What the disk says; then any part of the bytes may be written.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes the contents and the length durable.
    ///
    /// # Errors
    /// What the disk says; then it is not known what is durable, and asking again does not tell.
    fn sync(&self) -> io::Result<()>;

    /// What this file is, whatever its name is now; `None` where that cannot be told.
    ///
    /// # Errors
    /// What the disk says.
    fn identity(&self) -> io::Result<Option<Identity>>;

    /// Takes the exclusive lock of this file until it is dropped; false if another holder has it.
    ///
    /// # Errors
    /// What the disk says.
    fn try_lock(&self) -> io::Result<bool>;
}
