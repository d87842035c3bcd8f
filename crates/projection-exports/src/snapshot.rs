//! The view's snapshot in a checkpoint.

use acquaint_checkpoint::snapshot;

use super::{Exports, Link, Renaming, ShownPerson};

snapshot!(struct Exports { exports, invitations, places, links, blocks, changed });
snapshot!(struct ShownPerson { invitation, network, note });
snapshot!(struct Link { since, request, network, export, ended });
snapshot!(struct Renaming { export, owner, member });
