//! Explaining: from a dossier to what one viewer is told.

pub(crate) mod event_names;
mod exported;
mod finding;
pub(crate) mod ladder;
mod lines;
pub(crate) mod recipient;
pub(crate) mod sender;
pub(crate) mod staff;

use crate::answer::Explanation;
use crate::dossier::Dossier;
use recipient::to_recipient;
use sender::to_sender;
use staff::to_staff;

/// What the dossier's viewer is told about the request; `None` when this viewer may see nothing of it.
pub fn explain(dossier: &Dossier) -> Option<Explanation> {
    match dossier {
        Dossier::Sender(dossier) => to_sender(dossier),
        Dossier::Recipient(dossier) => to_recipient(dossier),
        Dossier::Staff(dossier) => to_staff(dossier),
    }
}
