//! A short history with every kind of command, each under an id of its own.

use acquaint_domain::{
    AcceptFrom, Address, AppealDecision, Channel, Command, CommandKey, Confirmation, EmailAddress, Fault,
    FaultChannel, Handle, Lookup, MaxDegree, MemberDraft, Pair, Profile, ProfileUrl, RequestId,
    RestrictionCause, Send, SettingsChange, Span, Tier, Timestamp,
};
use acquaint_engine::{CommandOutcome, Genesis, Input, Receipt, When, command_key};

use super::POLICY;
use crate::random_worlds::START;

/// A command of the story, `minutes` after the one before it.
pub(super) struct Step {
    pub(super) id: &'static str,
    pub(super) minutes: i64,
    pub(super) command: Command,
}

/// Fay's requests that the spam filter holds, in the order in which they are sent.
const HELD: [RequestId; 3] =
    [RequestId(0x5959_69de_686a_6216), RequestId(0x72b5_9b65_e884_f459), RequestId(0x12da_3468_4d8e_1c00)];
/// Cyd's request to fay.
const REMINDED: RequestId = RequestId(0x3588_08cd_35c3_3f89);

/// The ids whose outcomes are no longer kept when the last command is submitted.
pub(super) const OLD: [&str; 2] = ["old-1", "old-2"];

pub(super) fn genesis() -> Genesis {
    Genesis { id_key: 1, policy: POLICY.to_owned(), at: START.minus(Span::days(30)) }
}

impl Step {
    /// The key of its id, derived as the program does it: an id belongs to the member who acts.
    pub(super) fn key(&self) -> CommandKey {
        command_key(self.command.acting_member().map_or("", Handle::as_str), self.id)
    }
}

/// Every command with its key and moment.
pub(super) fn inputs() -> Vec<(&'static str, Input)> {
    let mut at = genesis().at;
    let steps = story();
    let input = |step: Step| {
        at = at.plus(Span::minutes(step.minutes));
        let key = Some(step.key());
        (step.id, Input { command: step.command, when: When::Exactly(at), key })
    };
    steps.into_iter().map(input).collect()
}

/// The moment of the last command.
pub(super) fn end() -> Timestamp {
    genesis().at.plus(Span::minutes(story().iter().map(|step| step.minutes).sum()))
}

/// The outcome of a command, without names from the code.
pub(super) fn told(receipt: &Receipt) -> String {
    let Receipt { event, at, verdict, request, repeated: _, recording } = *receipt;
    let verdict = match verdict {
        CommandOutcome::Done => "done".to_owned(),
        CommandOutcome::OnItsWay => "in transit".to_owned(),
        CommandOutcome::Crossed => "crossed".to_owned(),
        CommandOutcome::Held(code) => format!("held {code}"),
        CommandOutcome::Refused(code) => format!("refused {code}"),
    };
    let request = request.map_or_else(String::new, |request| format!(" request {:016x}", request.0));
    let recorded = if recording.is_written() { "" } else { " unrecorded" };
    format!("event {} at {} {verdict}{request}{recorded}", event.0, at.since(START).as_millis() / 60_000)
}

fn handle(name: &str) -> Handle {
    Handle::parse(name).expect("a handle")
}

fn email(name: &str) -> EmailAddress {
    EmailAddress::parse(&format!("{name}@example.org")).expect("an address")
}

fn pair(member: &str, other: &str) -> Pair {
    Pair { member: handle(member), other: Address::Handle(handle(other)) }
}

fn joins(name: &str, tier: Tier) -> Command {
    let profile = Profile {
        emails: vec![email(name)],
        url: Some(ProfileUrl::parse(&format!("https://example.org/in/{name}")).expect("a URL")),
        company: Some("Acme".to_owned()),
        title: Some("Tester".to_owned()),
        entered_handle: None,
    };
    Command::AddMember { handle: handle(name), tier, profile }
}

fn sends(sender: &str, to: &str) -> Command {
    let (sender, to) = (handle(sender), to.to_owned());
    Command::SendRequest(Send { sender, to, note: None, channel: Channel::Web, with_email: None })
}

fn sends_all(sender: &str, to: &str) -> Command {
    Command::SendRequest(Send {
        sender: handle(sender),
        to: to.to_owned(),
        note: Some("We met".to_owned()),
        channel: Channel::Api("bulk".to_owned()),
        with_email: Some(email("else")),
    })
}

fn story() -> Vec<Step> {
    let week_later = 29 * 24 * 60;
    let steps: Vec<(&'static str, i64, Command)> = vec![
        ("old-1", 0, joins("ann", Tier::Free)),
        ("old-2", 1, joins("bob", Tier::Premium)),
        ("join-cyd", week_later, joins("cyd", Tier::SalesNavigator)),
        ("join-dan", 1, joins("dan", Tier::Free)),
        ("join-eve", 1, joins("eve", Tier::Free)),
        ("join-fay", 1, joins("fay", Tier::Premium)),
        ("join-gil", 1, joins("gil", Tier::Free)),
        ("change", 1, changes_member()),
        ("contacts", 1, imports_contacts()),
        ("settings", 1, changes_settings()),
        ("confirm-first", 1, confirms_first("dan")),
        ("policy", 1, Command::AdoptPolicy { text: POLICY.replacen("pinned-worlds", "pinned-again", 1) }),
        ("send", 1, sends("ann", "bob")),
        ("accept", 1, Command::Accept(pair("bob", "ann"))),
        ("send-2", 1, sends("ann", "cyd")),
        ("decline", 1, Command::Decline(pair("cyd", "ann"))),
        ("send-3", 1, sends("ann", "eve")),
        ("ignore", 1, Command::Ignore(pair("eve", "ann"))),
        ("send-4", 1, sends("bob", "https://example.org/in/cyd")),
        ("report", 1, Command::Report(pair("cyd", "bob"))),
        ("send-5", 1, sends("bob", "dan@example.org")),
        ("confirm", 1, Command::Confirm(pair("dan", "bob"))),
        ("send-6", 1, sends("cyd", "eve")),
        ("withdraw", 1, Command::Withdraw(pair("cyd", "eve"))),
        ("send-7", 1, sends("cyd", "fay")),
        ("remind", 120, Command::Remind(pair("cyd", "fay"))),
        ("look", 1, looks_up(REMINDED)),
        ("crossing", 1, sends("fay", "cyd")),
        ("block", 1, Command::Block(pair("eve", "ann"))),
        ("block-twice", 1, Command::Block(pair("eve", "ann"))),
        ("unblock", 1, Command::Unblock(pair("eve", "ann"))),
        ("connect", 1, Command::RecordConnection(pair("bob", "eve"))),
        ("disconnect", 1, Command::Disconnect(pair("bob", "eve"))),
        ("held-1", 1, sends_all("fay", "ann")),
        ("held-2", 1, sends_all("fay", "dan")),
        ("held-3", 1, sends_all("fay", "bob")),
        ("release", 1, Command::ReleaseRequest(HELD[0])),
        ("refuse", 1, Command::RefuseRequest(HELD[1])),
        ("waive", 1, Command::ReleaseWaivingLimits(HELD[2])),
        ("restrict", 1, restricts("fay")),
        ("appeal", 1, Command::OpenAppeal { member: handle("fay"), request: None }),
        ("decide", 1, decides("fay")),
        ("ban", 1, Command::BanMember(handle("fay"))),
        ("refused", 1, sends("fay", "eve")),
        ("lift", 1, Command::LiftRestriction(handle("fay"))),
        ("fault", 1, Command::StartFault { channel: FaultChannel::Web, fault: Fault::Timeout }),
        ("delayed", 1, sends("bob", "fay")),
        ("fault-ends", 1, Command::StopFault(FaultChannel::Web)),
        ("nobody", 1, sends("ann", "nobody")),
        ("malformed", 1, sends("ann", "al ice")),
        ("close", 1, Command::CloseMember(handle("fay"))),
    ];
    steps.into_iter().map(|(id, minutes, command)| Step { id, minutes, command }).collect()
}

fn changes_member() -> Command {
    let draft = MemberDraft {
        tier: Some(Tier::Premium),
        emails: Some(vec![email("ann"), email("anna")]),
        url: Some(ProfileUrl::parse("https://example.org/in/anna").expect("a URL")),
        company: Some("Globex".to_owned()),
        title: Some("Buyer".to_owned()),
    };
    Command::ChangeMember { member: handle("ann"), draft }
}

fn imports_contacts() -> Command {
    Command::ImportContacts { member: handle("bob"), contacts: vec![email("ann"), email("cyd")] }
}

fn changes_settings() -> Command {
    let change = SettingsChange {
        accept_from: Some(AcceptFrom::ContactsOrEmail),
        max_degree: Some(MaxDegree::Within(3)),
        companies: Some(vec!["Acme".to_owned()]),
        titles: Some(vec!["Tester".to_owned()]),
        confirmation: Some(Confirmation::Off),
    };
    Command::ChangeSettings { member: handle("gil"), change }
}

fn confirms_first(member: &str) -> Command {
    let change = SettingsChange { confirmation: Some(Confirmation::First), ..SettingsChange::default() };
    Command::ChangeSettings { member: handle(member), change }
}

fn looks_up(request: RequestId) -> Command {
    let lookup = Lookup { agent: "support 7".to_owned(), because: "ticket 4711".to_owned() };
    Command::RecordLookup { request, lookup }
}

fn restricts(member: &str) -> Command {
    let until = START.plus(Span::days(9));
    Command::RestrictMember { member: handle(member), until, cause: RestrictionCause::Spam }
}

fn decides(member: &str) -> Command {
    Command::DecideAppeal { member: handle(member), request: None, decision: AppealDecision::Dismissed }
}
