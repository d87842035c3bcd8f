//! The answer: what one viewer is told about one request.

pub(crate) mod action;
pub(crate) mod candidates;
pub(crate) mod rehearsal;
pub(crate) mod timers;

use acquaint_domain::{Code, Event, MemberId, Owner, PolicyVersion, RequestId, Timestamp, network};
use action::Advice;
use candidates::Candidates;
use rehearsal::{CompanyComparison, Sibling};
use timers::Timer;

/// For whom an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// The member who asked to connect.
    Sender,
    /// The member who was asked.
    Recipient,
    /// Support, trust and safety: both sides in full.
    Agent,
    /// The engine's operator: both sides, with places in the log and policy text.
    Engineer,
}

/// What one viewer is told about one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Id of the request.
    pub request: RequestId,
    /// Viewer for whom the answer is.
    pub viewer: Viewer,
    /// Who asked, as a handle.
    pub from: String,
    /// Who was asked: the handle, or what was typed where this viewer may know no more.
    pub to: String,
    /// Reason code that explains it.
    pub code: Code,
    /// What happened, in one sentence with its date.
    pub headline: String,
    /// Why, or what it may be, in sentences: the recorded reason, and when it ended.
    pub reasons: Vec<String>,
    /// Its state on each side; only for agents and engineers.
    pub sides: Vec<SideAnswer>,
    /// All of it in one sentence without its full stop, with the numbers that decided.
    pub verdict: String,
    /// Since when it is so.
    pub since: Timestamp,
    /// The moment that is spoken of.
    pub as_of: Timestamp,
    /// The policy that judged, or under which nothing was judged.
    pub policy: PolicyCitation,
    /// How much has been read: for members the count of their own visible events, for others the log position.
    pub position: u64,
    /// The events that prove it, oldest first.
    pub events: Vec<EventLine>,
    /// What has not happened yet and will by itself, soonest first.
    pub timers: Vec<Timer>,
    /// Every rule, in order.
    pub ladder: Vec<RuleFinding>,
    /// The causes that it can be; one when it is certain.
    pub causes: Vec<Code>,
    /// Of several causes: what is certain, what would tell them apart, what this viewer never learns.
    pub candidates: Candidates,
    /// What accompanies the cause, such as a site-wide incident.
    pub accompanied_by: Vec<Companion>,
    /// What today's rules would say of the same request, side by side; a rehearsal, and never the recorded reason.
    pub today: Vec<Today>,
    /// What would have to change for it to pass, where that can be computed.
    pub would_pass: Option<String>,
    /// From when it would pass, where waiting is enough.
    pub would_pass_at: Option<Timestamp>,
    /// What a setting for companies and titles compared; only for agents and engineers.
    pub compared: Option<CompanyComparison>,
    /// Other requests between the two that this viewer may know of, newest first. Filled in by the caller that finds the request.
    pub others: Vec<Sibling>,
    /// What to do.
    pub remedy: Vec<Advice>,
    /// What not to do, and why.
    pub wont_help: Vec<String>,
    /// Who reviews it.
    pub redress: Option<String>,
    /// What an agent may say to the sender: what the sender is told when asking. Only for agents and engineers.
    pub pass_on: Option<String>,
    /// The request that `pass_on` is about, where that is another one. This is not for the sender: which request an address led
    /// to may be the recipient's secret.
    pub pass_on_request: Option<RequestId>,
}

/// One side of a request, as agents and engineers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideAnswer {
    /// Whose, as a handle or the address that was typed.
    pub of: String,
    /// Its state there, in a sentence.
    pub text: String,
    /// Whether this side has the deciding word, which is the answer's first line.
    pub decides: bool,
}

/// What today's rules of one side would say of the same request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Today {
    /// Whose rules: [`Viewer::Sender`] or [`Viewer::Recipient`].
    pub side: Viewer,
    /// The code that a rule would stop it with; `None` where it would pass.
    pub code: Option<Code>,
    /// It in one sentence.
    pub text: String,
}

/// Policy and position that an answer cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyCitation {
    /// The name it gives itself.
    pub name: String,
    /// Its number in this log.
    pub version: PolicyVersion,
}

/// An event, as a viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLine {
    /// Its number: among the viewer's visible events, or in the log.
    pub number: u64,
    /// Time at which the event was recorded.
    pub at: Timestamp,
    /// Its name, such as `request-sent`.
    pub name: &'static str,
    /// What it says to this viewer.
    pub text: String,
    /// BLAKE3 of the event as it is stored, in hexadecimal: for agents and engineers, filled in by the code that reads the log.
    pub hash: Option<String>,
}

/// One rule's finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFinding {
    /// The rule's name, such as `daily-limit`.
    pub rule: &'static str,
    /// `passed`, `failed`, `held`, `could not be evaluated` or `not reached`.
    pub finding: &'static str,
    /// The code that it decided with.
    pub code: Option<Code>,
    /// What it looked at, with numbers, as far as this viewer may see them.
    pub text: String,
    /// The setting that it went by: its name and its value, such as `max-degree 2`. The text names it in backticks.
    pub setting: Option<String>,
    /// The same as one number next to another, where it is one.
    pub measure: Option<Measurement>,
}

/// What a rule measured, with units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// What it found.
    pub input: String,
    /// What it allows.
    pub threshold: String,
    /// What is left between the two; negative beyond the threshold.
    pub margin: String,
}

/// A cause that accompanies another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Reason code that explains it.
    pub code: Code,
    /// It in one sentence.
    pub text: String,
}

impl Explanation {
    /// How many rules could not be evaluated, and let pass what they could not see.
    pub fn unevaluated(&self) -> usize {
        self.ladder.iter().filter(|rung| rung.finding == "could not be evaluated").count()
    }
}

impl Viewer {
    /// Every viewer, in the order of what they may see.
    pub const ALL: [Self; 4] = [Self::Sender, Self::Recipient, Self::Agent, Self::Engineer];

    /// Whether an event written at `desk` may be shown, for a request from `sender` to `recipient` (`None` where no
    /// member has the address). INVARIANT (own desk): a member sees what was written at the member's own desk.
    pub fn sees(self, event: &Event, sender: MemberId, recipient: Option<MemberId>) -> bool {
        let desk = event.owner();
        match self {
            Self::Sender => desk.is(sender),
            Self::Recipient => recipient.is_some_and(|recipient| desk.is(recipient)),
            Self::Agent | Self::Engineer => {
                !matches!((desk, event), (Owner::Network, Event::Network(network::Event::Founded { .. })))
            }
        }
    }

    /// The name by which it is asked for.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Agent => "agent",
            Self::Engineer => "engineer",
        }
    }
}
