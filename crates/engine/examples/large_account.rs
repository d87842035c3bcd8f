//! Measures how long it takes to close an account with very many connections, to expire very many requests to one member, and
//! to answer what became of all requests of a member.
//!
//! `cargo run --profile test -p acquaint-engine --example large_account 25000 50000 100000`
#![expect(clippy::print_stdout, reason = "it prints its measurements")]

use std::error::Error;
use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use acquaint_audit::Viewer;
use acquaint_codec::encode;
use acquaint_domain::{
    Address, Command, Handle, ImportedPlace, Profile, Settings, Span, Standing, Tier, Timestamp,
};
use acquaint_engine::{
    Genesis, ImportBatch, ImportRecord, ImportedMember, ImportedRequest, Input, Inquiry, InquiryCache,
    Kernel, RequestPlace, When,
};
use acquaint_log::{EventLog, MemoryLog, Position};

const START: Timestamp = Timestamp::from_millis(1_795_248_000_000);

fn member(handle: &Handle) -> ImportRecord {
    ImportRecord::Member(Box::new(ImportedMember {
        handle: handle.clone(),
        tier: Tier::Free,
        joined: START,
        standing: Standing::Good,
        settings: Settings::default(),
        profile: Profile::default(),
        contacts: Vec::new(),
    }))
}

fn request(from: &Handle, to: &Handle) -> ImportRecord {
    let (from, to, place) =
        (from.clone(), Address::Handle(to.clone()), RequestPlace::Here(ImportedPlace::Inbox));
    ImportRecord::Request(Box::new(ImportedRequest { from, to, at: START, note: None, place }))
}

/// A kernel with a hub and this many other members; `between` gives the record about the hub and each of them.
fn kernel(count: usize, between: fn(&Handle, &Handle) -> ImportRecord) -> Result<Kernel, Box<dyn Error>> {
    let mut kernel = Kernel::default();
    let id_key = u128::from(RandomState::new().hash_one(()));
    kernel.init(&Genesis { id_key, policy: acquaint_policy::ARTICLE.to_owned(), at: START })?;
    let hub = Handle::parse("hub").map_err(|_| "a handle")?;
    let mut records = vec![member(&hub)];
    for number in 0..count {
        // Members do not join in the order of their handles.
        let other = Handle::parse(&format!("m{}", number * 7_919 % count)).map_err(|_| "a handle")?;
        records.extend([member(&other), between(&hub, &other)]);
    }
    let records = (1..).zip(records).collect();
    kernel.inherit(ImportBatch { follows: None, as_of: START, records, up_to: None })?;
    Ok(kernel)
}

fn main() -> Result<(), Box<dyn Error>> {
    for count in std::env::args().skip(1).filter_map(|word| word.parse::<usize>().ok()) {
        let hub = Handle::parse("hub").map_err(|_| "a handle")?;
        let mut connected = kernel(count, |hub, other| ImportRecord::Connection {
            one: hub.clone(),
            other: other.clone(),
            since: START,
        })?;
        let begun = Instant::now();
        let (command, when) = (Command::CloseMember(hub.clone()), When::Exactly(START));
        connected.handle(Input { command, when, key: None })?;
        println!("{count} connections of an account that closes: {:.2} s", begun.elapsed().as_secs_f64());

        let mut asked = kernel(count, |hub, other| request(other, hub))?;
        let begun = Instant::now();
        asked.advance(START.plus(Span::days(400)));
        println!("{count} requests to one member that expire: {:.2} s", begun.elapsed().as_secs_f64());

        let mut sent = kernel(count, request)?;
        let log = MemoryLog::new();
        let events: Vec<Vec<u8>> = sent.take_staged().iter().map(encode).collect();
        log.append(Position::FIRST, &events)?;
        let (views, cache) = (sent.views(), InquiryCache::default());
        let inquiry = Inquiry::new(views, &log, &[]).remembering(&cache);
        let sender = views.members.by_handle(&hub).ok_or("the hub is a member")?.id;
        let later = START.plus(Span::days(30));
        for what in ["why --all", "follow-up"] {
            let begun = Instant::now();
            let mut answers = 0;
            for request in inquiry.requests_of(sender) {
                answers += usize::from(if what == "follow-up" {
                    inquiry.follow_up(request, Viewer::Sender, later)?.is_some()
                } else {
                    inquiry.explain(request, Viewer::Sender, later)?.is_some()
                });
            }
            println!("{answers} answers of `{what}`: {:.2} s", begun.elapsed().as_secs_f64());
        }
    }
    Ok(())
}
