//! A request that is open at its sender's desk, as this view stores it.

use std::num::NonZeroU64;

use acquaint_checkpoint::snapshot;
use acquaint_domain::outgoing::Open;
use acquaint_domain::{Address, Addressee, Channel, EmailAddress, Entered, EventNumber, Personal, Timestamp};

/// A request that is open at its sender's desk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OpenRequest {
    /// The state on which the desk decides.
    pub open: Open,
    /// When it was submitted.
    pub submitted_at: Timestamp,
    /// Since when it has been in its state.
    pub since: Timestamp,
    /// The event that submitted it, which holds the entered texts.
    pub submitted_by: EventNumber,
    /// The entered texts, as far as they are still needed: all of them while the request is held at its sender's desk;
    /// afterwards only e-mail addresses, if there are any.
    pub asked: Option<Box<RequestDetails>>,
    /// How many reminders of it were sent.
    pub reminders: u32,
    /// Where it comes from.
    pub origin: OpenOrigin,
    /// From when it can be released, if an upheld appeal would release it but something else stops it for some time.
    pub to_release_from: Option<Timestamp>,
    /// Fingerprint of the note: see [`OpenRequest::has_note`].
    pub(crate) note: Option<NonZeroU64>,
}

/// The entered texts of a request, and its channel.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RequestDetails {
    /// The entered texts.
    pub entered: Personal<Entered>,
    /// The channel of the send; `None` for an imported request.
    pub channel: Option<Channel>,
}

/// Where an open request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OpenOrigin {
    /// It was submitted here.
    Submitted,
    /// It was imported: it was open before this log began.
    Inherited,
    /// Another network carried it; its entered texts are unknown.
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

    /// The entered texts, as far as they are still needed.
    pub fn entered(&self) -> Option<&Entered> {
        self.asked.as_ref()?.entered.held()
    }

    /// The channel of the send, as long as it is needed.
    pub fn channel(&self) -> Option<&Channel> {
        self.asked.as_ref()?.channel.as_ref()
    }

    /// The e-mail address that it was sent to; `None` if it was not sent to one.
    pub fn email(&self) -> Option<&EmailAddress> {
        match self.entered()?.normalised.as_ref()? {
            Address::Email(email) => Some(email),
            Address::Handle(_) | Address::Profile(_) => None,
        }
    }

    /// The e-mail address that the sender gave in addition to the address.
    pub fn with_email(&self) -> Option<&EmailAddress> {
        self.entered()?.with_email.as_ref()
    }

    /// Whether it has a note, which only the event that submitted it holds.
    pub fn has_note(&self) -> bool {
        self.note.is_some()
    }

    /// Whether its note is `note`, compared by a 64-bit hash.
    pub fn has_the_note(&self, note: Option<&str>) -> bool {
        self.note == note.map(note_hash)
    }

    pub(crate) fn keep_details(&mut self, entered: &Personal<Entered>, channel: Option<&Channel>) {
        self.asked = Some(Box::new(RequestDetails { entered: entered.clone(), channel: channel.cloned() }));
    }

    /// Drops the texts that are not needed once it has left its sender's desk: all but e-mail addresses.
    pub(crate) fn drop_texts(&mut self) {
        let Some(details) = &mut self.asked else { return };
        match &mut details.entered {
            Personal::Held(entered)
                if self.open.addressee == Addressee::Email || entered.with_email.is_some() =>
            {
                (entered.note, entered.note_fingerprint) = (None, None);
            }
            Personal::Held(_) | Personal::Erased => self.asked = None,
        }
    }
}

/// A 64-bit hash of a note's exact text (FNV-1a, with the constants that its authors publish).
fn note_hash(note: &str) -> NonZeroU64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let hash = note.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    NonZeroU64::new(hash).unwrap_or(NonZeroU64::MAX)
}

pub(crate) fn note_hash_of(entered: &Personal<Entered>) -> Option<NonZeroU64> {
    entered.held()?.note.as_deref().map(note_hash)
}

snapshot!(struct OpenRequest { open, submitted_at, since, submitted_by, asked, reminders, origin, to_release_from, note });
snapshot!(struct RequestDetails { entered, channel });
snapshot!(enum OpenOrigin { 0 => Submitted, 1 => Inherited, 2 => Observed });
