//! A held request is judged by the limits of the moment at which it leaves, and checks are bounded like refused sends.

use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_domain::{Span, Timestamp};
use acquaint_policy::ARTICLE;
use acquaint_tests::Program;

use crate::answer_form::requests;
use crate::sandbox::{InMemory, check, squeezed};

/// 6 Jan 2026 09:00:00 UTC
const START: Timestamp = Timestamp::from_millis(1_767_690_000_000);

/// The built-in policy with this limit of requests a day and three attempts an hour, which holds the fifth repetition of a
/// note.
fn policy(folder: &Path, limit: u32) -> String {
    let attempts = r#"[[limit]]
id = "attempts"
code = "CR0404"
kind = "rolling"
window = "1h"
at_most = { free = 3, premium = 600, sales-navigator = 1000 }
source = "choice: a test."

[own_settings]"#;
    let limit = format!("free = {limit}");
    let notes = "[spam.repeated_note]\nwindow = \"24h\"\neach = ";
    assert!(ARTICLE.contains(&format!("{notes}0.2")));
    let text = ARTICLE.replacen("free = 300", &limit, 1).replacen("[own_settings]", attempts, 1);
    let text = text.replacen(&format!("{notes}0.2"), &format!("{notes}1.5"), 1);
    let text = text.replacen("refuse_at = 6.5", "refuse_at = 20.0", 1);
    let file = folder.join("limits.toml");
    std::fs::write(&file, text).expect("a folder to write to");
    file.to_str().expect("a path in UTF-8").to_owned()
}

fn network(limit: u32) -> InMemory {
    let folder = tempfile::tempdir().expect("a folder");
    let mut network = InMemory::new(START);
    network.done(&format!("policy adopt {}", policy(folder.path(), limit)));
    for member in ["alice", "bob", "carol", "dan", "erin"] {
        network.done(&format!("member add {member}"));
    }
    network
}

#[test]
fn a_confirmation_is_charged_and_judged_at_its_own_moment() {
    let mut world = network(2);
    world.done("settings alice --confirm on");
    for recipient in ["bob", "carol", "dan"] {
        check(&world.done(&format!("send alice {recipient} --note hello")), &["CR0305"]);
    }
    // A request that has not left is not charged.
    check(&world.done("quota alice"), &["requests-per-day: 0 of 2"]);
    world.wait(Span::days(3));
    check(&world.done("confirm alice bob"), &["done"]);
    check(&world.done("confirm alice carol"), &["done"]);
    check(&world.done("quota alice"), &["requests-per-day: 2 of 2"]);
    // Two have used up the day's limit. The third stays held, and the answer says until when.
    let refused = world.done("confirm alice dan");
    check(&refused, &["CR0401", "10 Jan 2026 09:00"]);
    check(&world.done("why alice dan"), &["CR0305", "10 Jan 2026 09:00"]);
    check(&world.done("pending dan"), &["nothing"]);
    world.wait(Span::days(1));
    check(&world.done("confirm alice dan"), &["done"]);
    check(&world.done("quota alice"), &["requests-per-day: 1 of 2"]);
}

#[test]
fn a_restricted_member_can_confirm_nothing_and_the_request_stays_held() {
    let mut world = network(2);
    world.done("settings alice --confirm on");
    world.done("send alice bob");
    world.done("member restrict alice --for 2d");
    check(&world.done("confirm alice bob"), &["CR0301"]);
    world.wait(Span::days(2));
    check(&world.done("confirm alice bob"), &["done"]);
}

#[test]
fn a_released_request_is_judged_by_the_limits_unless_the_reviewer_waives_them() {
    let mut world = network(6);
    let recipients: Vec<String> = (1..=12).map(|number| format!("reader{number:02}")).collect();
    for recipient in &recipients {
        world.done(&format!("member add {recipient}"));
    }
    for recipient in &recipients[..4] {
        world.done(&format!("send alice {recipient} --note hello"));
    }
    let mut held = Vec::new();
    for recipient in &recipients[4..6] {
        let said = world.done(&format!("send alice {recipient} --note hello"));
        check(&said, &["CR0502"]);
        held.extend(requests(&said));
        world.wait(Span::hours(1));
    }
    // Requests that wait for a review count as sent, so that nobody can fill the queue.
    check(&world.done("quota alice"), &["requests-per-day: 6 of 6"]);
    world.wait(Span::days(2));
    for recipient in &recipients[6..] {
        world.done(&format!("send alice {recipient}"));
    }
    let refused = world.say(&format!("review release {}", held[0]));
    assert_eq!(refused.exit, Exit::Refused);
    check(&squeezed(&refused.stderr), &["stays held", "CR0401", "2026-01-09T11:00:00Z", "--waive-limits"]);
    check(&world.done("review list"), &[&held[0], &held[1]]);
    // A restriction is not a limit: it cannot be waived, and the answer does not offer that.
    world.done("member restrict alice --for 1h");
    let refused = world.say(&format!("review release {}", held[0]));
    check(&squeezed(&refused.stderr), &["stays held", "CR0301"]);
    assert!(!refused.stderr.contains("--waive-limits"), "{}", refused.stderr);
    let waived = world.say(&format!("review release {} --waive-limits", held[0]));
    check(&squeezed(&waived.stderr), &["stays held", "CR0301"]);
    world.wait(Span::hours(1));
    world.done(&format!("review release {} --waive-limits", held[0]));
    check(&world.done("quota alice"), &["requests-per-day: 6 of 6"]);
    world.wait(Span::days(1));
    world.done(&format!("review release {}", held[1]));
    check(&world.done("quota alice"), &["requests-per-day: 1 of 6"]);
}

#[test]
fn a_check_counts_as_an_attempt_and_beyond_the_limit_it_tells_nothing() {
    let mut world = network(2);
    for address in ["bob", "nobody", "noone"] {
        world.done(&format!("check alice {address}"));
    }
    let beyond = [world.done("check alice bob"), world.done("check alice nowhere")];
    assert!(beyond.iter().all(|said| said.contains("CR0404")), "{beyond:?}");
    // Her sends are bounded with them; another member's checks are not.
    check(&world.done("send alice bob"), &["CR0404"]);
    check(&world.done("check carol nobody"), &["CR0101"]);
    world.wait(Span::hours(1));
    check(&world.done("check alice nobody"), &["CR0101"]);
    // A send that accepts a request is not an attempt: it passes beyond the limit.
    world.done("send dan erin");
    for _ in 0..4 {
        world.done("send erin nobody");
    }
    check(&world.done("send erin bob"), &["CR0404"]);
    check(&world.done("send erin dan"), &["CR0810"]);
}

#[test]
fn checks_by_separate_commands_are_counted_in_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = policy(folder.path(), 2);
    let program = Program::on(&folder.path().join("data"));
    let say = |line: &str| program.say(&format!("--at 2026-01-06T09:00:00Z {line}")).out;
    say("member add alice");
    say("member add bob");
    say(&format!("policy adopt {file}"));
    for _ in 0..3 {
        check(&squeezed(&say("check alice nobody")), &["CR0101"]);
    }
    check(&squeezed(&say("check alice nobody")), &["CR0404"]);
    check(&squeezed(&say("check alice bob")), &["CR0404"]);
}
