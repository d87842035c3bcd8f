//! Snapshots of the domain types that views hold. The variants are numbered independently of the codec; a change needs a new
//! `FORMAT`.

use acquaint_domain::export::{
    Afterwards, Dated, DatedBy, EndedBy, Export, Holds, Invitation, Join, Network, Precision, Reply, Seen,
    SourceFile, Vanished, Witness,
};
use acquaint_domain::incoming::{Incoming, Matter};
use acquaint_domain::outgoing::{Open, Outgoing};
use acquaint_domain::{
    AcceptFrom, Address, Addressee, Appealed, Ask, Audience, Channel, Code, CommandKey, Confirmation,
    Connection, ConnectionName, Departure, Distance, EmailAddress, EventNumber, Fault, FaultChannel,
    Feedback, FeedbackBasis, Handle, Leg, Letter, LetterNumber, MaxDegree, MemberId, Personal, PolicyVersion,
    Profile, ProfileUrl, RequestId, RestrictionCause, Route, Settings, Span, Standing, Stretch, Tier,
    Timestamp, Typed, Whether, WithdrawalCause, WithdrawnBy,
};

use crate::collections::save_all;
use crate::numbers::{load_text, save_text};
use crate::{Image, Reader, Torn, image};

image!(struct MemberId(number));
image!(struct EventNumber(number));
image!(struct LetterNumber(number));
image!(struct PolicyVersion(number));
image!(struct CommandKey(key));
image!(struct Departure { decided_by, at, by });

impl Image for RequestId {
    /// Eight bytes, little-endian: these ids look random, so a varint would be longer.
    fn save(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.to_le_bytes());
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        bytes.array().map(|id| Self(u64::from_le_bytes(id)))
    }
}

impl Image for Timestamp {
    fn save(&self, out: &mut Vec<u8>) {
        self.as_millis().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        i64::load(bytes).map(Self::from_millis)
    }
}

impl Image for Span {
    fn save(&self, out: &mut Vec<u8>) {
        self.as_millis().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        i64::load(bytes).map(Self::millis)
    }
}

impl Image for Code {
    fn save(&self, out: &mut Vec<u8>) {
        self.number().save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        Self::from_number(u16::load(bytes)?).ok_or(Torn)
    }
}

/// Canonical texts, which are loaded without being parsed again. A text in the canonical form of an earlier version is
/// refused: a view's entries may be in a different order now, so its checkpoint must be skipped.
macro_rules! canonical {
    ($($address:ident),*) => {$(
        impl Image for $address {
            fn save(&self, out: &mut Vec<u8>) {
                save_text(self.as_str(), out);
            }

            fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
                let text = load_text(bytes)?;
                Self::from_canonical(text).filter(|canonical| canonical.as_str() == text).ok_or(Torn)
            }
        }
    )*};
}

canonical!(Handle, EmailAddress, ProfileUrl);

impl<T: Image> Image for Personal<T> {
    fn save(&self, out: &mut Vec<u8>) {
        match self {
            Self::Erased => out.push(0),
            Self::Held(value) => {
                out.push(1);
                value.save(out);
            }
        }
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        match bytes.byte()? {
            0 => Ok(Self::Erased),
            1 => Ok(Self::Held(T::load(bytes)?)),
            _ => Err(Torn),
        }
    }
}

impl Image for ConnectionName {
    fn save(&self, out: &mut Vec<u8>) {
        save_all(self.requests().iter(), out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        let requests = Vec::<RequestId>::load(bytes)?;
        let in_order = requests.is_sorted_by(|one, next| one < next);
        if in_order { Ok(Self::of(requests)) } else { Err(Torn) }
    }
}

image!(enum Address { 0 => Handle(handle), 1 => Email(email), 2 => Profile(url) });
image!(enum Tier { 0 => Free, 1 => Premium, 2 => SalesNavigator });
image!(struct Profile { emails, url, company, title });
image!(enum AcceptFrom { 0 => Everyone, 1 => Contacts, 2 => ContactsOrEmail });
image!(enum MaxDegree { 0 => Any, 1 => Within(steps) });
image!(struct Audience { companies, titles });
image!(enum Confirmation { 0 => Off, 1 => First });
image!(struct Settings { accept_from, max_degree, audience, confirmation });
image!(enum RestrictionCause { 0 => Spam, 1 => Policy, 2 => Security });
image!(enum Standing {
    0 => Good,
    1 => Restricted { since, until, cause },
    2 => Banned { since },
    3 => Closed { since },
});
image!(struct Appealed { rule, request });
image!(struct Feedback { since, until, answered, declined_percent, reported_percent, basis });
image!(enum FeedbackBasis { 0 => AllAnswers, 1 => PrivateAnswers });
image!(enum Whether { 0 => No, 1 => Yes });

image!(struct Ask { request, sender, recipient });
image!(struct Typed { address, normalised, with_email, note, note_fingerprint });
image!(struct Distance { degree, mutuals });
image!(enum Addressee { 0 => Member(member), 1 => Email, 2 => Nobody });
image!(enum Channel { 0 => Web, 1 => Mobile, 2 => Desktop, 3 => Api(client) });
image!(enum Fault { 0 => ServerError, 1 => Timeout, 2 => AppBug });
image!(enum FaultChannel { 0 => Web, 1 => Mobile, 2 => Desktop, 3 => All });
image!(enum WithdrawnBy { 0 => Member, 1 => Block, 2 => Enforcement, 3 => Closure });
image!(enum WithdrawalCause { 0 => Withdrawn, 1 => Expired, 2 => SenderClosed });
image!(enum Route { 0 => Member { from, to }, 1 => Email { from, request } });
image!(struct Leg { route, number });
image!(enum Letter {
    0 => Request { request, distance },
    1 => Accepted { name },
    2 => Withdrawn { request, cause },
    3 => Disconnected { name },
    4 => Closed,
    5 => Reminder { request },
});
image!(struct Connection { name, since });
image!(struct Stretch { bytes, lines, records, source });
image!(enum Outgoing {
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
image!(struct Open { request, sender, addressee, distance, state });
image!(enum Incoming {
    0 => Delivered,
    1 => AwaitingConfirmation,
    2 => Filed(code),
    3 => Dismissed,
    4 => Declined,
    5 => Reported,
    6 => Accepted,
    7 => Gone(cause),
});
image!(struct Matter { requests, state, since });

image!(enum Network { 0 => LinkedIn, 1 => Facebook, 2 => Mastodon });
image!(enum SourceFile {
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
image!(enum Precision { 0 => Second, 1 => Minute, 2 => Day, 3 => Undated });
image!(enum Witness { 0 => Network, 1 => Sender, 2 => Recipient });
image!(struct Seen { export, witness, file, line, precision });
image!(enum Join { 0 => Stated, 1 => Url, 2 => NameAndDate, 3 => Name, 4 => Email });
image!(enum Afterwards { 0 => Connected, 1 => Gone, 2 => Never, 3 => Unknown });
image!(enum EndedBy { 0 => Owner, 1 => Unknown });
image!(enum DatedBy { 0 => Word, 1 => FileName, 2 => LastRow });
image!(struct Holds { invitations, has_sent, has_received, connections });
image!(struct Export { number, network, owner, as_of, dated_by, holds, source, began, is_whole });
image!(struct Dated { at, seen });
image!(enum Reply { 0 => Accepted(dated, join), 1 => Declined(dated) });
image!(struct Vanished { export, as_of, afterwards });
image!(struct Invitation {
    ask, witness, sent, reply, connected_before, namesakes, vanished, ended,
});
