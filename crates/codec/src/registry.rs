//! The registry of stored forms: one for each number and version.

use acquaint_domain::Event;
use serde::de::DeserializeOwned;

use crate::compact::EnvelopeContext;
use crate::envelope::{self, PersonalSection};
use crate::error::{DecodeError, RegistryError};
use crate::kind::Kind;
use crate::section::{
    BincodeCodec, Codec, CompactCodec, PersonalStoredForm, Sections, ShownFields, StoredForm, read,
    read_personal, read_personal_from, show, show_personal, write, write_personal,
};
use crate::stored::import::{export, inherited, observed};
use crate::stored::verdict::FullVerdict;
use crate::stored::{account, connection, incoming, letter, network, outgoing, oversight};

/// Reads the sections of one version of one type into an event.
pub(crate) type DecodeFn = fn(&Sections<'_>) -> Result<Event, DecodeError>;

/// Appends the sections of an event, and returns what the envelope says of the personal one.
pub(crate) type EncodeFn = fn(&Event, &EnvelopeContext, &mut Vec<u8>) -> Option<PersonalSection>;

/// How one type of event is written, shown and read.
pub(crate) struct RegistryRow {
    pub(crate) kind: Kind,
    /// Number of the codec that writes the newest version.
    pub(crate) codec: u8,
    /// Writes the newest version; `None` for an event of another type.
    pub(crate) write: EncodeFn,
    /// Shows the newest version; `None` for an event of another type.
    pub(crate) show: fn(&Event) -> Option<ShownFields>,
    /// One for each version: the first reads version 1, and the last reads the newest.
    readers: &'static [DecodeFn],
}

/// A type of event, as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventType {
    /// Its number in envelopes: never changed, never given to another type.
    pub id: u16,
    /// Its name in messages.
    pub name: &'static str,
    /// The version of its stored form that is written; this one and all before it, from 1 on, are read.
    pub version: u16,
}

/// Every type, by ascending number.
// INVARIANT (a row for every type): every kind has a row, whose form is that of the kind's events. The golden test has a
// sample of every type of event; without one it does not compile.
const TABLE: &[RegistryRow] = &[
    bincode_v1::<network::Founded>(Kind::Founded),
    ADOPTED,
    REFUSED,
    bincode_v1::<network::FaultStarted>(Kind::FaultStarted),
    bincode_v1::<network::FaultStopped>(Kind::FaultStopped),
    RegistryRow {
        kind: Kind::FeedbackTaken,
        codec: BincodeCodec::NUMBER,
        write: write::<oversight::FeedbackTaken, BincodeCodec>,
        show: show::<oversight::FeedbackTaken>,
        readers: &[oversight::read_feedback_v1, read::<oversight::FeedbackTaken>],
    },
    bincode_v1::<oversight::RestrictionImposed>(Kind::RestrictionImposed),
    bincode_v1::<oversight::AppealOpened>(Kind::AppealOpened),
    bincode_v1::<oversight::AppealUpheld>(Kind::AppealUpheld),
    bincode_v1::<oversight::AppealDismissed>(Kind::AppealDismissed),
    RELEASED,
    bincode_v1::<oversight::RequestRejected>(Kind::RequestRejected),
    bincode_v1::<oversight::RequestStaysHeld>(Kind::RequestStaysHeld),
    bincode_v1::<oversight::BanReversed>(Kind::BanReversed),
    bincode_v1::<oversight::RequestRestored>(Kind::RequestRestored),
    bincode_v1::<inherited::StretchTaken>(Kind::StretchTaken),
    bincode_v2_personal::<inherited::MemberInherited, inherited::PersonalFieldsV1>(Kind::MemberInherited),
    bincode_v1::<inherited::ConnectionInherited>(Kind::ConnectionInherited),
    bincode_v1_personal::<inherited::RequestInherited>(Kind::RequestInherited),
    bincode_v1::<inherited::ArrivalInherited>(Kind::ArrivalInherited),
    bincode_v1::<inherited::BlockInherited>(Kind::BlockInherited),
    bincode_v1::<outgoing::RequestReminded>(Kind::RequestReminded),
    bincode_v1::<letter::ReminderTaken>(Kind::ReminderTaken),
    bincode_v1_personal::<network::LookupRecorded>(Kind::LookupRecorded),
    bincode_v2_personal::<account::MemberAdded, account::ProfileV1>(Kind::MemberAdded),
    bincode_v2_personal::<account::MemberChanged, account::ProfileV1>(Kind::MemberChanged),
    bincode_v1::<account::MemberRestricted>(Kind::MemberRestricted),
    bincode_v1::<account::MemberBanned>(Kind::MemberBanned),
    bincode_v1::<account::RestrictionLifted>(Kind::RestrictionLifted),
    bincode_v1::<account::MemberClosed>(Kind::MemberClosed),
    bincode_v1_personal::<account::ContactsImported>(Kind::ContactsImported),
    bincode_v1_personal::<account::SettingsChanged>(Kind::SettingsChanged),
    compact_v1::<incoming::RequestFiledByClosure>(Kind::RequestFiledByClosure),
    compact_v1::<connection::MemberBlocked>(Kind::MemberBlocked),
    compact_v1::<connection::MemberUnblocked>(Kind::MemberUnblocked),
    compact_v1::<connection::ConnectionRecorded>(Kind::ConnectionRecorded),
    compact_v1::<connection::MemberDisconnected>(Kind::MemberDisconnected),
    compact_v1::<connection::ConnectionClosed>(Kind::ConnectionClosed),
    SUBMITTED,
    compact_v3::<outgoing::RequestRefused<FullVerdict>, outgoing::RequestRefused>(Kind::RequestRefused),
    HELD,
    compact_v3::<outgoing::RequestSent<FullVerdict>, outgoing::RequestSent>(Kind::RequestSent),
    CONFIRMED,
    compact_v1::<outgoing::RequestWithdrawn>(Kind::RequestWithdrawn),
    compact_v1::<outgoing::RequestExpired>(Kind::RequestExpired),
    compact_v1::<account::RequestChecked>(Kind::RequestChecked),
    compact_v1::<letter::DeliveryFailed>(Kind::DeliveryFailed),
    compact_v1::<letter::DeliveryAbandoned>(Kind::DeliveryAbandoned),
    compact_v1::<letter::RequestArrived>(Kind::RequestArrived),
    compact_v1::<letter::WithdrawalTaken>(Kind::WithdrawalTaken),
    compact_v1::<connection::AcceptanceTaken>(Kind::AcceptanceTaken),
    compact_v1::<connection::AcceptanceLapsed>(Kind::AcceptanceLapsed),
    compact_v1::<connection::DisconnectionTaken>(Kind::DisconnectionTaken),
    compact_v1::<connection::ClosureTaken>(Kind::ClosureTaken),
    compact_v2::<incoming::RequestDelivered<FullVerdict>, incoming::RequestDelivered>(Kind::RequestDelivered),
    compact_v2::<incoming::RequestHeldByRecipient<FullVerdict>, incoming::RequestHeldByRecipient>(
        Kind::RequestHeldByRecipient,
    ),
    compact_v2::<incoming::RequestFiled<FullVerdict>, incoming::RequestFiled>(Kind::RequestFiled),
    compact_v1::<network::RequestUnclaimed>(Kind::RequestUnclaimed),
    compact_v1::<incoming::RequestMerged>(Kind::RequestMerged),
    compact_v1::<incoming::RequestsCrossed>(Kind::RequestsCrossed),
    compact_v1::<incoming::RequestShown>(Kind::RequestShown),
    ACCEPTED,
    compact_v1::<incoming::RequestDeclined>(Kind::RequestDeclined),
    compact_v1::<incoming::RequestDismissed>(Kind::RequestDismissed),
    compact_v1::<incoming::RequestReported>(Kind::RequestReported),
    bincode_v1::<observed::ImportBegun>(Kind::ImportBegun),
    RegistryRow {
        kind: Kind::RequestObserved,
        codec: BincodeCodec::NUMBER,
        write: write_personal::<observed::RequestObserved, BincodeCodec>,
        show: show_personal::<observed::RequestObserved>,
        readers: &[observed::read_request_v1, read_personal::<observed::RequestObserved>],
    },
    RegistryRow {
        kind: Kind::AcceptanceObserved,
        codec: BincodeCodec::NUMBER,
        write: write::<observed::AcceptanceObserved, BincodeCodec>,
        show: show::<observed::AcceptanceObserved>,
        readers: &[
            observed::read_acceptance_v1,
            read::<observed::AcceptanceObserved>,
            read::<observed::AcceptanceObserved>,
        ],
    },
    RegistryRow {
        kind: Kind::ExportBegun,
        codec: BincodeCodec::NUMBER,
        write: write::<export::ExportBegun, BincodeCodec>,
        show: show::<export::ExportBegun>,
        readers: &[export::read_begun_v1, read::<export::ExportBegun>],
    },
    bincode_v1::<export::ExportEnded>(Kind::ExportEnded),
    bincode_v1_personal::<export::PeopleObserved>(Kind::PeopleObserved),
    bincode_v1_personal::<export::PersonChanged>(Kind::PersonChanged),
    bincode_v1::<export::ConnectionObserved>(Kind::ConnectionObserved),
    bincode_v1::<export::NamesakesObserved>(Kind::NamesakesObserved),
    bincode_v1::<export::DeclineObserved>(Kind::DeclineObserved),
    bincode_v1::<export::EndObserved>(Kind::EndObserved),
    bincode_v1::<export::RequestVanished>(Kind::RequestVanished),
    bincode_v1::<export::ConnectionVanished>(Kind::ConnectionVanished),
    bincode_v1::<export::BlockObserved>(Kind::BlockObserved),
];

/// Version 2 adds the program's version of the time zone database.
const ADOPTED: RegistryRow = RegistryRow {
    kind: Kind::PolicyAdopted,
    codec: BincodeCodec::NUMBER,
    write: write::<network::PolicyAdopted, BincodeCodec>,
    show: show::<network::PolicyAdopted>,
    readers: &[network::read_policy_v1, read::<network::PolicyAdopted>],
};

/// The event that every request begins with.
const SUBMITTED: RegistryRow = RegistryRow {
    kind: Kind::RequestSubmitted,
    codec: CompactCodec::NUMBER,
    write: write_personal::<outgoing::RequestSubmitted, CompactCodec>,
    show: show_personal::<outgoing::RequestSubmitted>,
    readers: &[read_personal::<outgoing::RequestSubmitted>],
};

/// Version 2 adds the send that accepted the request, if one did.
const ACCEPTED: RegistryRow = RegistryRow {
    kind: Kind::RequestAccepted,
    codec: CompactCodec::NUMBER,
    write: write::<incoming::RequestAccepted, CompactCodec>,
    show: show::<incoming::RequestAccepted>,
    readers: &[read::<incoming::PlainAcceptance>, read::<incoming::RequestAccepted>],
};

/// Version 2 adds the verdict, if the command was judged.
const REFUSED: RegistryRow = RegistryRow {
    kind: Kind::CommandRefused,
    codec: CompactCodec::NUMBER,
    write: write::<network::CommandRefused, CompactCodec>,
    show: show::<network::CommandRefused>,
    readers: &[read::<network::RefusedUnjudged>, read::<network::CommandRefused>],
};

/// Version 2 packs the verdict; version 3 adds what the request counts.
const RELEASED: RegistryRow = RegistryRow {
    kind: Kind::RequestReleased,
    codec: CompactCodec::NUMBER,
    write: write::<oversight::RequestReleased, CompactCodec>,
    show: show::<oversight::RequestReleased>,
    readers: &[
        read::<oversight::ReleasedUncounted<FullVerdict>>,
        read::<oversight::ReleasedUncounted>,
        read::<oversight::RequestReleased>,
    ],
};

/// Version 3 packs the verdict; version 4 adds what the request counts.
const HELD: RegistryRow = RegistryRow {
    kind: Kind::RequestHeld,
    codec: CompactCodec::NUMBER,
    write: write::<outgoing::RequestHeld, CompactCodec>,
    show: show::<outgoing::RequestHeld>,
    readers: &[
        read::<outgoing::HeldAndCounted<FullVerdict>>,
        read::<outgoing::HeldAndCounted<FullVerdict>>,
        read::<outgoing::HeldAndCounted>,
        read::<outgoing::RequestHeld>,
    ],
};

/// Version 3 packs the verdict; version 4 adds what the request counts.
const CONFIRMED: RegistryRow = RegistryRow {
    kind: Kind::RequestConfirmed,
    codec: CompactCodec::NUMBER,
    write: write::<outgoing::RequestConfirmed, CompactCodec>,
    show: show::<outgoing::RequestConfirmed>,
    readers: &[
        read::<outgoing::ConfirmedUncounted<FullVerdict>>,
        read::<outgoing::ConfirmedUncounted<FullVerdict>>,
        read::<outgoing::ConfirmedUncounted>,
        read::<outgoing::RequestConfirmed>,
    ],
};

/// A type in its first version, written by codec 1 (bincode), without personal fields.
const fn bincode_v1<T: StoredForm>(kind: Kind) -> RegistryRow {
    RegistryRow {
        kind,
        codec: BincodeCodec::NUMBER,
        write: write::<T, BincodeCodec>,
        show: show::<T>,
        readers: &[read::<T>],
    }
}

/// A type in its first version, written by codec 2 (compact), without personal fields.
const fn compact_v1<T: StoredForm>(kind: Kind) -> RegistryRow {
    RegistryRow {
        kind,
        codec: CompactCodec::NUMBER,
        write: write::<T, CompactCodec>,
        show: show::<T>,
        readers: &[read::<T>],
    }
}

/// A type in its second version, `New`, written by codec 2: it has a packed verdict where the first version has every gate.
const fn compact_v2<Old: StoredForm, New: StoredForm>(kind: Kind) -> RegistryRow {
    let (codec, write) = (CompactCodec::NUMBER, write::<New, CompactCodec>);
    RegistryRow { kind, codec, write, show: show::<New>, readers: &[read::<Old>, read::<New>] }
}

/// A type in its third version, `New`, written by codec 2. The second version only added symbols of the spam filter to the
/// first, so one form, `Old`, reads both.
const fn compact_v3<Old: StoredForm, New: StoredForm>(kind: Kind) -> RegistryRow {
    let (codec, write) = (CompactCodec::NUMBER, write::<New, CompactCodec>);
    RegistryRow { kind, codec, write, show: show::<New>, readers: &[read::<Old>, read::<Old>, read::<New>] }
}

/// A type in its first version, written by codec 1, with personal fields.
const fn bincode_v1_personal<T: PersonalStoredForm>(kind: Kind) -> RegistryRow {
    let (codec, write) = (BincodeCodec::NUMBER, write_personal::<T, BincodeCodec>);
    RegistryRow { kind, codec, write, show: show_personal::<T>, readers: &[read_personal::<T>] }
}

/// A type in its second version, whose personal part in version 1 was `P`.
const fn bincode_v2_personal<T: PersonalStoredForm, P: DeserializeOwned + Into<T::Personal>>(
    kind: Kind,
) -> RegistryRow {
    let readers = &[read_personal_from::<T, P>, read_personal::<T>];
    RegistryRow { readers, ..bincode_v1_personal::<T>(kind) }
}

impl RegistryRow {
    pub(crate) fn newest(&self) -> u16 {
        u16::try_from(self.readers.len()).expect("nobody writes 65536 versions")
    }

    pub(crate) fn reader(&self, version: u16) -> Result<DecodeFn, DecodeError> {
        let place = usize::from(version).checked_sub(1);
        let reader = place.and_then(|place| self.readers.get(place));
        reader.copied().ok_or(DecodeError::UnknownVersion {
            event: self.kind.name(),
            version,
            newest: self.newest(),
        })
    }
}

/// The row of the type with this number.
pub(crate) fn row(id: u16) -> Option<&'static RegistryRow> {
    let place = TABLE.binary_search_by_key(&id, |row| row.kind.id()).ok()?;
    TABLE.get(place)
}

/// Every type of event that this program reads and writes, by ascending number.
pub fn event_types() -> impl Iterator<Item = EventType> {
    TABLE.iter().map(|row| EventType { id: row.kind.id(), name: row.kind.name(), version: row.newest() })
}

/// Checks the table of stored forms; to be called once at start, before anything is read or written.
///
/// # Errors
/// The first [`RegistryError`] in the table.
pub fn check_registry() -> Result<(), RegistryError> {
    check(TABLE)
}

fn check(table: &[RegistryRow]) -> Result<(), RegistryError> {
    let mut last = 0;
    for row in table {
        let (id, event) = (row.kind.id(), row.kind.name());
        // Numbers begin at 1, so that zeros never read as an event.
        if id <= last {
            return Err(RegistryError::OutOfOrder { event, id });
        }
        if row.readers.is_empty() {
            return Err(RegistryError::NoReader { event });
        }
        if !envelope::fits(id, row.newest()) {
            return Err(RegistryError::TooGreat { event, id, version: row.newest() });
        }
        last = id;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_type_is_read() {
        assert_eq!(check_registry(), Ok(()));
    }

    #[test]
    fn a_repeated_number_and_a_type_without_a_reader_are_errors() {
        let founded = || bincode_v1::<network::Founded>(Kind::Founded);
        let policy = || bincode_v1::<network::PolicyAdopted>(Kind::PolicyAdopted);
        assert_eq!(
            check(&[founded(), founded()]),
            Err(RegistryError::OutOfOrder { event: "founded", id: 1 })
        );
        assert_eq!(check(&[policy(), founded()]), Err(RegistryError::OutOfOrder { event: "founded", id: 1 }));
        let unread = RegistryRow { readers: &[], ..founded() };
        assert_eq!(check(&[unread, policy()]), Err(RegistryError::NoReader { event: "founded" }));
    }

    #[test]
    fn a_version_too_great_for_an_envelope_is_an_error() {
        const READ: DecodeFn = read::<network::Founded>;
        const READERS: &[DecodeFn] = &[READ; 32];
        let old = |readers| RegistryRow { readers, ..bincode_v1::<network::Founded>(Kind::Founded) };
        assert_eq!(check(&[old(READERS.split_at(31).0)]), Ok(()));
        let too_great = RegistryError::TooGreat { event: "founded", id: 1, version: 32 };
        assert_eq!(check(&[old(READERS)]), Err(too_great));
    }

    #[test]
    fn a_version_is_the_place_of_its_reader() {
        let row = row(1).expect("founded");
        assert_eq!(row.newest(), 1);
        assert!(row.reader(1).is_ok());
        for version in [0, 2, u16::MAX] {
            let unknown = DecodeError::UnknownVersion { event: "founded", version, newest: 1 };
            assert_eq!(row.reader(version).err(), Some(unknown));
        }
    }
}
