//! The incoming desk: a request on its recipient's side, judged by the recipient's newest settings when its letter
//! arrives. Nothing of this is ever told to the sender, but an acceptance.

use crate::Decision;
use crate::event::{Ask, Event};
use crate::ids::{EventNumber, LetterNumber, PolicyVersion, RequestId};
use crate::letter::{Leg, WithdrawalCause};
use crate::member::{AcceptFrom, Confirmation, MaxDegree, Settings, Standing};
use crate::reason::Code;
use crate::relation::{Connection, ConnectionName};
use crate::time::Timestamp;
use crate::verdict::{Distance, Evidence, Finding, Gate, Outcome, Rule, Verdict, Whether};

/// Where a request stands on its recipient's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Incoming {
    /// In the inbox.
    Delivered,
    /// Waits for the recipient's word before it is displayed.
    AwaitingConfirmation,
    /// Where the recipient may look, not in the inbox.
    Filed(Code),
    /// Set aside.
    Dismissed,
    /// Answered no.
    Declined,
    /// Reported.
    Reported,
    /// Answered yes.
    Accepted,
    /// No longer open on the sender's side.
    Gone(WithdrawalCause),
}

impl Incoming {
    /// The reason code of where it stands.
    pub fn code(self) -> Code {
        match self {
            Self::Delivered => Code::AwaitingResponse,
            Self::AwaitingConfirmation => Code::AwaitingRecipientConfirmation,
            Self::Filed(code) => code,
            Self::Dismissed => Code::Dismissed,
            Self::Declined => Code::Declined,
            Self::Reported => Code::Reported,
            Self::Accepted => Code::Accepted,
            Self::Gone(WithdrawalCause::Withdrawn) => Code::Withdrawn,
            Self::Gone(WithdrawalCause::Expired) => Code::Expired,
            Self::Gone(WithdrawalCause::SenderClosed) => Code::SenderClosed,
        }
    }

    /// Whether the recipient can still answer it.
    pub fn is_answerable(self) -> bool {
        match self {
            Self::Delivered | Self::AwaitingConfirmation | Self::Filed(_) | Self::Dismissed => true,
            Self::Declined | Self::Reported | Self::Accepted | Self::Gone(_) => false,
        }
    }
}

/// Where a request stands after `event`, which is about it; `None` before it has arrived.
pub fn evolve(state: Option<Incoming>, event: &Event) -> Option<Incoming> {
    match event {
        Event::RequestDelivered { .. } | Event::RequestShown(_) | Event::RequestObserved { .. } => {
            Some(Incoming::Delivered)
        }
        Event::RequestHeldByRecipient { .. } => Some(Incoming::AwaitingConfirmation),
        Event::RequestFiled { verdict, .. } => match verdict.outcome {
            Outcome::Refuse(code) | Outcome::Hold(code) => Some(Incoming::Filed(code)),
            Outcome::Pass => state,
        },
        Event::RequestUnclaimed { .. } => Some(Incoming::Filed(Code::AddressUnknown)),
        Event::RequestMerged { into: None, .. } => Some(Incoming::Filed(Code::AlreadyConnected)),
        Event::RequestMerged { into: Some(_), .. } => state.or(Some(Incoming::Filed(Code::AlreadyPending))),
        Event::RequestsCrossed { .. }
        | Event::RequestAccepted { .. }
        | Event::AcceptanceObserved { .. }
        | Event::ConnectionRecorded { .. }
        | Event::AcceptanceTaken { .. } => Some(Incoming::Accepted),
        Event::RequestDeclined(_) => Some(Incoming::Declined),
        Event::RequestDismissed(_) => Some(Incoming::Dismissed),
        Event::RequestReported(_) => Some(Incoming::Reported),
        Event::WithdrawalTaken { cause, .. } => Some(Incoming::Gone(*cause)),
        Event::AcceptanceLapsed { .. } => state.map(|_| Incoming::Gone(WithdrawalCause::Withdrawn)),
        Event::MemberBlocked { .. } => state.map(|state| filed_as(state, Code::BlockedByRecipient)),
        Event::MemberClosed { .. } => state.map(|state| filed_as(state, Code::RecipientClosed)),
        Event::Founded { .. }
        | Event::PolicyAdopted { .. }
        | Event::MemberAdded { .. }
        | Event::MemberChanged { .. }
        | Event::MemberRestricted { .. }
        | Event::MemberBanned { .. }
        | Event::RestrictionLifted { .. }
        | Event::ContactsImported { .. }
        | Event::SettingsChanged { .. }
        | Event::MemberUnblocked { .. }
        | Event::MemberDisconnected { .. }
        | Event::DisconnectionTaken { .. }
        | Event::ClosureTaken { .. }
        | Event::RequestSubmitted { .. }
        | Event::RequestRefused { .. }
        | Event::RequestHeld { .. }
        | Event::RequestSent { .. }
        | Event::RequestConfirmed { .. }
        | Event::RequestWithdrawn { .. }
        | Event::RequestExpired { .. }
        | Event::DeliveryFailed { .. }
        | Event::DeliveryAbandoned { .. }
        | Event::RequestArrived { .. }
        | Event::CommandRefused { .. }
        | Event::FaultStarted { .. }
        | Event::FaultStopped { .. }
        | Event::ImportBegun { .. } => state,
    }
}

fn filed_as(state: Incoming, code: Code) -> Incoming {
    if state.is_answerable() { Incoming::Filed(code) } else { state }
}

/// What one sender has with one recipient: all requests of theirs that are open on the sender's side are one matter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Matter {
    /// The requests, in the order in which they arrived.
    pub requests: Vec<RequestId>,
    /// Where the matter stands.
    pub state: Incoming,
    /// Since when.
    pub since: Timestamp,
}

/// What the recipient's desk knows when a letter arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The policy in force.
    pub policy: PolicyVersion,
    /// The last event that these facts include.
    pub facts_at: EventNumber,
    /// The recipient's standing, as of now.
    pub standing: Standing,
    /// Since when the recipient blocks the sender.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's end of a connection with the sender.
    pub connection: Option<Connection>,
    /// The recipient's own request to the sender, when it has left the recipient's desk and is open.
    pub outstanding: Option<RequestId>,
    /// What the sender has with the recipient already.
    pub matter: Option<Matter>,
    /// The recipient's settings.
    pub settings: Settings,
    /// Their version.
    pub settings_version: u32,
    /// Whether an e-mail address of the sender's is among the recipient's imported contacts.
    pub in_contacts: Whether,
    /// Whether the sender used or gave an e-mail address of the recipient's.
    pub by_email: Whether,
    /// How far apart the two were at the time of the send.
    pub distance: Distance,
    /// Whether the sender's company is one that the recipient names.
    pub company: Whether,
    /// Whether the sender's title is one that the recipient names.
    pub title: Whether,
    /// The number of the next letter from the recipient to the sender.
    pub next_letter: LetterNumber,
}

/// A request's letter arrives at a member's desk. What the sender's half gets of it, the first event, is always the same.
pub fn receive(ask: Ask, leg: Leg, arrival: &Arrival) -> Vec<Event> {
    let Ask { request, sender, .. } = ask;
    vec![Event::RequestArrived { request, sender, leg }, received(ask, arrival)]
}

/// A request's letter arrives where nobody is.
pub fn receive_unclaimed(request: RequestId, leg: Leg) -> Vec<Event> {
    let sender = leg.route.writer();
    vec![Event::RequestArrived { request, sender, leg }, Event::RequestUnclaimed { request, sender }]
}

fn received(ask: Ask, arrival: &Arrival) -> Event {
    if arrival.connection.is_some() {
        return Event::RequestMerged { ask, into: None };
    }
    if let Some(Matter { requests, state, .. }) = &arrival.matter
        && !matches!(state, Incoming::Filed(_) | Incoming::Accepted | Incoming::Gone(_))
        && let Some(earlier) = requests.first()
    {
        return Event::RequestMerged { ask, into: Some(*earlier) };
    }
    let verdict = judge(arrival);
    let stopped = verdict.gates.iter().any(|gate| is_account_or_block(gate.rule) && is_failed(gate.finding));
    if let (Some(own), false) = (arrival.outstanding, stopped) {
        let filed = arrival.matter.iter().flat_map(|matter| matter.requests.iter().copied());
        let name = ConnectionName::of([ask.request, own].into_iter().chain(filed));
        return Event::RequestsCrossed { ask, name, letter: arrival.next_letter };
    }
    match verdict.outcome {
        Outcome::Pass => Event::RequestDelivered { ask, verdict },
        Outcome::Hold(_) => Event::RequestHeldByRecipient { ask, verdict },
        Outcome::Refuse(_) => Event::RequestFiled { ask, verdict },
    }
}

fn is_account_or_block(rule: Rule) -> bool {
    matches!(rule, Rule::RecipientOpen | Rule::RecipientUnrestricted | Rule::NotBlockedByRecipient)
}

fn is_failed(finding: Finding) -> bool {
    matches!(finding, Finding::Failed(_))
}

/// Asks the recipient's rules in their order; those behind the first that fails are not reached.
pub fn judge(arrival: &Arrival) -> Verdict {
    let mut gates: Vec<Gate> = Vec::with_capacity(LADDER.len());
    let mut outcome = Outcome::Pass;
    for rule in LADDER {
        if outcome != Outcome::Pass {
            gates.push(Gate { rule, finding: Finding::NotReached, evidence: Evidence::Nothing });
            continue;
        }
        let evidence = evidence(rule, arrival);
        let finding = find(rule, &evidence);
        outcome = match finding {
            Finding::Failed(code) => Outcome::Refuse(code),
            Finding::Held(code) => Outcome::Hold(code),
            Finding::Passed | Finding::Unevaluated | Finding::NotReached => outcome,
        };
        gates.push(Gate { rule, finding, evidence });
    }
    Verdict { policy: arrival.policy, facts_at: arrival.facts_at, outcome, gates }
}

/// The recipient's rules, in order.
pub const LADDER: [Rule; 7] = [
    Rule::RecipientOpen,
    Rule::RecipientUnrestricted,
    Rule::NotBlockedByRecipient,
    Rule::RecipientContacts,
    Rule::RecipientDegree,
    Rule::RecipientAudience,
    Rule::RecipientConfirmation,
];

fn evidence(rule: Rule, arrival: &Arrival) -> Evidence {
    let settings_version = arrival.settings_version;
    match rule {
        Rule::RecipientOpen => match arrival.standing {
            Standing::Closed { since } => Evidence::Stands { since, request: None },
            Standing::Good | Standing::Restricted { .. } | Standing::Banned { .. } => Evidence::Nothing,
        },
        Rule::RecipientUnrestricted => match arrival.standing {
            Standing::Restricted { since, until, cause } => Evidence::Restriction { since, until, cause },
            Standing::Banned { since } => Evidence::Stands { since, request: None },
            Standing::Good | Standing::Closed { .. } => Evidence::Nothing,
        },
        Rule::NotBlockedByRecipient => match arrival.blocked_since {
            Some(since) => Evidence::Stands { since, request: None },
            None => Evidence::Nothing,
        },
        Rule::RecipientContacts => Evidence::Contact {
            setting: arrival.settings.accept_from,
            in_contacts: arrival.in_contacts,
            by_email: arrival.by_email,
            settings_version,
        },
        Rule::RecipientDegree => Evidence::Degree {
            allowed: match arrival.settings.max_degree {
                MaxDegree::Any => None,
                MaxDegree::Within(steps) => Some(steps),
            },
            distance: Some(arrival.distance),
            settings_version,
        },
        Rule::RecipientAudience => Evidence::Audience {
            criteria: (arrival.settings.audience.companies.len() + arrival.settings.audience.titles.len()) as u32,
            company: arrival.company,
            title: arrival.title,
            settings_version,
        },
        Rule::RecipientConfirmation => {
            Evidence::Holds(Whether::from(arrival.settings.confirmation == Confirmation::First))
        }
        Rule::AddressForm
        | Rule::AddressKnown
        | Rule::NotSelf
        | Rule::NotBlockedByOneself
        | Rule::NotConnected
        | Rule::NotPending
        | Rule::SenderNotBanned
        | Rule::SenderNotRestricted
        | Rule::OwnContacts
        | Rule::OwnDegree
        | Rule::DailyLimit
        | Rule::Spam
        | Rule::OwnConfirmation => Evidence::Nothing,
    }
}

/// What one of the recipient's rules finds in recorded evidence; a rule of the sender's finds nothing.
pub fn find(rule: Rule, evidence: &Evidence) -> Finding {
    let failed = match (rule, evidence) {
        (Rule::RecipientOpen, Evidence::Stands { .. }) => Some(Code::RecipientClosed),
        (Rule::RecipientUnrestricted, Evidence::Restriction { .. } | Evidence::Stands { .. }) => {
            Some(Code::RecipientRestricted)
        }
        (Rule::NotBlockedByRecipient, Evidence::Stands { .. }) => Some(Code::BlockedByRecipient),
        (Rule::RecipientContacts, Evidence::Contact { setting, in_contacts, by_email, .. }) => {
            let lets_in = match setting {
                AcceptFrom::Everyone => true,
                AcceptFrom::Contacts => in_contacts.is_so(),
                AcceptFrom::ContactsOrEmail => in_contacts.is_so() || by_email.is_so(),
            };
            (!lets_in).then_some(Code::RecipientSettingContacts)
        }
        (Rule::RecipientDegree, Evidence::Degree { allowed: Some(allowed), distance, .. }) => {
            let near = distance.and_then(|distance| distance.degree).is_some_and(|degree| degree <= *allowed);
            (!near).then_some(Code::RecipientSettingDegree)
        }
        (Rule::RecipientAudience, Evidence::Audience { criteria, company, title, .. }) => {
            let lets_in = *criteria == 0 || company.is_so() || title.is_so();
            (!lets_in).then_some(Code::RecipientSettingAudience)
        }
        (Rule::RecipientConfirmation, Evidence::Holds(Whether::Yes)) => {
            return Finding::Held(Code::AwaitingRecipientConfirmation);
        }
        _ => None,
    };
    failed.map_or(Finding::Passed, Finding::Failed)
}

/// What the recipient's desk knows when the recipient answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// The request answered, the first of the matter's.
    pub ask: Ask,
    /// The matter.
    pub matter: Matter,
    /// The recipient's standing, as of now.
    pub standing: Standing,
    /// Since when the recipient blocks the sender.
    pub blocked_since: Option<Timestamp>,
    /// The recipient's own open request to the sender.
    pub own_request: Option<RequestId>,
    /// The number of the next letter from the recipient to the sender.
    pub next_letter: LetterNumber,
}

/// Yes. What the recipient had asked of the sender meanwhile becomes part of the connection's name.
pub fn accept(answering: &Answering) -> Decision {
    if !answering.matter.state.is_answerable() {
        return Decision::NotThere(Some(answering.matter.state.code()));
    }
    if let Standing::Banned { .. } = answering.standing {
        return Decision::Refused(Code::SenderBanned);
    }
    if answering.blocked_since.is_some() {
        return Decision::Refused(Code::YouBlockedThem);
    }
    let requests = answering.matter.requests.iter().copied().chain(answering.own_request);
    let name = ConnectionName::of(requests);
    Decision::Happens(vec![Event::RequestAccepted { ask: answering.ask, name, letter: answering.next_letter }])
}

/// No.
pub fn decline(answering: &Answering) -> Decision {
    if_answerable(answering, Event::RequestDeclined(answering.ask))
}

/// Neither yes nor no.
pub fn dismiss(answering: &Answering) -> Decision {
    match answering.matter.state {
        Incoming::Dismissed => Decision::NotThere(Some(Code::Dismissed)),
        Incoming::Delivered
        | Incoming::AwaitingConfirmation
        | Incoming::Filed(_)
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => if_answerable(answering, Event::RequestDismissed(answering.ask)),
    }
}

/// No, and it should not have been sent.
pub fn report(answering: &Answering) -> Decision {
    if_answerable(answering, Event::RequestReported(answering.ask))
}

fn if_answerable(answering: &Answering, event: Event) -> Decision {
    if answering.matter.state.is_answerable() {
        Decision::Happens(vec![event])
    } else {
        Decision::NotThere(Some(answering.matter.state.code()))
    }
}

/// The word that it waited for: it is displayed.
pub fn confirm(answering: &Answering) -> Decision {
    match answering.matter.state {
        Incoming::AwaitingConfirmation => match answering.standing {
            Standing::Banned { .. } => Decision::Refused(Code::SenderBanned),
            Standing::Good | Standing::Restricted { .. } | Standing::Closed { .. } => {
                Decision::Happens(vec![Event::RequestShown(answering.ask)])
            }
        },
        Incoming::Delivered
        | Incoming::Filed(_)
        | Incoming::Dismissed
        | Incoming::Declined
        | Incoming::Reported
        | Incoming::Accepted
        | Incoming::Gone(_) => Decision::NotThere(Some(answering.matter.state.code())),
    }
}

/// The letter `Withdrawn` arrives. Where the recipient had said yes and nothing else of the sender's is left in the
/// matter, the connection ends: the sender had taken the request back before the yes came.
pub fn take_withdrawal(
    ask: Ask,
    cause: WithdrawalCause,
    leg: Leg,
    matter: Option<&Matter>,
    connection: Option<&Connection>,
) -> Event {
    let Ask { request, sender, recipient } = ask;
    let was_last = matter.is_some_and(|matter| {
        matter.state == Incoming::Accepted && matter.requests.iter().all(|other| *other == request)
    });
    let ends = connection.filter(|_| was_last).map(|connection| connection.name.clone());
    Event::WithdrawalTaken { request, sender, recipient: Some(recipient), cause, ends, leg }
}
