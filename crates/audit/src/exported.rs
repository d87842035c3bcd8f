//! What became of an invitation, as far as members' own exports of other networks show.
//!
//! An export has no status column. This module states what its rows prove and how certain that is; what they leave open
//! is a set of possible causes. It says that somebody declined only where a dated row says so.

use acquaint_domain::export::{
    self, Afterwards, EndedBy, Export, Invitation, Join, LINKEDIN_EXPIRY, Network, Reply,
};
use acquaint_domain::{Code, Event, MemberId, Recorded, Span, Timestamp, import, network};

use crate::dossier::{Case, RecipientDossier, SenderDossier, StaffDossier};
use chance::{Chance, chance_still};

pub(crate) mod chance;
pub(crate) mod words;

pub use words::{FOLLOW_UP_AFTER_DAYS, WITHDRAW_AFTER_DAYS};
pub(crate) use words::{event_name, line};

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whereabouts {
    /// The two are connected.
    Connected,
    /// They were connected before it was sent.
    ConnectedBefore,
    /// It is in the newest export, and nothing shows an answer.
    Unanswered,
    /// The newest export lacks the list that would show an answer, or that it is still open.
    ListAbsent,
    /// Several connections have that name.
    Namesakes,
    /// It was accepted, and newer exports leave it out because of its age.
    AgedOut,
    /// It was accepted, and the connection has ended since.
    Disconnected,
    /// It is in an older export and not in a newer one, and old enough that it likely expired.
    Expired,
    /// It is in an older export and not in a newer one; several causes cannot be distinguished.
    Vanished,
    /// The owner of the export declined it.
    Declined,
}

/// How certain a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sureness {
    /// The rows prove it.
    Certain,
    /// The rows fit it, and hardly anything else.
    Likely,
    /// The rows do not decide it.
    Open,
}

/// The state of an invitation, according to the exports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedState {
    /// What became of it.
    pub whereabouts: Whereabouts,
    /// The state as a reason code.
    pub code: Code,
    /// The possible causes; exactly one when the cause is certain.
    pub causes: Vec<Code>,
    /// How certain it is.
    pub sureness: Sureness,
    /// Time since which this has been the state, as far as the exports date it.
    pub since: Timestamp,
    /// Calendar days without an answer, so far or in total; `None` where no row says when it was sent.
    pub days: Option<i64>,
    /// The chance that it will still be accepted, where it waits for the other side; measured for LinkedIn only.
    pub chance: Option<Chance>,
}

/// The state of `invitation`; `newest` is the newest export of the same owner and network.
pub fn standing(invitation: &Invitation, newest: &Export) -> ExportedState {
    let (whereabouts, sureness, until) = found(invitation, newest);
    let sent = invitation.sent.map(|sent| sent.at);
    let days = sent.map(|sent| (day_of(until) - day_of(sent)).max(0));
    let waits = whereabouts == Whereabouts::Unanswered && invitation.is_outgoing();
    let over = invitation.ended.map(|(at, _)| at).or(invitation.vanished.map(|vanished| vanished.as_of));
    let since = match whereabouts {
        Whereabouts::Unanswered | Whereabouts::ListAbsent | Whereabouts::Namesakes => sent.unwrap_or(until),
        Whereabouts::Disconnected => over.unwrap_or(until),
        Whereabouts::Connected
        | Whereabouts::ConnectedBefore
        | Whereabouts::AgedOut
        | Whereabouts::Expired
        | Whereabouts::Vanished
        | Whereabouts::Declined => until,
    };
    ExportedState {
        whereabouts,
        code: code(whereabouts, invitation),
        causes: causes(whereabouts, invitation, newest, days),
        sureness,
        since,
        days,
        chance: days.filter(|_| waits && newest.network == Network::LinkedIn).map(chance_still),
    }
}

/// The day of a moment, counted from the epoch; many rows give no more than a day.
const fn day_of(at: Timestamp) -> i64 {
    at.as_millis().div_euclid(86_400_000)
}

/// What became of it, how certain that is, and until when it was without an answer.
fn found(invitation: &Invitation, newest: &Export) -> (Whereabouts, Sureness, Timestamp) {
    if let Some(Reply::Declined(declined)) = invitation.reply {
        return (Whereabouts::Declined, Sureness::Certain, declined.at);
    }
    if let Some((accepted, join)) = invitation.accepted() {
        let is_over = invitation.ended.is_some();
        let left = invitation.vanished.map(|vanished| vanished.afterwards);
        // None of these is more certain than that the connection is the answer to this invitation.
        let whereabouts = match (is_over, left) {
            (true, _) | (false, Some(Afterwards::Gone)) => Whereabouts::Disconnected,
            (false, Some(Afterwards::Connected)) if is_aged_out(invitation, accepted.at) => {
                Whereabouts::AgedOut
            }
            // No export says why a recent row is missing; all that is known is the connection.
            (false, Some(Afterwards::Connected | Afterwards::Never | Afterwards::Unknown) | None) => {
                Whereabouts::Connected
            }
        };
        return (whereabouts, sureness_of(join), accepted.at);
    }
    if let Some(before) = invitation.connected_before {
        return (Whereabouts::ConnectedBefore, Sureness::Certain, before.at);
    }
    match invitation.vanished {
        Some(vanished) if is_expired(invitation, newest.network, vanished.as_of) => {
            let sureness = match vanished.afterwards {
                Afterwards::Never => Sureness::Likely,
                Afterwards::Connected | Afterwards::Gone | Afterwards::Unknown => Sureness::Open,
            };
            let whereabouts =
                if sureness == Sureness::Likely { Whereabouts::Expired } else { Whereabouts::Vanished };
            (whereabouts, sureness, vanished.as_of)
        }
        Some(vanished) => (Whereabouts::Vanished, Sureness::Open, vanished.as_of),
        None if invitation.namesakes > 0 => (Whereabouts::Namesakes, Sureness::Open, newest.as_of),
        None if MissingLists::of(invitation, newest).any_missing() => {
            (Whereabouts::ListAbsent, Sureness::Open, newest.as_of)
        }
        None => (Whereabouts::Unanswered, Sureness::Certain, newest.as_of),
    }
}

/// Which of the lists that could show what became of an invitation the newest export lacks. A missing list proves
/// nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MissingLists {
    /// The list of connections, which shows whether it was accepted.
    pub(crate) connections: bool,
    /// The list of invitations in its direction, which shows whether it is still open. An export that shows the
    /// invitation itself has that list.
    pub(crate) invitations: bool,
}

impl MissingLists {
    pub(crate) fn of(invitation: &Invitation, newest: &Export) -> Self {
        let holds = newest.holds;
        let has_list = if invitation.is_outgoing() { holds.has_sent } else { holds.has_received };
        let is_shown = invitation.sent.is_some_and(|sent| sent.seen.export == newest.number);
        Self { connections: holds.connections.is_none(), invitations: !has_list && !is_shown }
    }

    const fn any_missing(self) -> bool {
        self.connections || self.invitations
    }
}

/// Whether the row of an accepted invitation is missing because of its age: rows stay for about half a year after the
/// invitation was sent or accepted, whichever is later.
fn is_aged_out(invitation: &Invitation, accepted: Timestamp) -> bool {
    let last = invitation.sent.map_or(accepted, |sent| sent.at.max(accepted));
    invitation.vanished.is_some_and(|vanished| vanished.as_of.since(last) >= ROWS_STAY_AT_LEAST)
}

/// Age before which no export leaves a row out.
const ROWS_STAY_AT_LEAST: Span = Span::days(150);

fn sureness_of(join: Join) -> Sureness {
    match join {
        Join::Stated | Join::Url | Join::Email => Sureness::Certain,
        Join::NameAndDate => Sureness::Likely,
        Join::Name => Sureness::Open,
    }
}

fn is_expired(invitation: &Invitation, network: Network, as_of: Timestamp) -> bool {
    network == Network::LinkedIn
        && invitation.sent.is_some_and(|sent| as_of.since(sent.at) >= LINKEDIN_EXPIRY)
}

fn code(whereabouts: Whereabouts, invitation: &Invitation) -> Code {
    match whereabouts {
        Whereabouts::Connected => Code::Accepted,
        Whereabouts::ConnectedBefore => Code::AlreadyConnected,
        Whereabouts::Unanswered if !invitation.is_outgoing() => Code::AwaitingResponse,
        Whereabouts::Unanswered
        | Whereabouts::ListAbsent
        | Whereabouts::Namesakes
        | Whereabouts::Vanished => Code::Undisclosed,
        Whereabouts::AgedOut => Code::AgedOutOfExport,
        Whereabouts::Disconnected => Code::DisconnectedSince,
        Whereabouts::Expired => Code::Expired,
        Whereabouts::Declined => Code::Declined,
    }
}

/// The possible causes: exactly those that the rows leave open.
fn causes(
    whereabouts: Whereabouts,
    invitation: &Invitation,
    newest: &Export,
    days: Option<i64>,
) -> Vec<Code> {
    const PRIVATE_CAUSES: [Code; 9] = [
        Code::RecipientClosed,
        Code::RecipientRestricted,
        Code::RecipientSettingContacts,
        Code::RecipientSettingDegree,
        Code::RecipientSettingAudience,
        Code::AwaitingRecipientConfirmation,
        Code::AwaitingResponse,
        Code::Ignored,
        Code::Dismissed,
    ];
    match whereabouts {
        Whereabouts::Unanswered if invitation.is_outgoing() => PRIVATE_CAUSES.to_vec(),
        Whereabouts::ListAbsent => {
            let open = if invitation.is_outgoing() { &PRIVATE_CAUSES[..] } else { &[Code::AwaitingResponse] };
            let absent = MissingLists::of(invitation, newest);
            let mut causes = open.to_vec();
            causes.extend(absent.connections.then_some(Code::Accepted));
            if absent.invitations {
                let gone = vanished_causes(invitation, newest, days);
                causes.extend(gone.into_iter().filter(|code| *code != Code::Accepted));
            }
            causes.sort_unstable();
            causes.dedup();
            causes
        }
        Whereabouts::Namesakes => vec![Code::AwaitingResponse, Code::Accepted],
        // A disconnection by the other member and the closing of their account look the same.
        Whereabouts::Disconnected if is_ended_by_owner(invitation) => vec![Code::DisconnectedSince],
        Whereabouts::Disconnected => vec![Code::RecipientClosed, Code::DisconnectedSince],
        Whereabouts::Vanished => vanished_causes(invitation, newest, days),
        Whereabouts::Unanswered
        | Whereabouts::Connected
        | Whereabouts::ConnectedBefore
        | Whereabouts::AgedOut
        | Whereabouts::Expired
        | Whereabouts::Declined => vec![code(whereabouts, invitation)],
    }
}

fn is_ended_by_owner(invitation: &Invitation) -> bool {
    invitation.ended.is_some_and(|(_, by)| by == EndedBy::Owner)
}

fn vanished_causes(invitation: &Invitation, newest: &Export, days: Option<i64>) -> Vec<Code> {
    let afterwards = invitation.vanished.map(|vanished| vanished.afterwards);
    let least = ROWS_STAY_AT_LEAST.as_millis() / 86_400_000;
    let can_be_old = newest.network != Network::LinkedIn || days.is_some_and(|days| days >= least);
    let mut causes = if invitation.is_outgoing() {
        vec![Code::RecipientClosed, Code::Dismissed, Code::Declined, Code::Reported, Code::Withdrawn]
    } else {
        vec![Code::Dismissed, Code::Declined, Code::Reported, Code::Withdrawn, Code::SenderClosed]
    };
    if can_be_old {
        causes.push(Code::Expired);
    }
    if !matches!(afterwards, Some(Afterwards::Never)) {
        causes.push(Code::Accepted);
    }
    causes.sort_unstable();
    causes
}

/// An invitation or connection in exports, read from its trace.
pub(crate) struct Exported<'a> {
    pub(crate) found: TraceSubject,
    pub(crate) newest: &'a Export,
}

/// What a trace of exports is about.
pub(crate) enum TraceSubject {
    /// An invitation, sent or received.
    Invitation(Invitation),
    /// A connection whose invitation no export holds.
    Connection { member: MemberId, other: MemberId, since: Option<Timestamp>, ended: Option<Timestamp> },
}

impl<'a> Exported<'a> {
    /// Read from the sender's own exports.
    pub(crate) fn of_sender(dossier: &'a SenderDossier<'a>) -> Option<Self> {
        Self::read(&dossier.case, dossier.desk.events(), dossier.desk.exports())
    }

    /// Read from the recipient's own exports.
    pub(crate) fn of_recipient(dossier: &'a RecipientDossier<'a>) -> Option<Self> {
        Self::read(&dossier.case, dossier.desk.events(), dossier.desk.exports())
    }

    /// Read from all exports.
    pub(crate) fn of_staff(dossier: &'a StaffDossier<'a>) -> Option<Self> {
        let exports: Vec<&Export> = dossier.exports.iter().collect();
        Self::read(&dossier.sender.case, &dossier.events(), &exports)
    }

    /// `None` where no export shows the request, or where other events are about it too.
    fn read(case: &Case, events: &[&Recorded], exports: &[&'a Export]) -> Option<Self> {
        // A look by staff says nothing about the request.
        let is_lookup = |recorded: &&&Recorded| {
            matches!(recorded.event, Event::Network(network::Event::LookupRecorded(_)))
        };
        let trace: Vec<&Recorded> = events.iter().filter(|recorded| !is_lookup(recorded)).copied().collect();
        let trace = &trace[..];
        if !trace.iter().all(|recorded| is_exported(&recorded.event)) {
            return None;
        }
        let found = match invitation(case.request, trace) {
            Some(invitation) => TraceSubject::Invitation(invitation),
            None => words::connection(trace)?,
        };
        let shown_in = words::export_of(trace);
        let owner = match &found {
            TraceSubject::Invitation(invitation) => invitation.owner(),
            TraceSubject::Connection { member, .. } => *member,
        };
        let network = exports.iter().find(|export| Some(export.number) == shown_in)?.network;
        let mut newest = exports.iter().rev();
        let newest = newest.find(|export| export.owner == owner && export.network == network)?;
        Some(Self { found, newest })
    }
}

fn invitation(request: acquaint_domain::RequestId, trace: &[&Recorded]) -> Option<Invitation> {
    trace.iter().fold(None, |known, recorded| export::evolve(known, request, &recorded.event))
}

/// Whether an event comes from an export.
fn is_exported(event: &Event) -> bool {
    match event {
        Event::Import(event) => match event {
            import::Event::RequestObserved { seen, .. } | import::Event::AcceptanceObserved { seen, .. } => {
                seen.export > 0
            }
            import::Event::Export(_) => true,
            import::Event::Begun { .. } | import::Event::Inherited(_) => false,
        },
        Event::Network(_)
        | Event::Account(_)
        | Event::Connection(_)
        | Event::Outgoing(_)
        | Event::Letter(_)
        | Event::Incoming(_)
        | Event::Oversight(_) => false,
    }
}
