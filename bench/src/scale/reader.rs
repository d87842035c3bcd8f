//! The part that replays a log, and measures `why` answers.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use acquaint_audit::Viewer;
use acquaint_codec::peek;
use acquaint_domain::RequestId;
use acquaint_engine::{Inquiry, Rebuild};
use acquaint_log::{EventLog, Position};
use acquaint_log_file::FileLog;
use serde_json::{Value, json};

use super::{memory, percentiles};
use crate::Problem;
use crate::random::Random;

/// The number of requests queried without measuring, and again with measuring.
const QUESTIONS: usize = 2_000;

pub(super) fn read(folder: &Path) -> Result<Value, Problem> {
    let log = FileLog::open_read_only(folder)?;
    let requests = some_requests(&log)?;
    let (before, started) = (memory()?, Instant::now());
    let replayed = Rebuild::of(&log).run()?;
    let seconds = started.elapsed().as_secs_f64();
    let bytes = memory()?.saturating_sub(before);
    let views = &replayed.views;
    let inquiry = Inquiry::new(views, &log, &[]);
    let now = views.last_at().ok_or("the log is empty")?;
    let mut latencies = Vec::with_capacity(requests.len());
    for (index, request) in requests.iter().enumerate() {
        let begun = Instant::now();
        let answer = inquiry.explain(*request, Viewer::Sender, now)?;
        if answer.is_none() {
            return Err(format!("no answer about {request}").into());
        }
        if index >= requests.len() / 2 {
            latencies.push(begun.elapsed());
        }
    }
    let [p50, p99] = percentiles(latencies);
    Ok(
        json!({ "events": replayed.events, "seconds": seconds, "bytes": bytes, "why_p50": p50, "why_p99": p99 }),
    )
}

/// Random requests from the whole log.
fn some_requests(log: &FileLog) -> Result<Vec<RequestId>, Problem> {
    let mut requests = Vec::new();
    let mut problem = None;
    log.visit(Position::FIRST, &mut |_, bytes| match peek(bytes) {
        Ok(envelope) => {
            requests.extend(envelope.request);
            ControlFlow::Continue(())
        }
        Err(error) => {
            problem = Some(error);
            ControlFlow::Break(())
        }
    })?;
    if let Some(problem) = problem {
        return Err(problem.into());
    }
    let mut random = Random::new(7);
    let any = |_| requests[random.below(requests.len() as u64) as usize];
    Ok((0..2 * QUESTIONS).map(any).collect())
}
