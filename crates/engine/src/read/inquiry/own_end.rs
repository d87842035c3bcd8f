//! Which end of a request a member is at, as that member may know.

use acquaint_audit::Viewer;
use acquaint_domain::{MemberId, RequestId, Timestamp};

use super::Inquiry;
use super::requests::MatchingRequest;
use crate::error::StartError;

/// A member's own end of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnEnd {
    /// [`Viewer::Sender`] or [`Viewer::Recipient`].
    pub end: Viewer,
    /// The other member, as this one may know: a handle, or the address as typed. Empty where nothing is known of it.
    pub other: String,
    /// Whether the request is the one that a command about the two members would be about.
    pub is_open: bool,
}

impl Inquiry<'_> {
    /// The member's own end of a request; `None` if the member is at neither end, or may not know of the request.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn own_end(
        &self,
        request: RequestId,
        member: MemberId,
        as_of: Timestamp,
    ) -> Result<Option<OwnEnd>, StartError> {
        let Some(matching) = self.own(request, member, as_of) else { return Ok(None) };
        let pending = &self.views().pending;
        let (other, is_open) = match matching.viewer {
            Viewer::Recipient => {
                let mut received = pending.received_by(member);
                let waits = received.any(|(_, group)| group.requests.contains(&request));
                (self.views().members.handle(matching.sender), waits)
            }
            Viewer::Sender | Viewer::Agent | Viewer::Engineer => {
                let is_open = pending.sent_by(member).iter().any(|sent| sent.open.request == request);
                (self.addressed(&matching)?, is_open)
            }
        };
        Ok(Some(OwnEnd { end: matching.viewer, other, is_open }))
    }

    /// The request as this member is told of it; `None` if the member may not know of it.
    fn own(&self, request: RequestId, member: MemberId, as_of: Timestamp) -> Option<MatchingRequest> {
        self.told_of(request, super::RequestScope::Own(member), as_of).into_iter().next()
    }
}
