//! An engine on a folder, in ten lines: `cargo run -p acquaint-engine --example ten_lines [FOLDER]`.

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use acquaint_audit::Viewer;
use acquaint_domain::{Channel, Command, Handle, Profile, Send, Tier, Timestamp};
use acquaint_engine::{Engine, Founding, Input, When};
use acquaint_log_file::{FileLog, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "acquaint-data/log".into());
    ten_lines(Path::new(&folder), &mut std::io::stdout())
}

/// Two members join, one asks the other, and the answer to "where did it go?" is written.
pub(crate) fn ten_lines(folder: &Path, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let now = Timestamp::from_millis(1_795_248_000_000);
    let founding = Founding { id_key: 1, policy: acquaint_policy::ARTICLE.to_owned(), at: now };
    let engine = Engine::open(Arc::new(FileLog::open(folder, &Options::default())?), &founding)?;
    let submit = |command| engine.submit(Input { command, when: When::NotBefore(now), key: None });
    for handle in [alice()?, bob()?] {
        submit(Command::AddMember { handle, tier: Tier::Free, profile: Profile::default() })?;
    }
    let sent = submit(Command::SendRequest(asks(alice()?)))?.request.ok_or("a send makes a request")?;
    let why = engine.why(sent, Viewer::Agent, now)?.ok_or("an agent sees every request")?;
    Ok(writeln!(out, "{}", why.verdict)?)
}

fn alice() -> Result<Handle, &'static str> {
    Handle::parse("alice").map_err(|_| "no handle")
}

fn bob() -> Result<Handle, &'static str> {
    Handle::parse("bob").map_err(|_| "no handle")
}

fn asks(sender: Handle) -> Send {
    let note = Some("We met at the fair".to_owned());
    Send { sender, to: "bob".to_owned(), note, channel: Channel::Web, with_email: None }
}
