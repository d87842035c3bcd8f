//! The events that prove an answer, one line each, as their viewer may see them.

use acquaint_domain::{
    Actor, ClosedEnd, Event, Inherited, Looked, MemberId, Outcome, Oversight, Recorded, RefusedCommand,
    WithdrawalCause,
};

use crate::answer::{EventLine, Viewer};
use crate::dossier::{Case, Numbering};
use crate::exported;
use crate::outgoing_half::verdict;
use crate::wording::{self, Speech, counted, moment};

/// For whom lines are written, and what the names in them are.
pub(crate) struct Reader<'a> {
    pub(crate) viewer: Viewer,
    pub(crate) case: Case<'a>,
    /// The member who was asked, as far as this viewer knows.
    pub(crate) recipient: Option<MemberId>,
    pub(crate) numbering: Numbering<'a>,
    pub(crate) speech: &'a Speech,
}

/// The lines of `events`, in their order. They are the events that the reader may see.
pub(crate) fn lines(reader: &Reader, events: &[&Recorded]) -> Vec<EventLine> {
    let line = |recorded: &&Recorded| EventLine {
        number: (reader.numbering.number)(recorded.number),
        at: recorded.at,
        name: name(&recorded.event, reader.viewer),
        text: text(reader, recorded),
        hash: None,
    };
    events.iter().map(line).collect()
}

fn text(reader: &Reader, recorded: &Recorded) -> String {
    let (event, speech) = (&recorded.event, reader.speech);
    let mut text = sent_text(event, speech)
        .or_else(|| courier_text(event))
        .or_else(|| received_text(event, speech))
        .or_else(|| between_text(reader, event))
        .or_else(|| overseen_text(event))
        .or_else(|| inherited_text(event))
        .or_else(|| exported::line(event))
        .unwrap_or_default();
    if reader.viewer == Viewer::Engineer {
        text.push_str(&format!("; by {}", actor(reader, recorded.actor)));
        if let Some(cause) = recorded.cause {
            text.push_str(&format!(", because of event {cause}"));
        }
        if let Some(verdict) = verdict(event) {
            let policy = reader.case.citation(verdict.policy);
            let facts = verdict.facts_at;
            text.push_str(&format!(
                "; policy {} ({}), facts as of event {facts}",
                policy.name, policy.version.0
            ));
        }
    }
    text
}

fn actor(reader: &Reader, actor: Actor) -> String {
    match actor {
        Actor::Member(member) => reader.case.handle(member),
        Actor::Operator => "the operator".to_owned(),
        Actor::Courier => "the courier".to_owned(),
        Actor::Timer => "the timer".to_owned(),
        Actor::Archive => "the importer".to_owned(),
    }
}

/// What the sender's desk wrote about its own request.
fn sent_text(event: &Event, speech: &Speech) -> Option<String> {
    let Speech { sender, recipient } = speech;
    if let Event::RequestSubmitted { typed, channel, distance, .. } = event {
        let typed_words = match typed.held() {
            Some(typed) => format!("`{}`", typed.address),
            None => "an erased address".to_owned(),
        };
        let note = match typed.held() {
            Some(typed) if typed.note.is_some() => ", with a note",
            Some(_) | None => "",
        };
        let distance =
            distance.map_or(String::new(), |known| format!(", {}", wording::distance(Some(known))));
        let channel = wording::channel(channel);
        let asked = sender.does("asked", "asked");
        Some(format!("{asked} {typed_words} to connect, by {channel}{note}{distance}"))
    } else if let Event::RequestRefused { verdict, .. } | Event::RequestHeld { verdict, .. } = event {
        Some(outcome(verdict.outcome))
    } else if let Event::RequestSent { .. } = event {
        Some("no rule stood in its way; it was sent".to_owned())
    } else if let Event::RequestConfirmed { .. } = event {
        Some(format!("{} it; it was sent", sender.does("confirmed", "confirmed")))
    } else if let Event::RequestWithdrawn { by, posted, .. } = event {
        let by = crate::outgoing_words::withdrawn_by(*by, speech);
        let letter = if posted.is_some() { "" } else { ", before it had arrived" };
        Some(format!("withdrawn {by}{letter}"))
    } else if let Event::RequestExpired { expiry, .. } = event {
        Some(format!("the policy lets a request stay open for {}", wording::days(*expiry)))
    } else if let Event::RequestReminded(_) = event {
        Some(format!("{} {} of it", sender.does("reminded", "reminded"), recipient.name()))
    } else if let Event::ReminderTaken(_) = event {
        Some(format!("a reminder came: {} for an answer", sender.does("ask", "asks")))
    } else if let Event::LookupRecorded(Looked { lookup, .. }) = event {
        Some(match lookup.held() {
            Some(lookup) => format!("`{}` looked at it, because: {}", lookup.agent, lookup.because),
            None => "somebody looked at it; who and why was erased".to_owned(),
        })
    } else if let Event::AcceptanceLapsed { .. } = event {
        Some("an acceptance came after the request had ended, and was answered so".to_owned())
    } else if let Event::AcceptanceTaken { crossed, .. } = event {
        let both = if crossed.is_some() { "; both had asked" } else { "" };
        Some(format!("{} and {} are connected{both}", sender.name(), recipient.name()))
    } else {
        None
    }
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Pass => "nothing stood in its way".to_owned(),
        Outcome::Hold(code) => format!("held: {code} {}", code.name()),
        Outcome::Refuse(code) => format!("refused: {code} {}", code.name()),
    }
}

/// What the network did about the request of its own accord.
fn overseen_text(event: &Event) -> Option<String> {
    let Event::Oversight(oversight) = event else { return None };
    match oversight {
        Oversight::RequestReleased { verdict, .. } => {
            Some(format!("a review found nothing against it; {}", outcome(verdict.outcome)))
        }
        Oversight::RequestRejected { code, .. } => {
            Some(format!("a review refused it: {code} {}", code.name()))
        }
        Oversight::AppealOpened { against, .. } => Some(format!("appealed against `{}`", against.rule)),
        Oversight::AppealUpheld { against, exempt_until, .. } => Some(format!(
            "the appeal was upheld: `{}` is on trial only for this member until {}",
            against.rule,
            moment(*exempt_until)
        )),
        Oversight::AppealDismissed { .. } => Some("the appeal was dismissed: the decision stands".to_owned()),
        Oversight::FeedbackTaken { .. } | Oversight::RestrictionImposed { .. } => None,
    }
}

const fn inherited_name(inherited: &Inherited) -> &'static str {
    match inherited {
        Inherited::StretchTaken(_) => "stretch-taken",
        Inherited::MemberInherited { .. } => "member-inherited",
        Inherited::ConnectionInherited { .. } => "connection-inherited",
        Inherited::RequestInherited { .. } => "request-inherited",
        Inherited::ArrivalInherited { .. } => "arrival-inherited",
        Inherited::BlockInherited { .. } => "block-inherited",
    }
}

/// What was there before this log, and since when.
fn inherited_text(event: &Event) -> Option<String> {
    let Event::Inherited(inherited) = event else { return None };
    let at = moment(inherited.happened_at()?);
    match inherited {
        Inherited::RequestInherited { .. } => Some(format!("sent on {at}; taken over with the network")),
        Inherited::ArrivalInherited { stands, .. } => {
            let code = stands.incoming().code();
            Some(format!("here since {at}; taken over with the network as {code} {}", code.name()))
        }
        Inherited::ConnectionInherited { .. } => {
            Some(format!("connected since {at}; taken over with the network"))
        }
        Inherited::StretchTaken(_) | Inherited::MemberInherited { .. } | Inherited::BlockInherited { .. } => {
            None
        }
    }
}

const fn overseen_name(oversight: &Oversight) -> &'static str {
    match oversight {
        Oversight::FeedbackTaken { .. } => "feedback-taken",
        Oversight::RestrictionImposed { .. } => "restriction-imposed",
        Oversight::AppealOpened { .. } => "appeal-opened",
        Oversight::AppealUpheld { .. } => "appeal-upheld",
        Oversight::AppealDismissed { .. } => "appeal-dismissed",
        Oversight::RequestReleased { .. } => "request-released",
        Oversight::RequestRejected { .. } => "request-rejected",
    }
}

/// What happened on the road.
fn courier_text(event: &Event) -> Option<String> {
    if let Event::DeliveryFailed { attempt, channel, fault, next_attempt, .. } = event {
        let by = channel
            .as_ref()
            .map_or(String::new(), |by| format!(" for what came in by {}", wording::channel(by)));
        let next = match next_attempt {
            Some(next) => format!("; the next is due on {}", moment(*next)),
            None => "; it was the last".to_owned(),
        };
        Some(format!("attempt {attempt} failed{by}: {}{next}", wording::fault(*fault)))
    } else if let Event::DeliveryAbandoned { attempts, fault, .. } = event {
        Some(format!(
            "given up after {}, the last by {}",
            counted(*attempts, "attempt"),
            wording::fault(*fault)
        ))
    } else if let Event::RequestArrived { .. } = event {
        Some("delivered".to_owned())
    } else {
        None
    }
}

/// What the recipient's desk wrote.
fn received_text(event: &Event, speech: &Speech) -> Option<String> {
    let Speech { sender, recipient } = speech;
    let whose = recipient.whose();
    if let Event::RequestDelivered { .. } = event {
        Some(format!("put into {whose} inbox"))
    } else if let Event::RequestHeldByRecipient { verdict, .. } = event {
        Some(format!("waits for {whose} confirmation; {}", outcome(verdict.outcome)))
    } else if let Event::RequestFiled { verdict, .. } = event {
        let why = match verdict.outcome {
            Outcome::Hold(code) | Outcome::Refuse(code) => format!(": {code} {}", code.name()),
            Outcome::Pass => String::new(),
        };
        Some(format!("kept back, where {} may look{why}", recipient.name()))
    } else if let Event::RequestUnclaimed { .. } = event {
        Some("nobody has the e-mail address".to_owned())
    } else if let Event::RequestMerged { into, .. } = event {
        Some(match into {
            Some(earlier) => format!("one with request {earlier}, which arrived before"),
            None => "the two are connected already".to_owned(),
        })
    } else if let Event::RequestShown(_) = event {
        Some(format!("{} it; it is in the inbox", recipient.does("confirmed", "confirmed")))
    } else if let Event::RequestDeclined(_) = event {
        Some(format!("declined by {}", recipient.name()))
    } else if let Event::RequestDismissed(_) = event {
        Some(format!("archived by {}", recipient.name()))
    } else if let Event::RequestReported(_) = event {
        Some(format!("reported by {}", recipient.name()))
    } else if let Event::WithdrawalTaken { cause, .. } = event {
        Some(match cause {
            WithdrawalCause::Withdrawn => "no longer open: it was withdrawn".to_owned(),
            WithdrawalCause::Expired => "no longer open: it ended by its age".to_owned(),
            WithdrawalCause::SenderClosed => {
                format!("no longer open: {} the account", sender.does("closed", "closed"))
            }
        })
    } else {
        None
    }
}

/// What happened between the two, and commands that were refused.
fn between_text(reader: &Reader, event: &Event) -> Option<String> {
    let party = |member| match (member == reader.case.sender, Some(member) == reader.recipient) {
        (true, _) => reader.speech.sender.clone(),
        (false, true) => reader.speech.recipient.clone(),
        (false, false) => wording::Party::They(reader.case.handle(member)),
    };
    if let Event::RequestsCrossed { ask, .. } = event {
        let other = party(ask.sender);
        Some(format!("{} had asked as well; the two are connected", other.name()))
    } else if let Event::RequestAccepted { ask, crossing: Some(crossing), .. } = event {
        let (sender, other) = (party(ask.recipient), party(ask.sender));
        Some(format!(
            "{} {} request by sending one, {}",
            sender.does("accepted", "accepted"),
            other.whose(),
            crossing.request
        ))
    } else if let Event::RequestAccepted { ask, .. } = event {
        Some(format!("accepted by {}", party(ask.recipient).name()))
    } else if let Event::MemberBlocked { member, .. } = event {
        Some(format!(
            "{}, and what had come from them was kept back",
            party(*member).does("blocked them", "blocked them")
        ))
    } else if let Event::MemberClosed { member, .. } = event {
        Some(party(*member).does("closed the account", "closed the account"))
    } else if let Event::RequestFiledByClosure(ask) = event {
        Some(format!("kept back: {} the account", party(ask.recipient).does("closed", "closed")))
    } else if let Event::ConnectionClosed(ClosedEnd { member, .. }) = event {
        Some(format!("{NO_LONGER}: {} the account", party(*member).does("closed", "closed")))
    } else if let Event::ConnectionRecorded { .. } = event {
        Some("a connection that existed already was written down".to_owned())
    } else if let Event::MemberDisconnected { member, .. } = event {
        Some(party(*member).does("ended the connection", "ended the connection"))
    } else if let Event::DisconnectionTaken { .. } = event {
        Some(NO_LONGER.to_owned())
    } else if let Event::ClosureTaken { .. } = event {
        let why = if is_member(reader.viewer) { "" } else { ": the account at the other end was closed" };
        Some(format!("{NO_LONGER}{why}"))
    } else if let Event::CommandRefused(RefusedCommand { command, code, .. }) = event {
        Some(format!("`{}` was refused: {code} {}", command_name(*command), code.name()))
    } else {
        None
    }
}

const NO_LONGER: &str = "the two are no longer connected";

const fn is_member(viewer: Viewer) -> bool {
    matches!(viewer, Viewer::Sender | Viewer::Recipient)
}

const fn command_name(command: acquaint_domain::CommandKind) -> &'static str {
    use acquaint_domain::CommandKind as Kind;
    match command {
        Kind::Confirm => "confirm",
        Kind::Accept => "accept",
        Kind::Decline => "decline",
        Kind::Ignore => "ignore",
        Kind::Report => "report",
        Kind::Withdraw => "withdraw",
        Kind::Block => "block",
        Kind::Unblock => "unblock",
        Kind::Connect => "connect",
        Kind::Disconnect => "disconnect",
        Kind::Settings => "settings",
        Kind::Contacts => "contacts import",
        Kind::Remind => "remind",
    }
}

/// An event's name. Whether a connection ended by a disconnection or by a closed account is not the other member's to
/// know, so for members the two have one name.
fn name(event: &Event, viewer: Viewer) -> &'static str {
    match event {
        Event::Founded { .. } => "founded",
        Event::PolicyAdopted { .. } => "policy-adopted",
        Event::MemberAdded { .. } => "member-added",
        Event::MemberChanged { .. } => "member-changed",
        Event::MemberRestricted { .. } => "member-restricted",
        Event::MemberBanned(_) => "member-banned",
        Event::RestrictionLifted(_) => "restriction-lifted",
        Event::MemberClosed { .. } => "member-closed",
        Event::ConnectionClosed(_) => "connection-closed",
        Event::RequestFiledByClosure(_) => "request-filed-by-closure",
        Event::ContactsImported { .. } => "contacts-imported",
        Event::SettingsChanged { .. } => "settings-changed",
        Event::MemberBlocked { .. } => "member-blocked",
        Event::MemberUnblocked { .. } => "member-unblocked",
        Event::ConnectionRecorded { .. } => "connection-recorded",
        Event::MemberDisconnected { .. } => "member-disconnected",
        Event::DisconnectionTaken { .. } | Event::ClosureTaken { .. } if is_member(viewer) => {
            "connection-ended"
        }
        Event::DisconnectionTaken { .. } => "disconnection-taken",
        Event::ClosureTaken { .. } => "closure-taken",
        Event::RequestSubmitted { .. } => "request-submitted",
        Event::RequestRefused { .. } => "request-refused",
        Event::RequestHeld { .. } => "request-held",
        Event::RequestSent { .. } => "request-sent",
        Event::RequestConfirmed { .. } => "request-confirmed",
        Event::RequestWithdrawn { .. } => "request-withdrawn",
        Event::RequestExpired { .. } => "request-expired",
        Event::RequestReminded(_) => "request-reminded",
        Event::ReminderTaken(_) => "reminder-taken",
        Event::LookupRecorded(_) => "lookup-recorded",
        Event::DeliveryFailed { .. } => "delivery-failed",
        Event::DeliveryAbandoned { .. } => "delivery-abandoned",
        Event::RequestArrived { .. } => "request-arrived",
        Event::RequestDelivered { .. } => "request-delivered",
        Event::RequestHeldByRecipient { .. } => "request-held-by-recipient",
        Event::RequestFiled { .. } => "request-filed",
        Event::RequestUnclaimed { .. } => "request-unclaimed",
        Event::RequestMerged { .. } => "request-merged",
        Event::RequestsCrossed { .. } => "requests-crossed",
        Event::RequestShown(_) => "request-shown",
        Event::RequestChecked(_) => "request-checked",
        Event::RequestAccepted { .. } => "request-accepted",
        Event::RequestDeclined(_) => "request-declined",
        Event::RequestDismissed(_) => "request-dismissed",
        Event::RequestReported(_) => "request-reported",
        Event::WithdrawalTaken { .. } => "withdrawal-taken",
        Event::AcceptanceTaken { .. } => "acceptance-taken",
        Event::AcceptanceLapsed { .. } => "acceptance-lapsed",
        Event::CommandRefused(_) => "command-refused",
        Event::FaultStarted { .. } => "fault-started",
        Event::FaultStopped(_) => "fault-stopped",
        Event::Oversight(oversight) => overseen_name(oversight),
        Event::ImportBegun { .. } => "import-begun",
        Event::RequestObserved { .. } => "request-observed",
        Event::AcceptanceObserved { .. } => "acceptance-observed",
        Event::Export(event) => exported::event_name(event),
        Event::Inherited(inherited) => inherited_name(inherited),
    }
}
