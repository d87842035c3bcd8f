//! The engine in another program: the engine itself enforces the bounds, not the command line, and a caller that exceeds one
//! disturbs nobody.

use std::sync::Arc;

use acquaint_domain::bounds::{self, OutOfBounds};
use acquaint_domain::{
    Channel, Command, EmailAddress, Handle, Lookup, MemberDraft, Profile, RequestId, Send, SettingsChange,
    Tier, Timestamp,
};
use acquaint_engine::{Engine, Genesis, Input, SubmitError, When};
use acquaint_log::{EventLog as _, MemoryLog};

const START: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn handle(name: &str) -> Handle {
    Handle::parse(name).expect("a handle")
}

fn send(to: String, note: Option<String>, channel: Channel) -> Command {
    Command::SendRequest(Send { sender: handle("alice"), to, note, channel, with_email: None })
}

fn profile(company: &str, emails: usize) -> Profile {
    let email = |number| EmailAddress::parse(&format!("p{number}@example.org")).expect("an address");
    Profile {
        company: Some(company.to_owned()),
        emails: (0..emails).map(email).collect(),
        ..Profile::default()
    }
}

fn oversized() -> Vec<Command> {
    let long = |most: usize| "x".repeat(most + 1);
    let contact = |number| EmailAddress::parse(&format!("c{number}@example.org")).expect("an address");
    let change = |companies: Vec<String>| Command::ChangeSettings {
        member: handle("alice"),
        change: SettingsChange { companies: Some(companies), ..SettingsChange::default() },
    };
    let lookup = |agent: String, because: String| Command::RecordLookup {
        request: RequestId(1),
        lookup: Lookup { agent, because },
    };
    let (bob, web) = (|| "bob".to_owned(), Channel::Web);
    vec![
        send("x".repeat(5 << 20), None, web.clone()),
        send(long(bounds::ADDRESS.most), None, web.clone()),
        send(bob(), Some(long(bounds::NOTE.most)), web),
        send(bob(), None, Channel::Api(long(bounds::CLIENT.most))),
        Command::AddMember { handle: handle("zoe"), tier: Tier::Free, profile: profile(&long(200), 0) },
        Command::AddMember { handle: handle("zoe"), tier: Tier::Free, profile: profile("Acme", 21) },
        Command::ChangeMember {
            member: handle("alice"),
            draft: MemberDraft { title: Some(long(bounds::TITLE.most)), ..MemberDraft::default() },
        },
        Command::ImportContacts { member: handle("alice"), contacts: (0..300_000).map(contact).collect() },
        change((0..201).map(|number| number.to_string()).collect()),
        change(vec![long(bounds::COMPANY.most)]),
        lookup(long(bounds::AGENT.most), "a ticket".to_owned()),
        lookup("kim".to_owned(), long(bounds::REASON.most)),
        Command::AdoptPolicy { text: long(bounds::POLICY_DOCUMENT.most) },
        Command::AdoptPolicy { text: acquaint_policy::ARTICLE.replacen("\"180d\"", "\"0d\"", 1) },
    ]
}

#[test]
fn an_oversized_command_is_bad_input_and_everybody_else_is_served() {
    let log = Arc::new(MemoryLog::new());
    let genesis = Genesis { id_key: 1, policy: acquaint_policy::ARTICLE.to_owned(), at: START };
    let engine = Engine::open(Arc::clone(&log) as _, &genesis).expect("an empty log opens");
    let submit = |command| engine.submit(Input { command, when: When::Exactly(START), key: None });
    for name in ["alice", "bob"] {
        let profile = Profile::default();
        submit(Command::AddMember { handle: handle(name), tier: Tier::Free, profile }).expect("a new member");
    }
    let before = log.next_position();
    for command in oversized() {
        let is_policy = matches!(command, Command::AdoptPolicy { .. });
        let over = command.within_bounds();
        assert!(is_policy || over.is_err(), "{over:?}");
        let (Err(SubmitError::BadInput(said)) | Err(SubmitError::BadPolicy(said))) = submit(command) else {
            panic!("{over:?}: it was accepted")
        };
        if let Err(OutOfBounds::Long { .. } | OutOfBounds::Many { .. }) = &over {
            assert_eq!(Err(said), over.map_err(|over| over.to_string()));
        } else {
            assert!(said.contains("shorter than 1h"), "{said}");
        }
        assert_eq!(log.next_position(), before, "nothing is written");
    }
    let long = Send {
        sender: handle("alice"),
        to: "x".repeat(bounds::ADDRESS.most + 1),
        note: None,
        channel: Channel::Web,
        with_email: None,
    };
    assert!(matches!(engine.check(long, When::Exactly(START)), Err(SubmitError::BadInput(_))));
    submit(send("bob".to_owned(), None, Channel::Web)).expect("nobody else is affected");
    assert!(log.next_position() > before);
}
