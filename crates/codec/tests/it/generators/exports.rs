//! Arbitrary events of members' exports.

use acquaint_domain::export::*;
use acquaint_domain::{Event, MemberId, import};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{member, name, personal, profile_url, request, request_ref, seen, select, text, time};

fn person() -> impl Strategy<Value = Person> {
    (text(), option::of(profile_url())).prop_map(|(name, url)| Person { name, url })
}

fn network() -> impl Strategy<Value = Network> {
    select(&[Network::LinkedIn, Network::Facebook, Network::Mastodon])
}

pub(super) fn all() -> Vec<BoxedStrategy<Event>> {
    let events = [beginnings(), people(), connections(), ends()].concat();
    events
        .into_iter()
        .map(|events| events.prop_map(|event| Event::Import(import::Event::Export(event))).boxed())
        .collect()
}

fn beginnings() -> Vec<BoxedStrategy<ExportEvent>> {
    let dated = select(&[DatedBy::Word, DatedBy::FileName, DatedBy::LastRow]);
    let counts = (option::of(any::<u32>()), any::<bool>(), any::<bool>(), option::of(any::<u32>()));
    vec![
        (any::<u32>(), any::<[u8; 32]>(), network(), member(), time(), dated, counts)
            .prop_map(|(export, source, network, owner, as_of, dated_by, counts)| {
                let (invitations, has_sent, has_received, connections) = counts;
                let holds = Holds { invitations, has_sent, has_received, connections };
                ExportEvent::ExportBegun { export, source, network, owner, as_of, dated_by, holds }
            })
            .boxed(),
        (any::<u32>(), member())
            .prop_map(|(export, owner)| ExportEvent::ExportEnded { export, owner })
            .boxed(),
    ]
}

fn people() -> Vec<BoxedStrategy<ExportEvent>> {
    vec![
        (network(), member(), any::<u32>(), any::<u32>(), personal(vec(person(), 0..4)))
            .prop_map(|(network, owner, first, count, people)| {
                let first = MemberId(first);
                ExportEvent::PeopleObserved { network, owner, first, count, people }
            })
            .boxed(),
        (any::<u32>(), member(), member(), personal(person()))
            .prop_map(|(export, owner, member, person)| ExportEvent::PersonChanged {
                export,
                owner,
                member,
                person,
            })
            .boxed(),
    ]
}

fn connections() -> Vec<BoxedStrategy<ExportEvent>> {
    vec![
        (name(), member(), member(), time(), seen(), vec(request(), 0..3))
            .prop_map(|(name, member, other, observed_at, seen, before)| ExportEvent::ConnectionObserved {
                name,
                member,
                other,
                observed_at,
                seen,
                before,
            })
            .boxed(),
        (request_ref(), member(), any::<u32>())
            .prop_map(|(request_ref, owner, connections)| ExportEvent::NamesakesObserved {
                request_ref,
                owner,
                connections,
            })
            .boxed(),
        (request_ref(), time(), seen())
            .prop_map(|(request_ref, observed_at, seen)| ExportEvent::DeclineObserved {
                request_ref,
                observed_at,
                seen,
            })
            .boxed(),
        (member(), member(), seen())
            .prop_map(|(member, other, seen)| ExportEvent::BlockObserved { member, other, seen })
            .boxed(),
    ]
}

fn ends() -> Vec<BoxedStrategy<ExportEvent>> {
    let witnesses = select(&[AttestedBy::Sender, AttestedBy::Recipient]);
    let afterwards =
        select(&[Afterwards::Connected, Afterwards::Gone, Afterwards::Never, Afterwards::Unknown]);
    vec![
        (member(), member(), name(), time(), seen())
            .prop_map(|(member, other, name, observed_at, seen)| ExportEvent::EndObserved {
                member,
                other,
                name,
                observed_at,
                seen,
            })
            .boxed(),
        (request_ref(), witnesses, any::<u32>(), time(), afterwards)
            .prop_map(|(request_ref, witness, export, as_of, afterwards)| ExportEvent::RequestVanished {
                request_ref,
                witness,
                export,
                as_of,
                afterwards,
            })
            .boxed(),
        (member(), member(), name(), any::<u32>(), time())
            .prop_map(|(member, other, name, export, as_of)| ExportEvent::ConnectionVanished {
                member,
                other,
                name,
                export,
                as_of,
            })
            .boxed(),
    ]
}
