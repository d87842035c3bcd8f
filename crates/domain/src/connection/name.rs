//! The name of a connection.

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::ids::RequestId;

/// A connection's name: the requests that it resulted from, in order of their ids. Two names that share a request name the
/// same connection, and a request whose connection has ended never opens one again.
#[derive(Clone)]
pub struct ConnectionName(RequestIds);

/// Most connections result from one request, which needs no allocation.
#[derive(Clone)]
enum RequestIds {
    One([RequestId; 1]),
    /// None or several.
    Many(Vec<RequestId>),
}

impl ConnectionName {
    /// The name made of these requests.
    pub fn of(requests: impl IntoIterator<Item = RequestId>) -> Self {
        let mut requests = requests.into_iter();
        let mut many = match (requests.next(), requests.next()) {
            (Some(only), None) => return Self(RequestIds::One([only])),
            (first, second) => Vec::from_iter(first.into_iter().chain(second).chain(requests)),
        };
        many.sort_unstable();
        many.dedup();
        match many.as_slice() {
            [only] => Self(RequestIds::One([*only])),
            _ => Self(RequestIds::Many(many)),
        }
    }

    /// The requests, in order of their ids.
    pub fn requests(&self) -> &[RequestId] {
        match &self.0 {
            RequestIds::One(only) => only,
            RequestIds::Many(many) => many,
        }
    }

    /// Whether the two name the same connection.
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.requests().iter().any(|request| other.requests().contains(request))
    }

    /// The name without the requests in `ended`; `None` when none is left.
    pub(super) fn without(&self, ended: &BTreeSet<RequestId>) -> Option<Self> {
        let left = Self::of(self.requests().iter().filter(|request| !ended.contains(request)).copied());
        (!left.requests().is_empty()).then_some(left)
    }

    /// The name that holds the requests of both.
    pub(super) fn joined(&self, other: &Self) -> Self {
        Self::of(self.requests().iter().chain(other.requests()).copied())
    }
}

impl PartialEq for ConnectionName {
    fn eq(&self, other: &Self) -> bool {
        self.requests() == other.requests()
    }
}

impl Eq for ConnectionName {}

impl PartialOrd for ConnectionName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ConnectionName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.requests().cmp(other.requests())
    }
}

impl Hash for ConnectionName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.requests().hash(state);
    }
}

impl fmt::Debug for ConnectionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ConnectionName").field(&self.requests()).finish()
    }
}
