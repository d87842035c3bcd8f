//! Public ids of members: what a program outside may write into a URL in place of a member's number.

use acquaint_domain::{MemberId, RequestId};

use crate::state::identity::{request_id, sender_and_count};
use crate::state::views::Views;

/// What the key is derived for, so that no member's id is ever the id of a request.
const CONTEXT: &str = "acquaint 2026 public ids of members";

impl Views {
    /// The member's public id: 64 bits that tell neither how many members there are nor who joined when. It stays the
    /// same for as long as the log does.
    pub fn public_id(&self, member: MemberId) -> u64 {
        request_id(self.member_id_key(), member, 0).0
    }

    /// The member with this public id; `None` if there is none.
    pub fn member_of_public_id(&self, id: u64) -> Option<MemberId> {
        let (member, zero) = sender_and_count(self.member_id_key(), RequestId(id));
        (zero == 0 && self.members.get(member).is_some()).then_some(member)
    }

    fn member_id_key(&self) -> u128 {
        let derived = blake3::derive_key(CONTEXT, &self.index.id_key().to_le_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&derived[..16]);
        u128::from_le_bytes(key)
    }
}
