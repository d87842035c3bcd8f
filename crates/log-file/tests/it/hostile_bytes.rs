//! Segments of bytes that no writer wrote: noise, pieces of a real log in wrong places, and false values under right
//! checksums.
//!
//! Whatever the bytes are, reading must not panic, and must show only records that were appended, in their order. The tests
//! find the checksums by searching for them, so they need not know the layout.

use acquaint_log_file::hostile::HostileDisk;
use acquaint_log_file::{Depth, FileLog};
use acquaint_seeded::Random;

use crate::{append, open, open_read_only, read, read_whole};

const SEGMENT_BYTES: usize = 1024;
/// Seeds of noise and of patchwork, each.
const SEEDS: u64 = 4000;

/// A log of a few segments, its segments' names, and its records.
fn real_log() -> (HostileDisk, Vec<String>, Vec<Vec<u8>>) {
    let disk = HostileDisk::new(0);
    let log = open(&disk).expect("a new log");
    for number in 0..8_u8 {
        append(&log, &[&[number; 40], &[number], &[0; 30]]);
    }
    let records = read_whole(&log);
    drop(log);
    let mut names = disk.files();
    names.retain(|name| name.ends_with(".segment"));
    assert!(names.len() > 1, "the log is as the tests expect");
    (disk, names, records)
}

/// Opens the log for reading and for writing, and reads; only a prefix of `records` may be shown. Returns the length of the
/// longer one.
fn shown(disk: &HostileDisk, records: &[Vec<u8>], what: &str) -> usize {
    let mut most = 0;
    let for_reading = open_read_only(disk);
    for log in for_reading.into_iter().chain(open(&disk.copy())) {
        let (shown, _) = read(&log);
        assert!(records.starts_with(&shown), "{what}: records that nobody appended");
        most = most.max(shown.len());
    }
    most
}

#[test]
fn noise_is_no_log() {
    let (disk, names, _) = real_log();
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let disk = disk.copy();
        for name in &names {
            let length = [0, 1, 95, SEGMENT_BYTES, random.index(3 * SEGMENT_BYTES)][random.index(5)];
            disk.put(name, random.bytes(length));
        }
        assert_eq!(shown(&disk, &[], &format!("seed {seed}")), 0);
    }
}

#[test]
fn a_patchwork_of_a_real_log_shows_nothing_that_was_not_appended() {
    let (disk, names, records) = real_log();
    let real: Vec<Vec<u8>> = names.iter().map(|name| disk.contents(name)).collect();
    let mut shown_in_all = 0;
    for seed in 0..SEEDS {
        let mut random = Random::new(seed);
        let disk = disk.copy();
        let name = &names[random.index(names.len())];
        let mut bytes = disk.contents(name);
        for _ in 0..1 + random.index(4) {
            // Frame sizes are multiples of 8, so pieces of such sizes land where a frame could begin.
            let grain = [1, 8, 8, 8][random.index(4)];
            let length = (1 + random.index(400 / grain)) * grain;
            let (from, to) =
                (random.index(SEGMENT_BYTES / grain) * grain, random.index(SEGMENT_BYTES / grain) * grain);
            let length = length.min(SEGMENT_BYTES - from.max(to));
            let source = match random.index(4) {
                0 => vec![0; SEGMENT_BYTES],
                1 => random.bytes(SEGMENT_BYTES),
                _ => real[random.index(real.len())].clone(),
            };
            bytes[to..to + length].copy_from_slice(&source[from..from + length]);
        }
        disk.put(name, bytes);
        shown_in_all += shown(&disk, &records, &format!("seed {seed}"));
    }
    assert!(shown_in_all > 0, "records before the patches are still shown");
}

/// A checksum, stored at `end`, of the bytes from `start` to `end`.
#[derive(Clone, Copy, Debug)]
struct Checksum {
    start: usize,
    end: usize,
}

fn checksums_in(bytes: &[u8]) -> Vec<Checksum> {
    let mut found = Vec::new();
    for start in (0..bytes.len()).step_by(8) {
        let mut crc = 0;
        for end in (start + 4..bytes.len() - 3).step_by(4) {
            crc = crc32c::crc32c_append(crc, &bytes[end - 4..end]);
            // The CRC of zeros is zero, so a range of zeros would match anything.
            if bytes[end..end + 4] == crc.to_le_bytes() && bytes[start..end].iter().any(|byte| *byte != 0) {
                found.push(Checksum { start, end });
            }
        }
    }
    found.sort_by_key(|checksum| checksum.end);
    found
}

/// Values that, if trusted, would request all memory, or lead out of the file or backwards.
const LIES: [u64; 8] = [0, 1, 7, 1023, 0x7fff_ffff, 0xffff_fff0, u64::MAX - 7, u64::MAX];

#[test]
fn a_false_value_under_right_checksums_is_trusted_only_within_bounds() {
    let (disk, names, records) = real_log();
    for (index, name) in names.iter().enumerate() {
        let real = disk.contents(name);
        let checksums = checksums_in(&real);
        assert!(checksums.len() > 4, "headers and bodies have checksums: {checksums:?}");
        let covered = |at: usize| checksums.iter().any(|it| (it.start..it.end).contains(&at));
        for at in (0..real.len() - 8).step_by(4).filter(|at| covered(*at)) {
            for (lie, length) in LIES.iter().flat_map(|lie| [(lie, 2), (lie, 4), (lie, 8)]) {
                let mut bytes = real.clone();
                bytes[at..at + length].copy_from_slice(&lie.to_le_bytes()[..length]);
                for Checksum { start, end } in &checksums {
                    let crc = crc32c::crc32c(&bytes[*start..*end]).to_le_bytes();
                    bytes[*end..*end + 4].copy_from_slice(&crc);
                }
                let disk = disk.copy();
                disk.put(name, bytes);
                check_lie(&disk, &records, &format!("{lie:#x} in {length} bytes at {at} of segment {index}"));
            }
        }
    }
}

/// Opening trusts the seals, so a false value in a record can be shown until everything is read. Verifying finds it, except
/// in the last batch, which no later frame contradicts.
fn check_lie(disk: &HostileDisk, records: &[Vec<u8>], what: &str) {
    for log in open_read_only(disk).into_iter().chain(open(&disk.copy())) {
        let (shown, _) = read(&log);
        let bytes: usize = shown.iter().map(Vec::len).sum();
        let most: usize = disk.files().iter().map(|name| disk.contents(name).len()).sum();
        assert!(bytes <= most, "{what}: more came out than is in the files");
        let real = shown.iter().zip(records).take_while(|(shown, real)| shown == real).count();
        if real < shown.len() && real + 3 < records.len() {
            let report = FileLog::verify_on(disk, Depth::Frames, &|_| {});
            assert!(
                report.is_ok_and(|report| report.damage.is_some()),
                "{what}: only {real} are real, unnoticed"
            );
        }
    }
}
