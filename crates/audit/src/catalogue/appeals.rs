//! Refused appeals. An appeal is between a member and the network: nobody else is told about it.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const APPEALS: CatalogueEntry =
    CatalogueEntry::of_group("the network, when the appeal is opened", Disclosure::Full, Disclosure::None);

pub(super) const NOTHING: CatalogueEntry = CatalogueEntry {
    code: Code::NothingToAppeal,
    title: "there is no decision to appeal against",
    meaning: "Members can appeal against decisions of the network: a restriction or ban of the account, a request that \
              the spam filter held or refused, or one that needs the recipient's e-mail address. There is no such \
              decision. The appeal is refused; nothing else changes.",
    evidence: "the state of the request or the account at that moment",
    remedy: &[act("Ask what happened to the request.", Act::Why)],
    wont_help: &["Do not appeal against what another member decided: the network cannot change it."],
    script: "CR0309-nothing-to-appeal.acq",
    ..APPEALS
};

pub(super) const WAITS: CatalogueEntry = CatalogueEntry {
    code: Code::AppealWaits,
    title: "an appeal against the same decision is already open",
    meaning: "Only one appeal against a decision can be open at a time. The second appeal is refused; the first one still \
              waits for the network's decision.",
    evidence: "when the open appeal was opened",
    remedy: &[say("Wait for the decision.")],
    wont_help: &["Do not appeal again: that does not speed up the decision."],
    script: "CR0310-appeal-waits.acq",
    ..APPEALS
};

pub(super) const LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::AppealLimit,
    title: "no more appeals against the decision are allowed",
    meaning: "The policy allows a number of appeals against one decision, and that many were dismissed. The appeal is \
              refused, and the decision stands.",
    evidence: "how many appeals against it were dismissed, and the limit",
    remedy: &[say("Where the law gives you another way to have the decision reviewed, use it.")],
    wont_help: &[
        "Do not wait: the limit is per decision and does not reset. You can appeal against a later decision.",
    ],
    script: "CR0407-appeal-limit.acq",
    ..APPEALS
};

pub(super) const TOO_LATE: CatalogueEntry = CatalogueEntry {
    code: Code::AppealTooLate,
    title: "the time for an appeal is over",
    meaning: "The policy says for how long a decision can be appealed. This appeal came later and is refused; the decision \
              stands.",
    evidence: "when the decision was taken, and for how long it can be appealed",
    remedy: &[say("Where the law gives you another way to have the decision reviewed, use it.")],
    script: "CR0408-appeal-too-late.acq",
    ..APPEALS
};
