//! The statement of reasons about a request.

use acquaint_audit::{Explanation, Statement, Viewer, explain, statement};
use acquaint_domain::{PolicyVersion, RequestId, Timestamp};

use super::Inquiry;
use crate::error::StartError;

impl Inquiry<'_> {
    /// The answer to the sender of a request, and the statement of reasons that goes with it; `None` if the sender may see
    /// nothing of the request, or there is nothing to state.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn statement(
        &self,
        request: RequestId,
        as_of: Timestamp,
    ) -> Result<Option<(Explanation, Statement)>, StartError> {
        let answer = self.with_dossier((request, Viewer::Sender), as_of, None, explain)?;
        let (Some(answer), Some(sender)) = (answer, self.views.index.sender_of(request)) else {
            return Ok(None);
        };
        let mut own = self.events(&self.visible_to(Viewer::Sender, sender).numbers())?;
        // INVARIANT (own desk): an event that two members see is not a decision about one of them.
        own.retain(|recorded| recorded.at <= as_of && recorded.event.owner().is(sender));
        let name = |version: PolicyVersion| {
            self.views
                .policies
                .get(&version)
                .map_or_else(|| "unknown".to_owned(), |policy| policy.name.clone())
        };
        Ok(statement(&answer, (sender, &own), &name).map(|statement| (answer, statement)))
    }
}
