//! Makes the file of the next segment while the one before it is being filled.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::segment::{self, SegmentHeader, UNFINISHED_SUFFIX};
use crate::storage::{Access, Storage, StoredFile};

/// So much is written and synced at once, bytes: a sync of the log that comes meanwhile waits for no more than that.
const PIECE_BYTES: u64 = 1 << 20;

/// A segment in the making that does not know yet where it begins: all zeros, and no header.
fn name() -> String {
    format!("next{UNFINISHED_SUFFIX}")
}

/// The file of a segment that nobody needs yet.
///
/// Whatever goes wrong here stops no append: the file is made anew when it is needed, and that failing is told.
pub(crate) struct Ahead {
    storage: Arc<dyn Storage>,
    made: Made,
}

enum Made {
    /// It is being filled, beside the thread that appends.
    Beside(JoinHandle<Option<Box<dyn StoredFile>>>),
    /// It is filled and durable; `None` if that failed.
    Done(Option<Box<dyn StoredFile>>),
}

impl Ahead {
    /// Starts to make a file of `segment_bytes`.
    pub(crate) fn start(storage: &Arc<dyn Storage>, segment_bytes: u64) -> Ahead {
        let shared = Arc::clone(storage);
        let make = move || fill(&*shared, segment_bytes).ok();
        let made = if storage.is_sequential() {
            Made::Done(make())
        } else {
            let thread = thread::Builder::new().name("log-next-segment".into()).spawn(make);
            thread.map_or(Made::Done(None), Made::Beside)
        };
        Ahead { storage: Arc::clone(storage), made }
    }

    /// Makes the file the segment of `header`, durable under its name; waits until it is filled.
    ///
    /// INVARIANT (whole segments): the zeros were synced before, the header is before the name.
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

    /// Removes the file; if that fails, the next writer does.
    pub(crate) fn discard(self) {
        let storage = Arc::clone(&self.storage);
        if self.wait().is_some() {
            let _left = storage.remove(&name());
        }
    }

    /// Waits until nothing is done beside any more, and leaves the file as it is.
    pub(crate) fn abandon(self) {
        let _left = self.wait();
    }

    fn wait(self) -> Option<Box<dyn StoredFile>> {
        match self.made {
            Made::Beside(thread) => thread.join().ok().flatten(),
            Made::Done(file) => file,
        }
    }
}

/// Makes the file, zeros only and durable, or leaves none.
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
