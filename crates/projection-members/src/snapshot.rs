//! The view's snapshot in a checkpoint.

use acquaint_checkpoint::{MalformedSnapshot, Snapshot, SnapshotReader};
use acquaint_table::Finder;

use super::Members;

/// The index of handles is not saved: it is rebuilt from the members.
impl Snapshot for Members {
    fn save(&self, out: &mut Vec<u8>) {
        let Self { members, by_handle: _, by_url, by_email, by_name } = self;
        members.save(out);
        by_url.save(out);
        by_email.save(out);
        by_name.save(out);
    }

    fn load(bytes: &mut SnapshotReader<'_>) -> Result<Self, MalformedSnapshot> {
        let mut loaded = Self {
            members: Snapshot::load(bytes)?,
            by_handle: Finder::default(),
            by_url: Snapshot::load(bytes)?,
            by_email: Snapshot::load(bytes)?,
            by_name: Snapshot::load(bytes)?,
        };
        let Self { members, by_handle, .. } = &mut loaded;
        for (id, member) in members.iter().filter(|(_, member)| member.network.is_none()) {
            let is_same =
                |other: u32| members.get(other.into()).is_some_and(|other| other.handle == member.handle);
            if by_handle.find(member.handle.as_str(), is_same).is_none() {
                by_handle.add(member.handle.as_str(), id.into());
            }
        }
        Ok(loaded)
    }
}
