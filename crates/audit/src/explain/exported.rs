//! The answer about what exports show, to each viewer.

use acquaint_domain::{MemberId, Recorded};

use super::finding::sentence;
use super::lines::{LineContext, lines};
use crate::answer::candidates::Candidates;
use crate::answer::{Explanation, Viewer};
use crate::dossier::{Case, RecipientDossier, SenderDossier, StaffDossier};
use crate::exported::{Exported, TraceSubject, words};
use crate::wording::{Party, Speech};

/// The answer to the sender; `None` where the events name nobody at the other end.
pub(super) fn to_sender(exported: &Exported, dossier: &SenderDossier) -> Option<Explanation> {
    let case = dossier.case;
    let recipient = other_end(exported, &case)?;
    let speech = Speech { sender: Party::You, recipient: Party::They(case.handle(recipient)) };
    let reader = LineContext {
        viewer: Viewer::Sender,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    Some(answer(exported, &reader, dossier.desk.events(), recipient))
}

/// The answer to the recipient.
pub(super) fn to_recipient(exported: &Exported, dossier: &RecipientDossier) -> Explanation {
    let (case, recipient) = (dossier.case, dossier.desk.member());
    let speech = Speech { sender: Party::They(case.handle(case.sender)), recipient: Party::You };
    let reader = LineContext {
        viewer: Viewer::Recipient,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    answer(exported, &reader, dossier.desk.events(), recipient)
}

/// The answer to an agent or an engineer.
pub(super) fn to_staff(exported: &Exported, dossier: &StaffDossier) -> Option<Explanation> {
    let (case, recipient) = (dossier.sender.case, dossier.recipient?);
    let them = |member| Party::They(case.handle(member));
    let speech = Speech { sender: them(case.sender), recipient: them(recipient) };
    let reader = LineContext {
        viewer: dossier.viewer,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    let pass_on = (exported.newest.owner == case.sender).then(|| {
        let to_sender = Speech { sender: Party::You, recipient: speech.recipient.clone() };
        sentence(&to_sender, &words::told(exported, &to_sender).verdict)
    });
    Some(Explanation { pass_on, ..answer(exported, &reader, &dossier.events(), recipient) })
}

/// The member at the other end of what the sender's own exports show.
fn other_end(exported: &Exported, case: &Case) -> Option<MemberId> {
    match &exported.found {
        TraceSubject::Invitation(invitation) => Some(invitation.ask.recipient),
        TraceSubject::Connection { member, other, .. } if *member == case.sender => Some(*other),
        TraceSubject::Connection { member, .. } => Some(*member),
    }
}

fn answer(
    exported: &Exported,
    reader: &LineContext,
    events: &[&Recorded],
    recipient: MemberId,
) -> Explanation {
    let case = &reader.case;
    let told = words::told(exported, reader.speech);
    let candidates = if told.causes.len() > 1 { not_in_exports() } else { Candidates::default() };
    Explanation {
        timers: Vec::new(),
        candidates,
        request: case.request,
        viewer: reader.viewer,
        from: case.handle(case.sender),
        to: case.handle(recipient),
        code: told.code,
        headline: sentence(reader.speech, &told.verdict),
        reasons: Vec::new(),
        sides: Vec::new(),
        verdict: told.verdict,
        since: told.since,
        as_of: case.as_of.min(exported.newest.as_of),
        policy: case.citation(case.policy),
        position: (reader.numbering.position)(),
        events: lines(reader, events),
        ladder: Vec::new(),
        causes: told.causes,
        accompanied_by: Vec::new(),
        today: Vec::new(),
        would_pass: None,
        would_pass_at: None,
        compared: None,
        others: Vec::new(),
        remedy: told.remedy,
        wont_help: told.wont_help,
        redress: None,
        pass_on: None,
        pass_on_request: None,
    }
}

/// What can be known of an invitation that several causes can have ended.
fn not_in_exports() -> Candidates {
    Candidates {
        certain: Vec::new(),
        tells_apart: vec!["A newer export: an acceptance shows there as a connection.".to_owned()],
        never: vec![
            "Whether it was declined, ignored or ended by the network: no export says it.".to_owned(),
        ],
    }
}
