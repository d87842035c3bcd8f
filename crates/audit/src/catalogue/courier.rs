//! Causes that arise in transit between the two desks.

use acquaint_domain::Code;

use super::{CatalogueEntry, Disclosure};
use crate::answer::action::{Act, act, say};

const TECHNICAL: Option<&str> = Some("there is a technical issue");

const IN_DELIVERY: CatalogueEntry = CatalogueEntry {
    article: TECHNICAL,
    ..CatalogueEntry::of_group("the courier, between the two sides", Disclosure::Full, Disclosure::None)
};

pub(super) const DELIVERY_RETRYING: CatalogueEntry = CatalogueEntry {
    code: Code::DeliveryRetrying,
    title: "delivery failed and is tried again",
    meaning: "A technical fault prevented the request from arriving. Delivery is tried again automatically, after a wait \
              that doubles each time.",
    evidence: "how many attempts failed and how, when the next one is due",
    remedy: &[say("Wait: it is tried again automatically.")],
    wont_help: &[
        "Do not send it again: the request is already open, and a new one would meet the same fault.",
    ],
    script: "CR0601-delivery-retrying.acq",
    ..IN_DELIVERY
};

pub(super) const DELIVERY_FAILED: CatalogueEntry = CatalogueEntry {
    code: Code::DeliveryFailed,
    title: "delivery was given up",
    meaning: "Every attempt to deliver the request failed for as long as the policy says, and delivery was given up. The \
              request never arrived.",
    evidence: "how many attempts there were, how the last one failed, when it was given up",
    remedy: &[act("Send the request again.", Act::Send)],
    wont_help: &["Do not wait: there are no more attempts."],
    redress: Some("The network's operators repair faults; tell them if it happens again."),
    script: "CR0602-delivery-failed.acq",
    ..IN_DELIVERY
};

pub(super) const SITE_WIDE_INCIDENT: CatalogueEntry = CatalogueEntry {
    code: Code::SiteWideIncident,
    title: "many deliveries fail at the same time",
    meaning: "Within a window, at least as many attempts failed, from at least as many senders, as the policy names, so \
              the fault is not specific to one member. It accompanies CR0601 and CR0602 and never replaces them.",
    article: Some("the issue persists, so it is likely site-wide"),
    decided_by: "the audit, from all failed attempts",
    evidence: "how many attempts from how many senders failed, on which channels, from when until when",
    remedy: &[say(
        "Wait for the incident to end; delivery of requests in transit is tried again automatically.",
    )],
    wont_help: &["Do not change the request: it is not the cause."],
    redress: Some("The network's operators are responsible for ending it."),
    script: "CR0603-site-wide-incident.acq",
    ..IN_DELIVERY
};

pub(super) const IN_TRANSIT: CatalogueEntry = CatalogueEntry {
    code: Code::InTransit,
    title: "in transit",
    meaning: "The request was sent and has not arrived yet; nothing has gone wrong so far.",
    article: None,
    evidence: "when it was sent",
    remedy: &[say("Wait a moment and ask again.")],
    wont_help: &["Do not send it again: the request is already in transit."],
    script: "CR0604-in-transit.acq",
    ..IN_DELIVERY
};
