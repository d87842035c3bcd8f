//! The codes of what members' own exports show.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::say;

pub(super) const AGED_OUT_OF_EXPORT: CatalogueEntry = CatalogueEntry {
    code: Code::AgedOutOfExport,
    title: "left the export because it is old",
    meaning: "A request that was accepted is in an older export and not in a newer one, and the connection is still \
              there: exports leave out what is older than about half a year.",
    evidence: "the export that does not hold it, and the connection in that one",
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
    meaning: "No export that was imported holds such a request. Exports leave out most that were declined, withdrawn or \
              ignored, and those that are older than about half a year.",
    evidence: "the exports, and the connection where there is one",
    remedy: &[
        say(
            "Look whether an older export holds it, and import that one first, into a data folder of its own.",
        ),
        say("Look under the sent invitations on the network, which shows those that still wait."),
    ],
    recipient_remedy: &[say("Nothing needs to be done.")],
    script: "CR0902-not-in-export.acq",
    ..CatalogueEntry::of_group("the exports that were imported", Disclosure::Full, Disclosure::Full)
};
