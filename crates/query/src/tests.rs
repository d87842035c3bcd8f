//! What parses, and the errors of what does not.

use acquaint_domain::Span;

use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_795_824_000_000);

fn check(text: &str, expected: &str) {
    let query = Query::parse(text).expect("a query");
    assert_eq!(query.to_string(), expected);
    assert_eq!(Query::parse(expected), Ok(query), "it is read again as it was written");
}

fn rejected(text: &str, expected: &str) {
    let found = Query::parse(text).and_then(|query| query.span(NOW));
    assert_eq!(found.expect_err("it is rejected").to_string(), expected);
}

#[test]
fn every_key_is_read_and_written_again() {
    check("", "");
    check("from:alice", "from:alice");
    check("FROM:Alice  code:daily-limit", "from:alice code:CR0401");
    check("to:mraa@ex.org status:kept-back", "to:mraa@ex.org status:kept-back");
    check("from:https://example.org/in/Bob", "from:example.org/in/bob");
    check("since:2026-11-01 until:2026-11-21T08:12:05Z", "since:2026-11-01 until:2026-11-21T08:12:05Z");
    check("since:2026-11-01T00:00:00+02:00", "since:2026-10-31T22:00:00Z");
    check("since:7d", "since:7d");
    check("since:\"7d ago\"", "since:7d");
    check("since:Yesterday until:today", "since:yesterday until:today");
    check("to:\"al ice\" from:bob", "from:bob to:\"al ice\"");
}

#[test]
fn a_day_is_whole_and_a_length_is_relative_to_now() {
    let span = |text: &str| Query::parse(text).and_then(|query| query.span(NOW)).expect("a span");
    let at = |text: &str| Some(Moment::parse(text).expect("a moment").first(NOW));
    let day = "since:2026-11-21 until:2026-11-21";
    assert_eq!(span(day), (at("2026-11-21T00:00:00Z"), at("2026-11-21T23:59:59.999Z")));
    assert_eq!(span("since:7d"), (Some(NOW.minus(Span::days(7))), None));
    assert_eq!(span(""), (None, None));
    let all = Timestamp::from_millis(253_402_300_799_999);
    assert_eq!(span("until:9999-12-31"), (None, Some(all)), "the last day that can be written");
    assert_eq!(span("since:0001-01-01").0, Some(Timestamp::from_millis(-62_135_596_800_000)));
}

#[test]
fn an_error_says_what_where_and_what_to_do() {
    rejected(
        "alice",
        "`alice` has no key; put one of `from:`, `to:`, `code:`, `status:`, `since:`, `until:` before it",
    );
    rejected("form:alice", "there is no key `form:`; did you mean `from:`?");
    rejected(
        "colour:red",
        "there is no key `colour:`; the keys are `from:`, `to:`, `code:`, `status:`, `since:`, `until:`",
    );
    rejected("from:alice from:bob", "`from:`: it is given twice; give it once");
    rejected("from:", "`from:`: it has no value; write one like `from:alice`");
    rejected(
        "from:a!b",
        "`from:`: `a!b` is not a handle, profile URL or e-mail address: there is a character that such an \
         address cannot hold at character 2; write one like `alice`",
    );
    rejected("code:CR0413", "`code:`: `CR0413` is not a code; did you mean `CR0403`?");
    rejected("status:wating", "`status:`: `wating` is not a status; did you mean `waiting`?");
    rejected(
        "since:soon",
        "`since:`: `soon` is not a moment; write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`",
    );
    rejected(
        "since:2026-11-22 until:2026-11-21",
        "`since:`: it is later than `until:`, and nothing lies between; give the earlier one to `since:`",
    );
}

#[test]
fn texts_that_are_not_moments_are_rejected() {
    for text in [
        "2026-02-30",
        "2026-13-01",
        "2026-11-21T08:12",
        "2026-11-21T08:12:05",
        "-0001-01-01",
        "10000-01-01",
        "",
        "é",
    ] {
        assert!(Moment::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_text_is_meant_as_a_query_by_its_keys() {
    for text in ["from:alice", "bob to:ann", "form:alice", "since:7d", "FROM:x"] {
        assert!(Query::is_meant_by(text), "{text}");
    }
    for text in
        ["alice", "https://example.org/in/bob", "a > b", "2026-11-21T08:12:05Z", "mailto:a@b.org", "CR0401"]
    {
        assert!(!Query::is_meant_by(text), "{text}");
    }
}

#[test]
fn a_former_name_of_a_code_is_still_read() {
    assert_eq!(code("cannot-be-told-apart"), Ok(acquaint_domain::Code::Undisclosed));
    assert_eq!(code("undisclosed"), Ok(acquaint_domain::Code::Undisclosed));
}
