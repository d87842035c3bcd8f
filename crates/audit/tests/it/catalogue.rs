//! The catalogue is complete.

use std::collections::BTreeSet;

use acquaint_audit::{Disclosure, Viewer, entry, reasons_page};
use acquaint_domain::Code;

#[test]
fn every_code_has_texts_a_remedy_and_the_name_of_a_script() {
    let mut titles = BTreeSet::new();
    for code in Code::ALL {
        let entry = entry(code);
        assert_eq!(entry.code, code);
        assert!(titles.insert(entry.title), "{code}: `{}` is also the title of another code", entry.title);
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
fn the_sender_gets_the_open_answer_for_recipient_causes_and_the_class_for_spam() {
    for code in Code::ALL {
        let disclosure = entry(code).disclosure(Viewer::Sender);
        let is_open = matches!(code.number(), 701..=708 | 801..=805);
        assert_eq!(disclosure == Disclosure::Open, is_open, "{code}");
        assert_eq!(disclosure == Disclosure::ClassOnly, matches!(code.number(), 501..=503), "{code}");
        for staff in [Viewer::Agent, Viewer::Engineer] {
            assert_eq!(entry(code).disclosure(staff), Disclosure::Full, "{code}");
        }
    }
}

#[test]
fn the_recipient_is_never_told_the_causes_of_the_senders_side() {
    for code in Code::ALL {
        let is_sender_side = matches!(code.number(), 101..=103 | 203..=408 | 501..=604);
        if is_sender_side {
            assert_eq!(entry(code).disclosure(Viewer::Recipient), Disclosure::None, "{code}");
        }
    }
}

/// `ACQUAINT_WRITE_DOCS=1 cargo test -p acquaint-audit` rewrites the page.
#[test]
fn the_page_of_reasons_matches_the_catalogue() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reasons.md");
    if std::env::var_os("ACQUAINT_WRITE_DOCS").is_some() {
        std::fs::write(file, reasons_page()).expect("the page is written");
    }
    let page = std::fs::read_to_string(file).expect("docs/reasons.md");
    assert!(
        page == reasons_page(),
        "docs/reasons.md differs from the catalogue: set ACQUAINT_WRITE_DOCS=1 to rewrite it"
    );
}
