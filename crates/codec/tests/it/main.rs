//! Stored bytes: what they are, that they are read back, and that other bytes are refused.

mod addresses;
mod forms;
mod generators;
mod golden;
mod hostile;
mod personal;
mod refusals;
mod round_trip;
mod samples;
mod sizes;
