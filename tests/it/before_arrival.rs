//! A send is answered before its letter is carried, so that the time of the answer tells nothing about the arrival.

use std::sync::Arc;

use acquaint_domain::{AcceptFrom, Address, Channel, Command, Pair, Send, SettingsChange};
use acquaint_engine::{Engine, Input, When};
use acquaint_log::EventLog;

use crate::kernels::{adds, named};
use crate::random_worlds::{START, genesis};
use crate::test_log::TestLog;

fn submit(engine: &Engine, command: Command) {
    let input = Input { command, when: When::NotBefore(START), key: None };
    engine.submit(input).expect("it is answered");
}

#[test]
fn a_send_is_answered_while_its_letter_has_not_been_carried() {
    let block = Command::Block(Pair { member: named("bob"), other: Address::Handle(named("alice")) });
    let contacts = SettingsChange { accept_from: Some(AcceptFrom::Contacts), ..SettingsChange::default() };
    let closed = Command::CloseMember(named("bob"));
    let settings = Command::ChangeSettings { member: named("bob"), change: contacts };
    for private in [None, Some(block), Some(settings), Some(closed)] {
        let log = Arc::new(TestLog::new());
        let engine = Engine::open(Arc::clone(&log) as Arc<dyn EventLog>, &genesis()).expect("it opens");
        for name in ["alice", "bob"] {
            submit(&engine, adds(name));
        }
        private.into_iter().for_each(|command| submit(&engine, command));
        let before = engine.read(|views| views.last().0).expect("it has not stopped");
        // One more batch is appended; the next one, with the arrival, waits.
        log.limit(Some(1));
        let send = Send {
            sender: named("alice"),
            to: "bob".to_owned(),
            note: None,
            channel: Channel::Web,
            with_email: None,
        };
        submit(&engine, Command::SendRequest(send));
        assert_eq!(log.next_position().get(), before + 3, "submitted and sent, but not arrived");
        log.limit(None);
        let after = engine.read(|views| views.last().0).expect("it has not stopped");
        assert_eq!(after, before + 4, "a reader sees the arrival");
        assert_eq!(log.next_position().get(), after + 1, "the arrival is appended");
    }
}
