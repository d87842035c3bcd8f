//! The spam filter: symbols, their scores, and the consequences of their sum.
//!
//! Each family of symbols has a file. All of them read [`history`], which remembers what a sender's own desk knows. A symbol
//! yields a [`Share`], `score` weighs it by the policy, and the verdict records both.

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

use acquaint_domain::{Channel, Evidence, MemberId, Span, SymbolKind, Timestamp};

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

/// What a symbol saw: a number, or a number out of a total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// The number that the symbol saw.
    pub value: u32,
    /// The total that it is out of; 0 for a plain number.
    pub of: u32,
}

/// What each symbol saw, before it is weighed. A symbol that saw nothing has the default share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SpamFacts {
    /// One share for each kind, in the order of the kinds.
    seen: [Share; SymbolKind::ALL.len()],
}

/// What the filter needs to know of a send.
#[derive(Clone, Copy, Debug)]
pub struct Sending<'a> {
    /// The member who sends the request.
    pub sender: MemberId,
    /// The addressee; `None` for an e-mail address, whose owner the desk may not know.
    pub to: Option<MemberId>,
    /// The channel of the send.
    pub channel: &'a Channel,
    /// The note; `None` without one.
    pub note: Option<&'a str>,
    /// Whether the sender has any connection.
    pub has_connections: bool,
    /// How many members are connected to both; 0 for an e-mail address.
    pub mutuals: u32,
    /// Whether both profiles name the same company; no for an e-mail address.
    pub same_company: bool,
}

impl From<u32> for Share {
    fn from(value: u32) -> Self {
        Self { value, of: 0 }
    }
}

impl SpamFacts {
    /// Facts from these shares, in any order. Of several shares of one kind, the first counts.
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

    /// What the symbol of this kind saw.
    pub fn of(&self, kind: SymbolKind) -> Share {
        self.seen[kind as usize]
    }

    /// The symbols that saw something, in the order of the kinds.
    pub(crate) fn seen(&self) -> impl Iterator<Item = (SymbolKind, Share)> {
        let all = SymbolKind::ALL.into_iter().zip(self.seen);
        all.filter(|(_, share)| *share != Share::default())
    }
}

/// Evaluates every symbol that the policy names.
pub(crate) fn look(spam: &Spam, histories: &Histories, sending: &Sending<'_>, now: Timestamp) -> SpamFacts {
    let nobody = MemberHistory::default();
    let history = histories.of(sending.sender).unwrap_or(&nobody);
    let look = Look { spam, histories, history, sending, now };
    let named = SymbolKind::ALL.into_iter().filter(|kind| spam.weight(*kind).is_some());
    SpamFacts::new(named.map(|kind| (kind, look.see(kind))))
}

/// The filter's evidence on a send, whatever the rules before it find.
pub fn spam_evidence(policy: &Policy, facts: &Facts) -> Evidence {
    evidence(&policy.spam, &facts.spam, facts.in_contacts)
}

/// The inputs of all symbols.
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
            SymbolKind::Company => u32::from(sending.same_company).into(),
            SymbolKind::Standing => account::standing(history, now).into(),
        }
    }

    /// The number of earlier requests with nearly the same note; 0 if the sender's desk knows the addressee of this one.
    fn repeated_note(&self, window: Span) -> u32 {
        let Sending { sender, to, note, mutuals, same_company, .. } = *self.sending;
        let note = note.filter(|_| mutuals == 0 && !same_company);
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
