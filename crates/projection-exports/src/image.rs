//! The view's bytes in a checkpoint.

use acquaint_checkpoint::image;

use super::{Changed, Exports, Link, Shown};

image!(struct Exports { exports, invitations, places, links, blocks, changed });
image!(struct Shown { invitation, network, note });
image!(struct Link { since, request, network, export, ended });
image!(struct Changed { export, owner, member });
