//! Texts longer than today's bounds, in a log that an earlier version wrote: they are read unchanged and shown shortened.

use std::collections::BTreeSet;

use acquaint_cli::grammar::Exit;
use acquaint_codec::{decode, encode};
use acquaint_domain::{Channel, Event, Personal, account, network, outgoing};
use acquaint_log::{EventLog as _, Position};
use acquaint_log_file::{FileLog, Options};
use acquaint_policy::ARTICLE;

use super::{ask, check_clean, check_exit, every_question};
use crate::world::World;

const BEGIN: &str = "at 2026-11-21T08:00:00Z
member add alice --email alice@example.org --company Acme --title Tester
member add bob --email bob@example.org --company Acme
settings bob --companies Acme
member add carol
send alice bob --note hello --via api:program
send alice nobody
send carol bob
send alice 'no address'
";

/// The widest line of a page, in characters: a shortened text, with something before and after it.
const LINE_CHARS_MAX: usize = 4_200;

fn long(of: &str) -> String {
    format!("{of}{}", "x".repeat(70_000))
}

fn lengthen(text: &mut Option<String>) {
    if let Some(text) = text {
        *text = long(text);
    }
}

/// Changes the event to what an earlier version, which had no bounds, may have recorded.
fn lengthen_texts(event: &mut Event) {
    if let Event::Network(network::Event::PolicyAdopted { name, text, hash, .. }) = event {
        *name = long("article");
        *text = ARTICLE
            .replacen("name = \"article\"", &format!("name = \"{name}\""), 1)
            .replacen("id = \"requests-per-day\"", &format!("id = \"{}\"", long("requests-per-day")), 1)
            .replacen("first_retry = \"1m\"", "first_retry = \"1ms\"", 1)
            .replacen("longest_retry = \"6h\"", "longest_retry = \"1ms\"", 1)
            .replacen("after = \"180d\"", "after = \"3660001d\"", 1);
        *hash = *blake3::hash(text.as_bytes()).as_bytes();
    }
    if let Event::Account(account::Event {
        kind: account::Kind::Added { profile: Personal::Held(profile), .. },
        ..
    }) = event
    {
        lengthen(&mut profile.company);
        lengthen(&mut profile.title);
    }
    if let Event::Account(account::Event { kind: account::Kind::SettingsChanged { settings, .. }, .. }) =
        event
        && let Personal::Held(audience) = &mut settings.audience
    {
        audience.companies = audience.companies.iter().map(|name| long(name)).collect::<BTreeSet<_>>();
        audience.titles = (0..1_000).map(|number| format!("title {number}")).collect();
    }
    if let Event::Outgoing(outgoing::Event {
        kind: outgoing::Kind::Submitted { entered: Personal::Held(entered), channel, .. },
        ..
    }) = event
    {
        if entered.normalised.is_none() {
            entered.address = long(&entered.address);
        }
        lengthen(&mut entered.note);
        if let Channel::Api(client) = channel {
            *client = long(client);
        }
    }
}

#[test]
fn longer_texts_of_an_older_log_are_read_and_shown_shortened() {
    let (world, older) = (World::new(), World::new());
    world.play(BEGIN);
    let options = Options::default();
    let from = FileLog::open(&world.data().join("log"), &options).expect("it opens");
    let to = FileLog::open(&older.data().join("log"), &options).expect("it is made");
    for (position, record) in (1..).zip(from.read(Position::FIRST)) {
        let mut recorded = decode(&record.expect("it reads").bytes).expect("it decodes");
        lengthen_texts(&mut recorded.event);
        to.append(Position::new(position).expect("from 1"), &[encode(&recorded)]).expect("it is appended");
    }
    drop((from, to));
    let program = older.program();
    let mut widest = 0;
    for words in every_question() {
        for ran in ask(&program, &words) {
            check_exit(&words, &ran);
            check_clean(&words, &ran);
            if !ran.out.starts_with('{') {
                widest =
                    widest.max(ran.out.lines().map(|line| line.chars().count()).max().unwrap_or_default());
            }
        }
    }
    assert!((100..LINE_CHARS_MAX).contains(&widest), "{widest}");
    let ran = program.run(&["--at", "2026-11-21T13:00:00Z", "send", "carol", "alice", "--note", "hello"]);
    assert_eq!(ran.exit, Exit::Ok, "the log can still be written: {}", ran.stderr);
    assert_eq!(program.run(&["replay"]).exit, Exit::Ok);
}
