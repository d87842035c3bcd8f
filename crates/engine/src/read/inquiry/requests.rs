//! Finds and counts the requests that match a query: for staff in the whole network, for members among their own.

mod counts;

pub use counts::{CountBy, CountKey};

use std::collections::BTreeSet;

use acquaint_audit::{Viewer, Whereabouts, standing};
use acquaint_domain::{Address, Channel, Code, MemberId, RequestId, Timestamp};
use acquaint_projection_requests::{AsOf, Day, Numbered, RequestRow, Status};
use acquaint_query::Query;

use super::Inquiry;
use super::find::is_text;
use crate::error::{StartError, SubmitError};
use crate::read::parties::Submitted;

/// Which requests are searched, and from whose point of view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestScope {
    /// All requests, as staff know them: both sides.
    Network,
    /// The requests that a member sent or received, as staff know them.
    Both(MemberId),
    /// A member's own: those that the member sent, and those that have reached the member. INVARIANT (own desk): what the
    /// member may not see is neither shown nor used to select.
    Own(MemberId),
}

/// A request that matches a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchingRequest {
    /// Id of the request.
    pub request: RequestId,
    /// The viewer from whose point of view `at`, `code` and `status` are.
    pub viewer: Viewer,
    /// Member who sent the request.
    pub sender: MemberId,
    /// When it was sent; for its recipient, when it arrived.
    pub at: Timestamp,
    /// Its reason code for this viewer.
    pub code: Code,
    /// What became of it, coarser than its code.
    pub status: Status,
    number: u32,
}

/// A query with its addresses and dates resolved, for one viewer.
struct ResolvedQuery {
    sender: Option<MemberId>,
    to: Option<Recipients>,
    code: Option<Code>,
    status: Option<Status>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// The recipients that `to:` means.
struct Recipients {
    members: BTreeSet<MemberId>,
    /// Requests that were addressed to exactly this text.
    requests: BTreeSet<RequestId>,
}

impl Inquiry<'_> {
    /// The requests that match a query, newest first.
    ///
    /// # Errors
    /// Staff name a member who does not exist; the span from `since` to `until` is empty; the log cannot be read.
    pub fn requests(
        &self,
        query: &Query,
        whose: RequestScope,
        as_of: Timestamp,
    ) -> Result<Vec<MatchingRequest>, SubmitError> {
        let Some(now) = self.as_of(as_of) else { return Ok(Vec::new()) };
        let Some(filter) = self.filter(query, whose, as_of)? else { return Ok(Vec::new()) };
        let rows = self.candidates(&filter, whose);
        let answers = rows.into_iter().flat_map(|(number, row)| self.answers(number, row, whose, &now));
        let mut matched: Vec<MatchingRequest> =
            answers.filter(|answer| self.passes(answer, &filter)).collect();
        matched
            .sort_unstable_by_key(|matched| std::cmp::Reverse((matched.at, matched.number, matched.viewer)));
        matched.dedup_by_key(|matched| (matched.number, matched.viewer));
        Ok(matched)
    }

    /// One request, as it is told in this scope: at most once a viewer.
    pub(super) fn told_of(
        &self,
        request: RequestId,
        whose: RequestScope,
        as_of: Timestamp,
    ) -> Vec<MatchingRequest> {
        let row = self.views.requests.get(request).zip(self.as_of(as_of));
        row.map_or_else(Vec::new, |((number, row), now)| self.answers(number, row, whose, &now))
    }

    /// What codes depend on besides events; `None` before a policy is adopted.
    fn as_of(&self, at: Timestamp) -> Option<AsOf> {
        let (_, policy) = self.views.policy()?;
        Some(AsOf {
            at,
            ignored_after: policy.answers.ignored_after,
            expires_after: policy.expiry.after,
            observed_until: self.views.index.observed_until(),
        })
    }

    /// A superset of the matching requests, narrowed down by what has an index.
    fn candidates(&self, filter: &ResolvedQuery, whose: RequestScope) -> Vec<Numbered<'_>> {
        let requests = &self.views.requests;
        let at_ends = |member| requests.sent_by(member).chain(requests.received_by(member)).collect();
        let sender = filter.sender.map(|sender| requests.sent_by(sender).collect());
        let to = filter.to.as_ref().map(|to| {
            let received = to.members.iter().flat_map(|member| requests.received_by(*member));
            let addressed = to.requests.iter().filter_map(|request| requests.get(*request));
            received.chain(addressed).collect()
        });
        match whose {
            RequestScope::Own(member) => at_ends(member),
            RequestScope::Both(member) => sender.or(to).unwrap_or_else(|| at_ends(member)),
            RequestScope::Network => sender.or(to).unwrap_or_else(|| {
                if let Some(code) = filter.code {
                    requests.perhaps_with_code(code).collect()
                } else if filter.first.is_some() || filter.last.is_some() {
                    let first = filter.first.map_or(Day(i64::MIN), Day::of);
                    requests.asked_between(first, filter.last.map_or(Day(i64::MAX), Day::of)).collect()
                } else {
                    requests.iter().collect()
                }
            }),
        }
    }

    /// The answers about a request; two for a member who is both its sender and its recipient.
    fn answers(
        &self,
        number: u32,
        row: &RequestRow,
        whose: RequestScope,
        now: &AsOf,
    ) -> Vec<MatchingRequest> {
        let matched = |viewer, answer: Option<(Code, Status)>, at| {
            let (code, status) = answer?;
            Some(MatchingRequest {
                request: row.request(),
                viewer,
                sender: row.sender(),
                at,
                code,
                status,
                number,
            })
        };
        let (sent, received) = match whose {
            RequestScope::Network => {
                (matched(Viewer::Engineer, self.told_to_staff(row, now), row.asked_at()), None)
            }
            RequestScope::Both(member) => {
                let is_at_end = row.sender() == member || row.recipient() == Some(member);
                let answer = self.told_to_staff(row, now).filter(|_| is_at_end);
                (matched(Viewer::Engineer, answer, row.asked_at()), None)
            }
            RequestScope::Own(member) => {
                let shown = self.shown_by_exports(row);
                let (is_from, is_to) = (row.sender() == member, row.recipient() == Some(member));
                let sent = row.told_to_sender(now).filter(|_| is_from).map(|answer| shown.unwrap_or(answer));
                let received = row.told_to_recipient(now).filter(|_| is_to);
                let received = received.map(|answer| shown.unwrap_or(answer));
                (
                    matched(Viewer::Sender, sent, row.asked_at()),
                    matched(Viewer::Recipient, received, row.reached_at()),
                )
            }
        };
        sent.into_iter().chain(received).collect()
    }

    fn told_to_staff(&self, row: &RequestRow, now: &AsOf) -> Option<(Code, Status)> {
        self.shown_by_exports(row).or_else(|| row.told_to_staff(now))
    }

    /// What exports show of a request that only they hold; for a bare connection, that they hold no request for it.
    fn shown_by_exports(&self, row: &RequestRow) -> Option<(Code, Status)> {
        if !row.is_exported() {
            return None;
        }
        let exports = &self.views.exports;
        let Some(shown) = exports.invitation(row.request()) else {
            let status = if row.is_connected() { Status::Connected } else { Status::Disconnected };
            return Some((Code::NotInExport, status));
        };
        let newest = exports.newest(shown.invitation.owner(), shown.network)?;
        let standing = standing(&shown.invitation, newest);
        let status = match standing.whereabouts {
            Whereabouts::Connected | Whereabouts::ConnectedBefore | Whereabouts::AgedOut => Status::Connected,
            Whereabouts::Unanswered
            | Whereabouts::ListAbsent
            | Whereabouts::Namesakes
            | Whereabouts::Vanished => Status::Waiting,
            Whereabouts::Disconnected => Status::Disconnected,
            Whereabouts::Expired => Status::Expired,
            Whereabouts::Declined => Status::Declined,
        };
        Some((standing.code, status))
    }

    fn passes(&self, matched: &MatchingRequest, filter: &ResolvedQuery) -> bool {
        let ResolvedQuery { sender, to, code, status, first, last } = filter;
        sender.is_none_or(|sender| matched.sender == sender)
            && to.as_ref().is_none_or(|to| self.is_to(matched, to))
            && code.is_none_or(|code| matched.code == code)
            && status.is_none_or(|status| matched.status == status)
            && first.is_none_or(|first| first <= matched.at)
            && last.is_none_or(|last| matched.at <= last)
    }

    fn is_to(&self, matched: &MatchingRequest, to: &Recipients) -> bool {
        let Some((_, row)) = self.views.requests.get(matched.request) else { return false };
        let recipient = match matched.viewer {
            Viewer::Sender => row.recipient_known_to_sender(),
            Viewer::Recipient | Viewer::Agent | Viewer::Engineer => row.recipient(),
        };
        let is_addressed = matched.viewer != Viewer::Recipient && to.requests.contains(&matched.request);
        is_addressed || recipient.is_some_and(|recipient| to.members.contains(&recipient))
    }

    /// The query, resolved; `None` if it names a sender whom this viewer may not know of.
    fn filter(
        &self,
        query: &Query,
        whose: RequestScope,
        as_of: Timestamp,
    ) -> Result<Option<ResolvedQuery>, SubmitError> {
        let bad = |error: acquaint_query::QueryError| SubmitError::BadInput(error.to_string());
        let (first, last) = query.span(as_of).map_err(bad)?;
        let sender = match &query.from {
            None => None,
            Some(from) => match (self.member_at(from, whose), whose) {
                (Some(sender), _) => Some(sender),
                (None, RequestScope::Own(_)) => return Ok(None),
                (None, RequestScope::Network | RequestScope::Both(_)) => {
                    return Err(self.no_member("from", from));
                }
            },
        };
        let to = query.to.as_deref().map(|to| self.recipients(to, whose)).transpose()?;
        let Query { code, status, .. } = query;
        Ok(Some(ResolvedQuery { sender, to, code: *code, status: *status, first, last }))
    }

    /// The member with this address. INVARIANT (e-mail is secret): for a member, an e-mail address resolves only to the member
    /// themselves or to one of their connections.
    fn member_at(&self, address: &Address, whose: RequestScope) -> Option<MemberId> {
        let members = &self.views.members;
        let found = match address {
            Address::Email(email) => members.by_email(email),
            Address::Handle(_) | Address::Profile(_) => members.by_public_address(address),
        };
        let found = found.map(|member| member.id);
        match (address, whose) {
            (Address::Email(_), RequestScope::Own(own)) => {
                found.filter(|other| *other == own || self.views.connected.end(own, *other).is_some())
            }
            (Address::Email(_), RequestScope::Network | RequestScope::Both(_))
            | (Address::Handle(_) | Address::Profile(_), _) => found,
        }
    }

    fn recipients(&self, to: &str, whose: RequestScope) -> Result<Recipients, SubmitError> {
        let parsed = Address::parse(to).ok();
        let addressed = parsed.as_ref().and_then(|address| self.member_at(address, whose));
        // People in an export can be named by their names.
        let members: BTreeSet<MemberId> =
            addressed.into_iter().chain(self.views.members.by_name(to)).collect();
        let own = match whose {
            RequestScope::Own(member) => Some(member),
            RequestScope::Network | RequestScope::Both(_) => None,
        };
        let requests = self.sent_to_text(to, own).map_err(SubmitError::Unreadable)?;
        let is_nobody = members.is_empty() && requests.is_empty();
        match (&parsed, whose) {
            (Some(address), RequestScope::Network | RequestScope::Both(_)) if is_nobody => {
                Err(self.no_member("to", address))
            }
            _ => Ok(Recipients { members, requests: requests.into_iter().collect() }),
        }
    }

    /// The requests that were addressed to exactly this text, by anybody or by one sender; oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn sent_to_text(&self, text: &str, sender: Option<MemberId>) -> Result<Vec<RequestId>, StartError> {
        let canonical =
            Address::parse(text).map_or_else(|_| text.to_owned(), |address| address.as_str().to_owned());
        let mut found = Vec::new();
        let candidates = self.views.requests.perhaps_typed(&canonical);
        for (_, row) in candidates.filter(|(_, row)| sender.is_none_or(|sender| row.sender() == sender)) {
            let Some(number) = self.views.index.beginning(row.request()) else { continue };
            let event = self.event(number)?.event;
            if Submitted::of(&event).is_some_and(|submitted| is_text(submitted.entered, &canonical)) {
                found.push(row.request());
            }
        }
        Ok(found)
    }

    /// The addressee of a request as the viewer knows it: a member's handle, or the entered text.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn addressed(&self, matched: &MatchingRequest) -> Result<String, StartError> {
        let Some((_, row)) = self.views.requests.get(matched.request) else { return Ok(String::new()) };
        let known = match matched.viewer {
            Viewer::Sender => row.recipient_known_to_sender(),
            Viewer::Recipient | Viewer::Agent | Viewer::Engineer => row.recipient(),
        };
        if let Some(member) = known {
            return Ok(self.views.members.handle(member));
        }
        let Some(number) = self.views.index.beginning(matched.request) else { return Ok(String::new()) };
        let event = self.event(number)?.event;
        let entered = Submitted::of(&event).map(|submitted| submitted.entered);
        Ok(entered
            .map_or("", |entered| entered.held().map_or("erased", |entered| entered.address.trim()))
            .to_owned())
    }

    /// The channel by which a request was sent; `None` if this viewer may not know it, or it was not recorded.
    pub fn channel_of(&self, matched: &MatchingRequest) -> Option<&Channel> {
        match matched.viewer {
            // INVARIANT (own desk): the channel is recorded at the sender's desk.
            Viewer::Recipient => None,
            Viewer::Sender | Viewer::Agent | Viewer::Engineer => {
                let requests = &self.views.requests;
                requests.get(matched.request).and_then(|(_, row)| requests.channel(row))
            }
        }
    }

    fn no_member(&self, key: &str, address: &Address) -> SubmitError {
        let advice = match address {
            Address::Handle(handle) => {
                self.views.nearest_handle(handle).map(|similar| format!("did you mean `{similar}`?"))
            }
            Address::Email(_) | Address::Profile(_) => None,
        };
        let advice = advice.unwrap_or_else(|| "check the spelling".to_owned());
        let what = if key == "to" { ", and no request was addressed to it" } else { "" };
        SubmitError::NotFound(format!("`{key}:`: no member has the address `{address}`{what}; {advice}"))
    }
}
