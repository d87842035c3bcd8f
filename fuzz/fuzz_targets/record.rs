//! `cargo +nightly fuzz run record`: decodes arbitrary bytes as a stored event.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/record.rs"]
mod record;

fuzz_target!(|input: &[u8]| {
    record::check(input);
});
