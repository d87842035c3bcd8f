//! The pinned bytes of one state: if they change, or a view interprets an event differently, raise the format number.

use std::fs;

use acquaint_checkpoint::{CheckpointHead, FORMAT};
use acquaint_domain::{
    AcceptFrom, Address, Channel, Command, CommandKey, EmailAddress, Fault, FaultChannel, Handle, Pair,
    Profile, ProfileUrl, RestrictionCause, Send, SettingsChange, Span, Tier,
};
use acquaint_engine::{Genesis, Input, Kernel, When};

use super::fresh;
use crate::random_worlds::{START, log_of, pass};

const VIEWS: [&str; 11] = [
    "members",
    "pending",
    "connected",
    "blocked",
    "exports",
    "requests",
    "ledger",
    "tally",
    "outbox",
    "index",
    "rest",
];

fn handle(name: &str) -> Handle {
    Handle::parse(name).expect("a handle")
}

fn joins(name: &str) -> Command {
    let profile = Profile {
        emails: vec![EmailAddress::parse(&format!("{name}@example.org")).expect("an address")],
        url: Some(ProfileUrl::parse(&format!("https://example.org/in/{name}")).expect("a URL")),
        company: Some("Acme".to_owned()),
        title: None,
        entered_handle: None,
    };
    Command::AddMember { handle: handle(name), tier: Tier::Free, profile }
}

fn sends(sender: &str, to: &str, note: Option<&str>) -> Command {
    let (sender, to, note) = (handle(sender), to.to_owned(), note.map(ToOwned::to_owned));
    let channel = Channel::Api("a program".to_owned());
    Command::SendRequest(Send { sender, to, note, channel, with_email: None })
}

fn pair(member: &str, other: &str) -> Pair {
    Pair { member: handle(member), other: Address::Handle(handle(other)) }
}

/// The commands of the history, a quarter of an hour apart.
fn commands() -> Vec<Command> {
    let contacts = Command::ImportContacts {
        member: handle("bob"),
        contacts: vec![EmailAddress::parse("carol@example.org").expect("an address")],
    };
    let settings = Command::ChangeSettings {
        member: handle("dan"),
        change: SettingsChange {
            accept_from: Some(AcceptFrom::Contacts),
            companies: Some(vec!["Globex".to_owned()]),
            ..SettingsChange::default()
        },
    };
    let until = START.plus(Span::days(9));
    let cause = RestrictionCause::Security;
    vec![
        joins("alice"),
        joins("bob"),
        joins("carol"),
        joins("dan"),
        joins("eve"),
        contacts,
        settings,
        sends("alice", "bob", Some("We met at the fair")),
        Command::Accept(pair("bob", "alice")),
        sends("bob", "carol", None),
        Command::Decline(pair("carol", "bob")),
        sends("carol", "dan", Some("Hello")),
        sends("carol", "alice@example.org", Some("Hello")),
        sends("alice", "nobody", None),
        sends("alice", "al ice", None),
        sends("alice", "nobody", None),
        Command::Block(pair("eve", "bob")),
        sends("bob", "eve", None),
        Command::RecordConnection(pair("carol", "eve")),
        Command::Disconnect(pair("carol", "eve")),
        sends("dan", "eve", None),
        Command::Withdraw(pair("dan", "eve")),
        Command::RestrictMember { member: handle("dan"), until, cause },
        Command::OpenAppeal { member: handle("dan"), request: None },
        Command::StartFault { channel: FaultChannel::All, fault: Fault::Timeout },
        sends("eve", "alice", None),
        Command::CloseMember(handle("carol")),
    ]
}

fn kernel() -> Kernel {
    let mut kernel = Kernel::default();
    let policy = include_str!("pinned.toml").to_owned();
    kernel.init(&Genesis { id_key: 1, policy, at: START }).expect("the policy reads");
    let mut now = START;
    for (place, command) in commands().into_iter().enumerate() {
        let key = place.is_multiple_of(3).then_some(CommandKey(place as u128));
        // A command that is refused or fails is part of the history too.
        let _answer = kernel.handle(Input { command, when: When::Exactly(now), key });
        now = now.plus(Span::minutes(15));
        pass(&mut kernel, now);
    }
    kernel
}

#[test]
fn the_bytes_of_a_state_change_only_with_the_format_number() {
    let kernel = kernel();
    let log = log_of(kernel.staged());
    let (_folder, checkpoints) = fresh();
    let written = checkpoints.write(&log, kernel.views()).expect("it is written");
    let bytes = fs::read(written.file).expect("it is there");
    let head = CheckpointHead::read(&bytes, VIEWS.len()).expect("it is good");
    let mut pinned = format!("format {FORMAT}, event {}\n", head.position);
    for (view, section) in VIEWS.iter().zip(&head.sections) {
        let hash: String = section.hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        pinned.push_str(&format!("{view} {} {hash}\n", section.length));
    }
    // An existing checkpoint with the same number would be read as if it had today's bytes and state. If these change,
    // raise `FORMAT` in crates/checkpoint/src/file.rs.
    insta::assert_snapshot!(pinned, @"
    format 6, event 65
    members 644 5eb9fd4f3cd2fe24
    pending 438 8a4b76632589fd42
    connected 64 5ff2cbde7eece55c
    blocked 180 dce42bd3c5ffccbb
    exports 6 3dbd5a09e7a3cb05
    requests 463 09b8bf2acaa5983a
    ledger 419 46443ec54e713c4d
    tally 103 69868e68d9b4c9de
    outbox 224 58aa444f6335f5e3
    index 1312 31d555e278479f87
    rest 1410 07d46af7ab7102d7
    ");
}
