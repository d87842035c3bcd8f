//! Turns a dossier into the answer for its viewer.

pub(crate) mod event_names;
mod exported;
mod finding;
mod lines;
pub(crate) mod recipient;
pub(crate) mod rule_findings;
pub(crate) mod sender;
pub(crate) mod staff;

use crate::answer::Explanation;
use crate::dossier::Dossier;
use recipient::to_recipient;
use sender::to_sender;
use staff::to_staff;

/// Answers the dossier's viewer; `None` when this viewer may see nothing of the request.
pub fn explain(dossier: &Dossier) -> Option<Explanation> {
    match dossier {
        Dossier::Sender(dossier) => to_sender(dossier),
        Dossier::Recipient(dossier) => to_recipient(dossier),
        Dossier::Staff(dossier) => to_staff(dossier),
    }
}
