//! How large the parts of a document may be; a log that adopted a larger one stays readable.

use acquaint_domain::Span;
use acquaint_domain::bounds::{POLICY_DOCUMENT, POLICY_ID, POLICY_NAME, POLICY_TEXT};
use acquaint_policy::{ARTICLE, Policy, SHIPPED};

/// The built-in policy with one part replaced.
#[track_caller]
fn with(from: &str, to: &str) -> String {
    let text = ARTICLE.replacen(from, to, 1);
    assert_ne!(text, ARTICLE, "{from} is not in the document");
    text
}

/// Checks that a bound, and nothing else, rejects the document, and that a log that holds it is readable.
#[track_caller]
fn check_beyond(from: &str, to: &str, part: &str) {
    let text = with(from, to);
    let wrong = Policy::check(&text).expect_err(to);
    let said: Vec<String> = wrong.iter().map(|one| format!("{} {}", one.code, one.located(&text))).collect();
    assert!(said.iter().all(|said| said.starts_with("PD08")), "{said:?}");
    assert!(said[0].contains(part), "{said:?}");
    assert!(Policy::parse(&text).is_err());
    Policy::recorded(&text).unwrap_or_else(|error| panic!("an older log may hold it: {error}"));
}

#[track_caller]
fn check_within(from: &str, to: &str) {
    Policy::check(&with(from, to)).unwrap_or_else(|wrong| panic!("{to}: {wrong:?}"));
}

#[test]
fn lengths_of_time_have_a_minimum_and_a_maximum() {
    check_beyond("after = \"180d\"", "after = \"0d\"", "`expiry.after` is shorter than 1h");
    check_within("after = \"180d\"", "after = \"1h\"");
    check_within("after = \"180d\"", "after = \"3660d\"");
    check_beyond("after = \"180d\"", "after = \"3660d1ms\"", "`expiry.after` is longer than 3660d");
    check_beyond("ignored_after = \"7d\"", "ignored_after = \"0d\"", "`answers.ignored_after` is shorter");
    check_beyond(
        "follow_up_after = \"7d\"",
        "follow_up_after = \"0d\"",
        "`answers.follow_up_after` is shorter",
    );
    check_beyond("window = \"24h\"", "window = \"367d\"", "`limit.window` is longer than 366d");
    check_beyond("window = \"28d\"", "window = \"367d\"", "`spam.window` is longer than 366d");
    check_beyond("window = \"1h\"\nattempts", "window = \"0s\"\nattempts", "`incidents.window` is shorter");
    check_beyond("\"30d\"]", "\"3661d\"]", "`restriction.lasts` is longer");
    check_beyond("answer_within = \"3d\"", "answer_within = \"0s\"", "`review.answer_within` is shorter");
}

#[test]
fn the_attempts_to_deliver_a_letter_are_bounded() {
    check_beyond(
        "longest_retry = \"6h\"",
        "longest_retry = \"9m\"",
        "`delivery.longest_retry` is shorter than 10m",
    );
    check_beyond(
        "give_up_after = \"3d\"",
        "give_up_after = \"3650000d\"",
        "`delivery.give_up_after` is longer than 90d",
    );
    let often = "first_retry = \"1ms\"\nlongest_retry = \"1ms\"\ngive_up_after = \"1m\"";
    let delivery = "first_retry = \"1m\"\nlongest_retry = \"6h\"\ngive_up_after = \"3d\"";
    check_beyond(delivery, often, "`delivery.longest_retry` is shorter than 10m");
    let many = "first_retry = \"1s\"\nlongest_retry = \"10m\"\ngive_up_after = \"30d\"";
    check_beyond(delivery, many, "could be tried more than 1000 times");
    check_within(delivery, "first_retry = \"1s\"\nlongest_retry = \"10m\"\ngive_up_after = \"6d\"");
    check_within(delivery, "first_retry = \"1ms\"\nlongest_retry = \"7d\"\ngive_up_after = \"90d\"");
}

#[test]
fn texts_and_lists_have_a_maximum() {
    let text = |bound: usize| "é".repeat(bound);
    let check = |from: &str, to: fn(&str) -> String, bound: usize, part: &str| {
        check_within(from, &to(&text(bound)));
        check_beyond(from, &to(&text(bound + 1)), part);
    };
    let name = |text: &str| format!("name = \"{text}\"");
    check("name = \"article\"", name, POLICY_NAME.most, "`name` has 101 characters, more than 100");
    let id = |text: &str| format!("id = \"{text}\"");
    check("id = \"requests-per-day\"", id, POLICY_ID.most, "`limit.id` has 101 characters, more than 100");
    check("id = \"often-reported\"", id, POLICY_ID.most, "`restriction.id` has 101 characters");
    let about = |text: &str| format!("about = \"{text}");
    let own = "The causes and numbers of the article that this project began from.".len();
    check("about = \"", about, POLICY_TEXT.most - own, "`about` has 2001 characters, more than 2000");
    let lasts = format!("lasts = [{}]", "\"1d\", ".repeat(101));
    check_beyond("lasts = [\"2d\", \"7d\", \"30d\"]", &lasts, "`restriction.lasts` has 101 items");
    let clients = format!("clients_allowed = [{}]", "\"a\", ".repeat(101));
    check_beyond("clients_allowed = []", &clients, "`spam.clients_allowed` has 101 items");
    let limits: String = (0..100)
        .map(|number| {
            format!(
                "[[limit]]\nid = \"l{number}\"\ncode = \"CR0401\"\nkind = \"rolling\"\nwindow = \"24h\"\n\
                 at_most = {{ free = 1, premium = 1, sales-navigator = 1 }}\nsource = \"choice\"\n\n"
            )
        })
        .collect();
    check_beyond("[own_settings]", &format!("{limits}[own_settings]"), "`limit` has 101 items");
}

#[test]
fn a_document_beyond_its_maximum_size_is_not_parsed() {
    let padded = |bytes: usize| format!("{ARTICLE}#{}", "x".repeat(bytes - ARTICLE.len() - 1));
    assert!(Policy::check(&padded(POLICY_DOCUMENT.most)).is_ok());
    let text = padded(POLICY_DOCUMENT.most + 1);
    let wrong = Policy::check(&text).expect_err("one byte too many");
    assert_eq!(wrong.len(), 1);
    assert!(
        wrong[0].message.contains("at most 262144 bytes, and this one has 262145"),
        "{}",
        wrong[0].message
    );
    assert!(Policy::recorded(&text).is_ok(), "an older log may hold it");
    let unknown: String = (0..25_000).map(|number| format!("k{number}=1\n")).collect();
    assert_eq!(Policy::check(&unknown).expect_err("no policy").len(), 1_000);
}

#[test]
fn the_shipped_documents_are_within_every_bound() {
    for (name, text) in SHIPPED {
        let policy = Policy::check(text).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"));
        assert!(policy.expiry.after > Span::ZERO);
    }
}
