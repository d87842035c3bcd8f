//! A proof that events are in a log, and its verification, which needs no log.

use acquaint_log::Position;

use crate::frame::LogId;
use crate::merkle::{LeafRange, Salt, SiblingHash, root_from};
use crate::merkle_leaves::leaf;

/// Events of one log, each with the hashes that lead from it to the root of its segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The log that holds the events.
    pub log_id: LogId,
    /// The end of the log when the proof was made; `None` in a proof that does not state it.
    pub head: Option<LogHead>,
    /// The segments that hold the events, in the order of the log.
    pub segments: Vec<SegmentProof>,
}

/// The end of a log, as the maker of a proof states it. No root covers it: a verifier can only compare it with a published
/// hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// The number of events in the log.
    pub events: u64,
    /// The hash of the last batch, which covers the whole history.
    pub hash: [u8; 32],
}

/// Events of one sealed segment, each with its path to the segment's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentProof {
    /// The id of the segment, from 1.
    pub segment: u64,
    /// The position of the first event in the segment.
    pub first: Position,
    /// The number of events in the segment.
    pub count: u64,
    /// The Merkle root over all of them.
    pub root: [u8; 32],
    /// The proven events, by ascending position.
    pub events: Vec<EventProof>,
}

/// One event and its path. Nothing in it reveals the content of another event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventProof {
    /// The position of the event in the log.
    pub position: Position,
    /// The event as it was appended, byte for byte.
    pub record: Vec<u8>,
    /// The salt of its leaf; no other leaf has the same.
    pub salt: Salt,
    /// The sibling hashes on its path, from the leaf up: at most one for each level of the tree.
    pub up: Vec<SiblingHash>,
}

impl EventProof {
    /// The hash of the event: its leaf in the segment's tree.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        leaf(self.salt, &self.record)
    }
}

/// Why a proof proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The proof has no event, or a segment without one.
    #[error("it holds no event{}", .segment.map(|id| format!(" of segment {id}")).unwrap_or_default())]
    Empty {
        /// The id of the segment without an event; `None` if the proof has no segment either.
        segment: Option<u64>,
    },
    /// An event appears twice, or after a later one.
    #[error(
        "event {position} comes after event {before}; each event must appear once, in the order of the log"
    )]
    Order {
        /// The event just before it in the proof.
        before: Position,
        /// The event that should have come earlier, or not at all.
        position: Position,
    },
    /// Two segments cannot both be in one log in this order.
    #[error("segment {segment} does not follow segment {before}")]
    Segments {
        /// The id of the segment just before it in the proof.
        before: u64,
        /// The id of the segment that cannot come after it.
        segment: u64,
    },
    /// The root of a segment is not trusted.
    #[error("segment {segment} has a root that you do not trust: {}", Digits(.root))]
    Root {
        /// The id of the segment.
        segment: u64,
        /// The root that the proof gives for it.
        root: [u8; 32],
    },
    /// The bytes of an event and its path do not lead to the root.
    #[error("event {position} does not lead to the root of segment {segment}")]
    Path {
        /// The id of the segment.
        segment: u64,
        /// The first event that does not.
        position: Position,
    },
    /// An event comes after the end of the log that the proof states.
    #[error("event {position} comes after the stated end of the log, which has {events} events")]
    PastHead {
        /// The first such event.
        position: Position,
        /// The stated number of events in the log.
        events: u64,
    },
}

struct Digits<'a>(&'a [u8; 32]);

impl std::fmt::Display for Digits<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl Proof {
    /// Checks that there is at least one event, that each appears once and in the order of the log, and that each leads to
    /// the root of its segment, which must be among `trusted`. Needs no log.
    ///
    /// It does not check what the records say, or what was left out.
    ///
    /// # Errors
    /// The first check that fails.
    pub fn check(&self, trusted: &[[u8; 32]]) -> Result<(), Unproven> {
        if self.segments.is_empty() {
            return Err(Unproven::Empty { segment: None });
        }
        self.check_order()?;
        for segment in &self.segments {
            if !trusted.contains(&segment.root) {
                return Err(Unproven::Root { segment: segment.segment, root: segment.root });
            }
            if let Some(position) = segment.first_unproven(self.log_id) {
                return Err(Unproven::Path { segment: segment.segment, position });
            }
        }
        Ok(())
    }

    /// Every event, in the order of the proof.
    pub fn events(&self) -> impl Iterator<Item = &EventProof> {
        self.segments.iter().flat_map(|segment| &segment.events)
    }

    fn check_order(&self) -> Result<(), Unproven> {
        if let Some(bare) = self.segments.iter().find(|segment| segment.events.is_empty()) {
            return Err(Unproven::Empty { segment: Some(bare.segment) });
        }
        for pair in self.segments.windows(2) {
            let (one, next) = (&pair[0], &pair[1]);
            let ends = one.first.get().checked_add(one.count);
            if one.segment >= next.segment || ends.is_none_or(|end| end > next.first.get()) {
                return Err(Unproven::Segments { before: one.segment, segment: next.segment });
            }
        }
        let mut before = None;
        for event in self.events() {
            let position = event.position;
            if let Some(before) = before.filter(|&before| before >= position) {
                return Err(Unproven::Order { before, position });
            }
            before = Some(position);
        }
        match (self.head, before) {
            (Some(LogHead { events, .. }), Some(position)) if position.get() > events => {
                Err(Unproven::PastHead { position, events })
            }
            _ => Ok(()),
        }
    }
}

impl SegmentProof {
    /// The first event whose bytes and path do not lead to [`root`](Self::root); `None` if all do.
    fn first_unproven(&self, log_id: LogId) -> Option<Position> {
        let span = LeafRange { log_id, segment: self.segment, first: self.first, count: self.count };
        let leads = |event: &&EventProof| {
            root_from(&span, event.position, event.salt, &event.record, &event.up) != Some(self.root)
        };
        self.events.iter().find(leads).map(|event| event.position)
    }
}
