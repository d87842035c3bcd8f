use acquaint_domain::Timestamp;

use super::*;

fn at(entered: &str) -> Timestamp {
    moment(entered, None, Bare::Unclear).expect(entered)
}

#[test]
fn moments_are_formatted_in_utc_and_parsed_again() {
    let check = |entered: &str, written: &str, human: &str| {
        let moment = at(entered);
        assert_eq!((rfc3339(moment).as_str(), human_time(moment).as_str()), (written, human), "{entered}");
        assert_eq!(at(&rfc3339(moment)), moment, "{entered}");
    };
    check("2026-11-21T08:12:05Z", "2026-11-21T08:12:05Z", "21 Nov 2026 08:12:05 UTC");
    check("2026-03-01 01:30:00+02:00", "2026-02-28T23:30:00Z", "28 Feb 2026 23:30:00 UTC");
    check("2026-11-21T08:12:05.250Z", "2026-11-21T08:12:05.250Z", "21 Nov 2026 08:12:05.250 UTC");
    check("2026-11-21T08:12:05.0019Z", "2026-11-21T08:12:05.001Z", "21 Nov 2026 08:12:05.001 UTC");
    check("2026-11-21T08:12:05.000Z", "2026-11-21T08:12:05Z", "21 Nov 2026 08:12:05 UTC");
    check("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z", "31 Dec 1969 23:59:59.999 UTC");
    check("2026-11-20", "2026-11-20T00:00:00Z", "20 Nov 2026 00:00:00 UTC");
}

#[test]
fn a_relative_moment_needs_a_current_time() {
    let now = at("2026-11-21T08:12:05Z");
    for bare in [Bare::Ago, Bare::Unclear] {
        assert_eq!(moment("2h ago", Some(now), bare), Ok(at("2026-11-21T06:12:05Z")));
        assert_eq!(moment("Today", Some(now), bare), Ok(at("2026-11-21")));
    }
    let uncounted = moment("yesterday", None, Bare::Ago).expect_err("nothing to count from").sentence;
    assert!(uncounted.contains("no time yet"), "{uncounted}");
    assert_eq!(moment("2026-11-20", None, Bare::Ago), Ok(at("2026-11-20T00:00:00Z")));
}

#[test]
fn a_bare_length_is_accepted_only_where_it_is_unambiguous() {
    let now = at("2026-11-21T08:12:05Z");
    assert_eq!(moment("7d", Some(now), Bare::Ago), Ok(at("2026-11-14T08:12:05Z")));
    let unclear = moment(" 7D ", Some(now), Bare::Unclear).expect_err("either way").sentence;
    assert!(unclear.ends_with("write `7d ago` or `in 7d`"), "{unclear}");
    let beyond = moment("9999-12-31", None, Bare::Unclear).expect_err("too late").sentence;
    assert!(beyond.contains("is beyond what can be recorded"), "{beyond}");
}

#[test]
fn the_day_of_an_export_ends_with_its_last_second() {
    assert_eq!(day_or_moment("2024-03-10").map(rfc3339).as_deref(), Ok("2024-03-10T23:59:59Z"));
    assert_eq!(day_or_moment("2024-03-10T08:00:00Z").map(rfc3339).as_deref(), Ok("2024-03-10T08:00:00Z"));
    for entered in ["yesterday", "7d", "9999-12-31", "soon"] {
        assert!(day_or_moment(entered).is_err(), "{entered}");
    }
}

#[test]
fn an_id_beyond_the_greatest_has_the_form_of_one() {
    let said = |entered: &str| request(entered).expect_err(entered).sentence;
    assert!(said("RZZZZZZZZZZZZZ").contains("has the form of a request id"), "{}", said("RZZZZZZZZZZZZZ"));
    let greatest = RequestId(u64::MAX).to_string();
    assert!(said("rg000000000000").contains(&greatest) && request(&greatest).is_ok());
    for entered in ["alice", "R123", "R000000000000I", "R00000000000000", "Ré00000000000"] {
        assert!(said(entered).contains("is not a request id"), "{entered}");
    }
}

#[test]
fn none_is_refused_among_names() {
    assert_eq!(names(" None ", bounds::COMPANY), Ok(Vec::new()));
    for entered in ["none,Acme", "Acme, NONE"] {
        let sentence = names(entered, bounds::COMPANY).expect_err(entered).sentence;
        assert!(sentence.contains("among names"), "{sentence}");
    }
    assert!(names("Nonesuch,Acme", bounds::COMPANY).is_ok());
}

#[test]
fn lengths_of_time_are_parsed() {
    assert_eq!(span("47h59m"), Ok(Span::minutes(47 * 60 + 59)));
}

#[test]
fn codes_are_parsed_by_number_and_by_name() {
    for code in Code::ALL {
        assert_eq!(super::code(&code.to_string()), Ok(code));
        assert_eq!(super::code(&code.name().to_uppercase()), Ok(code));
    }
    let check_none = |entered: &str, advice: &str| {
        let sentence = code(entered).expect_err(entered).sentence;
        assert_eq!(sentence, format!("`{entered}` is not a code; {advice}"));
    };
    check_none("daily-limt", "did you mean `daily-limit`?");
    check_none("CRO401", "did you mean `CR0401`?");
    check_none("CR401", "did you mean `CR0401`?");
    check_none("soon", "write one like `CR0401` or `daily-limit`");
    check_none("", "write one like `CR0401` or `daily-limit`");
}

#[test]
fn a_malformed_address_is_quoted_and_a_correction_suggested() {
    let email = |entered: &str| {
        address(entered, acquaint_domain::EmailAddress::parse, "an e-mail address")
            .expect_err(entered)
            .sentence
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
