//! The view's bytes in a checkpoint.

use acquaint_checkpoint::image;

use super::{Imposed, Member, Members};

image!(struct Members { members, by_handle, by_url, by_email, by_name });
image!(struct Member {
    id, handle, joined, tier, profile, settings, settings_version, standing, imposed, exempt, appeals, contacts, network,
    name,
});
image!(struct Imposed { since, until, cause, step });
