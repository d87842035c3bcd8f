//! The spam filter: symbols, their scores, and what the sum leads to.
//!
//! Each family of symbols has a file; all read [`history`], which remembers what a sender's own desk knows. A symbol
//! gives a [`Share`], `score` weighs it as the document says, and the verdict records both.

mod account;
mod answers;
mod document;
mod history;
mod notes;
mod odds;
mod pace;
mod remembered;
mod score;
mod targets;

use acquaint_domain::{Channel, Evidence, MemberId, Span, SymbolKind, Timestamp, Whether};

pub(crate) use document::{FIELDS, key};
pub use document::{Spam, SymbolWeight};
pub(crate) use history::Histories;
pub use history::REMEMBERED_MAX;
pub use odds::Odds;
pub(crate) use odds::PARAMETER_MAX as ODDS_PARAMETER_MAX;
pub(crate) use score::{evidence, find, weighed_again};

use history::MemberHistory;

use crate::document::Policy;
use crate::sender::Facts;

/// What a symbol saw: a number, or a number out of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Value that the symbol saw.
    pub value: u32,
    /// Out of how many; 0 for a plain number.
    pub of: u32,
}

/// What the spam filter looks at, before any weight: for each kind what it saw, and nothing where that was nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpamFacts {
    /// One for each kind, in their order.
    seen: [Share; SymbolKind::ALL.len()],
}

/// A send, as far as the filter asks about it.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// Member who sent the request.
    pub sender: MemberId,
    /// To whom; `None` for an e-mail address, whose owner is not the desk's to know.
    pub to: Option<MemberId>,
    /// By which channel.
    pub channel: &'a Channel,
    /// The note; `None` without one.
    pub note: Option<&'a str>,
    /// Whether the sender has any connection.
    pub has_connections: Whether,
    /// How many members are connected with both; 0 for an e-mail address.
    pub mutuals: u32,
    /// Whether the two show the same company; no for an e-mail address.
    pub same_company: Whether,
}

impl From<u32> for Share {
    fn from(value: u32) -> Self {
        Self { value, of: 0 }
    }
}

impl SpamFacts {
    /// These, in any order, the first of each kind.
    pub fn new(seen: impl IntoIterator<Item = (SymbolKind, Share)>) -> Self {
        let mut facts = Self::default();
        for (kind, share) in seen {
            let seen = &mut facts.seen[kind as usize];
            if *seen == Share::default() {
                *seen = share;
            }
        }
        facts
    }

    /// What this kind saw.
    pub fn of(&self, kind: SymbolKind) -> Share {
        self.seen[kind as usize]
    }

    /// Everything that was seen, in the order of kinds; nothing of those that saw nothing.
    pub(crate) fn seen(&self) -> impl Iterator<Item = (SymbolKind, Share)> {
        let all = SymbolKind::ALL.into_iter().zip(self.seen);
        all.filter(|(_, share)| *share != Share::default())
    }
}

/// Looks at everything that the document names.
pub(crate) fn look(spam: &Spam, histories: &Histories, sending: &Sending<'_>, now: Timestamp) -> SpamFacts {
    let nobody = MemberHistory::default();
    let history = histories.of(sending.sender).unwrap_or(&nobody);
    let look = Look { spam, histories, history, sending, now };
    let named = SymbolKind::ALL.into_iter().filter(|kind| spam.weight(*kind).is_some());
    SpamFacts::new(named.map(|kind| (kind, look.see(kind))))
}

/// What the filter makes of a send, whatever the rules before it say.
pub fn spam_evidence(policy: &Policy, facts: &Facts) -> Evidence {
    evidence(&policy.spam, &facts.spam, facts.in_contacts)
}

/// Everything that symbols are read from.
struct Look<'a> {
    spam: &'a Spam,
    histories: &'a Histories,
    history: &'a MemberHistory,
    sending: &'a Sending<'a>,
    now: Timestamp,
}

impl Look<'_> {
    fn see(&self, kind: SymbolKind) -> Share {
        let Self { spam, history, sending, now, .. } = *self;
        let window = spam.window_of(kind);
        match kind {
            SymbolKind::RepeatedNote => self.repeated_note(window).into(),
            SymbolKind::Client => u32::from(is_third_party(spam, sending.channel)).into(),
            SymbolKind::Velocity => pace::velocity(history, window, now).into(),
            SymbolKind::Regularity => pace::regularity(history, window, now),
            SymbolKind::Strangers => targets::strangers(history, sending.has_connections, window, now),
            SymbolKind::Sequential => targets::sequential(history, window, now).into(),
            SymbolKind::YoungAccount => account::young(history, spam.young_for, now),
            SymbolKind::Reports => answers::reports(history, now),
            SymbolKind::Acceptance => answers::acceptance(history, spam.patience, window, now),
            SymbolKind::Contacts => targets::contacts(history, window, now),
            SymbolKind::Mutuals => sending.mutuals.into(),
            SymbolKind::Company => u32::from(sending.same_company.is_so()).into(),
            SymbolKind::Standing => account::standing(history, now).into(),
        }
    }

    /// Earlier requests with nearly the same note; none where this one goes to somebody whom the sender's desk knows.
    fn repeated_note(&self, window: Span) -> u32 {
        let Sending { sender, to, note, mutuals, same_company, .. } = *self.sending;
        let note = note.filter(|_| mutuals == 0 && !same_company.is_so());
        let sketch = note.and_then(|note| notes::sketch(note, self.histories.names(sender, to)));
        notes::repeated(self.history, sketch, self.spam.note_bits, window, self.now)
    }
}

fn is_third_party(spam: &Spam, channel: &Channel) -> bool {
    match channel {
        Channel::Api(client) => !spam.clients_allowed.contains(client),
        Channel::Web | Channel::Mobile | Channel::Desktop => false,
    }
}
