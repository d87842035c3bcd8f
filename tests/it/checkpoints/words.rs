//! Checkpoints on the command line.
