//! One event of every type, with every optional field present.

use acquaint_domain::oversight;
use acquaint_domain::{account, connection, import, incoming, letter, network, outgoing};
use std::collections::BTreeSet;

use acquaint_domain::export::Join;
use acquaint_domain::*;

mod exports;
mod inherited;

/// Every personal text in the samples, as stored.
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
    std::iter::successors(
        Some(Event::Network(network::Event::Founded { id_key: 0x0f0e_0d0c_0b0a_0908_0706_0504_0302_0100 })),
        after,
    )
    .collect()
}

/// A sample at its place in the log; actor, command and cause differ from one type to the next.
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
const REQUEST_REF: RequestRef = RequestRef { request: REQUEST, sender: ALICE, recipient: BOB };
const LETTER: LetterId = LetterId { lane: Lane::Member { from: ALICE, to: BOB }, number: LetterNumber(1) };

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
        entered_handle: EnteredHandle::of("Alice"),
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

fn entered() -> Entered {
    let note = "We met at the conference.";
    Entered {
        address: " Bob@Typed.Example".to_owned(),
        normalised: Address::parse("bob@typed.example").ok(),
        with_email: Some(email("bob@typed.example")),
        note: Some(note.to_owned()),
        note_fingerprint: Some(fingerprint(note)),
    }
}

fn crossing() -> Verdict {
    let pending = Evidence::Stands { since: at(-60_000), request: Some(REQUEST) };
    let gates = vec![
        gate(Rule::NotBlockedByOneself, Evidence::Nothing),
        gate(Rule::Crossing, pending),
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
        gate(Rule::AddressKnown, Evidence::Holds(true)),
        gate(Rule::NotSelf, Evidence::Holds(true)),
        gate(Rule::NotBlockedByOneself, Evidence::Nothing),
        gate(Rule::NotConnected, Evidence::Nothing),
        gate(Rule::NotPending, Evidence::Nothing),
        gate(Rule::SenderNotBanned, Evidence::Nothing),
        gate(Rule::SenderNotRestricted, Evidence::Nothing),
        gate(
            Rule::OwnContacts,
            Evidence::Contact {
                setting: AcceptFrom::Everyone,
                in_contacts: false,
                by_email: false,
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
                in_contacts: false,
            },
        ),
        gate(Rule::OwnConfirmation, Evidence::Holds(false)),
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
                in_contacts: false,
                by_email: false,
                settings_version: 1,
            },
        ),
        gate(Rule::RecipientDegree, Evidence::Degree { allowed: Some(2), distance, settings_version: 1 }),
        gate(
            Rule::RecipientAudience,
            Evidence::Audience { criteria: 0, company: false, title: false, settings_version: 1 },
        ),
        gate(Rule::RecipientConfirmation, Evidence::Holds(false)),
    ];
    Verdict { policy: PolicyVersion(1), facts_at: EventNumber(70_002), outcome: Outcome::Pass, gates }
}

/// The gate of a member who has never changed a setting.
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
    stopped(verdict, Outcome::Hold(code), Finding::Held(code), Evidence::Holds(true))
}

fn refused(verdict: Verdict, code: Code, evidence: Evidence) -> Verdict {
    stopped(verdict, Outcome::Refuse(code), Finding::Failed(code), evidence)
}

fn request_letter() -> PostedLetter {
    let distance = Some(Distance { degree: Some(2), mutuals: 12 });
    PostedLetter { letter_id: LETTER, letter: Letter::Request { request: REQUEST, distance } }
}

fn withdrawn(cause: WithdrawalCause) -> PostedLetter {
    let letter = LetterId { number: LetterNumber(2), ..LETTER };
    PostedLetter { letter_id: letter, letter: Letter::Withdrawn { request: REQUEST, cause } }
}

/// The sample after this one: a new type of event does not compile without one. Samples are numbered in this order, so a new
/// one goes to the end.
fn after(event: &Event) -> Option<Event> {
    match event {
        Event::Network(event) => network_after(event),
        Event::Account(account::Event { kind, .. }) => account_after(kind),
        Event::Connection(connection::Event { kind, .. }) => connection_after(kind),
        Event::Outgoing(outgoing::Event { kind, .. }) => outgoing_after(kind),
        Event::Letter(letter::Event { kind, .. }) => letter_after(kind),
        Event::Incoming(incoming::Event { kind, .. }) => incoming_after(kind),
        Event::Import(event) => import_after(event),
        Event::Oversight(oversight::Event::RequestRestored { .. }) => None,
        Event::Oversight(oversight) => Some(match oversight_after(oversight) {
            Some(next) => Event::Oversight(next),
            None => Event::Import(import::Event::Export(exports::first())),
        }),
    }
}

/// The sample after this one of the network stream.
fn network_after(event: &network::Event) -> Option<Event> {
    let member = ALICE;
    Some(match event {
        network::Event::Founded { .. } => Event::Network(network::Event::PolicyAdopted {
            version: PolicyVersion(1),
            name: "standard".to_owned(),
            text: "[limits]\ndaily = 20\n".to_owned(),
            hash: [0xab; 32],
            tzdata: Some("2026b".to_owned()),
        }),
        network::Event::PolicyAdopted { .. } => Event::Account(account::Event {
            member,
            kind: account::Kind::Added {
                handle: Handle::parse("alice").expect("a handle"),
                tier: Tier::Premium,
                profile: Personal::Held(profile()),
            },
        }),
        network::Event::RequestUnclaimed { .. } => Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Merged { into: Some(OTHER_REQUEST) },
        }),
        network::Event::CommandRefused(_) => Event::Network(network::Event::FaultStarted {
            channel: FaultChannel::Mobile,
            fault: Fault::AppBug,
        }),
        network::Event::FaultStarted { .. } => {
            Event::Network(network::Event::FaultStopped(FaultChannel::All))
        }
        network::Event::FaultStopped(_) => {
            Event::Import(import::Event::Begun { source: [0xcd; 32], requests: 1_200, accepted: 900 })
        }
        network::Event::LookupRecorded(_) => Event::Oversight(oversight::Event::FeedbackTaken {
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
    })
}

/// The sample after this one of the account stream.
fn account_after(kind: &account::Kind) -> Option<Event> {
    let (member, other) = (ALICE, BOB);
    Some(match kind {
        account::Kind::Added { .. } => Event::Account(account::Event {
            member,
            kind: account::Kind::Changed { tier: Tier::SalesNavigator, profile: Personal::Held(profile()) },
        }),
        account::Kind::Changed { .. } => Event::Account(account::Event {
            member,
            kind: account::Kind::Restricted { until: at(86_400_000), cause: RestrictionCause::Policy },
        }),
        account::Kind::Restricted { .. } => {
            Event::Account(account::Event { member, kind: account::Kind::Banned })
        }
        account::Kind::Banned => {
            Event::Account(account::Event { member, kind: account::Kind::RestrictionLifted })
        }
        account::Kind::RestrictionLifted => Event::Account(account::Event {
            member,
            kind: account::Kind::Closed {
                lingers_until: at(86_400_000),
                letters: vec![(BOB, LetterNumber(3)), (MemberId(70_000), LetterNumber(1))],
                files: vec![REQUEST, OTHER_REQUEST],
            },
        }),
        account::Kind::Closed { .. } => Event::Account(account::Event {
            member,
            kind: account::Kind::ContactsImported {
                contacts: Personal::Held(vec![
                    email("carol@contacts.example"),
                    email("dave@contacts.example"),
                ]),
            },
        }),
        account::Kind::ContactsImported { .. } => Event::Account(account::Event {
            member,
            kind: account::Kind::SettingsChanged { version: 3, settings: settings() },
        }),
        account::Kind::SettingsChanged { .. } => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Blocked { files: vec![REQUEST] },
        }),
        account::Kind::SendChecked => Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::FiledByClosure,
        }),
    })
}

/// The sample after this one of the connection stream.
fn connection_after(kind: &connection::Kind) -> Option<Event> {
    let (request, sender, member, other) = (REQUEST, ALICE, ALICE, BOB);
    let letter = LetterNumber(2);
    Some(match kind {
        connection::Kind::Blocked { .. } => {
            Event::Connection(connection::Event { member, other, kind: connection::Kind::Unblocked })
        }
        connection::Kind::Unblocked => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Recorded { name: name() },
        }),
        connection::Kind::Recorded { .. } => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Disconnected { name: name(), letter },
        }),
        connection::Kind::Disconnected { .. } => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::DisconnectionTaken { name: name(), letter },
        }),
        connection::Kind::DisconnectionTaken { .. } => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::ClosureTaken { name: Some(name()), letter },
        }),
        connection::Kind::ClosureTaken { .. } => Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Submitted {
                addressee: Addressee::Member(BOB),
                entered: Personal::Held(entered()),
                channel: Channel::Api("bulk-tool".to_owned()),
                distance: Some(Distance { degree: Some(2), mutuals: 12 }),
            },
        }),
        connection::Kind::AcceptanceTaken { .. } => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::AcceptanceLapsed { name: name(), letter, answer: LetterNumber(4) },
        }),
        connection::Kind::AcceptanceLapsed { .. } => {
            Event::Network(network::Event::CommandRefused(RefusedCommand {
                command: CommandKind::Accept,
                member,
                other: Some(BOB),
                request: Some(REQUEST),
                code: Code::YouBlockedThem,
                verdict: None,
            }))
        }
        connection::Kind::Closed { .. } => Event::Oversight(stays_held()),
    })
}

/// The sample after this one of the outgoing stream.
fn outgoing_after(kind: &outgoing::Kind) -> Option<Event> {
    let (request, sender) = (REQUEST, ALICE);
    Some(match kind {
        outgoing::Kind::Submitted { .. } => {
            let evidence = Evidence::Stands { since: at(-5), request: Some(OTHER_REQUEST) };
            let verdict = refused(own_verdict(), Code::AlreadyPending, evidence);
            Event::Outgoing(outgoing::Event { request, sender, kind: outgoing::Kind::Refused { verdict } })
        }
        outgoing::Kind::Refused { .. } => {
            let verdict = held(own_verdict(), Code::AwaitingOwnConfirmation);
            Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Held { verdict, charge: outgoing::Charge::Request },
            })
        }
        outgoing::Kind::Held { .. } => Event::Outgoing(outgoing::Event {
            request,
            sender,
            kind: outgoing::Kind::Sent { verdict: own_verdict(), posted: request_letter() },
        }),
        outgoing::Kind::Sent { .. } => {
            let (verdict, charge) = (own_verdict(), outgoing::Charge::Nothing);
            Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Confirmed { verdict, posted: request_letter(), charge },
            })
        }
        outgoing::Kind::Confirmed { .. } => {
            let posted = Some(withdrawn(WithdrawalCause::Withdrawn));
            Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Withdrawn { by: WithdrawnBy::Member, posted },
            })
        }
        outgoing::Kind::Withdrawn { .. } => {
            let posted = Some(withdrawn(WithdrawalCause::Expired));
            Event::Outgoing(outgoing::Event {
                request,
                sender,
                kind: outgoing::Kind::Expired { expiry: Span::days(180), posted },
            })
        }
        outgoing::Kind::Expired { .. } => Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::DeliveryFailed {
                request: Some(REQUEST),
                attempt: 1,
                channel: Some(Channel::Mobile),
                fault: Fault::Timeout,
                next_attempt: Some(at(60_000)),
            },
        }),
        outgoing::Kind::Reminded { .. } => Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::ReminderTaken { request, sender, recipient: Some(BOB) },
        }),
    })
}

/// The sample after this one of the letter stream.
fn letter_after(kind: &letter::Kind) -> Option<Event> {
    let (request, sender, member, other) = (REQUEST, ALICE, ALICE, BOB);
    let letter = LetterNumber(2);
    Some(match kind {
        letter::Kind::DeliveryFailed { .. } => Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::DeliveryAbandoned {
                request,
                sender,
                attempts: 9,
                fault: Fault::ServerError,
                first_attempt: at(0),
            },
        }),
        letter::Kind::DeliveryAbandoned { .. } => Event::Letter(letter::Event {
            letter_id: LETTER,
            kind: letter::Kind::RequestArrived { request, sender },
        }),
        letter::Kind::RequestArrived { .. } => Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Delivered { verdict: their_verdict() },
        }),
        letter::Kind::WithdrawalTaken { .. } => {
            let (name, crossed) = (ConnectionName::of([REQUEST]), Some(REQUEST));
            Event::Connection(connection::Event {
                member,
                other,
                kind: connection::Kind::AcceptanceTaken { name, also: vec![OTHER_REQUEST], crossed, letter },
            })
        }
        letter::Kind::ReminderTaken { .. } => {
            let lookup = Lookup { agent: "kim".to_owned(), because: "ticket 4711".to_owned() };
            Event::Network(network::Event::LookupRecorded(StaffLookup {
                request,
                sender,
                lookup: Personal::Held(lookup),
            }))
        }
    })
}

/// The sample after this one of the incoming stream.
fn incoming_after(kind: &incoming::Kind) -> Option<Event> {
    let (request, sender, member, other) = (REQUEST, ALICE, ALICE, BOB);
    let letter = LetterNumber(2);
    Some(match kind {
        incoming::Kind::Delivered { .. } => {
            let verdict = held(their_verdict(), Code::AwaitingRecipientConfirmation);
            Event::Incoming(incoming::Event {
                request_ref: REQUEST_REF,
                kind: incoming::Kind::Held { verdict },
            })
        }
        incoming::Kind::Held { .. } => {
            let (since, until) = (at(-9), at(9));
            let evidence = Evidence::Restriction { since, until, cause: RestrictionCause::Security };
            Event::Incoming(incoming::Event {
                request_ref: REQUEST_REF,
                kind: incoming::Kind::Filed {
                    verdict: refused(their_verdict(), Code::RecipientRestricted, evidence),
                },
            })
        }
        incoming::Kind::Filed { .. } => Event::Network(network::Event::RequestUnclaimed { request, sender }),
        incoming::Kind::Merged { .. } => Event::Incoming(incoming::Event {
            request_ref: REQUEST_REF,
            kind: incoming::Kind::Crossed { name: name(), letter },
        }),
        incoming::Kind::Crossed { .. } => {
            Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Shown })
        }
        incoming::Kind::Shown => {
            let crossing = Some(outgoing::Crossing { request: OTHER_REQUEST, verdict: crossing() });
            Event::Incoming(incoming::Event {
                request_ref: REQUEST_REF,
                kind: incoming::Kind::Accepted { name: name(), letter, crossing },
            })
        }
        incoming::Kind::Accepted { .. } => {
            Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Declined })
        }
        incoming::Kind::Declined => {
            Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Dismissed })
        }
        incoming::Kind::Dismissed => {
            Event::Incoming(incoming::Event { request_ref: REQUEST_REF, kind: incoming::Kind::Reported })
        }
        incoming::Kind::Reported => Event::Letter(letter::Event {
            letter_id: LetterId { lane: Lane::Email { from: ALICE, request }, number: letter },
            kind: letter::Kind::WithdrawalTaken {
                request,
                sender,
                recipient: Some(BOB),
                cause: WithdrawalCause::SenderClosed,
                ends: Some(name()),
            },
        }),
        incoming::Kind::FiledByClosure => Event::Connection(connection::Event {
            member,
            other,
            kind: connection::Kind::Closed { name: name(), letter },
        }),
    })
}

/// The sample after this one of the import stream.
fn import_after(event: &import::Event) -> Option<Event> {
    let (request, sender) = (REQUEST, ALICE);
    let letter = LetterNumber(2);
    Some(match event {
        import::Event::Begun { .. } => {
            let note = Personal::Held(Some("Shall we connect?".to_owned()));
            Event::Import(import::Event::RequestObserved {
                request_ref: REQUEST_REF,
                observed_at: at(-31_536_000_000),
                seen: exports::SEEN,
                note,
            })
        }
        import::Event::RequestObserved { .. } => {
            let (observed_at, seen) = (at(-31_000_000_000), exports::SEEN);
            Event::Import(import::Event::AcceptanceObserved {
                request_ref: REQUEST_REF,
                observed_at,
                seen,
                join: Join::NameAndDate,
            })
        }
        import::Event::AcceptanceObserved { .. } => {
            let letter_id = LetterId { lane: Lane::Email { from: ALICE, request }, number: letter };
            let posted = PostedLetter { letter_id, letter: Letter::Reminder { request } };
            Event::Outgoing(outgoing::Event { request, sender, kind: outgoing::Kind::Reminded { posted } })
        }
        import::Event::Export(event) => exports::after(event)
            .map_or(Event::Import(import::Event::Inherited(inherited::first())), |event| {
                Event::Import(import::Event::Export(event))
            }),
        import::Event::Inherited(event) => inherited::after(event).map_or(
            Event::Account(account::Event { member: ALICE, kind: account::Kind::SendChecked }),
            |event| Event::Import(import::Event::Inherited(event)),
        ),
    })
}

fn oversight_after(oversight: &oversight::Event) -> Option<oversight::Event> {
    let (request, sender, member) = (REQUEST, ALICE, ALICE);
    let against = Appealed { rule: "often-reported".to_owned(), request: None };
    Some(match oversight {
        oversight::Event::FeedbackTaken { .. } => oversight::Event::RestrictionImposed {
            member,
            until: at(86_400_000),
            cause: RestrictionCause::Spam,
            policy: PolicyVersion(2),
            rule: "often-reported".to_owned(),
            step: 1,
        },
        oversight::Event::RestrictionImposed { .. } => {
            let against = Appealed { rule: "spam".to_owned(), request: Some(REQUEST) };
            oversight::Event::AppealOpened { member, against }
        }
        oversight::Event::AppealOpened { .. } => {
            oversight::Event::AppealUpheld { member, against, exempt_until: at(86_400_000) }
        }
        oversight::Event::AppealUpheld { .. } => oversight::Event::AppealDismissed { member, against },
        oversight::Event::AppealDismissed { .. } => {
            let (verdict, charge) = (own_verdict(), outgoing::Charge::Nothing);
            oversight::Event::RequestReleased {
                request,
                sender,
                verdict,
                posted: Some(request_letter()),
                charge,
            }
        }
        oversight::Event::RequestReleased { .. } => {
            oversight::Event::RequestRejected { request, sender, code: Code::SpamRefused }
        }
        oversight::Event::RequestRejected { .. } => return None,
        oversight::Event::RequestStaysHeld { .. } => {
            oversight::Event::BanReversed { member, restores: vec![REQUEST, RequestId(77)] }
        }
        oversight::Event::BanReversed { .. } => {
            oversight::Event::RequestRestored { request, sender, posted: Some(request_letter()), held: None }
        }
        oversight::Event::RequestRestored { .. } => return None,
    })
}

fn stays_held() -> oversight::Event {
    let until = Some(at(86_400_000));
    oversight::Event::RequestStaysHeld {
        request: REQUEST,
        sender: ALICE,
        code: Code::SenderRestricted,
        until,
    }
}
