//! What exports show, in words.

use acquaint_domain::export::{
    Afterwards, Dated, EndedBy, ExportEvent, Invitation, Join, Network, Precision, SourceRef,
};
use acquaint_domain::{Code, Event, MemberId, Recorded, Timestamp, import};

use super::{Exported, MissingLists, Sureness, TraceSubject, Whereabouts, standing};
use crate::answer::action::Advice;
use crate::catalogue::entry;
use crate::wording::{Speech, counted, day, moment};

/// The parts of the answer about an invitation or a connection.
pub(crate) struct ExportedText {
    pub(crate) code: Code,
    pub(crate) causes: Vec<Code>,
    pub(crate) verdict: String,
    pub(crate) since: Timestamp,
    pub(crate) remedy: Vec<Advice>,
    pub(crate) wont_help: Vec<String>,
}

pub(crate) fn exported_text(exported: &Exported<'_>, speech: &Speech) -> ExportedText {
    match &exported.found {
        TraceSubject::Invitation(invitation) => of_invitation(exported, invitation, speech),
        TraceSubject::Connection { since, ended, .. } => of_connection(exported, *since, *ended),
    }
}

fn of_invitation(exported: &Exported<'_>, invitation: &Invitation, speech: &Speech) -> ExportedText {
    let found = standing(invitation, exported.newest);
    let verdict = sentence(exported, invitation, speech);
    let say = |text: &str| vec![Advice::say(text)];
    let remedy = match found.whereabouts {
        Whereabouts::Unanswered if invitation.is_outgoing() => unanswered_advice(&found, speech),
        Whereabouts::Unanswered => say("Accept it, or ignore it; the sender is not told if you ignore it."),
        Whereabouts::ListAbsent => {
            let missing = missing(MissingLists::of(invitation, exported.newest));
            say(&format!("Import an export that has {missing}, or look on the network itself."))
        }
        Whereabouts::Namesakes => {
            say("Check whether that person is among your connections; an export does not say.")
        }
        Whereabouts::Vanished if invitation.is_outgoing() => say(
            "Look under the sent invitations on the network; if it is not there and you are not connected, it can be \
             sent again.",
        ),
        Whereabouts::Vanished => say("Nothing needs to be done."),
        Whereabouts::Connected
        | Whereabouts::ConnectedBefore
        | Whereabouts::AgedOut
        | Whereabouts::Disconnected
        | Whereabouts::Expired
        | Whereabouts::Declined => catalogued(found.code),
    };
    let (code, causes, since) = (found.code, found.causes, found.since);
    ExportedText { code, causes, verdict, since, remedy, wont_help: Vec::new() }
}

/// The catalogue's advice without actions: an export is of another network, where this program cannot act.
fn catalogued(code: Code) -> Vec<Advice> {
    entry(code).remedy.iter().map(|help| Advice::say(help.text)).collect()
}

fn unanswered_advice(found: &super::ExportedState, speech: &Speech) -> Vec<Advice> {
    let mut advice = Vec::new();
    if let Some(chance) = found.chance {
        advice.push(format!(
            "The chance that it is still accepted is {}, as measured on other exports.",
            chance.words()
        ));
    }
    let days = found.days.unwrap_or_default();
    if days >= WITHDRAW_AFTER_DAYS {
        advice
            .push("Withdraw it: hardly any request of this age is accepted, and open ones count.".to_owned());
    } else if days >= FOLLOW_UP_AFTER_DAYS {
        let to = speech.recipient.name();
        advice.push(format!("Write to {to} another way, and politely ask them to look at the request."));
    } else {
        advice.push(format!(
            "Wait until it is {}, then follow up.",
            counted(FOLLOW_UP_AFTER_DAYS, "day") + " old"
        ));
    }
    advice.into_iter().map(Advice::say).collect()
}

/// Days without an answer after which to write another way: the article's week.
pub const FOLLOW_UP_AFTER_DAYS: i64 = 7;
/// Days after which to withdraw an invitation: less than one in a hundred acceptances comes later.
pub const WITHDRAW_AFTER_DAYS: i64 = 90;

fn sentence(exported: &Exported<'_>, invitation: &Invitation, speech: &Speech) -> String {
    let found = standing(invitation, exported.newest);
    let newest = day(exported.newest.as_of);
    let days = counted(found.days.unwrap_or_default(), "day");
    let gone = invitation.vanished.map(|vanished| day(vanished.as_of)).unwrap_or(newest.clone());
    let sent = sent(invitation);
    let accepted = invitation.accepted().map(|(accepted, join)| {
        format!("accepted: connected on {}, found by {}", written(&accepted), by(join))
    });
    let accepted = accepted.unwrap_or_default();
    match found.whereabouts {
        Whereabouts::Connected if invitation.vanished.is_some() => format!(
            "{accepted}; the export of {gone} no longer holds the request, and does not say why: it is too recent to be left out"
        ),
        Whereabouts::Connected => accepted,
        Whereabouts::ConnectedBefore => {
            let before = invitation.connected_before.map(|before| written(&before)).unwrap_or_default();
            format!("the two were connected on {before}, before it was sent")
        }
        Whereabouts::Unanswered if invitation.is_outgoing() => format!(
            "{sent}; no answer for {days}, up to the export of {newest}; no export shows what happens on the other side"
        ),
        Whereabouts::Unanswered => {
            format!(
                "{sent}; {} no answer for {days}, up to the export of {newest}",
                speech.recipient.does("gave", "gave")
            )
        }
        Whereabouts::ListAbsent => {
            let absent = MissingLists::of(invitation, exported.newest);
            let unknown = match (absent.connections, absent.invitations) {
                (true, false) => "whether it was accepted",
                (_, _) => "what became of it",
            };
            format!("{sent}; the export of {newest} lacks {}, so {unknown} is unknown", missing(absent))
        }
        Whereabouts::Namesakes if invitation.namesakes == 1 => format!(
            "{sent}; the two are connected, but which of the requests between them led to it is unknown"
        ),
        Whereabouts::Namesakes => format!(
            "{sent}; {} have that name, and whether one of them is meant is unknown",
            counted(invitation.namesakes, "connection")
        ),
        Whereabouts::AgedOut => format!(
            "{accepted}; the export of {gone} no longer holds the request because of its age; it still holds the connection"
        ),
        Whereabouts::Disconnected => disconnected(invitation, &accepted, &gone),
        Whereabouts::Expired => format!(
            "{sent}; the export of {gone} no longer holds it, when it was {days} old: it likely expired, which happens at about 180 days"
        ),
        Whereabouts::Vanished => vanished(invitation, &sent, &gone, &days),
        Whereabouts::Declined => {
            format!("declined by {} on {}", speech.recipient.name(), moment(found.since))
        }
    }
}

/// The lists that an export lacks.
const fn missing(absent: MissingLists) -> &'static str {
    match (absent.connections, absent.invitations) {
        (true, true) => "the lists of connections and invitations",
        (true, false) => "the list of connections",
        (false, _) => "the list of invitations",
    }
}

fn disconnected(invitation: &Invitation, accepted: &str, gone: &str) -> String {
    match invitation.ended {
        Some((ended, EndedBy::Owner)) => {
            format!("{accepted}; the connection was ended by the owner of the export on {}", moment(ended))
        }
        Some((_, EndedBy::Unknown)) | None => format!(
            "{accepted}; the export of {gone} no longer holds the connection: it was ended, or the other account was closed"
        ),
    }
}

fn vanished(invitation: &Invitation, sent: &str, gone: &str, days: &str) -> String {
    let afterwards = invitation.vanished.map(|vanished| vanished.afterwards);
    let connection = match afterwards {
        Some(Afterwards::Never) => "and no connection",
        Some(Afterwards::Connected) => "and the two are connected",
        Some(Afterwards::Gone) => "and the connection is gone",
        Some(Afterwards::Unknown) | None => "and has no list of connections",
    };
    format!(
        "{sent}; the export of {gone} no longer holds it, when it was {days} old, {connection}: what became of it is unknown"
    )
}

fn of_connection(
    exported: &Exported<'_>,
    since: Option<Timestamp>,
    ended: Option<Timestamp>,
) -> ExportedText {
    let newest = day(exported.newest.as_of);
    let is_follow = exported.newest.network == Network::Mastodon;
    let what = match (since, is_follow) {
        (_, true) => "followed".to_owned(),
        (Some(since), false) => format!("connected on {}", day(since)),
        (None, false) => "connected once".to_owned(),
    };
    let end = ended.map(|ended| format!(", and no longer as of {}", day(ended))).unwrap_or_default();
    let verdict = format!(
        "{what}{end}; the export of {newest} holds no request that led to it: exports leave out old ones"
    );
    let remedy = catalogued(Code::NotInExport);
    let since = ended.or(since).unwrap_or(exported.newest.as_of);
    let code = Code::NotInExport;
    ExportedText { code, causes: vec![code], verdict, since, remedy, wont_help: Vec::new() }
}

fn sent(invitation: &Invitation) -> String {
    let verb = if invitation.is_outgoing() { "sent" } else { "received" };
    match &invitation.sent {
        Some(sent) => format!("{verb} on {}", written(sent)),
        None => format!("{verb} on a day that no export gives"),
    }
}

/// A moment with the precision of its row.
fn written(dated: &Dated) -> String {
    match dated.seen.precision {
        Precision::Second => moment(dated.at),
        Precision::Minute | Precision::Day => day(dated.at),
        Precision::Undated => "a day that the export does not give".to_owned(),
    }
}

fn by(join: Join) -> &'static str {
    match join {
        Join::Stated => "the records themselves",
        Join::Url => "the profile's URL, which both rows name",
        Join::Email => "the e-mail address, which both rows have",
        Join::NameAndDate => "the name, which nobody else has in the export, and the date",
        Join::Name => "the name alone, which may be another person's",
    }
}

impl Sureness {
    /// The name shown to people.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Likely => "likely",
            Self::Open => "cannot be told",
        }
    }
}

/// The export that shows the last fact in the trace.
pub(super) fn export_of(trace: &[&Recorded]) -> Option<u32> {
    trace.iter().rev().find_map(|recorded| match imported(&recorded.event)? {
        import::Event::RequestObserved { seen, .. } | import::Event::AcceptanceObserved { seen, .. } => {
            Some(seen.export)
        }
        import::Event::Export(event) => match event {
            ExportEvent::ConnectionObserved { seen, .. }
            | ExportEvent::EndObserved { seen, .. }
            | ExportEvent::DeclineObserved { seen, .. }
            | ExportEvent::BlockObserved { seen, .. } => Some(seen.export),
            ExportEvent::RequestVanished { export, .. } | ExportEvent::ConnectionVanished { export, .. } => {
                Some(*export)
            }
            ExportEvent::ExportBegun { .. }
            | ExportEvent::ExportEnded { .. }
            | ExportEvent::PeopleObserved { .. }
            | ExportEvent::PersonChanged { .. }
            | ExportEvent::NamesakesObserved { .. } => None,
        },
        import::Event::Begun { .. } | import::Event::Inherited(_) => None,
    })
}

/// The connection that a trace without an invitation is about.
pub(super) fn connection(trace: &[&Recorded]) -> Option<TraceSubject> {
    let mut found = None;
    for recorded in trace {
        match imported(&recorded.event) {
            Some(import::Event::Export(event)) => found = connected(found, event),
            Some(
                import::Event::Begun { .. }
                | import::Event::RequestObserved { .. }
                | import::Event::AcceptanceObserved { .. }
                | import::Event::Inherited(_),
            )
            | None => {}
        }
    }
    let ExportedConnection { member, other, since, ended } = found?;
    Some(TraceSubject::Connection { member, other, since, ended })
}

/// A connection as far as exports show it.
#[derive(Clone, Copy)]
struct ExportedConnection {
    member: MemberId,
    other: MemberId,
    since: Option<Timestamp>,
    ended: Option<Timestamp>,
}

fn connected(found: Option<ExportedConnection>, event: &ExportEvent) -> Option<ExportedConnection> {
    match event {
        ExportEvent::ConnectionObserved { member, other, observed_at, .. } => {
            let (member, other, since) = (*member, *other, Some(*observed_at));
            Some(ExportedConnection { member, other, since, ended: None })
        }
        ExportEvent::EndObserved { member, other, observed_at: at, .. }
        | ExportEvent::ConnectionVanished { member, other, as_of: at, .. } => {
            let since = found.and_then(|found| found.since);
            Some(ExportedConnection { member: *member, other: *other, since, ended: Some(*at) })
        }
        ExportEvent::ExportBegun { .. }
        | ExportEvent::ExportEnded { .. }
        | ExportEvent::PeopleObserved { .. }
        | ExportEvent::PersonChanged { .. }
        | ExportEvent::NamesakesObserved { .. }
        | ExportEvent::DeclineObserved { .. }
        | ExportEvent::RequestVanished { .. }
        | ExportEvent::BlockObserved { .. } => found,
    }
}

/// The event as one of imports.
const fn imported(event: &Event) -> Option<&import::Event> {
    match event {
        Event::Import(event) => Some(event),
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Incoming(_)
        | Event::Oversight(_) => None,
    }
}

/// What an event of another network's records says.
pub(crate) fn line(event: &import::Event) -> Option<String> {
    match event {
        import::Event::RequestObserved { observed_at, seen, .. } => {
            Some(format!("sent on {}, by {}", on(*observed_at, seen), place(seen)))
        }
        import::Event::AcceptanceObserved { observed_at, seen, join, .. } => {
            let by = if *join == Join::Stated { String::new() } else { format!("; found by {}", by(*join)) };
            Some(format!("accepted on {}, by {}{by}", on(*observed_at, seen), place(seen)))
        }
        import::Event::Export(event) => Some(export_line(event)),
        import::Event::Begun { .. } | import::Event::Inherited(_) => None,
    }
}

fn place(seen: &SourceRef) -> String {
    format!("{}, line {}", seen.file.name(), seen.line)
}

fn on(at: Timestamp, seen: &SourceRef) -> String {
    written(&Dated { at, seen: *seen })
}

fn export_line(event: &ExportEvent) -> String {
    match event {
        ExportEvent::ConnectionObserved { observed_at, seen, .. } => {
            format!("connected on {}, by {}", on(*observed_at, seen), place(seen))
        }
        ExportEvent::NamesakesObserved { connections, .. } => {
            format!("{} may be the answer", counted(*connections, "connection"))
        }
        ExportEvent::DeclineObserved { observed_at, seen, .. } => {
            format!("declined on {}, by {}", on(*observed_at, seen), place(seen))
        }
        ExportEvent::EndObserved { observed_at, seen, .. } => {
            format!("the connection was ended on {}, by {}", on(*observed_at, seen), place(seen))
        }
        ExportEvent::RequestVanished { as_of, afterwards, .. } => {
            format!("not in the export of {}; {}", day(*as_of), afterwards_words(*afterwards))
        }
        ExportEvent::ConnectionVanished { as_of, .. } => {
            format!("the connection is not in the export of {}", day(*as_of))
        }
        ExportEvent::BlockObserved { seen, .. } => format!("blocked, by {}", place(seen)),
        ExportEvent::ExportBegun { .. }
        | ExportEvent::ExportEnded { .. }
        | ExportEvent::PeopleObserved { .. }
        | ExportEvent::PersonChanged { .. } => String::new(),
    }
}

const fn afterwards_words(afterwards: Afterwards) -> &'static str {
    match afterwards {
        Afterwards::Connected => "the connection is there",
        Afterwards::Gone => "the connection is gone too",
        Afterwards::Never => "there is no connection",
        Afterwards::Unknown => "it has no list of connections",
    }
}

/// The name of an event of exports.
pub(crate) const fn event_name(event: &ExportEvent) -> &'static str {
    match event {
        ExportEvent::ExportBegun { .. } => "export-begun",
        ExportEvent::ExportEnded { .. } => "export-ended",
        ExportEvent::PeopleObserved { .. } => "people-observed",
        ExportEvent::PersonChanged { .. } => "person-changed",
        ExportEvent::ConnectionObserved { .. } => "connection-observed",
        ExportEvent::NamesakesObserved { .. } => "namesakes-observed",
        ExportEvent::DeclineObserved { .. } => "decline-observed",
        ExportEvent::EndObserved { .. } => "end-observed",
        ExportEvent::RequestVanished { .. } => "request-vanished",
        ExportEvent::ConnectionVanished { .. } => "connection-vanished",
        ExportEvent::BlockObserved { .. } => "block-observed",
    }
}
