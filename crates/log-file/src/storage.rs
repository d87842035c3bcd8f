//! The interface to the disk: one flat folder of files.

use std::io::{self, ErrorKind};
use std::path::Path;

/// How a file is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Read an existing file.
    Read,
    /// Read and change an existing file.
    Write,
    /// Create a new file and change it; an existing one is an error of kind `AlreadyExists`.
    Create,
}

/// Identifies a file independently of its name: two names, or a name and an open file, with the same identity are one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The number of the device that holds the file.
    pub device: u64,
    /// The file's number on that device, such as its inode number.
    pub number: u64,
}

/// One folder of files.
///
/// Nothing is promised to survive a loss of power until it is synced: contents by [`StoredFile::sync`], names by
/// [`Storage::sync_folder`].
pub trait Storage: Send + Sync {
    /// The path of the folder, for messages.
    fn path(&self) -> &Path;

    /// Creates the folder and its parents durably; no error if it exists.
    ///
    /// # Errors
    /// The disk's error.
    fn create_folder(&self) -> io::Result<()>;

    /// The names in the folder, sorted.
    ///
    /// # Errors
    /// `NotFound` if there is no folder; otherwise the disk's error.
    fn names(&self) -> io::Result<Vec<String>>;

    /// Opens the file `name`.
    ///
    /// # Errors
    /// The disk's error; see [`Access`]. `Unsupported` if `name` is a symbolic link, a folder, or otherwise no regular file.
    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn StoredFile>>;

    /// Renames the file `from` to `to`, atomically.
    ///
    /// # Errors
    /// The disk's error.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Removes the file `name`.
    ///
    /// # Errors
    /// The disk's error.
    fn remove(&self, name: &str) -> io::Result<()>;

    /// Whether all operations must come from the thread that uses the log, so that their order is always the same. If not,
    /// the log preallocates segments on another thread.
    fn is_sequential(&self) -> bool {
        false
    }

    /// The identity of the file that is called `name` now; `None` if there is none, or if the system has no identities.
    ///
    /// # Errors
    /// The disk's error.
    fn identity(&self, name: &str) -> io::Result<Option<Identity>>;

    /// Makes every name in the folder durable.
    ///
    /// # Errors
    /// The disk's error.
    fn sync_folder(&self) -> io::Result<()>;
}

/// One open file. Dropping it closes it and releases its lock.
pub trait StoredFile: Send + Sync {
    /// The length of the file, bytes.
    ///
    /// # Errors
    /// The disk's error.
    fn length(&self) -> io::Result<u64>;

    /// Fills `buffer` from the byte at `offset` on; returns how many bytes were read, fewer than the buffer holds only at
    /// the end of the file.
    ///
    /// # Errors
    /// The disk's error.
    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize>;

    /// Fills `buffer` from the byte at `offset` on; the file is known to be long enough.
    ///
    /// # Errors
    /// The disk's error; `UnexpectedEof` if it gives fewer bytes, because a short read must not look like the end of the
    /// file.
    fn read_exact_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        if self.read_at(offset, buffer)? == buffer.len() {
            return Ok(());
        }
        Err(io::Error::new(ErrorKind::UnexpectedEof, "the disk gave fewer bytes than the file has"))
    }

    /// Writes all of `bytes` from the byte at `offset` on.
    ///
    /// # Errors
    /// The disk's error; any part of the bytes may be written then.
    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()>;

    /// Makes the contents and the length durable.
    ///
    /// # Errors
    /// The disk's error. It is unknown then what is durable, and a second sync cannot find out.
    fn sync(&self) -> io::Result<()>;

    /// The identity of this file, whatever its name is now; `None` if the system has no identities.
    ///
    /// # Errors
    /// The disk's error.
    fn identity(&self) -> io::Result<Option<Identity>>;

    /// Takes the exclusive lock of this file until it is dropped; false if another holder has it.
    ///
    /// # Errors
    /// The disk's error.
    fn try_lock(&self) -> io::Result<bool>;
}
