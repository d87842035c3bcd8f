//! The view's bytes in a checkpoint: the rows, and what does not follow from them.

use acquaint_checkpoint::{Image, Reader, Torn, image};

use super::{End, Requests, Row, Sets, Standing};
use crate::places::Places;

image!(struct End { last, count });

impl Image for Requests {
    fn save(&self, out: &mut Vec<u8>) {
        let Self { rows, places: _, by_sender, by_recipient, by_text, channels, sets: _ } = self;
        rows.save(out);
        by_sender.save(out);
        by_recipient.save(out);
        by_text.save(out);
        channels.save(out);
    }

    fn load(bytes: &mut Reader<'_>) -> Result<Self, Torn> {
        let rows: Vec<Row> = Image::load(bytes)?;
        let (by_sender, by_recipient) = (Image::load(bytes)?, Image::load(bytes)?);
        let (by_text, channels) = (Image::load(bytes)?, Image::load(bytes)?);
        let (mut places, mut sets) = (Places::default(), Sets::default());
        for (number, row) in (1..).zip(&rows) {
            places.add(row.request, number, |number| {
                rows.get((number as usize).checked_sub(1)?).map(Row::request)
            });
            sets.begin(number, row);
            sets.enter(number, Standing::of(row));
        }
        Ok(Self { rows, places, by_sender, by_recipient, by_text, channels, sets })
    }
}
