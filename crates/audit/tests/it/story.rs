//! A small builder of traces: the events of one request, judged by the real rules.

use std::collections::BTreeMap;

use acquaint_audit::{
    Case, Dossier, Explanation, FollowUp, Incident, Numbering, Outage, OwnDesk, RecipientDossier, Rehearsal,
    SenderDossier, StaffDossier, Viewer, deliveries, explain, follow_up,
};
use acquaint_domain::export::Export;
use acquaint_domain::incoming::Arrival;
use acquaint_domain::outgoing::{self, Submission};
use acquaint_domain::{
    AcceptFrom, Actor, Address, Addressee, Appealed, Channel, Code, CommandKind, Confirmation,
    ConnectionName, Distance, Entered, Event, EventNumber, Fault, Lane, Letter, LetterId, LetterNumber,
    MaxDegree, MemberId, Outcome, Personal, PolicyVersion, PostedLetter, Recorded, RefusedCommand, RequestId,
    RequestRef, Rule, Span, Standing, SymbolKind, Tier, Timestamp, Verdict, WithdrawalCause, WithdrawnBy,
    connection, fingerprint, import, incoming, letter, network, oversight,
};
use acquaint_policy::{
    ARTICLE, AddressLookup, Facts, Policy, ReminderFacts, SpamFacts, Usage, judge, judge_confirmation,
    judge_reminder, recipient,
};

pub(crate) const ALICE: MemberId = MemberId(1);
pub(crate) const BOB: MemberId = MemberId(2);
pub(crate) const REQUEST: RequestId = RequestId(7);
/// Bob's request to Alice.
pub(crate) const OTHER_WAY: RequestId = RequestId(8);
/// 21 Nov 2026 08:12:05 UTC
pub(crate) const START: Timestamp = Timestamp::from_millis(1_795_248_725_000);
pub(crate) const VERSION: PolicyVersion = PolicyVersion(1);

pub(crate) fn article() -> Policy {
    Policy::parse(ARTICLE).expect("the built-in policy reads")
}

/// A request from Alice to Bob, and what has happened to it so far.
#[derive(Clone)]
pub(crate) struct Story {
    pub(crate) trace: Vec<Recorded>,
    pub(crate) now: Timestamp,
    pub(crate) recipient: Option<MemberId>,
    pub(crate) mutuals: Vec<String>,
    pub(crate) suggestions: Vec<String>,
    pub(crate) incident: Option<Incident>,
    pub(crate) outages: Vec<Outage>,
    pub(crate) observed_until: Option<Timestamp>,
    pub(crate) policy: Policy,
    pub(crate) exports: Vec<Export>,
    /// What today's rules say on the sender's side.
    pub(crate) sender_now: Option<Rehearsal>,
    /// What today's rules say on the recipient's side.
    pub(crate) recipient_now: Option<Rehearsal>,
}

impl Story {
    pub(crate) fn new() -> Self {
        Self {
            trace: Vec::new(),
            now: START,
            recipient: Some(BOB),
            mutuals: vec!["carol".to_owned(), "dave".to_owned()],
            suggestions: Vec::new(),
            incident: None,
            outages: Vec::new(),
            observed_until: None,
            policy: article(),
            exports: Vec::new(),
            sender_now: None,
            recipient_now: None,
        }
    }

    /// A new story under the article's policy with these tables added.
    pub(crate) fn under(tables: &str) -> Self {
        let text = ARTICLE.replacen("[own_settings]", &format!("{tables}\n[own_settings]"), 1);
        Self { policy: Policy::parse(&text).unwrap_or_else(|error| panic!("{error}")), ..Self::new() }
    }

    pub(crate) fn after(mut self, span: Span) -> Self {
        self.now = self.now.plus(span);
        self
    }

    pub(crate) fn event(mut self, event: Event) -> Self {
        let number = EventNumber(self.trace.last().map_or(10, |last| last.number.0 + 3));
        self.trace.push(Recorded {
            number,
            at: self.now,
            actor: Actor::Member(ALICE),
            command: None,
            cause: None,
            event,
        });
        self
    }

    fn events(self, events: Vec<Event>) -> Self {
        events.into_iter().fold(self, Self::event)
    }

    /// Alice sends a request to `address`, and the story's policy judges it on `facts`.
    pub(crate) fn send(self, address: &str, facts: &Facts) -> Self {
        self.send_by(Channel::Web, address, facts)
    }

    pub(crate) fn send_by(self, channel: Channel, address: &str, facts: &Facts) -> Self {
        let addressee = match facts.address {
            AddressLookup::Member => Addressee::Member(BOB),
            AddressLookup::Oneself => Addressee::Member(ALICE),
            AddressLookup::Email => Addressee::Email,
            AddressLookup::Malformed(_) | AddressLookup::Unknown => Addressee::Nobody,
        };
        let note = "hello, let us connect";
        let submission = Submission {
            request: REQUEST,
            sender: ALICE,
            addressee,
            entered: Entered {
                address: address.to_owned(),
                normalised: Address::parse(address).ok(),
                with_email: None,
                note: Some(note.to_owned()),
                note_fingerprint: Some(fingerprint(note)),
            },
            channel,
            distance: facts.distance,
        };
        let verdict = judge(&self.policy, facts);
        let sent = outgoing::send(submission, verdict, LetterNumber(1));
        self.events(sent.into_iter().map(Event::from).collect())
    }

    /// Sent to Bob's handle, with no rule against it.
    pub(crate) fn sent() -> Self {
        Self::new().send("bob", &facts())
    }

    /// Sent to Bob's handle, and in Bob's inbox a minute later.
    pub(crate) fn delivered() -> Self {
        Self::sent().after(Span::minutes(1)).arrive(&arrival())
    }

    pub(crate) fn confirm(self) -> Self {
        let verdict = judge_confirmation(&article(), &facts());
        self.event(Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: ALICE,
            kind: outgoing::Kind::Confirmed {
                verdict,
                posted: PostedLetter {
                    letter_id: letter_id(),
                    letter: Letter::Request { request: REQUEST, distance: None },
                },
                charge: acquaint_domain::outgoing::Charge::Request,
            },
        }))
    }

    /// Arrives at a desk that has nothing else from the sender.
    pub(crate) fn arrive(self, facts: &recipient::Facts) -> Self {
        let recipient::Facts { standing, blocked_since, .. } = *facts;
        let arrival = Arrival {
            standing,
            blocked_since,
            connection: None,
            outstanding: None,
            group: None,
            answered: None,
        };
        self.events(incoming::arrive(request_ref(), letter_id(), &arrival, recipient::judge(facts)))
    }

    pub(crate) fn arrive_unclaimed(mut self) -> Self {
        self.recipient = None;
        let letter_id =
            LetterId { lane: Lane::Email { from: ALICE, request: REQUEST }, number: LetterNumber(1) };
        self.events(incoming::arrive_unclaimed(REQUEST, letter_id))
    }

    /// The sender, who has sent `before` reminders, sends another one, and the policy judges it.
    pub(crate) fn remind(self, before: u32) -> Self {
        let facts = ReminderFacts {
            policy: VERSION,
            facts_at: EventNumber(9),
            now: self.now,
            submitted_at: START,
            reminders: before,
        };
        let verdict = judge_reminder(&article(), &facts);
        let event = match verdict.outcome {
            Outcome::Pass => Event::Outgoing(outgoing::Event {
                request: REQUEST,
                sender: ALICE,
                kind: outgoing::Kind::Reminded {
                    posted: PostedLetter {
                        letter_id: LetterId { number: LetterNumber(2), ..letter_id() },
                        letter: Letter::Reminder { request: REQUEST },
                    },
                },
            }),
            Outcome::Hold(code) | Outcome::Refuse(code) => {
                Event::Network(network::Event::CommandRefused(RefusedCommand {
                    command: CommandKind::Remind,
                    member: ALICE,
                    other: Some(BOB),
                    request: Some(REQUEST),
                    code,
                    verdict: Some(verdict),
                }))
            }
        };
        self.event(event)
    }

    /// Alice's appeal is refused.
    pub(crate) fn refuse_appeal(self, code: Code) -> Self {
        self.event(Event::Network(network::Event::CommandRefused(RefusedCommand {
            command: CommandKind::Appeal,
            member: ALICE,
            other: None,
            request: Some(REQUEST),
            code,
            verdict: None,
        })))
    }

    /// Alice appeals against the spam filter's verdict.
    pub(crate) fn appeal(self) -> Self {
        self.event(Event::Oversight(oversight::Event::AppealOpened { member: ALICE, against: of_spam() }))
    }

    /// Alice's appeal is dismissed.
    pub(crate) fn dismiss(self) -> Self {
        self.event(Event::Oversight(oversight::Event::AppealDismissed { member: ALICE, against: of_spam() }))
    }

    pub(crate) fn fail(self, attempt: u32, next: Option<Span>) -> Self {
        let next_attempt = next.map(|span| self.now.plus(span));
        self.event(Event::Letter(letter::Event {
            letter_id: letter_id(),
            kind: letter::Kind::DeliveryFailed {
                request: Some(REQUEST),
                attempt,
                channel: Some(Channel::Web),
                fault: Fault::ServerError,
                next_attempt,
            },
        }))
    }

    pub(crate) fn abandon(self, attempts: u32) -> Self {
        self.event(Event::Letter(letter::Event {
            letter_id: letter_id(),
            kind: letter::Kind::DeliveryAbandoned {
                request: REQUEST,
                sender: ALICE,
                attempts,
                fault: Fault::ServerError,
                first_attempt: START,
            },
        }))
    }

    pub(crate) fn withdraw(self, by: WithdrawnBy) -> Self {
        self.event(Event::Outgoing(outgoing::Event {
            request: REQUEST,
            sender: ALICE,
            kind: outgoing::Kind::Withdrawn { by, posted: None },
        }))
    }

    pub(crate) fn take_withdrawal(self, cause: WithdrawalCause) -> Self {
        self.event(Event::Letter(letter::Event {
            letter_id: letter_id(),
            kind: letter::Kind::WithdrawalTaken {
                request: REQUEST,
                sender: ALICE,
                recipient: Some(BOB),
                cause,
                ends: None,
            },
        }))
    }

    pub(crate) fn accept(self) -> Self {
        self.event(Event::Incoming(incoming::Event {
            request_ref: request_ref(),
            kind: incoming::Kind::Accepted { name: name(), letter: LetterNumber(1), crossing: None },
        }))
    }

    pub(crate) fn take_acceptance(self) -> Self {
        self.event(Event::Connection(connection::Event {
            member: ALICE,
            other: BOB,
            kind: connection::Kind::AcceptanceTaken {
                name: name(),
                also: Vec::new(),
                crossed: None,
                letter: LetterNumber(1),
            },
        }))
    }

    /// The letter that says that both asked; `crossed` is the other member's request, where `member`'s desk holds it.
    pub(crate) fn take_crossing(self, member: MemberId, crossed: Option<RequestId>) -> Self {
        self.event(Event::Connection(connection::Event {
            member,
            other: if member == ALICE { BOB } else { ALICE },
            kind: connection::Kind::AcceptanceTaken {
                name: ConnectionName::of([REQUEST, OTHER_WAY]),
                also: Vec::new(),
                crossed,
                letter: LetterNumber(1),
            },
        }))
    }

    pub(crate) fn observed() -> Self {
        let mut story =
            Self::new().after(Span::days(400)).event(Event::Import(import::Event::RequestObserved {
                request_ref: request_ref(),
                observed_at: START,
                seen: acquaint_domain::export::SourceRef::in_messages(12),
                note: Personal::Held(None),
            }));
        story.observed_until = Some(START.plus(Span::days(30)));
        story
    }

    pub(crate) fn as_of(
        &self,
        viewer: Viewer,
        policies: &BTreeMap<PolicyVersion, Policy>,
    ) -> Option<Explanation> {
        self.with_dossier(viewer, policies, explain)
    }

    pub(crate) fn explain(&self, viewer: Viewer) -> Option<Explanation> {
        self.as_of(viewer, &BTreeMap::from([(VERSION, self.policy.clone())]))
    }

    pub(crate) fn follow_up(&self, viewer: Viewer) -> Option<FollowUp> {
        self.with_dossier(viewer, &BTreeMap::from([(VERSION, self.policy.clone())]), follow_up)
    }

    fn with_dossier<T>(
        &self,
        viewer: Viewer,
        policies: &BTreeMap<PolicyVersion, Policy>,
        ask: impl Fn(&Dossier) -> Option<T>,
    ) -> Option<T> {
        let handles = |member: MemberId| match member {
            ALICE => "alice".to_owned(),
            BOB => "bob".to_owned(),
            MemberId(other) => format!("member{other}"),
        };
        let case = Case {
            request: REQUEST,
            sender: ALICE,
            as_of: self.now,
            policies,
            policy: VERSION,
            handles: &handles,
        };
        let incidents: Vec<Incident> = self.incident.iter().cloned().collect();
        let deliveries = deliveries(&self.trace, &self.outages, &incidents);
        let desk = |member| OwnDesk::of(member, &self.trace, &self.exports, &deliveries, self.observed_until);
        let (number, position) = (|event| self.count(viewer, Some(event)), || self.count(viewer, None));
        let numbering = Numbering { number: &number, position: &position };
        let sender = SenderDossier {
            case,
            desk: desk(ALICE),
            numbering,
            mutuals: &self.mutuals,
            suggestions: &self.suggestions,
            now: self.sender_now.clone(),
        };
        ask(&match viewer {
            Viewer::Sender => Dossier::Sender(sender),
            Viewer::Recipient => {
                Dossier::Recipient(RecipientDossier { case, desk: desk(self.recipient?), numbering })
            }
            Viewer::Agent | Viewer::Engineer => Dossier::Staff(Box::new(StaffDossier {
                viewer,
                sender,
                trace: &self.trace,
                recipient: self.recipient,
                exports: &self.exports,
                observed_until: self.observed_until,
                numbering,
                deliveries: &deliveries,
                there_now: self.recipient_now.clone(),
                owner: None,
                compared: None,
            })),
        })
    }

    /// The number of events that a member sees, or the position of the last event that staff see.
    fn count(&self, viewer: Viewer, until: Option<EventNumber>) -> u64 {
        let is_visible = |recorded: &&Recorded| viewer.sees(&recorded.event, ALICE, self.recipient);
        let seen = self.trace.iter().filter(is_visible);
        let seen = seen.filter(|recorded| until.is_none_or(|until| recorded.number <= until));
        match viewer {
            Viewer::Sender | Viewer::Recipient => seen.count() as u64,
            Viewer::Agent | Viewer::Engineer => seen.map(|recorded| recorded.number.0).max().unwrap_or(0),
        }
    }
}

fn of_spam() -> Appealed {
    Appealed { rule: Rule::Spam.name().to_owned(), request: Some(REQUEST) }
}

pub(crate) fn request_ref() -> RequestRef {
    RequestRef { request: REQUEST, sender: ALICE, recipient: BOB }
}

pub(crate) fn name() -> ConnectionName {
    ConnectionName::of([REQUEST])
}

pub(crate) fn letter_id() -> LetterId {
    LetterId { lane: Lane::Member { from: ALICE, to: BOB }, number: LetterNumber(1) }
}

/// The facts of a send, two steps away, that no rule stops.
pub(crate) fn facts() -> Facts {
    Facts {
        policy: VERSION,
        facts_at: EventNumber(9),
        now: START,
        address: AddressLookup::Member,
        blocked_since: None,
        connected: None,
        pending: None,
        crossing: None,
        withdrawn: None,
        standing: Standing::Good,
        tier: Tier::Free,
        accept_from: AcceptFrom::Everyone,
        max_degree: acquaint_domain::MaxDegree::Any,
        confirmation: Confirmation::Off,
        settings_version: 0,
        in_contacts: false,
        by_email: false,
        distance: Some(Distance { degree: Some(2), mutuals: 2 }),
        open: 0,
        connections: 0,
        note_chars: Some(21),
        feedback: None,
        exempt: std::collections::BTreeSet::new(),
        usage: vec![Usage::Sliding { used: 4, frees_at: None }],
        spam: SpamFacts::new([(SymbolKind::Velocity, 1.into())]),
    }
}

/// The facts of a send to an e-mail address that no rule stops.
pub(crate) fn email_facts() -> Facts {
    Facts { address: AddressLookup::Email, distance: None, by_email: true, ..facts() }
}

/// The facts of an arrival at a desk that lets everybody in.
pub(crate) fn arrival() -> recipient::Facts {
    recipient::Facts {
        policy: VERSION,
        facts_at: EventNumber(15),
        standing: Standing::Good,
        blocked_since: None,
        accept_from: AcceptFrom::Everyone,
        max_degree: MaxDegree::Any,
        criteria: 0,
        confirmation: Confirmation::Off,
        settings_version: 3,
        in_contacts: false,
        by_email: false,
        distance: Some(Distance { degree: Some(2), mutuals: 2 }),
        company: false,
        title: false,
        network: None,
    }
}

/// A verdict without any gate.
pub(crate) fn bare_verdict(outcome: Outcome) -> Verdict {
    Verdict { policy: VERSION, facts_at: EventNumber(9), outcome, gates: Vec::new() }
}

/// Erases the texts that the sender entered.
pub(crate) fn erase(story: &mut Story) {
    for recorded in &mut story.trace {
        if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Submitted { entered, .. }, .. }) =
            &mut recorded.event
        {
            *entered = Personal::Erased;
        }
    }
}
