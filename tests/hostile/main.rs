//! Arbitrary bytes as a log folder, as stored events and as views: no panic, no invented data, and no allocation above a
//! bound. Also extreme texts in every command. The targets in fuzz/ fuzz all of these checks but the one of views.
//!
//! It is a separate test program, because its allocator counts what the whole process allocates.

mod checkpoint;
mod log;
mod record;
mod texts;

use std::fs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use acquaint_checkpoint::CheckpointHead;
use acquaint_log::{EventLog, Position};
use acquaint_log_file::FileLog;
use acquaint_seeded::Random;
use acquaint_tests::Program;
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// Held by the test that runs: the allocator counts for the whole process.
static TURN: Mutex<()> = Mutex::new(());

/// Most bytes that a check may allocate at the same time. Segments of 1 KiB and events of some hundred bytes need far
/// less; a forged length, if it were believed, would ask for at least 10^9.
const ALLOCATED_MAX: usize = 1 << 20;

/// Runs `check` and returns its result; fails if it allocated more than the bound.
fn bounded<R>(seed: u64, check: impl FnOnce() -> R) -> R {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let outcome = check();
    let most = ALLOCATED.peak_usage().saturating_sub(before);
    assert!(most <= ALLOCATED_MAX, "seed {seed}: {most} bytes were allocated at the same time");
    outcome
}

#[test]
fn the_bound_notices_an_allocation_above_it() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let noticed = std::panic::catch_unwind(|| bounded(0, || vec![1_u8; 2 * ALLOCATED_MAX].len()));
    assert!(noticed.is_err());
}

#[test]
fn a_log_folder_of_any_bytes_is_read_within_the_bound() {
    const EXTREMES: [u64; 6] = [0x7fff_ffff, 0xffff_fff0, 0xffff_ffff, u64::MAX >> 1, u64::MAX - 7, u64::MAX];
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    log::check(&[0]);
    for seed in 0..6000 {
        let mut random = Random::new(seed);
        let mut input = vec![random.next() as u8];
        if input[0] & 1 == 0 {
            let count = random.index(4000);
            input.extend(random.bytes(count));
        } else {
            for _ in 0..1 + random.index(3) {
                let mut edit = random.bytes(12);
                // Numbers begin at even offsets, and most of them lie in the headers.
                edit[1] &= 0xfe;
                edit[2] = [0, 0, 1, 2, 3][random.index(5)];
                if random.index(2) == 0 {
                    edit[4..].copy_from_slice(&EXTREMES[random.index(EXTREMES.len())].to_le_bytes());
                }
                input.extend(edit);
            }
        }
        bounded(seed, || log::check(&input));
    }
}

/// The stored events of a few scripts.
fn real_records() -> Vec<Vec<u8>> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let folder = tempfile::tempdir().expect("a folder");
    let mut records = Vec::new();
    for name in
        ["CR0101-address-unknown", "CR0706-recipient-setting-audience", "CR0804-declined", "CR0808-accepted"]
    {
        let data = folder.path().join(name);
        let script = scripts.join(format!("{name}.acq"));
        let _the_transcript_is_tested_elsewhere = Program::on(&data).run(&["run", &script.to_string_lossy()]);
        let log = FileLog::open_read_only(&data.join("log")).expect("the script made a log");
        records.extend(log.read(Position::FIRST).map(|record| record.expect("an intact log").bytes));
    }
    fs::remove_dir_all(folder.path()).expect("the folder is this test's own");
    records
}

/// Stored lengths: 10^9 and the greatest, in codec 2 and in codec 1.
const LENGTHS: [&[u8]; 4] = [
    &[128, 148, 235, 220, 3],
    &[240, 255, 255, 255, 255, 255, 255, 255, 255, 1],
    &[252, 0, 202, 154, 59],
    &[253, 255, 255, 255, 255, 255, 255, 255, 255],
];

#[test]
fn commands_and_queries_with_extreme_texts_end_as_documented() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for seed in 0..60 {
        let mut random = Random::new(seed);
        let count = 4 * (1 + random.index(12));
        texts::check(&random.bytes(count));
    }
}

#[test]
fn a_stored_event_of_any_bytes_is_read_within_the_bound() {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let real = real_records();
    assert!(real.len() > 40, "the scripts have only {} events", real.len());
    assert!(real.iter().all(|bytes| record::check(bytes)), "a stored event is not read");
    let mut accepted = 0;
    for seed in 0..60_000 {
        let mut random = Random::new(seed);
        let mut input = real[random.index(real.len())].clone();
        for _ in 0..1 + random.index(3) {
            let at = random.index(input.len());
            match random.index(5) {
                0 => input[at] = random.next() as u8,
                1 => input[at] ^= 1 << random.index(8),
                2 => input.truncate(at.max(1)),
                3 => {
                    let length = LENGTHS[random.index(LENGTHS.len())];
                    let end = (at + length.len()).min(input.len());
                    input[at..end].copy_from_slice(&length[..end - at]);
                }
                _ => {
                    let other = &real[random.index(real.len())];
                    let end = input.len().min(other.len());
                    if at < end {
                        input[at..end].copy_from_slice(&other[at..end]);
                    }
                }
            }
        }
        accepted += usize::from(bounded(seed, || record::check(&input)));
    }
    assert!(accepted > 1000, "{accepted}: many edits only change a number or a text");
}

/// The saved views (requests, ledger, tally, outbox) after a few scripts, each preceded by the byte that names it.
fn real_views() -> Vec<Vec<u8>> {
    const SECTIONS: usize = 11;
    const REQUESTS: usize = 5;
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts");
    let folder = tempfile::tempdir().expect("a folder");
    let mut views = Vec::new();
    for name in ["CR0401-daily-limit", "CR0601-delivery-retrying", "CR0804-declined"] {
        let data = folder.path().join(name);
        let script = scripts.join(format!("{name}.acq"));
        let program = Program::on(&data);
        let _the_transcript_is_tested_elsewhere = program.run(&["run", &script.to_string_lossy()]);
        let _written = program.say("checkpoint");
        let mut files = fs::read_dir(data.join("checkpoints")).expect("the folder lists");
        let file = files.next().expect("one was written").expect("it lists").path();
        let bytes = fs::read(file).expect("it reads");
        let head = CheckpointHead::read(&bytes, SECTIONS).expect("it is good");
        let mut rest = &bytes[CheckpointHead::len_with(SECTIONS)..];
        for (place, section) in head.sections.iter().enumerate() {
            let (section, after) = rest.split_at(section.length as usize);
            if let Some(which) = place.checked_sub(REQUESTS).filter(|which| *which < 4) {
                views.push([&[which as u8], section].concat());
            }
            rest = after;
        }
    }
    views
}

#[test]
fn a_view_of_any_bytes_is_loaded_within_the_bound() {
    /// Counts as checkpoints store them: 2^31 - 1 and the greatest.
    const COUNTS: [&[u8]; 2] =
        [&[0xff, 0xff, 0xff, 0xff, 0x07], &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]];
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let real = real_views();
    assert!(
        real.len() == 12 && real.iter().all(|bytes| checkpoint::check(bytes)),
        "a saved view is not loaded"
    );
    let mut accepted = 0;
    for seed in 0..60_000 {
        let mut random = Random::new(seed);
        let mut input = real[random.index(real.len())].clone();
        for _ in 0..1 + random.index(2) {
            let at = 1 + random.index(input.len() - 1);
            match random.index(4) {
                0 => input[at] = random.next() as u8,
                1 => input[at] ^= 1 << random.index(8),
                2 => input.truncate(at.max(2)),
                _ => {
                    let count = COUNTS[random.index(2)];
                    let end = (at + count.len()).min(input.len());
                    input[at..end].copy_from_slice(&count[..end - at]);
                }
            }
        }
        accepted += usize::from(bounded(seed, || checkpoint::check(&input)));
    }
    assert!(accepted > 1000, "{accepted}: many edits only change a number or a time");
}
