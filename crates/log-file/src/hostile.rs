//! A disk in memory that fails as disks do at their worst, for tests of this log and of what is built on it.
//!
//! It keeps what is readable (`live`) apart from what would survive a loss of power (`durable`). A write is pending until
//! its file is synced, and a name until its folder is. When the power goes, the seed decides whether each pending sector and
//! name survives; a sector may survive in part. A failed sync forgets what it should have made durable and leaves it
//! readable, as operating systems do.
//!
//! It does not do what `docs/FORMAT.md` assumes never happens: change bytes next to those written, or lose what was synced.

mod state;

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use acquaint_seeded::Random;
use parking_lot::Mutex;

use crate::storage::{Access, Identity, Storage, StoredFile};
use state::{DiskState, File, SECTOR_BYTES, place};

/// A fault that the disk has once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The power goes during the operation; everything fails until [`HostileDisk::restart`].
    PowerLoss,
    /// The next sync of a file or folder fails.
    FailedSync,
    /// The next write fails after some of its bytes.
    FailedWrite,
    /// A lie: the next sync of a file succeeds, but nothing has reached the disk, nor ever will.
    LostSync,
    /// A lie: the next write succeeds, but goes to another place in its file.
    Misdirected,
    /// The next read gives fewer bytes than it could.
    ShortRead,
}

/// A simulated disk with one folder. Clones share the same disk.
#[derive(Clone)]
pub struct HostileDisk {
    path: PathBuf,
    state: Arc<Mutex<DiskState>>,
}

impl HostileDisk {
    /// An empty disk. `seed` decides the details of every fault.
    #[must_use]
    pub fn new(seed: u64) -> HostileDisk {
        HostileDisk::with(Random::new(seed))
    }

    fn with(random: Random) -> HostileDisk {
        HostileDisk {
            path: PathBuf::from("disk"),
            state: Arc::new(Mutex::new(DiskState {
                random,
                operations: 0,
                planned: None,
                powered: true,
                boot: 0,
                capacity: u64::MAX,
                protected: false,
                descriptors: 0,
                locked: BTreeMap::new(),
                files: Vec::new(),
                live: BTreeMap::new(),
                durable: BTreeMap::new(),
            })),
        }
    }

    /// Another disk with the names and contents of this one, all durable.
    #[must_use]
    pub fn copy(&self) -> HostileDisk {
        let copy = HostileDisk::with(self.state.lock().random.clone());
        for name in self.files() {
            copy.put(&name, self.contents(&name));
        }
        copy
    }

    /// Lets `mishap` happen once, at the first operation that it applies to after `operations` more.
    pub fn plan(&self, operations: u64, mishap: Mishap) {
        let mut state = self.state.lock();
        state.planned = Some((state.operations + operations, mishap));
    }

    /// Cancels the planned mishap, if it has not happened yet.
    pub fn plan_nothing(&self) {
        self.state.lock().planned = None;
    }

    /// Limits the size of all files together to `bytes`.
    pub fn limit(&self, bytes: u64) {
        self.state.lock().capacity = bytes;
    }

    /// Forbids every change from now on, like a folder without write permission.
    pub fn protect(&self) {
        self.state.lock().protected = true;
    }

    /// How many changes were requested so far: writes, syncs, new, changed and removed names.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.state.lock().operations
    }

    /// Cuts the power if it is on, lets the seed decide what survives, and switches the power on again.
    pub fn restart(&self) {
        self.state.lock().restart();
    }

    /// The names of all files.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        self.state.lock().live.keys().cloned().collect()
    }

    /// The readable contents of the file `name`; empty if there is none.
    #[must_use]
    pub fn contents(&self, name: &str) -> Vec<u8> {
        let state = self.state.lock();
        let file = state.live.get(name).map(|&index| &state.files[index]);
        file.map_or_else(Vec::new, |file| file.live.clone())
    }

    /// Replaces the file `name` by a new, durable file with `contents`, without counting as an operation.
    pub fn put(&self, name: &str, contents: Vec<u8>) {
        let mut state = self.state.lock();
        let index = state.files.len();
        state.files.push(File { durable: contents.clone(), live: contents, pending: Vec::new() });
        state.live.insert(name.to_owned(), index);
        state.durable.insert(name.to_owned(), index);
    }

    /// Removes the file `name` durably, without counting as an operation.
    pub fn take_away(&self, name: &str) {
        let mut state = self.state.lock();
        state.live.remove(name);
        state.durable.remove(name);
    }

    /// Flips one bit of the file `name` durably; bit 0 is the lowest of the first byte.
    ///
    /// # Panics
    /// If the file is too short.
    pub fn flip_bit(&self, name: &str, bit: usize) {
        let mut contents = self.contents(name);
        contents[bit / 8] ^= 1 << (bit % 8);
        self.put(name, contents);
    }
}

impl Storage for HostileDisk {
    fn path(&self) -> &Path {
        &self.path
    }

    fn create_folder(&self) -> io::Result<()> {
        Ok(())
    }

    /// The seed decides in the order of the operations, so that order must always be the same.
    fn is_sequential(&self) -> bool {
        true
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let state = self.state.lock();
        state.check_power(state.boot)?;
        Ok(state.live.keys().cloned().collect())
    }

    fn open(&self, name: &str, access: Access) -> io::Result<Box<dyn StoredFile>> {
        let mut state = self.state.lock();
        let boot = state.boot;
        state.check_power(boot)?;
        if access != Access::Read {
            state.check_permission()?;
        }
        let index = match (state.live.get(name).copied(), access) {
            (Some(_), Access::Create) => return Err(ErrorKind::AlreadyExists.into()),
            (None, Access::Read | Access::Write) => return Err(ErrorKind::NotFound.into()),
            (Some(index), Access::Read | Access::Write) => index,
            (None, Access::Create) => {
                let happened = state.operate(boot, &[Mishap::PowerLoss])?;
                let index = state.files.len();
                state.files.push(File::default());
                state.live.insert(name.to_owned(), index);
                if happened.is_some() {
                    return Err(io::Error::other("the power is off"));
                }
                index
            }
        };
        state.descriptors += 1;
        Ok(Box::new(Descriptor {
            state: Arc::clone(&self.state),
            number: state.descriptors,
            index,
            boot,
            access,
        }))
    }

    fn identity(&self, name: &str) -> io::Result<Option<Identity>> {
        let state = self.state.lock();
        state.check_power(state.boot)?;
        Ok(state.live.get(name).copied().map(identity))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut state = self.state.lock();
        let boot = state.boot;
        state.check_permission()?;
        let happened = state.operate(boot, &[Mishap::PowerLoss])?;
        let index = state.live.remove(from).ok_or(ErrorKind::NotFound)?;
        state.live.insert(to.to_owned(), index);
        happened.map_or(Ok(()), |_| Err(io::Error::other("the power is off")))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state.lock();
        let boot = state.boot;
        state.check_permission()?;
        let happened = state.operate(boot, &[Mishap::PowerLoss])?;
        state.live.remove(name).ok_or(ErrorKind::NotFound)?;
        happened.map_or(Ok(()), |_| Err(io::Error::other("the power is off")))
    }

    fn sync_folder(&self) -> io::Result<()> {
        let mut state = self.state.lock();
        let boot = state.boot;
        match state.operate(boot, &[Mishap::PowerLoss, Mishap::FailedSync])? {
            Some(_) => Err(io::Error::other("the folder could not be synced")),
            None => {
                state.durable = state.live.clone();
                Ok(())
            }
        }
    }
}

fn identity(index: usize) -> Identity {
    Identity { device: 0, number: index as u64 }
}

struct Descriptor {
    state: Arc<Mutex<DiskState>>,
    number: u64,
    index: usize,
    boot: u64,
    access: Access,
}

impl StoredFile for Descriptor {
    fn length(&self) -> io::Result<u64> {
        let state = self.state.lock();
        state.check_power(self.boot)?;
        Ok(state.files[self.index].live.len() as u64)
    }

    fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.state.lock();
        let happened = state.read(self.boot)?;
        let live = &state.files[self.index].live;
        let readable = live.get(offset as usize..).unwrap_or_default();
        let mut count = readable.len().min(buffer.len());
        if happened == Some(Mishap::ShortRead) {
            count /= 2;
        }
        buffer[..count].copy_from_slice(&readable[..count]);
        Ok(count)
    }

    fn write_at(&mut self, offset: u64, bytes: &[u8]) -> io::Result<()> {
        assert_ne!(self.access, Access::Read, "written through a reading descriptor");
        let mut state = self.state.lock();
        state.check_permission()?;
        let mishaps = [Mishap::PowerLoss, Mishap::FailedWrite, Mishap::Misdirected];
        let happened = state.operate(self.boot, &mishaps)?;
        let used: u64 = state.live.values().map(|&index| state.files[index].live.len() as u64).sum();
        let length = state.files[self.index].live.len() as u64;
        let grown = (offset + bytes.len() as u64).saturating_sub(length);
        let missing = (used + grown).saturating_sub(state.capacity).min(grown);
        let mut fits = bytes.len() - missing as usize;
        if happened == Some(Mishap::FailedWrite) {
            fits = state.random.index(fits + 1);
        }
        let mut offset = offset as usize;
        if happened == Some(Mishap::Misdirected) {
            offset = state.random.index(length as usize / SECTOR_BYTES + 1) * SECTOR_BYTES;
        }
        let file = &mut state.files[self.index];
        place(&mut file.live, offset, &bytes[..fits]);
        file.pending.push((offset, bytes[..fits].to_vec()));
        match happened {
            Some(Mishap::Misdirected) => Ok(()),
            Some(_) => Err(io::Error::other("the write failed")),
            None if missing > 0 => Err(ErrorKind::StorageFull.into()),
            None => Ok(()),
        }
    }

    fn sync(&self) -> io::Result<()> {
        let mut state = self.state.lock();
        let mishaps = [Mishap::PowerLoss, Mishap::FailedSync, Mishap::LostSync];
        let happened = state.operate(self.boot, &mishaps)?;
        if happened == Some(Mishap::PowerLoss) {
            return Err(io::Error::other("the power is off"));
        }
        let reached_disk = happened.is_none();
        let file = &mut state.files[self.index];
        for (offset, bytes) in std::mem::take(&mut file.pending) {
            if reached_disk {
                place(&mut file.durable, offset, &bytes);
            }
        }
        if happened == Some(Mishap::FailedSync) { Err(io::Error::other("the sync failed")) } else { Ok(()) }
    }

    fn identity(&self) -> io::Result<Option<Identity>> {
        self.state.lock().check_power(self.boot)?;
        Ok(Some(identity(self.index)))
    }

    fn try_lock(&self) -> io::Result<bool> {
        let mut state = self.state.lock();
        state.check_power(self.boot)?;
        let holder = *state.locked.entry(self.index).or_insert(self.number);
        Ok(holder == self.number)
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        let mut state = self.state.lock();
        state.locked.retain(|_, holder| *holder != self.number);
    }
}
