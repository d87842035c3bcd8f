//! The program in the README and on the crate's front page: `cargo run -p acquaint --example where_did_it_go [FOLDER]`.
#![expect(clippy::print_stdout, reason = "the program prints to a terminal")]

use std::error::Error;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let dir = std::env::args_os().nth(1).map_or_else(|| PathBuf::from("acquaint-data"), PathBuf::from);
    let engine = acquaint::Engine::builder(&dir).open()?;
    if engine.members()?.is_empty() {
        engine.add_member("alice")?;
        engine.add_member("bob")?;
    }
    drop(engine);
    ask(&dir)
}

#[rustfmt::skip]
#[expect(unused_variables, reason = "the answer contains the code")]
pub(crate) fn ask(dir: &Path) -> Result<(), Box<dyn Error>> {
    // The program.
    use acquaint::{Connect, Engine, SendOutcome, Viewer};
    let engine = Engine::builder(dir).policy(acquaint::policies::ARTICLE).open()?;     // random key for request ids, timers run by themselves
    let sent = engine.send(Connect::from("alice").to("bob").note("We met").command_id("8d1f"))?;
    match sent.outcome {
        SendOutcome::InTransit | SendOutcome::Connected => {}
        SendOutcome::Held(code) | SendOutcome::Refused(code) => println!("{}", engine.why(sent.request).seen_by(Viewer::Sender)?),
        _ => {}
    }
    // Its end.
    Ok(())
}
