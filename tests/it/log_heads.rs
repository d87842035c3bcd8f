//! Heads that somebody outside keeps, and what is said about a log that no longer continues them.

use std::fs;
use std::path::{Path, PathBuf};

use acquaint_cli::grammar::Exit;
use serde_json::Value;

use crate::world::{World, copy_folder};

/// A log with two published heads, of which the second continues the first, and the key that signed them.
struct Witnessed {
    world: World,
    kept: tempfile::TempDir,
    public: String,
}

impl Witnessed {
    fn new() -> Self {
        let (world, kept) = (World::of_small_segments(), tempfile::tempdir().expect("a folder"));
        let mut this = Self { world, kept, public: String::new() };
        this.say("--at 2026-11-21T08:00:00Z member add ann");
        let key = this.path("key");
        let made = this.say(&format!("log head --new-key {} --name example.com/log", key.display()));
        this.public = made.lines().next().expect("the public key").to_owned();
        this.publish("old");
        for member in ["bob", "carl", "dora", "eva", "fred", "gus"] {
            this.say(&format!("--at 2026-11-21T08:10:00Z member add {member}"));
        }
        this.publish("new");
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.kept.path().join(name)
    }

    #[track_caller]
    fn say(&self, line: &str) -> String {
        let (exit, said) = self.ask(line);
        assert_eq!(exit, Exit::Ok, "{line}: {said}");
        said
    }

    fn ask(&self, line: &str) -> (Exit, String) {
        let ran = self.world.program().say(line);
        (ran.exit, ran.out + &ran.stderr)
    }

    /// Writes the head of the log as it is now to the file `name`.
    fn publish(&self, name: &str) {
        let line = format!("log head --sign {}", self.path("key").display());
        fs::write(self.path(name), self.say(&line)).expect("it is written");
    }

    fn check(&self, old: &Path, new: &Path, proof: &str) -> (Exit, String) {
        let file = self.path("checked");
        fs::write(&file, proof).expect("it is written");
        let (old, new, file) = (old.display(), new.display(), file.display());
        self.ask(&format!("log check-consistency {old} {new} {file} --key {}", self.public))
    }

    fn proof(&self) -> String {
        let (old, new) = (self.path("old"), self.path("new"));
        self.say(&format!("log consistency {} {}", old.display(), new.display()))
    }
}

#[test]
fn a_log_contains_the_heads_that_it_published() {
    let log = Witnessed::new();
    for (name, later) in [("old", true), ("new", false)] {
        let file = log.path(name);
        let line = format!("log verify --format json --against {} --key {}", file.display(), log.public);
        let page: Value = serde_json::from_str(&log.say(&line)).expect("JSON");
        let against = &page["against"];
        assert_eq!(
            (&against["state"], &against["signature_of"]),
            (&"contained".into(), &"example.com/log".into())
        );
        assert_eq!(page["events"].as_u64() > against["events"].as_u64(), later);
    }
}

/// The folder is replaced by an older copy, as somebody who hides the end of a log would: nothing in the folder shows it.
#[test]
fn a_log_that_was_restored_from_an_older_copy_is_told_by_the_head() {
    let log = Witnessed::new();
    let older = log.path("older");
    copy_folder(&log.world.data(), &older);
    log.say("--at 2026-11-21T10:00:00Z member add hal");
    log.publish("newest");
    fs::remove_dir_all(log.world.data()).expect("the folder is removed");
    copy_folder(&older, &log.world.data());
    log.say("log verify");
    let verify = |name: &str| {
        log.ask(&format!("log verify --against {} --key {}", log.path(name).display(), log.public))
    };
    let (exit, said) = verify("newest");
    assert!(exit == Exit::Damaged && said.contains("the log ends 1 event before"), "{exit:?}: {said}");
    // Other events take the place of those that were cut off.
    log.say("--at 2026-11-21T10:00:00Z member add ida");
    let (exit, said) = verify("newest");
    assert!(exit == Exit::Failed && said.contains("not contained"), "{exit:?}: {said}");
    assert_eq!(verify("new").0, Exit::Ok, "what both have in common is there");
}

#[test]
fn a_head_of_another_log_or_with_other_numbers_is_not_contained() {
    let log = Witnessed::new();
    let head = log.path("new");
    let text = fs::read_to_string(&head).expect("a head");
    let changed = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}: {text}");
        let file = log.path("changed");
        fs::write(&file, text.replacen(from, to, 1)).expect("it is written");
        file
    };
    let size = text.lines().nth(1).expect("a size").to_owned();
    let longer = changed(&format!("\n{size}\n"), "\n500\n");
    let (exit, said) = log.ask(&format!("log verify --against {}", longer.display()));
    assert_eq!(exit, Exit::Damaged, "{said}");
    let batch = text.lines().nth(4).expect("a batch").to_owned();
    let other = changed(&batch, &format!("batch {}", "5a".repeat(32)));
    let (exit, said) = log.ask(&format!("log verify --against {}", other.display()));
    assert_eq!(exit, Exit::Failed, "{said}");
    // A changed head is not signed any more.
    let (exit, said) = log.ask(&format!("log verify --against {} --key {}", other.display(), log.public));
    assert_eq!(exit, Exit::Failed);
    assert!(said.contains("the text is not what was signed"), "{said}");
    let (exit, said) = Witnessed::new().ask(&format!("log verify --against {}", head.display()));
    assert_eq!(exit, Exit::Failed, "another log: {said}");
}

/// Damage after the head is not a rewriting of what is before it, and damage before its end is not one either.
#[test]
fn damage_is_not_told_as_a_rewritten_log() {
    let log = Witnessed::new();
    let segment = log.world.data().join("log").join("00000000000000000001.segment");
    let verify = |name: &str| {
        let (exit, said) = log.ask(&format!("log verify --against {}", log.path(name).display()));
        assert_eq!(exit, Exit::Failed, "{said}");
        said
    };
    let whole = fs::read(&segment).expect("a segment");
    let end = whole.len() - whole.iter().rev().position(|byte| *byte != 0).expect("events");
    let flipped = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&segment, bytes).expect("it is written");
    };
    // In the last member's batch, which the mark after it proves.
    flipped(end - 400);
    let said = verify("old");
    assert!(said.contains("contained: the log begins with") && !said.contains("rewritten"), "{said}");
    assert!(verify("new").contains("not contained: the log ends"), "{}", verify("new"));
    flipped(200);
    let said = verify("old");
    assert!(!said.contains("rewritten"), "{said}");
}

#[test]
fn consistency_is_proven_without_the_log_and_only_between_these_two_heads() {
    let log = Witnessed::new();
    let (old, new, proof) = (log.path("old"), log.path("new"), log.proof());
    let (exit, said) = log.check(&old, &new, &proof);
    assert_eq!(exit, Exit::Ok, "{said}");
    let refused = |old: &Path, new: &Path, proof: &str| {
        let (exit, said) = log.check(old, new, proof);
        assert!(matches!(exit, Exit::Failed | Exit::BadInput), "{said}\n{proof}");
    };
    refused(&new, &old, &proof);
    refused(&old, &old, &proof);
    let hash = proof.lines().nth(1).expect("a hash").to_owned();
    refused(&old, &new, &proof.replacen(&format!("{hash}\n"), "", 1));
    refused(&old, &new, &proof.replacen(&hash, &format!("{hash}\n{hash}"), 1));
    refused(&old, &new, &proof.replacen("old ", "old 1", 1));
    refused(&old, &new, "");
    let other = Witnessed::new();
    refused(&old, &new, &other.proof());
    fs::copy(other.path("old"), log.path("strange")).expect("it is copied");
    refused(&log.path("strange"), &new, &proof);
    let (exit, said) = log.ask(&format!("log consistency {} {}", new.display(), old.display()));
    assert_eq!(exit, Exit::BadInput, "{said}");
}

#[test]
fn a_key_is_never_overwritten_and_a_secret_one_is_not_taken_for_a_public_one() {
    let log = Witnessed::new();
    let key = log.path("key");
    let secret = fs::read_to_string(&key).expect("a key");
    assert_eq!(log.ask(&format!("log head --new-key {}", key.display())).0, Exit::BadInput);
    assert_eq!(fs::read_to_string(&key).expect("a key"), secret);
    for option in ["--sign", "--new-key"] {
        let (exit, said) = log.ask(&format!("log head {option} {}", secret.trim()));
        assert!(exit == Exit::BadInput && !said.contains(secret.trim()), "{option}: {said}");
    }
    let line = format!("log verify --against {} --key {}", log.path("old").display(), secret.trim());
    let (exit, said) = log.ask(&line);
    assert_eq!(exit, Exit::BadInput);
    assert!(said.contains("secret") && !said.contains(secret.trim()), "{said}");
}

#[cfg(unix)]
#[test]
fn a_head_is_signed_as_of_now_and_with_a_key_that_is_a_secret() {
    use std::os::unix::fs::PermissionsExt as _;
    let log = Witnessed::new();
    let key = log.path("key");
    for at in ["2026-11-01", "2999-01-01"] {
        let (exit, said) = log.ask(&format!("--at {at} log head --sign {}", key.display()));
        assert!(exit == Exit::BadInput && said.contains("leave `--at` out"), "{said}");
    }
    let odd = log.path("odd");
    let (exit, said) = log.ask(&format!("log head --new-key {} --name a\u{202e}b", odd.display()));
    assert!(exit == Exit::BadInput && said.contains("invisible") && !odd.exists(), "{said}");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("it is ours");
    let (exit, said) = log.ask(&format!("log head --sign {}", key.display()));
    assert!(exit == Exit::BadInput && said.contains("chmod 600"), "{said}");
}

#[test]
fn a_script_without_a_folder_says_that_it_has_no_file_to_seal() {
    let log = Witnessed::new();
    for command in ["log seal", "log head", "checkpoint"] {
        let script = log.path("s.acq");
        fs::write(&script, format!("at 2026-11-21T08:00:00Z\nmember add ann\n{command}\n"))
            .expect("it is written");
        let (exit, said) = log.ask(&format!("policy test article {}", script.display()));
        assert!(exit == Exit::Failed && said.contains("is in memory"), "{command}: {exit:?}: {said}");
    }
}
