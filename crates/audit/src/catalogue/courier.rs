//! What is decided in transit between the two desks.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const TECHNICAL: Option<&str> = Some("there is a technical issue");

const ON_THE_ROAD: CatalogueEntry = CatalogueEntry {
    article: TECHNICAL,
    ..CatalogueEntry::of_group("the courier, between the two sides", Disclosure::Full, Disclosure::None)
};

pub(super) const DELIVERY_RETRYING: CatalogueEntry = CatalogueEntry {
    code: Code::DeliveryRetrying,
    title: "delivery failed and is tried again",
    meaning: "A technical fault kept the request from arriving. It is tried again by itself, after a wait that \
              doubles each time.",
    evidence: "how many attempts failed and how, when the next one is due",
    remedy: &[say("Wait: it is tried again by itself.")],
    wont_help: &["Do not send it again: the request is open already and goes the same way."],
    script: "CR0601-delivery-retrying.acq",
    ..ON_THE_ROAD
};

pub(super) const DELIVERY_FAILED: CatalogueEntry = CatalogueEntry {
    code: Code::DeliveryFailed,
    title: "delivery was given up",
    meaning: "Every attempt at delivering the request failed for as long as the policy says, and it was given up. It \
              never arrived.",
    evidence: "how many attempts there were, how the last one failed, when it was given up",
    remedy: &[act("Send the request again.", Act::Send)],
    wont_help: &["Do not wait: nothing is tried any more."],
    redress: Some("The network's operators look after faults; tell them when it happens again."),
    script: "CR0602-delivery-failed.acq",
    ..ON_THE_ROAD
};

pub(super) const SITE_WIDE_INCIDENT: CatalogueEntry = CatalogueEntry {
    code: Code::SiteWideIncident,
    title: "many deliveries fail at the same time",
    meaning: "At least as many attempts of at least as many senders failed within a window as the policy names, so \
              the trouble is not one member's own. It accompanies CR0601 and CR0602 and never replaces them.",
    article: Some("the issue persists, so it is likely site-wide"),
    decided_by: "the audit, from all failed attempts",
    evidence: "how many attempts of how many senders failed, on which channels, from when until when",
    remedy: &[say("Wait for the incident to end; requests in transit are tried again by themselves.")],
    wont_help: &["Do not change the request: the fault is not with it."],
    redress: Some("The network's operators are the ones to end it."),
    script: "CR0603-site-wide-incident.acq",
    ..ON_THE_ROAD
};

pub(super) const IN_TRANSIT: CatalogueEntry = CatalogueEntry {
    code: Code::InTransit,
    title: "on its way",
    meaning: "The request was sent and has not arrived yet; nothing has gone wrong so far.",
    article: None,
    evidence: "when it was sent",
    remedy: &[say("Wait a moment and ask again.")],
    wont_help: &["Do not send it again: the request is on its way."],
    script: "CR0604-in-transit.acq",
    ..ON_THE_ROAD
};
