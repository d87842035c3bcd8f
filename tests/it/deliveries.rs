//! Answers report how letters are delivered: how long an incident lasted, whom it delayed, and that an answer is in transit.

use std::collections::BTreeSet;

use acquaint_domain::{Span, Timestamp};
use serde_json::Value;

use crate::sandbox::{InMemory, check, check_without};

/// 6 Jan 2026 12:00:00 UTC
const NOON: Timestamp = Timestamp::from_millis(1_767_700_800_000);

fn network(members: &[&str]) -> InMemory {
    let mut network = InMemory::new(NOON);
    for member in members {
        network.done(&format!("member add {member}"));
    }
    network
}

fn rows(world: &mut InMemory, line: &str) -> Vec<Value> {
    world.json(line)["rows"].as_array().expect("rows").clone()
}

/// Every channel fails from 12:00, and from 12:01 on a sender asks two readers every minute, twelve in all.
fn an_incident() -> InMemory {
    let mut world = network(&["bea", "carl"]);
    for number in 1..=12 {
        world.done(&format!("member add sender{number:02}"));
    }
    world.done("fault start --channel all");
    for number in 1..=12 {
        world.go_to(NOON.plus(Span::minutes(number)));
        world.done(&format!("send sender{number:02} bea"));
        world.done(&format!("send sender{number:02} carl --via mobile"));
    }
    world
}

#[test]
fn an_incident_ends_when_its_channels_work_again_and_delayed_letters_arrive_within_a_minute() {
    let mut world = an_incident();
    world.go_to(NOON.plus(Span::hours(4)));
    check(&world.done("incidents"), &["6 Jan 2026 12:01:00 UTC continues"]);
    world.go_to(NOON.plus(Span::minutes(270)));
    world.done("fault stop --channel all");
    let found = rows(&mut world, "incidents");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["since"], "2026-01-06T12:01:00Z");
    assert_eq!(found[0]["until"], "2026-01-06T16:30:00Z");
    assert_eq!(found[0]["senders"], 12);
    world.go_to(NOON.plus(Span::minutes(271)));
    // All have arrived, and not all at the same moment.
    let hit = rows(&mut world, "incidents --hit 1");
    let moments: BTreeSet<&str> = hit.iter().filter_map(|row| row["state_at"].as_str()).collect();
    assert_eq!(hit.len(), 24);
    for row in &hit {
        assert_eq!((&row["state"], &row["letter"]), (&"arrived".into(), &"request".into()), "{row}");
        let at = row["state_at"].as_str().expect("a moment");
        assert!(at.starts_with("2026-01-06T16:30:"), "{row}");
    }
    assert!(moments.len() > 12, "{moments:?}");
    let senders: BTreeSet<&str> = hit.iter().filter_map(|row| row["from"].as_str()).collect();
    assert_eq!(senders.len(), 12);
    assert_eq!(world.done("pending bea").matches("sender").count(), 12);
}

#[test]
fn the_answer_about_a_request_keeps_naming_the_incident_that_delayed_it() {
    let mut world = an_incident();
    world.go_to(NOON.plus(Span::minutes(270)));
    world.done("fault stop --channel all");
    world.go_to(NOON.plus(Span::days(3)));
    for viewer in ["sender", "agent", "engineer"] {
        let said = world.done(&format!("why sender01 bea --viewer {viewer}"));
        check(&said, &["CR0603", "until 6 Jan 2026 16:30 UTC; it delayed the request, which arrived on"]);
        check_without(&said, &["continues"]);
    }
    // Sent afterwards, and not delayed.
    world.done("send sender01 sender02");
    world.go_to(NOON.plus(Span::days(4)));
    check_without(&world.done("why sender01 sender02"), &["CR0603"]);
}

#[test]
fn a_channel_that_works_again_delivers_its_own_letters_and_no_others() {
    let mut world = network(&["ann", "bea", "carl"]);
    world.done("fault start --channel mobile");
    world.done("fault start --channel web");
    world.done("send ann bea --via mobile");
    world.done("send ann carl --via web");
    world.go_to(NOON.plus(Span::hours(6)));
    world.done("fault stop --channel mobile");
    world.go_to(NOON.plus(Span::minutes(361)));
    check(&world.done("why ann bea"), &["CR0903"]);
    check(&world.done("why ann carl"), &["CR0601"]);
}

#[test]
fn an_acceptance_in_transit_is_reported_to_its_writer_and_to_staff_but_not_to_its_reader() {
    let mut world = network(&["ann", "bea"]);
    world.done("send ann bea");
    world.go_to(NOON.plus(Span::hours(1)));
    world.done("fault start --channel all");
    let open = world.done("why ann bea");
    world.done("accept bea ann");
    world.go_to(NOON.plus(Span::hours(2)));
    for viewer in ["recipient", "agent", "engineer"] {
        let said = world.done(&format!("why ann bea --viewer {viewer}"));
        check(
            &said,
            &[
                "CR0808",
                "acceptance has not arrived yet: 6 failed attempts",
                "the next attempt is due on 6 Jan 2026 14:03 UTC",
                "Wait: the acceptance is delivered automatically",
            ],
        );
        check_without(&said, &["Nothing needs to be done"]);
    }
    // Ann's answer has not changed.
    check(&open, &["CR0903"]);
    check(&world.done("why ann bea"), &["CR0903"]);
    check_without(&world.done("why ann bea"), &["acceptance has not", "attempt"]);
    // The log shows the failed attempts for the request, and for the member who wrote the letter.
    let request = rows(&mut world, "pending ann")[0]["request"].as_str().expect("an id").to_owned();
    for filter in [format!("--request {request}"), "--member bea".to_owned()] {
        check(&world.done(&format!("log show {filter}")), &["delivery-failed"]);
    }
    check_without(&world.done("log show --member ann"), &["delivery-failed"]);
    world.done("fault stop --channel all");
    world.go_to(NOON.plus(Span::minutes(121)));
    let said = world.done("why ann bea --viewer agent");
    check_without(&said, &["has not arrived", "Wait:"]);
    check(&said, &["CR0808"]);
    check(&world.done("why ann bea"), &["CR0808"]);
}

#[test]
fn a_reminder_that_fails_is_reported_to_the_sender_whether_or_not_the_recipient_exists() {
    for to in ["bea", "nobody@example.org"] {
        let mut world = network(&["ann", "bea"]);
        world.done(&format!("send ann {to}"));
        world.go_to(NOON.plus(Span::days(8)));
        world.done("fault start --channel all");
        world.done(&format!("remind ann {to}"));
        let said = world.done(&format!("why ann {to}"));
        check(&said, &["CR0601 your reminder has not arrived yet: 1 failed attempt"]);
        world.done(&format!("withdraw ann {to}"));
        let request = rows(&mut world, "log show --type request-withdrawn")[0]["requests"][0].clone();
        let request = request.as_str().expect("an id");
        let said = world.done(&format!("why {request} --viewer sender"));
        check(&said, &["CR0806", "your reminder has not arrived yet"]);
        world.go_to(NOON.plus(Span::days(9)));
        world.done("fault stop --channel all");
        world.go_to(NOON.plus(Span::days(10)));
        check_without(&world.done(&format!("why {request} --viewer sender")), &["not arrived"]);
    }
}
