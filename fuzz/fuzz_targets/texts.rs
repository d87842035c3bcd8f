//! `cargo +nightly fuzz run texts`: submits commands with extreme texts, then runs every query.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/texts.rs"]
mod texts;

fuzz_target!(|input: &[u8]| {
    texts::check(input);
});
