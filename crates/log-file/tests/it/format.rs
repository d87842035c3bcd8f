//! The bytes on the disk, field by field as `docs/FORMAT.md` lists them. A change here is a new format version.

use std::sync::Arc;

use acquaint_log_file::FileLog;
use acquaint_log_file::hostile::HostileDisk;

use crate::{LOG_ID, SALT, append, crc32c_of, options};

struct Frame<'a> {
    segment: u64,
    offset: u64,
    first: u64,
    previous: [u8; 32],
    records: &'a [&'a [u8]],
}

impl Frame<'_> {
    fn bytes(&self) -> Vec<u8> {
        let mut body = Vec::new();
        for record in self.records {
            body.extend((record.len() as u32).to_le_bytes());
            body.extend(*record);
        }
        let body_bytes = body.len() as u32;
        let mut frame = Vec::from(*b"acqframe");
        frame.extend([2, 0, 0, 0]);
        frame.extend((self.records.len() as u32).to_le_bytes());
        frame.extend(LOG_ID.bytes());
        frame.extend(self.segment.to_le_bytes());
        frame.extend(self.offset.to_le_bytes());
        frame.extend(self.first.to_le_bytes());
        frame.extend(self.first.to_le_bytes());
        frame.extend(self.previous);
        frame.extend(body_bytes.to_le_bytes());
        frame.extend(crc32c_of(&frame).to_le_bytes());
        assert_eq!(frame.len(), 104);
        body.resize(body.len().next_multiple_of(8), 0);
        frame.extend(&body);
        frame.extend(crc32c_of(&body).to_le_bytes());
        frame.extend(body_bytes.to_le_bytes());
        frame.extend(self.first.to_le_bytes());
        frame
    }
}

struct Header {
    id: u64,
    first: u64,
    previous: [u8; 32],
    salt: [u8; 32],
}

impl Header {
    fn bytes(&self) -> Vec<u8> {
        let mut header = Vec::from(*b"acqsegmt");
        header.extend([2, 0, 0, 0, 0, 0, 0, 0]);
        header.extend(LOG_ID.bytes());
        header.extend(self.id.to_le_bytes());
        header.extend(self.first.to_le_bytes());
        header.extend(self.previous);
        header.extend(SEGMENT_BYTES.to_le_bytes());
        header.extend([0; 4]);
        header.extend(crc32c_of(&header).to_le_bytes());
        header.extend(self.salt);
        header.extend(crc32c_of(&header).to_le_bytes());
        header.extend([0; 4]);
        assert_eq!(header.len(), 136);
        header
    }
}

/// The root over the four records of the first segment, computed without the log's code.
fn root(records: [&[u8]; 4]) -> [u8; 32] {
    let leaf = |index: usize| {
        let mut message = Vec::from(*b"the salt of the leaf    ");
        message.extend((index as u64).to_le_bytes());
        message.resize(64, 0);
        let mut leaf = blake3::keyed_hash(&SALT.bytes(), &message).as_bytes().to_vec();
        leaf.extend((records[index].len() as u32).to_le_bytes());
        leaf.extend(records[index]);
        leaf.resize(leaf.len().next_multiple_of(64), 0);
        *blake3::keyed_hash(b"acquaint log: leaf of an event  ", &leaf).as_bytes()
    };
    let node = |left: [u8; 32], right: [u8; 32]| {
        *blake3::keyed_hash(b"acquaint log: inner node, v2    ", &[left, right].concat()).as_bytes()
    };
    let mut root = blake3::Hasher::new_keyed(b"acquaint log: segment root, v2  ");
    root.update(&LOG_ID.bytes());
    root.update(&1_u64.to_le_bytes());
    root.update(&1_u64.to_le_bytes());
    root.update(&4_u64.to_le_bytes());
    root.update(&node(node(leaf(0), leaf(1)), node(leaf(2), leaf(3))));
    *root.finalize().as_bytes()
}

fn seal(end: usize, last_hash: [u8; 32], root: [u8; 32]) -> Vec<u8> {
    let mut seal = Vec::from(*b"acq-seal");
    seal.extend([2, 0, 0, 0, 0, 0, 0, 0]);
    seal.extend(LOG_ID.bytes());
    seal.extend(1_u64.to_le_bytes());
    seal.extend(1_u64.to_le_bytes());
    seal.extend(5_u64.to_le_bytes());
    seal.extend((end as u64).to_le_bytes());
    seal.extend(last_hash);
    seal.extend(root);
    seal.resize(156, 0);
    seal.extend(crc32c_of(&seal).to_le_bytes());
    assert_eq!(seal.len(), 160);
    seal
}

const SEGMENT_BYTES: u64 = 1024;

#[test]
fn segments_frames_seals_and_marks_are_laid_out_as_the_format_page_says() {
    // Given three batches, of which the last no longer fits into the first segment, in a closed log:
    let disk = HostileDisk::new(0);
    let log = FileLog::open_on(Arc::new(disk.clone()), &options(SEGMENT_BYTES)).expect("a new log");
    append(&log, &[b"one", b"", b"three"]);
    append(&log, &[&[4; 336]]);
    append(&log, &[b"five"]);
    drop(log);
    let hash = |frame: &Frame<'_>| *blake3::hash(&frame.bytes()).as_bytes();
    let frame =
        |segment, offset, first, previous, records| Frame { segment, offset, first, previous, records };
    let one = frame(1, 136, 1, [0; 32], &[b"one", b"", b"three"]);
    let four = frame(1, 136 + 144, 4, hash(&one), &[&[4; 336]]);
    let five = frame(2, 136, 5, hash(&four), &[b"five"]);
    let mark = frame(2, 136 + 128, 6, hash(&five), &[]);
    // then the files are, byte for byte:
    let header = Header { id: 1, first: 1, previous: [0; 32], salt: SALT.bytes() };
    let mut first = [header.bytes(), one.bytes(), four.bytes()].concat();
    let end = first.len();
    first.resize(1024 - 160, 0);
    first.extend(seal(end, hash(&four), root([b"one", b"", b"three", &[4; 336]])));
    let salt = *blake3::keyed_hash(&SALT.bytes(), b"the salt of the next segment").as_bytes();
    let header = Header { id: 2, first: 5, previous: hash(&four), salt };
    let mut second = [header.bytes(), five.bytes(), mark.bytes()].concat();
    second.resize(1024, 0);
    assert_eq!(disk.files(), ["00000000000000000001.segment", "00000000000000000005.segment", "LOCK"]);
    assert_eq!(disk.contents("00000000000000000001.segment"), first);
    assert_eq!(disk.contents("00000000000000000005.segment"), second);
    assert!(disk.contents("LOCK").starts_with(b"This file belongs to the log in this folder."));
}

#[test]
fn the_first_frame_of_the_example_never_changes() {
    let first =
        Frame { segment: 1, offset: 136, first: 1, previous: [0; 32], records: &[b"one", b"", b"three"] };
    let digits: Vec<String> = first.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<String> = digits.chunks(24).map(|line| line.concat()).collect();
    assert_eq!(
        lines,
        [
            "6163716672616d650200000003000000746865206c6f6720",
            "6f6620746573747301000000000000008800000000000000",
            "010000000000000001000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
            "1400000054ca916f030000006f6e65000000000500000074",
            "68726565000000007fe6939f140000000100000000000000",
        ]
    );
}
