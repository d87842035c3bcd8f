//! A whole network as a file of records: imported, used, and exported again.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_domain::Span;
use acquaint_engine::{ImportCounts, Kernel, SubmitError};
use acquaint_log::MemoryLog;
use acquaint_ndjson::{LINE_LEN_MAX, RecordReader};
use proptest::test_runner::TestCaseError;

use crate::kernels::{exported, restarted};
use crate::random_worlds::{check, genesis, play, settle, worlds};
use crate::world::{World, log_files};

use generator::network;

#[path = "../examples/network.rs"]
#[expect(dead_code, reason = "the program's own beginning is not called here")]
mod generator;

/// The example of the page that describes the format.
fn example() -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/import.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let (_, rest) = page.split_once("```ndjson\n").expect("the page has an example");
    rest.split_once("```").expect("which ends").0.to_owned()
}

/// Imports the records that the kernel does not have yet, in at most `parts` parts.
fn import(kernel: &mut Kernel, file: &Path, parts: usize) -> Result<ImportCounts, SubmitError> {
    let mut reader = RecordReader::open(file).expect("a file of records");
    let known = reader.skip(kernel.views().stretches()).expect("it reads");
    let mut taken = ImportCounts { new: 0, known };
    for _ in 0..parts {
        let Some(part) = reader.part().expect("the records read") else { break };
        let part = kernel.inherit(part)?;
        taken.new += part.new;
        taken.known += part.known;
    }
    Ok(taken)
}

fn in_memory(kernel: &Kernel) -> Vec<u8> {
    exported(kernel, &MemoryLog::default())
}

fn new_kernel() -> Kernel {
    let mut kernel = Kernel::default();
    kernel.init(&genesis()).expect("the built-in policy reads");
    kernel
}

#[test]
fn an_export_that_is_imported_is_exported_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("network.ndjson");
    check(150, &worlds(), |world| {
        let (mut kernel, now) = play(&world, |_, _| Ok(()))?;
        for settles in [false, true] {
            if settles {
                settle(&mut kernel, now);
            }
            let first = in_memory(&kernel);
            fs::write(&file, &first).expect("the file is written");
            let mut other = new_kernel();
            let taken = import(&mut other, &file, usize::MAX);
            let taken = taken.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let lines = first.iter().filter(|byte| **byte == b'\n').count() as u64;
            proptest::prop_assert_eq!(taken, ImportCounts { new: lines - 1, known: 0 });
            let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
            proptest::prop_assert_eq!(text(in_memory(&other)), text(first));
            let rebuilt = restarted(other.staged());
            proptest::prop_assert_eq!(rebuilt.views().digests(), other.views().digests());
            // Letters, expiry and timers work there too.
            let at = other.views().last_at().expect("it was initialised");
            other.advance(at.plus(Span::days(400)));
            proptest::prop_assert_eq!(other.views().pending.sent().count(), 0);
        }
        Ok(())
    });
}

#[test]
fn an_import_that_was_killed_at_any_event_continues_to_the_same_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("network.ndjson");
    let mut text = Vec::new();
    network([2_600, 2_600, 5_200, 2_600], &mut text).expect("memory takes it");
    fs::write(&file, text).expect("the file is written");
    let mut whole = new_kernel();
    let taken = import(&mut whole, &file, usize::MAX).expect("it is a network");
    assert_eq!(taken, ImportCounts { new: 5 * 2_600, known: 0 });
    let events = whole.staged().to_vec();
    // At the borders of parts and at all kinds of places within them, also between the two events of a request.
    let cuts = (2..events.len()).step_by(1_237).chain([4_098, 4_099, 4_100, 5_202, 7_803, 7_804, 7_805]);
    for cut in cuts.chain([events.len() - 1, events.len()]) {
        let mut kernel = restarted(&events[..cut]);
        import(&mut kernel, &file, usize::MAX).expect("it continues");
        assert_eq!(kernel.views().digests(), whole.views().digests(), "cut at {cut}");
    }
    // And stopped between parts, in one process.
    for parts in 1..4 {
        let mut kernel = new_kernel();
        let before = import(&mut kernel, &file, parts).expect("a part");
        assert!((1..13_000).contains(&before.new), "{} records in {parts} parts", before.new);
        let taken = import(&mut kernel, &file, usize::MAX).expect("the rest");
        assert_eq!(taken.known, before.new, "records that the log has are skipped");
        assert_eq!(kernel.views().digests(), whole.views().digests(), "after {parts} parts");
    }
    let again = import(&mut whole, &file, usize::MAX).expect("once more");
    assert_eq!(again, ImportCounts { new: 0, known: 5 * 2_600 });
    assert_eq!(whole.staged().len(), events.len(), "nothing is written twice");
}

#[test]
fn only_the_new_lines_of_a_grown_file_are_imported_and_a_bad_line_can_be_corrected() {
    let world = World::new();
    let program = world.program();
    let grown = example() + "{\"type\":\"member\",\"handle\":\"frank\"}\n";
    let import = |text: &str| program.run(&["import", "ndjson", &world.file("network.ndjson", text)]);
    let bad = example().replace("\"since\":\"2026-01-01T00:00:00Z\"", "\"since\":\"New Year\"");
    let ran = import(&bad);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    insta::assert_snapshot!(world.named(&ran.stderr), @"acquaint: `FOLDER/network.ndjson`: line 9: field `since`: `New Year` is not a date and time in UTC; write one like `2026-11-21T08:12:05Z`; everything before it is imported: correct the record and import the file again");
    assert_eq!(import(&example()).out, "1 record imported; 7 had been imported before\n");
    assert_eq!(import(&grown).out, "1 record imported; 8 had been imported before\n");
    assert_eq!(import(&grown).out, "0 records imported; 9 had been imported before\n");
    let replayed = program.say("replay");
    assert!(replayed.out.contains("equal to the live ones"), "{}{}", replayed.out, replayed.stderr);
}

#[test]
fn imported_requests_connections_and_blocks_are_in_force() {
    let world = World::new();
    let file = world.file("network.ndjson", example());
    let more = "{\"type\":\"member\",\"handle\":\"frank\"}
{\"type\":\"request\",\"from\":\"frank\",\"to\":\"carol\"}
{\"type\":\"request\",\"from\":\"frank\",\"to\":\"alice@example.org\",\"stands\":\"ignored\"}
{\"type\":\"request\",\"from\":\"frank\",\"to\":\"bob\",\"stands\":\"declined\"}
";
    let more = world.file("more.ndjson", example() + more);
    let script = format!(
        "at 2026-11-21T08:00:00Z
import ndjson {file}
import ndjson {more}
why alice bob
why alice bob --viewer recipient
why alice bob --viewer agent
why frank bob
why frank bob --viewer agent
trace alice bob --viewer engineer
why alice carol
why carol eve@example.org --viewer agent
pending bob
pending frank
blocked carol
connected alice
standing dora
accept bob alice
accept alice frank
decline carol frank
withdraw carol eve@example.org
withdraw frank bob
send dora carol
send carol dora
send alice dora
why alice dora --viewer agent
send alice carol
disconnect alice carol
why alice bob
export ndjson
advance 200d
export ndjson
replay
"
    );
    insta::assert_snapshot!("taken_over", world.named(&world.play(&script)));
}

#[test]
fn an_export_is_a_new_file_that_imports_as_the_same_network() {
    let world = World::new();
    let program = world.program();
    let file = world.file("network.ndjson", example());
    assert_eq!(program.run(&["import", "ndjson", &file]).exit, Exit::Ok);
    let copy = file.replace("network.ndjson", "copy.ndjson");
    let ran = program.run(&["export", "ndjson", &copy]);
    assert_eq!(
        (ran.exit, ran.out.as_str(), ran.stderr.as_str()),
        (Exit::Ok, "written: 4 members, 1 connection, 2 open requests, 1 block\n", "")
    );
    assert_eq!(fs::read_to_string(&copy).expect("it is there"), program.say("export ndjson").out);
    let ran = program.run(&["export", "ndjson", &copy]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
    assert!(world.named(&ran.stderr).contains("`FOLDER/copy.ndjson` already exists; name a new file"));
    let other = World::new();
    let ran = other.program().run(&["import", "ndjson", &copy]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, "8 records imported\n"), "{}", ran.stderr);
    assert_eq!(other.program().say("export ndjson").out, fs::read_to_string(&copy).expect("it is there"));
}

/// The beginning of every bad file: two connected members, and a third.
const BEGIN: &str = "{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"2026-11-01T00:00:00Z\"}
{\"type\":\"member\",\"handle\":\"alice\",\"emails\":[\"alice@example.org\"]}
{\"type\":\"member\",\"handle\":\"bob\"}
{\"type\":\"member\",\"handle\":\"carol\"}
{\"type\":\"connection\",\"between\":[\"alice\",\"bob\"]}
";

#[test]
fn an_impossible_record_is_named_with_its_line() {
    let mut said = String::new();
    for line in [
        "no JSON",
        "[1]",
        "{\"handle\":\"dora\"}",
        "{\"type\":\"friend\"}",
        "{\"type\":\"member\"}",
        "{\"type\":\"member\",\"handle\":7}",
        "{\"type\":\"member\",\"handle\":\"al!ce\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"handle\":\"dora\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"shoe_size\":39}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"tier\":\"gold\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"joined\":\"2027-01-01T00:00:00Z\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"joined\":\"2026-02-30T00:00:00Z\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"emails\":\"dora@example.org\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"emails\":[\"alice@example.org\"]}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"settings\":{\"max_degree\":4}}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"settings\":{\"reminders\":true}}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"banned\":\"2026-01-01T00:00:00Z\",\"closed\":\"2026-01-01T00:00:00Z\"}",
        "{\"type\":\"member\",\"handle\":\"alice\"}",
        "{\"type\":\"connection\",\"between\":[\"alice\"]}",
        "{\"type\":\"connection\",\"between\":[\"alice\",\"alice\"]}",
        "{\"type\":\"connection\",\"between\":[\"alice\",\"dora\"]}",
        "{\"type\":\"connection\",\"between\":[\"alice\",\"bob\"],\"since\":\"2026-01-01T00:00:00Z\"}",
        "{\"type\":\"block\",\"by\":\"alice\",\"of\":\"bob\"}",
        "{\"type\":\"block\",\"by\":\"carol\",\"of\":\"carol\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"bob\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"alice\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"banned\":\"2026-01-01T00:00:00Z\"}\n{\"type\":\"request\",\"from\":\"dora\",\"to\":\"alice\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"banned\":\"2026-01-01T00:00:00Z\"}\n{\"type\":\"request\",\"from\":\"dora\",\"to\":\"zed@example.org\",\"stands\":\"nobody\"}",
        "{\"type\":\"member\",\"handle\":\"dora\",\"closed\":\"2026-01-01T00:00:00Z\"}\n{\"type\":\"request\",\"from\":\"dora\",\"to\":\"alice\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"alice@example.org\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"dora\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"dora@example.org\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\",\"stands\":\"nobody\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\",\"stands\":\"somewhere\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\",\"stands\":\"filed\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\",\"stands\":\"filed\",\"reason\":\"CR0401\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\",\"at\":\"noon\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\"}\n{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\",\"note\":\"again\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\"}\n{\"type\":\"connection\",\"between\":[\"carol\",\"alice\"]}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\"}\n{\"type\":\"block\",\"by\":\"carol\",\"of\":\"alice\"}",
        "{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\"}\n{\"type\":\"block\",\"by\":\"alice\",\"of\":\"carol\"}",
        "{\"type\":\"block\",\"by\":\"carol\",\"of\":\"alice\"}\n{\"type\":\"request\",\"from\":\"alice\",\"to\":\"carol\"}",
        "{\"type\":\"block\",\"by\":\"carol\",\"of\":\"alice\"}\n{\"type\":\"connection\",\"between\":[\"carol\",\"alice\"]}",
    ] {
        let world = World::new();
        let file = world.file("bad.ndjson", format!("{BEGIN}{line}\n"));
        let ran = world.program().run(&["import", "ndjson", &file]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{line}");
        let stderr = world.named(&ran.stderr);
        let rest = stderr.strip_prefix("acquaint: `FOLDER/bad.ndjson`: ").unwrap_or(&stderr);
        let tail = "; everything before it is imported: correct the record and import the file again\n";
        let rest = rest.strip_suffix(tail).expect("it says how to continue");
        writeln!(said, "> {line}\n{rest}").expect("a text takes it");
        let exported = world.program().say("export ndjson").out;
        assert!(exported.contains("\"carol\""), "the records before the line are imported: {exported}");
    }
    insta::assert_snapshot!("bad_records", said);
}

#[test]
fn a_file_with_a_byte_order_mark_is_imported_and_continues_when_it_has_grown() {
    let mark = |text: &str| format!("\u{feff}{text}");
    let plain = World::new();
    let marked = World::new();
    for (world, text) in [(&plain, example()), (&marked, mark(&example()))] {
        let file = world.file("network.ndjson", text);
        let ran = world.program().run(&["import", "ndjson", &file]);
        assert_eq!((ran.exit, ran.stderr.as_str()), (Exit::Ok, ""));
    }
    let exported = |world: &World| world.program().say("export ndjson").out;
    assert_eq!(exported(&plain), exported(&marked));
    let grown = mark(&format!("{}\n{{\"type\":\"member\",\"handle\":\"newcomer\"}}\n", example().trim_end()));
    let file = marked.file("network.ndjson", grown);
    assert_eq!(marked.program().run(&["import", "ndjson", &file]).exit, Exit::Ok);
    assert!(exported(&marked).contains("\"newcomer\""));
}

#[test]
fn a_file_that_is_no_network_is_refused_as_a_whole() {
    let mut said = String::new();
    let world = World::new();
    world.play("at 2026-11-21T08:00:00Z\nmember add alice\n");
    let before = log_files(&world.data());
    let long = format!("{BEGIN}{}\n", "x".repeat(LINE_LEN_MAX + 1));
    for (what, content) in [
        ("empty", ""),
        ("not records", "hello\n"),
        ("no header", "{\"type\":\"member\",\"handle\":\"dora\"}\n"),
        ("another format", "{\"acquaint\":\"policy\",\"version\":1}\n"),
        ("another version", "{\"acquaint\":\"network\",\"version\":2,\"as_of\":\"2026-11-01T00:00:00Z\"}\n"),
        ("no version", "{\"acquaint\":\"network\",\"as_of\":\"2026-11-01T00:00:00Z\"}\n"),
        ("no moment", "{\"acquaint\":\"network\",\"version\":1}\n"),
        ("to come", "{\"acquaint\":\"network\",\"version\":1,\"as_of\":\"2199-11-01T00:00:00Z\"}\n"),
        ("not UTF-8", "\u{0}\u{1}\n"),
        ("one long line", &long[BEGIN.len()..]),
    ] {
        let file = world.file("bad.ndjson", content);
        let ran = world.program().say(&format!("--at 2026-11-21T09:00:00Z import ndjson {file}"));
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{what}");
        writeln!(said, "> {what}\n{}", world.named(&ran.stderr).trim_end()).expect("a text takes it");
    }
    let folder = world.data().display().to_string();
    for (what, path) in [("a folder", folder.as_str()), ("nothing there", "no-such-file.ndjson")] {
        let ran = world.program().run(&["import", "ndjson", path]);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""), "{what}");
        writeln!(said, "> {what}\n{}", world.named(&ran.stderr).trim_end()).expect("a text takes it");
    }
    assert!(log_files(&world.data()) == before, "nothing was written");
    insta::assert_snapshot!("bad_files", said);
    let fresh = World::new();
    let ran = fresh.program().run(&["import", "ndjson", &fresh.file("long.ndjson", &long)]);
    assert_eq!(ran.exit, Exit::BadInput);
    assert!(
        ran.stderr.contains("line 6: it is longer than 1048576 bytes; make several records of it"),
        "{}",
        ran.stderr
    );
}
