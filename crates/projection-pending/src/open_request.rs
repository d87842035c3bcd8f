//! A request that is open at its sender's desk, as this view keeps it.

use std::num::NonZeroU64;

use acquaint_checkpoint::snapshot;
use acquaint_domain::outgoing::Open;
use acquaint_domain::{Address, Addressee, Channel, EmailAddress, Entered, EventNumber, Personal, Timestamp};

/// A request that is open at its sender's desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenRequest {
    /// What the desk decides on.
    pub open: Open,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Time from which it has been in its state.
    pub since: Timestamp,
    /// The event that tells what was typed.
    pub submitted_by: EventNumber,
    /// What was typed, as far as it is still needed: all of it while the request waits at its sender's desk; without the note
    /// afterwards, where it holds an e-mail address.
    pub asked: Option<Box<RequestDetails>>,
    /// How often the recipient was reminded of it.
    pub reminders: u32,
    /// Where it comes from.
    pub origin: OpenOrigin,
    /// From when it can be released, where an appeal was upheld and something else stopped it for a time.
    pub to_release_from: Option<Timestamp>,
    /// Fingerprint of the note: see [`OpenRequest::has_note`].
    pub(crate) note: Option<NonZeroU64>,
}

/// What was typed for a request, and how it came.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestDetails {
    /// What was typed.
    pub typed: Personal<Entered>,
    /// By which channel it came; `None` for one that was there before this log.
    pub channel: Option<Channel>,
}

/// Where an open request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenOrigin {
    /// It was submitted here.
    Submitted,
    /// It was there before this log.
    Inherited,
    /// Another network carried it, of which nothing that was typed is known.
    Observed,
}

impl OpenRequest {
    pub(crate) fn new(open: Open, origin: OpenOrigin, at: Timestamp, number: EventNumber) -> Self {
        Self {
            open,
            submitted_at: at,
            since: at,
            submitted_by: number,
            asked: None,
            reminders: 0,
            origin,
            to_release_from: None,
            note: None,
        }
    }

    /// What was typed, as far as it is still needed.
    pub fn typed(&self) -> Option<&Entered> {
        self.asked.as_ref()?.typed.held()
    }

    /// By which channel it came, while that is needed.
    pub fn channel(&self) -> Option<&Channel> {
        self.asked.as_ref()?.channel.as_ref()
    }

    /// The e-mail address that it was sent to, when it was.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self.typed()?.normalised.as_ref()? {
            Address::Email(email) => Some(email),
            Address::Handle(_) | Address::Profile(_) => None,
        }
    }

    /// The e-mail address that was given with its address.
    pub fn with_email(&self) -> Option<&EmailAddress> {
        self.typed()?.with_email.as_ref()
    }

    /// Whether a note was typed; the event that submitted it holds it.
    pub fn has_note(&self) -> bool {
        self.note.is_some()
    }

    /// Whether this note was typed, or none: by 64 bits of it.
    pub fn has_the_note(&self, note: Option<&str>) -> bool {
        self.note == note.map(brief)
    }

    pub(crate) fn ask(&mut self, typed: &Personal<Entered>, channel: Option<&Channel>) {
        self.asked = Some(Box::new(RequestDetails { typed: typed.clone(), channel: channel.cloned() }));
    }

    /// It has left its sender's desk: of what was typed only the e-mail addresses are needed.
    pub(crate) fn leave(&mut self) {
        let Some(asked) = &mut self.asked else { return };
        match &mut asked.typed {
            Personal::Held(typed)
                if self.open.addressee == Addressee::Email || typed.with_email.is_some() =>
            {
                (typed.note, typed.note_fingerprint) = (None, None);
            }
            Personal::Held(_) | Personal::Erased => self.asked = None,
        }
    }
}

/// 64 bits that tell a note from others, to the letter (FNV-1a, whose constants are the ones its authors publish).
fn brief(note: &str) -> NonZeroU64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = note.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    NonZeroU64::new(hash).unwrap_or(NonZeroU64::MAX)
}

pub(crate) fn brief_of(typed: &Personal<Entered>) -> Option<NonZeroU64> {
    typed.held()?.note.as_deref().map(brief)
}

snapshot!(struct OpenRequest { open, submitted_at, since, submitted_by, asked, reminders, origin, to_release_from, note });
snapshot!(struct RequestDetails { typed, channel });
snapshot!(enum OpenOrigin { 0 => Submitted, 1 => Inherited, 2 => Observed });
