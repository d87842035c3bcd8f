use super::*;

fn check(entered: &str, canonical: &str) {
    assert_eq!(Address::parse(entered).map(|a| a.to_string()), Ok(canonical.to_owned()), "{entered}");
}

fn check_malformed(entered: &str, offset: u32, problem: AddressProblem) {
    assert_eq!(Address::parse(entered), Err(MalformedAddress { offset, problem }), "{entered}");
}

#[test]
fn case_spaces_slashes_scheme_www_and_percent_encoding_do_not_matter() {
    check("Alice", "alice");
    check("  @Alice ", "alice");
    check("jos%C3%A9", "josé");
    check("JOSÉ", "josé");
    check(" Bob@Example.ORG ", "bob@example.org");
    check("mailto:bob@example.org", "bob@example.org");
    check("https://www.Example.org/in/Alice/", "example.org/in/alice");
    check("HTTP://example.org/in/alice?trk=nav#top", "example.org/in/alice");
    check("www.example.org/in/jos%c3%a9//", "example.org/in/josé");
    check("example.org/in/alice", "example.org/in/alice");
}

#[test]
fn an_entered_handle_is_composed_and_keeps_its_letter_case() {
    let shown = |entered: &str| EnteredHandle::of(entered).map(|entered| entered.as_str().to_owned());
    for (entered, expected) in [
        ("Alice", Some("Alice")),
        ("  @Alice ", Some("Alice")),
        ("Zoe\u{308}", Some("Zoë")),
        ("%40ZO%c3%8b", Some("ZOË")),
        ("İpek", Some("İpek")),
        ("\u{200e}Zoë\u{feff}", Some("Zoë")),
        ("alice", None),
        ("@zoë", None),
        ("zoe\u{308}", None),
        ("स्मिता", None),
        ("al ice", None),
        ("Alice@example.org", None),
        ("", None),
    ] {
        assert_eq!(shown(entered).as_deref(), expected, "{entered:?}");
        if let Some(entered) = EnteredHandle::of(entered) {
            assert_eq!(EnteredHandle::of(entered.as_str()), Some(entered.clone()));
            assert_eq!(EnteredHandle::from_stored(entered.as_str()), Some(entered));
        }
    }
    let zoe = Handle::parse("zoë").expect("a handle");
    let is_zoe = |entered: &str| EnteredHandle::of(entered).is_some_and(|entered| entered.is_of(&zoe));
    assert!(is_zoe("ZOË") && is_zoe("Zoe\u{308}") && !is_zoe("Zoe"));
}

#[test]
fn a_malformed_address_has_its_problem_and_offset() {
    check_malformed("", 0, AddressProblem::Empty);
    check_malformed("@", 1, AddressProblem::Empty);
    check_malformed("al ice", 2, AddressProblem::Character);
    check_malformed("  al!ce", 4, AddressProblem::Character);
    check_malformed("bob@example", 4, AddressProblem::NoDomain);
    check_malformed("bob@exam,ple.org", 8, AddressProblem::Character);
    check_malformed("bob@@example.org", 4, AddressProblem::SecondAt);
    check_malformed("bob%zz", 3, AddressProblem::PercentEncoding);
    check_malformed("%ff", 0, AddressProblem::PercentEncoding);
    check_malformed("ftp://example.org/in/alice", 0, AddressProblem::Scheme);
    check_malformed("https:/example.org/in/alice", 5, AddressProblem::Scheme);
    check_malformed("https://example.org/", 20, AddressProblem::NoPath);
    check_malformed("https://example/in/alice", 8, AddressProblem::NoDomain);
    check_malformed(&"a".repeat(101), 100, AddressProblem::TooLong);
}

#[test]
fn common_slips_are_corrected() {
    let check =
        |entered: &str, meant: Option<&str>| assert_eq!(correction(entered).as_deref(), meant, "{entered}");
    check("bob@example,org", Some("bob@example.org"));
    check("bob @example.org", Some("bob@example.org"));
    check("bob@@example.org", Some("bob@example.org"));
    check("bob@example..org", Some("bob@example.org"));
    check("https:/example.org/in/alice", Some("example.org/in/alice"));
    check("htp://example.org/in/alice", Some("example.org/in/alice"));
    check("<bob@example.org>", Some("bob@example.org"));
    check("", None);
    check("%%%", None);
}

fn check_one(spellings: &[&str]) {
    for entered in &spellings[1..] {
        assert_eq!(Address::parse(entered), Address::parse(spellings[0]), "{entered}");
    }
    assert!(Address::parse(spellings[0]).is_ok(), "{spellings:?}");
}

#[test]
fn a_handle_may_be_in_any_script_with_its_marks() {
    check("İpek", "i\u{307}pek");
    check("स्मिता", "स्मिता");
    check("ส้ม", "ส้ม");
    check("தமிழ்", "தமிழ்");
    check("ångström", "ångström");
    check_malformed("\u{301}e", 0, AddressProblem::Character);
    check_malformed("a-\u{301}", 2, AddressProblem::Character);
    check_malformed(&format!("z{}", "\u{316}".repeat(5)), 5, AddressProblem::Character);
    check_malformed("zo\u{200b}e", 2, AddressProblem::Character);
    check_malformed("zo\u{200d}e", 2, AddressProblem::Character);
}

#[test]
fn composed_and_decomposed_letters_are_equal() {
    check_one(&["Zoë", "Zoe\u{308}", "ZOE\u{308}", "@zoe%CC%88", "\u{200e}zoë\u{202c}", "\u{a0}zoë\u{feff}"]);
    check_one(&["가나", "\u{1100}\u{1161}\u{1102}\u{1161}"]);
    check_one(&["zoë@bücher.example", "zoe\u{308}@bu\u{308}cher.example"]);
    check_one(&["example.org/in/zoë", "example.org/in/zoe%CC%88", "example.org/in/ZOE\u{308}/"]);
}

#[test]
fn the_two_forms_of_an_international_host_are_equal() {
    check_one(&[
        "bob@bücher.example",
        "bob@xn--bcher-kva.example",
        "BOB@XN--BCHER-KVA.EXAMPLE",
        "bob%40b%C3%BCcher.example",
        "mailto:bob%40xn--bcher-kva.example",
        "bob@bücher。example",
        "bob@bücher.example.",
        " bob@BÜCHER.example ",
    ]);
    check_one(&[
        "https://bücher.example/in/bob",
        "xn--bcher-kva.example/in/bob",
        "https%3A%2F%2Fxn--bcher-kva.example%2Fin%2Fbob",
    ]);
    check("bob@xn--bcher-kva.example", "bob@bücher.example");
    check("bob@faß.example", "bob@faß.example");
    check_malformed("bob@xn--zzzzzzzzz.example", 4, AddressProblem::NoDomain);
    check_malformed("bob@example..org", 4, AddressProblem::NoDomain);
    check_malformed("bob@example.org..", 4, AddressProblem::NoDomain);
}

#[test]
fn percent_encoding_case_and_the_dot_of_the_root_do_not_matter() {
    check_one(&[
        "bob@example.org",
        "bob%40example.org",
        "BOB%40EXAMPLE.ORG",
        "bob@example.org.",
        "mailto:Bob@example.org",
    ]);
    check_one(&["alice", "%40alice", "@Alice", "%61lice"]);
    check_one(&["a/b@example.org", "a%2Fb@example.org"]);
    check_one(&["https://example.org./in/a", "example.org/in/a/"]);
}

#[test]
fn a_network_shows_one_profile_under_many_urls() {
    check_one(&[
        "https://www.linkedin.com/in/x",
        "https://uk.linkedin.com/in/x",
        "https://de.linkedin.com/in/x/en",
        "http://m.linkedin.com/in/X/?trk=nav",
        "linkedin.com/mwlite/in/x",
        "https://www.linkedin.com/comm/in/x?midToken=1",
        "https://linkedin.com/in/x/overlay/contact-info/",
    ]);
    check_one(&[
        "https://www.facebook.com/ada",
        "m.facebook.com/ada",
        "de-de.facebook.com/Ada/",
        "fb.com/ada?ref=x",
    ]);
    check_one(&["https://www.facebook.com/profile.php?id=4&ref=x", "https://m.facebook.com/4"]);
    check_one(&["https://twitter.com/ada", "https://mobile.twitter.com/ada", "x.com/Ada"]);
    check_one(&["https://www.xing.com/profile/Ada_L", "xing.com/profile/ada_l/cv"]);
    check_malformed("https://www.facebook.com/profile.php", 25, AddressProblem::NoPath);
    check_malformed("facebook.com/profile.php?id=x", 13, AddressProblem::NoPath);
    // Another site, and another profile:
    check("https://uk.example.org/in/x", "uk.example.org/in/x");
    check("https://notlinkedin.com/in/x", "notlinkedin.com/in/x");
    check("https://jobs.linkedin.com/in/x", "jobs.linkedin.com/in/x");
    check("https://www.linkedin.com/company/x/about", "linkedin.com/company/x/about");
    for (nobodys, offset) in [
        ("https://uk.linkedin.com/in", 24),
        ("https://www.linkedin.com/in/", 25),
        ("m.linkedin.com/mwlite/in/", 15),
        ("LinkedIn.com/IN?trk=x", 13),
        ("xing.com/profile", 9),
    ] {
        check_malformed(nobodys, offset, AddressProblem::NoPath);
    }
    for (detour, offset) in [
        ("linkedin.com/in/lx/../ly", 19),
        ("example.org/../in/alice", 12),
        ("example.org/in/alice/..", 21),
        ("example.org/a/%2E%2e/b", 14),
        ("example.org/./alice", 12),
    ] {
        check_malformed(detour, offset, AddressProblem::Character);
    }
    check("example.org/in/..alice", "example.org/in/..alice");
    check("example.org/a.b/c", "example.org/a.b/c");
}

#[test]
fn an_earlier_versions_form_is_converted_to_todays() {
    let handle = |text| Handle::from_canonical(text).map(|handle| handle.to_string());
    assert_eq!(handle("\u{1100}\u{1161}").as_deref(), Some("가"));
    let email = |text| EmailAddress::from_canonical(text).map(|email| email.to_string());
    assert_eq!(email("bob@xn--bcher-kva.example").as_deref(), Some("bob@bücher.example"));
    assert_eq!(email("%40@example.org").as_deref(), Some("%40@example.org"), "not decoded again");
    assert_eq!(email("bob@xn--zzzzzzzzz.example").as_deref(), Some("bob@xn--zzzzzzzzz.example"), "kept");
    let url = |text| ProfileUrl::from_canonical(text).map(|url| url.to_string());
    assert_eq!(url("uk.linkedin.com/in/x").as_deref(), Some("linkedin.com/in/x"));
    assert_eq!(url("www.example.org/in/a").as_deref(), Some("www.example.org/in/a"), "it had `www.` twice");
}

#[test]
fn each_parser_accepts_exactly_the_texts_of_its_kind() {
    for entered in [
        "alice",
        "bob%40example.org",
        "a/b@example.org",
        "a.b/c@example.org",
        "example.org/@ada",
        "mailto:bob",
        "mailto:a.b/c@d.e",
        "%2F",
        "a%2Fb",
        "http://x",
        "@a@b.c",
        "",
        "@",
        "a@",
        "%",
        "https%3A%2F%2Fa.b%2Fc",
        "a//b@c.d",
    ] {
        check_kinds(entered);
    }
}

#[track_caller]
fn check_kinds(entered: &str) {
    let address = Address::parse(entered).ok();
    let kinds = [
        Handle::parse(entered).ok().map(Address::Handle),
        EmailAddress::parse(entered).ok().map(Address::Email),
        ProfileUrl::parse(entered).ok().map(Address::Profile),
    ];
    let taken: Vec<Address> = kinds.into_iter().flatten().collect();
    assert_eq!(taken, Vec::from_iter(address.clone()), "{entered:?}");
    if let Err(MalformedAddress { offset, .. }) = Address::parse(entered) {
        assert!(offset as usize <= entered.chars().count() + 1, "{entered:?}");
    }
    if let Some(address) = address {
        let text = address.as_str();
        let back = match &address {
            Address::Handle(_) => Handle::from_canonical(text).map(Address::Handle),
            Address::Email(_) => EmailAddress::from_canonical(text).map(Address::Email),
            Address::Profile(_) => ProfileUrl::from_canonical(text).map(Address::Profile),
        };
        assert_eq!(back.as_ref(), Some(&address), "{entered:?}");
    }
}

/// Pieces that have a meaning in some kind of address, and letters that have several forms.
const PIECES: [&str; 44] = [
    "a",
    "B",
    "0",
    "-",
    "_",
    ".",
    "@",
    "/",
    "%",
    "%40",
    "%2F",
    "%25",
    "%CC%88",
    "e\u{308}",
    "ë",
    "E",
    "İ",
    "ß",
    "ẞ",
    "Σ",
    "\u{1100}",
    "\u{1161}",
    "\u{11a8}",
    "\u{345}",
    "\u{307}",
    "ำ",
    "्",
    "K",
    "Å",
    "豈",
    "xn--",
    "bcher-kva",
    "bücher",
    "linkedin.com",
    "uk.",
    "www.",
    "m.",
    "in/",
    "https://",
    "mailto:",
    "?id=4",
    "\u{200d}",
    " ",
    "facebook.com/profile.php",
];

#[test]
fn any_mixture_of_pieces_is_read_as_one_kind() {
    // A small random number generator (xorshift): the domain's tests depend on no other crate that has one.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut read = 0;
    for _ in 0..20_000 {
        let entered: String = (0..1 + next(7)).map(|_| PIECES[next(PIECES.len())]).collect();
        check_kinds(&entered);
        read += usize::from(Address::parse(&entered).is_ok());
        check_stable(&entered);
    }
    assert!(read > 2_000, "{read} of them are addresses");
}

/// A text that was converted to today's form once does not change any more.
fn check_stable(text: &str) {
    if let Some(handle) = Handle::from_canonical(text) {
        assert_eq!(Handle::from_canonical(handle.as_str()), Some(handle.clone()), "{text:?}");
    }
    if let Some(email) = EmailAddress::from_canonical(text) {
        assert_eq!(EmailAddress::from_canonical(email.as_str()), Some(email.clone()), "{text:?}");
    }
    if let Some(url) = ProfileUrl::from_canonical(text) {
        assert_eq!(ProfileUrl::from_canonical(url.as_str()), Some(url.clone()), "{text:?}");
    }
}

#[test]
fn folding_a_letter_twice_changes_nothing_more() {
    // The range leaves out Han, which has neither case nor parts, and the unassigned and private characters at the end.
    for c in ('\0'..='\u{33ff}').chain('\u{a000}'..='\u{1ffff}') {
        let text = format!("{c}\u{308}");
        let once = folded(&text);
        assert_eq!(folded(&once), once, "{text:?}");
    }
}

#[test]
fn very_long_texts_are_rejected_in_linear_time() {
    let long = 300_000;
    for piece in ["%41", "e\u{308}", "\u{316}", "@", "a/", "xn--", "%CC%88", "ß.", "\u{1100}\u{1161}"] {
        let text = piece.repeat(long / piece.len());
        for entered in
            [text.clone(), format!("a@{text}"), format!("https://{text}"), format!("linkedin.com/in/{text}")]
        {
            assert!(Address::parse(&entered).is_err(), "{piece}");
        }
    }
}

#[test]
fn a_malformed_address_is_an_error_that_names_the_place() {
    let error: Box<dyn std::error::Error> = Address::parse("a@b@example.org").expect_err("two `@`").into();
    assert_eq!(error.to_string(), "not an address: there is a second `@` at character 4");
}
