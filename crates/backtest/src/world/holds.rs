//! Decides which events of history also happen in the counterfactual state.

use acquaint_domain::outgoing::{self, Outgoing};
use acquaint_domain::{
    ConnectionName, Event, RequestId, account, connection, import, incoming, letter, network, oversight,
};

use super::{CounterfactualState, Divergence};
use crate::outcome::CounterfactualAnswer;

impl CounterfactualState {
    fn is_here(&self, request: &RequestId) -> bool {
        !self.diverged.contains_key(request)
    }

    /// What happens here to an answer that history has in `event`, after the event has been applied.
    pub(crate) fn answered(&self, event: &Event, request: RequestId) -> CounterfactualAnswer {
        match self.diverged.get(&request) {
            Some(Divergence::Expired) => return CounterfactualAnswer::Expired,
            Some(Divergence::Alone) => return CounterfactualAnswer::Unknown,
            Some(Divergence::Decided) => return CounterfactualAnswer::Stopped,
            None => {}
        }
        if self.is_open_ended(event, request) {
            CounterfactualAnswer::Unknown
        } else {
            CounterfactualAnswer::Happens
        }
    }

    /// Whether the answer in `event` is unknown here: the request that crossed is missing, or `request`, which expired in
    /// history, is still open.
    fn is_open_ended(&self, event: &Event, request: RequestId) -> bool {
        match event {
            Event::Outgoing(event) => match event.kind {
                outgoing::Kind::Expired { .. } => self.views.pending.request(request).is_some(),
                outgoing::Kind::Submitted { .. }
                | outgoing::Kind::Refused { .. }
                | outgoing::Kind::Held { .. }
                | outgoing::Kind::Sent { .. }
                | outgoing::Kind::Confirmed { .. }
                | outgoing::Kind::Withdrawn { .. }
                | outgoing::Kind::Reminded { .. } => false,
            },
            Event::Incoming(event) => match event.kind {
                incoming::Kind::Crossed { .. } => !self.is_here(&event.request_ref.request),
                incoming::Kind::Delivered { .. }
                | incoming::Kind::Held { .. }
                | incoming::Kind::Filed { .. }
                | incoming::Kind::FiledByClosure
                | incoming::Kind::Merged { .. }
                | incoming::Kind::Shown
                | incoming::Kind::Accepted { .. }
                | incoming::Kind::Declined
                | incoming::Kind::Dismissed
                | incoming::Kind::Reported => false,
            },
            Event::Network(_)
            | Event::Account(_)
            | Event::Connection(_)
            | Event::Letter(_)
            | Event::Oversight(_)
            | Event::Import(_) => false,
        }
    }

    /// Whether a connection that history made was also made here.
    fn is_made(&self, name: &ConnectionName) -> bool {
        name.requests().iter().any(|request| !self.unmade.contains(request))
    }

    /// Records whether a connection of history is made here, and returns it.
    fn note_connection(&mut self, name: &ConnectionName, is_so: bool) -> bool {
        if !is_so {
            self.unmade.extend(name.requests());
        }
        is_so
    }

    /// Whether two requests that crossed in history also cross here.
    fn crosses(&mut self, request: RequestId, name: &ConnectionName) -> bool {
        let arrived = self.is_here(&request);
        let met = name.requests().iter().any(|other| *other != request && self.is_here(other));
        if arrived && !met {
            // It would have waited in the inbox; the recipient's answer is unknown.
            self.diverged.insert(request, Divergence::Alone);
        }
        self.crossings_lost += u64::from(arrived != met);
        self.note_connection(name, arrived && met)
    }

    /// Whether an event of history also happens here.
    pub(super) fn holds(&mut self, event: &Event) -> bool {
        match event {
            Event::Network(event) => self.network_holds(event),
            Event::Account(event) => account_holds(event),
            Event::Connection(event) => self.connection_holds(event),
            Event::Outgoing(event) => self.outgoing_holds(event),
            Event::Letter(event) => self.letter_holds(event),
            Event::Incoming(event) => self.incoming_holds(event),
            Event::Oversight(event) => self.oversight_holds(event),
            Event::Import(event) => self.import_holds(event),
        }
    }

    fn network_holds(&self, event: &network::Event) -> bool {
        match event {
            network::Event::RequestUnclaimed { request, .. } => self.is_here(request),
            network::Event::Founded { .. }
            | network::Event::PolicyAdopted { .. }
            | network::Event::CommandRefused(_)
            | network::Event::LookupRecorded(_)
            | network::Event::FaultStarted { .. }
            | network::Event::FaultStopped(_) => true,
        }
    }

    fn connection_holds(&self, event: &connection::Event) -> bool {
        match &event.kind {
            connection::Kind::AcceptanceTaken { name, .. }
            | connection::Kind::AcceptanceLapsed { name, .. }
            | connection::Kind::Disconnected { name, .. }
            | connection::Kind::Closed { name, .. }
            | connection::Kind::DisconnectionTaken { name, .. }
            | connection::Kind::ClosureTaken { name: Some(name), .. } => self.is_made(name),
            connection::Kind::ClosureTaken { name: None, .. }
            | connection::Kind::Blocked { .. }
            | connection::Kind::Unblocked
            | connection::Kind::Recorded { .. } => true,
        }
    }

    fn outgoing_holds(&self, event: &outgoing::Event) -> bool {
        match event.kind {
            outgoing::Kind::Withdrawn { .. } | outgoing::Kind::Reminded { .. } => {
                self.is_here(&event.request)
            }
            // Sends, expiries and second judgements are decided here.
            outgoing::Kind::Submitted { .. }
            | outgoing::Kind::Refused { .. }
            | outgoing::Kind::Held { .. }
            | outgoing::Kind::Sent { .. }
            | outgoing::Kind::Confirmed { .. }
            | outgoing::Kind::Expired { .. } => false,
        }
    }

    fn letter_holds(&self, event: &letter::Event) -> bool {
        match event.kind {
            letter::Kind::DeliveryFailed { request: Some(request), .. }
            | letter::Kind::DeliveryAbandoned { request, .. }
            | letter::Kind::RequestArrived { request, .. }
            | letter::Kind::WithdrawalTaken { request, .. }
            | letter::Kind::ReminderTaken { request, .. } => self.is_here(&request),
            letter::Kind::DeliveryFailed { request: None, .. } => true,
        }
    }

    fn incoming_holds(&mut self, event: &incoming::Event) -> bool {
        match &event.kind {
            // If the request that it answered is missing here, this would have been an ordinary send.
            incoming::Kind::Accepted { name, crossing: Some(crossing), .. } => {
                self.crosses(crossing.request, name)
            }
            incoming::Kind::Accepted { name, crossing: None, .. } => {
                let is_so = name.requests().iter().any(|request| self.is_here(request));
                self.note_connection(name, is_so)
            }
            incoming::Kind::Crossed { name, .. } => self.crosses(event.request_ref.request, name),
            incoming::Kind::Delivered { .. }
            | incoming::Kind::Held { .. }
            | incoming::Kind::Filed { .. }
            | incoming::Kind::FiledByClosure
            | incoming::Kind::Merged { .. }
            | incoming::Kind::Shown
            | incoming::Kind::Declined
            | incoming::Kind::Dismissed
            | incoming::Kind::Reported => self.is_here(&event.request_ref.request),
        }
    }

    fn oversight_holds(&self, event: &oversight::Event) -> bool {
        match event {
            oversight::Event::AppealOpened { against, .. }
            | oversight::Event::AppealUpheld { against, .. }
            | oversight::Event::AppealDismissed { against, .. } => {
                against.request.is_none_or(|request| self.is_here(&request))
            }
            oversight::Event::RequestRejected { request, .. } => {
                let held = self.views.pending.request(*request);
                held.is_some_and(|held| held.open.state == Outgoing::HeldForReview)
            }
            // Harmless if no ban withdrew the request here: then nothing is restored.
            oversight::Event::RequestStaysHeld { .. }
            | oversight::Event::BanReversed { .. }
            | oversight::Event::RequestRestored { .. } => true,
            // These are decided by this state itself.
            oversight::Event::FeedbackTaken { .. }
            | oversight::Event::RestrictionImposed { .. }
            | oversight::Event::RequestReleased { .. } => false,
        }
    }

    fn import_holds(&self, event: &import::Event) -> bool {
        match event {
            import::Event::Begun { .. } => true,
            // A send, which is judged again here.
            import::Event::RequestObserved { .. } => false,
            import::Event::AcceptanceObserved { request_ref, .. } => self.is_here(&request_ref.request),
            import::Event::Export(export) => export.requests().iter().all(|request| self.is_here(request)),
            import::Event::Inherited(inherited) => {
                inherited.requests().iter().all(|request| self.is_here(request))
            }
        }
    }
}

/// No account event follows from a send, so all of them happen here.
fn account_holds(event: &account::Event) -> bool {
    match event.kind {
        account::Kind::Added { .. }
        | account::Kind::Changed { .. }
        | account::Kind::Restricted { .. }
        | account::Kind::Banned
        | account::Kind::RestrictionLifted
        | account::Kind::Closed { .. }
        | account::Kind::ContactsImported { .. }
        | account::Kind::SettingsChanged { .. }
        | account::Kind::SendChecked => true,
    }
}
