//! The log in memory against the contract, and the messages of errors.

use std::io;

use acquaint_log::{AppendError, EventLog, MemoryLog, Position, ReadError, contract};

fn position(number: u64) -> Position {
    Position::new(number).expect("not 0")
}

#[test]
fn the_log_in_memory_keeps_the_contract() {
    contract::check(MemoryLog::new);
}

#[test]
fn an_overlay_continues_at_its_position() {
    let overlay = MemoryLog::starting_at(position(1000));
    assert_eq!(overlay.next_position(), position(1000));
    assert!(matches!(overlay.append(Position::FIRST, &[vec![1]]), Err(AppendError::WrongPosition { .. })));
    overlay.append(position(1000), &[vec![1], vec![2]]).expect("the overlay accepts its first position");
    let positions: Vec<u64> = overlay
        .read(Position::FIRST)
        .map(|record| record.expect("memory does not fail").position.get())
        .collect();
    assert_eq!(positions, [1000, 1001]);
}

#[test]
fn positions_begin_at_one() {
    assert_eq!(Position::new(0), None);
    assert_eq!(Position::FIRST.get(), 1);
    assert_eq!(Position::FIRST.previous(), None);
    assert_eq!(Position::FIRST.next().previous(), Some(Position::FIRST));
    assert_eq!(position(41).next().to_string(), "42");
}

#[test]
fn errors_say_what_to_do() {
    let check = |error: &dyn std::error::Error, expected: &str| {
        assert_eq!(error.to_string(), expected);
    };
    check(
        &AppendError::WrongPosition { expected: position(7), actual: position(9) },
        "the batch expects position 7 but the log continues at 9; read what was appended meanwhile and decide again",
    );
    check(&AppendError::Empty, "the batch is empty; append at least one record");
    check(
        &AppendError::TooLarge { bytes: 10, bytes_max: 9 },
        "the batch takes 10 bytes, but the log allows at most 9 in one batch; split the batch",
    );
    check(&AppendError::ReadOnly, "the log is open for reading only; open it for writing to append");
    check(
        &AppendError::Stopped { reason: String::from("the disk is gone") },
        "the log has stopped: the disk is gone; repair the cause and open the log again",
    );
    check(
        &ReadError::Damaged { position: position(3), detail: String::from("checksum") },
        "the log is damaged from position 3 on: checksum; everything before it is intact",
    );
    let io = ReadError::Io { position: position(3), source: io::Error::other("unplugged") };
    check(&io, "cannot read the log from position 3 on; check the disk and try again");
    check(std::error::Error::source(&io).expect("a source"), "unplugged");
}
