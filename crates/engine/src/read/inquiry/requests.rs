//! Which requests a query means, and how many there are: for staff in the whole network, for a member the member's own.

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

/// Whose requests are meant, and what is told of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestScope {
    /// Everybody's, as staff know them: both sides.
    Network,
    /// Those at either end of a member, as staff know them.
    Both(MemberId),
    /// A member's own: what the member sent, and what has reached the member. INVARIANT (own desk): nothing is told, and
    /// nothing is selected by, what the member may not see.
    Own(MemberId),
}

/// A request that a query means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchingRequest {
    /// Id of the request.
    pub request: RequestId,
    /// The viewer whose answer about it this is.
    pub viewer: Viewer,
    /// Member who sent the request.
    pub sender: MemberId,
    /// When it was asked; to its recipient, when it arrived.
    pub at: Timestamp,
    /// What this viewer is told.
    pub code: Code,
    /// The same, coarser.
    pub status: Status,
    number: u32,
}

/// What a query's values mean to this viewer.
struct ResolvedQuery {
    sender: Option<MemberId>,
    to: Option<Recipients>,
    code: Option<Code>,
    status: Option<Status>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
}

/// Whom `to:` means.
struct Recipients {
    members: BTreeSet<MemberId>,
    /// Requests that were addressed to this very text.
    typed: BTreeSet<RequestId>,
}

impl Inquiry<'_> {
    /// The requests that a query means, the newest first.
    ///
    /// # Errors
    /// Staff ask for somebody who is not there; no moment lies between `since` and `until`; the log cannot be read.
    pub fn requests(
        &self,
        query: &Query,
        whose: RequestScope,
        as_of: Timestamp,
    ) -> Result<Vec<MatchingRequest>, SubmitError> {
        let Some(now) = self.as_of(as_of) else { return Ok(Vec::new()) };
        let Some(filter) = self.filter(query, whose, as_of)? else { return Ok(Vec::new()) };
        let rows = self.candidates(&filter, whose);
        let told = rows.into_iter().flat_map(|(number, row)| self.told(number, row, whose, &now));
        let mut meant: Vec<MatchingRequest> = told.filter(|meant| self.is_meant(meant, &filter)).collect();
        meant.sort_unstable_by_key(|meant| std::cmp::Reverse((meant.at, meant.number, meant.viewer)));
        meant.dedup_by_key(|meant| (meant.number, meant.viewer));
        Ok(meant)
    }

    /// One request, as it is told in this scope: at most once a viewer.
    pub(super) fn told_of(
        &self,
        request: RequestId,
        whose: RequestScope,
        as_of: Timestamp,
    ) -> Vec<MatchingRequest> {
        let row = self.views.requests.get(request).zip(self.as_of(as_of));
        row.map_or_else(Vec::new, |((number, row), now)| self.told(number, row, whose, &now))
    }

    /// What codes depend on; `None` before a policy was adopted.
    fn as_of(&self, at: Timestamp) -> Option<AsOf> {
        let (_, policy) = self.views.policy()?;
        Some(AsOf {
            at,
            ignored_after: policy.answers.ignored_after,
            expires_after: policy.expiry.after,
            observed_until: self.views.index.observed_until(),
        })
    }

    /// Narrows all requests down by what has an index; every request that is meant is among them.
    fn candidates(&self, filter: &ResolvedQuery, whose: RequestScope) -> Vec<Numbered<'_>> {
        let requests = &self.views.requests;
        let at_ends = |member| requests.sent_by(member).chain(requests.received_by(member)).collect();
        let sender = filter.sender.map(|sender| requests.sent_by(sender).collect());
        let to = filter.to.as_ref().map(|to| {
            let received = to.members.iter().flat_map(|member| requests.received_by(*member));
            let typed = to.typed.iter().filter_map(|request| requests.get(*request));
            received.chain(typed).collect()
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

    /// What is told of a request: to a member who is at both ends, twice.
    fn told(&self, number: u32, row: &RequestRow, whose: RequestScope, now: &AsOf) -> Vec<MatchingRequest> {
        let meant = |viewer, told: Option<(Code, Status)>, at| {
            let (code, status) = told?;
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
                (meant(Viewer::Engineer, self.told_to_staff(row, now), row.asked_at()), None)
            }
            RequestScope::Both(member) => {
                let is_at_end = row.sender() == member || row.recipient() == Some(member);
                let told = self.told_to_staff(row, now).filter(|_| is_at_end);
                (meant(Viewer::Engineer, told, row.asked_at()), None)
            }
            RequestScope::Own(member) => {
                let shown = self.shown(row);
                let (is_from, is_to) = (row.sender() == member, row.recipient() == Some(member));
                let sent = row.told_to_sender(now).filter(|_| is_from).map(|told| shown.unwrap_or(told));
                let received = row.told_to_recipient(now).filter(|_| is_to);
                let received = received.map(|told| shown.unwrap_or(told));
                (
                    meant(Viewer::Sender, sent, row.asked_at()),
                    meant(Viewer::Recipient, received, row.reached_at()),
                )
            }
        };
        sent.into_iter().chain(received).collect()
    }

    fn told_to_staff(&self, row: &RequestRow, now: &AsOf) -> Option<(Code, Status)> {
        self.shown(row).or_else(|| row.told_to_staff(now))
    }

    /// What exports show of it, where nothing else speaks of it: of a connection, that they hold no request for it.
    fn shown(&self, row: &RequestRow) -> Option<(Code, Status)> {
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

    fn is_meant(&self, meant: &MatchingRequest, filter: &ResolvedQuery) -> bool {
        let ResolvedQuery { sender, to, code, status, first, last } = filter;
        sender.is_none_or(|sender| meant.sender == sender)
            && to.as_ref().is_none_or(|to| self.is_to(meant, to))
            && code.is_none_or(|code| meant.code == code)
            && status.is_none_or(|status| meant.status == status)
            && first.is_none_or(|first| first <= meant.at)
            && last.is_none_or(|last| meant.at <= last)
    }

    fn is_to(&self, meant: &MatchingRequest, to: &Recipients) -> bool {
        let Some((_, row)) = self.views.requests.get(meant.request) else { return false };
        let recipient = match meant.viewer {
            Viewer::Sender => row.recipient_known_to_sender(),
            Viewer::Recipient | Viewer::Agent | Viewer::Engineer => row.recipient(),
        };
        let is_typed = meant.viewer != Viewer::Recipient && to.typed.contains(&meant.request);
        is_typed || recipient.is_some_and(|recipient| to.members.contains(&recipient))
    }

    /// What the query's values mean; `None` where nobody whom this viewer may know of is meant.
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
            Some(from) => match (self.meant_by(from, whose), whose) {
                (Some(sender), _) => Some(sender),
                (None, RequestScope::Own(_)) => return Ok(None),
                (None, RequestScope::Network | RequestScope::Both(_)) => {
                    return Err(self.nobody("from", from));
                }
            },
        };
        let to = query.to.as_deref().map(|to| self.recipients(to, whose)).transpose()?;
        let Query { code, status, .. } = query;
        Ok(Some(ResolvedQuery { sender, to, code: *code, status: *status, first, last }))
    }

    /// The member whom an address means. INVARIANT (e-mail is secret): to a member, an e-mail address means the member
    /// themselves or one of their connections.
    fn meant_by(&self, address: &Address, whose: RequestScope) -> Option<MemberId> {
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
        let addressed = parsed.as_ref().and_then(|address| self.meant_by(address, whose));
        // People whom an export names may be asked for by their names.
        let members: BTreeSet<MemberId> =
            addressed.into_iter().chain(self.views.members.by_name(to)).collect();
        let own = match whose {
            RequestScope::Own(member) => Some(member),
            RequestScope::Network | RequestScope::Both(_) => None,
        };
        let typed = self.typed(to, own).map_err(SubmitError::Unreadable)?;
        let is_nobody = members.is_empty() && typed.is_empty();
        match (&parsed, whose) {
            (Some(address), RequestScope::Network | RequestScope::Both(_)) if is_nobody => {
                Err(self.nobody("to", address))
            }
            _ => Ok(Recipients { members, typed: typed.into_iter().collect() }),
        }
    }

    /// The requests that were addressed to this very text, by whomever or by one sender; the oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn typed(&self, text: &str, sender: Option<MemberId>) -> Result<Vec<RequestId>, StartError> {
        let canonical =
            Address::parse(text).map_or_else(|_| text.to_owned(), |address| address.as_str().to_owned());
        let mut found = Vec::new();
        let perhaps = self.views.requests.perhaps_typed(&canonical);
        for (_, row) in perhaps.filter(|(_, row)| sender.is_none_or(|sender| row.sender() == sender)) {
            let Some(number) = self.views.index.beginning(row.request()) else { continue };
            let event = self.event(number)?.event;
            if Submitted::of(&event).is_some_and(|submitted| is_text(submitted.typed, &canonical)) {
                found.push(row.request());
            }
        }
        Ok(found)
    }

    /// Whom a request went to, as the viewer knows: a member's handle, or what was typed.
    ///
    /// # Errors
    /// The log cannot be read.
    pub fn addressed(&self, meant: &MatchingRequest) -> Result<String, StartError> {
        let Some((_, row)) = self.views.requests.get(meant.request) else { return Ok(String::new()) };
        let known = match meant.viewer {
            Viewer::Sender => row.recipient_known_to_sender(),
            Viewer::Recipient | Viewer::Agent | Viewer::Engineer => row.recipient(),
        };
        if let Some(member) = known {
            return Ok(self.views.members.handle(member));
        }
        let Some(number) = self.views.index.beginning(meant.request) else { return Ok(String::new()) };
        let event = self.event(number)?.event;
        let typed = Submitted::of(&event).map(|submitted| submitted.typed);
        Ok(typed.map_or("", |typed| typed.held().map_or("erased", |typed| typed.address.trim())).to_owned())
    }

    /// The channel that a request came in by; `None` where this viewer may not know, or nobody does.
    pub fn channel_of(&self, meant: &MatchingRequest) -> Option<&Channel> {
        match meant.viewer {
            // INVARIANT (own desk): that is recorded at the sender's.
            Viewer::Recipient => None,
            Viewer::Sender | Viewer::Agent | Viewer::Engineer => {
                let requests = &self.views.requests;
                requests.get(meant.request).and_then(|(_, row)| requests.channel(row))
            }
        }
    }

    fn nobody(&self, key: &str, address: &Address) -> SubmitError {
        let advice = match address {
            Address::Handle(handle) => {
                self.views.nearest_handle(handle).map(|near| format!("did you mean `{near}`?"))
            }
            Address::Email(_) | Address::Profile(_) => None,
        };
        let advice = advice.unwrap_or_else(|| "check the spelling".to_owned());
        let what = if key == "to" { ", and no request was addressed to it" } else { "" };
        SubmitError::NotFound(format!("`{key}:`: no member has the address `{address}`{what}; {advice}"))
    }
}
