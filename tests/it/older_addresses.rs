//! A log in which an earlier version wrote addresses in another form: its members are found under every spelling.

use acquaint_codec::encode;
use acquaint_domain::{Channel, Code, Command, EmailAddress, Handle, Profile, ProfileUrl, Send, Tier};
use acquaint_engine::{CommandOutcome, Input, Kernel, Rebuild, When};
use acquaint_log::{EventLog, MemoryLog, Position};

use crate::random_worlds::{START, genesis, log_of};

/// A text that every version writes unchanged, and the text of the same length that an earlier version wrote.
const OLDER: [(&str, &str); 3] = [
    ("hangul", "\u{1100}\u{1161}"),
    ("gael@aaaaaaaaaaaaa.example", "gael@xn--bcher-kva.example"),
    ("uk.linkedin.org/in/gael", "uk.linkedin.com/in/gael"),
];

fn handle(text: &str) -> Handle {
    Handle::parse(text).expect("a handle")
}

fn member(name: &str, email: Option<&str>, url: Option<&str>) -> Command {
    let emails = email.map(|spelling| EmailAddress::parse(spelling).expect("an e-mail address"));
    let profile = Profile {
        emails: emails.into_iter().collect(),
        url: url.map(|spelling| ProfileUrl::parse(spelling).expect("a URL")),
        ..Profile::default()
    };
    Command::AddMember { handle: handle(name), tier: Tier::Free, profile }
}

fn send(to: &str) -> Command {
    let (sender, to) = (handle("ann"), to.to_owned());
    Command::SendRequest(Send { sender, to, note: None, channel: Channel::Web, with_email: None })
}

fn act(kernel: &mut Kernel, command: Command) -> CommandOutcome {
    kernel.handle(Input { command, when: When::Exactly(START), key: None }).expect("it is answered").verdict
}

/// A kernel with ann and a member `name` with these addresses, to whom ann has sent a request.
fn kernel(name: &str, email: &str, url: &str) -> Kernel {
    let mut kernel = Kernel::default();
    kernel.init(&genesis()).expect("the built-in policy reads");
    act(&mut kernel, member("ann", None, None));
    act(&mut kernel, member(name, Some(email), Some(url)));
    assert_eq!(act(&mut kernel, send(name)), CommandOutcome::OnItsWay);
    kernel
}

/// The log as an earlier version wrote it.
fn older_log() -> MemoryLog {
    let [(name, _), (email, _), (url, _)] = OLDER;
    let log = MemoryLog::new();
    let older = |mut bytes: Vec<u8>| {
        for (today, then) in OLDER {
            assert_eq!(today.len(), then.len());
            while let Some(at) = bytes.windows(today.len()).position(|part| part == today.as_bytes()) {
                bytes[at..at + then.len()].copy_from_slice(then.as_bytes());
            }
        }
        bytes
    };
    let records: Vec<Vec<u8>> =
        kernel(name, email, url).staged().iter().map(|event| older(encode(event))).collect();
    log.append(Position::FIRST, &records).expect("an empty log takes its first batch");
    log
}

#[test]
fn members_of_an_older_log_are_found_under_every_spelling() {
    let mut kernel = Kernel::new(Rebuild::of(&older_log()).run().expect("an older log opens").views);
    let members = &kernel.views().members;
    let id = members.by_handle(&handle("가")).expect("by its handle").id;
    let email = |spelling| EmailAddress::parse(spelling).expect("an e-mail address");
    let url = |spelling| ProfileUrl::parse(spelling).expect("a URL");
    for spelling in ["gael@bücher.example", "gael@xn--bcher-kva.example"] {
        assert_eq!(members.by_email(&email(spelling)).map(|found| found.id), Some(id), "{spelling}");
    }
    for spelling in ["linkedin.com/in/gael", "https://uk.linkedin.com/in/Gael/en"] {
        assert_eq!(members.by_url(&url(spelling)).map(|found| found.id), Some(id), "{spelling}");
    }
    for spelling in ["가", "\u{1100}\u{1161}", "https://de.linkedin.com/in/gael"] {
        assert_eq!(
            act(&mut kernel, send(spelling)),
            CommandOutcome::Refused(Code::AlreadyPending),
            "{spelling}"
        );
    }
    let command = member("other", Some("gael@bücher.example"), None);
    let taken = kernel.handle(Input { command, when: When::Exactly(START), key: None });
    assert!(taken.expect_err("the address is taken").to_string().contains("belongs to another member"));
}

#[test]
fn an_older_log_gives_the_same_views_as_one_written_today() {
    let [(_, name), (_, email), (_, url)] = OLDER;
    let today = kernel(name, email, url);
    let older = Rebuild::of(&older_log()).run().expect("an older log opens").views;
    let today = Rebuild::of(&log_of(today.staged())).run().expect("today's log opens").views;
    for (older, today) in older.digests().into_iter().zip(today.digests()) {
        assert_eq!(older, today);
    }
}
