//! The view's bytes in a checkpoint.

use acquaint_checkpoint::image;

use super::Connected;

image!(struct Connected { ends, lingering, closing, ended });
