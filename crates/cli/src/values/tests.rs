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
    let example = "write one like `2026-11-21T08:12:05Z`";
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
fn a_moment_beyond_the_calendar_is_written_as_its_end() {
    assert!(rfc3339(Timestamp::from_millis(i64::MAX)).starts_with("9999-12-30T"));
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
