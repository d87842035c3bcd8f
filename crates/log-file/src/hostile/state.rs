//! The contents of the hostile disk, and what is left of them after a loss of power.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};

use acquaint_seeded::Random;

use super::Mishap;

/// The size of a sector, which survives or is lost independently of the others, bytes.
pub(super) const SECTOR_BYTES: usize = 512;

pub(super) struct DiskState {
    /// Decides every accident.
    pub(super) random: Random,
    /// The number of changes requested so far: writes, syncs, new, changed and removed names.
    pub(super) operations: u64,
    /// The next mishap, which happens after this many operations.
    pub(super) planned: Option<(u64, Mishap)>,
    pub(super) powered: bool,
    /// The number of restarts; a descriptor from before the last one is dead.
    pub(super) boot: u64,
    /// The most that all files together may take, bytes.
    pub(super) capacity: u64,
    pub(super) protected: bool,
    /// The number of descriptors opened so far.
    pub(super) descriptors: u64,
    /// The index of each locked file, and the number of the descriptor that holds the lock.
    pub(super) locked: BTreeMap<usize, u64>,
    pub(super) files: Vec<File>,
    /// The index of the file that each name has now.
    pub(super) live: BTreeMap<String, usize>,
    /// The index of the file that each name has durably.
    pub(super) durable: BTreeMap<String, usize>,
}

#[derive(Default)]
pub(super) struct File {
    pub(super) live: Vec<u8>,
    pub(super) durable: Vec<u8>,
    /// Writes that were not synced: offset and bytes.
    pub(super) pending: Vec<(usize, Vec<u8>)>,
}

impl DiskState {
    pub(super) fn check_power(&self, boot: u64) -> io::Result<()> {
        if self.powered && self.boot == boot { Ok(()) } else { Err(io::Error::other("the power is off")) }
    }

    pub(super) fn check_permission(&self) -> io::Result<()> {
        if self.protected {
            return Err(ErrorKind::PermissionDenied.into());
        }
        Ok(())
    }

    /// Counts an operation that each of `mishaps` can happen to; returns the one that happens, if any.
    pub(super) fn operate(&mut self, boot: u64, mishaps: &[Mishap]) -> io::Result<Option<Mishap>> {
        self.check_power(boot)?;
        self.operations += 1;
        match self.planned {
            Some((after, mishap)) if self.operations > after && mishaps.contains(&mishap) => {
                self.planned = None;
                self.powered = mishap != Mishap::PowerLoss;
                Ok(Some(mishap))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// Checks a read, which is not counted because it changes nothing; returns the mishap that happens to it, if any.
    pub(super) fn read(&mut self, boot: u64) -> io::Result<Option<Mishap>> {
        self.check_power(boot)?;
        match self.planned {
            Some((after, Mishap::ShortRead)) if self.operations >= after => {
                self.planned = None;
                Ok(Some(Mishap::ShortRead))
            }
            Some(_) | None => Ok(None),
        }
    }

    pub(super) fn restart(&mut self) {
        for index in 0..self.files.len() {
            let pending = std::mem::take(&mut self.files[index].pending);
            let luck = self.random.index(3);
            for (offset, bytes) in pending {
                for (at, sector) in sectors(offset, &bytes) {
                    let survivors = match luck {
                        0 => 0,
                        1 => sector.len(),
                        _ => match self.random.index(3) {
                            0 => 0,
                            1 => sector.len(),
                            _ => self.random.index(sector.len() + 1),
                        },
                    };
                    place(&mut self.files[index].durable, at, &sector[..survivors]);
                }
            }
            self.files[index].live = self.files[index].durable.clone();
        }
        let names: Vec<String> = self.live.keys().chain(self.durable.keys()).cloned().collect();
        for name in names {
            let binding = match self.random.index(2) {
                0 => self.live.get(&name),
                _ => self.durable.get(&name),
            };
            match binding.copied() {
                Some(index) => self.durable.insert(name, index),
                None => self.durable.remove(&name),
            };
        }
        self.live = self.durable.clone();
        self.boot += 1;
        self.powered = true;
        self.locked.clear();
        self.planned = None;
    }
}

/// The parts of a write, each within one sector, with their offsets.
pub(super) fn sectors(offset: usize, bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let first = SECTOR_BYTES - offset % SECTOR_BYTES;
    let (head, rest) = bytes.split_at(first.min(bytes.len()));
    let tail = rest.chunks(SECTOR_BYTES).enumerate();
    let tail = tail.map(move |(number, part)| (offset + first + number * SECTOR_BYTES, part));
    std::iter::once((offset, head)).chain(tail)
}

pub(super) fn place(contents: &mut Vec<u8>, offset: usize, bytes: &[u8]) {
    if bytes.is_empty() {
        return;
    }
    let end = offset + bytes.len();
    if contents.len() < end {
        contents.resize(end, 0);
    }
    contents[offset..end].copy_from_slice(bytes);
}
