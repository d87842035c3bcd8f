//! The incoming desk's first half: a request's letter arrives, and the recipient's own rules are asked.

use crate::connection::{Connection, ConnectionName};
use crate::event::Event;
use crate::ids::{EventNumber, LetterNumber, PolicyVersion, RequestId};
use crate::incoming::{Incoming, Kind, Matter};
use crate::letter::{Leg, Route};
use crate::member::{AcceptFrom, Audience, Confirmation, MaxDegree, Settings, Standing};
use crate::reason::Code;
use crate::request::Ask;
use crate::time::Timestamp;
use crate::verdict::{Distance, Evidence, Finding, NetworkSize, Outcome, Rule, Verdict, Whether};
use crate::{incoming, letter, network};

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
    /// The recipient's own request to the sender, when it has left the recipient's desk and is open; and the number of the
    /// next letter from the recipient to the sender.
    pub outstanding: Option<(RequestId, LetterNumber)>,
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
    /// How far apart the two were at the time of the send, or are now where the letter does not say and the recipient's
    /// settings ask; `None` where nobody asks.
    pub distance: Option<Distance>,
    /// Whether the sender's company is one that the recipient names.
    pub company: Whether,
    /// Whether the sender's title is one that the recipient names.
    pub title: Whether,
    /// The size of the recipient's network; `None` where the policy has no cap on it.
    pub network: Option<NetworkSize>,
}

/// A request's letter arrives at a member's desk. What the sender's half gets of it, the first event, is always the same.
pub fn receive(ask: Ask, leg: Leg, arrival: &Arrival) -> Vec<Event> {
    let Ask { request, sender, .. } = ask;
    let arrived = letter::Event { leg, kind: letter::Kind::RequestArrived { request, sender } };
    let received = incoming::Event { ask, kind: received(ask, leg.route, arrival) };
    vec![arrived.into(), received.into()]
}

/// A request's letter arrives where nobody is.
pub fn receive_unclaimed(request: RequestId, leg: Leg) -> Vec<Event> {
    let sender = leg.route.writer();
    let arrived = letter::Event { leg, kind: letter::Kind::RequestArrived { request, sender } };
    vec![arrived.into(), network::Event::RequestUnclaimed { request, sender }.into()]
}

fn received(ask: Ask, route: Route, arrival: &Arrival) -> Kind {
    if arrival.connection.is_some() {
        return Kind::Merged { into: None };
    }
    if let Some(crossed) = crossed(ask, route, arrival) {
        return crossed;
    }
    if let Some(Matter { requests, state, .. }) = &arrival.matter
        && !matches!(state, Incoming::Filed(_) | Incoming::Accepted | Incoming::Gone(_))
        && let Some(earlier) = requests.first()
    {
        return Kind::Merged { into: Some(*earlier) };
    }
    let verdict = judge(arrival);
    match verdict.outcome {
        Outcome::Pass => Kind::Delivered { verdict },
        Outcome::Hold(_) => Kind::Held { verdict },
        Outcome::Refuse(_) => Kind::Filed { verdict },
    }
}

/// Two requests that met on the way connect the two members. INVARIANT (two desks): only what the sender is told anyway
/// decides it. Neither a restriction nor the recipient's settings are asked, since the sender would learn what they find;
/// and what came by e-mail address does not cross, since that would tell whose the address is.
fn crossed(ask: Ask, route: Route, arrival: &Arrival) -> Option<Kind> {
    let has_taken_back = match arrival.standing {
        // A ban and a closing take the account's open requests back, and so does a block.
        Standing::Banned { .. } | Standing::Closed { .. } => true,
        Standing::Good | Standing::Restricted { .. } => arrival.blocked_since.is_some(),
    };
    let (own, letter) = match route {
        Route::Member { .. } if !has_taken_back => arrival.outstanding?,
        Route::Member { .. } | Route::Email { .. } => return None,
    };
    let earlier = arrival.matter.iter().flat_map(|matter| matter.requests.iter().copied());
    let name = ConnectionName::of([ask.request, own].into_iter().chain(earlier));
    Some(Kind::Crossed { name, letter })
}

/// Asks the recipient's rules in their order; those behind the first that fails are not reached.
pub fn judge(arrival: &Arrival) -> Verdict {
    let asked = if arrival.network.is_some() { &LADDER_UNDER_A_CAP[..] } else { &LADDER[..] };
    Verdict::climb(arrival.policy, arrival.facts_at, asked, |rule| evidence(rule, arrival), find)
}

/// The recipient's rules, in order, under a policy that caps networks.
pub const LADDER_UNDER_A_CAP: [Rule; 8] = [
    Rule::RecipientOpen,
    Rule::RecipientUnrestricted,
    Rule::NotBlockedByRecipient,
    Rule::RecipientNetwork,
    Rule::RecipientContacts,
    Rule::RecipientDegree,
    Rule::RecipientAudience,
    Rule::RecipientConfirmation,
];

/// The recipient's rules, in order, under any other policy.
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
            distance: arrival.distance,
            settings_version,
        },
        Rule::RecipientAudience => Evidence::Audience {
            criteria: arrival.settings.audience.held().map_or(0, Audience::criteria),
            company: arrival.company,
            title: arrival.title,
            settings_version,
        },
        Rule::RecipientNetwork => match arrival.network {
            Some(NetworkSize { connections, at_most }) => {
                Evidence::Size { found: connections, limit: at_most }
            }
            None => Evidence::Nothing,
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
        | Rule::OwnConfirmation
        | Rule::AttemptsLimit
        | Rule::ResendCooldown
        | Rule::PendingPile
        | Rule::OwnNetwork
        | Rule::EmailRequired
        | Rule::WeeklyLimit
        | Rule::NoteLength
        | Rule::NoteQuota
        | Rule::Crossing => Evidence::Nothing,
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
        (Rule::RecipientNetwork, Evidence::Size { found: connections, limit: at_most }) => {
            let (connections, at_most) = (*connections, *at_most);
            let is_full = NetworkSize { connections, at_most }.is_full();
            is_full.then_some(Code::RecipientNetworkFull)
        }
        (Rule::RecipientConfirmation, Evidence::Holds(Whether::Yes)) => {
            return Finding::Held(Code::AwaitingRecipientConfirmation);
        }
        _ => None,
    };
    failed.map_or(Finding::Passed, Finding::Failed)
}
