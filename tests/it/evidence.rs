//! What shows how long a log was: later frames, the writers' summaries, checkpoints. All of it is used.

use std::fs;
use std::path::PathBuf;

use acquaint::grammar::Exit;

use crate::processes::{World, log_files};

const MARK_BYTES: usize = 120;
const FRAME_MAGIC: &[u8] = b"acqframe";
const SESSIONS: usize = 20;

/// A log of one command a session, of which each has closed the log.
fn sessions() -> World {
    let world = World::of_small_segments();
    for number in 0..SESSIONS {
        let line =
            format!("--at 2026-11-21T08:{number:02}:00Z member add m{number} --command-id join-{number}");
        let ran = world.program().say(&line);
        assert_eq!((ran.exit, ran.talk.as_str()), (Exit::Ok, ""), "{line}");
    }
    world
}

fn segment(world: &World) -> PathBuf {
    world.data().join("log/00000000000000000001.segment")
}

/// Where the marks begin: frames without records.
fn marks(segment: &[u8]) -> Vec<usize> {
    let begins = (0..segment.len() - MARK_BYTES).step_by(8);
    begins
        .filter(|at| segment[*at..].starts_with(FRAME_MAGIC) && segment[at + 12..at + 16] == [0; 4])
        .collect()
}

#[test]
fn one_flipped_bit_in_a_mark_between_sessions_is_told_refused_and_rebuilt_without_loss() {
    for has_checkpoint in [false, true] {
        let world = sessions();
        let program = world.program();
        if has_checkpoint {
            assert_eq!(program.say("checkpoint").exit, Exit::Ok);
            let ran = program.say("--at 2026-11-21T09:00:00Z member add last");
            assert_eq!((ran.exit, ran.talk.as_str()), (Exit::Ok, ""));
        }
        let intact = fs::read(segment(&world)).expect("a segment");
        let asked = "--at 2026-11-22T09:00:00Z member show m7";
        let (answer, verified) = (program.say(asked), program.say("log verify --deep"));
        let marks = marks(&intact);
        assert_eq!(marks.len(), SESSIONS + usize::from(has_checkpoint));
        for (number, at) in marks[..marks.len() - 1].iter().enumerate() {
            let mut damaged = intact.clone();
            match number % 3 {
                0 => damaged[*at..at + MARK_BYTES].fill(0),
                part => damaged[at + part * 40] ^= 1,
            }
            fs::write(segment(&world), &damaged).expect("damaged");
            let before = log_files(&world.data());
            for line in [
                "log verify --deep".to_owned(),
                "--at 2026-11-21T10:00:00Z member add other".to_owned(),
                format!(
                    "--at 2026-11-21T10:00:00Z member add m{number} --company Other --command-id join-{number}"
                ),
            ] {
                let ran = program.say(&line);
                assert_eq!(ran.exit, Exit::Failed, "{line}: {}{}", ran.out, ran.talk);
                assert!(ran.talk.contains(&format!("is damaged at byte {at}")), "{line}: {}", ran.talk);
                assert!(ran.talk.contains("no event is affected"), "{line}: {}", ran.talk);
            }
            assert_eq!(log_files(&world.data()), before, "nothing is written to a damaged log");
            let shown = program.say("log repair");
            assert!(shown.out.contains("every event stays"), "{}", shown.out);
            let done = program.say("log repair --accept-loss");
            assert_eq!((done.exit, done.talk.as_str()), (Exit::Ok, ""));
            assert_eq!(fs::read(segment(&world)).expect("a segment"), intact);
            assert_eq!(program.say("log verify --deep"), verified);
            assert_eq!(program.say(asked), answer);
        }
        let again = program.say("--at 2026-11-21T11:00:00Z member add m3 --command-id join-3");
        assert_eq!(
            (again.exit, again.talk.as_str()),
            (Exit::Ok, ""),
            "an acknowledged command is answered as before"
        );
    }
}
