//! Advice, and the actions that carry it out.

use acquaint_domain::RequestId;

/// Something a member can do about a request: one command, or one button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Send a request.
    Send,
    /// Take the request back.
    Withdraw,
    /// Remind the recipient of it.
    Remind,
    /// Confirm a held request.
    Confirm,
    /// Accept a received request.
    Accept,
    /// Lift a block.
    Unblock,
    /// Block the other member.
    Block,
    /// End the connection.
    Disconnect,
    /// Let everybody send.
    AcceptFromEveryone,
    /// Let people send from any distance.
    AcceptAnyDegree,
    /// Let people send whatever their company or title.
    AcceptAnyAudience,
    /// List open requests.
    ListPending,
    /// List blocks, and the requests that were kept back.
    ListBlocked,
    /// Ask about another request.
    Why,
    /// Appeal against a decision about the request.
    AppealRequest,
    /// Appeal against a restriction or ban of the account.
    AppealAccount,
}

/// An act, with the members and the request that it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// What to do.
    pub act: Act,
    /// The acting member's handle.
    pub member: String,
    /// The other member: a handle, or the address as entered.
    pub other: String,
    /// The request that it concerns.
    pub request: RequestId,
}

/// One piece of advice, in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The sentence, without the command that carries it out.
    pub text: String,
    /// The action that carries it out; `None` where this program has none.
    pub action: Option<Action>,
}

/// A line of advice in the catalogue, for the member whom the answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Help {
    /// The sentence, without the command that carries it out.
    pub text: &'static str,
    /// The act that carries it out; `None` where this program has none.
    pub act: Option<Act>,
}

/// The members and the request that advice is about: who would act, and towards whom.
#[derive(Clone, Debug)]
pub(crate) struct Whom {
    pub(crate) member: String,
    pub(crate) other: String,
    pub(crate) request: RequestId,
}

impl Act {
    /// The act's name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Withdraw => "withdraw",
            Self::Remind => "remind",
            Self::Confirm => "confirm",
            Self::Accept => "accept",
            Self::Unblock => "unblock",
            Self::Block => "block",
            Self::Disconnect => "disconnect",
            Self::AcceptFromEveryone => "accept-from-everyone",
            Self::AcceptAnyDegree => "accept-any-degree",
            Self::AcceptAnyAudience => "accept-any-audience",
            Self::ListPending => "list-pending",
            Self::ListBlocked => "list-blocked",
            Self::Why => "why",
            Self::AppealRequest => "appeal-request",
            Self::AppealAccount => "appeal-account",
        }
    }
}

/// A line of the catalogue that no command carries out.
pub(crate) const fn say(text: &'static str) -> Help {
    Help { text, act: None }
}

/// A line of the catalogue with the act that carries it out.
pub(crate) const fn act(text: &'static str, act: Act) -> Help {
    Help { text, act: Some(act) }
}

impl Advice {
    /// Advice that no command carries out.
    pub(crate) fn say(text: impl Into<String>) -> Self {
        Self { text: text.into(), action: None }
    }
}

impl Whom {
    /// Advice with the act that carries it out.
    pub(crate) fn advice(&self, text: impl Into<String>, act: Act) -> Advice {
        Advice { text: text.into(), action: Some(self.action(act)) }
    }

    /// The same with the two members exchanged.
    pub(crate) fn swapped(&self) -> Self {
        Self { member: self.other.clone(), other: self.member.clone(), request: self.request }
    }

    /// The same for another request.
    pub(crate) fn about(&self, request: RequestId) -> Self {
        Self { request, ..self.clone() }
    }

    /// A line of the catalogue as advice.
    pub(crate) fn help(&self, help: &Help) -> Advice {
        Advice { text: help.text.to_owned(), action: help.act.map(|act| self.action(act)) }
    }

    fn action(&self, act: Act) -> Action {
        Action { act, member: self.member.clone(), other: self.other.clone(), request: self.request }
    }
}
