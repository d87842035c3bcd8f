//! Members' accounts.

use acquaint_domain::incoming::{Incoming, RequestGroup};
use acquaint_domain::{
    AcceptFrom, Actor, Audience, Code, Confirmation, Decision, Departure, EmailAddress, Event, EventNumber,
    MaxDegree, MemberDraft, Personal, Profile, Recorded, RequestRef, RestrictionCause, Settings,
    SettingsChange, Standing, Tier, WithdrawnBy, account, incoming,
};

use crate::given::{ALICE, BOB, REQUEST, SECOND, after_incoming, at};

fn happens(event: Event) -> Decision {
    Decision::Happens(vec![event])
}

#[test]
fn a_draft_changes_what_it_gives_and_keeps_the_rest() {
    let email = |text: &str| EmailAddress::parse(text).expect("an e-mail address");
    let profile = Profile {
        emails: vec![email("alice@example.org")],
        url: None,
        company: Some("Acme".to_owned()),
        title: None,
        entered_handle: None,
    };
    let changed = |tier, profile| {
        happens(Event::Account(account::Event {
            member: ALICE,
            kind: account::Kind::Changed { tier, profile: Personal::Held(profile) },
        }))
    };
    let change = |draft| account::change(ALICE, Tier::Free, &profile, draft).widen();
    let title = MemberDraft { title: Some("Engineer".to_owned()), ..MemberDraft::default() };
    let none = MemberDraft { emails: Some(Vec::new()), ..MemberDraft::default() };
    let tier = MemberDraft { tier: Some(Tier::Premium), ..MemberDraft::default() };
    let titled = Profile { title: Some("Engineer".to_owned()), ..profile.clone() };
    let without = Profile { emails: Vec::new(), ..profile.clone() };
    assert_eq!(change(MemberDraft::default()), changed(Tier::Free, profile.clone()));
    assert_eq!(change(title), changed(Tier::Free, titled));
    assert_eq!(change(none), changed(Tier::Free, without));
    assert_eq!(change(tier), changed(Tier::Premium, profile.clone()));
}

#[test]
fn a_change_of_settings_is_the_next_version_and_keeps_the_other_settings() {
    let change = |settings: &Settings, version, change| match account::change_settings(
        ALICE, settings, version, change,
    )
    .widen()
    {
        Decision::Happens(events) => match events.as_slice() {
            [
                Event::Account(account::Event {
                    member: ALICE,
                    kind: account::Kind::SettingsChanged { version, settings },
                }),
            ] => (*version, settings.clone()),
            other => panic!("{other:?}"),
        },
        other @ (Decision::Refused(_) | Decision::NotThere(_)) => panic!("{other:?}"),
    };
    let nothing = SettingsChange::default();
    assert_eq!(change(&Settings::default(), 0, nothing.clone()), (1, Settings::default()));
    let far = SettingsChange { max_degree: Some(MaxDegree::Within(2)), ..nothing.clone() };
    let (version, settings) = change(&Settings::default(), 1, far);
    assert_eq!((version, settings.max_degree), (2, MaxDegree::Within(2)));
    let rest = SettingsChange {
        accept_from: Some(AcceptFrom::Contacts),
        confirmation: Some(Confirmation::First),
        companies: Some(vec!["Acme".to_owned()]),
        ..nothing.clone()
    };
    let (version, settings) = change(&settings, version, rest);
    let acme = Audience { companies: ["Acme".to_owned()].into(), ..Audience::default() };
    let expected = Settings {
        accept_from: AcceptFrom::Contacts,
        max_degree: MaxDegree::Within(2),
        audience: Personal::Held(acme),
        confirmation: Confirmation::First,
    };
    assert_eq!((version, &settings), (3, &expected));
    let everybody = SettingsChange { companies: Some(Vec::new()), ..nothing };
    let (_, settings) = change(&settings, version, everybody);
    assert_eq!(settings.audience, Personal::Held(Audience::default()));
}

#[test]
fn a_restriction_has_its_end_and_its_cause() {
    let restricted = Event::Account(account::Event {
        member: ALICE,
        kind: account::Kind::Restricted { until: at(100), cause: RestrictionCause::Security },
    });
    assert_eq!(account::restrict(ALICE, at(100), RestrictionCause::Security).widen(), happens(restricted));
}

#[test]
fn a_ban_and_a_closure_are_each_one_event_that_begins_a_departure() {
    let closed = Event::Account(account::Event {
        member: ALICE,
        kind: account::Kind::Closed { lingers_until: at(9), letters: Vec::new(), files: Vec::new() },
    });
    let decided = [
        (
            account::ban(ALICE).widen(),
            Event::Account(account::Event { member: ALICE, kind: account::Kind::Banned }),
            WithdrawnBy::Enforcement,
        ),
        (account::close(ALICE, at(9)).widen(), closed, WithdrawnBy::Closure),
    ];
    for (decision, event, by) in decided {
        assert_eq!(decision, happens(event.clone()));
        let number = EventNumber(7);
        let recorded =
            Recorded { number, at: at(3), actor: Actor::Operator, command: None, cause: None, event };
        let departure = Departure { decided_by: number, at: at(3), by };
        assert_eq!(Departure::decided(&recorded), Some((ALICE, departure)));
        let event = Event::Account(account::Event { member: ALICE, kind: account::Kind::RestrictionLifted });
        assert_eq!(Departure::decided(&Recorded { event, ..recorded }), None);
    }
}

#[test]
fn a_closure_files_every_request_of_a_senders_group() {
    let group = RequestGroup { requests: vec![REQUEST, SECOND], state: Incoming::Delivered, since: at(1) };
    let requests = [REQUEST, SECOND].map(|request| RequestRef { request, sender: BOB, recipient: ALICE });
    assert_eq!(account::asks(ALICE, BOB, &group).collect::<Vec<_>>(), requests);
    let filed =
        Event::Incoming(incoming::Event { request_ref: requests[0], kind: incoming::Kind::FiledByClosure });
    for (state, then) in [
        (Incoming::Delivered, Incoming::Filed(Code::RecipientClosed)),
        (Incoming::Filed(Code::BlockedByRecipient), Incoming::Filed(Code::RecipientClosed)),
        (Incoming::Declined, Incoming::Declined),
        (Incoming::Accepted, Incoming::Accepted),
    ] {
        assert_eq!(after_incoming(Some(state), &filed), Some(then));
        assert_eq!(incoming::closure_files(state), state != then, "{state:?}");
        assert!(!incoming::closure_files(then));
    }
}

#[test]
fn only_a_restriction_or_a_ban_can_be_lifted() {
    let since = at(1);
    let lifted =
        || happens(Event::Account(account::Event { member: ALICE, kind: account::Kind::RestrictionLifted }));
    let restricted = Standing::Restricted { since, until: at(100), cause: RestrictionCause::Spam };
    let table: [(Standing, Decision); 5] = [
        (Standing::Banned { since }, lifted()),
        (restricted.at(at(99)), lifted()),
        (restricted.at(at(100)), Decision::NotThere(None)),
        (Standing::Good, Decision::NotThere(None)),
        (Standing::Closed { since }, Decision::NotThere(None)),
    ];
    for (given, then) in table {
        assert_eq!(account::lift(ALICE, given).widen(), then, "{given:?}");
    }
}
