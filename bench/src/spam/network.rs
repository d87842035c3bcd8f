//! A network as the filter sees it: the real ledger, the real `judge`, and the events that the engine would write.

use acquaint_domain::connection::ConnectionName;
use acquaint_domain::outgoing::Charge;
use acquaint_domain::{
    AcceptFrom, Actor, Addressee, Channel, Confirmation, Distance, Entered, Event, EventNumber, Evidence,
    Handle, Lane, Letter, LetterId, LetterNumber, MaxDegree, MemberId, Outcome, Personal, PolicyVersion,
    PostedLetter, Profile, Recorded, RequestId, Rule, Standing, Tier, Timestamp, Verdict, account,
    connection, letter, outgoing,
};
use acquaint_policy::{AddressLookup, Facts, Ledger, Policy, Sending, judge};

/// A network that judges and records sends.
pub(crate) struct Network<'a> {
    policy: &'a Policy,
    ledger: Ledger,
    events: u64,
    requests: u64,
    /// By member number.
    has_connections: Vec<bool>,
}

/// One send of the simulated network.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask<'a> {
    pub(crate) sender: MemberId,
    pub(crate) to: MemberId,
    pub(crate) mutuals: u32,
    pub(crate) same_company: bool,
    pub(crate) note: Option<&'a str>,
}

/// The result of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) request: RequestId,
    pub(crate) outcome: Outcome,
    pub(crate) score_milli: i32,
}

impl<'a> Network<'a> {
    /// A network without members.
    pub(crate) fn new(policy: &'a Policy) -> Self {
        Self { policy, ledger: Ledger::default(), events: 0, requests: 0, has_connections: vec![true] }
    }

    /// A member joins.
    pub(crate) fn join(&mut self, at: Timestamp, connections: bool) -> MemberId {
        self.join_as("member", at, connections)
    }

    /// A member joins with this handle, by which notes may address the member.
    pub(crate) fn join_as(&mut self, handle: &str, at: Timestamp, connections: bool) -> MemberId {
        let member = MemberId(self.has_connections.len() as u32);
        self.has_connections.push(connections);
        if let Ok(handle) = Handle::parse(handle) {
            let profile = Personal::Held(Profile::default());
            self.record(
                Event::Account(account::Event {
                    member,
                    kind: account::Kind::Added { handle, tier: Tier::Free, profile },
                }),
                at,
            );
        }
        member
    }

    /// Judges a send and records the result; a request that passes arrives immediately.
    pub(crate) fn send(&mut self, ask: Ask<'_>, at: Timestamp) -> Judged {
        let verdict = judge(self.policy, &self.facts(ask, at));
        self.requests += 1;
        let (request, sender, outcome) = (RequestId(self.requests), ask.sender, verdict.outcome);
        let judged = Judged { request, outcome, score_milli: score(&verdict) };
        self.record(submitted(request, ask), at);
        match outcome {
            Outcome::Refuse(_) => self.record(
                Event::Outgoing(outgoing::Event {
                    request,
                    sender,
                    kind: outgoing::Kind::Refused { verdict },
                }),
                at,
            ),
            Outcome::Hold(_) => {
                let charge = Charge::Request;
                self.record(
                    Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Held { verdict, charge },
                    }),
                    at,
                );
            }
            Outcome::Pass => {
                let lane = Lane::Member { from: sender, to: ask.to };
                let letter_id = LetterId { lane, number: LetterNumber(self.requests as u32) };
                let posted = PostedLetter { letter_id, letter: Letter::Request { request, distance: None } };
                self.record(
                    Event::Outgoing(outgoing::Event {
                        request,
                        sender,
                        kind: outgoing::Kind::Sent { verdict, posted },
                    }),
                    at,
                );
                self.record(
                    Event::Letter(letter::Event {
                        letter_id,
                        kind: letter::Kind::RequestArrived { request, sender },
                    }),
                    at,
                );
            }
        }
        judged
    }

    /// The sender's desk learns of an acceptance.
    pub(crate) fn accepted(&mut self, sender: MemberId, other: MemberId, request: RequestId, at: Timestamp) {
        let name = ConnectionName::of([request]);
        let (letter, also) = (LetterNumber(self.events as u32), Vec::new());
        let event = Event::Connection(connection::Event {
            member: sender,
            other,
            kind: connection::Kind::AcceptanceTaken { name, also, crossed: None, letter },
        });
        self.record(event, at);
        if let Some(has) = self.has_connections.get_mut(sender.0 as usize) {
            *has = true;
        }
    }

    fn facts(&self, ask: Ask<'_>, now: Timestamp) -> Facts {
        let has_connections = self.has_connections.get(ask.sender.0 as usize).is_some_and(|has| *has);
        let sending = Sending {
            sender: ask.sender,
            to: Some(ask.to),
            channel: &Channel::Web,
            note: ask.note,
            has_connections,
            mutuals: ask.mutuals,
            same_company: ask.same_company,
        };
        let degree = (ask.mutuals > 0).then_some(2);
        Facts {
            policy: PolicyVersion(1),
            facts_at: EventNumber(self.events),
            now,
            address: AddressLookup::Member,
            blocked_since: None,
            connected: None,
            pending: None,
            crossing: None,
            withdrawn: None,
            standing: Standing::Good,
            tier: Tier::Free,
            accept_from: AcceptFrom::Everyone,
            max_degree: MaxDegree::Any,
            confirmation: Confirmation::Off,
            settings_version: 0,
            in_contacts: false,
            by_email: false,
            distance: Some(Distance { degree, mutuals: ask.mutuals }),
            open: 0,
            connections: u32::from(has_connections),
            note_chars: ask.note.map(|note| note.chars().count() as u32),
            feedback: self.ledger.feedback(ask.sender),
            exempt: std::collections::BTreeSet::new(),
            usage: self.ledger.usage(self.policy, ask.sender, Tier::Free, now),
            spam: self.ledger.spam_facts(self.policy, &sending, now),
        }
    }

    fn record(&mut self, event: Event, at: Timestamp) {
        self.events += 1;
        let (number, actor) = (EventNumber(self.events), Actor::Operator);
        self.ledger.apply(&Recorded { number, at, actor, command: None, cause: None, event });
    }
}

fn submitted(request: RequestId, ask: Ask<'_>) -> Event {
    let entered = Entered {
        address: String::new(),
        normalised: None,
        with_email: None,
        note: ask.note.map(str::to_owned),
        note_fingerprint: None,
    };
    Event::Outgoing(outgoing::Event {
        request,
        sender: ask.sender,
        kind: outgoing::Kind::Submitted {
            addressee: Addressee::Member(ask.to),
            entered: Personal::Held(entered),
            channel: Channel::Web,
            distance: Some(Distance { degree: (ask.mutuals > 0).then_some(2), mutuals: ask.mutuals }),
        },
    })
}

/// The spam filter's score; 0 if it was not evaluated.
fn score(verdict: &Verdict) -> i32 {
    let spam = verdict.gates.iter().find(|gate| gate.rule == Rule::Spam);
    match spam.map(|gate| &gate.evidence) {
        Some(Evidence::Symbols { score_milli, .. }) => *score_milli,
        Some(_) | None => 0,
    }
}
