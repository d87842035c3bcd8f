//! Counts the requests that match a query, by one of their properties.

use std::collections::BTreeMap;

use acquaint_domain::{Channel, Code, MemberId, Timestamp};
use acquaint_projection_requests::{Day, Numbered, Status};
use acquaint_query::Query;

use super::{Inquiry, MatchingRequest, RequestScope};
use crate::error::SubmitError;

/// The property by which requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CountBy {
    /// The reason code of a request.
    Code,
    /// The day, in UTC, on which it was sent; for its recipient, on which it arrived.
    Day,
    /// The member who sent the request.
    Sender,
    /// The channel by which it was sent.
    Channel,
    /// What became of the request, coarser than its code.
    Outcome,
}

/// The value that requests counted together share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountKey {
    /// The reason code of a request.
    Code(Code),
    /// The day, in UTC, of the request.
    Day(Day),
    /// The member who sent the request.
    Sender(MemberId),
    /// The channel; `None` if it is not known.
    Channel(Option<Channel>),
    /// What became of the request, coarser than its code.
    Outcome(Status),
}

impl Inquiry<'_> {
    /// How many requests match a query, by one property: largest count first, but days in order.
    ///
    /// # Errors
    /// As for [`Self::requests`].
    pub fn count_requests(
        &self,
        query: &Query,
        whose: RequestScope,
        by: CountBy,
        as_of: Timestamp,
    ) -> Result<Vec<(CountKey, u64)>, SubmitError> {
        let is_whole = whose == RequestScope::Network && query.is_empty();
        let counts = match is_whole.then(|| self.counted_at_once(by, as_of)).flatten() {
            Some(counts) => counts,
            None => {
                let mut counts = BTreeMap::new();
                for matched in self.requests(query, whose, as_of)? {
                    *counts.entry(self.key(&matched, by)).or_default() += 1;
                }
                counts
            }
        };
        let mut counts: Vec<(CountKey, u64)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        match by {
            CountBy::Day => {}
            CountBy::Code | CountBy::Sender | CountBy::Channel | CountBy::Outcome => {
                counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            }
        }
        Ok(counts)
    }

    /// The counts of all requests of the network, without reading each: the view's own counts, and those that only the passing
    /// of time or an export changes. `None` if an open request is past its expiry and no event says so yet.
    fn counted_at_once(&self, by: CountBy, as_of: Timestamp) -> Option<BTreeMap<CountKey, u64>> {
        let (requests, now) = (&self.views.requests, self.as_of(as_of)?);
        let answer = |(_, row): Numbered<'_>| self.told_to_staff(row, &now);
        let mut counts: BTreeMap<CountKey, u64> = match by {
            CountBy::Day => {
                return Some(requests.per_day().map(|(day, n)| (CountKey::Day(day), n)).collect());
            }
            CountBy::Sender => {
                return Some(requests.per_sender().map(|(who, n)| (CountKey::Sender(who), n)).collect());
            }
            CountBy::Channel => {
                let per = requests.per_channel().map(|(by, n)| (CountKey::Channel(by.cloned()), n));
                return Some(per.collect());
            }
            CountBy::Code => {
                let per = requests.per_code().filter(|(code, _)| *code != Code::AwaitingResponse);
                per.map(|(code, n)| (CountKey::Code(code), n)).collect()
            }
            CountBy::Outcome => {
                requests.per_status().map(|(status, n)| (CountKey::Outcome(status), n)).collect()
            }
        };
        let oldest = self.views.pending.oldest();
        if oldest.is_some_and(|(asked, _)| asked.plus(now.expires_after) <= as_of) {
            return None;
        }
        let rest: Vec<(Code, Status)> = match by {
            // Those that wait for an answer, some of which count as ignored by now, and those of exports.
            CountBy::Code => requests.perhaps_with_code(Code::Ignored).filter_map(answer).collect(),
            CountBy::Outcome | CountBy::Day | CountBy::Sender | CountBy::Channel => {
                requests.exported().filter_map(answer).collect()
            }
        };
        for (code, status) in rest {
            let key = if by == CountBy::Code { CountKey::Code(code) } else { CountKey::Outcome(status) };
            *counts.entry(key).or_default() += 1;
        }
        Some(counts)
    }

    fn key(&self, matched: &MatchingRequest, by: CountBy) -> CountKey {
        match by {
            CountBy::Code => CountKey::Code(matched.code),
            CountBy::Day => CountKey::Day(Day::of(matched.at)),
            CountBy::Sender => CountKey::Sender(matched.sender),
            CountBy::Channel => CountKey::Channel(self.channel_of(matched).cloned()),
            CountBy::Outcome => CountKey::Outcome(matched.status),
        }
    }
}
