//! `cargo +nightly fuzz run log`: opens a log folder made of arbitrary bytes.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/log.rs"]
mod log;

fuzz_target!(|input: &[u8]| log::check(input));
