//! One writer at a time: the locks that it holds, and whether they still keep others out.

use acquaint_log::Position;

use crate::error::{Attempt, OpenError};
use crate::segment;
use crate::storage::{Access, Identity, Storage, StoredFile};

/// The file that the writer keeps locked.
pub(crate) const LOCK: &str = "LOCK";

/// What the lock file says to somebody who finds it.
const TEXT: &[u8] = b"\
This file belongs to the log in this folder. The process that writes to the log
holds the operating system's lock on it. The file stays when no process runs;
leave it here. A writer whose lock file is removed stops.
";

/// The locks of a writer, released when this is dropped.
///
/// The lock file is the one that others meet first. Should somebody remove it, the first segment, which lives as long as the
/// log, keeps other writers out.
pub(crate) struct Lock {
    _file: Box<dyn StoredFile>,
    identity: Option<Identity>,
    /// `None` in a folder that has no segment yet, and where a lock would keep readers out.
    segment: Option<Box<dyn StoredFile>>,
}

impl Lock {
    /// Takes the lock file, makes it if there is none, and then the first segment, if there is one.
    pub(crate) fn take(storage: &dyn Storage) -> Result<Lock, OpenError> {
        let folder = storage.path();
        let names = storage.names().attempt("list", folder, "")?;
        let exists = names.iter().any(|name| name == LOCK);
        let access = if exists { Access::Write } else { Access::Create };
        let mut file = locked(storage, LOCK, access)?;
        if file.length().attempt("measure", folder, LOCK)? == 0 {
            // A lock without its text is as good.
            let _unsaid = file.write_at(0, TEXT);
        }
        let identity = file.identity().attempt("identify", folder, LOCK)?;
        let mut lock = Lock { _file: file, identity, segment: None };
        if names.contains(&segment::name(Position::FIRST)) {
            lock.take_segment(storage)?;
        }
        Ok(lock)
    }

    /// Takes the first segment, which is there now.
    pub(crate) fn take_segment(&mut self, storage: &dyn Storage) -> Result<(), OpenError> {
        // On Windows nobody could read what is locked.
        if self.segment.is_none() && !cfg!(windows) {
            self.segment = Some(locked(storage, &segment::name(Position::FIRST), Access::Write)?);
        }
        Ok(())
    }

    /// Why this lock does not keep others out any more; `None` while it does.
    pub(crate) fn lost(&self, storage: &dyn Storage) -> Option<String> {
        let identity = self.identity.as_ref()?;
        let path = storage.path().join(LOCK);
        match storage.identity(LOCK) {
            Ok(Some(found)) if found == *identity => None,
            Ok(_) => Some(format!("its lock file `{}` was removed or replaced", path.display())),
            Err(error) => Some(format!("cannot find its lock file `{}` ({error})", path.display())),
        }
    }
}

fn locked(storage: &dyn Storage, name: &str, access: Access) -> Result<Box<dyn StoredFile>, OpenError> {
    let folder = storage.path();
    let file = storage.open(name, access).attempt("open", folder, name)?;
    if file.try_lock().attempt("lock", folder, name)? {
        Ok(file)
    } else {
        Err(OpenError::Locked { lock: folder.join(name) })
    }
}
