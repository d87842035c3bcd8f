//! `cargo +nightly fuzz run texts`: commands with extreme texts, and then every question.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/hostile/texts.rs"]
mod texts;

fuzz_target!(|input: &[u8]| {
    texts::check(input);
});
