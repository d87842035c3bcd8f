//! A recipient's commands: answers to a request.

use acquaint_domain::{CommandKind, Decision, MemberId, Pair, Timestamp, incoming};
use acquaint_projection_members::Member;

use crate::error::SubmitError;
use crate::write::decision::Decided;
use crate::write::kernel::Kernel;

impl Kernel {
    pub(crate) fn answer(
        &self,
        kind: CommandKind,
        recipient: &Member,
        pair: &Pair,
        at: Timestamp,
        decide: fn(&incoming::AnswerFacts) -> Decision<incoming::Event>,
    ) -> Decided {
        let sender = self.views().other(recipient.id, &pair.other)?;
        let Some(answer_facts) = self.views().answer_facts(recipient, sender, at) else {
            return Err(self.no_request_from(pair, recipient.id, sender));
        };
        let request = answer_facts.request_ref.request;
        self.conclude(kind, pair, (recipient.id, sender), Some(request), decide(&answer_facts))
    }

    fn no_request_from(&self, pair: &Pair, recipient: MemberId, sender: MemberId) -> SubmitError {
        let connected = self.views().connected.end(recipient, sender).is_some();
        let why = if connected { "; the two are connected" } else { "" };
        let Pair { member, other } = pair;
        SubmitError::NotThere {
            what: format!("`{member}` has no open request from `{other}`{why}"),
            code: None,
        }
    }
}
