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

/// Who an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    /// The member who asked to connect.
    Sender,
    /// The member who was asked.
    Recipient,
    /// Support, trust and safety: both sides in full.
    Agent,
    /// The engine's operator: both sides, with positions in the log and the policy's text.
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
    /// Who was asked: the handle, or the address as entered where this viewer may know no more.
    pub to: String,
    /// Reason code that explains it.
    pub code: Code,
    /// What happened, in one sentence with its date.
    pub headline: String,
    /// Sentences that say why, or what may be the cause: the recorded reason, and when it ended.
    pub reasons: Vec<String>,
    /// Its state on each side; only for agents and engineers.
    pub sides: Vec<SideAnswer>,
    /// The whole answer in one sentence, without a full stop and with the deciding numbers.
    pub verdict: String,
    /// Time since which this has been the state.
    pub since: Timestamp,
    /// The moment that the answer is about.
    pub as_of: Timestamp,
    /// The policy that judged the request, or the one in force where none did.
    pub policy: PolicyCitation,
    /// How far the answer has read: for members the number of their own visible events, for others the log position.
    pub position: u64,
    /// The events that prove it, oldest first.
    pub events: Vec<EventLine>,
    /// What will happen by itself, soonest first.
    pub timers: Vec<Timer>,
    /// Every rule that was evaluated or not reached, in order.
    pub rules: Vec<RuleFinding>,
    /// The possible causes; exactly one when the cause is certain.
    pub causes: Vec<Code>,
    /// With several possible causes: what is certain anyway, what would distinguish them, what this viewer can never
    /// learn.
    pub candidates: Candidates,
    /// What accompanies the cause, such as a site-wide incident.
    pub accompanied_by: Vec<Companion>,
    /// What today's rules would say about the same request, for each side; a rehearsal, never the recorded reason.
    pub today: Vec<Today>,
    /// What would have to change for the request to pass, where that can be computed.
    pub would_pass: Option<String>,
    /// From when it would pass, where waiting is enough.
    pub would_pass_at: Option<Timestamp>,
    /// What a setting for companies and titles compared; only for agents and engineers.
    pub compared: Option<CompanyComparison>,
    /// Other requests between the two that this viewer may know about, newest first. The caller that found the request
    /// fills them in.
    pub others: Vec<Sibling>,
    /// What to do.
    pub remedy: Vec<Advice>,
    /// What not to do, and why.
    pub wont_help: Vec<String>,
    /// Who reviews the decision.
    pub redress: Option<String>,
    /// What an agent may tell the sender, which is what the sender's own answer says. Only for agents and engineers.
    pub pass_on: Option<String>,
    /// The request that `pass_on` is about, where it is not this one. The sender must not see it: which request an
    /// address led to may be the recipient's secret.
    pub pass_on_request: Option<RequestId>,
}

/// One side of a request, as agents and engineers see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SideAnswer {
    /// Whose side it is, as a handle or as the address entered.
    pub of: String,
    /// The request's state on that side, in a sentence.
    pub text: String,
    /// Whether this side decides, so that its state is the answer's first line.
    pub decides: bool,
}

/// What one side's rules would say about the same request today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Today {
    /// Whose rules: [`Viewer::Sender`] or [`Viewer::Recipient`].
    pub side: Viewer,
    /// The code with which a rule would stop it; `None` where it would pass.
    pub code: Option<Code>,
    /// The result in one sentence.
    pub text: String,
}

/// The policy that an answer cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyCitation {
    /// The name that the policy document gives.
    pub name: String,
    /// The policy's number in this log.
    pub version: PolicyVersion,
}

/// An event, as a viewer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLine {
    /// Its number: for members among the events that they see, for others in the log.
    pub number: u64,
    /// Time at which the event was recorded.
    pub at: Timestamp,
    /// Its name, such as `request-sent`.
    pub name: &'static str,
    /// What the event says, as far as this viewer may know.
    pub text: String,
    /// BLAKE3 hash of the stored event, in hexadecimal; for agents and engineers. The code that reads the log fills it
    /// in.
    pub hash: Option<String>,
}

/// One rule's finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFinding {
    /// The rule's name, such as `daily-limit`.
    pub rule: &'static str,
    /// `passed`, `failed`, `held`, `could not be evaluated`, `could not be evaluated, refused`, `not reached` or
    /// `shadow`.
    pub finding: &'static str,
    /// The code with which it stopped the request, or would have on trial.
    pub code: Option<Code>,
    /// The rule's evidence with its numbers, as far as this viewer may see them.
    pub text: String,
    /// The setting that the rule applied, name and value, such as `max-degree 2`. `text` names it in backticks.
    pub setting: Option<String>,
    /// The evidence as a number and its threshold, where the rule compares two numbers.
    pub measure: Option<Measurement>,
}

/// What a rule measured, in words with units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// The value that the rule found.
    pub input: String,
    /// The value that the rule allows.
    pub threshold: String,
    /// The room left below the threshold (`2 left`), or the excess beyond it (`1 beyond`).
    pub margin: String,
}

/// A cause that accompanies the main one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Companion {
    /// Reason code that explains it.
    pub code: Code,
    /// The cause in one sentence.
    pub text: String,
}

impl Explanation {
    /// The number of rules that could not be evaluated and therefore passed.
    pub fn unevaluated(&self) -> usize {
        self.rules.iter().filter(|rule| rule.finding == "could not be evaluated").count()
    }
}

impl Viewer {
    /// Every viewer, members first.
    pub const ALL: [Self; 4] = [Self::Sender, Self::Recipient, Self::Agent, Self::Engineer];

    /// Whether this viewer may see `event` in a trace of a request from `sender` to `recipient` (`None` where no member
    /// has the address). INVARIANT (own desk): a member sees only events written at the member's own desk.
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

    /// The viewer's name on the command line and in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipient => "recipient",
            Self::Agent => "agent",
            Self::Engineer => "engineer",
        }
    }
}
