//! The library as a program uses it: one module for each page of the guide, and one for the program in the README.

use acquaint::{Engine, ManualClock};

mod errors;
mod privacy;
mod program;
mod promises;
mod reads;
mod time;

/// An engine in memory with these members, and its clock, which the test moves.
fn network(members: &[&str]) -> (Engine, ManualClock) {
    let clock = ManualClock::default();
    let engine = Engine::in_memory().clock(clock.clone()).open().expect("it opens");
    join(&engine, members);
    (engine, clock)
}

fn join(engine: &Engine, members: &[&str]) {
    for member in members {
        engine.add_member(*member).expect("the handle is free");
    }
}
