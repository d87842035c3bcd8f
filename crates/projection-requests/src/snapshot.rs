//! The view's snapshot in a checkpoint: the rows, and what cannot be derived from them.

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader, snapshot};

use super::{RequestChain, RequestRow, Requests, SetMembership, Sets};
use crate::places::Places;

snapshot!(struct RequestChain { last, count });

impl Snapshot for Requests {
    fn save(&self, out: &mut Vec<u8>) {
        let Self { rows, places: _, by_sender, by_recipient, by_text, channels, sets: _ } = self;
        rows.save(out);
        by_sender.save(out);
        by_recipient.save(out);
        by_text.save(out);
        channels.save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let rows: Vec<RequestRow> = Snapshot::load(bytes)?;
        let (by_sender, by_recipient) = (Snapshot::load(bytes)?, Snapshot::load(bytes)?);
        let (by_text, channels) = (Snapshot::load(bytes)?, Snapshot::load(bytes)?);
        let (mut places, mut sets) = (Places::default(), Sets::default());
        for (number, row) in (1..).zip(&rows) {
            places.add(row.request, number, |number| {
                rows.get((number as usize).checked_sub(1)?).map(RequestRow::request)
            });
            sets.begin(number, row);
            sets.enter(number, SetMembership::of(row));
        }
        Ok(Self { rows, places, by_sender, by_recipient, by_text, channels, sets })
    }
}
