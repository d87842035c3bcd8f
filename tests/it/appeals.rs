//! What a ban forbids, what an upheld appeal restores, and how often one may appeal.

use acquaint_domain::{Span, Timestamp};
use acquaint_policy::ARTICLE;

use crate::answer_form::requests;
use crate::sandbox::{InMemory, check, check_without};

/// 6 Jan 2026 09:00:00 UTC
const START: Timestamp = Timestamp::from_millis(1_767_690_000_000);

fn network() -> InMemory {
    let mut network = InMemory::new(START);
    for member in ["ann", "bea", "carl", "dan", "erin"] {
        network.done(&format!("member add {member} --email {member}@example.org"));
    }
    network
}

#[test]
fn a_banned_member_reaches_nobody_but_may_still_refuse_and_end_things() {
    let mut world = network();
    for sender in ["bea", "carl", "dan", "erin"] {
        world.done(&format!("send {sender} ann"));
    }
    world.done("connect ann bea@example.org");
    world.wait(Span::days(1));
    world.done("member ban ann");
    let said = world.done("accept ann carl");
    check(&said, &["CR0302", "ann's account is banned since 7 Jan 2026 09:00:00 UTC", "Appeal"]);
    check(&world.done("send ann dan"), &["CR0302"]);
    for line in
        ["decline ann carl", "ignore ann dan", "report ann erin", "block ann erin", "unblock ann erin"]
    {
        check(&world.done(line), &["done"]);
    }
    for line in ["disconnect ann bea", "settings ann --confirm on", "appeal open ann"] {
        check(&world.done(line), &["done"]);
    }
    let explained = world.done("explain CR0302");
    check(&explained, &["cannot send, accept, confirm or remind", "It can still decline"]);
    check_without(&explained, &["can do nothing"]);
}

#[test]
fn a_refused_acceptance_says_why_since_when_and_what_helps() {
    let mut world = network();
    world.done("send bea ann");
    world.done("block ann bea");
    let said = world.done("accept ann bea");
    check(&said, &["CR0204", "ann blocks bea since 6 Jan 2026 09:00:00 UTC", "Unblock"]);
}

#[test]
fn a_reversed_ban_restores_what_it_withdrew_and_the_recipients_answers_stand() {
    let mut world = network();
    for recipient in ["bea", "carl", "dan", "erin@example.org", "nobody@example.org"] {
        world.done(&format!("send ann {recipient}"));
    }
    world.done("decline carl ann");
    world.done("settings ann --confirm on");
    world.done("send ann erin");
    world.wait(Span::days(1));
    world.done("member ban ann");
    check(&world.done("pending ann"), &["nothing"]);
    check(&world.done("pending bea"), &["nothing"]);
    world.done("block dan ann");
    world.done("settings bea --accept-from contacts");
    world.wait(Span::days(1));
    world.done("appeal open ann");
    world.done("appeal uphold ann");
    let pending = world.done("pending ann");
    // The sender sees every request as before the ban: those that had left, and the one that was held.
    assert_eq!(pending.matches("CR0903").count(), 5, "{pending}");
    assert_eq!(pending.matches("CR0305").count(), 1, "{pending}");
    // They were charged when they left, and are not charged again.
    check(&world.done("quota ann"), &["requests-per-day: 0 of 300"]);
    // The recipients' present settings decide, and nobody who has answered is asked again.
    check(&world.done("why ann bea --viewer agent"), &["CR0704"]);
    check(&world.done("why ann carl --viewer agent"), &["CR0804"]);
    check(&world.done("why ann dan --viewer agent"), &["CR0703"]);
    check(&world.done("why ann erin@example.org --viewer agent"), &["CR0801"]);
    check_without(&world.done("pending carl"), &["ann"]);
    let recipients = ["bea", "carl", "dan"].map(|to| {
        world.done(&format!("why ann {to}")).replace(to, "them").split(" R").next().map(str::to_owned)
    });
    assert!(recipients.iter().all(|said| *said == recipients[0]), "{recipients:?}");
    // It expires when it would have expired without the ban.
    check(&world.done("why ann bea --full"), &["5 Jul 2026 09:00"]);
    world.done("confirm ann erin");
    world.done("accept erin ann");
    check(&world.done("connected ann"), &["erin"]);
    world.wait(Span::days(178));
    check(&world.done("pending ann"), &["nothing"]);
}

#[test]
fn a_reversed_ban_restores_nothing_that_has_expired_or_was_blocked_since() {
    let mut world = network();
    world.done("send ann bea");
    world.wait(Span::days(100));
    world.done("send ann carl");
    world.done("send ann dan");
    world.done("member ban ann");
    world.done("block ann dan");
    world.done("appeal open ann");
    world.wait(Span::days(80));
    world.done("appeal uphold ann");
    let pending = world.done("pending ann");
    check(&pending, &["carl"]);
    check_without(&pending, &["bea", "dan"]);
    // A second ban withdraws it again; an appeal against the second restores nothing that only the first withdrew.
    world.done("member ban ann");
    check(&world.done("pending carl"), &["nothing"]);
    world.done("appeal open ann");
    world.done("appeal uphold ann");
    check(&world.done("pending carl"), &["ann"]);
    check_without(&world.done("pending dan"), &["ann"]);
}

#[test]
fn lifting_a_ban_without_an_appeal_restores_nothing() {
    let mut world = network();
    world.done("send ann bea");
    world.done("member ban ann");
    world.done("member lift ann");
    check(&world.done("pending ann"), &["nothing"]);
}

#[test]
fn a_decision_may_be_appealed_against_twice_within_half_a_year() {
    let mut world = network();
    world.done("member ban ann");
    for _ in 0..2 {
        world.done("appeal open ann");
        world.done("appeal dismiss ann");
    }
    check(&world.done("appeal open ann"), &["CR0407", "the policy allows 2 appeals against one decision"]);
    check(&world.done("standing ann"), &["CR0407", "no further appeal"]);
    // A new decision may be appealed against again.
    world.done("member lift ann");
    world.wait(Span::days(1));
    world.done("member ban ann");
    world.done("appeal open ann");
    world.done("appeal dismiss ann");
    world.wait(Span::days(183));
    check(&world.done("appeal open ann"), &["CR0408", "it is too late", "appealed against for 183 days"]);
    check(&world.done("standing ann"), &["CR0408", "no further appeal"]);
}

/// A network whose filter holds a repeated note, and ann's request that it holds.
fn held() -> (InMemory, String) {
    let mut world = network();
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("strict.toml");
    let notes = "[spam.repeated_note]\nwindow = \"24h\"\neach = ";
    let text = ARTICLE.replacen(&format!("{notes}0.2"), &format!("{notes}3.0"), 1);
    assert_ne!(text, ARTICLE);
    let text = text.replacen("refuse_at = 6.5", "refuse_at = 20.0", 1);
    std::fs::write(&file, text).expect("a folder to write to");
    world.done(&format!("policy adopt {}", file.display()));
    for recipient in ["bea", "carl", "dan"] {
        world.done(&format!("send ann {recipient} --note hello"));
    }
    let said = world.done("review list");
    let request = requests(&said).pop_first().expect("a request is held");
    (world, request)
}

#[test]
fn an_upheld_appeal_releases_a_held_request_or_says_until_when_it_stays_held() {
    let (mut world, request) = held();
    world.done(&format!("appeal open ann {request}"));
    let said = world.done(&format!("why {request} --viewer sender"));
    check(&said, &["an appeal of 6 Jan 2026 09:00 UTC waits to be decided", "Wait for the decision"]);
    world.done("member restrict ann --for 2d");
    world.wait(Span::hours(1));
    let said = world.done(&format!("appeal uphold ann {request}"));
    check(&said, &["stays held", "CR0301", "8 Jan 2026 09:00 UTC"]);
    for viewer in ["sender", "agent"] {
        let said = world.done(&format!("why {request} --viewer {viewer}"));
        check(
            &said,
            &[
                "the appeal was upheld on 6 Jan 2026 10:00 UTC",
                "it stays held until 8 Jan 2026 09:00 UTC (CR0301 sender-restricted)",
            ],
        );
        check_without(&said, &["or appeal", "reviews it on appeal"]);
    }
    check(&world.done("review list"), &["an appeal was upheld, can be released from 8 Jan 2026 09:00"]);
    world.wait(Span::days(2));
    check(
        &world.done(&format!("why {request} --viewer sender")),
        &["it has been free to be released since 8 Jan 2026"],
    );
    world.done(&format!("review release {request}"));
    check(&world.done("review list"), &["Nothing waits for a review."]);
}

#[test]
fn after_an_upheld_appeal_against_a_refusal_the_advice_is_to_send_again() {
    let (mut world, request) = held();
    world.done(&format!("review refuse {request}"));
    world.done(&format!("appeal open ann {request}"));
    world.wait(Span::hours(1));
    world.done(&format!("appeal uphold ann {request}"));
    let said = world.done(&format!("why {request} --viewer agent"));
    check(&said, &["CR0501", "the appeal was upheld on 6 Jan 2026 10:00 UTC", "Send it again"]);
    check_without(&said, &["Appeal if", "on appeal"]);
    let sender = world.done(&format!("why {request} --viewer sender"));
    check(&sender, &["the appeal was upheld on 6 Jan 2026 10:00 UTC", "Send it again"]);
    check_without(&sender, &["Appeal if", "on appeal"]);
}

#[test]
fn accepting_a_members_request_ends_the_own_request_to_their_e_mail_address() {
    let mut world = network();
    world.done("send ann bea@example.org");
    world.done("send ann nobody@example.org");
    world.done("decline bea ann");
    world.done("send bea ann");
    world.done("accept ann bea");
    let pending = world.done("pending ann");
    check(&pending, &["nobody@example.org"]);
    check_without(&pending, &["bea@example.org"]);
    check(&world.done("connected bea"), &["ann"]);
}

#[test]
fn a_refused_confirmation_names_the_moment_from_which_it_can_be_confirmed() {
    let mut world = network();
    world.done("settings ann --confirm on");
    world.done("send ann bea");
    world.done("settings ann --confirm off");
    check_without(&world.done("why ann bea"), &["settings require "]);
    world.done("member restrict ann --for 2d");
    world.done("confirm ann bea");
    let said = world.done("why ann bea");
    check(&said, &["Confirm it again from 8 Jan 2026 09:00 UTC on"]);
    check_without(&said, &["at once", "settings require "]);
    world.wait(Span::days(3));
    let said = world.done("why ann bea");
    check(&said, &["Confirm it again: what kept it back on 6 Jan 2026 09:00 UTC is over"]);
    world.done("withdraw ann bea");
    let said = world.refused("confirm ann bea");
    check(&said, &["no open request to or from `bea` waits for `ann` to confirm it"]);
    let of_nobody = world.refused("confirm ann nobody@example.org");
    let of_bea = world.refused("confirm ann bea@example.org");
    assert_eq!(of_nobody.replace("nobody", "bea"), of_bea);
}

#[test]
fn two_members_who_ask_each_other_are_connected_even_while_the_first_is_restricted() {
    let mut world = network();
    world.done("send ann bea");
    world.done("member restrict ann --for 5d");
    world.done("decline bea ann");
    world.done("send bea ann");
    check(&world.done("connected ann"), &["bea"]);
    check(&world.done("connected bea"), &["ann"]);
    check(&world.done("pending ann"), &["nothing"]);
    check(&world.done("pending bea"), &["nothing"]);
}
