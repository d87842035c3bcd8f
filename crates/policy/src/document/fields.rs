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
    required("at_most", PER_TIER, "The largest number allowed."),
    SOURCE,
];

const CAP: Shape = Shape::Table(&[required("at_most", PER_TIER, "The largest number at a time."), SOURCE]);

const RESTRICTION: &[Field] = &[
    required("id", Shape::Text, "Its name in this document."),
    Field {
        name: "reported_percent",
        shape: Shape::Percent,
        need: Need::OneOf,
        about: "Applies when a feedback states that at least this percentage of the answers were reports.",
    },
    Field {
        name: "declined_percent",
        shape: Shape::Percent,
        need: Need::OneOf,
        about: "Applies when a feedback states that at least this percentage of the answers were declines.",
    },
    required("lasts", Shape::Lengths, "How long: the first time, the second, and so on."),
    required(
        "forgotten_after",
        Shape::Length,
        "After this long without another one, it starts again with the first length.",
    ),
    required("cause", Shape::Choice(&["spam", "policy", "security"]), "What the member is told."),
    SOURCE,
];

const CHANCE: &[Field] = &[
    required("after", Shape::Length, "After this long without an answer,"),
    required("percent", Shape::Percent, "this percentage still get one."),
];

/// The top-level keys of a document.
pub(super) const DOCUMENT: &[Field] = &[
    required("name", Shape::Text, "The name it gives itself."),
    required("about", Shape::Text, "What it is, in a sentence."),
    optional("limit", Shape::Tables(LIMIT), "Limits on counts in a window."),
    optional("open_requests", CAP, "How many requests a member may have open at a time."),
    optional("network", CAP, "How many connections a member may have and still send requests."),
    optional(
        "notes",
        Shape::Table(&[required("length", PER_TIER, "The longest note, in characters."), SOURCE]),
        "Notes that go with requests.",
    ),
    optional(
        "cooldown",
        Shape::Table(&[
            required(
                "after_withdrawal",
                Shape::Length,
                "How long no request can be sent to the same address.",
            ),
            SOURCE,
        ]),
        "How long a withdrawal bars another request.",
    ),
    required(
        "own_settings",
        Shape::Table(&[
            required(
                "reciprocal",
                Shape::Flag,
                "Whether members cannot send requests that their own settings would not accept.",
            ),
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
                "After this long without any action, a delivered request counts as ignored.",
            ),
            required("follow_up_after", Shape::Length, "An open request of this age is worth following up."),
            SOURCE,
        ]),
        "How long answers may take.",
    ),
    required(
        "expiry",
        Shape::Table(&[required("after", Shape::Length, "The age at which open requests end."), SOURCE]),
        "When open requests end by themselves.",
    ),
    required(
        "delivery",
        Shape::Table(&[
            required(
                "first_retry",
                Shape::Length,
                "The wait after the first failure; each later wait is twice as long.",
            ),
            required("longest_retry", Shape::Length, "The longest wait between attempts."),
            required(
                "give_up_after",
                Shape::Length,
                "A request's letter is given up this long after its first attempt; the last attempt is made exactly then.",
            ),
            SOURCE,
        ]),
        "How letters are delivered and retried.",
    ),
    required(
        "incidents",
        Shape::Table(&[
            required("window", Shape::Length, "An incident is, within this time,"),
            required("attempts", Shape::Whole, "at least this many failed attempts"),
            required("senders", Shape::Whole, "from at least this many senders."),
            SOURCE,
        ]),
        "When failures are an incident of the whole site.",
    ),
    optional(
        "follow_up",
        Shape::Table(&[
            required("chances", Shape::Tables(CHANCE), "How likely an answer still is, in order of age."),
            required(
                "worth_percent",
                Shape::Percent,
                "A request with this chance or more is worth a second look.",
            ),
            required("reminders", Shape::Whole, "How many reminders a sender may send of one request."),
            SOURCE,
        ]),
        "Late answers and reminders; without it, no chance is stated and no reminder is allowed.",
    ),
    required("spam", Shape::Table(SPAM), "The spam filter."),
    optional(
        "feedback",
        Shape::Table(&[
            required("zone", Shape::Zone, "A feedback comes at the end of a week in this time zone,"),
            required(
                "answered",
                Shape::Whole,
                "if, with noise, this many requests were declined, dismissed or reported in it; the least number depends on the shares that have consequences.",
            ),
            SOURCE,
        ]),
        "What a sender's desk learns of private answers.",
    ),
    optional("restriction", Shape::Tables(RESTRICTION), "When the policy restricts an account by itself."),
    optional(
        "email_required",
        Shape::Table(&[
            required(
                "reported_percent",
                Shape::Percent,
                "When a feedback states that at least this percentage of the answers were reports,",
            ),
            required("lasts", Shape::Length, "for this long after that feedback."),
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
                "A held request or an appeal that waits longer is overdue.",
            ),
            required(
                "exempt_for",
                Shape::Length,
                "How long a member whose appeal was upheld is exempt from the rule.",
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
        "Deadlines and bounds of reviews and appeals.",
    ),
    optional(
        "unevaluated",
        Shape::Table(&[
            optional("address-known", FAIL_MODES, "Whether a member has the e-mail address."),
            optional(
                "not-blocked-by-oneself",
                FAIL_MODES,
                "Whether the sender blocks the owner of the e-mail address.",
            ),
            optional("not-connected", FAIL_MODES, "Whether the two are connected."),
            optional("own-degree", FAIL_MODES, "How far away the owner of the e-mail address is."),
            optional(
                "limits",
                FAIL_MODES,
                "How much of a limit is used, while its counter is not filled yet.",
            ),
            SOURCE,
        ]),
        "What rules do when they cannot be evaluated; `pass` by default.",
    ),
    optional(
        "shadow",
        Shape::Table(&[required("rules", Shape::Texts, "Names of rules, or ids of limits."), SOURCE]),
        "Rules on trial: they are judged and recorded, but stop nothing.",
    ),
    optional(
        "disclosure",
        Shape::Table(&[
            required(
                "codes",
                Shape::ByCode(&["full", "class-only"]),
                "How much a sender learns of each cause, by code.",
            ),
            SOURCE,
        ]),
        "How much a sender learns of causes on their own side.",
    ),
];
