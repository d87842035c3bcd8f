//! The file log against the contract, against a hostile disk, and against every bit and byte of its own files.

mod concurrency;
mod crashes;
mod damage;
mod format;
mod hostile_bytes;
mod maintenance;
mod opening;
mod preallocate;
mod proofs;
mod sessions;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use acquaint_log::{EventLog, Position, ReadError, contract};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{FileLog, LogId, OpenError, Options, Salt};

const LOG_ID: LogId = LogId::from_bytes(*b"the log of tests");
const SALT: Salt = Salt::from_bytes(*b"the salt of the first segment...");

fn options(segment_bytes: u64) -> Options {
    Options { segment_bytes, origin: Some((LOG_ID, SALT)), scrub: None, witnesses: Vec::new() }
}

fn position(number: u64) -> Position {
    Position::new(number).expect("not 0")
}

fn open(disk: &HostileDisk) -> Result<FileLog, OpenError> {
    FileLog::open_on(Arc::new(disk.clone()), &options(1024))
}

fn open_read_only(disk: &HostileDisk) -> Result<FileLog, OpenError> {
    FileLog::open_read_only_on(Arc::new(disk.clone()))
}

/// Appends one batch; returns the tail.
fn append(log: &FileLog, batch: &[&[u8]]) -> Position {
    let batch: Vec<Vec<u8>> = batch.iter().map(|record| record.to_vec()).collect();
    log.append(log.next_position(), &batch).expect("a healthy log takes a batch")
}

/// The records that can be read, and the error that ended the reading, if any.
fn read(log: &FileLog) -> (Vec<Vec<u8>>, Option<ReadError>) {
    let mut records = Vec::new();
    for (index, record) in log.read(Position::FIRST).enumerate() {
        match record {
            Ok(record) => {
                assert_eq!(record.position.get(), index as u64 + 1, "no gaps");
                records.push(record.bytes);
            }
            Err(error) => return (records, Some(error)),
        }
    }
    (records, None)
}

fn read_whole(log: &FileLog) -> Vec<Vec<u8>> {
    let (records, error) = read(log);
    assert!(error.is_none(), "{error:?}");
    records
}

/// CRC32C computed bit by bit, independently of the implementation that the log uses.
fn crc32c_of(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ if crc & 1 == 1 { 0x82f6_3b78 } else { 0 })
    })
}

#[test]
fn the_file_log_keeps_the_contract() {
    let folder = tempfile::tempdir().expect("a folder");
    for segment_bytes in [1 << 11, 1 << 20] {
        let made = AtomicU64::new(0);
        contract::check(|| {
            let number = made.fetch_add(1, Ordering::Relaxed);
            let path = folder.path().join(format!("{segment_bytes}-{number}/log"));
            FileLog::open(&path, &options(segment_bytes)).expect("a new log")
        });
        contract::check_reopen(|| {
            let path = folder.path().join(format!("{segment_bytes}"));
            FileLog::open(&path, &options(segment_bytes)).expect("the same log")
        });
    }
}

#[test]
fn the_file_log_on_the_hostile_disk_keeps_the_contract_while_nothing_fails() {
    contract::check(|| {
        FileLog::open_on(Arc::new(HostileDisk::new(0)), &options(1 << 11)).expect("a new log")
    });
    let disk = HostileDisk::new(0);
    contract::check_reopen(|| open(&disk).expect("the same log"));
}
