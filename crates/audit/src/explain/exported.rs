//! Answers about invitations that only exports show, for each viewer.

use acquaint_domain::{MemberId, Recorded};

use super::finding::sentence;
use super::lines::{LineContext, lines};
use crate::answer::candidates::Candidates;
use crate::answer::{Explanation, Viewer};
use crate::dossier::{Case, RecipientDossier, SenderDossier, StaffDossier};
use crate::exported::{Exported, TraceSubject, words};
use crate::wording::{Party, Speech};

/// Answers the sender; `None` where the events do not name the member at the other end.
pub(super) fn to_sender(exported: &Exported, dossier: &SenderDossier) -> Option<Explanation> {
    let case = dossier.case;
    let recipient = other_end(exported, &case)?;
    let speech = Speech { sender: Party::You, recipient: Party::They(case.handle(recipient)) };
    let context = LineContext {
        viewer: Viewer::Sender,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    Some(answer(exported, &context, dossier.desk.events(), recipient))
}

/// Answers the recipient.
pub(super) fn to_recipient(exported: &Exported, dossier: &RecipientDossier) -> Explanation {
    let (case, recipient) = (dossier.case, dossier.desk.member());
    let speech = Speech { sender: Party::They(case.handle(case.sender)), recipient: Party::You };
    let context = LineContext {
        viewer: Viewer::Recipient,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    answer(exported, &context, dossier.desk.events(), recipient)
}

/// Answers an agent or an engineer; `None` where the recipient is unknown.
pub(super) fn to_staff(exported: &Exported, dossier: &StaffDossier) -> Option<Explanation> {
    let (case, recipient) = (dossier.sender.case, dossier.recipient?);
    let them = |member| Party::They(case.handle(member));
    let speech = Speech { sender: them(case.sender), recipient: them(recipient) };
    let context = LineContext {
        viewer: dossier.viewer,
        case,
        recipient: Some(recipient),
        numbering: dossier.numbering,
        speech: &speech,
    };
    let pass_on = (exported.newest.owner == case.sender).then(|| {
        let to_sender = Speech { sender: Party::You, recipient: speech.recipient.clone() };
        sentence(&to_sender, &words::exported_text(exported, &to_sender).verdict)
    });
    Some(Explanation { pass_on, ..answer(exported, &context, &dossier.events(), recipient) })
}

/// The member at the other end of the invitation or connection in the sender's own exports.
fn other_end(exported: &Exported, case: &Case) -> Option<MemberId> {
    match &exported.found {
        TraceSubject::Invitation(invitation) => Some(invitation.request_ref.recipient),
        TraceSubject::Connection { member, other, .. } if *member == case.sender => Some(*other),
        TraceSubject::Connection { member, .. } => Some(*member),
    }
}

fn answer(
    exported: &Exported,
    context: &LineContext,
    events: &[&Recorded],
    recipient: MemberId,
) -> Explanation {
    let case = &context.case;
    let text = words::exported_text(exported, context.speech);
    let candidates = if text.causes.len() > 1 { not_in_exports() } else { Candidates::default() };
    Explanation {
        timers: Vec::new(),
        candidates,
        request: case.request,
        viewer: context.viewer,
        from: case.handle(case.sender),
        to: case.handle(recipient),
        code: text.code,
        headline: sentence(context.speech, &text.verdict),
        reasons: Vec::new(),
        sides: Vec::new(),
        verdict: text.verdict,
        since: text.since,
        as_of: case.as_of.min(exported.newest.as_of),
        policy: case.citation(case.policy),
        position: (context.numbering.position)(),
        events: lines(context, events),
        rules: Vec::new(),
        causes: text.causes,
        accompanied_by: Vec::new(),
        today: Vec::new(),
        would_pass: None,
        would_pass_at: None,
        compared: None,
        others: Vec::new(),
        remedy: text.remedy,
        wont_help: text.wont_help,
        redress: None,
        pass_on: None,
        pass_on_request: None,
    }
}

/// What can be learned about an invitation that several causes may have ended.
fn not_in_exports() -> Candidates {
    Candidates {
        certain: Vec::new(),
        distinguished_by: vec!["A newer export: an acceptance shows there as a connection.".to_owned()],
        never: vec![
            "Whether it was declined, ignored or ended by the network: no export says so.".to_owned(),
        ],
    }
}
