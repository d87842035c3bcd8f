use super::*;

fn check_time(typed: &str, written: &str, human: &str) {
    let moment = timestamp(typed).expect(typed);
    assert_eq!((rfc3339(moment).as_str(), human_time(moment).as_str()), (written, human), "{typed}");
    assert_eq!(timestamp(&rfc3339(moment)), Ok(moment), "{typed}");
}

fn check_no_time(typed: &str, advice: &str) {
    let BadValue { typed: as_typed, sentence } = timestamp(typed).expect_err(typed);
    assert_eq!(as_typed, typed);
    assert_eq!(sentence, format!("`{typed}` is not a date and time of RFC 3339; {advice}"));
}

#[test]
fn moments_are_read_in_any_offset_and_written_in_utc() {
    check_time("2026-11-21T08:12:05Z", "2026-11-21T08:12:05Z", "21 Nov 2026 08:12:05 UTC");
    check_time(" 2026-11-21t08:12:05z ", "2026-11-21T08:12:05Z", "21 Nov 2026 08:12:05 UTC");
    check_time("2026-03-01 01:30:00+02:00", "2026-02-28T23:30:00Z", "28 Feb 2026 23:30:00 UTC");
    check_time("2026-11-21T08:12:05.250Z", "2026-11-21T08:12:05.250Z", "21 Nov 2026 08:12:05.250 UTC");
    check_time("2026-11-21T08:12:05.0019Z", "2026-11-21T08:12:05.001Z", "21 Nov 2026 08:12:05.001 UTC");
    check_time("2026-11-21T08:12:05.000Z", "2026-11-21T08:12:05Z", "21 Nov 2026 08:12:05 UTC");
    check_time("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", "31 Dec 1969 23:59:59.999 UTC");
    check_time("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "29 Feb 2024 00:00:00 UTC");
}

#[test]
fn other_texts_are_no_moments_and_the_sentence_shows_the_corrected_form() {
    check_no_time("2026-11-21", "write `2026-11-21T00:00:00Z` if that is UTC");
    check_no_time("2026-11-21 08:12", "write `2026-11-21T08:12:00Z` if that is UTC");
    check_no_time("2026-11-21T08:12Z", "write `2026-11-21T08:12:00Z` if that is UTC");
    check_no_time("2026-11-21T08:12:05", "write `2026-11-21T08:12:05Z` if that is UTC");
    let example = "write one like `2026-11-21T08:12:05Z`, `2026-11-21`, `yesterday` or `2h ago`";
    for typed in [
        "",
        "now",
        "21.11.2026",
        "2026-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T08:12:05.Z",
        "2026-11-21T08:12:05+0200",
        "2026-11-21T08:12:05+02",
        "2026-11-21T08:12:05+02:00[Europe/Lisbon]",
        "2026-11-21T08:12:05Zulu",
        "2026-11-21T08:12:0é",
    ] {
        let sentence = timestamp(typed).expect_err(typed).sentence;
        assert!(sentence.ends_with(example) || sentence.contains("if that is UTC"), "{typed}: {sentence}");
    }
    check_no_time("2026-02-30T00:00:00Z", example);
    check_no_time("", example);
}

#[test]
fn a_moment_is_a_day_or_counted_from_another_too() {
    let now = timestamp("2026-11-21T08:12:05Z").expect("a moment");
    let check = |typed: &str, bare, expected: &str| {
        assert_eq!(moment(typed, Some(now), bare).map(rfc3339).as_deref(), Ok(expected), "{typed}");
    };
    for bare in [Bare::Ago, Bare::Unclear] {
        check("2026-11-20T00:00:00Z", bare, "2026-11-20T00:00:00Z");
        check(" 2026-11-20 ", bare, "2026-11-20T00:00:00Z");
        check("now", bare, "2026-11-21T08:12:05Z");
        check("Today", bare, "2026-11-21T00:00:00Z");
        check("yesterday", bare, "2026-11-20T00:00:00Z");
        check("tomorrow", bare, "2026-11-22T00:00:00Z");
        check("2h ago", bare, "2026-11-21T06:12:05Z");
        check("in 1d12h", bare, "2026-11-22T20:12:05Z");
    }
    check("7d", Bare::Ago, "2026-11-14T08:12:05Z");
    for typed in ["7d", "ago", " ago", "in", "7 ago", "last week", "2026-11-31", "20261121"] {
        let sentence = moment(typed, Some(now), Bare::Unclear).expect_err(typed).sentence;
        assert!(sentence.contains("write"), "{sentence}");
    }
    let uncounted = moment("yesterday", None, Bare::Ago).expect_err("nothing to count from").sentence;
    assert!(uncounted.contains("no time yet"), "{uncounted}");
    assert_eq!(moment("2026-11-20", None, Bare::Ago), timestamp("2026-11-20T00:00:00Z"));
}

#[test]
fn a_moment_that_cannot_be_is_not_advised() {
    for typed in ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59", "9999-12-31"] {
        let sentence = moment(typed, None, Bare::Unclear).expect_err(typed).sentence;
        let (_, advised) = sentence.rsplit_once(" to ").expect("the last moment there can be");
        assert!(sentence.contains("is beyond what can be recorded"), "{sentence}");
        let last = timestamp(advised).expect("what is advised can be typed");
        assert_eq!(rfc3339(last), advised);
    }
}

#[test]
fn an_id_beyond_the_greatest_has_the_form_of_one() {
    let said = |typed: &str| request(typed).expect_err(typed).sentence;
    assert!(said("RZZZZZZZZZZZZZ").contains("has the form of a request id"), "{}", said("RZZZZZZZZZZZZZ"));
    let greatest = RequestId(u64::MAX).to_string();
    assert!(said("rg000000000000").contains(&greatest) && request(&greatest).is_ok());
    for typed in ["alice", "R123", "R000000000000I", "R00000000000000", "Ré00000000000"] {
        assert!(said(typed).contains("is not a request id"), "{typed}");
    }
}

#[test]
fn nobody_is_not_among_names() {
    assert_eq!(names(" None ", bounds::COMPANY), Ok(Vec::new()));
    for typed in ["none,Acme", "Acme, NONE"] {
        let sentence = names(typed, bounds::COMPANY).expect_err(typed).sentence;
        assert!(sentence.contains("among names"), "{sentence}");
    }
    assert!(names("Nonesuch,Acme", bounds::COMPANY).is_ok());
}

#[test]
fn a_moment_beyond_the_calendar_is_written_as_its_end() {
    assert!(rfc3339(Timestamp::from_millis(i64::MAX)).starts_with("9999-12-31T"));
    assert_eq!(rfc3339(Timestamp::from_millis(253_402_300_799_000)), "9999-12-31T23:59:59Z");
    assert!(rfc3339(Timestamp::from_millis(i64::MIN)).starts_with("-"));
}

#[test]
fn lengths_are_written_by_their_two_longest_units() {
    let check = |span, written: &str| assert_eq!(human_span(span), written);
    check(Span::ZERO, "0s");
    check(Span::millis(250), "250ms");
    check(Span::seconds(90), "1m30s");
    check(Span::hours(48), "2d");
    check(Span::millis(604_797_250), "6d23h");
    check(Span::millis(86_400_001), "1d");
    check(Span::minutes(-61), "-1h-1m");
    assert_eq!(span("47h59m"), Ok(Span::minutes(47 * 60 + 59)));
}

#[test]
fn codes_are_read_by_number_and_by_name() {
    for code in Code::ALL {
        assert_eq!(super::code(&code.to_string()), Ok(code));
        assert_eq!(super::code(&code.name().to_uppercase()), Ok(code));
    }
    let check_none = |typed: &str, advice: &str| {
        let sentence = code(typed).expect_err(typed).sentence;
        assert_eq!(sentence, format!("`{typed}` is not a code; {advice}"));
    };
    check_none("daily-limt", "did you mean `daily-limit`?");
    check_none("CRO401", "did you mean `CR0401`?");
    check_none("CR401", "did you mean `CR0401`?");
    check_none("soon", "write one like `CR0401` or `daily-limit`");
    check_none("", "write one like `CR0401` or `daily-limit`");
}

#[test]
fn an_address_that_is_none_is_shown_with_what_may_be_meant() {
    let email = |typed: &str| {
        address(typed, acquaint_domain::EmailAddress::parse, "an e-mail address").expect_err(typed).sentence
    };
    assert_eq!(
        email("bob@example,org"),
        "`bob@example,org` is not an e-mail address: there is a character that such an address cannot hold at \
         character 12; did you mean `bob@example.org`?"
    );
    assert_eq!(
        email("bob"),
        "`bob` is not an e-mail address: there is nothing that reads as a domain (such as `example.org`) at character 4; give an e-mail \
         address, such as `alice@example.org`"
    );
    let handle = address("bob@example.org", acquaint_domain::Handle::parse, "a handle");
    assert!(handle.expect_err("an e-mail address").sentence.ends_with("give a handle, such as `alice`"));
}
