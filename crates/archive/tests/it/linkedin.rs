//! LinkedIn: a test for each era and quirk.

use acquaint_archive::{ExportProblem, ParsedExport};
use acquaint_domain::Timestamp;
use acquaint_domain::export::{DatedBy, Precision, SourceFile};
use acquaint_engine::{Direction, NamedBy};

use crate::invented::{
    ASKED, Asked1, ERAS, Era, LINKED, LINKEDIN_NAME, Linked, PROFILE, asked, connections, invitations, read,
    read_named, refused, unpacked,
};

/// 1 March 2024, 09:05.
const FIRST_SENT: i64 = 1_709_283_900_000;

fn whole(era: Era) -> Vec<(&'static str, String)> {
    vec![
        ("Invitations.csv", invitations(era, &ASKED)),
        ("Connections.csv", connections(era, &LINKED)),
        ("Profile.csv", PROFILE.to_owned()),
    ]
}

fn read_whole(files: &[(&str, String)]) -> Result<ParsedExport, ExportProblem> {
    read(&files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>())
}

/// Checks that the export contains `ASKED` and `LINKED`, in whatever format.
#[track_caller]
fn check_story(reading: &ParsedExport) {
    let records = &reading.records;
    assert_eq!(records.owner_name.as_deref(), Some("Zelda Quill"));
    let names: Vec<&str> =
        records.invitations.iter().map(|invitation| invitation.row.person.name.as_str()).collect();
    assert_eq!(names, ["Ada Umber", "Bix Thorn", "Cor Xyst", "Dun Vale"]);
    let first = &records.invitations[0];
    assert_eq!((first.direction, first.row.at), (Direction::Outgoing, Timestamp::from_millis(FIRST_SENT)));
    assert_eq!(first.row.precision, Precision::Minute);
    assert_eq!(records.invitations[2].direction, Direction::Incoming);
    let note = "Shall we \"connect\"?\nIt would be a joy, truly";
    assert_eq!(records.invitations[1].note.as_deref(), Some(note));
    let linked: Vec<(&str, Precision)> =
        records.connections.iter().map(|row| (row.person.name.as_str(), row.precision)).collect();
    assert_eq!(linked, [("Ada Umber", Precision::Day), ("Eli Sedge", Precision::Day)]);
}

#[test]
fn exports_of_every_era_read_the_same() {
    for era in ERAS {
        let reading = read_whole(&whole(era)).unwrap_or_else(|problem| panic!("{era:?}: {problem}"));
        check_story(&reading);
        assert_eq!(reading.remarks, [], "{era:?}");
        let has_urls = reading.records.invitations.iter().all(|row| row.row.person.url.is_some());
        assert_eq!(has_urls, era == Era::Urls, "{era:?}");
    }
}

#[test]
fn a_row_has_its_line_in_the_file() {
    let reading = read_whole(&whole(Era::Urls)).expect("the export reads");
    let lines: Vec<u32> = reading.records.invitations.iter().map(|row| row.row.line).collect();
    // The second row's note has a line break.
    assert_eq!(lines, [2, 3, 5, 6]);
    let lines: Vec<u32> = reading.records.connections.iter().map(|row| row.line).collect();
    assert_eq!(lines, [5, 6]);
}

#[test]
fn byte_order_marks_carriage_returns_and_a_missing_last_line_break_are_read() {
    let marks: [fn(&str) -> Vec<u8>; 4] = [
        |text| format!("\u{feff}{text}").into_bytes(),
        |text| text.replace('\n', "\r\n").replace("?\r\nIt", "?\nIt").into_bytes(),
        |text| text.trim_end().as_bytes().to_vec(),
        |text| [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect(),
    ];
    for (index, marked) in marks.iter().enumerate() {
        let files: Vec<(&str, Vec<u8>)> =
            whole(Era::Urls).iter().map(|(name, text)| (*name, marked(text))).collect();
        let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let reading =
            read_named(LINKEDIN_NAME, &files).unwrap_or_else(|problem| panic!("{index}: {problem}"));
        check_story(&reading);
    }
}

#[test]
fn blank_records_may_precede_the_header_and_the_rows() {
    let mut files = whole(Era::Notes);
    files[1].1 = files[1].1.replacen("\n\n", "\n\n,,,,,\n\n", 1);
    files[0].1 = format!("\n\n{}\n\n", files[0].1);
    check_story(&read_whole(&files).expect("the export reads"));
}

#[test]
fn files_may_be_in_any_letter_case_and_folder() {
    let [invitations, connections, profile] =
        whole(Era::Bare).try_into().unwrap_or_else(|_| panic!("three files"));
    let files = [
        ("export/deep/INVITATIONS.CSV", invitations.1.as_str()),
        ("export/connections.csv", connections.1.as_str()),
        ("Profile.CSV", profile.1.as_str()),
        ("__MACOSX/._Connections.csv", "junk"),
        ("media/picture.png", "junk"),
    ];
    check_story(&read(&files).expect("the export reads"));
}

#[test]
fn an_unpacked_folder_is_the_same_export_as_its_zip_file() {
    let files = whole(Era::Urls);
    let folder = tempfile::tempdir().expect("a folder");
    let named = folder.path().join("Basic_LinkedInDataExport_03-10-2024");
    unpacked(&named, &files.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>());
    let from_folder = acquaint_archive::read(&named, &asked(None)).expect("the folder reads");
    let from_zip = read_whole(&files).expect("the zip file reads");
    assert_eq!(from_folder, from_zip);
    assert_eq!(from_zip.records.dated_by, DatedBy::FileName);
    assert_eq!(from_zip.records.as_of, Timestamp::from_millis(1_710_115_199_000));
}

#[test]
fn one_of_the_two_tables_is_enough_and_a_remark_names_the_missing_one() {
    let only = read(&[("Connections.csv", &connections(Era::Urls, &LINKED))]).expect("it reads");
    assert_eq!((only.records.invitations.len(), only.records.connections.len()), (0, 2));
    assert!(only.remarks[0].sentence.contains("the outcome of invitations is unknown"));
    assert!(!only.records.files.contains(&SourceFile::Invitations));
    let only = read(&[("Invitations.csv", &invitations(Era::Urls, &ASKED))]).expect("it reads");
    assert!(only.remarks[0].sentence.contains("which invitations were accepted is unknown"));
    // A file without a header counts as missing; one with only a header says that there are no connections.
    let invitations = invitations(Era::Urls, &ASKED);
    let held = |text: &str| {
        let read = read(&[("Invitations.csv", &invitations), ("Connections.csv", text)]).expect("it reads");
        read.records.files.contains(&SourceFile::Connections)
    };
    assert_eq!((held(""), held("\n\n"), held(&connections(Era::Urls, &[]))), (false, false, true));
    assert!(refused(&[("messages.csv", "CONVERSATION ID\n")]).contains("holds no table of LinkedIn"));
}

#[test]
fn dates_are_read_as_each_year_wrote_them() {
    let on = |on: &'static str| [Linked { on, ..LINKED[0] }];
    for (text, precision) in [
        ("02 Mar 2024", Precision::Day),
        ("2-Mar-24", Precision::Day),
        ("\"3/2/24, 12:00 AM\"", Precision::Minute),
        ("\"3/2/24, 12:00\u{202f}AM\"", Precision::Minute),
    ] {
        let read = read(&[("Connections.csv", &connections(Era::Bare, &on(text)))]).expect(text);
        let row = &read.records.connections[0];
        assert_eq!((row.at, row.precision), (Timestamp::from_millis(1_709_337_600_000), precision), "{text}");
        let is_resaved = read.remarks.iter().any(|remark| remark.sentence.contains("saved again"));
        assert_eq!(is_resaved, text == "2-Mar-24", "{text}");
    }
}

#[test]
fn rows_without_a_name_are_closed_members_and_left_out() {
    let closed = Linked { first: "", last: "", slug: "", on: "11 Nov 2018" };
    let rows: Vec<Linked> = std::iter::repeat_n(closed, 120).chain(LINKED).collect();
    let read = read(&[("Connections.csv", &connections(Era::Urls, &rows))]).expect("it reads");
    assert_eq!(read.records.connections.len(), 2);
    assert!(
        read.remarks.iter().any(|remark| remark.sentence.starts_with("120 rows have a date and no name"))
    );
}

#[test]
fn percent_encoded_profiles_are_the_same_as_plain_ones() {
    let with = |slug: &'static str| {
        let row = Asked1 { slug, ..ASKED[0] };
        let read = read(&[("Invitations.csv", &invitations(Era::Urls, &[row]))]).expect(slug);
        read.records.invitations[0].row.person.url.clone()
    };
    assert_eq!(with("ad%C3%A1-umber"), with("adá-umber"));
    assert_ne!(with("ad%C3%A1-umber"), with("ada-umber"));
}

#[test]
fn what_linkedin_never_writes_is_refused_with_line_and_column() {
    let row = |at: &'static str| invitations(Era::Urls, &[ASKED[3], Asked1 { at, ..ASKED[0] }]);
    let sent = |at| refused(&[("Invitations.csv", &row(at))]);
    assert_eq!(
        sent("2024-03-01T09:05:00Z"),
        "Invitations.csv:3:3: expected a time like `3/14/24, 9:05 AM` and found `2024-03-01T09:05:00Z`: LinkedIn \
         never writes dates like this: the file was edited or made up; give the file as it was downloaded"
    );
    assert!(sent("13/45/24, 9:05 AM").starts_with("Invitations.csv:3:3: "));
    assert!(sent("3/1/24, 19:05 PM").contains("there is no such day or time"));
    assert!(sent("3/1/99, 9:05 AM").contains("this row is later than the export itself"));
    let on = |on: &'static str| {
        refused(&[("Connections.csv", &connections(Era::Urls, &[Linked { on, ..LINKED[0] }]))])
    };
    assert!(
        on("Mon 99 9999")
            .starts_with("Connections.csv:5:7: expected a date like `14 Mar 2024` and found `Mon 99 9999`")
    );
    assert!(on("31 Feb 2024").contains("there is no such day"));
    assert!(on("2024-03-02").contains("edited or made up"));
    assert!(on("01 Jan 1999").contains("the network did not exist then"));
    assert!(on("").contains("found ``"));
}

#[test]
fn an_unknown_header_is_refused_with_the_expected_one() {
    let text = connections(Era::Urls, &LINKED);
    let with = |from: &str, to: &str| refused(&[("Connections.csv", &text.replacen(from, to, 1))]);
    let german = with("First Name,Last Name", "Vorname,Nachname");
    assert!(
        german.starts_with("Connections.csv:4:1: expected `First Name` in the header and found `Vorname`"),
        "{german}"
    );
    assert!(german.contains("in English"));
    assert!(with(",Position", "").starts_with("Connections.csv:4:6: expected `Position`"));
    let spreadsheet = text.replace(',', ";");
    assert!(refused(&[("Connections.csv", &spreadsheet)]).contains("separated by semicolons"));
    let cut = invitations(Era::Urls, &ASKED).replacen(",OUTGOING,", ",", 1);
    assert!(
        refused(&[("Invitations.csv", &cut)])
            .starts_with("Invitations.csv:2:6: this row has 6 columns and the header 7")
    );
    let sideways = invitations(Era::Bare, &ASKED).replacen(",OUTGOING", ",SIDEWAYS", 1);
    assert!(
        refused(&[("Invitations.csv", &sideways)])
            .starts_with("Invitations.csv:2:5: expected `OUTGOING` or `INCOMING`")
    );
    let not_a_url =
        invitations(Era::Urls, &ASKED).replacen("https://www.linkedin.com/in/ada-umber", "ftp://x", 1);
    assert!(
        refused(&[("Invitations.csv", &not_a_url)])
            .starts_with("Invitations.csv:2:7: expected a profile's URL")
    );
}

#[test]
fn a_file_that_is_truncated_or_in_another_encoding_is_refused() {
    let text = invitations(Era::Urls, &ASKED);
    let cut = &text[..text.find("It would").expect("the note")];
    let said = refused(&[("Invitations.csv", cut)]);
    assert!(said.starts_with("Invitations.csv:3:4: "), "{said}");
    assert!(said.contains("never closed"), "{said}");
    let latin = text.replace("Umber", "Umb\u{e9}r").into_bytes();
    let latin: Vec<u8> = String::from_utf8(latin).expect("UTF-8").chars().map(|c| c as u8).collect();
    let said =
        read_named(LINKEDIN_NAME, &[("Invitations.csv", &latin)]).expect_err("it is refused").to_string();
    assert!(said.starts_with("Invitations.csv:2:20: this is not UTF-8 text"), "{said}");
}

#[test]
fn two_exports_in_one_folder_are_refused() {
    let text = connections(Era::Urls, &LINKED);
    let said = refused(&[("a/Connections.csv", &text), ("b/Connections.csv", &text)]);
    assert!(said.contains("holds `a/Connections.csv` and `b/Connections.csv`"), "{said}");
}

#[test]
fn an_export_without_a_given_day_is_dated_by_its_last_row() {
    let files = [("Invitations.csv", invitations(Era::Urls, &ASKED).into_bytes())];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
    let read = read_named("my-data.zip", &files).expect("it reads");
    assert_eq!(read.records.dated_by, DatedBy::LastRow);
    assert_eq!(read.records.as_of, read.records.invitations[1].row.at);
}

/// A table of `count` connections.
fn many(count: usize) -> String {
    let mut text = connections(Era::Urls, &[]);
    for number in 0..count {
        text.push_str(&format!(
            "First{number},Last{number},https://www.linkedin.com/in/p{number},,\"Acme, Inc\",Tester,02 Mar 2024\n"
        ));
    }
    text
}

#[test]
fn a_stray_quote_is_refused_with_its_place_and_swallows_no_row() {
    assert_eq!(read(&[("Connections.csv", &many(23))]).expect("it reads").records.connections.len(), 23);
    let check = |from: &str, to: &str, place: &str| {
        let text = many(23);
        let broken = text.replacen(from, to, 1);
        assert_ne!(broken, text);
        let said = refused(&[("Connections.csv", &broken)]);
        assert!(said.starts_with(&format!("Connections.csv:{place}: ")), "{from:?} -> {to:?}: {said}");
    };
    // Closed by the next quote, which opens another field.
    check("First2,", "\"First2,", "7:1");
    check("Last2,", "\"Last2,", "7:2");
    check("/in/p2,,", "/in/p2,\",", "7:4");
    // Closed where a field ends, as if it belonged there.
    let text = many(23).replace("\"Acme, Inc\"", "Acme");
    let check_pair = |one: (&str, &str), other: (&str, &str), place: &str| {
        let broken = text.replacen(one.0, one.1, 1).replacen(other.0, other.1, 1);
        let said = refused(&[("Connections.csv", &broken)]);
        assert!(said.starts_with(&format!("Connections.csv:{place}: ")), "{one:?} {other:?}: {said}");
    };
    check_pair(("First2,", "\"First2,"), ("First21,", "First21\","), "7:1");
    check_pair(("Last2,", "\"Last2,"), ("Last21,", "Last21\","), "7:2");
    check_pair(("p2,,Acme", "p2,,\"Acme"), ("p21,,Acme", "p21,,Acme\""), "7:5");
    check_pair(("p2,,Acme,Tester", "p2,,Acme,\"Tester"), ("p21,,Acme,Tester", "p21,,Acme,Tester\""), "7:6");
    // Never closed.
    let broken = text.replacen("First2,", "\"First2,", 1);
    assert!(refused(&[("Connections.csv", &broken)]).contains("never closed"));
}

#[test]
fn a_stray_quote_in_a_note_swallows_no_invitation() {
    let note =
        ASKED.iter().find(|row| row.direction == "OUTGOING" && !row.note.is_empty()).expect("a note").note;
    let stray = |note: &'static str| {
        let mut rows = ASKED.to_vec();
        rows[0].note = note;
        invitations(Era::Urls, &rows)
    };
    // Closed by the quote before the next row's time.
    let broken = stray("STRAY").replacen("STRAY", "\"STRAY", 1);
    let said = refused(&[("Invitations.csv", &broken)]);
    assert!(said.starts_with("Invitations.csv:2:4: ") && said.contains("a stray quote"), "{said}");
    // Closed where a field ends: the note holds a row.
    let broken = stray("Hello,OUTGOING,x,y\nEli Sedge,Zelda Quill,today,Hi");
    let said = refused(&[("Invitations.csv", &broken)]);
    assert!(said.starts_with("Invitations.csv:2:4: ") && said.contains("swallowed the rows"), "{said}");
    assert!(read(&[("Invitations.csv", &stray(note))]).is_ok());
}

#[test]
fn a_company_that_spans_two_lines_is_read_with_a_remark() {
    let text = many(3).replacen("\"Acme, Inc\"", "\"Acme\nInc\"", 1);
    let reading = read(&[("Connections.csv", &text)]).expect("it reads");
    assert_eq!(reading.records.connections.len(), 3);
    let remarks: Vec<&str> = reading.remarks.iter().map(|remark| remark.sentence.as_str()).collect();
    assert!(remarks.iter().any(|remark| remark.contains("span several lines")), "{remarks:?}");
}

/// The whole export of the era with URLs, with one text replaced by another.
fn with(from: &str, to: &str) -> Result<ParsedExport, ExportProblem> {
    let files: Vec<(&str, String)> =
        whole(Era::Urls).into_iter().map(|(name, text)| (name, text.replace(from, to))).collect();
    read_whole(&files)
}

fn remarked(reading: &ParsedExport, part: &str) -> bool {
    reading.remarks.iter().any(|remark| remark.sentence.contains(part))
}

#[test]
fn urls_without_a_profile_do_not_merge_people() {
    let mut files = whole(Era::Urls);
    for (_, text) in &mut files {
        for slug in ["zelda-quill", "ada-umber", "bix-thorn", "cor-xyst", "dun-vale", "eli-sedge"] {
            *text = text.replace(&format!("/in/{slug}"), "/in");
        }
    }
    let reading = read_whole(&files).expect("the export reads");
    check_story(&reading);
    let records = &reading.records;
    let rows = records.invitations.iter().map(|invitation| &invitation.row).chain(&records.connections);
    assert!(rows.clone().all(|row| row.person.url.is_none()));
    assert!(remarked(&reading, "4 rows have a profile URL without a profile"), "{:?}", reading.remarks);
}

#[test]
fn a_url_shared_by_many_names_is_a_placeholder() {
    let shared: Vec<Linked> = [("Ada", "Umber"), ("Bix", "Thorn"), ("Cor", "Xyst")]
        .map(|(first, last)| Linked { first, last, slug: "someone", ..LINKED[0] })
        .into();
    let read_all =
        |rows: &[Linked]| read(&[("Connections.csv", &connections(Era::Urls, rows))]).expect("it reads");
    let three = read_all(&shared);
    assert!(three.records.connections.iter().all(|row| row.person.url.is_none()));
    assert!(remarked(&three, "in rows with many names"), "{:?}", three.remarks);
    // Somebody who has changed their name is one person.
    let two = read_all(&shared[..2]);
    assert!(two.records.connections.iter().all(|row| row.person.url.is_some()));
}

#[test]
fn a_slug_with_odd_bytes_keeps_its_row_and_is_compared_as_written() {
    for odd in ["ada%C2%A0umber", "ada%umber", "%E2%82", "100%", "ada%2", "ada umber", "ada\u{a0}umber%"] {
        let reading =
            with("/in/ada-umber", &format!("/in/{odd}")).unwrap_or_else(|problem| panic!("{odd}: {problem}"));
        check_story(&reading);
        assert!(
            remarked(&reading, "bytes that are not text, the first in line"),
            "{odd}: {:?}",
            reading.remarks
        );
        let records = &reading.records;
        let url = records.invitations[0].row.person.url.as_ref().expect("a URL");
        assert_eq!(Some(url), records.connections[0].person.url.as_ref(), "{odd}");
        let other = with("/in/ada-umber", &format!("/in/{odd}x")).expect(odd);
        assert_ne!(Some(url), other.records.invitations[0].row.person.url.as_ref(), "{odd}");
    }
}

#[test]
fn a_person_invited_by_email_address_is_the_connection_that_has_it() {
    let invited = |to: &'static str| invitations(Era::Bare, &[Asked1 { name: to, ..ASKED[0] }]);
    let linked = connections(Era::Urls, &LINKED).replacen("ada-umber,,", "ada-umber,Ada@Umber.example,", 1);
    let person = |to: &'static str, connections: &str| {
        let read =
            read(&[("Invitations.csv", &invited(to)), ("Connections.csv", connections)]).expect("it reads");
        let invitation = &read.records.invitations[0];
        (invitation.row.person.name.clone(), invitation.row.person.url.is_some(), invitation.named_by)
    };
    let ada = ("Ada Umber".to_owned(), true, NamedBy::Email);
    assert_eq!(person("ada@umber.example", &linked), ada);
    let unknown = ("bix@thorn.example".to_owned(), false, NamedBy::Name);
    assert_eq!(person("bix@thorn.example", &linked), unknown);
    // An address in two rows identifies nobody.
    let twice = linked.replacen("eli-sedge,,", "eli-sedge,ada@umber.example,", 1);
    assert_eq!(person("ada@umber.example", &twice), ("ada@umber.example".to_owned(), false, NamedBy::Name));
}

#[test]
fn the_message_names_a_spreadsheet_or_a_translation_as_the_cause() {
    let on = |on: &'static str| {
        refused(&[("Connections.csv", &connections(Era::Urls, &[Linked { on, ..LINKED[0] }]))])
    };
    for month in ["02 M\u{e4}r 2024", "02 M\u{e4}rz 2024", "2-mai-24", "02 f\u{e9}vr. 2024", "02 March 2024"]
    {
        let said = on(month);
        assert!(said.contains("LinkedIn writes months as `Jan` to `Dec`"), "{said}");
    }
    let text = connections(Era::Urls, &LINKED);
    for (separator, name) in [("\t", "tabs"), (";", "semicolons"), ("|", "vertical bars")] {
        let said = refused(&[("Connections.csv", &text.replace(',', separator))]);
        assert!(
            said.contains(&format!("separated by {name}: a spreadsheet has saved the file again")),
            "{said}"
        );
    }
}
