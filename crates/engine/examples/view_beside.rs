//! A view of the embedding program, built in the background: how many requests were accepted on each day.
//! `cargo run -p acquaint-engine --example view_beside [FOLDER]`.
//!
//! The view is a fold over events. It can be added to an engine that has run for years: its own thread builds it from the
//! first event while commands are answered. A read sees everything that was durable when it was called.

use std::collections::BTreeMap;
use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use acquaint_domain::{
    Address, Channel, Command, Event, Handle, Pair, Profile, Recorded, Send, Span, Tier, Timestamp, incoming,
};
use acquaint_engine::{Engine, Genesis, Input, View, When};
use acquaint_log_file::{FileLog, Options};

/// Number of acceptances by day, in days since 1 Jan 1970 UTC.
#[derive(Default)]
struct AcceptedByDay {
    days: BTreeMap<i64, u64>,
}

impl View for AcceptedByDay {
    fn apply(&mut self, recorded: &Recorded) {
        if let Event::Incoming(incoming::Event { kind: incoming::Kind::Accepted { .. }, .. }) =
            &recorded.event
        {
            let day = recorded.at.as_millis().div_euclid(Span::days(1).as_millis());
            *self.days.entry(day).or_default() += 1;
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).unwrap_or_else(|| "acquaint-data/log".into());
    accepted_by_day(Path::new(&folder), &mut std::io::stdout())
}

/// Three members send requests to a fourth, who accepts one today and two tomorrow; the view is added in between.
pub(crate) fn accepted_by_day(folder: &Path, out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let today = Timestamp::from_millis(1_795_248_000_000);
    let tomorrow = today.plus(Span::days(1));
    let genesis = Genesis { id_key: random_key(), policy: acquaint_policy::ARTICLE.to_owned(), at: today };
    let log = FileLog::open(folder, &Options::default())?;
    let engine = Arc::new(Engine::open(Arc::new(log), &genesis)?);
    let submit = |command, at| engine.submit(Input { command, when: When::NotBefore(at), key: None });
    for name in ["alice", "bob", "carol", "dave"] {
        let (tier, profile) = (Tier::Free, Profile::default());
        submit(Command::AddMember { handle: handle(name)?, tier, profile }, today)?;
    }
    for name in ["alice", "bob", "carol"] {
        let (sender, to, channel) = (handle(name)?, "dave".to_owned(), Channel::Web);
        submit(Command::SendRequest(Send { sender, to, note: None, channel, with_email: None }), today)?;
    }
    let accepts = |name| -> Result<_, Box<dyn Error>> {
        Ok(Command::Accept(Pair { member: handle("dave")?, other: address(name)? }))
    };
    let accept = |name, at| -> Result<_, Box<dyn Error>> { Ok(submit(accepts(name)?, at)?) };
    accept("alice", today)?;

    let accepted = engine.add_view(AcceptedByDay::default());
    accept("bob", tomorrow)?;
    accept("carol", tomorrow)?;

    for (day, count) in accepted.read(|view| view.days.clone())? {
        writeln!(out, "day {day} since 1970: {count}")?;
    }
    Ok(())
}

/// Request ids are derived from it: anyone who knows the key can find the sender of a request from its id.
fn random_key() -> u128 {
    let half = || u128::from(RandomState::new().hash_one(()));
    half() << 64 | half()
}

fn handle(name: &str) -> Result<Handle, Box<dyn Error>> {
    Handle::parse(name).map_err(|_| format!("`{name}` is not a handle").into())
}

fn address(name: &str) -> Result<Address, Box<dyn Error>> {
    Ok(Address::Handle(handle(name)?))
}
