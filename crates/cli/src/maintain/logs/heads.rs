//! Heads of a log, for somebody outside who keeps them, and proofs that one continues another.

use std::io::Write;
use std::path::{Path, PathBuf};

use acquaint::serving::{
    ConsistencyError, LogTree, is_open_to_everybody, log_consistency, log_root_at, log_tree,
};
use acquaint_clock::Clock;
use acquaint_log::{EventLog as _, Position};
use acquaint_log_file::{FileLog, LeavesError};
use acquaint_report::log_head::{HeadDocument, default_origin};
use acquaint_tree_head::{Consistency, Note, SigningKey, VerifyingKey};
use serde_json::{Value, json};

use crate::failure::CliError;
use crate::grammar::{Exit, Format, Global, HeadFile};
use crate::render::{counted, object, paragraph, sentence};
use crate::session::{log_folder, open_log};
use crate::values::text_file::{called, read, write_new_private};
use crate::values::{hex, human_time, rfc3339};

/// `log head`: shows where the log ends, signed if there is a key.
pub(super) fn head(global: &Global, sign: Option<&Path>, out: &mut dyn Write) -> Result<Exit, CliError> {
    let log = open_log(&global.data)?;
    let key = sign.map(secret_key).transpose()?;
    if let Some(missing) = crate::maintain::evidence::missing(&global.data, &log) {
        // A witness would vouch for what is left.
        return Err(missing.into());
    }
    let tree = log_tree(&log_folder(&global.data)?).map_err(of_leaves)?;
    let at = global.at.map_or_else(|| Ok(Clock::in_folder(&global.data)?.now()), Ok::<_, CliError>)?;
    let (document, note) = HeadDocument::publish(tree, at, key.as_ref());
    if global.format == Format::Human {
        write!(out, "{}", note.file())?;
    } else {
        let mut value = head_json(&document);
        value["schema"] = json!("acquaint.head.v1");
        value["key"] = json!(key.map(|key| key.public().text()));
        value["note"] = json!(note.file());
        object(&value, global.format, out)?;
    }
    Ok(Exit::Ok)
}

fn head_json(head: &HeadDocument) -> Value {
    let LogTree { log, events, hash, root } = head.tree;
    json!({
        "origin": head.origin,
        "log": log.to_string(),
        "events": events,
        "hash": hex(&hash),
        "root": hex(&root),
        "time": rfc3339(head.at),
    })
}

/// `log head --new-key`: makes a key that signs heads.
pub(super) fn new_key(
    global: &Global,
    file: &Path,
    name: Option<&str>,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let name = match name {
        Some(name) => name.to_owned(),
        None => default_origin(open_log(&global.data)?.log_id()),
    };
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| CliError::new(Exit::Failed, format!("the system gives no random bytes: {error}")))?;
    let key = SigningKey::new(&name, &seed)
        .map_err(|error| CliError::new(Exit::BadInput, format!("`--name`: {error}")))?;
    write_new_private(file, format!("{}\n", key.secret_text()).as_bytes()).map_err(|error| {
        let what = format!("`{}` cannot be made: {error}; name a file that does not exist", called(file));
        CliError::new(Exit::BadInput, what)
    })?;
    let public = key.public().text();
    let value =
        json!({ "schema": "acquaint.head-key.v1", "file": file.display().to_string(), "public": public });
    let text = format!(
        "{public}\n  the public key; the secret key is in `{}`, keep it elsewhere than the log",
        called(file)
    );
    sentence(&text, &value, global.format, out)?;
    Ok(Exit::Ok)
}

fn secret_key(file: &Path) -> Result<SigningKey, CliError> {
    if std::fs::metadata(file).is_ok_and(|facts| is_open_to_everybody(&facts)) {
        let name = called(file);
        let what = format!(
            "`{name}` is a secret that every user of this machine can read; `chmod 600 {name}` first"
        );
        return Err(CliError::new(Exit::BadInput, what));
    }
    let text = read(file, "give the file that `acquaint log head --new-key` wrote")?;
    SigningKey::parse(&text)
        .map_err(|error| CliError::new(Exit::BadInput, format!("`{}`: {error}", called(file))))
}

/// A head as somebody outside kept it.
pub(super) struct Published {
    head: HeadDocument,
    note: Note,
    /// The name of the key whose signature was checked; `None` if none was.
    signed_by: Option<String>,
}

impl Published {
    pub(super) fn read(asked: &HeadFile) -> Result<Self, CliError> {
        Self::of(&asked.file, asked.key.as_deref())
    }

    fn of(file: &Path, key: Option<&VerifyingKey>) -> Result<Self, CliError> {
        let text = read(file, "give a head that `acquaint log head` wrote")?;
        let name = called(file);
        let bad = |what: String| CliError::new(Exit::BadInput, format!("`{name}`: {what}"));
        let note = Note::parse(&text).map_err(|error| bad(error.to_string()))?;
        let head = HeadDocument::read(&note.text).map_err(bad)?;
        if let Some(key) = key {
            note.verify(key).map_err(|error| CliError::new(Exit::Failed, format!("`{name}`: {error}")))?;
            if head.origin != key.name() {
                let what =
                    format!("it is the head of `{}`, and the key is that of `{}`", head.origin, key.name());
                return Err(CliError::new(Exit::Failed, format!("`{name}`: {what}")));
            }
        }
        Ok(Self { head, note, signed_by: key.map(|key| key.name().to_owned()) })
    }
}

/// Whether a log contains a head that was published, and continues it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HeadState {
    Contained,
    OtherLog,
    /// The log ends before the head.
    Truncated,
    /// The log has other events at the positions up to the head.
    OtherHistory,
    /// The events up to the head cannot all be read, so nothing was compared.
    Unreadable,
}

/// The outcome of comparing a log with a head.
pub(super) struct ComparedHead {
    published: Published,
    state: HeadState,
    /// The number of events in the log.
    events: u64,
}

impl ComparedHead {
    /// Compares `log` with the head: by the hash of the batch that ends there, and by the root over every event before it.
    pub(super) fn of(published: Published, global: &Global, log: &FileLog) -> Result<Self, CliError> {
        let LogTree { log: id, events: size, hash, root } = published.head.tree;
        let events = log.next_position().get() - 1;
        let state = if id != log.log_id() {
            HeadState::OtherLog
        } else if size > events {
            HeadState::Truncated
        } else {
            let last = Position::new(size).map_or(Ok(Some([0; 32])), |position| log.history(position));
            let root_here = log_root_at(&log_folder(&global.data)?, size);
            match (last, root_here) {
                (Ok(Some(last)), Ok(Some(here))) if (last, here) == (hash, root) => HeadState::Contained,
                (Ok(_), Ok(_)) => HeadState::OtherHistory,
                (_, _) => HeadState::Unreadable,
            }
        };
        Ok(Self { published, state, events })
    }

    pub(super) fn json(&self) -> Value {
        let mut value = head_json(&self.published.head);
        value["state"] = json!(match self.state {
            HeadState::Contained => "contained",
            HeadState::OtherLog => "other-log",
            HeadState::Truncated => "truncated",
            HeadState::OtherHistory => "other-history",
            HeadState::Unreadable => "unreadable",
        });
        value["signature_of"] = json!(self.published.signed_by);
        value
    }

    pub(super) fn sentence(&self) -> String {
        let signed = match &self.published.signed_by {
            Some(name) => format!("it is signed by `{name}`"),
            None => "its signature was not checked; give --key".to_owned(),
        };
        let HeadDocument { tree, at, .. } = &self.published.head;
        let head = format!("the head of {} with {}", human_time(*at), counted(tree.events, "event"));
        let found = match self.state {
            HeadState::Contained => format!(
                "contained: the log begins with {head}, unchanged, and has {} after it",
                counted(self.events - tree.events, "event")
            ),
            HeadState::OtherLog => format!("not contained: {head} is of another log, {}", tree.log),
            HeadState::Truncated => {
                let missing = counted(tree.events - self.events, "event");
                format!("not contained: the log ends {missing} before {head}")
            }
            HeadState::OtherHistory => {
                format!("not contained: the log was rewritten; it does not begin with {head}")
            }
            HeadState::Unreadable => {
                format!("not compared: the log is damaged before the end of {head}")
            }
        };
        format!("{found}; {signed}")
    }

    /// The exit code; the sentence itself is part of the report.
    pub(super) fn exit(&self) -> Result<Exit, CliError> {
        match self.state {
            HeadState::Contained => Ok(Exit::Ok),
            HeadState::Truncated | HeadState::Unreadable => {
                Err(CliError::new(Exit::Damaged, self.sentence()))
            }
            HeadState::OtherLog | HeadState::OtherHistory => {
                Err(CliError::new(Exit::Failed, self.sentence()))
            }
        }
    }
}

/// `log consistency`: proves that the later head continues the earlier one, for somebody who has only the two.
pub(super) fn consistency(
    global: &Global,
    old: &Path,
    new: &Path,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let log = open_log(&global.data)?;
    let (earlier, later) = (Published::of(old, None)?, Published::of(new, None)?);
    for (file, published) in [(old, &earlier), (new, &later)] {
        if published.head.tree.log != log.log_id() {
            let what = format!("`{}` is the head of another log, {}", called(file), published.head.tree.log);
            return Err(CliError::new(Exit::BadInput, what));
        }
    }
    let folder = log_folder(&global.data)?;
    let (before, after) = (&earlier.head.tree, &later.head.tree);
    let (proof, old_root, new_root) =
        log_consistency(&folder, before.events, after.events).map_err(of_consistency)?;
    for (file, head, root) in [(old, before, old_root), (new, after, new_root)] {
        if head.root != root {
            let what = format!(
                "`{}` is no head of this log: after {} the log has another root",
                called(file),
                counted(head.events, "event")
            );
            return Err(CliError::new(Exit::Failed, what));
        }
    }
    let file = proof.file(&later.note);
    if global.format == Format::Human {
        write!(out, "{file}")?;
    } else {
        let hashes: Vec<String> = proof.hashes.iter().map(|hash| hex(hash)).collect();
        let value = json!({
            "schema": "acquaint.consistency.v1", "old": head_json(&earlier.head), "new": head_json(&later.head),
            "hashes": hashes, "proof": file,
        });
        object(&value, global.format, out)?;
    }
    Ok(Exit::Ok)
}

/// `log check-consistency`: checks such a proof against the two heads, without a log.
pub(super) fn check_consistency(
    [old, new, proof]: [&PathBuf; 3],
    key: Option<&VerifyingKey>,
    format: Format,
    out: &mut dyn Write,
) -> Result<Exit, CliError> {
    let (earlier, later) = (Published::of(old, key)?, Published::of(new, key)?);
    let text = read(proof, "give the file that `acquaint log consistency` wrote")?;
    let (proof, note) = Consistency::parse_file(&text)
        .map_err(|error| CliError::new(Exit::BadInput, format!("`{}`: {error}", called(proof))))?;
    let (before, after) = (&earlier.head.tree, &later.head.tree);
    let wrong = if note.text != later.note.text {
        Some("the proof is for another later head".to_owned())
    } else if before.log != after.log || earlier.head.origin != later.head.origin {
        Some("the two heads are of different logs".to_owned())
    } else if proof.old_size != before.events {
        Some(format!("the proof is for an earlier head of {}", counted(proof.old_size, "event")))
    } else {
        proof.check(&before.root, &after.root).err().map(|error| error.to_string())
    };
    if let Some(wrong) = wrong {
        return Err(CliError::new(Exit::Failed, format!("not proven: {wrong}")));
    }
    let signature = later.signed_by.as_ref().map_or_else(
        || "no signature was checked; give --key".to_owned(),
        |name| format!("both heads are signed by `{name}`"),
    );
    if format == Format::Human {
        let proven = format!(
            "proven: the log of {}, with {}, is the beginning of that of {}, with {}, unchanged; {signature}",
            human_time(earlier.head.at),
            counted(before.events, "event"),
            human_time(later.head.at),
            counted(after.events, "event"),
        );
        paragraph("", &proven, out)?;
    } else {
        let value = json!({
            "schema": "acquaint.consistent.v1", "old": head_json(&earlier.head), "new": head_json(&later.head),
            "signature_of": later.signed_by,
        });
        object(&value, format, out)?;
    }
    Ok(Exit::Ok)
}

fn of_leaves(error: LeavesError) -> CliError {
    match error {
        LeavesError::Open(error) => error.into(),
        LeavesError::Read(error) => CliError::new(Exit::Failed, error.to_string()),
    }
}

fn of_consistency(error: ConsistencyError) -> CliError {
    match error {
        ConsistencyError::Leaves(error) => of_leaves(error),
        ConsistencyError::Sizes(_) => {
            CliError::new(Exit::BadInput, format!("{error}; give the earlier head first"))
        }
        ConsistencyError::Short { .. } => CliError::new(Exit::Damaged, error.to_string()),
    }
}
