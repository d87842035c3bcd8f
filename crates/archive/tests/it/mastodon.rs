//! Mastodon: lists of accounts.

use acquaint_domain::export::{Network, Precision};

use crate::invented::{asked, read_named, refused, unpacked};

fn read(files: &[(&str, &str)], as_of: &str) -> acquaint_archive::ParsedExport {
    let folder = tempfile::tempdir().expect("a folder");
    unpacked(folder.path(), files);
    let mut asked = asked(None);
    asked.as_of = as_of
        .parse::<jiff::Timestamp>()
        .ok()
        .map(|at| acquaint_domain::Timestamp::from_millis(at.as_millisecond()));
    acquaint_archive::read(folder.path(), &asked).expect("it reads")
}

const NEWEST: &str = "Account address,Show boosts,Notify on new posts,Languages\nada@umber.example,true,false,\n\
                      bix@thorn.example,true,false,en\n";

#[test]
fn accounts_are_read_with_and_without_a_header() {
    let older = "Account address,Show boosts\nada@umber.example,true\nbix@thorn.example,true\n";
    let oldest = "ada@umber.example\n@bix@thorn.example\n";
    for text in [NEWEST, older, oldest] {
        let read = read(&[("following_accounts.csv", text)], "2024-03-10T00:00:00Z");
        assert_eq!(read.records.network, Network::Mastodon);
        let rows: Vec<(&str, Precision)> =
            read.records.connections.iter().map(|row| (row.person.name.as_str(), row.precision)).collect();
        assert_eq!(
            rows,
            [("ada@umber.example", Precision::Undated), ("bix@thorn.example", Precision::Undated)]
        );
        assert_eq!(read.records.connections[0].at, read.records.as_of);
    }
}

#[test]
fn blocks_and_mutes_are_distinguished() {
    let mutes = "Account address,Hide notifications\ndun@vale.example,true\n";
    let files = [("blocked_accounts.csv", "cor@xyst.example\n"), ("muted_accounts.csv", mutes)];
    let read = read(&files, "2024-03-10T00:00:00Z");
    assert_eq!(read.records.blocks.len(), 1);
    assert!(read.remarks.iter().any(|remark| remark.sentence.starts_with("1 accounts are muted")));
}

#[test]
fn a_malformed_address_and_an_undated_export_are_refused() {
    let said = refused(&[("following_accounts.csv", "Account address,Show boosts\nnobody,true\n")]);
    assert!(said.starts_with("following_accounts.csv:2:1: expected an account's address"), "{said}");
    let undated = read_named("mastodon.zip", &[("following_accounts.csv", NEWEST.as_bytes())]);
    let said = undated.expect_err("it is refused").to_string();
    assert!(said.contains("give the day with --as-of"), "{said}");
}
