//! The answer to "where did my request go?", for one viewer.

use std::fmt;
use std::ops::Deref;

use acquaint_audit::Viewer;
use acquaint_domain::{Handle, RequestId, Timestamp, shown};
use acquaint_engine::{Inquiry, RequestSelector, SubmitError, between};

use crate::command::handle;
use crate::engine::Engine;
use crate::error::Error;

/// Which request the question is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RequestQuery {
    /// The request with this id.
    Id(RequestId),
    /// The latest request between two members that the viewer may know of.
    Latest {
        /// The sender's handle.
        from: String,
        /// The recipient's address as the viewer enters it: a handle, a profile URL or an e-mail address.
        to: String,
    },
}

impl RequestQuery {
    /// The latest request from one member to another.
    pub fn latest(from: impl Into<String>, to: impl Into<String>) -> Self {
        Self::Latest { from: from.into(), to: to.into() }
    }
}

impl From<RequestId> for RequestQuery {
    fn from(request: RequestId) -> Self {
        Self::Id(request)
    }
}

impl<F: Into<String>, T: Into<String>> From<(F, T)> for RequestQuery {
    fn from((from, to): (F, T)) -> Self {
        Self::latest(from, to)
    }
}

impl fmt::Display for RequestQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(request) => request.fmt(f),
            Self::Latest { from, to } => write!(f, "{from} -> {to}"),
        }
    }
}

/// A question about one request; [`seen_by`](Self::seen_by) answers it.
#[derive(Clone, Debug)]
#[must_use = "the question is not answered until the viewer is named"]
pub struct Why<'e> {
    engine: &'e Engine,
    request: RequestQuery,
    as_of: Option<Timestamp>,
}

impl Engine {
    /// Asks where a request went. Takes a request id, or a pair of sender and recipient for their latest request.
    ///
    /// ```
    /// # use acquaint::{Connect, Engine, Viewer};
    /// # fn main() -> Result<(), acquaint::Error> {
    /// # let engine = Engine::in_memory().open()?;
    /// # engine.add_member("alice")?;
    /// # engine.add_member("bob")?;
    /// # engine.send(Connect::from("alice").to("bob"))?;
    /// let answer = engine.why(("alice", "bob")).seen_by(Viewer::Agent)?;
    /// println!("{answer}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn why(&self, request: impl Into<RequestQuery>) -> Why<'_> {
        Why { engine: self, request: request.into(), as_of: None }
    }
}

impl Why<'_> {
    /// Answers as of this time instead of now: from what was recorded until then and everything that was due by then. A time
    /// in the past costs a replay of the log up to it; a time in the future costs a copy of the network's state.
    pub fn as_of(self, as_of: Timestamp) -> Self {
        Self { as_of: Some(as_of), ..self }
    }

    /// Answers for a viewer, which decides how much the answer discloses. Whether the caller may have that answer is for the
    /// program to decide. For a logged-in member, use [`seen_by_member`](Self::seen_by_member).
    ///
    /// # Errors
    /// [`Error::UnknownRequest`] if there is none, or none that this viewer may know of; [`Error::UnknownMember`];
    /// [`Error::Storage`], [`Error::Stopped`].
    pub fn seen_by(self, viewer: Viewer) -> Result<Answer, Error> {
        let subject = self.subject()?;
        self.answer(|inquiry, as_of| {
            let request = inquiry.find(&subject, viewer)?;
            Ok(inquiry.explain(request, viewer, as_of).map_err(SubmitError::Unreadable)?.map(|mut answer| {
                if answer.pass_on.is_some() {
                    let sayable = inquiry.passed_on(&subject, as_of).ok();
                    answer.pass_on = sayable.as_ref().map(|(text, _)| text.clone());
                    answer.pass_on_request =
                        sayable.and_then(|(_, about)| about).filter(|about| *about != request);
                }
                answer
            }))
        })
    }

    /// Answers for a member, as the sender of the request or as its recipient. For anybody else there is no such request.
    ///
    /// # Errors
    /// As for [`seen_by`](Self::seen_by), and [`Error::MalformedAddress`] for the handle.
    pub fn seen_by_member(self, member: &str) -> Result<Answer, Error> {
        let (subject, member) = (self.subject()?, handle(member)?);
        self.answer(|inquiry, as_of| {
            for viewer in [Viewer::Sender, Viewer::Recipient] {
                let Ok(request) = inquiry.find(&subject, viewer) else { continue };
                if is_end_of(&inquiry, request, &member, viewer)? {
                    return inquiry.explain(request, viewer, as_of).map_err(SubmitError::Unreadable);
                }
            }
            Ok(None)
        })
    }

    fn subject(&self) -> Result<RequestSelector, Error> {
        Ok(match &self.request {
            RequestQuery::Id(request) => RequestSelector::Request(*request),
            RequestQuery::Latest { from, to } => {
                RequestSelector::Pair { from: handle(from)?, to: to.clone() }
            }
        })
    }

    fn answer(
        self,
        ask: impl FnOnce(Inquiry<'_>, Timestamp) -> Result<Option<acquaint_audit::Explanation>, SubmitError>,
    ) -> Result<Answer, Error> {
        let running = self.engine.running();
        let answer = match self.as_of {
            None => running.read(ask)?,
            Some(as_of) => running.read_as_of(as_of, ask)?,
        };
        let unknown = || Error::UnknownRequest { request: self.request.to_string() };
        match answer {
            Ok(Some(answer)) => Ok(Answer(answer)),
            Ok(None) | Err(SubmitError::NotFound(_) | SubmitError::UnknownRequest(_)) => Err(unknown()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether the member is at this end of the request: its sender, or the recipient that it has reached.
fn is_end_of(
    inquiry: &Inquiry<'_>,
    request: RequestId,
    member: &Handle,
    end: Viewer,
) -> Result<bool, SubmitError> {
    let Some(member) = inquiry.views().members.by_handle(member).map(|known| known.id) else {
        return Ok(false);
    };
    let numbers = inquiry.seen(request, Viewer::Agent).map_err(SubmitError::Unreadable)?;
    let events: Result<Vec<_>, _> = numbers.into_iter().map(|number| inquiry.event(number)).collect();
    let ends = between(request, &events.map_err(SubmitError::Unreadable)?);
    Ok(ends.is_some_and(|(sender, recipient)| match end {
        Viewer::Sender => sender == member,
        Viewer::Recipient => recipient == Some(member),
        Viewer::Agent | Viewer::Engineer => false,
    }))
}

/// The answer about one request for one viewer. It dereferences to the [fields](AnswerFields): the code, the sentence, the
/// events that prove it, every rule in order, what helps and what comes next.
///
/// `Display` is for people: the sentence with its code, then what helps, then what does not, each on its own line, without
/// control characters. Escape it for HTML: it may contain an address as a member entered it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(AnswerFields);

/// The fields of an [`Answer`].
pub use acquaint_audit::Explanation as AnswerFields;

impl Answer {
    /// Converts the answer into its fields.
    pub fn into_fields(self) -> AnswerFields {
        self.0
    }
}

impl Deref for Answer {
    type Target = AnswerFields;

    fn deref(&self) -> &AnswerFields {
        &self.0
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} {})", shown(&self.verdict), self.code, self.code.name())?;
        self.would_pass.iter().try_for_each(|line| write!(f, "\n{}", shown(line)))?;
        self.remedy.iter().try_for_each(|line| write!(f, "\n- {}", shown(&line.text)))?;
        self.wont_help.iter().try_for_each(|line| write!(f, "\nDoes not help: {}", shown(line)))
    }
}
