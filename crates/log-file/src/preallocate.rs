//! Creates the file of the next segment while the current one is being filled.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::segment::{self, SegmentHeader, UNFINISHED_SUFFIX};
use crate::storage::{Access, Storage, StoredFile};

/// Zeros are written and synced in pieces of this size, bytes, so that a concurrent sync of the log waits for one at most.
const PIECE_BYTES: u64 = 1 << 20;

/// The name of the preallocated file. It is all zeros and has no header, because its first position is not known yet.
fn name() -> String {
    format!("next{UNFINISHED_SUFFIX}")
}

/// The preallocated file of the next segment.
///
/// A failure here stops no append: the file is created again when it is needed, and a failure then is reported.
pub(crate) struct Preallocator {
    storage: Arc<dyn Storage>,
    made: Made,
}

enum Made {
    /// A thread is filling it.
    Filling(JoinHandle<Option<Box<dyn StoredFile>>>),
    /// It is filled and durable; `None` if that failed.
    Done(Option<Box<dyn StoredFile>>),
}

impl Preallocator {
    /// Starts to create a file of `segment_bytes`.
    pub(crate) fn start(storage: &Arc<dyn Storage>, segment_bytes: u64) -> Preallocator {
        let shared = Arc::clone(storage);
        let make = move || fill(&*shared, segment_bytes).ok();
        let made = if storage.is_sequential() {
            Made::Done(make())
        } else {
            let thread = thread::Builder::new().name("log-next-segment".into()).spawn(make);
            thread.map_or(Made::Done(None), Made::Filling)
        };
        Preallocator { storage: Arc::clone(storage), made }
    }

    /// Waits until the file is filled, and turns it into the segment of `header`, durable under its name.
    ///
    /// INVARIANT (whole segments): the zeros are synced first, then the header; the rename comes last.
    pub(crate) fn finish(self, header: &SegmentHeader) -> io::Result<Box<dyn StoredFile>> {
        let storage = Arc::clone(&self.storage);
        let Some(mut file) = self.wait() else {
            return segment::create(&*storage, header);
        };
        file.write_at(0, &header.encode())?;
        file.sync()?;
        storage.rename(&name(), &header.name())?;
        storage.sync_folder()?;
        Ok(file)
    }

    /// Removes the file; if that fails, the next writer removes it.
    pub(crate) fn discard(self) {
        let storage = Arc::clone(&self.storage);
        if self.wait().is_some() {
            let _left = storage.remove(&name());
        }
    }

    /// Waits until the thread has ended, and leaves the file as it is.
    pub(crate) fn abandon(self) {
        let _left = self.wait();
    }

    fn wait(self) -> Option<Box<dyn StoredFile>> {
        match self.made {
            Made::Filling(thread) => thread.join().ok().flatten(),
            Made::Done(file) => file,
        }
    }
}

/// Creates the file, all zeros and durable; if that fails, removes it.
fn fill(storage: &dyn Storage, segment_bytes: u64) -> io::Result<Box<dyn StoredFile>> {
    let name = name();
    if storage.names()?.contains(&name) {
        storage.remove(&name)?;
    }
    let mut file = storage.open(&name, Access::Create)?;
    let zeros = vec![0; PIECE_BYTES.min(segment_bytes) as usize];
    let filled = (0..segment_bytes).step_by(zeros.len()).try_for_each(|offset| {
        let length = (segment_bytes - offset).min(PIECE_BYTES) as usize;
        file.write_at(offset, &zeros[..length])?;
        file.sync()
    });
    if let Err(error) = filled {
        drop(file);
        storage.remove(&name)?;
        return Err(error);
    }
    Ok(file)
}
