//! A log folder made of arbitrary bytes. Also compiled into the fuzz target of the same name.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use acquaint_log::{EventLog, Position};
use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{FileLog, LogId, Options, Salt};

/// The smallest segments, so that a short input covers several.
const SEGMENT_BYTES: u64 = 1024;
/// The length of an edit of the real log: the segment (1 byte), the offset (2), the number of bytes (1), the bytes (8).
const EDIT_BYTES: usize = 12;

/// Opens and reads what the input describes. In the first byte, bit 0 says that the rest is edits of a real log (otherwise
/// it is segments), and bit 1 that the checksums are corrected after the edits.
///
/// # Panics
/// If the log returns more bytes than its files hold, or if it opens and reads without an error but ends early.
pub(crate) fn check(input: &[u8]) {
    let Some((&kind, rest)) = input.split_first() else { return };
    let Real { disk, segments } = real_log();
    let disk = disk.copy();
    if kind & 1 == 0 {
        let length = rest.len().div_ceil(segments.len()).max(1);
        for ((name, _), bytes) in segments.iter().zip(rest.chunks(length)) {
            disk.put(name, bytes.to_vec());
        }
    } else {
        for (index, (name, checksums)) in segments.iter().enumerate() {
            let mut bytes = edited(&disk.contents(name), index, segments.len(), rest);
            if kind & 2 != 0 {
                correct(checksums, &mut bytes);
            }
            disk.put(name, bytes);
        }
    }
    for log in FileLog::open_read_only_on(Arc::new(disk.clone())).into_iter().chain(open(&disk)) {
        let most: usize = segments.iter().map(|(name, _)| disk.contents(name).len()).sum();
        read(&log, most);
    }
}

/// Reads to the end or to the first error.
fn read(log: &FileLog, bytes_max: usize) {
    let tail = log.next_position();
    let (mut next, mut bytes) = (Position::FIRST, 0);
    for record in log.read(Position::FIRST) {
        let Ok(record) = record else { return };
        assert_eq!(record.position, next, "a gap");
        next = next.next();
        bytes += record.bytes.len();
        assert!(bytes <= bytes_max, "more bytes were read than the files hold");
    }
    assert_eq!(next, tail, "the log says that it continues elsewhere");
}

fn open(disk: &HostileDisk) -> Option<FileLog> {
    let origin = (LogId::from_bytes(*b"a log of no good"), Salt::from_bytes([1; 32]));
    let options =
        Options { segment_bytes: SEGMENT_BYTES, origin: Some(origin), scrub: None, witnesses: Vec::new() };
    FileLog::open_on(Arc::new(disk.clone()), &options).ok()
}

/// A log of three segments.
struct Real {
    disk: HostileDisk,
    /// Their names and checksums.
    segments: Vec<(String, Vec<Range<usize>>)>,
}

fn real_log() -> &'static Real {
    static REAL: OnceLock<Real> = OnceLock::new();
    REAL.get_or_init(|| {
        let disk = HostileDisk::new(0);
        let names = || disk.files().into_iter().filter(|name| name.ends_with(".segment"));
        // Each batch is a session of its own, so that there are marks between them.
        for number in (1..).take_while(|_| names().count() < 3) {
            let log = open(&disk).expect("an intact log");
            let batch = [vec![number; 40], vec![number], vec![0; 30]];
            log.append(log.next_position(), &batch).expect("a healthy log takes a batch");
        }
        let segments: Vec<_> =
            names().map(|name| (name.clone(), checksums_in(&disk.contents(&name)))).collect();
        assert!(segments.iter().all(|(_, checksums)| !checksums.is_empty()), "headers have checksums");
        Real { disk, segments }
    })
}

fn edited(real: &[u8], index: usize, count: usize, edits: &[u8]) -> Vec<u8> {
    let mut bytes = real.to_vec();
    for edit in edits.chunks_exact(EDIT_BYTES) {
        let at = usize::from(u16::from_le_bytes([edit[1], edit[2]])) % real.len();
        let length = (1 + usize::from(edit[3]) % 8).min(real.len() - at);
        if usize::from(edit[0]) % count == index {
            bytes[at..at + length].copy_from_slice(&edit[4..4 + length]);
        }
    }
    bytes
}

/// The ranges of a segment that a checksum follows, found by trying every range.
fn checksums_in(real: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for start in (0..real.len()).step_by(8) {
        let mut crc = 0;
        for end in (start + 4..real.len() - 3).step_by(4) {
            crc = crc32c::crc32c_append(crc, &real[end - 4..end]);
            // The unused rest of a segment is zeros, whose checksum is not there.
            if real[end..end + 4] == crc.to_le_bytes() && real[start..end].iter().any(|byte| *byte != 0) {
                found.push(start..end);
            }
        }
    }
    found.sort_unstable_by_key(|range| range.end);
    found
}

/// Writes the right checksum after each of these ranges.
fn correct(checksums: &[Range<usize>], bytes: &mut [u8]) {
    for range in checksums {
        let crc = crc32c::crc32c(&bytes[range.clone()]).to_le_bytes();
        bytes[range.end..range.end + 4].copy_from_slice(&crc);
    }
}
