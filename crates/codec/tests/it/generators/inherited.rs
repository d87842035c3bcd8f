//! Arbitrary events of what a network had before its log.

use acquaint_domain::*;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{
    cause, code, email, entered, handle, member, name, personal, profile, request, request_ref, select,
    settings, time,
};

pub(super) fn all() -> Vec<BoxedStrategy<Event>> {
    let prefix = (any::<u64>(), any::<u64>(), any::<u64>(), any::<[u8; 32]>());
    let prefix = prefix.prop_map(|(bytes, lines, records, source)| {
        ImportedRecord::StretchTaken(FilePrefix { bytes, lines, records, source })
    });
    let addressee =
        prop_oneof![member().prop_map(Addressee::Member), select(&[Addressee::Email, Addressee::Nobody]),];
    let requests = (request(), member(), addressee, personal(entered()), time()).prop_map(
        |(request, sender, addressee, entered, asked_at)| ImportedRecord::RequestInherited {
            request,
            sender,
            addressee,
            entered,
            asked_at,
        },
    );
    let places = prop_oneof![
        select(&[
            ImportedPlace::Inbox,
            ImportedPlace::Unconfirmed,
            ImportedPlace::Ignored,
            ImportedPlace::Declined,
            ImportedPlace::Reported
        ]),
        code().prop_map(ImportedPlace::Filed),
    ];
    let arrivals = (request_ref(), places, time()).prop_map(|(request_ref, place, since)| {
        ImportedRecord::ArrivalInherited { request_ref, place, since }
    });
    let connections = (name(), member(), member(), time()).prop_map(|(name, member, other, since)| {
        ImportedRecord::ConnectionInherited { name, member, other, since }
    });
    let blocks = (member(), member(), time())
        .prop_map(|(member, other, since)| ImportedRecord::BlockInherited { member, other, since });
    let all = [
        prefix.boxed(),
        members().boxed(),
        connections.boxed(),
        requests.boxed(),
        arrivals.boxed(),
        blocks.boxed(),
    ];
    all.into_iter()
        .map(|records| records.prop_map(|record| Event::Import(import::Event::Inherited(record))).boxed())
        .collect()
}

/// Members, whose personal fields are erased together.
fn members() -> impl Strategy<Value = ImportedRecord> {
    let standing = prop_oneof![
        Just(Standing::Good),
        (time(), time(), cause()).prop_map(|(since, until, cause)| Standing::Restricted {
            since,
            until,
            cause
        }),
        time().prop_map(|since| Standing::Banned { since }),
        time().prop_map(|since| Standing::Closed { since }),
    ];
    let tier = select(&[Tier::Free, Tier::Premium, Tier::SalesNavigator]);
    let own = (settings(), personal(profile()), vec(email(), 0..4));
    (member(), handle(), tier, time(), standing, own).prop_map(
        |(member, handle, tier, joined, standing, (mut settings, mut profile, contacts))| {
            let is_held = profile.held().is_some() && settings.audience.held().is_some();
            let contacts = if is_held {
                Personal::Held(contacts)
            } else {
                (profile, settings.audience) = (Personal::Erased, Personal::Erased);
                Personal::Erased
            };
            ImportedRecord::MemberInherited {
                member,
                handle,
                tier,
                joined,
                standing,
                settings,
                profile,
                contacts,
            }
        },
    )
}
