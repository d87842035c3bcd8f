//! The fingerprint and the key of a command of every kind, and its outcome.

use std::collections::BTreeSet;
use std::fmt::Write;

use acquaint_domain::Command;
use acquaint_engine::Kernel;

use super::story::{genesis, inputs, told};
use super::table;

/// The kind of a command. A new kind does not compile until it is named here, and then it needs a step in the story.
fn kind(command: &Command) -> &'static str {
    match command {
        Command::AddMember { .. } => "AddMember",
        Command::ChangeMember { .. } => "ChangeMember",
        Command::RestrictMember { .. } => "RestrictMember",
        Command::BanMember(_) => "BanMember",
        Command::LiftRestriction(_) => "LiftRestriction",
        Command::CloseMember(_) => "CloseMember",
        Command::ImportContacts { .. } => "ImportContacts",
        Command::ChangeSettings { .. } => "ChangeSettings",
        Command::Block(_) => "Block",
        Command::Unblock(_) => "Unblock",
        Command::RecordConnection(_) => "RecordConnection",
        Command::Disconnect(_) => "Disconnect",
        Command::SendRequest(_) => "SendRequest",
        Command::Confirm(_) => "Confirm",
        Command::Accept(_) => "Accept",
        Command::Decline(_) => "Decline",
        Command::Ignore(_) => "Ignore",
        Command::Report(_) => "Report",
        Command::Withdraw(_) => "Withdraw",
        Command::Remind(_) => "Remind",
        Command::RecordLookup { .. } => "RecordLookup",
        Command::AdoptPolicy { .. } => "AdoptPolicy",
        Command::ReleaseRequest(_) => "ReleaseRequest",
        Command::RefuseRequest(_) => "RefuseRequest",
        Command::OpenAppeal { .. } => "OpenAppeal",
        Command::DecideAppeal { .. } => "DecideAppeal",
        Command::StartFault { .. } => "StartFault",
        Command::StopFault(_) => "StopFault",
        Command::ReleaseWaivingLimits(_) => "ReleaseWaivingLimits",
    }
}

/// The kinds that `kind` names, from this file's own text.
fn kinds() -> BTreeSet<&'static str> {
    let arms = include_str!("commands.rs").lines().filter(|line| line.trim_start().starts_with("Command::"));
    arms.filter_map(|line| line.split('"').nth(1)).collect()
}

#[test]
fn the_story_has_a_command_of_every_kind() {
    let told: BTreeSet<&str> = inputs().iter().map(|(_, input)| kind(&input.command)).collect();
    assert_eq!(told, kinds());
}

#[test]
fn every_command_has_the_same_key_fingerprint_and_outcome() {
    let mut kernel = Kernel::default();
    kernel.init(&genesis()).expect("the policy reads");
    let mut pinned = String::new();
    for (id, input) in inputs() {
        let (kind, key) = (kind(&input.command), input.key);
        let receipt = kernel.handle(input).unwrap_or_else(|error| panic!("{id}: {error}\n{pinned}"));
        let mut tags = kernel.staged().iter().filter_map(|recorded| recorded.command);
        let tag = tags.find(|tag| Some(tag.key) == key).expect("its first event has its id");
        writeln!(
            pinned,
            "{id} {kind}\n  key {:032x} content {:016x}\n  {}",
            tag.key.0,
            tag.content,
            told(&receipt)
        )
        .expect("a string takes it");
    }
    pinned.push_str(&table(kernel.staged(), kernel.views()));
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("commands", pinned);
    });
}
