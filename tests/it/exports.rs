//! Members' own exports, from the files to the page.

use std::fs;
use std::path::{Path, PathBuf};

use acquaint_archive::ReadOptions;
use acquaint_cli::grammar::Exit;
use acquaint_domain::{Handle, Timestamp};
use acquaint_engine::{ExportRecords, Genesis, Kernel, Views};
use acquaint_tests::{Program, Ran};
use serde_json::Value;
use tempfile::TempDir;

use crate::sandbox::squeezed;

const OLDER: &str = "Basic_LinkedInDataExport_03-10-2024";
const NEWER: &str = "Basic_LinkedInDataExport_08-20-2024";

/// A data folder, and the folder around it for exports.
struct World {
    folder: TempDir,
    program: Program,
}

impl World {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let program = Program::on(&folder.path().join("data"));
        Self { folder, program }
    }

    /// With both of the invented exports imported.
    fn imported() -> Self {
        let world = Self::new();
        for name in [OLDER, NEWER] {
            let path = invented(name);
            world.ok(&["import", path.to_str().expect("UTF-8")]);
        }
        world
    }

    fn ok(&self, words: &[&str]) -> String {
        let Ran { exit, out, stderr } = self.program.run(words);
        assert_eq!(exit, Exit::Ok, "{words:?}: {stderr}");
        out
    }

    #[track_caller]
    fn refused(&self, words: &[&str], exit: Exit) -> String {
        let ran = self.program.run(words);
        assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{words:?}: {}", ran.stderr);
        ran.stderr
    }

    fn json(&self, words: &[&str]) -> Value {
        let out = self.ok(&[words, &["--format", "json"]].concat());
        serde_json::from_str(&out).expect("JSON")
    }

    /// Writes an export and imports it.
    fn import(&self, name: &str, files: &[(&str, &str)]) -> Value {
        let path = self.export(name, files);
        self.json(&["import", path.to_str().expect("UTF-8")])
    }

    fn export(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = self.folder.path().join(name);
        for (file, text) in files {
            let path = folder.join(file);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
            fs::write(path, text).expect("a file is written");
        }
        folder
    }

    /// The outcome of each invitation, sorted by name.
    fn outcomes(&self) -> Vec<(String, String)> {
        let page = self.json(&["whereabouts"]);
        let rows = page["rows"].as_array().expect("rows").iter();
        let mut outcomes: Vec<(String, String)> =
            rows.map(|row| (row["with"].as_str().expect("a name").to_owned(), outcome(row))).collect();
        outcomes.sort();
        outcomes
    }

    fn events(&self) -> usize {
        self.json(&["log", "show"])["rows"].as_array().expect("rows").len()
    }
}

fn outcome(row: &Value) -> String {
    let found_by = row["found_by"].as_str().map(|by| format!(" by {by}")).unwrap_or_default();
    format!(
        "{}{found_by} {}",
        row["outcome"].as_str().expect("an outcome"),
        row["code"].as_str().expect("a code")
    )
}

fn invented(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("exports").join(name)
}

#[track_caller]
fn check(world: &World, expected: &[(&str, &str)]) {
    let expected: Vec<(String, String)> =
        expected.iter().map(|(name, outcome)| ((*name).to_owned(), (*outcome).to_owned())).collect();
    assert_eq!(world.outcomes(), expected);
}

#[test]
fn two_exports_show_what_vanished_and_why() {
    let world = World::imported();
    check(
        &world,
        &[
            ("Ada Umber", "aged-out by url CR0901"),
            ("Bix Thorn", "expired CR0807"),
            ("Cor Xyst", "vanished CR0903"),
            ("Dun Vale", "disconnected by url CR0809"),
            ("Fen Larch", "vanished CR0903"),
            ("Gro Heath", "unanswered CR0903"),
            ("Jov Oak", "connected by url CR0808"),
            ("Kel Quarry", "connected-before CR0202"),
            ("Lum Pebble", "unanswered CR0903"),
            ("Mox Ridge", "unanswered CR0903"),
            ("Nim Yarrow", "unanswered CR0801"),
        ],
    );
    let page = world.json(&["whereabouts"]);
    let over: Vec<&str> = page["connections_over"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|row| row["with"].as_str())
        .collect();
    assert_eq!(over, ["Dun Vale", "Iva Marsh"]);
    assert_eq!(page["changed"], serde_json::json!(["Eli Sedge"]));
    assert_eq!(page["repeated_notes"][0]["times"], 4);
}

#[test]
fn the_page_in_every_format() {
    let world = World::imported();
    let page = |name: &str, words: &[&str]| {
        let page = world.ok(&[&["whereabouts"], words].concat());
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, page) });
        page
    };
    let human = page("whereabouts", &[]);
    assert!(human.lines().all(|line| line.chars().count() <= 80), "{human}");
    page("whereabouts-json", &["--format", "json"]);
    page("whereabouts-csv", &["--format", "csv"]);
    let html = page("whereabouts-html", &["--format", "html"]);
    assert!(!html.contains("<script") && !html.contains("http"), "it is one file that loads nothing");
    page("whereabouts-filtered", &["--open", "--older-than", "7d", "--direction", "outgoing", "--rows", "1"]);
}

#[test]
fn a_redacted_page_names_nobody() {
    let world = World::imported();
    for format in ["human", "json", "ndjson", "csv", "html"] {
        let page = world.ok(&["whereabouts", "--redact", "--format", format]);
        for name in
            ["Zelda", "Quill", "Ada", "Umber", "-umber", "Iva", "Eli", "Sedge", "bridges", "09:05", "R1"]
        {
            assert!(!page.contains(name), "{name} in {format}: {page}");
        }
        assert!(page.contains("person 1"), "{format}");
    }
}

#[test]
fn the_same_export_again_changes_nothing() {
    let world = World::imported();
    let (before, events) = (world.ok(&["whereabouts"]), world.events());
    let again = world.json(&["import", "linkedin", invented(NEWER).to_str().expect("UTF-8")]);
    assert_eq!(again["repeated"], true);
    let oldest = world.json(&["import", invented(OLDER).to_str().expect("UTF-8")]);
    assert_eq!((&oldest["repeated"], &oldest["export"]), (&Value::Bool(true), &serde_json::json!(1)));
    assert_eq!((world.ok(&["whereabouts"]), world.events()), (before, events));
    assert!(world.ok(&["replay"]).contains("equal to the live ones"));
    assert!(world.ok(&["log", "verify"]).starts_with("intact"));
}

#[test]
fn an_older_export_after_a_newer_one_is_refused() {
    let world = World::new();
    world.ok(&["import", invented(NEWER).to_str().expect("UTF-8")]);
    let said = world.refused(&["import", invented(OLDER).to_str().expect("UTF-8")], Exit::BadInput);
    assert!(said.contains("is older than export 1"), "{said}");
}

const INVITATIONS: &str = "From,To,Sent At,Message,Direction\n";
const CONNECTIONS: &str = "First Name,Last Name,Email Address,Company,Position,Connected On\n";

#[test]
fn nothing_of_a_malformed_file_is_imported() {
    let world = World::new();
    let good = "Zelda Quill,Ada Umber,\"3/1/24, 9:05 AM\",,OUTGOING\n";
    let bad = format!("{INVITATIONS}{}Zelda Quill,Bix Thorn,2024-03-01,,OUTGOING\n", good.repeat(50));
    let path = world.export("export", &[("Invitations.csv", &bad)]);
    let said = world.refused(&["import", path.to_str().expect("UTF-8")], Exit::BadInput);
    assert!(said.starts_with("acquaint: Invitations.csv:52:3: expected a time like"), "{said}");
    assert!(said.trim_end().ends_with("nothing was imported"), "{said}");
    assert!(!world.folder.path().join("data").exists());
    world.refused(&["whereabouts"], Exit::BadInput);
}

#[test]
fn another_members_export_is_not_mixed_in() {
    let world = World::imported();
    let row = "Quinn Yarrow,Ada Umber,\"9/1/24, 9:05 AM\",,OUTGOING\n";
    let text = format!("{INVITATIONS}{row}");
    let path = world.export("Basic_LinkedInDataExport_09-03-2024", &[("Invitations.csv", &text)]);
    let path = path.to_str().expect("UTF-8");
    let said = world.refused(&["import", path], Exit::BadInput);
    assert!(
        said.contains("this export belongs to `Quinn Yarrow`, but earlier ones of the member `me` belong to `Zelda Quill`"),
        "{said}"
    );
    world.ok(&["import", path, "--member", "quinn"]);
    let page = world.json(&["whereabouts", "--member", "quinn"]);
    assert_eq!(page["owner"], "Quinn Yarrow");
    assert_eq!(page["rows"].as_array().map(Vec::len), Some(1));
}

#[test]
fn names_match_less_surely_than_profiles_and_namesakes_not_at_all() {
    let world = World::new();
    let out = |name: &str, at: &str| format!("Zelda Quill,{name},\"{at}, 9:05 AM\",,OUTGOING\n");
    let invitations = [
        INVITATIONS.to_owned(),
        out("Ada Umber", "3/1/24"),
        out("Bix Thorn", "3/1/23"),
        out("Cor Xyst", "3/2/24"),
        out("Cor Xyst", "1/5/24"),
        out("Eli Sedge", "3/3/24"),
    ];
    let connections = format!(
        "{CONNECTIONS}Ada,Umber,,,,02 Mar 2024\nBix,Thorn,,,,01 Feb 2024\nCor,Xyst,,,,05 Mar 2024\nEli,Sedge,,,,01 Jan 2020\n"
    );
    world.import(
        "Basic_LinkedInDataExport_03-10-2024",
        &[("Invitations.csv", &invitations.concat()), ("Connections.csv", &connections)],
    );
    check(
        &world,
        &[
            ("Ada Umber", "connected by name and date CR0808"),
            ("Bix Thorn", "connected by name CR0808"),
            ("Cor Xyst", "connected by name and date CR0808"),
            ("Cor Xyst", "namesakes CR0903"),
            ("Eli Sedge", "connected-before CR0202"),
        ],
    );
    let world = World::new();
    let urls = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
                Cor,Xyst,https://www.linkedin.com/in/cor-1,,,,05 Mar 2024\n\
                Cor,Xyst,https://www.linkedin.com/in/cor-2,,,,06 Mar 2024\n";
    let text = [INVITATIONS.to_owned(), out("Cor Xyst", "3/2/24")].concat();
    world.import(
        "Basic_LinkedInDataExport_03-10-2024",
        &[("Invitations.csv", &text), ("Connections.csv", urls)],
    );
    check(&world, &[("Cor Xyst", "namesakes CR0903")]);
    let why = world.ok(&["why", "me", "Cor Xyst"]);
    assert!(why.contains("2 connections have that name"), "{why}");
}

#[test]
fn a_newer_format_adds_profiles_to_known_people_and_no_requests() {
    let world = World::new();
    let row = "Zelda Quill,Ada Umber,\"3/1/24, 9:05 AM\",,OUTGOING";
    let linked = "Ada,Umber,,,,02 Mar 2024\n";
    world.import(
        "Basic_LinkedInDataExport_03-10-2024",
        &[
            ("Invitations.csv", &format!("{INVITATIONS}{row}\n")),
            ("Connections.csv", &format!("{CONNECTIONS}{linked}")),
        ],
    );
    let url = "https://www.linkedin.com/in/ada-umber";
    let newer = world.import(
        "Basic_LinkedInDataExport_04-10-2024",
        &[
            (
                "Invitations.csv",
                &format!(
                    "From,To,Sent At,Message,Direction,inviterProfileUrl,inviteeProfileUrl\n{row},https://www.linkedin.com/in/zelda,{url}\n"
                ),
            ),
            (
                "Connections.csv",
                &format!(
                    "First Name,Last Name,URL,Email Address,Company,Position,Connected On\nAda,Umber,{url},,,,02 Mar 2024\n"
                ),
            ),
        ],
    );
    let new = &newer["new"];
    assert_eq!((&new["invitations"], &new["vanished"], &new["changed"]), (&0.into(), &0.into(), &1.into()));
    check(&world, &[("Ada Umber", "connected by name and date CR0808")]);
    assert!(world.ok(&["why", "me", url]).contains("CR0808"));
}

#[test]
fn a_facebook_export_dates_what_the_owner_rejected_and_ended() {
    let world = World::new();
    let list = |key: &str, rows: &[(&str, i64)]| {
        let rows: Vec<String> =
            rows.iter().map(|(name, at)| format!("{{\"name\": \"{name}\", \"timestamp\": {at}}}")).collect();
        format!("{{\"{key}_v2\": [{}]}}", rows.join(",\n"))
    };
    let export = |day: &str, sent: &[_], received: &[_], rejected: &[_], friends: &[_], removed: &[_]| {
        let file = |name: &str| format!("friends_and_followers/{name}.json");
        let files = [
            (file("sent_friend_requests"), list("sent_requests", sent)),
            (file("received_friend_requests"), list("received_requests", received)),
            (file("rejected_friend_requests"), list("rejected_requests", rejected)),
            (file("your_friends"), list("friends", friends)),
            (file("removed_friends"), list("deleted_friends", removed)),
        ];
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        world.import(&format!("facebook-zelda-{day}"), &files)
    };
    let (ada, bix, cor, dun) = ("Ada Umber", "Bix Thorn", "Cor Xyst", "Dun Vale");
    // 1,700,000,000 is 14 November 2023.
    export(
        "2023-11-20",
        &[(ada, 1_700_000_000), (dun, 1_700_000_050)],
        &[(bix, 1_700_000_100)],
        &[],
        &[(cor, 1_600_000_000)],
        &[],
    );
    check(&world, &[(ada, "unanswered CR0903"), (bix, "unanswered CR0801"), (dun, "unanswered CR0903")]);
    export(
        "2023-12-20",
        &[],
        &[],
        &[(bix, 1_702_000_000), ("Eli Sedge", 1_702_000_100)],
        &[(ada, 1_702_000_200)],
        &[(cor, 1_702_000_300)],
    );
    check(
        &world,
        &[
            (ada, "connected by name and date CR0808"),
            (bix, "declined CR0804"),
            (dun, "vanished CR0903"),
            ("Eli Sedge", "declined CR0804"),
        ],
    );
    let page = world.json(&["whereabouts"]);
    assert_eq!(page["connections_over"][0]["with"], cor);
    assert_eq!(page["still_to_come"], Value::Null, "nothing was measured for Facebook");
    let why = world.ok(&["why", "me", dun]);
    assert!(first_line(&why).ends_with("CR0903"), "{why}");
}

#[test]
fn a_mastodon_export_says_whom_the_owner_follows() {
    let world = World::new();
    let path = world.export("lists", &[("following_accounts.csv", "ada@umber.example\nbix@thorn.example\n")]);
    let path = path.to_str().expect("UTF-8");
    let said = world.refused(&["import", "mastodon", path], Exit::BadInput);
    assert!(said.contains("give the day with --as-of"), "{said}");
    world.ok(&["import", "mastodon", path, "--as-of", "2024-03-10"]);
    let why = world.ok(&["why", "me", "ada@umber.example"]);
    assert!(first_line(&why).ends_with("CR0902"), "{why}");
    let page = world.json(&["whereabouts"]);
    assert_eq!((&page["connections"], &page["invitations"]), (&2.into(), &0.into()));
}

#[test]
fn only_its_owner_and_staff_see_an_export() {
    let world = World::imported();
    let row = world.json(&["whereabouts"])["rows"][0]["request"].as_str().expect("an id").to_owned();
    assert!(first_line(&world.ok(&["why", &row])).ends_with("CR0903"));
    assert!(first_line(&world.ok(&["why", &row, "--viewer", "agent"])).ends_with("CR0903"));
    world.refused(&["why", &row, "--viewer", "recipient"], Exit::NotFound);
    let said = world.refused(&["why", "me", "Nobody Atall"], Exit::NotFound);
    assert!(said.contains("CR0902 not-in-export"), "{said}");
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

/// Every invitation: its name, how sure the outcome is, whether it has no chance given, and its possible causes.
fn standings(world: &World) -> Vec<(String, String, bool, Vec<String>)> {
    let page = world.json(&["whereabouts"]);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let rows = page["rows"].as_array().expect("rows").iter();
    let mut all: Vec<_> = rows
        .map(|row| {
            let causes = row["causes"].as_array().expect("causes").iter().map(text).collect();
            (text(&row["with"]), text(&row["sureness"]), row["chance"].is_null(), causes)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn an_absent_list_proves_nothing_in_either_direction() {
    let out = "Zelda Quill,Ada Umber,\"3/1/24, 9:05 AM\",,OUTGOING\n";
    let incoming = "Bix Thorn,Zelda Quill,\"3/2/24, 9:05 AM\",,INCOMING\n";
    let invitations = format!("{INVITATIONS}{out}{incoming}");
    let world = World::new();
    world.import("Basic_LinkedInDataExport_03-10-2024", &[("Invitations.csv", &invitations)]);
    check(&world, &[("Ada Umber", "list-absent CR0903"), ("Bix Thorn", "list-absent CR0903")]);
    for (with, sureness, has_no_chance, causes) in standings(&world) {
        assert_eq!((sureness.as_str(), has_no_chance), ("open", true), "{with}");
        assert!(causes.iter().any(|code| code == "CR0808"), "{with}: {causes:?}");
        assert!(causes.iter().any(|code| code == "CR0801"), "{with}: {causes:?}");
    }
    let page = world.json(&["whereabouts"]);
    assert_eq!(
        (&page["still_to_come"], &page["follow_up"], &page["withdraw"]),
        (&Value::Null, &0.into(), &0.into())
    );
    let why = squeezed(&world.ok(&["why", "me", "Ada Umber", "--format", "json"]));
    assert!(why.contains("lacks the list of connections, so whether it was accepted is unknown"), "{why}");

    // Two days later the connections are there. The third export has only connections, and does not say what is still open.
    let none = format!("{CONNECTIONS}Cor,Xyst,,,,05 Mar 2024\n");
    let files = [("Invitations.csv", invitations.as_str()), ("Connections.csv", &none)];
    world.import("Basic_LinkedInDataExport_03-12-2024", &files);
    check(&world, &[("Ada Umber", "unanswered CR0903"), ("Bix Thorn", "unanswered CR0801")]);
    world.import("Basic_LinkedInDataExport_03-20-2024", &[("Connections.csv", &none)]);
    check(&world, &[("Ada Umber", "list-absent CR0903"), ("Bix Thorn", "list-absent CR0903")]);
    for (with, sureness, has_no_chance, causes) in standings(&world) {
        assert_eq!((sureness.as_str(), has_no_chance), ("open", true), "{with}");
        // The list of connections is there, and it has neither of them.
        assert!(!causes.iter().any(|code| code == "CR0808"), "{with}: {causes:?}");
        assert!(causes.iter().any(|code| code == "CR0806"), "{with}: {causes:?}");
    }
}

#[test]
fn an_absent_facebook_list_proves_nothing_either() {
    let world = World::new();
    let file = |key: &str, name: &str| {
        (
            format!("friends_and_followers/{key}.json"),
            format!("{{\"{key}_v2\": [{{\"name\": \"{name}\", \"timestamp\": 1700000000}}]}}"),
        )
    };
    let import = |day: &str, files: &[(String, String)]| {
        let files: Vec<(&str, &str)> =
            files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        world.import(&format!("facebook-zelda-{day}"), &files)
    };
    let (sent, received) = (file("sent_requests", "Ada Umber"), file("received_requests", "Bix Thorn"));
    import("2023-11-20", &[sent.clone(), received.clone()]);
    check(&world, &[("Ada Umber", "list-absent CR0903"), ("Bix Thorn", "list-absent CR0903")]);
    let friends = file("friends", "Cor Xyst");
    import("2023-11-21", &[sent.clone(), received, friends.clone()]);
    check(&world, &[("Ada Umber", "unanswered CR0903"), ("Bix Thorn", "unanswered CR0801")]);
    // One of the two directions is missing: only its outcome is unknown.
    import("2023-11-22", &[sent, friends]);
    check(&world, &[("Ada Umber", "unanswered CR0903"), ("Bix Thorn", "list-absent CR0903")]);
}

#[test]
fn a_row_counts_as_aged_out_only_if_it_is_old() {
    let world = World::new();
    let row = "Zelda Quill,Ada Umber,\"3/1/24, 9:05 AM\",,OUTGOING\n";
    let other = "Zelda Quill,Bix Thorn,\"3/1/24, 9:05 AM\",,OUTGOING\n";
    let linked = format!("{CONNECTIONS}Ada,Umber,,,,02 Mar 2024\nBix,Thorn,,,,02 Mar 2024\n");
    let both = |day: &str, invitations: &str| {
        let invitations = format!("{INVITATIONS}{invitations}");
        let files = [("Invitations.csv", invitations.as_str()), ("Connections.csv", &linked)];
        world.import(&format!("Basic_LinkedInDataExport_{day}"), &files);
    };
    both("03-05-2024", &format!("{row}{other}"));
    both("03-12-2024", other);
    check(
        &world,
        &[
            ("Ada Umber", "connected by name and date CR0808"),
            ("Bix Thorn", "connected by name and date CR0808"),
        ],
    );
    let why = squeezed(&world.ok(&["why", "me", "Ada Umber", "--format", "json"]));
    assert!(why.contains("no longer holds the request, and does not say why"), "{why}");
    both("09-30-2024", "");
    let sureness: Vec<String> = standings(&world).into_iter().map(|(_, sureness, ..)| sureness).collect();
    check(
        &world,
        &[
            ("Ada Umber", "connected by name and date CR0808"),
            ("Bix Thorn", "aged-out by name and date CR0901"),
        ],
    );
    assert_eq!(sureness, ["likely", "likely"], "no surer than the match by name");
}

#[test]
fn notes_that_differ_only_in_the_name_are_one_repeated_note() {
    let world = World::new();
    let names = ["Ada Umber", "Bix Thorn", "Cor Xyst", "Dun Vale", "Eli Sedge", "Fen Larch"];
    let row = |name: &&str| {
        let first = name.split(' ').next().unwrap_or_default();
        format!("Zelda Quill,{name},\"3/1/24, 9:05 AM\",\"Hi {first}, I liked your talk. Zelda\",OUTGOING\n")
    };
    let rows: String = names.iter().map(row).collect();
    world.import(
        "Basic_LinkedInDataExport_03-05-2024",
        &[("Invitations.csv", &format!("{INVITATIONS}{rows}"))],
    );
    let notes = &world.json(&["whereabouts"])["repeated_notes"];
    assert_eq!((notes.as_array().map(Vec::len), &notes[0]["times"]), (Some(1), &6.into()));
}

#[test]
fn an_invitation_to_an_email_address_is_matched_by_it() {
    let world = World::new();
    let row = "Zelda Quill,ada@umber.example,\"3/1/24, 9:05 AM\",,OUTGOING\n";
    let linked = "Ada,Umber,ada@umber.example,,,02 Mar 2024\nAda,Umber,,,,01 Jan 2020\n";
    world.import(
        "Basic_LinkedInDataExport_03-05-2024",
        &[
            ("Invitations.csv", &format!("{INVITATIONS}{row}")),
            ("Connections.csv", &format!("{CONNECTIONS}{linked}")),
        ],
    );
    check(&world, &[("Ada Umber", "connected by e-mail CR0808")]);
    assert_eq!(standings(&world)[0].1, "certain");
}

fn records(name: &str) -> ExportRecords {
    let owner = Handle::parse("me").expect("a handle");
    let asked = ReadOptions { network: None, owner, as_of: None };
    acquaint_archive::read(&invented(name), &asked).expect("the export reads").records
}

fn new_kernel() -> Kernel {
    let mut kernel = Kernel::new(Views::default());
    let genesis =
        Genesis { id_key: 1, policy: acquaint_policy::ARTICLE.to_owned(), at: Timestamp::from_millis(0) };
    kernel.init(&genesis).expect("the policy reads");
    kernel
}

fn digest(views: &Views) -> Vec<[u8; 32]> {
    let views = views.digests().into_iter();
    views
        .filter(|digest| ["exports", "members", "connected"].contains(&digest.view))
        .map(|digest| digest.hash)
        .collect()
}

#[test]
fn an_import_that_was_cut_short_anywhere_continues_to_the_same_end() {
    let mut kernel = new_kernel();
    kernel.observe_export(&records(OLDER)).expect("the older one is imported");
    let beginning = kernel.views().clone();
    kernel.take_staged();
    kernel.observe_export(&records(NEWER)).expect("the newer one is imported");
    let whole = digest(kernel.views());
    let events = kernel.take_staged();
    assert!(events.len() > 10);
    for cut in 0..=events.len() {
        let mut views = beginning.clone();
        events[..cut].iter().try_for_each(|event| views.apply(event)).expect("the events apply");
        let mut kernel = Kernel::new(views);
        kernel.observe_export(&records(NEWER)).unwrap_or_else(|error| panic!("{cut}: {error}"));
        assert_eq!(kernel.staged().len(), events.len() - cut, "after {cut}");
        assert_eq!(digest(kernel.views()), whole, "after {cut}");
    }
}
