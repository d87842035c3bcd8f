//! The answer to a send is out before its letter is carried: what the arrival takes, or comes to, is not in its time.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use acquaint_domain::{
    AcceptFrom, Address, Channel, Command, Handle, Pair, Profile, Send, SettingsChange, Tier, Timestamp,
};
use acquaint_engine::{Engine, Genesis, Input, When};
use acquaint_log::{AppendError, EventLog, MemoryLog, Position, ReadError, Record};

const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

/// A log in memory that takes so many batches more, and lets the next one wait until it is released.
pub(crate) struct Gated {
    log: MemoryLog,
    batches_left: Mutex<Option<usize>>,
    released: Condvar,
}

impl Gated {
    pub(crate) fn new() -> Self {
        Self { log: MemoryLog::new(), batches_left: Mutex::new(None), released: Condvar::new() }
    }

    pub(crate) fn set(&self, batches: Option<usize>) {
        *self.batches_left.lock().expect("no panic holds it") = batches;
        self.released.notify_all();
    }
}

impl EventLog for Gated {
    fn append(&self, expected: Position, batch: &[Vec<u8>]) -> Result<Position, AppendError> {
        let mut left = self.batches_left.lock().expect("no panic holds it");
        while *left == Some(0) {
            left = self.released.wait(left).expect("no panic holds it");
        }
        *left = left.map(|left| left - 1);
        self.log.append(expected, batch)
    }

    fn batch_bytes_max(&self) -> u64 {
        self.log.batch_bytes_max()
    }

    fn next_position(&self) -> Position {
        self.log.next_position()
    }

    fn read(
        &self,
        from: Position,
    ) -> Box<dyn Iterator<Item = Result<Record, ReadError>> + std::marker::Send + '_> {
        self.log.read(from)
    }

    fn wait_past(&self, position: Position, timeout: Duration) -> Position {
        self.log.wait_past(position, timeout)
    }
}

fn handle(name: &str) -> Handle {
    Handle::parse(name).expect("a handle")
}

fn submit(engine: &Engine, command: Command) {
    let input = Input { command, when: When::NotBefore(START), key: None };
    engine.submit(input).expect("it is answered");
}

#[test]
fn a_send_is_answered_while_its_letter_has_not_been_carried() {
    let member =
        |name| Command::AddMember { handle: handle(name), tier: Tier::Free, profile: Profile::default() };
    let block = Command::Block(Pair { member: handle("bob"), other: Address::Handle(handle("alice")) });
    let contacts = SettingsChange { accept_from: Some(AcceptFrom::Contacts), ..SettingsChange::default() };
    let closed = Command::CloseMember(handle("bob"));
    let settings = Command::ChangeSettings { member: handle("bob"), change: contacts };
    for private in [None, Some(block), Some(settings), Some(closed)] {
        let log = Arc::new(Gated::new());
        let founding = Genesis { id_key: 1, policy: acquaint_policy::ARTICLE.to_owned(), at: START };
        let engine = Engine::open(Arc::clone(&log) as Arc<dyn EventLog>, &founding).expect("it opens");
        for name in ["alice", "bob"] {
            submit(&engine, member(name));
        }
        private.into_iter().for_each(|command| submit(&engine, command));
        let before = engine.read(|views| views.last().0).expect("it has not stopped");
        // One batch is taken; the next one, with the arrival, waits.
        log.set(Some(1));
        let send = Send {
            sender: handle("alice"),
            to: "bob".to_owned(),
            note: None,
            channel: Channel::Web,
            with_email: None,
        };
        submit(&engine, Command::SendRequest(send));
        assert_eq!(log.next_position().get(), before + 3, "submitted and sent, and nothing of the arrival");
        log.set(None);
        let after = engine.read(|views| views.last().0).expect("it has not stopped");
        assert_eq!(after, before + 4, "a reader sees the arrival");
        assert_eq!(log.next_position().get(), after + 1, "and it is appended");
    }
}
