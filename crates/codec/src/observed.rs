//! Events read from somebody else's records: numbers 900 to 999.

use acquaint_domain::Event;
use serde::{Deserialize, Serialize};

use crate::post::Ask;
use crate::section::Twin;
use crate::value::Moment;

#[derive(Serialize, Deserialize)]
pub(crate) struct ImportBegun {
    source: [u8; 32],
    requests: u32,
    accepted: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RequestObserved {
    ask: Ask,
    observed_at: Moment,
    line: u32,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct AcceptanceObserved {
    ask: Ask,
    observed_at: Moment,
    line: u32,
}

impl Twin for ImportBegun {
    fn of(event: &Event) -> Option<Self> {
        let Event::ImportBegun { source, requests, accepted } = event else {
            return None;
        };
        Some(Self { source: *source, requests: *requests, accepted: *accepted })
    }

    fn event(self) -> Event {
        Event::ImportBegun { source: self.source, requests: self.requests, accepted: self.accepted }
    }
}

impl Twin for RequestObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::RequestObserved { ask, observed_at, line } = event else {
            return None;
        };
        Some(Self { ask: (*ask).into(), observed_at: (*observed_at).into(), line: *line })
    }

    fn event(self) -> Event {
        let observed_at = self.observed_at.into();
        Event::RequestObserved { ask: self.ask.into(), observed_at, line: self.line }
    }
}

impl Twin for AcceptanceObserved {
    fn of(event: &Event) -> Option<Self> {
        let Event::AcceptanceObserved { ask, observed_at, line } = event else {
            return None;
        };
        Some(Self { ask: (*ask).into(), observed_at: (*observed_at).into(), line: *line })
    }

    fn event(self) -> Event {
        let observed_at = self.observed_at.into();
        Event::AcceptanceObserved { ask: self.ask.into(), observed_at, line: self.line }
    }
}
