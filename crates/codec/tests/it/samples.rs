//! One event of every type, with as much in it as it can hold.

use std::collections::BTreeSet;

use acquaint_domain::export::Join;
use acquaint_domain::*;

mod exports;
mod inherited;

/// Everything personal in the samples, as it is written in bytes.
pub(crate) const PERSONAL: [&str; 16] = [
    "alice@home.example",
    "alice@work.example",
    "example.org/in/alice",
    "Acme Corporation",
    "Chief Engineer",
    "carol@contacts.example",
    "dave@contacts.example",
    "Globex",
    "Recruiter",
    " Bob@Typed.Example",
    "bob@typed.example",
    "We met at the conference.",
    "Shall we connect?",
    "Quilla Vex",
    "example.org/in/quilla-vex",
    "Quilla Marsh",
];

/// The samples, in the order of [`after`].
pub(crate) fn all() -> Vec<Event> {
    std::iter::successors(Some(Event::Founded { id_key: 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100 }), after)
        .collect()
}

/// A sample with its place in the log; who, when and why differ from one type to the next.
pub(crate) fn recorded(place: usize, event: Event) -> Recorded {
    let actors = [Actor::Member(MemberId(7)), Actor::Operator, Actor::Courier, Actor::Timer, Actor::Archive];
    let tag = CommandTag { key: CommandKey(0xc0ff_ee00_0000_0000_0000_0000_0000_0001), content: 0xfeed_f00d };
    Recorded {
        number: EventNumber(place as u64 + 1),
        at: Timestamp::from_millis(1_790_000_000_000 + place as i64),
        actor: actors[place % 5],
        command: (place % 5 < 2).then_some(tag),
        cause: (place % 5 >= 2).then_some(EventNumber(place as u64)),
        event,
    }
}

/// All samples, each at its place.
pub(crate) fn all_recorded() -> Vec<Recorded> {
    all().into_iter().enumerate().map(|(place, event)| recorded(place, event)).collect()
}

const REQUEST: RequestId = RequestId(0x0123_4567_89ab_cdef);
const OTHER_REQUEST: RequestId = RequestId(0xfedc_ba98_7654_3210);
const ALICE: MemberId = MemberId(7);
const BOB: MemberId = MemberId(300);
const ASK: Ask = Ask { request: REQUEST, sender: ALICE, recipient: BOB };
const LEG: Leg = Leg { route: Route::Member { from: ALICE, to: BOB }, number: LetterNumber(1) };

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(1_790_000_000_000 + millis)
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an e-mail address")
}

fn name() -> ConnectionName {
    ConnectionName::of([OTHER_REQUEST, REQUEST])
}

fn profile() -> Profile {
    Profile {
        emails: vec![email("alice@home.example"), email("alice@work.example")],
        url: ProfileUrl::parse("https://www.example.org/in/alice").ok(),
        company: Some("Acme Corporation".to_owned()),
        title: Some("Chief Engineer".to_owned()),
    }
}

fn settings() -> Settings {
    Settings {
        accept_from: AcceptFrom::ContactsOrEmail,
        max_degree: MaxDegree::Within(2),
        audience: Personal::Held(Audience {
            companies: BTreeSet::from(["Acme Corporation".to_owned(), "Globex".to_owned()]),
            titles: BTreeSet::from(["Recruiter".to_owned()]),
        }),
        confirmation: Confirmation::First,
    }
}

fn typed() -> Typed {
    let note = "We met at the conference.";
    Typed {
        address: " Bob@Typed.Example".to_owned(),
        normalised: Address::parse("bob@typed.example").ok(),
        with_email: Some(email("bob@typed.example")),
        note: Some(note.to_owned()),
        note_fingerprint: Some(fingerprint(note)),
    }
}

fn crossing() -> Verdict {
    let stands = Evidence::Stands { since: at(-60_000), request: Some(REQUEST) };
    let gates = vec![
        gate(Rule::NotBlockedByOneself, Evidence::Nothing),
        gate(Rule::Crossing, stands),
        gate(Rule::SenderNotBanned, Evidence::Nothing),
    ];
    Verdict { policy: PolicyVersion(2), facts_at: EventNumber(4_000), outcome: Outcome::Pass, gates }
}

fn gate(rule: Rule, evidence: Evidence) -> Gate {
    Gate { rule, finding: Finding::Passed, evidence }
}

/// The sender's rules, all passed.
pub(crate) fn own_verdict() -> Verdict {
    let distance = Some(Distance { degree: Some(2), mutuals: 12 });
    let gates = vec![
        gate(Rule::AddressForm, Evidence::Form(None)),
        gate(Rule::AddressKnown, Evidence::Holds(Whether::Yes)),
        gate(Rule::NotSelf, Evidence::Holds(Whether::Yes)),
        gate(Rule::NotBlockedByOneself, Evidence::Nothing),
        gate(Rule::NotConnected, Evidence::Nothing),
        gate(Rule::NotPending, Evidence::Nothing),
        gate(Rule::SenderNotBanned, Evidence::Nothing),
        gate(Rule::SenderNotRestricted, Evidence::Nothing),
        gate(
            Rule::OwnContacts,
            Evidence::Contact {
                setting: AcceptFrom::Everyone,
                in_contacts: Whether::No,
                by_email: Whether::No,
                settings_version: 3,
            },
        ),
        gate(Rule::OwnDegree, Evidence::Degree { allowed: None, distance, settings_version: 3 }),
        gate(Rule::DailyLimit, Evidence::Count { used: 4, limit: 20, window: Span::days(1), frees_at: None }),
        gate(
            Rule::Spam,
            Evidence::Symbols {
                symbols: vec![
                    Symbol { kind: SymbolKind::Velocity, value: 4, of: 0, score_milli: 80 },
                    Symbol { kind: SymbolKind::Strangers, value: 6, of: 20, score_milli: 0 },
                    Symbol { kind: SymbolKind::Acceptance, value: 9, of: 17, score_milli: -3_900 },
                    Symbol { kind: SymbolKind::Mutuals, value: 12, of: 0, score_milli: -2_000 },
                    Symbol { kind: SymbolKind::Standing, value: 110, of: 0, score_milli: -1_000 },
                ],
                score_milli: -6_820,
                hold_at_milli: 5_000,
                refuse_at_milli: 10_000,
                in_contacts: Whether::No,
            },
        ),
        gate(Rule::OwnConfirmation, Evidence::Holds(Whether::No)),
    ];
    Verdict { policy: PolicyVersion(1), facts_at: EventNumber(70_000), outcome: Outcome::Pass, gates }
}

/// The recipient's rules, all passed.
pub(crate) fn their_verdict() -> Verdict {
    let distance = Some(Distance { degree: Some(2), mutuals: 12 });
    let gates = vec![
        gate(Rule::RecipientOpen, Evidence::Nothing),
        gate(Rule::RecipientUnrestricted, Evidence::Nothing),
        gate(Rule::NotBlockedByRecipient, Evidence::Nothing),
        gate(
            Rule::RecipientContacts,
            Evidence::Contact {
                setting: AcceptFrom::Everyone,
                in_contacts: Whether::No,
                by_email: Whether::No,
                settings_version: 1,
            },
        ),
        gate(Rule::RecipientDegree, Evidence::Degree { allowed: Some(2), distance, settings_version: 1 }),
        gate(
            Rule::RecipientAudience,
            Evidence::Audience { criteria: 0, company: Whether::No, title: Whether::No, settings_version: 1 },
        ),
        gate(Rule::RecipientConfirmation, Evidence::Holds(Whether::No)),
    ];
    Verdict { policy: PolicyVersion(1), facts_at: EventNumber(70_002), outcome: Outcome::Pass, gates }
}

/// The gate as it is for a member who has never changed a setting.
pub(crate) fn unset(mut gate: Gate) -> Gate {
    if let Evidence::Contact { settings_version, .. } | Evidence::Audience { settings_version, .. } =
        &mut gate.evidence
    {
        *settings_version = 0;
    } else if let Evidence::Degree { .. } = gate.evidence {
        gate.evidence = Evidence::Degree { allowed: None, distance: None, settings_version: 0 };
    }
    gate
}

/// `verdict` stopped at its last rule.
fn stopped(mut verdict: Verdict, outcome: Outcome, finding: Finding, evidence: Evidence) -> Verdict {
    verdict.outcome = outcome;
    if let Some(gate) = verdict.gates.last_mut() {
        gate.finding = finding;
        gate.evidence = evidence;
    }
    verdict
}

fn held(verdict: Verdict, code: Code) -> Verdict {
    stopped(verdict, Outcome::Hold(code), Finding::Held(code), Evidence::Holds(Whether::Yes))
}

fn refused(verdict: Verdict, code: Code, evidence: Evidence) -> Verdict {
    stopped(verdict, Outcome::Refuse(code), Finding::Failed(code), evidence)
}

fn asked() -> Posted {
    let distance = Some(Distance { degree: Some(2), mutuals: 12 });
    Posted { leg: LEG, letter: Letter::Request { request: REQUEST, distance } }
}

fn withdrawn(cause: WithdrawalCause) -> Posted {
    let leg = Leg { number: LetterNumber(2), ..LEG };
    Posted { leg, letter: Letter::Withdrawn { request: REQUEST, cause } }
}

/// The sample after this one: a new type of event does not compile until it has one.
fn after(event: &Event) -> Option<Event> {
    let (request, sender, member, other) = (REQUEST, ALICE, ALICE, BOB);
    let letter = LetterNumber(2);
    Some(match event {
        Event::Founded { .. } => Event::PolicyAdopted {
            version: PolicyVersion(1),
            name: "standard".to_owned(),
            text: "[limits]\ndaily = 20\n".to_owned(),
            hash: [0xab; 32],
            tzdata: Some("2026b".to_owned()),
        },
        Event::PolicyAdopted { .. } => Event::MemberAdded {
            member,
            handle: Handle::parse("alice").expect("a handle"),
            tier: Tier::Premium,
            profile: Personal::Held(profile()),
        },
        Event::MemberAdded { .. } => {
            Event::MemberChanged { member, tier: Tier::SalesNavigator, profile: Personal::Held(profile()) }
        }
        Event::MemberChanged { .. } => {
            Event::MemberRestricted { member, until: at(86_400_000), cause: RestrictionCause::Policy }
        }
        Event::MemberRestricted { .. } => Event::MemberBanned(member),
        Event::MemberBanned(_) => Event::RestrictionLifted(member),
        Event::RestrictionLifted(_) => Event::MemberClosed {
            member,
            lingers_until: at(86_400_000),
            letters: vec![(BOB, LetterNumber(3)), (MemberId(70_000), LetterNumber(1))],
            files: vec![REQUEST, OTHER_REQUEST],
        },
        Event::MemberClosed { .. } => Event::ContactsImported {
            member,
            contacts: Personal::Held(vec![email("carol@contacts.example"), email("dave@contacts.example")]),
        },
        Event::ContactsImported { .. } => Event::SettingsChanged { member, version: 3, settings: settings() },
        Event::SettingsChanged { .. } => Event::MemberBlocked { member, other, files: vec![REQUEST] },
        Event::MemberBlocked { .. } => Event::MemberUnblocked { member, other },
        Event::MemberUnblocked { .. } => Event::ConnectionRecorded { name: name(), member, other },
        Event::ConnectionRecorded { .. } => Event::MemberDisconnected { member, other, name: name(), letter },
        Event::MemberDisconnected { .. } => Event::DisconnectionTaken { member, other, name: name(), letter },
        Event::DisconnectionTaken { .. } => Event::ClosureTaken { member, other, name: Some(name()), letter },
        Event::ClosureTaken { .. } => Event::RequestSubmitted {
            request,
            sender,
            addressee: Addressee::Member(BOB),
            typed: Personal::Held(typed()),
            channel: Channel::Api("bulk-tool".to_owned()),
            distance: Some(Distance { degree: Some(2), mutuals: 12 }),
        },
        Event::RequestSubmitted { .. } => {
            let evidence = Evidence::Stands { since: at(-5), request: Some(OTHER_REQUEST) };
            let verdict = refused(own_verdict(), Code::AlreadyPending, evidence);
            Event::RequestRefused { request, sender, verdict }
        }
        Event::RequestRefused { .. } => {
            let verdict = held(own_verdict(), Code::AwaitingOwnConfirmation);
            Event::RequestHeld { request, sender, verdict, charge: outgoing::Charge::Request }
        }
        Event::RequestHeld { .. } => {
            Event::RequestSent { request, sender, verdict: own_verdict(), posted: asked() }
        }
        Event::RequestSent { .. } => {
            let (verdict, charge) = (own_verdict(), outgoing::Charge::Nothing);
            Event::RequestConfirmed { request, sender, verdict, posted: asked(), charge }
        }
        Event::RequestConfirmed { .. } => {
            let posted = Some(withdrawn(WithdrawalCause::Withdrawn));
            Event::RequestWithdrawn { request, sender, by: WithdrawnBy::Member, posted }
        }
        Event::RequestWithdrawn { .. } => {
            let posted = Some(withdrawn(WithdrawalCause::Expired));
            Event::RequestExpired { request, sender, expiry: Span::days(180), posted }
        }
        Event::RequestExpired { .. } => Event::DeliveryFailed {
            leg: LEG,
            request: Some(REQUEST),
            attempt: 1,
            channel: Some(Channel::Mobile),
            fault: Fault::Timeout,
            next_attempt: Some(at(60_000)),
        },
        Event::DeliveryFailed { .. } => Event::DeliveryAbandoned {
            request,
            sender,
            leg: LEG,
            attempts: 9,
            fault: Fault::ServerError,
            first_attempt: at(0),
        },
        Event::DeliveryAbandoned { .. } => Event::RequestArrived { request, sender, leg: LEG },
        Event::RequestArrived { .. } => Event::RequestDelivered { ask: ASK, verdict: their_verdict() },
        Event::RequestDelivered { .. } => {
            let verdict = held(their_verdict(), Code::AwaitingRecipientConfirmation);
            Event::RequestHeldByRecipient { ask: ASK, verdict }
        }
        Event::RequestHeldByRecipient { .. } => {
            let (since, until) = (at(-9), at(9));
            let evidence = Evidence::Restriction { since, until, cause: RestrictionCause::Security };
            Event::RequestFiled {
                ask: ASK,
                verdict: refused(their_verdict(), Code::RecipientRestricted, evidence),
            }
        }
        Event::RequestFiled { .. } => Event::RequestUnclaimed { request, sender },
        Event::RequestUnclaimed { .. } => Event::RequestMerged { ask: ASK, into: Some(OTHER_REQUEST) },
        Event::RequestMerged { .. } => Event::RequestsCrossed { ask: ASK, name: name(), letter },
        Event::RequestsCrossed { .. } => Event::RequestShown(ASK),
        Event::RequestShown(_) => {
            let crossing = Some(outgoing::Crossing { request: OTHER_REQUEST, verdict: crossing() });
            Event::RequestAccepted { ask: ASK, name: name(), letter, crossing }
        }
        Event::RequestAccepted { .. } => Event::RequestDeclined(ASK),
        Event::RequestDeclined(_) => Event::RequestDismissed(ASK),
        Event::RequestDismissed(_) => Event::RequestReported(ASK),
        Event::RequestReported(_) => Event::WithdrawalTaken {
            request,
            sender,
            recipient: Some(BOB),
            cause: WithdrawalCause::SenderClosed,
            ends: Some(name()),
            leg: Leg { route: Route::Email { from: ALICE, request }, number: letter },
        },
        Event::WithdrawalTaken { .. } => {
            let (name, crossed) = (ConnectionName::of([REQUEST]), Some(REQUEST));
            Event::AcceptanceTaken { member, other, name, also: vec![OTHER_REQUEST], crossed, letter }
        }
        Event::AcceptanceTaken { .. } => {
            Event::AcceptanceLapsed { member, other, name: name(), letter, answer: LetterNumber(4) }
        }
        Event::AcceptanceLapsed { .. } => Event::CommandRefused(RefusedCommand {
            command: CommandKind::Accept,
            member,
            other: Some(BOB),
            request: Some(REQUEST),
            code: Code::YouBlockedThem,
            verdict: None,
        }),
        Event::CommandRefused(_) => {
            Event::FaultStarted { channel: FaultChannel::Mobile, fault: Fault::AppBug }
        }
        Event::FaultStarted { .. } => Event::FaultStopped(FaultChannel::All),
        Event::FaultStopped(_) => Event::ImportBegun { source: [0xcd; 32], requests: 1_200, accepted: 900 },
        Event::ImportBegun { .. } => {
            let note = Personal::Held(Some("Shall we connect?".to_owned()));
            Event::RequestObserved { ask: ASK, observed_at: at(-31_536_000_000), seen: exports::SEEN, note }
        }
        Event::RequestObserved { .. } => {
            let (observed_at, seen) = (at(-31_000_000_000), exports::SEEN);
            Event::AcceptanceObserved { ask: ASK, observed_at, seen, join: Join::NameAndDate }
        }
        Event::AcceptanceObserved { .. } => {
            let leg = Leg { route: Route::Email { from: ALICE, request }, number: letter };
            let posted = Posted { leg, letter: Letter::Reminder { request } };
            Event::RequestReminded(Reminded { request, sender, posted })
        }
        Event::RequestReminded(_) => {
            Event::ReminderTaken(ReminderTaken { request, sender, recipient: Some(BOB), leg: LEG })
        }
        Event::ReminderTaken(_) => {
            let lookup = Lookup { agent: "kim".to_owned(), because: "ticket 4711".to_owned() };
            Event::LookupRecorded(Looked { request, sender, lookup: Personal::Held(lookup) })
        }
        Event::LookupRecorded(_) => Event::Oversight(Oversight::FeedbackTaken {
            member,
            feedback: Feedback {
                since: at(-604_800_000),
                until: at(0),
                answered: 40,
                declined_percent: 20,
                reported_percent: 10,
                basis: FeedbackBasis::PrivateAnswers,
            },
        }),
        Event::Oversight(oversight) => match oversight_after(oversight) {
            Some(next) => Event::Oversight(next),
            None => Event::Export(exports::first()),
        },
        Event::Export(event) => {
            exports::after(event).map_or(Event::Inherited(inherited::first()), Event::Export)
        }
        Event::Inherited(event) => {
            inherited::after(event).map_or(Event::RequestChecked(ALICE), Event::Inherited)
        }
        // Samples are numbered in this order, so that what comes later stands at the end.
        Event::RequestChecked(_) => Event::RequestFiledByClosure(ASK),
        Event::RequestFiledByClosure(_) => {
            Event::ConnectionClosed(ClosedEnd { member, other, name: name(), letter })
        }
        Event::ConnectionClosed(_) => return None,
    })
}

fn oversight_after(oversight: &Oversight) -> Option<Oversight> {
    let (request, sender, member) = (REQUEST, ALICE, ALICE);
    let against = Appealed { rule: "often-reported".to_owned(), request: None };
    Some(match oversight {
        Oversight::FeedbackTaken { .. } => Oversight::RestrictionImposed {
            member,
            until: at(86_400_000),
            cause: RestrictionCause::Spam,
            policy: PolicyVersion(2),
            rule: "often-reported".to_owned(),
            step: 1,
        },
        Oversight::RestrictionImposed { .. } => {
            let against = Appealed { rule: "spam".to_owned(), request: Some(REQUEST) };
            Oversight::AppealOpened { member, against }
        }
        Oversight::AppealOpened { .. } => {
            Oversight::AppealUpheld { member, against, exempt_until: at(86_400_000) }
        }
        Oversight::AppealUpheld { .. } => Oversight::AppealDismissed { member, against },
        Oversight::AppealDismissed { .. } => {
            let (verdict, charge) = (own_verdict(), outgoing::Charge::Nothing);
            Oversight::RequestReleased { request, sender, verdict, posted: Some(asked()), charge }
        }
        Oversight::RequestReleased { .. } => {
            Oversight::RequestRejected { request, sender, code: Code::SpamRefused }
        }
        Oversight::RequestRejected { .. } => return None,
    })
}
