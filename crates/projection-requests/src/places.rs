//! The index of requests by id.

use acquaint_domain::RequestId;

/// A hash table from a request's id to its 1-based number. The rows hold the ids, so a request takes four bytes here, plus its
/// share of the free slots: between a quarter and five eighths of all.
///
/// Ids look random without the log's key, so a cheap hash is enough.
#[derive(Clone, Default)]
pub(crate) struct Places {
    /// The slots, a power of two of them or none; 0 is a free slot.
    numbers: Vec<u32>,
    len: usize,
}

const PLACES_MIN: usize = 16;

/// Multiplicative hashing, so that even the regular ids of tests are spread.
fn hash_of(request: RequestId) -> usize {
    (request.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
}

impl Places {
    /// The number of `request`; `id_of` returns the id of a number.
    pub(crate) fn find(&self, request: RequestId, id_of: impl Fn(u32) -> Option<RequestId>) -> Option<u32> {
        let mask = self.numbers.len().checked_sub(1)?;
        let first = hash_of(request) & mask;
        let along = (0..self.numbers.len()).filter_map(|step| self.numbers.get((first + step) & mask));
        along.copied().take_while(|number| *number != 0).find(|number| id_of(*number) == Some(request))
    }

    /// Adds a request that is not in the table yet.
    pub(crate) fn add(&mut self, request: RequestId, number: u32, id_of: impl Fn(u32) -> Option<RequestId>) {
        if (self.len + 1) * 4 > self.numbers.len() * 3 {
            let count = (self.numbers.len() * 2).max(PLACES_MIN);
            let before = std::mem::replace(&mut self.numbers, vec![0; count]);
            for number in before {
                if let Some(request) = id_of(number) {
                    self.put(request, number);
                }
            }
        }
        self.put(request, number);
        self.len += 1;
    }

    /// Memory use in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(self.numbers.as_slice())
    }

    fn put(&mut self, request: RequestId, number: u32) {
        let mask = self.numbers.len() - 1;
        let mut at = hash_of(request) & mask;
        while self.numbers[at] != 0 {
            at = (at + 1) & mask;
        }
        self.numbers[at] = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_added_requests_are_found() {
        let id = |number: u32| RequestId(u64::from(number) * 0x1_0000_0000);
        let id_of = |number: u32| (number != 0).then(|| id(number));
        let mut places = Places::default();
        for number in 1..=10_000 {
            assert_eq!(places.find(id(number), id_of), None);
            places.add(id(number), number, id_of);
            assert_eq!(places.find(id(number), id_of), Some(number));
        }
        assert!((1..=10_000).all(|number| places.find(id(number), id_of) == Some(number)));
        assert_eq!(places.find(RequestId(7), id_of), None);
    }
}
