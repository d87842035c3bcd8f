//! Proofs as files: what a proof contains, what the checker refuses, and what it says that no proof can show.

use std::fs;
use std::path::Path;

use acquaint_cli::grammar::Exit;
use acquaint_tests::Program;
use serde_json::{Value, json};

use crate::world::World;

/// Three requests: one is accepted, one is kept back and then withdrawn by a ban, and one stays open.
const HISTORY: [&str; 10] = [
    "--at 2026-11-21T08:00:00Z member add alice",
    "--at 2026-11-21T08:01:00Z member add bob --company Acme",
    "--at 2026-11-21T08:02:00Z member add carol",
    "--at 2026-11-21T08:03:00Z send alice bob --note Porto",
    "--at 2026-11-21T08:04:00Z settings bob --accept-from contacts",
    "--at 2026-11-21T08:05:00Z send carol bob",
    "--at 2026-11-21T08:06:00Z accept bob alice",
    "--at 2026-11-21T08:07:00Z member ban carol",
    "--at 2026-11-21T08:08:00Z member add dan",
    "--at 2026-11-21T08:09:00Z send alice dan",
];

/// The root of the log to which the version 1 proofs in `tests/kept/proofs` belong.
const KEPT_ROOT: &str = "46b765dcf3b1a24c4c644cecb5b3efdf7aa2d692479766c74616d0b0232884af";

/// A log with its root, and a checker that has no log.
struct Proving {
    world: World,
    root: String,
}

impl Proving {
    fn new() -> Self {
        let world = World::of_small_segments();
        for line in HISTORY {
            let ran = world.program().say(line);
            assert_eq!(ran.exit, Exit::Ok, "{line}: {}{}", ran.out, ran.stderr);
        }
        let sealed = world.program().say("log seal --format json");
        let sealed: Value = serde_json::from_str(&sealed.out).expect("JSON");
        let root = sealed["last_sealed"]["root"].as_str().expect("a root").to_owned();
        Self { world, root }
    }

    fn proof(&self, about: &str) -> Value {
        let ran = self.world.program().say(&format!("log prove {about} --viewer agent"));
        assert_eq!(ran.exit, Exit::Ok, "{}", ran.stderr);
        serde_json::from_str(&ran.out).expect("a proof is JSON")
    }

    fn check(&self, proof: &str, options: &str) -> (Exit, String) {
        let file = self.world.file("proof.json", proof);
        checked(&format!("log check-proof {file} --root {} {options}", self.root))
    }

    /// Checks that the checker does not accept the proof of alice's request after this change, and that its sentence has this
    /// part.
    fn refuses(&self, change: impl FnOnce(&mut Value), part: &str) {
        let mut proof = self.proof("alice bob");
        change(&mut proof);
        let (exit, page) = self.check(&proof.to_string(), "");
        assert_eq!(exit, Exit::Failed, "{part}: {page}");
        assert!(page.contains("not proven: ") && page.contains(part), "{part}: {page}");
        assert!(!page.contains("proven: 6"), "{page}");
    }

    /// The same for a change after which the file is no proof at all.
    fn cannot_read(&self, change: impl FnOnce(&mut Value), part: &str) {
        let mut proof = self.proof("alice bob");
        change(&mut proof);
        let (exit, page) = self.check(&proof.to_string(), "");
        assert_eq!(exit, Exit::BadInput, "{part}: {page}");
        assert!(page.contains(part), "{part}: {page}");
    }
}

fn checked(line: &str) -> (Exit, String) {
    let ran = Program::on(Path::new("there-is-no-such-folder")).say(line);
    (ran.exit, if ran.out.is_empty() { ran.stderr } else { ran.out })
}

fn events(proof: &mut Value) -> &mut Vec<Value> {
    proof["segments"][0]["events"].as_array_mut().expect("events")
}

#[test]
fn a_proof_needs_a_viewer_who_is_staff() {
    let program = World::of_small_segments().program();
    let ran = program.say("log prove alice bob");
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.stderr.contains("--viewer"), "{}", ran.stderr);
    for member in ["sender", "recipient"] {
        let ran = program.say(&format!("log prove alice bob --viewer {member}"));
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::BadInput, ""));
        assert!(ran.stderr.contains("a proof is for staff"), "{}", ran.stderr);
    }
}

#[test]
fn the_checker_says_what_is_proven_and_what_is_not() {
    let proving = Proving::new();
    let proof = proving.proof("alice bob");
    let request = proof["request"].as_str().expect("a request");
    let (exit, page) = proving.check(&proof.to_string(), "");
    assert_eq!(exit, Exit::Ok, "{page}");
    assert!(page.starts_with(&format!("proven: 6 events of {request} are in log ")), "{page}");
    assert!(page.contains(&format!("not proven: that these are all events of {request}")), "{page}");
    let (_, verified) = checked_on(&proving, "log verify --format json");
    let verified: Value = serde_json::from_str(&verified).expect("JSON");
    assert_eq!(proof["head"]["hash"], verified["head"], "the head is what `log verify` prints");
    assert_eq!(proof["head"]["events"], verified["events"]);
    let (_, page) = proving.check(&proof.to_string(), "--format json");
    let page: Value = serde_json::from_str(&page).expect("JSON");
    assert_eq!((&page["schema"], &page["proof_version"]), (&json!("acquaint.proven.v2"), &json!(2)));
    assert_eq!(page["stated_head"], proof["head"]);
    assert_eq!(page["events"].as_array().map(Vec::len), Some(6));
    assert_eq!(page["events"][0]["hash"], proof["segments"][0]["events"][0]["hash"]);
}

fn checked_on(proving: &Proving, line: &str) -> (Exit, String) {
    let ran = proving.world.program().say(line);
    (ran.exit, ran.out)
}

#[test]
fn a_proof_with_the_id_of_another_request_is_refused() {
    let proving = Proving::new();
    let other = proving.proof("carol bob")["request"].clone();
    proving.refuses(|proof| proof["request"] = other, "is not about R");
}

#[test]
fn a_proof_with_events_of_two_requests_is_refused() {
    let proving = Proving::new();
    let mut other = proving.proof("carol bob");
    let foreign = events(&mut other).clone();
    proving.refuses(
        |proof| {
            let own = events(proof);
            own.extend(foreign);
            own.sort_by_key(|event| event["position"].as_u64());
            own.dedup_by_key(|event| event["position"].as_u64());
        },
        "is not about R",
    );
}

#[test]
fn a_proof_without_an_event_is_refused() {
    let proving = Proving::new();
    proving.refuses(|proof| proof["segments"] = json!([]), "it holds no event");
    proving.refuses(|proof| events(proof).clear(), "it holds no event of segment 1");
    proving.refuses(
        |proof| {
            let mut bare = proof["segments"][0].clone();
            bare["events"] = json!([]);
            proof["segments"].as_array_mut().expect("segments").push(bare);
        },
        "it holds no event of segment 1",
    );
}

#[test]
fn a_proof_with_repeated_or_unordered_events_is_refused() {
    let proving = Proving::new();
    let twice = |proof: &mut Value| {
        let first = events(proof)[0].clone();
        events(proof).insert(1, first);
    };
    proving.refuses(twice, "each event must appear once");
    proving.refuses(|proof| events(proof).reverse(), "in the order of the log");
    proving.refuses(|proof| events(proof).swap(2, 3), "in the order of the log");
    let segment_twice = |proof: &mut Value| {
        let segment = proof["segments"][0].clone();
        proof["segments"].as_array_mut().expect("segments").push(segment);
    };
    proving.refuses(segment_twice, "segment 1 does not follow segment 1");
}

#[test]
fn the_checker_cannot_see_what_was_left_out_and_says_so() {
    let proving = Proving::new();
    let mut proof = proving.proof("alice bob");
    events(&mut proof).truncate(1);
    let (exit, page) = proving.check(&proof.to_string(), "");
    assert_eq!(exit, Exit::Ok, "{page}");
    assert!(page.starts_with("proven: 1 event of R"), "{page}");
    assert!(page.contains("a proof says nothing about events that were left out"), "{page}");
}

#[test]
fn a_proof_from_another_log_is_refused() {
    let (one, other) = (Proving::new(), Proving::new());
    let foreign = other.proof("alice bob");
    let (exit, page) = one.check(&foreign.to_string(), "");
    assert_eq!(exit, Exit::Failed);
    assert!(page.contains("segment 1 has a root that you do not trust"), "{page}");
    // Even if both roots are trusted:
    let both = format!("--root {}", other.root);
    assert_eq!(one.check(&foreign.to_string(), &both).0, Exit::Ok);
    let mut mixed = one.proof("alice bob");
    let mut segment = foreign["segments"][0].clone();
    segment["segment"] = json!(2);
    segment["first"] = json!(1_000);
    mixed["segments"].as_array_mut().expect("segments").push(segment);
    assert_eq!(one.check(&mixed.to_string(), &both).0, Exit::Failed);
    let mut renamed = foreign.clone();
    renamed["log"] = one.proof("alice bob")["log"].clone();
    let (exit, page) = one.check(&renamed.to_string(), &both);
    assert_eq!(exit, Exit::Failed);
    assert!(page.contains("does not lead to the root of segment 1"), "{page}");
}

#[test]
fn a_proof_with_a_changed_byte_position_or_path_is_refused() {
    let proving = Proving::new();
    let flip = |field: &mut Value| {
        let mut digits = field.as_str().expect("digits").to_owned();
        let last = if digits.ends_with('0') { "1" } else { "0" };
        digits.replace_range(digits.len() - 1.., last);
        *field = json!(digits);
    };
    let is_not_proven = "does not lead to the root of segment";
    proving.refuses(|proof| events(proof)[0]["position"] = json!(1), is_not_proven);
    proving.refuses(|proof| proof["segments"][0]["count"] = json!(1_000_000_u64), is_not_proven);
    proving.refuses(|proof| proof["segments"][0]["count"] = json!(u64::MAX), is_not_proven);
    proving.refuses(|proof| proof["segments"][0]["segment"] = json!(2), is_not_proven);
    proving.refuses(|proof| flip(&mut proof["segments"][0]["root"]), "a root that you do not trust");
    proving.refuses(|proof| events(proof)[1]["up"] = json!([]), is_not_proven);
    proving.refuses(|proof| proof["head"]["events"] = json!(3), "after the stated end of the log");
    for field in ["record", "salt", "hash"] {
        let flip = |proof: &mut Value| flip(&mut events(proof)[0][field]);
        proving.cannot_read(flip, "`hash` is not the hash of its salt and record");
    }
}

#[test]
fn a_file_that_is_no_proof_is_refused() {
    let proving = Proving::new();
    let whole = proving.proof("alice bob").to_string();
    for end in (0..whole.len()).step_by(61) {
        assert_eq!(proving.check(&whole[..end], "").0, Exit::BadInput, "cut after {end} bytes");
    }
    proving.cannot_read(|proof| proof["schema"] = json!("acquaint.proof.v3"), "neither");
    proving.cannot_read(|proof| proof["viewer"] = json!("sender"), "is for `agent` or `engineer`");
    proving.cannot_read(|proof| proof["viewer"] = json!("\u{1b}[2Jagent"), "not a known viewer");
    proving.cannot_read(|proof| proof["request"] = json!("R0"), "not a request id");
    proving.cannot_read(|proof| proof["head"] = Value::Null, "`head`");
    proving.cannot_read(|proof| events(proof)[0]["hash"] = Value::Null, "`hash`");
    proving.cannot_read(|proof| events(proof)[0]["more"] = json!(1), "unknown field");
    proving.cannot_read(|proof| events(proof)[0]["record"] = json!("0"), "`record`");
    proving.cannot_read(|proof| events(proof)[0]["position"] = json!(0), "`position`");
    proving.cannot_read(|proof| proof["log"] = json!("é0"), "`log`");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(proving.check(&deep, "").0, Exit::BadInput);
    let twice = whole.replacen('{', "{\"viewer\":\"agent\",", 1);
    assert_eq!(proving.check(&twice, "").0, Exit::BadInput, "a repeated key");
}

#[test]
fn an_endless_file_is_not_read_to_its_end() {
    let (exit, page) = checked(&format!("log check-proof /dev/zero --root {KEPT_ROOT}"));
    assert_eq!(exit, Exit::BadInput);
    assert!(page.contains("is larger than 256 MiB"), "{page}");
}

fn kept(viewer: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("kept/proofs");
    fs::read_to_string(folder.join(format!("{viewer}.json"))).expect("a kept proof")
}

#[test]
fn proofs_of_version_1_are_read_and_their_limits_are_stated() {
    let world = World::new();
    for (viewer, count) in [("agent", 6), ("sender", 4), ("recipient", 2)] {
        let file = world.file("proof.json", kept(viewer));
        let (exit, page) = checked(&format!("log check-proof {file} --root {KEPT_ROOT}"));
        assert_eq!(exit, Exit::Ok, "{page}");
        assert!(page.starts_with(&format!("proven: {count} events of R")), "{page}");
        assert!(page.contains("version 1 of the format does not say where the log ended"), "{page}");
    }
}

#[test]
fn a_proof_of_version_1_shows_a_member_nothing_of_the_other_side() {
    let world = World::new();
    // A proof for staff and one for each member, relabelled for another viewer:
    for (made_for, labelled) in
        [("agent", "sender"), ("agent", "recipient"), ("sender", "recipient"), ("recipient", "sender")]
    {
        let text = kept(made_for).replacen(
            &format!("\"viewer\": \"{made_for}\""),
            &format!("\"viewer\": \"{labelled}\""),
            1,
        );
        let file = world.file("proof.json", text);
        let (exit, page) = checked(&format!("log check-proof {file} --root {KEPT_ROOT}"));
        assert_eq!(exit, Exit::Failed, "{made_for} as {labelled}: {page}");
        assert!(
            page.contains("is not for the viewer") || page.contains("what a member may see is unknown"),
            "{page}"
        );
    }
}

#[test]
fn due_work_that_is_not_recorded_is_in_no_proof() {
    let proving = Proving::new();
    let program = proving.world.program();
    let then = "--at 2028-11-21T08:00:00Z";
    let shown = program.say(&format!("{then} why alice dan --viewer agent --format json"));
    let shown: Value = serde_json::from_str(&shown.out).expect("JSON");
    assert_eq!(shown["code"], "CR0807", "the reader lets it expire");
    let ran = program.say(&format!("{then} log prove alice dan --viewer agent"));
    assert_eq!(ran.exit, Exit::Ok, "{}", ran.stderr);
    let (exit, page) = proving.check(&ran.out, "");
    assert_eq!(exit, Exit::Ok, "{page}");
    assert!(page.starts_with("proven: 4 events of R") && !page.contains("request-expired"), "{page}");
}

#[test]
fn every_request_of_a_history_can_be_proven() {
    let proving = Proving::new();
    let shown = proving.world.program().say("log show --format json");
    let shown: Value = serde_json::from_str(&shown.out).expect("JSON");
    let rows = shown["rows"].as_array().expect("rows");
    let named = rows.iter().flat_map(|row| row["requests"].as_array().expect("requests"));
    let mut requests: Vec<&str> = named.filter_map(Value::as_str).collect();
    requests.sort_unstable();
    requests.dedup();
    assert_eq!(requests.len(), 3);
    for request in requests {
        for viewer in ["agent", "engineer"] {
            let ran = proving.world.program().say(&format!("log prove {request} --viewer {viewer}"));
            let about =
                |row: &&Value| row["requests"].as_array().is_some_and(|all| all.contains(&json!(request)));
            let count = rows.iter().filter(about).count();
            let (exit, page) = proving.check(&ran.out, "");
            assert_eq!(exit, Exit::Ok, "{page}");
            assert!(page.starts_with(&format!("proven: {count} events of {request}")), "{page}");
        }
    }
}
