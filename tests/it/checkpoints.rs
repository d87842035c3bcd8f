//! Checkpoints hold the state that the events lead to, and an unusable one costs time and nothing else.

mod commands;
mod files;
mod pinned;
mod repaired;

use std::sync::Arc;

use acquaint_codec::encode;
use acquaint_domain::Recorded;
use acquaint_engine::{CheckpointError, Checkpoints, Engine, Rebuild, ReplayTo, Replayed, Views};
use acquaint_log::{EventLog, MemoryLog, Position};
use acquaint_log_file::{FileLog, Options};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq};
use tempfile::TempDir;

use crate::kernels::joins;
use crate::random_worlds::{check, genesis, log_of, play, settle, worlds};

pub(crate) const LOG: [u8; 16] = [7; 16];

/// A temporary folder, and the checkpoints in it.
pub(crate) fn fresh() -> (TempDir, Checkpoints) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let checkpoints = Checkpoints::new(folder.path().join("checkpoints"), LOG);
    (folder, checkpoints)
}

/// Everything that views hold, including policies.
pub(crate) fn whole(views: &Views) -> String {
    format!("{views:?}")
}

fn replayed_from(log: &dyn EventLog, up_to: ReplayTo, checkpoints: &Checkpoints) -> Replayed {
    Rebuild::of(log).to(up_to).checkpoints(checkpoints).run().expect("the log reads")
}

/// Writes a checkpoint at `position` and checks that a replay from it, and the saved bytes, equal those of the whole log.
fn check_at(log: &MemoryLog, position: u64) -> Result<(), TestCaseError> {
    let (_folder, checkpoints) = fresh();
    let there = Rebuild::of(log).to(ReplayTo::Position(position)).run().expect("the log reads").views;
    let written = checkpoints.write(log, &there).expect("it is written");
    let loaded = checkpoints.load(log, position).expect("it was written just now");
    prop_assert_eq!(whole(&loaded), whole(&there));
    let bytes = std::fs::read(&written.file).expect("it is there");
    prop_assert_eq!(bytes.len() as u64, written.bytes);
    checkpoints.write(log, &loaded).expect("it is written again");
    prop_assert!(
        bytes == std::fs::read(&written.file).expect("it is there"),
        "the same state was saved as other bytes"
    );
    let end = Rebuild::of(log).run().expect("the log reads").views;
    let begun = replayed_from(log, ReplayTo::End, &checkpoints);
    prop_assert_eq!((begun.from, begun.from + begun.events), (position, end.last().0));
    prop_assert_eq!(begun.passed_over, []);
    prop_assert_eq!(begun.views.digests(), end.digests());
    prop_assert_eq!(whole(&begun.views), whole(&end));
    prop_assert_eq!(whole(&Rebuild::of(log).on(loaded).run().expect("it reads").views), whole(&end));
    Ok(())
}

#[test]
fn a_loaded_state_equals_the_saved_one_and_leads_to_the_same_end() {
    check(96, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        let log = log_of(kernel.staged());
        let last = kernel.views().last().0;
        // In the middle, and at the end.
        check_at(&log, 1 + last * 2 / 3)?;
        check_at(&log, last)
    });
}

#[test]
fn an_earlier_moment_or_event_is_not_replayed_from_a_later_checkpoint() {
    check(24, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        settle(&mut kernel, now);
        let log = log_of(kernel.staged());
        let (_folder, checkpoints) = fresh();
        let position = 1 + kernel.views().last().0 / 2;
        checkpoints
            .write(
                &log,
                &Rebuild::of(&log).to(ReplayTo::Position(position)).run().expect("the log reads").views,
            )
            .expect("it is written");
        for recorded in kernel.staged() {
            let (at, number) = (recorded.at, recorded.number.0);
            let then = replayed_from(&log, ReplayTo::Moment(at), &checkpoints);
            let expected = Rebuild::of(&log).to(ReplayTo::Moment(at)).run().expect("the log reads").views;
            prop_assert_eq!(then.views.digests(), expected.digests());
            prop_assert!(then.from == 0 || then.from == position && expected.last().0 >= position);
            let there = replayed_from(&log, ReplayTo::Position(number), &checkpoints);
            prop_assert_eq!((there.views.last().0, there.passed_over), (number, vec![]));
            prop_assert_eq!(there.from, if number < position { 0 } else { position });
        }
        Ok(())
    });
}

#[test]
fn what_is_not_durable_is_in_no_checkpoint() {
    let mut kernel = crate::random_worlds::kernel_of(3);
    let (durable, ahead) = kernel.staged().split_at(4);
    assert!(!ahead.is_empty());
    let log = log_of(durable);
    let (_folder, checkpoints) = fresh();
    let refused = checkpoints.write(&log, kernel.views()).expect_err("the views are ahead");
    assert!(matches!(refused, CheckpointError::Log { position, .. } if position == kernel.views().last().0));
    assert!(checkpoints.write(&log, &Views::default()).is_err(), "a checkpoint of no event");
    assert_eq!(checkpoints.positions().expect("an absent folder has none"), [0_u64; 0]);
    append(&log, kernel.take_staged().split_off(4));
    checkpoints.write(&log, kernel.views()).expect("now it is durable");
}

fn append(log: &dyn EventLog, events: Vec<Recorded>) {
    let bytes: Vec<Vec<u8>> = events.iter().map(encode).collect();
    log.append(log.next_position(), &bytes).expect("it is appended");
}

/// A log in a folder, as a network has one.
fn file_log(folder: &TempDir) -> Arc<FileLog> {
    let options = Options { segment_bytes: 64 << 10, ..Options::default() };
    Arc::new(FileLog::open(&folder.path().join("log"), &options).expect("the log opens"))
}

#[test]
fn checkpoints_are_written_in_the_background_and_the_next_start_begins_with_the_newest() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let log = file_log(&folder);
    let checkpoints = Checkpoints::new(folder.path().join("checkpoints"), log.log_id().bytes()).every(60);
    let engine = Engine::open_from(Arc::clone(&log) as _, &genesis(), Some(&checkpoints)).expect("it opens");
    assert_eq!((engine.opened_from().0, engine.checkpointed().0), (0, 0));
    let mut joined = 0;
    let mut first = 0;
    // Until two were written: one from an empty state, and one from the first checkpoint.
    while first == 0 || engine.checkpointed().0 == first {
        joined += 1;
        engine.submit(joins(joined)).expect("a new member");
        assert_eq!(engine.checkpoint_trouble(), None);
        assert!(engine.checkpointed().0 < engine.log().next_position().get(), "ahead of what is durable");
        if first == 0 {
            first = engine.checkpointed().0;
        }
    }
    engine.submit(joins(joined + 1)).expect("a new member");
    let digests = engine.read(Views::digests).expect("it has not stopped");
    let newest = engine.checkpointed();
    drop(engine);
    let positions = checkpoints.positions().expect("the folder lists");
    assert!(positions[0] >= newest.0 && positions.len() == 2, "{positions:?}");
    for position in positions {
        let loaded = checkpoints.load(log.as_ref(), position).expect("it can be used");
        assert_eq!(
            whole(&loaded),
            whole(&Rebuild::of(log.as_ref()).to(ReplayTo::Position(position)).run().expect("it reads").views)
        );
    }
    let again = Engine::open_from(Arc::clone(&log) as _, &genesis(), Some(&checkpoints)).expect("it opens");
    assert!(again.opened_from() >= newest);
    assert_eq!(again.passed_over(), []);
    assert_eq!(again.read(Views::digests).expect("it has not stopped"), digests);
    assert_eq!(Rebuild::of(log.as_ref()).run().expect("it reads").views.digests(), digests);
}

#[test]
fn a_folder_that_cannot_be_written_is_reported_and_stops_no_command() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let file = folder.path().join("checkpoints");
    std::fs::write(&file, "in the way").expect("a file is written");
    let log = Arc::new(MemoryLog::new());
    let checkpoints = Checkpoints::new(&file, LOG).every(1);
    let engine = Engine::open_from(Arc::clone(&log) as _, &genesis(), Some(&checkpoints)).expect("it opens");
    assert_eq!(engine.passed_over().len(), 1, "a folder that cannot be listed is reported");
    let mut joined = 0;
    while engine.checkpoint_trouble().is_none() {
        joined += 1;
        engine.submit(joins(joined)).expect("a new member");
    }
    assert!(engine.checkpoint_trouble().is_some_and(|reason| reason.contains("cannot be written")));
    engine.submit(joins(joined + 1)).expect("a new member");
    assert_eq!(log.next_position(), Position::new(joined as u64 + 4).expect("a position"));
}
