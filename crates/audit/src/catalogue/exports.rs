//! The codes that only members' own exports can show.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::say;

pub(super) const AGED_OUT_OF_EXPORT: CatalogueEntry = CatalogueEntry {
    code: Code::AgedOutOfExport,
    title: "too old to be in the export",
    meaning: "An accepted request is in an older export and not in a newer one, which still holds the connection: exports \
              leave out requests older than about half a year.",
    evidence: "the export that does not hold the request, and the connection in that export",
    remedy: &[say("Nothing needs to be done: the two are connected.")],
    recipient_remedy: &[say("Nothing needs to be done: the two are connected.")],
    script: "CR0901-aged-out-of-export.acq",
    ..CatalogueEntry::of_group(
        "the newer of two exports, when it is imported",
        Disclosure::Full,
        Disclosure::Full,
    )
};

pub(super) const NOT_IN_EXPORT: CatalogueEntry = CatalogueEntry {
    code: Code::NotInExport,
    title: "not in the export",
    meaning: "No imported export holds such a request. Exports leave out most requests that were declined, withdrawn or \
              ignored, and requests older than about half a year.",
    evidence: "the exports, and the connection where there is one",
    remedy: &[
        say(
            "Check whether an older export holds it, and import that one first, into a separate data folder.",
        ),
        say("Look at the sent invitations on the network, which shows those that are still open."),
    ],
    recipient_remedy: &[say("Nothing needs to be done.")],
    script: "CR0902-not-in-export.acq",
    ..CatalogueEntry::of_group("the exports that were imported", Disclosure::Full, Disclosure::Full)
};
