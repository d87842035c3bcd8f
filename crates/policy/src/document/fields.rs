//! The keys of a policy's document.

use crate::spam::FIELDS as SPAM;

use super::limits::LIMIT_CODES;
use super::shape::{Field, Need, Shape, optional, required};

const SOURCE: Field = required("source", Shape::Text, "Where this comes from.");

const PER_TIER: Shape = Shape::Table(&[
    required("free", Shape::Whole, "For members who pay nothing."),
    required("premium", Shape::Whole, "For Premium subscribers."),
    required("sales-navigator", Shape::Whole, "For Sales Navigator subscribers."),
]);

const KINDS: &[&str] = &["rolling", "window-from-first", "calendar-day", "calendar-week"];
const FAIL_MODES: Shape = Shape::Choice(&["pass", "refuse"]);

const LIMIT: &[Field] = &[
    required("id", Shape::Text, "Its name in this document."),
    required(
        "code",
        Shape::Choice(&LIMIT_CODES),
        "What it refuses with: CR0401 and CR0402 count requests, CR0403 requests with a note, CR0404 refused sends.",
    ),
    required("kind", Shape::Choice(KINDS), "How its window moves."),
    Field {
        name: "window",
        shape: Shape::Length,
        need: Need::If("kind", &["rolling", "window-from-first"]),
        about: "How long the window is.",
    },
    Field {
        name: "zone",
        shape: Shape::Zone,
        need: Need::If("kind", &["calendar-day", "calendar-week"]),
        about: "The time zone of the calendar.",
    },
    required("at_most", PER_TIER, "How many."),
    SOURCE,
];

const CAP: Shape = Shape::Table(&[required("at_most", PER_TIER, "How many at a time."), SOURCE]);

const RESTRICTION: &[Field] = &[
    required("id", Shape::Text, "Its name in this document."),
    Field {
        name: "reported_percent",
        shape: Shape::Percent,
        need: Need::OneOf,
        about: "When the feedback says that at least this percentage of the answers were reports.",
    },
    Field {
        name: "declined_percent",
        shape: Shape::Percent,
        need: Need::OneOf,
        about: "When the feedback says that at least this percentage of the answers were declines.",
    },
    required("lasts", Shape::Lengths, "How long: the first time, the second, and so on."),
    required(
        "forgotten_after",
        Shape::Length,
        "After this long without another one it starts at the first again.",
    ),
    required("cause", Shape::Choice(&["spam", "policy", "security"]), "What the member is told."),
    SOURCE,
];

const CHANCE: &[Field] = &[
    required("after", Shape::Length, "After this long without an answer,"),
    required("percent", Shape::Percent, "this percentage still get one."),
];

/// What a document holds.
pub(super) const DOCUMENT: &[Field] = &[
    required("name", Shape::Text, "The name it gives itself."),
    required("about", Shape::Text, "What it is, in a sentence."),
    optional("limit", Shape::Tables(LIMIT), "At most this many in a window."),
    optional("open_requests", CAP, "At most this many requests of a member open at a time."),
    optional("network", CAP, "At most this many connections of a member that still sends."),
    optional(
        "notes",
        Shape::Table(&[required("length", PER_TIER, "The longest note, in characters."), SOURCE]),
        "Notes that go with requests.",
    ),
    optional(
        "cooldown",
        Shape::Table(&[
            required("after_withdrawal", Shape::Length, "How long the same address cannot be asked again."),
            SOURCE,
        ]),
        "What a withdrawal bars.",
    ),
    required(
        "own_settings",
        Shape::Table(&[
            required("reciprocal", Shape::Flag, "Whether what a member would not accept they cannot send."),
            SOURCE,
        ]),
        "Members' own settings.",
    ),
    required(
        "answers",
        Shape::Table(&[
            required(
                "ignored_after",
                Shape::Length,
                "After this long without any action it counts as ignored.",
            ),
            required("follow_up_after", Shape::Length, "An open request so old is worth following up."),
            SOURCE,
        ]),
        "Waiting for answers.",
    ),
    required(
        "expiry",
        Shape::Table(&[required("after", Shape::Length, "At this age open requests end."), SOURCE]),
        "Requests that grow too old.",
    ),
    required(
        "delivery",
        Shape::Table(&[
            required(
                "first_retry",
                Shape::Length,
                "After the first failure; each later wait is twice as long.",
            ),
            required("longest_retry", Shape::Length, "But no longer than this."),
            required(
                "give_up_after",
                Shape::Length,
                "A request's letter is given up this long after its first try; the last try is made exactly then.",
            ),
            SOURCE,
        ]),
        "Carrying letters.",
    ),
    required(
        "incidents",
        Shape::Table(&[
            required("window", Shape::Length, "Looking at failures this close together,"),
            required("attempts", Shape::Whole, "at least this many attempts,"),
            required("senders", Shape::Whole, "of at least this many senders."),
            SOURCE,
        ]),
        "Failures that are everybody's.",
    ),
    optional(
        "follow_up",
        Shape::Table(&[
            required("chances", Shape::Tables(CHANCE), "How likely an answer still is, in order of age."),
            required(
                "worth_percent",
                Shape::Percent,
                "From this chance on a request is worth a second look.",
            ),
            required("reminders", Shape::Whole, "So often a sender may remind the recipient of a request."),
            SOURCE,
        ]),
        "Answers that come late; without it no chance is told.",
    ),
    required("spam", Shape::Table(SPAM), "The spam filter."),
    optional(
        "feedback",
        Shape::Table(&[
            required("zone", Shape::Zone, "It comes when a week of this time zone ends,"),
            required(
                "answered",
                Shape::Whole,
                "if with noise this many requests were declined, dismissed or reported in it; the least number depends on the shares that have consequences.",
            ),
            SOURCE,
        ]),
        "What a sender's desk learns of the answers that the sender is not told of.",
    ),
    optional("restriction", Shape::Tables(RESTRICTION), "When the policy restricts an account by itself."),
    optional(
        "email_required",
        Shape::Table(&[
            required(
                "reported_percent",
                Shape::Percent,
                "When the feedback says that at least this percentage of the answers were reports,",
            ),
            required("lasts", Shape::Length, "for this long after the feedback that says so."),
            SOURCE,
        ]),
        "When a sender must give the recipient's e-mail address.",
    ),
    optional(
        "review",
        Shape::Table(&[
            required(
                "answer_within",
                Shape::Length,
                "A held request or an appeal that waits longer is late.",
            ),
            required(
                "exempt_for",
                Shape::Length,
                "How long a rule leaves a member alone whose appeal was upheld.",
            ),
            optional(
                "appeals",
                Shape::Whole,
                "How many times in all a member may appeal against one decision; without it there is no bound.",
            ),
            optional(
                "appeal_within",
                Shape::Length,
                "How long after a decision an appeal against it may be opened; without it there is no deadline.",
            ),
            SOURCE,
        ]),
        "Looking again.",
    ),
    optional(
        "unevaluated",
        Shape::Table(&[
            optional("address-known", FAIL_MODES, "Whether a member has the e-mail address."),
            optional("not-blocked-by-oneself", FAIL_MODES, "Whether the sender blocks whoever has it."),
            optional("not-connected", FAIL_MODES, "Whether the two are connected."),
            optional("own-degree", FAIL_MODES, "How far away whoever has it is."),
            optional("limits", FAIL_MODES, "How many were sent, while a counter is not filled yet."),
            SOURCE,
        ]),
        "What follows when a rule cannot see what it asks about; `pass` where it says nothing.",
    ),
    optional(
        "shadow",
        Shape::Table(&[required("rules", Shape::Texts, "Names of rules, or ids of limits."), SOURCE]),
        "Rules on trial: judged and recorded, and stop nothing.",
    ),
    optional(
        "disclosure",
        Shape::Table(&[
            required("codes", Shape::ByCode(&["full", "class-only"]), "How much a sender is told, by code."),
            SOURCE,
        ]),
        "How much a sender is told of causes of their own side.",
    ),
];
