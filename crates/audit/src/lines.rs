//! The events that prove an answer, one line each, as their viewer may see them.

use acquaint_domain::{
    Actor, CommandKind, Event, Inherited, Looked, MemberId, Outcome, Recorded, RefusedCommand, Verdict,
    WithdrawalCause, account, connection, import, incoming, letter, network, outgoing, oversight,
};

use crate::answer::{EventLine, Viewer};
use crate::dossier::{Case, Numbering};
use crate::outgoing_half::verdict;
use crate::reminder_words;
use crate::wording::{self, Speech, counted, moment};
use crate::{event_names, exported};

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
        name: event_names::name(&recorded.event, is_member(reader.viewer)),
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
        if let Some(verdict) = verdict(event).or_else(|| of_refusal(event)) {
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

/// The judgement of a command that was refused.
fn of_refusal(event: &Event) -> Option<&Verdict> {
    if let Event::Network(network::Event::CommandRefused(RefusedCommand { verdict, .. })) = event {
        verdict.as_ref()
    } else {
        None
    }
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
    if let Event::Outgoing(outgoing::Event {
        kind: outgoing::Kind::Submitted { typed, channel, distance, .. },
        ..
    }) = event
    {
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
    } else if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Refused { verdict }, .. })
    | Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Held { verdict, .. }, .. }) = event
    {
        Some(outcome(verdict.outcome))
    } else if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Sent { .. }, .. }) = event {
        Some("no rule stood in its way; it was sent".to_owned())
    } else if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Confirmed { .. }, .. }) = event {
        Some(format!("{} it; it was sent", sender.does("confirmed", "confirmed")))
    } else if let Event::Outgoing(outgoing::Event {
        kind: outgoing::Kind::Withdrawn { by, posted }, ..
    }) = event
    {
        let by = crate::outgoing_words::withdrawn_by(*by, speech);
        let letter = if posted.is_some() { "" } else { ", before it had arrived" };
        Some(format!("withdrawn {by}{letter}"))
    } else if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Expired { expiry, .. }, .. }) =
        event
    {
        Some(format!("the policy lets a request stay open for {}", wording::days(*expiry)))
    } else if let Event::Outgoing(outgoing::Event { kind: outgoing::Kind::Reminded { .. }, .. }) = event {
        Some(format!("{} {} of it", sender.does("reminded", "reminded"), recipient.name()))
    } else if let Event::Letter(letter::Event { kind: letter::Kind::ReminderTaken { .. }, .. }) = event {
        Some(format!("a reminder came: {} for an answer", sender.does("ask", "asks")))
    } else if let Event::Network(network::Event::LookupRecorded(Looked { lookup, .. })) = event {
        Some(match lookup.held() {
            Some(lookup) => format!("`{}` looked at it, because: {}", lookup.agent, lookup.because),
            None => "a member of staff looked at it; who and why was erased".to_owned(),
        })
    } else if let Event::Connection(connection::Event {
        kind: connection::Kind::AcceptanceLapsed { .. },
        ..
    }) = event
    {
        Some("an acceptance came after the request had ended, and was answered so".to_owned())
    } else if let Event::Connection(connection::Event {
        kind: connection::Kind::AcceptanceTaken { crossed, .. },
        ..
    }) = event
    {
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
        oversight::Event::RequestReleased { verdict, .. } => {
            Some(format!("a review found nothing against it; {}", outcome(verdict.outcome)))
        }
        oversight::Event::RequestRejected { code, .. } => {
            Some(format!("a review refused it: {code} {}", code.name()))
        }
        oversight::Event::AppealOpened { against, .. } => {
            Some(format!("appealed against `{}`", against.rule))
        }
        oversight::Event::AppealUpheld { against, exempt_until, .. } => Some(format!(
            "the appeal was upheld: `{}` is on trial only for this member until {}",
            against.rule,
            moment(*exempt_until)
        )),
        oversight::Event::AppealDismissed { .. } => {
            Some("the appeal was dismissed: the decision stands".to_owned())
        }
        oversight::Event::RequestStaysHeld { code, until, .. } => {
            let until = until.map_or_else(String::new, |until| format!(" until {}", moment(until)));
            Some(format!("the appeal was upheld, and it stays held{until}: {code} {}", code.name()))
        }
        oversight::Event::RequestRestored { posted, .. } => Some(match posted {
            Some(_) => "the ban that withdrew it was reversed: it goes out again".to_owned(),
            None => "the ban that withdrew it was reversed: it is held as it was".to_owned(),
        }),
        oversight::Event::FeedbackTaken { .. }
        | oversight::Event::RestrictionImposed { .. }
        | oversight::Event::BanReversed { .. } => None,
    }
}

/// What was there before this log, and since when.
fn inherited_text(event: &Event) -> Option<String> {
    let Event::Import(import::Event::Inherited(inherited)) = event else { return None };
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

/// What happened on the road.
fn courier_text(event: &Event) -> Option<String> {
    if let Event::Letter(letter::Event {
        kind: letter::Kind::DeliveryFailed { attempt, channel, fault, next_attempt, .. },
        ..
    }) = event
    {
        let by = channel
            .as_ref()
            .map_or(String::new(), |by| format!(" for what came in by {}", wording::channel(by)));
        let next = match next_attempt {
            Some(next) => format!("; the next is due on {}", moment(*next)),
            None => "; it was the last".to_owned(),
        };
        Some(format!("attempt {attempt} failed{by}: {}{next}", wording::fault(*fault)))
    } else if let Event::Letter(letter::Event {
        kind: letter::Kind::DeliveryAbandoned { attempts, fault, .. },
        ..
    }) = event
    {
        Some(format!(
            "given up after {}, the last by {}",
            counted(*attempts, "attempt"),
            wording::fault(*fault)
        ))
    } else if let Event::Letter(letter::Event { kind: letter::Kind::RequestArrived { .. }, .. }) = event {
        Some("delivered".to_owned())
    } else {
        None
    }
}

/// What the recipient's desk wrote.
fn received_text(event: &Event, speech: &Speech) -> Option<String> {
    let Speech { sender, recipient } = speech;
    let whose = recipient.whose();
    if let Event::Incoming(incoming::Event { kind: incoming::Kind::Delivered { .. }, .. }) = event {
        Some(format!("put into {whose} inbox"))
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Held { verdict }, .. }) = event {
        Some(format!("waits for {whose} confirmation; {}", outcome(verdict.outcome)))
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Filed { verdict }, .. }) = event {
        let why = match verdict.outcome {
            Outcome::Hold(code) | Outcome::Refuse(code) => format!(": {code} {}", code.name()),
            Outcome::Pass => String::new(),
        };
        Some(format!("kept back, where {} may look{why}", recipient.name()))
    } else if let Event::Network(network::Event::RequestUnclaimed { .. }) = event {
        Some("nobody has the e-mail address".to_owned())
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Merged { into }, .. }) = event {
        Some(match into {
            Some(earlier) => format!("one with request {earlier}, which arrived before"),
            None => "the two are connected already".to_owned(),
        })
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Shown, .. }) = event {
        Some(format!("{} it; it is in the inbox", recipient.does("confirmed", "confirmed")))
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Declined, .. }) = event {
        Some(format!("declined by {}", recipient.name()))
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Dismissed, .. }) = event {
        Some(format!("archived by {}", recipient.name()))
    } else if let Event::Incoming(incoming::Event { kind: incoming::Kind::Reported, .. }) = event {
        Some(format!("reported by {}", recipient.name()))
    } else if let Event::Letter(letter::Event { kind: letter::Kind::WithdrawalTaken { cause, .. }, .. }) =
        event
    {
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
    if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Crossed { .. } }) = event {
        let other = party(ask.sender);
        Some(format!("{} had asked as well; the two are connected", other.name()))
    } else if let Event::Incoming(incoming::Event {
        ask,
        kind: incoming::Kind::Accepted { crossing: Some(crossing), .. },
    }) = event
    {
        let (sender, other) = (party(ask.recipient), party(ask.sender));
        Some(format!(
            "{} {} request by sending one, {}",
            sender.does("accepted", "accepted"),
            other.whose(),
            crossing.request
        ))
    } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::Accepted { .. } }) = event {
        Some(format!("accepted by {}", party(ask.recipient).name()))
    } else if let Event::Account(account::Event { member, kind: account::Kind::Closed { .. } }) = event {
        Some(party(*member).does("closed the account", "closed the account"))
    } else if let Event::Incoming(incoming::Event { ask, kind: incoming::Kind::FiledByClosure }) = event {
        Some(format!("kept back: {} the account", party(ask.recipient).does("closed", "closed")))
    } else if let Event::Connection(event) = event {
        connection_text(reader, event, &party(event.member))
    } else if let Event::Network(network::Event::CommandRefused(RefusedCommand {
        command,
        code,
        verdict,
        ..
    })) = event
    {
        let reminder = verdict.as_ref().filter(|_| *command == CommandKind::Remind);
        let reason = reminder.and_then(|verdict| reminder_words::reason(verdict, reader.speech));
        let reason = reason.map_or_else(String::new, |reason| format!("; {reason}"));
        Some(format!("`{}` was refused: {code} {}{reason}", event_names::command_name(*command), code.name()))
    } else {
        None
    }
}

/// What happened to one end of what connects or separates the two.
fn connection_text(reader: &Reader, event: &connection::Event, whose: &wording::Party) -> Option<String> {
    Some(match &event.kind {
        connection::Kind::Blocked { .. } => format!(
            "{}, and what had come from them was kept back",
            whose.does("blocked them", "blocked them")
        ),
        connection::Kind::Closed { .. } => {
            format!("{NO_LONGER}: {} the account", whose.does("closed", "closed"))
        }
        connection::Kind::Recorded { .. } => "a connection that existed already was written down".to_owned(),
        connection::Kind::Disconnected { .. } => whose.does("ended the connection", "ended the connection"),
        connection::Kind::DisconnectionTaken { .. } => NO_LONGER.to_owned(),
        connection::Kind::ClosureTaken { .. } => {
            let why = if is_member(reader.viewer) { "" } else { ": the account at the other end was closed" };
            format!("{NO_LONGER}{why}")
        }
        connection::Kind::Unblocked
        | connection::Kind::AcceptanceTaken { .. }
        | connection::Kind::AcceptanceLapsed { .. } => return None,
    })
}

const NO_LONGER: &str = "the two are no longer connected";

const fn is_member(viewer: Viewer) -> bool {
    matches!(viewer, Viewer::Sender | Viewer::Recipient)
}
