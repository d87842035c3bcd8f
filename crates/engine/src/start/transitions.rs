//! A log checked for steps that the states before them do not allow.

use acquaint_log::{EventLog, Position};
use acquaint_projection_requests::{IllegalTransitions, Requests};

use crate::error::StartError;
use crate::state::decode::decoded;

/// Reads every event of the log, and counts the steps of requests that the states before them do not allow. No decision makes
/// such a step: it shows an error of the program that wrote it. Views take it all the same.
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
