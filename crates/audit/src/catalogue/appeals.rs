//! Refused appeals. An appeal is between a member and the network: nobody else is told of it.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const APPEALS: CatalogueEntry = CatalogueEntry {
    code: Code::NothingToAppeal,
    title: "",
    meaning: "",
    article: None,
    decided_by: "the network, when the appeal is opened",
    evidence: "",
    sender: Disclosure::Full,
    recipient: Disclosure::None,
    remedy: &[],
    recipient_remedy: &[],
    wont_help: &[],
    redress: None,
    script: "",
};

pub(super) const NOTHING: CatalogueEntry = CatalogueEntry {
    code: Code::NothingToAppeal,
    title: "there is no decision to appeal against",
    meaning: "Appeals are against decisions of the network: a restriction or ban of the account, a request that the spam \
              filter held or refused, or one that needs the recipient's e-mail address. No such decision stands. The appeal \
              is refused; nothing else changes.",
    evidence: "the state of the request or the account at that moment",
    remedy: &[act("Look at what did happen to the request.", Act::Why)],
    wont_help: &["Do not appeal against what another member decided: the network cannot change it."],
    script: "CR0309-nothing-to-appeal.acq",
    ..APPEALS
};

pub(super) const WAITS: CatalogueEntry = CatalogueEntry {
    code: Code::AppealWaits,
    title: "an appeal against the same decision waits already",
    meaning: "One appeal against a decision is decided at a time. The second appeal is refused; the first one still waits for \
              the network's decision.",
    evidence: "when the appeal that waits was opened",
    remedy: &[say("Wait for the decision.")],
    wont_help: &["Do not appeal again: it does not make the decision come sooner."],
    script: "CR0310-appeal-waits.acq",
    ..APPEALS
};

pub(super) const LIMIT: CatalogueEntry = CatalogueEntry {
    code: Code::AppealLimit,
    title: "no more appeals against the decision are allowed",
    meaning: "As many appeals against the decision were dismissed as the policy allows. The appeal is refused, and the \
              decision stands.",
    evidence: "how many appeals against it were dismissed, and the limit",
    remedy: &[say("Where the law gives you another way to have the decision reviewed, take that one.")],
    wont_help: &[
        "Do not wait: the number is that of one decision. Against a later decision you can appeal again.",
    ],
    script: "CR0407-appeal-limit.acq",
    ..APPEALS
};

pub(super) const TOO_LATE: CatalogueEntry = CatalogueEntry {
    code: Code::AppealTooLate,
    title: "the time for an appeal is over",
    meaning: "A decision can be appealed against for as long as the policy says. This appeal came after that and is refused; the \
              decision stands.",
    evidence: "when the decision was taken, and for how long it can be appealed against",
    remedy: &[say("Where the law gives you another way to have the decision reviewed, take that one.")],
    script: "CR0408-appeal-too-late.acq",
    ..APPEALS
};
