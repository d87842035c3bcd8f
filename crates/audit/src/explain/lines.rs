//! The events that prove an answer, one line each, as the viewer may see them.

mod request;

use acquaint_domain::{
    Actor, CommandKind, Event, ImportedRecord, MemberId, Outcome, Recorded, RefusedCommand, account, import,
    network, oversight,
};

use super::event_names;
use crate::answer::{EventLine, Viewer};
use crate::dossier::{Case, Numbering};
use crate::exported;
use crate::half::events::Judgement;
use crate::outgoing::reminder_words;
use crate::wording::{Party, Speech, moment};

/// Who the lines are for, and how they name the members.
pub(super) struct LineContext<'a> {
    pub(super) viewer: Viewer,
    pub(super) case: Case<'a>,
    /// The recipient, as far as this viewer knows; `None` where the viewer may not know.
    pub(super) recipient: Option<MemberId>,
    pub(super) numbering: Numbering<'a>,
    pub(super) speech: &'a Speech,
}

impl LineContext<'_> {
    /// A member, as the viewer calls them.
    fn party(&self, member: MemberId) -> Party {
        if member == self.case.sender {
            self.speech.sender.clone()
        } else if Some(member) == self.recipient {
            self.speech.recipient.clone()
        } else {
            Party::They(self.case.handle(member))
        }
    }

    const fn is_member(&self) -> bool {
        matches!(self.viewer, Viewer::Sender | Viewer::Recipient)
    }
}

/// The lines of `events`, in the same order. The viewer may see all of them.
pub(super) fn lines(context: &LineContext, events: &[&Recorded]) -> Vec<EventLine> {
    let line = |recorded: &&Recorded| EventLine {
        number: (context.numbering.number)(recorded.number),
        at: recorded.at,
        name: event_names::name(&recorded.event, context.is_member()),
        text: text(context, recorded),
        hash: None,
    };
    events.iter().map(line).collect()
}

fn text(context: &LineContext, recorded: &Recorded) -> String {
    let event = &recorded.event;
    let mut text = happened(context, event).unwrap_or_default();
    if context.viewer == Viewer::Engineer {
        text.push_str(&format!("; by {}", actor(context, recorded.actor)));
        if let Some(cause) = recorded.cause {
            text.push_str(&format!(", because of event {cause}"));
        }
        if let Some(Judgement::Request(verdict) | Judgement::Command(verdict)) = Judgement::of(event) {
            let policy = context.case.citation(verdict.policy);
            let facts = verdict.facts_at;
            text.push_str(&format!(
                "; policy {} ({}), facts as of event {facts}",
                policy.name, policy.version.0
            ));
        }
    }
    text
}

/// What happened; `None` where the event's name says it all.
fn happened(context: &LineContext, event: &Event) -> Option<String> {
    match event {
        Event::Network(event) => network_text(context, event),
        Event::Account(event) => account_text(context, event),
        Event::Connection(event) => request::connection_text(context, event),
        Event::Outgoing(event) => Some(request::outgoing_text(&event.kind, context.speech)),
        Event::Letter(event) => Some(request::letter_text(&event.kind, context.speech)),
        Event::Incoming(event) => Some(request::incoming_text(context, event)),
        Event::Oversight(event) => oversight_text(event),
        Event::Import(event) => match event {
            import::Event::Inherited(record) => imported_record_text(record),
            import::Event::Begun { .. }
            | import::Event::RequestObserved { .. }
            | import::Event::AcceptanceObserved { .. }
            | import::Event::Export(_) => exported::line(event),
        },
    }
}

fn actor(context: &LineContext, actor: Actor) -> String {
    match actor {
        Actor::Member(member) => context.case.handle(member),
        Actor::Operator => "the operator".to_owned(),
        Actor::Courier => "the courier".to_owned(),
        Actor::Timer => "the timer".to_owned(),
        Actor::Archive => "the importer".to_owned(),
    }
}

fn outcome(outcome: Outcome) -> String {
    match outcome {
        Outcome::Pass => "it passed every rule".to_owned(),
        Outcome::Hold(code) => format!("held: {code} {}", code.name()),
        Outcome::Refuse(code) => format!("refused: {code} {}", code.name()),
    }
}

/// A refused command, a look by staff, or an e-mail address that nobody has.
fn network_text(context: &LineContext, event: &network::Event) -> Option<String> {
    match event {
        network::Event::CommandRefused(RefusedCommand { command, code, verdict, .. }) => {
            let reminder = verdict.as_ref().filter(|_| *command == CommandKind::Remind);
            let reason = reminder.and_then(|verdict| reminder_words::reason(verdict, context.speech));
            let reason = reason.map_or_else(String::new, |reason| format!("; {reason}"));
            let command = event_names::command_name(*command);
            Some(format!("`{command}` was refused: {code} {}{reason}", code.name()))
        }
        network::Event::RequestUnclaimed { .. } => Some("nobody has the e-mail address".to_owned()),
        network::Event::LookupRecorded(looked) => Some(match looked.lookup.held() {
            Some(lookup) => format!("`{}` looked at it, because: {}", lookup.agent, lookup.because),
            None => "a member of staff looked at it; the name and the reason were erased".to_owned(),
        }),
        network::Event::Founded { .. }
        | network::Event::PolicyAdopted { .. }
        | network::Event::FaultStarted { .. }
        | network::Event::FaultStopped(_) => None,
    }
}

fn account_text(context: &LineContext, event: &account::Event) -> Option<String> {
    match &event.kind {
        account::Kind::Closed { .. } => {
            Some(context.party(event.member).does("closed the account", "closed the account"))
        }
        account::Kind::Added { .. }
        | account::Kind::Changed { .. }
        | account::Kind::Restricted { .. }
        | account::Kind::Banned
        | account::Kind::RestrictionLifted
        | account::Kind::ContactsImported { .. }
        | account::Kind::SettingsChanged { .. }
        | account::Kind::SendChecked => None,
    }
}

/// What the network did about the request.
fn oversight_text(event: &oversight::Event) -> Option<String> {
    match event {
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
            "the appeal was upheld: `{}` does not stop this member until {}",
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

/// What an imported record says existed before this log, and since when.
fn imported_record_text(record: &ImportedRecord) -> Option<String> {
    let at = moment(record.happened_at()?);
    match record {
        ImportedRecord::RequestInherited { .. } => Some(format!("sent on {at}; imported with the network")),
        ImportedRecord::ArrivalInherited { place, .. } => {
            let code = place.incoming().code();
            Some(format!("here since {at}; imported with the network as {code} {}", code.name()))
        }
        ImportedRecord::ConnectionInherited { .. } => {
            Some(format!("connected since {at}; imported with the network"))
        }
        ImportedRecord::StretchTaken(_)
        | ImportedRecord::MemberInherited { .. }
        | ImportedRecord::BlockInherited { .. } => None,
    }
}
