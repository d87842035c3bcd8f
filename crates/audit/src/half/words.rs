//! Words that both halves use.

use acquaint_domain::{AcceptFrom, Timestamp, WithdrawnBy};

use crate::wording::{self, Speech};

/// The state of one half of a request: what happened, and the reason where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HalfText {
    /// What happened, with its date: a sentence without its initial capital and full stop.
    pub(crate) happened: String,
    /// The reason, with the deciding numbers.
    pub(crate) reason: Option<String>,
}

impl HalfText {
    /// What happened, without a reason.
    pub(crate) fn plain(happened: String) -> Self {
        Self { happened, reason: None }
    }

    /// What happened, and the reason.
    pub(crate) fn because(happened: String, reason: String) -> Self {
        Self { happened, reason: Some(reason) }
    }

    /// Both in one sentence, without its full stop.
    pub(crate) fn sentence(&self) -> String {
        match &self.reason {
            Some(reason) => format!("{}: {reason}", self.happened),
            None => self.happened.clone(),
        }
    }
}

/// The remark on what was imported with the network.
pub(crate) const BEFORE_THIS_LOG: &str = "imported with the network; no policy of this log judged it";

/// By whom, or why, a request was withdrawn.
pub(crate) fn withdrawn_by(by: WithdrawnBy, speech: &Speech) -> String {
    let Speech { sender, recipient } = speech;
    match by {
        WithdrawnBy::Member => format!("by {}", sender.name()),
        WithdrawnBy::Block => format!("because {} {}", sender.does("blocked", "blocked"), recipient.name()),
        WithdrawnBy::Enforcement => format!("by the network, when {} account was banned", sender.whose()),
        WithdrawnBy::Closure => format!("because {} the account", sender.does("closed", "closed")),
    }
}

/// Who an accept-from setting lets in.
pub(crate) const fn admitted(setting: AcceptFrom) -> &'static str {
    match setting {
        AcceptFrom::Everyone => "everybody",
        AcceptFrom::Contacts => "only imported contacts",
        AcceptFrom::ContactsOrEmail => "only imported contacts and people who use the e-mail address",
    }
}

/// When a limit lets the next request through.
pub(crate) fn next_frees(frees_at: Option<Timestamp>, limit: u32) -> String {
    match frees_at {
        Some(_) if limit == 0 => "the policy lets none through".to_owned(),
        Some(frees_at) => format!("the next could be sent from {}", wording::from_moment(frees_at)),
        None => "there is room".to_owned(),
    }
}
