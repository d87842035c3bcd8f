//! Checks a log for illegal state transitions.

use acquaint_log::{EventLog, Position};
use acquaint_projection_requests::{IllegalTransitions, Requests};

use crate::error::StartError;
use crate::state::decode::decoded;

/// Reads every event of the log, and counts the requests' illegal transitions: steps that their previous state does not allow.
/// No decision makes such a step, so it shows a bug in the program that recorded it. Views apply it nevertheless.
///
/// # Errors
/// An event cannot be read.
pub fn illegal_transitions(log: &dyn EventLog) -> Result<IllegalTransitions, StartError> {
    let (mut requests, mut illegal) = (Requests::default(), IllegalTransitions::default());
    for record in log.read(Position::FIRST) {
        requests.apply_and_check(&decoded(record)?, &mut illegal);
    }
    Ok(illegal)
}
