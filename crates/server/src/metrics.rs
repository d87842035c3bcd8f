//! Figures for Prometheus. No label holds anything of a member's, and every label has a bounded number of values.

use std::time::Duration;

use acquaint_domain::Code;
use parking_lot::Mutex;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::readiness::Readiness;
use crate::state::State;

/// What [`Metrics::text`] is.
pub(crate) const MEDIA: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The bounds of the times of requests, seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    /// The operation's id in the OpenAPI document, or `none`.
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CodeLabels {
    /// A code of the catalogue, or `none` where nothing was refused.
    code: String,
}

/// What is counted while requests are answered.
pub(crate) struct Metrics {
    registry: Mutex<Registry>,
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    outcomes: Family<CodeLabels, Counter>,
    gauges: Gauges,
}

/// What is read when somebody asks.
#[derive(Clone, Default)]
struct Gauges {
    streams: Gauge,
    waiting: Gauge,
    log_events: Gauge,
    log_writable: Gauge,
    lag: Gauge,
    disk_free: Gauge,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("acquaint");
        let requests = Family::default();
        let seconds: Family<RouteLabels, Histogram, fn() -> Histogram> =
            Family::new_with_constructor(|| Histogram::new(BUCKETS));
        let outcomes = Family::default();
        let gauges = Gauges::default();
        registry.register("http_requests", "Requests that were answered", requests.clone());
        registry.register("http_request_seconds", "How long their answers took to begin", seconds.clone());
        registry.register(
            "command_outcomes",
            "Commands that were carried out, by reason code",
            outcomes.clone(),
        );
        let Gauges { streams, waiting, log_events, log_writable, lag, disk_free } = gauges.clone();
        registry.register("event_streams", "Event streams that are open", streams);
        registry.register("requests_waiting", "Requests that are with the engine or wait for it", waiting);
        registry.register("log_events", "Events in the log", log_events);
        registry.register("log_writable", "1 while the log can be written", log_writable);
        registry.register("due_lag_milliseconds", "For how long due work has been waiting", lag);
        registry.register(
            "disk_free_bytes",
            "Room on the disk of the data folder; -1 where not known",
            disk_free,
        );
        Self { registry: Mutex::new(registry), requests, seconds, outcomes, gauges }
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, route: &'static str, status: u16, took: Duration) {
        self.requests.get_or_create(&RequestLabels { route, status }).inc();
        self.seconds.get_or_create(&RouteLabels { route }).observe(took.as_secs_f64());
    }

    /// Counts the outcome of a command, by the code in its answer.
    pub(crate) fn outcome(&self, code: Option<&str>) {
        let known = |text: &&str| Code::ALL.iter().any(|code| code.to_string() == **text);
        let code = code.filter(|text| known(text)).unwrap_or("none").to_owned();
        self.outcomes.get_or_create(&CodeLabels { code }).inc();
    }

    /// All figures as text (OpenMetrics, which Prometheus reads). It may block.
    pub(crate) fn text(state: &State) -> Option<String> {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let Self { registry, gauges, .. } = &state.metrics;
        let now = Readiness::of(state);
        gauges.streams.set(whole(state.hub.len() as u64));
        let queue = state.limits.at_once + state.limits.queue;
        gauges.waiting.set(whole(queue.saturating_sub(state.queue.available_permits()) as u64));
        gauges.log_events.set(whole(now.log_events));
        gauges.log_writable.set(i64::from(now.log_writable));
        gauges.lag.set(whole(now.lag_milliseconds));
        gauges.disk_free.set(now.disk_free_bytes.map_or(-1, whole));
        let mut written = String::new();
        text::encode(&mut written, &registry.lock()).ok()?;
        Some(written)
    }
}
