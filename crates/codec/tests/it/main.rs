//! Stored bytes: what they are, that they are read back, and that nothing else is taken for them.

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
