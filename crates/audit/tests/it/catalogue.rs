//! The catalogue is complete.

use std::collections::BTreeSet;

use acquaint_audit::{Disclosure, Viewer, entry, reasons_page};
use acquaint_domain::Code;

#[test]
fn every_code_has_text_disclosure_remedy_and_a_script_or_a_place_among_those_to_come() {
    let mut titles = BTreeSet::new();
    for code in Code::ALL {
        let entry = entry(code);
        assert_eq!(entry.code, code);
        assert!(titles.insert(entry.title), "{code}: `{}` is another's title", entry.title);
        for text in [entry.title, entry.meaning, entry.decided_by, entry.evidence] {
            assert!(!text.is_empty(), "{code}");
        }
        assert!(!entry.remedy.is_empty(), "{code} says neither what helps nor that nothing needs to be done");
        assert!(entry.meaning.ends_with('.') && !entry.title.ends_with('.'), "{code}");
        for text in entry
            .remedy
            .iter()
            .chain(entry.recipient_remedy)
            .map(|help| help.text)
            .chain(entry.wont_help.iter().copied())
            .chain(entry.redress)
        {
            assert!(text.ends_with('.') && !text.contains("  "), "{code}: {text}");
        }
        assert_eq!(entry.script, format!("{code}-{}.acq", code.name()));
    }
}

#[test]
fn what_is_the_recipients_is_open_to_the_sender_and_spam_is_told_by_class() {
    for code in Code::ALL {
        let told = entry(code).disclosure(Viewer::Sender);
        let is_open = matches!(code.number(), 701..=708 | 801..=805);
        assert_eq!(told == Disclosure::Open, is_open, "{code}");
        assert_eq!(told == Disclosure::ClassOnly, matches!(code.number(), 501..=503), "{code}");
        for staff in [Viewer::Agent, Viewer::Engineer] {
            assert_eq!(entry(code).disclosure(staff), Disclosure::Full, "{code}");
        }
    }
}

#[test]
fn what_the_sender_is_told_in_full_before_it_leaves_the_recipient_never_hears_of() {
    for code in Code::ALL {
        let is_senders = matches!(code.number(), 101..=103 | 203..=408 | 501..=604);
        if is_senders {
            assert_eq!(entry(code).disclosure(Viewer::Recipient), Disclosure::None, "{code}");
        }
    }
}

/// `ACQUAINT_WRITE_DOCS=1 cargo test -p acquaint-audit` writes the page again.
#[test]
fn the_page_of_the_reasons_is_what_the_catalogue_says() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reasons.md");
    if std::env::var_os("ACQUAINT_WRITE_DOCS").is_some() {
        std::fs::write(file, reasons_page()).expect("the page is written");
    }
    let page = std::fs::read_to_string(file).expect("docs/reasons.md");
    assert!(page == reasons_page(), "docs/reasons.md is not what the catalogue says: write it anew");
}
