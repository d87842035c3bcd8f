//! One writer at a time: the locks that the writer holds, and whether they still keep others out.

use acquaint_log::Position;

use crate::error::{Attempt, OpenError};
use crate::segment;
use crate::storage::{Access, Identity, Storage, StoredFile};

/// The file that the writer keeps locked.
pub(crate) const LOCK: &str = "LOCK";

/// The text in the lock file, for a person who finds it.
const TEXT: &[u8] = b"\
This file belongs to the log in this folder. The process that writes to the log
holds the operating system's lock on it. The file stays when no process runs;
leave it here. A writer whose lock file is removed stops.
";

/// The locks of a writer, released when this is dropped.
///
/// Other writers try the lock file first. If somebody removes it, the lock on the first segment, which exists as long as the
/// log does, keeps them out.
pub(crate) struct Lock {
    _file: Box<dyn StoredFile>,
    identity: Option<Identity>,
    /// The locked first segment; `None` if there is none yet, and on systems where a lock would keep readers out.
    segment: Option<Box<dyn StoredFile>>,
}

impl Lock {
    /// Locks the lock file, which is created if necessary, and then the first segment, if there is one.
    pub(crate) fn take(storage: &dyn Storage) -> Result<Lock, OpenError> {
        let folder = storage.path();
        let names = storage.names().attempt("list", folder, "")?;
        let exists = names.iter().any(|name| name == LOCK);
        let access = if exists { Access::Write } else { Access::Create };
        let mut file = locked(storage, LOCK, access)?;
        if file.length().attempt("measure", folder, LOCK)? == 0 {
            // The lock works without the text.
            let _no_text = file.write_at(0, TEXT);
        }
        let identity = file.identity().attempt("identify", folder, LOCK)?;
        let mut lock = Lock { _file: file, identity, segment: None };
        if names.contains(&segment::name(Position::FIRST)) {
            lock.take_segment(storage)?;
        }
        Ok(lock)
    }

    /// Locks the first segment, which must exist.
    pub(crate) fn take_segment(&mut self, storage: &dyn Storage) -> Result<(), OpenError> {
        // On Windows, a locked file cannot be read by others.
        if self.segment.is_none() && !cfg!(windows) {
            self.segment = Some(locked(storage, &segment::name(Position::FIRST), Access::Write)?);
        }
        Ok(())
    }

    /// Why this lock no longer keeps others out; `None` while it does.
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
