//! Derives ids, so that the same input gives the same log.

use std::hash::{Hash, Hasher};

use acquaint_domain::{Command, CommandKey, MemberId, RequestId};
use siphasher::sip::SipHasher24;

const ROUNDS: u8 = 6;

/// The id of a member's `count`th request (from 1), under the log's key.
///
/// A permutation of the 64 bits (member, count), so that ids are unique: a Feistel network of six rounds whose round
/// function is SipHash-2-4. Four rounds make a permutation indistinguishable from a random one under chosen inputs and
/// outputs (Luby and Rackoff, 1988); two more because the halves are short.
pub(crate) fn request_id(key: u128, member: MemberId, count: u32) -> RequestId {
    let (mut left, mut right) = (member.0, count);
    for round in 0..ROUNDS {
        (left, right) = (right, left ^ round_value(key, round, right));
    }
    RequestId((u64::from(left) << 32) | u64::from(right))
}

/// The sender of the request with this id, and its sequence number: the inverse of [`request_id`].
pub(crate) fn sender_and_count(key: u128, request: RequestId) -> (MemberId, u32) {
    let (mut left, mut right) = ((request.0 >> 32) as u32, request.0 as u32);
    for round in (0..ROUNDS).rev() {
        (left, right) = (right ^ round_value(key, round, left), left);
    }
    (MemberId(left), right)
}

fn round_value(key: u128, round: u8, half: u32) -> u32 {
    let mut hasher = SipHasher24::new_with_keys(key as u64, (key >> 64) as u64);
    hasher.write_u8(round);
    hasher.write_u32(half);
    hasher.finish() as u32
}

/// The key under which a command id is remembered. Ids belong to their actor: a member's handle, or `""` for the operator.
pub fn command_key(actor: &str, id: &str) -> CommandKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&(actor.len() as u64).to_le_bytes());
    hasher.update(actor.as_bytes());
    hasher.update(id.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    CommandKey(u128::from_le_bytes(key))
}

/// A fingerprint of a command's content. The log holds it, so if this function changed, a repeated command would count as
/// another command: a test pins it.
pub(crate) fn content(command: &Command) -> u64 {
    let mut hasher = SipHasher24::new();
    command.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use acquaint_domain::{Channel, Handle, Send};

    use super::*;

    #[test]
    fn no_two_requests_have_the_same_id_and_another_key_gives_other_ids() {
        let ids = |key| -> BTreeSet<RequestId> {
            (1..=50)
                .flat_map(|member| (1..=50).map(move |count| (member, count)))
                .map(|(member, count)| request_id(key, MemberId(member), count))
                .collect()
        };
        assert_eq!(ids(7).len(), 2_500);
        assert!(ids(7).is_disjoint(&ids(8)));
    }

    #[test]
    fn the_key_turns_an_id_back_into_its_sender_and_sequence_number() {
        for (member, count) in [(0, 0), (1, 1), (1, 2), (300_000, 17), (u32::MAX, u32::MAX)] {
            let made_of = (MemberId(member), count);
            let request = request_id(7, made_of.0, count);
            assert_eq!(sender_and_count(7, request), made_of);
            assert_ne!(sender_and_count(8, request), made_of);
        }
    }

    #[test]
    fn the_fingerprint_of_a_command_is_what_older_logs_hold() {
        let send = Send {
            sender: Handle::parse("alice").expect("a handle"),
            to: "bob".to_owned(),
            note: Some("hello".to_owned()),
            channel: Channel::Web,
            with_email: None,
        };
        assert_eq!(content(&Command::SendRequest(send)), PINNED);
    }

    const PINNED: u64 = 388_095_052_696_717_309;
}
