//! The bytes of every choice that a stored form can hold: each variant's place is frozen.

use std::fmt::{Debug, Write};

use acquaint_codec::{encode, peek};
use acquaint_domain::export::{
    Afterwards, DatedBy, ExportEvent, Holds, Join, Network, Precision, Seen, SourceFile, Witness,
};
use acquaint_domain::*;

use crate::generators::{PROBLEMS, RULES};
use crate::golden::hexadecimal;

const REQUEST: RequestId = RequestId(0x0123_4567_89ab_cdef);
const FROM: MemberId = MemberId(1);
const TO: MemberId = MemberId(2);

/// The sections of an event, without what is before them.
fn sections(event: Event) -> Vec<u8> {
    let (number, at, actor) = (EventNumber(1), Timestamp::from_millis(0), Actor::Operator);
    let bytes = encode(&Recorded { number, at, actor, command: None, cause: None, event });
    let envelope = peek(&bytes).expect("an envelope");
    bytes[envelope.own_len()..].to_vec()
}

/// One line for each value: the value, and the bytes in which the events that hold it differ from `prefix` bytes on.
fn list<T: Clone + Debug>(
    text: &mut String,
    title: &str,
    values: &[T],
    place: usize,
    event: impl Fn(T) -> Event,
) {
    writeln!(text, "{title}").expect("a string takes it");
    for value in values {
        let bytes = sections(event(value.clone()));
        let shown = hexadecimal(&bytes[place..]);
        writeln!(text, "  {:<24} {shown}", word(value)).expect("a string takes it");
    }
}

/// The variant's name alone.
fn word(value: &impl Debug) -> String {
    let shown = format!("{value:?}");
    shown.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn verdict_event(outcome: Outcome, gates: Vec<Gate>) -> Event {
    let verdict = Verdict { policy: PolicyVersion(1), facts_at: EventNumber(1), outcome, gates };
    Event::RequestRefused { request: REQUEST, sender: FROM, verdict }
}

fn gate_event(rule: Rule, finding: Finding, evidence: Evidence) -> Event {
    verdict_event(Outcome::Pass, vec![Gate { rule, finding, evidence }])
}

/// The request, the sender, the policy and the position that the facts were read at.
const OUTCOME_AT: usize = 8 + 1 + 1 + 1;
/// After the outcome `Pass` and the number of gates.
const GATE_AT: usize = OUTCOME_AT + 1 + 1;

fn choices(text: &mut String) {
    use CommandKind as C;
    let (member, other, request) = (FROM, None, None);
    list(text, "tier", &[Tier::Free, Tier::Premium, Tier::SalesNavigator], 1, |tier| Event::MemberChanged {
        member,
        tier,
        profile: Personal::Erased,
    });
    let causes = [RestrictionCause::Spam, RestrictionCause::Policy, RestrictionCause::Security];
    list(text, "restriction's cause", &causes, 9, |cause| Event::MemberRestricted {
        member,
        until: Timestamp::from_millis(0),
        cause,
    });
    let channels = [FaultChannel::Web, FaultChannel::Mobile, FaultChannel::Desktop, FaultChannel::All];
    list(text, "fault's channel", &channels, 0, Event::FaultStopped);
    let faults = [Fault::ServerError, Fault::Timeout, Fault::AppBug];
    list(text, "fault", &faults, 1, |fault| Event::FaultStarted { channel: FaultChannel::Web, fault });
    let commands = [
        C::Confirm,
        C::Accept,
        C::Decline,
        C::Ignore,
        C::Report,
        C::Withdraw,
        C::Block,
        C::Unblock,
        C::Connect,
        C::Disconnect,
        C::Settings,
        C::Contacts,
        C::Remind,
    ];
    list(text, "command, then member, other, request, code", &commands, 0, |command| Event::CommandRefused {
        command,
        member,
        other,
        request,
        code: Code::Crossed,
    });
    let takers = [WithdrawnBy::Member, WithdrawnBy::Block, WithdrawnBy::Enforcement, WithdrawnBy::Closure];
    list(text, "withdrawn by, then no letter", &takers, 9, |by| Event::RequestWithdrawn {
        request: REQUEST,
        sender: FROM,
        by,
        posted: None,
    });
}

fn exports(text: &mut String) {
    const SEEN: Seen = Seen {
        export: 1,
        witness: Witness::Network,
        file: SourceFile::Messages,
        line: 2,
        precision: Precision::Second,
    };
    let (member, other, at) = (FROM, TO, Timestamp::from_millis(0));
    let ask = Ask { request: REQUEST, sender: FROM, recipient: TO };
    let block = |seen| Event::Export(ExportEvent::BlockObserved { member, other, seen });
    let witnesses = [Witness::Network, Witness::Sender, Witness::Recipient];
    list(text, "witness, then file, line, precision", &witnesses, 3, |witness| {
        block(Seen { witness, ..SEEN })
    });
    let files = [
        SourceFile::Messages,
        SourceFile::Invitations,
        SourceFile::Connections,
        SourceFile::SentRequests,
        SourceFile::ReceivedRequests,
        SourceFile::RejectedRequests,
        SourceFile::Friends,
        SourceFile::RemovedFriends,
        SourceFile::Following,
        SourceFile::Blocks,
    ];
    list(text, "file, then line, precision", &files, 4, |file| block(Seen { file, ..SEEN }));
    let precisions = [Precision::Second, Precision::Minute, Precision::Day, Precision::Undated];
    list(text, "precision", &precisions, 6, |precision| block(Seen { precision, ..SEEN }));
    let joins = [Join::Stated, Join::Url, Join::NameAndDate, Join::Name];
    list(text, "join", &joins, 23, |join| Event::AcceptanceObserved {
        ask,
        observed_at: at,
        seen: SEEN,
        join,
    });
    let afterwards = [Afterwards::Connected, Afterwards::Gone, Afterwards::Never, Afterwards::Unknown];
    list(text, "afterwards", &afterwards, 20, |afterwards| {
        let witness = Witness::Sender;
        Event::Export(ExportEvent::RequestVanished { ask, witness, export: 1, as_of: at, afterwards })
    });
    let begun = |network, dated_by| {
        let holds = Holds { invitations: None, connections: Some(1) };
        let (export, source, owner, as_of) = (1, [0; 32], FROM, at);
        Event::Export(ExportEvent::ExportBegun { export, source, network, owner, as_of, dated_by, holds })
    };
    let networks = [Network::LinkedIn, Network::Facebook, Network::Mastodon];
    list(text, "network, then the rest of the beginning", &networks, 33, |network| {
        begun(network, DatedBy::Word)
    });
    let dated = [DatedBy::Word, DatedBy::FileName, DatedBy::LastRow];
    list(text, "dated by, then invitations, connections", &dated, 43, |by| begun(Network::LinkedIn, by));
}

fn settings(text: &mut String) {
    let settled = |settings| Event::SettingsChanged { member: FROM, version: 1, settings };
    let accepts = [AcceptFrom::Everyone, AcceptFrom::Contacts, AcceptFrom::ContactsOrEmail];
    list(text, "accept-from, then the rest of the settings", &accepts, 2, |accept_from| {
        settled(Settings { accept_from, ..Settings::default() })
    });
    list(
        text,
        "max-degree, then the rest of the settings",
        &[MaxDegree::Any, MaxDegree::Within(3)],
        3,
        |max_degree| settled(Settings { max_degree, ..Settings::default() }),
    );
    list(
        text,
        "confirmation, then the personal section",
        &[Confirmation::Off, Confirmation::First],
        4,
        |confirmation| settled(Settings { confirmation, ..Settings::default() }),
    );
}

fn roads(text: &mut String) {
    let submitted = |addressee, channel, distance| Event::RequestSubmitted {
        request: REQUEST,
        sender: FROM,
        addressee,
        typed: Personal::Erased,
        channel,
        distance,
    };
    let addressees = [Addressee::Member(TO), Addressee::Email, Addressee::Nobody];
    list(text, "addressee, then channel web, no distance", &addressees, 9, |addressee| {
        submitted(addressee, Channel::Web, None)
    });
    let channels = [Channel::Web, Channel::Mobile, Channel::Desktop, Channel::Api("x".to_owned())];
    list(text, "channel, then no distance", &channels, 10, |channel| {
        submitted(Addressee::Email, channel, None)
    });
    let distances =
        [None, Some(Distance { degree: None, mutuals: 0 }), Some(Distance { degree: Some(3), mutuals: 300 })];
    list(text, "distance", &distances, 11, |distance| submitted(Addressee::Email, Channel::Web, distance));
    let routes = [Route::Member { from: FROM, to: TO }, Route::Email { from: FROM, request: REQUEST }];
    let leg = |route| Leg { route, number: LetterNumber(5) };
    list(text, "route, then number 5", &routes, 9, |route| Event::RequestArrived {
        request: REQUEST,
        sender: FROM,
        leg: leg(route),
    });
    let name = ConnectionName::of([REQUEST]);
    let cause = |cause| Letter::Withdrawn { request: REQUEST, cause };
    let letters = [
        Letter::Request { request: REQUEST, distance: None },
        Letter::Accepted { name: name.clone() },
        cause(WithdrawalCause::Withdrawn),
        cause(WithdrawalCause::Expired),
        cause(WithdrawalCause::SenderClosed),
        Letter::Disconnected { name },
        Letter::Closed,
        Letter::Reminder { request: REQUEST },
    ];
    list(text, "letter", &letters, 15, |letter| {
        let posted = Some(Posted { leg: leg(routes[0]), letter });
        Event::RequestWithdrawn { request: REQUEST, sender: FROM, by: WithdrawnBy::Member, posted }
    });
}

fn verdicts(text: &mut String) {
    let outcomes = [Outcome::Pass, Outcome::Hold(Code::SpamHeld), Outcome::Refuse(Code::AddressUnknown)];
    list(text, "outcome, then no gates", &outcomes, OUTCOME_AT, |outcome| verdict_event(outcome, Vec::new()));
    list(text, "rule, then passed, nothing", &RULES, GATE_AT, |rule| {
        gate_event(rule, Finding::Passed, Evidence::Nothing)
    });
    let findings = [
        Finding::Passed,
        Finding::Failed(Code::AddressUnknown),
        Finding::Held(Code::SpamHeld),
        Finding::Unevaluated,
        Finding::NotReached,
        Finding::Shadow(Outcome::Refuse(Code::WeeklyLimit)),
        Finding::FailedUnseen(Code::OwnSettingDegree),
    ];
    list(text, "finding, then nothing", &findings, GATE_AT + 1, |finding| {
        gate_event(Rule::AddressForm, finding, Evidence::Nothing)
    });
    let evidence = |evidence| gate_event(Rule::AddressForm, Finding::Passed, evidence);
    list(text, "evidence", &all_evidence(), GATE_AT + 2, evidence);
    list(text, "problem with an address, after Form, present, offset 5", &PROBLEMS, GATE_AT + 5, |problem| {
        evidence(Evidence::Form(Some(Malformed { offset: 5, problem })))
    });
    let kinds = SymbolKind::ALL;
    list(
        text,
        "symbol, after Symbols, one: kind, value 1 of 3, score -1; then 0 0 0 no",
        &kinds,
        GATE_AT + 4,
        |kind| {
            let symbols = vec![Symbol { kind, value: 1, of: 3, score_milli: -1 }];
            let in_contacts = Whether::No;
            evidence(Evidence::Symbols {
                symbols,
                score_milli: 0,
                hold_at_milli: 0,
                refuse_at_milli: 0,
                in_contacts,
            })
        },
    );
}

fn all_evidence() -> Vec<Evidence> {
    let at = Timestamp::from_millis(0x0102_0304_0506);
    let (yes, no) = (Whether::Yes, Whether::No);
    let distance = Some(Distance { degree: Some(2), mutuals: 3 });
    vec![
        Evidence::Nothing,
        Evidence::Hidden,
        Evidence::Form(None),
        Evidence::Holds(yes),
        Evidence::Holds(no),
        Evidence::Stands { since: at, request: None },
        Evidence::Stands { since: at, request: Some(REQUEST) },
        Evidence::Restriction { since: at, until: at, cause: RestrictionCause::Spam },
        Evidence::Contact {
            setting: AcceptFrom::Contacts,
            in_contacts: no,
            by_email: yes,
            settings_version: 9,
        },
        Evidence::Degree { allowed: None, distance: None, settings_version: 9 },
        Evidence::Degree { allowed: Some(1), distance, settings_version: 9 },
        Evidence::Count { used: 4, limit: 20, window: Span::days(1), frees_at: None },
        Evidence::Count { used: 20, limit: 20, window: Span::days(1), frees_at: Some(at) },
        Evidence::Symbols {
            symbols: Vec::new(),
            score_milli: 1,
            hold_at_milli: -1,
            refuse_at_milli: 10_000,
            in_contacts: yes,
        },
        Evidence::Audience { criteria: 2, company: yes, title: no, settings_version: 9 },
        Evidence::Bucket { kind: BucketKind::Week, used: 4, limit: 20, begins: at, ends: at },
        Evidence::Size { found: 301, limit: 300 },
        Evidence::Cooldown { since: at, until: at },
        Evidence::Reported { answered: 20, reported_percent: 30, limit_percent: 20, by_email: no },
        Evidence::Uncounted,
    ]
}

fn addresses(text: &mut String) {
    let email = EmailAddress::parse("a@b.c").expect("an e-mail address");
    let addresses = [
        Address::Handle(Handle::parse("a").expect("a handle")),
        Address::Email(email),
        Address::Profile(ProfileUrl::parse("b.c/a").expect("a profile's URL")),
    ];
    list(
        text,
        "address typed `x`, then e-mail, note and fingerprint not given",
        &addresses,
        12 + 8,
        |address| {
            let normalised = Some(address);
            let typed = Typed {
                address: "x".to_owned(),
                normalised,
                with_email: None,
                note: None,
                note_fingerprint: None,
            };
            Event::RequestSubmitted {
                request: REQUEST,
                sender: FROM,
                addressee: Addressee::Email,
                typed: Personal::Held(typed),
                channel: Channel::Web,
                distance: None,
            }
        },
    );
}

fn inherited(text: &mut String) {
    let at = Timestamp::from_millis(0x0102_0304_0506);
    let ask = Ask { request: REQUEST, sender: FROM, recipient: TO };
    let stands = [
        Stands::Inbox,
        Stands::Unconfirmed,
        Stands::Filed(Code::BlockedByRecipient),
        Stands::Ignored,
        Stands::Declined,
        Stands::Reported,
    ];
    list(text, "stands, then the moment", &stands, 10, |stands| {
        Event::Inherited(Inherited::ArrivalInherited { ask, stands, since: at })
    });
    let standings = [
        Standing::Good,
        Standing::Restricted { since: at, until: at, cause: RestrictionCause::Spam },
        Standing::Banned { since: at },
        Standing::Closed { since: at },
    ];
    list(text, "standing, then the settings", &standings, 1 + 2 + 1 + 8, |standing| {
        Event::Inherited(Inherited::MemberInherited {
            member: FROM,
            handle: Handle::parse("a").expect("a handle"),
            tier: Tier::Free,
            joined: at,
            standing,
            settings: Settings { audience: Personal::Erased, ..Settings::default() },
            profile: Personal::Erased,
            contacts: Personal::Erased,
        })
    });
}

#[test]
fn every_choice_is_stored_at_its_place() {
    let mut text = String::new();
    choices(&mut text);
    settings(&mut text);
    roads(&mut text);
    verdicts(&mut text);
    addresses(&mut text);
    exports(&mut text);
    inherited(&mut text);
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    insta::assert_snapshot!("forms", text);
}
