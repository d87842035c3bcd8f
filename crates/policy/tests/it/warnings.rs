//! Warnings about probable mistakes; and errors, none of which hides another.

use acquaint_policy::{ARTICLE, Policy, SHIPPED, TEMPLATE};

/// Checks the warnings about the built-in policy with one part replaced, each as `code line:column message`.
#[track_caller]
fn check(from: &str, to: &str, expected: &[&str]) {
    let text = ARTICLE.replacen(from, to, 1);
    assert_ne!(text, ARTICLE, "{from} is not in the document");
    assert!(Policy::check(&text).is_ok(), "{to}: a warning is about a policy");
    let warnings = Policy::warnings(&text);
    let said = |warning: &acquaint_policy::Diagnostic| {
        let at = warning.located(&text);
        format!("{} {}:{} {}", warning.code, at.line, at.column, warning.message)
    };
    assert_eq!(warnings.iter().map(said).collect::<Vec<_>>(), expected, "{to}");
}

#[test]
fn the_shipped_documents_have_no_warnings() {
    for (name, text) in SHIPPED.into_iter().chain([("template", TEMPLATE)]) {
        assert_eq!(Policy::warnings(text), [], "{name}");
    }
    assert_eq!(Policy::warnings(&crate::schema::whole_template()), []);
}

#[test]
fn a_limit_of_0_is_warned_about() {
    let source = "PW03 14:10 the source of `limit` says 300, and the document says 0, 600, 1000";
    check("free = 300", "free = 0", &["PW01 13:20 `limit.at_most.free` is 0", source]);
    let cap = "[network]\nat_most = { free = 0, premium = 0, sales-navigator = 1 }\nsource = \"choice: a test\"\n\n[expiry]";
    let expected = ["PW01 26:20 `network.at_most.free` is 0", "PW01 26:33 `network.at_most.premium` is 0"];
    check("[expiry]", cap, &expected);
    check("sales-navigator = 1000", "sales-navigator = 0x3e8", &[]);
}

#[test]
fn less_for_members_who_pay_more_is_warned_about() {
    let expected = "PW02 13:35 `limit.at_most.premium` is 299, less than the 300 of `free`";
    check("premium = 600", "premium = 299", &[expected]);
    let expected = "PW02 13:58 `limit.at_most.sales-navigator` is 500, less than the 600 of `premium`";
    check("sales-navigator = 1000", "sales-navigator = 500", &[expected]);
    check("premium = 600", "premium = 300", &[]);
}

#[test]
fn a_source_that_states_another_number_is_warned_about() {
    let expected = "PW03 14:10 the source of `limit` says 300, and the document says 200, 600, 1000";
    check("free = 300", "free = 200", &[expected]);
    let other = "source = \"article: a request ends after 90 days.";
    let expected = "PW03 27:10 the source of `expiry` says 90d, and the document says 180d";
    check("source = \"choice: rows", &format!("{other} choice: rows"), &[expected]);
    check("source = \"choice: rows", "source = \"article: it ends after 180 days. choice: rows", &[]);
    // A number without a label counts as cited.
    let expected = "PW03 59:10 the source of `review` says 5d, and the document says 3d, 183d, 90d";
    check("source = \"choice: a held", "source = \"five or 5 days. choice: a held", &[expected]);
}

/// The errors of a document, each as `code line`.
#[track_caller]
fn wrong(text: &str) -> Vec<String> {
    let wrong = Policy::check(text).expect_err("it is wrong");
    wrong.iter().map(|one| format!("{} {}", one.code, one.located(text).line)).collect()
}

#[track_caller]
fn replaced(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(ARTICLE.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in the document");
        text.replacen(from, to, 1)
    })
}

#[test]
fn a_syntax_error_hides_no_other_error() {
    let behind = ("free = 300", "free = -300");
    // A value without quotes; a key without a value, after which the parser stops; an unclosed bracket; a second table of the
    // same name; a duplicate key.
    assert_eq!(wrong(&replaced(&[("name = \"article\"", "name = article"), behind])), ["PD01 5", "PD06 13"]);
    assert_eq!(wrong(&replaced(&[("about = \"", "about \""), behind])), ["PD01 6", "PD06 13"]);
    assert_eq!(
        wrong(&replaced(&[("[own_settings]", "[own_settings"), ("after = \"180d\"", "after = 1")])),
        ["PD01 16", "PD03 26"]
    );
    let reported = ("reported_percent = 30", "reported_percent = 101");
    assert_eq!(
        wrong(&replaced(&[("lasts = [\"2d\", \"7d\", \"30d\"]", "lasts = [\"2d\", \"7d\""), reported])),
        ["PD06 48", "PD01 50"]
    );
    assert_eq!(
        wrong(&replaced(&[
            ("[answers]", "[expiry]\nafter = \"1d\"\nsource = \"x\"\n[answers]"),
            ("after = \"180d\"", "after = \"180d\"\nafter = 1"),
            reported
        ]))
        .last()
        .map(String::as_str),
        Some("PD06 52")
    );
}

#[test]
fn a_wrong_value_hides_no_contradiction() {
    let behind = ("hold_at = 6.0", "hold_at = 60.0");
    assert_eq!(wrong(&replaced(&[("free = 300", "free = -300"), behind])), ["PD06 13", "PD07 63"]);
    assert_eq!(wrong(&replaced(&[("name = \"article\"", "name = article"), behind])), ["PD01 5", "PD07 63"]);
    // Nothing is reported about the meaning of a broken table.
    assert_eq!(
        wrong(&replaced(&[
            ("reported_percent = 30", "reported_percent = \"30\""),
            ("answered = 300", "answered = 90")
        ])),
        ["PD03 48"]
    );
    let trial = "[shadow]\nrules = [\"requests-per-day\"]\nsource = \"choice: a test\"\n\n[expiry]";
    assert_eq!(wrong(&replaced(&[("free = 300", "free = -300"), ("[expiry]", trial)])), ["PD06 13"]);
    // A key that a line without valid TOML mentions is not missing.
    assert_eq!(wrong(&replaced(&[("after = \"180d\"", "after 180d")])), ["PD01 26"]);
}

#[test]
fn odd_texts_are_rejected_without_a_panic() {
    for text in [
        "",
        "[",
        "]",
        "\"",
        "'''",
        "a",
        "a =",
        "=",
        "[[",
        "é = é",
        "\u{0}",
        "a = \"\"\"\nb",
        "[a]\n[a]\n[a]\n",
        "#",
        "\r",
        "a = [\n1\n2\n",
    ] {
        assert!(Policy::check(text).is_err(), "{text:?}");
        assert!(Policy::check(&text.repeat(200)).is_err(), "{text:?}");
        let is_blank = matches!(text, "" | "#" | "\r");
        assert_eq!(Policy::check(&format!("{text}\n{ARTICLE}")).is_ok(), is_blank, "{text:?}");
    }
}
