//! Facebook: lists in JSON.

use acquaint_domain::Timestamp;
use acquaint_domain::export::{Network, Precision, SourceFile};
use acquaint_engine::Direction;

use crate::invented::{read_named, refused};

fn list(key: &str, rows: &[(&str, i64)]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(name, at)| format!("    {{\n      \"name\": \"{name}\",\n      \"timestamp\": {at}\n    }}"))
        .collect();
    format!("{{\n  \"{key}\": [\n{}\n  ]\n}}\n", rows.join(",\n"))
}

fn read(folder: &str, end: &str) -> acquaint_archive::ParsedExport {
    let files = [
        ("sent_friend_requests.json", list(&format!("sent_requests{end}"), &[("Ada Umber", 1_700_000_000)])),
        (
            "received_friend_requests.json",
            list(&format!("received_requests{end}"), &[("Bix Thorn", 1_700_000_100)]),
        ),
        (
            "rejected_friend_requests.json",
            list(&format!("rejected_requests{end}"), &[("Cor Xyst", 1_700_000_200)]),
        ),
        ("removed_friends.json", list(&format!("deleted_friends{end}"), &[("Dun Vale", 1_700_000_300)])),
        ("your_friends.json", list(&format!("friends{end}"), &[("Zo\\u00c3\\u00ab Sedge", 1_600_000_000)])),
    ];
    let files: Vec<(String, String)> =
        files.into_iter().map(|(name, text)| (format!("{folder}{name}"), text)).collect();
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    read_named("facebook-someone-2023-11-20.zip", &files).expect("it reads")
}

#[test]
fn exports_of_every_year_and_folder_read_the_same() {
    let newest = read("your_facebook_activity/connections/friends/", "_v2");
    assert_eq!(newest, read("friends_and_followers/", "_v2"));
    let records = &newest.records;
    assert_eq!(records.network, Network::Facebook);
    let ways: Vec<(&str, Direction)> =
        records.invitations.iter().map(|row| (row.row.person.name.as_str(), row.direction)).collect();
    let mut sorted = ways.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [("Ada Umber", Direction::Outgoing), ("Bix Thorn", Direction::Incoming)]);
    let declined = &records.declines[0];
    assert_eq!(declined.person.name, "Cor Xyst");
    assert_eq!(
        (declined.at, declined.precision),
        (Timestamp::from_millis(1_700_000_200_000), Precision::Second)
    );
    assert_eq!(records.ends[0].person.name, "Dun Vale");
    assert_eq!(records.connections[0].person.name, "Zoë Sedge");
    assert_eq!(records.files.len(), 5);
    let oldest = read("friends/", "");
    assert_eq!(oldest.records.invitations, records.invitations);
}

#[test]
fn a_row_has_the_line_of_its_entry() {
    let read = read("friends_and_followers/", "_v2");
    let sent = read.records.invitations.iter().find(|row| row.row.file == SourceFile::SentRequests);
    assert_eq!(sent.map(|row| row.row.line), Some(3));
}

#[test]
fn other_forms_are_refused_with_line_and_column() {
    let file = "friends_and_followers/sent_friend_requests.json";
    let whole = list("sent_requests_v2", &[("Ada Umber", 1_700_000_000), ("Bix Thorn", 1_700_000_100)]);
    let with = |from: &str, to: &str| refused(&[(file, &whole.replacen(from, to, 1))]);
    let millis = with("1700000100", "1700000100000");
    assert!(
        millis.starts_with("sent_friend_requests.json:7:5: expected a time in whole seconds"),
        "{millis}"
    );
    assert!(
        with("\"name\": \"Bix Thorn\",", "")
            .starts_with("sent_friend_requests.json:7:5: expected `{\"name\"")
    );
    assert!(with("1700000100", "\"yesterday\"").contains("expected `{\"name\""));
    let cut = refused(&[(file, &whole[..whole.len() / 2])]);
    assert!(cut.contains("this is not complete JSON"), "{cut}");
    assert!(
        refused(&[(file, "{\"sent_requests_v2\": 5}")]).contains("expected a list after `sent_requests_v2`")
    );
    let html = refused(&[("friends_and_followers/sent_friend_requests.html", "<p>Ada Umber</p>")]);
    assert!(html.contains("holds no table"), "{html}");
    let other = refused(&[("friends_and_followers/followers.json", "{\"followers_v2\": []}")]);
    assert!(other.contains("holds no list of friends or requests"), "{other}");
    let twice = refused(&[(file, &whole), ("friends/sent.json", &whole)]);
    assert!(twice.contains("`sent_requests_v2` is in the export twice"), "{twice}");
}
