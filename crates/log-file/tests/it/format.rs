//! The bytes on the disk, field by field as the format page lists them. A change here is a new format version.

use std::sync::Arc;

use acquaint_log_file::FileLog;
use acquaint_log_file::hostile::HostileDisk;

use crate::{LOG_ID, append, crc32c_of, options};

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
        frame.extend([1, 0, 0, 0]);
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

fn segment_header(id: u64, first: u64, previous: [u8; 32], segment_bytes: u64) -> Vec<u8> {
    let mut header = Vec::from(*b"acqsegmt");
    header.extend([1, 0, 0, 0, 0, 0, 0, 0]);
    header.extend(LOG_ID.bytes());
    header.extend(id.to_le_bytes());
    header.extend(first.to_le_bytes());
    header.extend(previous);
    header.extend(segment_bytes.to_le_bytes());
    header.extend([0; 4]);
    header.extend(crc32c_of(&header).to_le_bytes());
    assert_eq!(header.len(), 96);
    header
}

#[test]
fn segments_and_frames_are_laid_out_as_the_format_page_says() {
    // Given three batches, of which the last fits no more into the first segment:
    let disk = HostileDisk::new(0);
    let log = FileLog::open_on(Arc::new(disk.clone()), &options(1024)).expect("a new log");
    append(&log, &[b"one", b"", b"three"]);
    append(&log, &[&[4; 416]]);
    append(&log, &[b"five"]);
    let hash = |frame: &Frame<'_>| *blake3::hash(&frame.bytes()).as_bytes();
    let frame =
        |segment, offset, first, previous, records| Frame { segment, offset, first, previous, records };
    let one = frame(1, 96, 1, [0; 32], &[b"one", b"", b"three"]);
    let four = frame(1, 96 + 144, 4, hash(&one), &[&[4; 416]]);
    let seal = frame(1, 96 + 144 + 544, 5, hash(&four), &[]);
    let five = frame(2, 96, 5, hash(&four), &[b"five"]);
    // then the files are, byte for byte:
    let mut first = segment_header(1, 1, [0; 32], 1024);
    first.extend([one.bytes(), four.bytes(), seal.bytes()].concat());
    first.resize(1024, 0);
    let mut second = segment_header(2, 5, hash(&four), 1024);
    second.extend(five.bytes());
    second.resize(1024, 0);
    assert_eq!(disk.files(), ["00000000000000000001.segment", "00000000000000000005.segment", "LOCK"]);
    assert_eq!(disk.contents("00000000000000000001.segment"), first);
    assert_eq!(disk.contents("00000000000000000005.segment"), second);
    assert!(disk.contents("LOCK").is_empty());
}

#[test]
fn the_first_frame_of_the_example_never_changes() {
    let first =
        Frame { segment: 1, offset: 96, first: 1, previous: [0; 32], records: &[b"one", b"", b"three"] };
    let digits: Vec<String> = first.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let lines: Vec<String> = digits.chunks(24).map(|line| line.concat()).collect();
    assert_eq!(
        lines,
        [
            "6163716672616d650100000003000000746865206c6f6720",
            "6f6620746573747301000000000000006000000000000000",
            "010000000000000001000000000000000000000000000000",
            "000000000000000000000000000000000000000000000000",
            "140000005880990a030000006f6e65000000000500000074",
            "68726565000000007fe6939f140000000100000000000000",
        ]
    );
}
