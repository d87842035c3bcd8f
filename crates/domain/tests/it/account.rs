//! What happens to members themselves.

use acquaint_domain::account::{self, Estate};
use acquaint_domain::outgoing::{Open, Outgoing};
use acquaint_domain::{
    AcceptFrom, Audience, Confirmation, Decision, EmailAddress, Event, Leg, Letter, LetterNumber, MaxDegree,
    MemberDraft, MemberId, Personal, Posted, Profile, RequestId, RestrictionCause, Settings, SettingsChange,
    Standing, Tier, WithdrawalCause, WithdrawnBy,
};

use crate::given::{ALICE, OTHER_WAY, REQUEST, SECOND, THIRD, TO_BOB, at, open};

const CAROL: MemberId = MemberId(3);
const FRESH: Outgoing = Outgoing::InTransit { failures: 0, fault: None, next_attempt: None };

fn happens(event: Event) -> Decision {
    Decision::Happens(vec![event])
}

fn withdrawn(request: RequestId, by: WithdrawnBy, letter: Option<WithdrawalCause>) -> Event {
    let leg = Leg { route: TO_BOB, number: THIRD };
    let posted = letter.map(|cause| Posted { leg, letter: Letter::Withdrawn { request, cause } });
    Event::RequestWithdrawn { request, sender: ALICE, by, posted }
}

#[test]
fn a_draft_changes_what_it_gives_and_keeps_the_rest() {
    let email = |text: &str| EmailAddress::parse(text).expect("an e-mail address");
    let profile = Profile {
        emails: vec![email("alice@example.org")],
        url: None,
        company: Some("Acme".to_owned()),
        title: None,
    };
    let changed = |tier, profile| {
        happens(Event::MemberChanged { member: ALICE, tier, profile: Personal::Held(profile) })
    };
    let change = |draft| account::change(ALICE, Tier::Free, &profile, draft);
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
fn a_change_of_settings_is_the_next_version_and_keeps_what_it_does_not_give() {
    let change = |settings: &Settings, version, change| match account::change_settings(
        ALICE, settings, version, change,
    ) {
        Decision::Happens(events) => match events.as_slice() {
            [Event::SettingsChanged { member: ALICE, version, settings }] => (*version, settings.clone()),
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
    let restricted =
        Event::MemberRestricted { member: ALICE, until: at(100), cause: RestrictionCause::Security };
    assert_eq!(account::restrict(ALICE, at(100), RestrictionCause::Security), happens(restricted));
}

#[test]
fn a_ban_withdraws_what_the_member_has_open() {
    let banned = Event::MemberBanned(ALICE);
    let by = WithdrawnBy::Enforcement;
    let sent = (open(Outgoing::Sent), THIRD);
    let on_the_road = (Open { request: SECOND, ..open(FRESH) }, THIRD);
    let over = (open(Outgoing::Expired), THIRD);
    let letter = Some(WithdrawalCause::Withdrawn);
    let table: [(&str, Vec<account::Withdrawable>, Vec<Event>); 4] = [
        ("nothing", vec![], vec![]),
        ("one that has arrived", vec![sent], vec![withdrawn(REQUEST, by, letter)]),
        ("two", vec![sent, on_the_road], vec![withdrawn(REQUEST, by, letter), withdrawn(SECOND, by, None)]),
        ("one that is over", vec![over], vec![]),
    ];
    for (case, given, then) in table {
        let expected: Vec<Event> = std::iter::once(banned.clone()).chain(then).collect();
        assert_eq!(account::ban(ALICE, &given), Decision::Happens(expected), "{case}");
    }
}

#[test]
fn only_a_restriction_or_a_ban_can_be_lifted() {
    let since = at(1);
    let lifted = || happens(Event::RestrictionLifted(ALICE));
    let restricted = Standing::Restricted { since, until: at(100), cause: RestrictionCause::Spam };
    let table: [(Standing, Decision); 5] = [
        (Standing::Banned { since }, lifted()),
        (restricted.at(at(99)), lifted()),
        (restricted.at(at(100)), Decision::NotThere(None)),
        (Standing::Good, Decision::NotThere(None)),
        (Standing::Closed { since }, Decision::NotThere(None)),
    ];
    for (given, then) in table {
        assert_eq!(account::lift(ALICE, given), then, "{given:?}");
    }
}

#[test]
fn a_closure_withdraws_what_is_open_tells_connections_and_files_what_is_there() {
    let letters = vec![(CAROL, LetterNumber(1))];
    let estate = Estate {
        open: vec![(open(Outgoing::Sent), THIRD)],
        connections: letters.clone(),
        incoming: vec![OTHER_WAY],
    };
    let closed = |letters, files| Event::MemberClosed { member: ALICE, lingers_until: at(9), letters, files };
    let own = withdrawn(REQUEST, WithdrawnBy::Closure, Some(WithdrawalCause::SenderClosed));
    let expected = vec![own, closed(letters, vec![OTHER_WAY])];
    assert_eq!(account::close(ALICE, estate, at(9)), Decision::Happens(expected));
    let nothing = Estate { open: Vec::new(), connections: Vec::new(), incoming: Vec::new() };
    let expected = happens(closed(Vec::new(), Vec::new()));
    assert_eq!(account::close(ALICE, nothing, at(9)), expected);
}
