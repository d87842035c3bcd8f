//! The view's snapshot in a checkpoint.

use acquaint_checkpoint::snapshot;

use super::Connected;

snapshot!(struct Connected { ends, lingering, closing, ended });
