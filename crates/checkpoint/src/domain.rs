//! Snapshots of the domain types that views hold. The variants are numbered independently of the codec; a change needs a new
//! `FORMAT`.

use acquaint_domain::export::{
    Afterwards, AttestedBy, Dated, DatedBy, EndedBy, Export, Holds, Invitation, Join, Network, Precision,
    Reply, SourceFile, SourceRef, Vanished,
};
use acquaint_domain::incoming::{Incoming, RequestGroup};
use acquaint_domain::outgoing::{Open, Outgoing};
use acquaint_domain::{
    AcceptFrom, Address, Addressee, Appealed, Audience, Channel, Code, CommandKey, Confirmation, Connection,
    ConnectionName, Departure, Distance, EmailAddress, Entered, EnteredHandle, EventNumber, Fault,
    FaultChannel, Feedback, FeedbackBasis, FilePrefix, Handle, Lane, Letter, LetterId, LetterNumber,
    MaxDegree, MemberId, Personal, PolicyVersion, Profile, ProfileUrl, RequestId, RequestRef,
    RestrictionCause, Settings, Span, Standing, Tier, Timestamp, WithdrawalCause, WithdrawnBy,
};

use crate::collections::save_all;
use crate::numbers::{load_text, save_text};
use crate::{MalformedSnapshot, Snapshot, SnapshotReader, snapshot};

snapshot!(struct MemberId(number));
snapshot!(struct EventNumber(number));
snapshot!(struct LetterNumber(number));
snapshot!(struct PolicyVersion(number));
snapshot!(struct CommandKey(key));
snapshot!(struct Departure { decided_by, at, by });

impl Snapshot for RequestId {
    /// Eight bytes, little-endian: these ids look random, so a varint would be longer.
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        bytes.array().map(|id| Self(u64::from_le_bytes(id)))
    }
}

impl Snapshot for Timestamp {
    fn save(&self, out: &mut Vec<u8>) {
        self.as_millis().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        i64::load(bytes).map(Self::from_millis)
    }
}

impl Snapshot for Span {
    fn save(&self, out: &mut Vec<u8>) {
        self.as_millis().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        i64::load(bytes).map(Self::millis)
    }
}

impl Snapshot for Code {
    fn save(&self, out: &mut Vec<u8>) {
        self.number().save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Self::from_number(u16::load(bytes)?).ok_or(MalformedSnapshot)
    }
}

/// Canonical texts, which are loaded without being parsed again. A text in the canonical form of an earlier version is
/// refused: a view's entries may be in a different order now, so its checkpoint must be skipped.
macro_rules! canonical {
    ($($address:ident),*) => {$(
        impl Snapshot for $address {
            fn save(&self, out: &mut Vec<u8>) {
                save_text(self.as_str(), out);
            }

            fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
                let text = load_text(bytes)?;
                Self::from_canonical(text).filter(|canonical| canonical.as_str() == text).ok_or(MalformedSnapshot)
            }
        }
    )*};
}

canonical!(Handle, EmailAddress, ProfileUrl);

impl<T: Snapshot> Snapshot for Personal<T> {
    fn save(&self, out: &mut Vec<u8>) {
        match self {
            Self::Erased => out.push(0),
            Self::Held(value) => {
                out.push(1);
                value.save(out);
            }
        }
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        match bytes.byte()? {
            0 => Ok(Self::Erased),
            1 => Ok(Self::Held(T::load(bytes)?)),
            _ => Err(MalformedSnapshot),
        }
    }
}

impl Snapshot for ConnectionName {
    fn save(&self, out: &mut Vec<u8>) {
        save_all(self.requests().iter(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let requests = Vec::<RequestId>::load(bytes)?;
        let in_order = requests.is_sorted_by(|one, next| one < next);
        if in_order { Ok(Self::of(requests)) } else { Err(MalformedSnapshot) }
    }
}

snapshot!(enum Address { 0 => Handle(handle), 1 => Email(email), 2 => Profile(url) });
snapshot!(enum Tier { 0 => Free, 1 => Premium, 2 => SalesNavigator });
impl Snapshot for EnteredHandle {
    fn save(&self, out: &mut Vec<u8>) {
        save_text(self.as_str(), out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        Self::from_stored(load_text(bytes)?).ok_or(MalformedSnapshot)
    }
}

snapshot!(struct Profile { emails, url, company, title, entered_handle });
snapshot!(enum AcceptFrom { 0 => Everyone, 1 => Contacts, 2 => ContactsOrEmail });
snapshot!(enum MaxDegree { 0 => Any, 1 => Within(steps) });
snapshot!(struct Audience { companies, titles });
snapshot!(enum Confirmation { 0 => Off, 1 => First });
snapshot!(struct Settings { accept_from, max_degree, audience, confirmation });
snapshot!(enum RestrictionCause { 0 => Spam, 1 => Policy, 2 => Security });
snapshot!(enum Standing {
    0 => Good,
    1 => Restricted { since, until, cause },
    2 => Banned { since },
    3 => Closed { since },
});
snapshot!(struct Appealed { rule, request });
snapshot!(struct Feedback { since, until, answered, declined_percent, reported_percent, basis });
snapshot!(enum FeedbackBasis { 0 => AllAnswers, 1 => PrivateAnswers });

snapshot!(struct RequestRef { request, sender, recipient });
snapshot!(struct Entered { address, normalised, with_email, note, note_fingerprint });
snapshot!(struct Distance { degree, mutuals });
snapshot!(enum Addressee { 0 => Member(member), 1 => Email, 2 => Nobody });
snapshot!(enum Channel { 0 => Web, 1 => Mobile, 2 => Desktop, 3 => Api(client) });
snapshot!(enum Fault { 0 => ServerError, 1 => Timeout, 2 => AppBug });
snapshot!(enum FaultChannel { 0 => Web, 1 => Mobile, 2 => Desktop, 3 => All });
snapshot!(enum WithdrawnBy { 0 => Member, 1 => Block, 2 => Enforcement, 3 => Closure });
snapshot!(enum WithdrawalCause { 0 => Withdrawn, 1 => Expired, 2 => SenderClosed });
snapshot!(enum Lane { 0 => Member { from, to }, 1 => Email { from, request } });
snapshot!(struct LetterId { lane, number });
snapshot!(enum Letter {
    0 => Request { request, distance },
    1 => Accepted { name },
    2 => Withdrawn { request, cause },
    3 => Disconnected { name },
    4 => Closed,
    5 => Reminder { request },
});
snapshot!(struct Connection { name, since });
snapshot!(struct FilePrefix { bytes, lines, records, source });
snapshot!(enum Outgoing {
    0 => Submitted,
    1 => Refused(code),
    2 => AwaitingOwnConfirmation,
    3 => HeldForReview,
    4 => InTransit { failures, fault, next_attempt },
    5 => Sent,
    6 => Failed(fault),
    7 => Withdrawn(by),
    8 => Expired,
    9 => Connected,
    10 => Disconnected,
});
snapshot!(struct Open { request, sender, addressee, distance, state });
snapshot!(enum Incoming {
    0 => Delivered,
    1 => AwaitingConfirmation,
    2 => Filed(code),
    3 => Dismissed,
    4 => Declined,
    5 => Reported,
    6 => Accepted,
    7 => Gone(cause),
});
snapshot!(struct RequestGroup { requests, state, since });

snapshot!(enum Network { 0 => LinkedIn, 1 => Facebook, 2 => Mastodon });
snapshot!(enum SourceFile {
    0 => Messages,
    1 => Invitations,
    2 => Connections,
    3 => SentRequests,
    4 => ReceivedRequests,
    5 => RejectedRequests,
    6 => Friends,
    7 => RemovedFriends,
    8 => Following,
    9 => Blocks,
});
snapshot!(enum Precision { 0 => Second, 1 => Minute, 2 => Day, 3 => Undated });
snapshot!(enum AttestedBy { 0 => Network, 1 => Sender, 2 => Recipient });
snapshot!(struct SourceRef { export, witness, file, line, precision });
snapshot!(enum Join { 0 => Stated, 1 => Url, 2 => NameAndDate, 3 => Name, 4 => Email });
snapshot!(enum Afterwards { 0 => Connected, 1 => Gone, 2 => Never, 3 => Unknown });
snapshot!(enum EndedBy { 0 => Owner, 1 => Unknown });
snapshot!(enum DatedBy { 0 => Word, 1 => FileName, 2 => LastRow });
snapshot!(struct Holds { invitations, has_sent, has_received, connections });
snapshot!(struct Export { number, network, owner, as_of, dated_by, holds, source, began, is_whole });
snapshot!(struct Dated { at, seen });
snapshot!(enum Reply { 0 => Accepted(dated, join), 1 => Declined(dated) });
snapshot!(struct Vanished { export, as_of, afterwards });
snapshot!(struct Invitation {
    request_ref, witness, sent, reply, connected_before, namesakes, vanished, ended,
});
