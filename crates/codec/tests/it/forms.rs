//! The bytes of every variant that a stored form can hold: each variant's place is frozen.

use acquaint_domain::{account, import, letter, network, outgoing};
use std::fmt::{Debug, Write};

use acquaint_codec::{decode, encode};
use acquaint_domain::export::{
    Afterwards, AttestedBy, DatedBy, ExportEvent, Holds, Join, Network, Precision, SourceFile, SourceRef,
};
use acquaint_domain::*;

use crate::generators::PROBLEMS;
use crate::golden::hexadecimal;

const REQUEST: RequestId = RequestId(0x0123_4567_89ab_cdef);
const FROM: MemberId = MemberId(1);
const TO: MemberId = MemberId(2);

/// One variant of an enum, in an event.
struct Choice {
    title: &'static str,
    variant: String,
    recorded: Recorded,
}

/// Adds one choice for each value.
fn list<T: Clone + Debug>(
    choices: &mut Vec<Choice>,
    title: &'static str,
    values: &[T],
    event: impl Fn(T) -> Event,
) {
    choices.extend(values.iter().map(|value| {
        let (number, at, actor) = (EventNumber(1), Timestamp::from_millis(0), Actor::Operator);
        let recorded =
            Recorded { number, at, actor, command: None, cause: None, event: event(value.clone()) };
        Choice { title, variant: variant(value), recorded }
    }));
}

/// The name of a value's variant.
fn variant(value: &impl Debug) -> String {
    let shown = format!("{value:?}");
    shown.split([' ', '(']).next().unwrap_or_default().to_owned()
}

fn verdict_event(outcome: Outcome, gates: Vec<Gate>) -> Event {
    let verdict = Verdict { policy: PolicyVersion(1), facts_at: EventNumber(1), outcome, gates };
    Event::Outgoing(outgoing::Event {
        request: REQUEST,
        sender: FROM,
        kind: outgoing::Kind::Refused { verdict },
    })
}

fn gate_event(rule: Rule, finding: Finding, evidence: Evidence) -> Event {
    verdict_event(Outcome::Pass, vec![Gate { rule, finding, evidence }])
}

fn choices(all: &mut Vec<Choice>) {
    let member = FROM;
    list(all, "tier", &[Tier::Free, Tier::Premium, Tier::SalesNavigator], |tier| {
        Event::Account(account::Event {
            member,
            kind: account::Kind::Changed { tier, profile: Personal::Erased },
        })
    });
    let causes = [RestrictionCause::Spam, RestrictionCause::Policy, RestrictionCause::Security];
    list(all, "restriction's cause", &causes, |cause| {
        Event::Account(account::Event {
            member,
            kind: account::Kind::Restricted { until: Timestamp::from_millis(0), cause },
        })
    });
    let channels = [FaultChannel::Web, FaultChannel::Mobile, FaultChannel::Desktop, FaultChannel::All];
    list(all, "fault's channel", &channels, |channel| Event::Network(network::Event::FaultStopped(channel)));
    let faults = [Fault::ServerError, Fault::Timeout, Fault::AppBug];
    list(all, "fault", &faults, |fault| {
        Event::Network(network::Event::FaultStarted { channel: FaultChannel::Web, fault })
    });
    refused_commands(all);
    requests_of_senders(all);
}

fn refused_commands(all: &mut Vec<Choice>) {
    use CommandKind as C;
    let (member, other, request) = (FROM, None, None);
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
        C::Appeal,
    ];
    list(all, "command", &commands, |command| {
        Event::Network(network::Event::CommandRefused(RefusedCommand {
            command,
            member,
            other,
            request,
            code: Code::Crossed,
            verdict: None,
        }))
    });
}

fn requests_of_senders(all: &mut Vec<Choice>) {
    let charges = [outgoing::Charge::Nothing, outgoing::Charge::Request, outgoing::Charge::RequestWithNote];
    list(all, "charge", &charges, |charge| {
        let verdict = Verdict {
            policy: PolicyVersion(1),
            facts_at: EventNumber(1),
            outcome: Outcome::Pass,
            gates: Vec::new(),
        };
        Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: FROM,
            kind: outgoing::Kind::Held { verdict, charge },
        })
    });
    let withdrawers =
        [WithdrawnBy::Member, WithdrawnBy::Block, WithdrawnBy::Enforcement, WithdrawnBy::Closure];
    list(all, "withdrawn by", &withdrawers, |by| {
        Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: FROM,
            kind: outgoing::Kind::Withdrawn { by, posted: None },
        })
    });
}

fn exports(all: &mut Vec<Choice>) {
    const SEEN: SourceRef = SourceRef {
        export: 1,
        witness: AttestedBy::Network,
        file: SourceFile::Messages,
        line: 2,
        precision: Precision::Second,
    };
    let (member, other, at) = (FROM, TO, Timestamp::from_millis(0));
    let request_ref = RequestRef { request: REQUEST, sender: FROM, recipient: TO };
    let block =
        |seen| Event::Import(import::Event::Export(ExportEvent::BlockObserved { member, other, seen }));
    let witnesses = [AttestedBy::Network, AttestedBy::Sender, AttestedBy::Recipient];
    list(all, "witness", &witnesses, |witness| block(SourceRef { witness, ..SEEN }));
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
    list(all, "file", &files, |file| block(SourceRef { file, ..SEEN }));
    let precisions = [Precision::Second, Precision::Minute, Precision::Day, Precision::Undated];
    list(all, "precision", &precisions, |precision| block(SourceRef { precision, ..SEEN }));
    let joins = [Join::Stated, Join::Url, Join::NameAndDate, Join::Name, Join::Email];
    list(all, "join", &joins, |join| {
        Event::Import(import::Event::AcceptanceObserved { request_ref, observed_at: at, seen: SEEN, join })
    });
    let afterwards = [Afterwards::Connected, Afterwards::Gone, Afterwards::Never, Afterwards::Unknown];
    list(all, "afterwards", &afterwards, |afterwards| {
        let witness = AttestedBy::Sender;
        Event::Import(import::Event::Export(ExportEvent::RequestVanished {
            request_ref,
            witness,
            export: 1,
            as_of: at,
            afterwards,
        }))
    });
    let begun = |network, dated_by| {
        let holds = Holds { connections: Some(1), ..Holds::default() };
        let (export, source, owner, as_of) = (1, [0; 32], FROM, at);
        Event::Import(import::Event::Export(ExportEvent::ExportBegun {
            export,
            source,
            network,
            owner,
            as_of,
            dated_by,
            holds,
        }))
    };
    let networks = [Network::LinkedIn, Network::Facebook, Network::Mastodon];
    list(all, "network", &networks, |network| begun(network, DatedBy::Word));
    let dated = [DatedBy::Word, DatedBy::FileName, DatedBy::LastRow];
    list(all, "dated by", &dated, |by| begun(Network::LinkedIn, by));
}

fn settings(all: &mut Vec<Choice>) {
    let changed = |settings| {
        Event::Account(account::Event {
            member: FROM,
            kind: account::Kind::SettingsChanged { version: 1, settings },
        })
    };
    let accepts = [AcceptFrom::Everyone, AcceptFrom::Contacts, AcceptFrom::ContactsOrEmail];
    list(all, "accept-from", &accepts, |accept_from| {
        changed(Settings { accept_from, ..Settings::default() })
    });
    list(all, "max-degree", &[MaxDegree::Any, MaxDegree::Within(3)], |max_degree| {
        changed(Settings { max_degree, ..Settings::default() })
    });
    list(all, "confirmation", &[Confirmation::Off, Confirmation::First], |confirmation| {
        changed(Settings { confirmation, ..Settings::default() })
    });
}

fn letters(all: &mut Vec<Choice>) {
    let submitted = |addressee, channel, distance| {
        Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: FROM,
            kind: outgoing::Kind::Submitted { addressee, entered: Personal::Erased, channel, distance },
        })
    };
    let addressees = [Addressee::Member(TO), Addressee::Email, Addressee::Nobody];
    list(all, "addressee", &addressees, |addressee| submitted(addressee, Channel::Web, None));
    let channels = [Channel::Web, Channel::Mobile, Channel::Desktop, Channel::Api("x".to_owned())];
    list(all, "channel", &channels, |channel| submitted(Addressee::Email, channel, None));
    let distances =
        [None, Some(Distance { degree: None, mutuals: 0 }), Some(Distance { degree: Some(3), mutuals: 300 })];
    list(all, "distance", &distances, |distance| submitted(Addressee::Email, Channel::Web, distance));
    let lanes = [Lane::Member { from: FROM, to: TO }, Lane::Email { from: FROM, request: REQUEST }];
    let letter_on = |lane| LetterId { lane, number: LetterNumber(5) };
    list(all, "route", &lanes, |lane| {
        Event::Letter(letter::Event {
            letter_id: letter_on(lane),
            kind: letter::Kind::RequestArrived { request: REQUEST, sender: FROM },
        })
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
    list(all, "letter", &letters, |letter| {
        let posted = Some(PostedLetter { letter_id: letter_on(lanes[0]), letter });
        Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: FROM,
            kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Member, posted },
        })
    });
}

fn verdicts(all: &mut Vec<Choice>) {
    let outcomes = [Outcome::Pass, Outcome::Hold(Code::SpamHeld), Outcome::Refuse(Code::AddressUnknown)];
    list(all, "outcome", &outcomes, |outcome| verdict_event(outcome, Vec::new()));
    list(all, "rule", &Rule::ALL, |rule| gate_event(rule, Finding::Passed, Evidence::Nothing));
    let findings = [
        Finding::Passed,
        Finding::Failed(Code::AddressUnknown),
        Finding::Held(Code::SpamHeld),
        Finding::Unevaluated,
        Finding::NotReached,
        Finding::Shadow(Outcome::Refuse(Code::WeeklyLimit)),
        Finding::FailedUnseen(Code::OwnSettingDegree),
    ];
    list(all, "finding", &findings, |finding| gate_event(Rule::AddressForm, finding, Evidence::Nothing));
    let evidence = |evidence| gate_event(Rule::AddressForm, Finding::Passed, evidence);
    list(all, "evidence", &all_evidence(), evidence);
    list(all, "problem with an address", &PROBLEMS, |problem| {
        evidence(Evidence::Form(Some(MalformedAddress { offset: 5, problem })))
    });
    let kinds = SymbolKind::ALL;
    list(all, "symbol", &kinds, |kind| {
        let symbols = vec![Symbol { kind, value: 1, of: 3, score_milli: -1 }];
        let in_contacts = false;
        evidence(Evidence::Symbols {
            symbols,
            score_milli: 0,
            hold_at_milli: 0,
            refuse_at_milli: 0,
            in_contacts,
        })
    });
}

fn all_evidence() -> Vec<Evidence> {
    let at = Timestamp::from_millis(0x0102_0304_0506);
    let (yes, no) = (true, false);
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

fn addresses(all: &mut Vec<Choice>) {
    let email = EmailAddress::parse("a@b.c").expect("an e-mail address");
    let addresses = [
        Address::Handle(Handle::parse("a").expect("a handle")),
        Address::Email(email),
        Address::Profile(ProfileUrl::parse("b.c/a").expect("a profile's URL")),
    ];
    list(all, "address typed `x`", &addresses, |address| {
        let normalised = Some(address);
        let entered = Entered {
            address: "x".to_owned(),
            normalised,
            with_email: None,
            note: None,
            note_fingerprint: None,
        };
        Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: FROM,
            kind: outgoing::Kind::Submitted {
                addressee: Addressee::Email,
                entered: Personal::Held(entered),
                channel: Channel::Web,
                distance: None,
            },
        })
    });
}

fn inherited(all: &mut Vec<Choice>) {
    let at = Timestamp::from_millis(0x0102_0304_0506);
    let request_ref = RequestRef { request: REQUEST, sender: FROM, recipient: TO };
    let places = [
        ImportedPlace::Inbox,
        ImportedPlace::Unconfirmed,
        ImportedPlace::Filed(Code::BlockedByRecipient),
        ImportedPlace::Ignored,
        ImportedPlace::Declined,
        ImportedPlace::Reported,
    ];
    list(all, "stands", &places, |place| {
        Event::Import(import::Event::Inherited(ImportedRecord::ArrivalInherited {
            request_ref,
            place,
            since: at,
        }))
    });
    let standings = [
        Standing::Good,
        Standing::Restricted { since: at, until: at, cause: RestrictionCause::Spam },
        Standing::Banned { since: at },
        Standing::Closed { since: at },
    ];
    list(all, "standing", &standings, |standing| {
        Event::Import(import::Event::Inherited(ImportedRecord::MemberInherited {
            member: FROM,
            handle: Handle::parse("a").expect("a handle"),
            tier: Tier::Free,
            joined: at,
            standing,
            settings: Settings { audience: Personal::Erased, ..Settings::default() },
            profile: Personal::Erased,
            contacts: Personal::Erased,
        }))
    });
}

fn all_choices() -> Vec<Choice> {
    let mut all = Vec::new();
    choices(&mut all);
    settings(&mut all);
    letters(&mut all);
    verdicts(&mut all);
    addresses(&mut all);
    exports(&mut all);
    inherited(&mut all);
    all
}

#[test]
fn every_variant_is_stored_at_its_place() {
    let (mut text, mut title) = (String::new(), "");
    for choice in all_choices() {
        if choice.title != title {
            title = choice.title;
            writeln!(text, "{title}").expect("a string takes it");
        }
        let shown = hexadecimal(&encode(&choice.recorded));
        writeln!(text, "  {:<24} {shown}", choice.variant).expect("a string takes it");
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let _bound = settings.bind_to_scope();
    insta::assert_snapshot!("forms", text);
}

/// Codec 1 wrote a variant as a byte. These events are no longer written in it.
#[test]
fn every_variant_that_was_stored_in_codec_1_is_read() {
    let kept = include_str!("snapshots/second-form/forms.snap");
    let kept: Vec<&str> = kept.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    // Later variants were never stored like this.
    let is_later = |choice: &Choice| {
        choice.title == "charge"
            || ["Crossing", "ReminderLimit", "ReminderAge"].contains(&choice.variant.as_str())
            || (choice.title, choice.variant.as_str()) == ("join", "Email")
            || (choice.title, choice.variant.as_str()) == ("command", "Appeal")
    };
    let choices: Vec<Choice> = all_choices().into_iter().filter(|choice| !is_later(choice)).collect();
    assert_eq!(kept.len(), choices.len());
    for (line, choice) in kept.iter().zip(&choices) {
        let mut words = line.split_whitespace();
        assert_eq!(words.next(), Some(choice.variant.as_str()), "of `{}`", choice.title);
        let bytes: Result<Vec<u8>, _> = words.map(|pair| u8::from_str_radix(pair, 16)).collect();
        assert_eq!(decode(&bytes.expect("bytes")).as_ref(), Ok(&choice.recorded), "{line}");
    }
}
