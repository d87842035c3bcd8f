//! Documents: the shipped ones, and the errors of others.

use acquaint_domain::{Span, Tier};
use acquaint_policy::{ARTICLE, LINKEDIN_OBSERVED, Policy, SHIPPED, Window};

/// Checks the first error: its line, column and code.
#[track_caller]
fn check_wrong(from: &str, to: &str, (line, column): (usize, usize), code: &str, part: &str) {
    let text = ARTICLE.replacen(from, to, 1);
    assert_ne!(text, ARTICLE, "{from} is not in the document");
    let wrong = Policy::check(&text).expect_err(to);
    let error = wrong[0].located(&text);
    assert_eq!((error.line, error.column), (line, column), "{to}: {error}");
    assert_eq!(wrong[0].code, code, "{to}: {error}");
    assert!(error.message.contains(part), "{to}: {error}");
    assert_eq!(Policy::parse(&text), Err(error));
}

#[test]
fn the_built_in_policy_has_the_articles_numbers() {
    let policy = Policy::parse(ARTICLE).expect("the built-in policy reads");
    assert_eq!(policy.name, "article");
    assert_eq!(policy.limits.len(), 1);
    assert_eq!(policy.limits[0].at_most.of(Tier::Free), 300);
    assert!(policy.limits[0].at_most.of(Tier::Premium) > 300);
    assert!(policy.limits[0].at_most.of(Tier::SalesNavigator) > 300);
    assert_eq!(policy.limits[0].window, Window::Rolling(Span::days(1)));
    assert_eq!(policy.answers.ignored_after, Span::days(7));
    assert_eq!(policy.expiry.after, Span::days(180));
    assert_eq!(policy.delivery.give_up_after, Span::days(3));
    assert_eq!(policy.longest_window(), Span::days(1));
}

#[test]
fn the_observed_policy_has_the_observed_numbers() {
    let policy = Policy::parse(LINKEDIN_OBSERVED).expect("it reads");
    assert_eq!(policy.limits[0].at_most.of(Tier::Free), 200);
    assert!(matches!(policy.limits[0].window, Window::Week(_)));
    assert_eq!(policy.cooldown.map(|cooldown| cooldown.after_withdrawal), Some(Span::days(21)));
    assert_eq!(policy.expiry.after, Span::days(180));
}

#[test]
fn volume_alone_can_neither_hold_nor_refuse() {
    let spam = Policy::parse(ARTICLE).expect("the built-in policy reads").spam;
    assert!(spam.velocity.expect("a weight").most_milli < spam.hold_at_milli);
}

#[test]
fn every_number_of_a_shipped_policy_states_its_source() {
    for (name, text) in SHIPPED {
        assert_eq!(Policy::parse(text).expect("it reads").name, name);
        for line in text.lines().filter(|line| line.starts_with("source")) {
            let marks = ["article:", "choice:", "observed:", "help page:"];
            assert!(marks.iter().any(|mark| line.contains(mark)), "{name}: {line}");
        }
    }
}

#[test]
fn errors_have_a_place_and_a_code() {
    check_wrong("window = \"24h\"", "window = \"24x\"", (12, 10), "PD06", "is not a length of time");
    check_wrong("free = 300", "free = -300", (13, 20), "PD06", "not a whole number");
    check_wrong("free = 300", "free = \"300\"", (13, 20), "PD03", "`limit.at_most.free` is a text");
    check_wrong("[expiry]", "[expiri]", (25, 2), "PD02", "unknown key `expiri`; did you mean `expiry`?");
    check_wrong("CR0401", "CR9999", (10, 8), "PD06", "`CR9999` is not known here");
    check_wrong("hold_at = 6.0", "hold_at = 60.0", (63, 11), "PD07", "above `refuse_at`");
    check_wrong("name = \"article\"", "name = ", (5, 8), "PD01", "");
    check_wrong("first_retry = \"1m\"", "first_retry = \"0s\"", (30, 15), "PD07", "longer than 0");
    check_wrong("kind = \"rolling\"", "kind = \"calendar-day\"", (11, 8), "PD04", "`limit` has no `zone`");
    let stray = "kind = \"calendar-day\"\nzone = \"UTC\"";
    check_wrong("kind = \"rolling\"", stray, (13, 10), "PD07", "`calendar-day` has no `window`");
    let zone = "window = \"24h\"\nzone = \"UTC\"";
    check_wrong("window = \"24h\"", zone, (13, 8), "PD07", "`rolling` has no `zone`");
    check_wrong("window = \"24h\"\nat", "at", (11, 8), "PD04", "`limit` has no `window`");
    check_wrong("free = 300", "free = 3.5", (13, 20), "PD03", "write it as a whole number, such as `3`");
    check_wrong("free = 300", "free = \"30\"", (13, 20), "PD03", "write it as `30`, without quotes");
    check_wrong("window = \"24h\"", "window = 24", (12, 10), "PD03", "such as `\"24h\"`");
    check_wrong("reciprocal = true", "reciprocal = 1", (17, 14), "PD03", "write `true` or `false`");
    check_wrong("zone = \"UTC\"", "zone = \"utc\"", (42, 8), "PD06", "write `UTC`");
    check_wrong("zone = \"UTC\"", "zone = \"Etc/Unknown\"", (42, 8), "PD06", "IANA database");
    check_wrong("answered = 300", "answered = 296", (43, 12), "PD07", "below 297");
    let nobody = "reported_percent = 0\ndeclined_percent = 40";
    check_wrong("reported_percent = 30", nobody, (48, 20), "PD07", "a share of 0 %");
    check_wrong("zone = \"UTC\"", "zone = \"Atlantis\"", (42, 8), "PD06", "is not a time zone");
    let shadow = "[shadow]\nrules = [\"not-connected\"]\nsource = \"choice: a test\"\n\n[expiry]";
    check_wrong("[expiry]", shadow, (26, 9), "PD07", "is not a rule that can be on trial");
    let disclosure = "[disclosure]\ncodes = { CR0804 = \"full\" }\nsource = \"choice: a test\"\n\n[expiry]";
    check_wrong("[expiry]", disclosure, (26, 9), "PD07", "a policy cannot say how much");
}

#[test]
fn the_least_number_of_answers_depends_on_the_smallest_share_with_consequences() {
    let table = [
        ("reported_percent = 30", 297),
        ("reported_percent = 21", 297),
        ("reported_percent = 20", 445),
        ("reported_percent = 10", 890),
        ("reported_percent = 1", 890),
        ("reported_percent = 100", 89),
        ("declined_percent = 60", 149),
        ("reported_percent = 90\ndeclined_percent = 40", 223),
    ];
    for (shares, least) in table {
        let text = |answered: u32| {
            let text = ARTICLE.replacen("reported_percent = 30", shares, 1);
            text.replacen("answered = 300", &format!("answered = {answered}"), 1)
        };
        assert!(Policy::check(&text(least)).is_ok(), "{shares}");
        let wrong = Policy::check(&text(least - 1)).expect_err(shares);
        assert_eq!(wrong[0].message, format!("`answered` is below {least}"));
    }
    let with_email =
        "[email_required]\nreported_percent = 10\nlasts = \"90d\"\nsource = \"choice: a test\"\n\n[review]";
    let wrong = Policy::check(&ARTICLE.replacen("[review]", with_email, 1)).expect_err("a share of 10 %");
    assert_eq!(wrong[0].message, "`answered` is below 890");
}

#[test]
fn a_document_that_only_an_earlier_version_allowed_is_readable_but_cannot_be_adopted() {
    let earlier = ARTICLE.replacen("answered = 300", "answered = 20", 1);
    assert_eq!(
        Policy::recorded(&earlier).map(|policy| policy.feedback.map(|rule| rule.answered)),
        Ok(Some(20))
    );
    assert!(Policy::check(&earlier).is_err() && Policy::parse(&earlier).is_err());
}

#[test]
fn all_errors_are_found_at_once() {
    let text = ARTICLE.replacen("[expiry]", "[expiri]", 1).replacen("\"24h\"", "24", 1);
    let text = text.replacen("reciprocal = true", "reciprocal = \"yes\"", 1);
    let codes: Vec<&str> =
        Policy::check(&text).expect_err("much").iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["PD03", "PD03", "PD02", "PD04"]);
    let text = ARTICLE.replacen("source = \"choice: rows", "sauce = \"choice: rows", 1);
    let codes: Vec<&str> =
        Policy::check(&text).expect_err("no source").iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(codes, ["PD05", "PD02"]);
}
