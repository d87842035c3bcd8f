//! A line for each request, and the trace that it belongs to (W3C `traceparent`). A line has the route and the status; it
//! has no query, no id, no header and nothing of a member's.

use std::io;
use std::str::FromStr;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use tracing_subscriber::fmt;

/// The header that says to which trace a request belongs.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// How the log of requests is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// A line of words a request.
    Text,
    /// A JSON object a line.
    Json,
}

/// Writes a line for each request to standard error from now on. Once a process: later calls change nothing.
pub fn log_requests(format: LogFormat) {
    let lines = fmt().with_writer(io::stderr).with_ansi(false).with_target(false);
    // A program that embeds the server may have a log already, which gets the lines then.
    let _set = match format {
        LogFormat::Text => tracing::subscriber::set_global_default(lines.finish()),
        LogFormat::Json => tracing::subscriber::set_global_default(lines.json().flatten_event(true).finish()),
    };
}

/// The trace that a request belongs to, and this server's span of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trace {
    trace: u128,
    span: u64,
    flags: u8,
    /// Whether the client began it.
    is_given: bool,
}

impl Trace {
    /// The client's trace, or a new one where it gave none that can be read.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let mut random = [0; 24];
        // Without random bytes there is a trace of zeros, which nobody is told of.
        let _filled = getrandom::fill(&mut random);
        let [own, span] = [&random[..16], &random[16..]]
            .map(|bytes| bytes.iter().fold(0_u128, |number, byte| number << 8 | u128::from(*byte)));
        let span = u64::try_from(span).unwrap_or_default();
        let mut given = headers.get_all(TRACEPARENT).iter();
        let parent = given.next().and_then(|text| text.to_str().ok()?.parse::<TraceParent>().ok());
        match parent.filter(|_| given.next().is_none()) {
            Some(TraceParent { trace, flags }) => Self { trace, span, flags, is_given: true },
            None => Self { trace: own, span, flags: 0, is_given: false },
        }
    }

    /// The header with which the answer names this server's span, where the client began the trace.
    pub(crate) fn header(self) -> Option<(HeaderName, HeaderValue)> {
        let Self { trace, span, flags, is_given } = self;
        let text = format!("00-{trace:032x}-{span:016x}-{flags:02x}");
        HeaderValue::from_str(&text).ok().filter(|_| is_given).map(|value| (TRACEPARENT, value))
    }
}

/// What is read of a client's `traceparent`.
struct TraceParent {
    trace: u128,
    flags: u8,
}

impl FromStr for TraceParent {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let parts: Vec<&str> = text.split('-').collect();
        let [version, trace, span, flags, rest @ ..] = parts.as_slice() else { return Err(()) };
        let are_lengths_right = [version.len(), trace.len(), span.len(), flags.len()] == [2, 32, 16, 2];
        let are_hex = [version, trace, span, flags].into_iter().all(|part| is_hex(part));
        // A later version may have more parts.
        let is_version_known = *version != "ff" && (*version != "00" || rest.is_empty());
        let trace = u128::from_str_radix(trace, 16).map_err(drop)?;
        let span = u64::from_str_radix(span, 16).map_err(drop)?;
        let flags = u8::from_str_radix(flags, 16).map_err(drop)?;
        let is_good = are_lengths_right && are_hex && is_version_known && trace != 0 && span != 0;
        is_good.then_some(Self { trace, flags: flags & 1 }).ok_or(())
    }
}

/// Writes the line of a request that was answered. `route` is the path of the table, with its names in braces.
pub(crate) fn note(trace: Trace, method: &Method, route: &'static str, status: u16, took: Duration) {
    let (trace_id, span_id) = (format_args!("{:032x}", trace.trace), format_args!("{:016x}", trace.span));
    // Only the methods of the table have names here: another is the client's own text.
    let method = match method.as_str() {
        "GET" | "HEAD" | "POST" | "PATCH" => method.as_str(),
        _ => "other",
    };
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(method, route, status, microseconds, %trace_id, %span_id, "answered");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_taken_over_or_begun() {
        let read = |text: &str| {
            let headers = HeaderMap::from_iter([(TRACEPARENT, HeaderValue::from_str(text).unwrap())]);
            Trace::of(&headers).header().map(|(_, value)| value.to_str().unwrap().to_owned())
        };
        let (trace, span) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
        let answer = read(&format!("00-{trace}-{span}-01")).unwrap();
        assert!(answer.starts_with(&format!("00-{trace}-")) && answer.ends_with("-01"), "{answer}");
        assert!(!answer.contains(span), "{answer}");
        assert!(read(&format!("01-{trace}-{span}-00-more")).is_some());
        let zeros = "0".repeat(32);
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("00-{trace}-{span}-01-more"),
            format!("ff-{trace}-{span}-01"),
            format!("00-{zeros}-{span}-01"),
            format!("00-{trace}-0000000000000000-01"),
            format!("00-{}-{span}-01", trace.to_uppercase()),
            format!("00-{trace}-{span}-0+"),
        ] {
            assert_eq!(read(&bad), None, "{bad}");
        }
    }
}
