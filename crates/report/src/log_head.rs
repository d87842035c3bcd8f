//! The head of a log as a text to publish. `docs/FORMAT.md` describes every line.

use acquaint::serving::{LogId, LogTree};
use acquaint_domain::Timestamp;
use acquaint_tree_head::{HeadError, Note, SigningKey, TreeHead};

use crate::moments::{rfc3339, rfc3339_read};
use crate::proof::{hash, hex};

/// What a head says about a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadDocument {
    /// The name of the log, which is also that of the key that signs its heads.
    pub origin: String,
    /// How far the log reaches, and what covers it.
    pub tree: LogTree,
    /// When the head was made.
    pub at: Timestamp,
}

/// The name of a log whose heads are not signed, or not under another name.
pub fn default_origin(log: LogId) -> String {
    format!("acquaint-log/{log}")
}

impl HeadDocument {
    /// The head of a log as of `at`, under the name of `key`, and as a note that `key` signed. Without a key it has the log's
    /// own name and no signature.
    pub fn publish(tree: LogTree, at: Timestamp, key: Option<&SigningKey>) -> (HeadDocument, Note) {
        let origin = key.map_or_else(|| default_origin(tree.log), |key| key.name().to_owned());
        let document = HeadDocument { origin, tree, at };
        let text = document.text();
        let note = match key {
            Some(key) => Note::signed(text, key),
            None => Note { text, signatures: Vec::new() },
        };
        (document, note)
    }

    /// The text to sign.
    pub fn text(&self) -> String {
        let LogTree { log, events, hash, root } = self.tree;
        let extra =
            vec![format!("log {log}"), format!("batch {}", hex(&hash)), format!("time {}", rfc3339(self.at))];
        TreeHead { origin: self.origin.clone(), size: events, root, extra }.text()
    }

    /// Reads the text of a head.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn read(text: &str) -> Result<HeadDocument, String> {
        let head = TreeHead::parse(text).map_err(|error: HeadError| error.to_string())?;
        let TreeHead { origin, size: events, root, extra } = head;
        let [log, batch, time] = extra.as_slice() else {
            return Err("a head of this program has three more lines: `log`, `batch` and `time`".to_owned());
        };
        let value = |line: &str, name: &str| {
            let rest = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
            rest.map(str::to_owned).ok_or_else(|| format!("the line `{name}` is missing"))
        };
        let log = log_id(&value(log, "log")?).ok_or("the line `log` has no id of 32 digits")?;
        let hash = hash(&value(batch, "batch")?).ok_or("the line `batch` has no hash of 64 digits")?;
        let at = rfc3339_read(&value(time, "time")?).ok_or("the line `time` has no moment in UTC")?;
        Ok(HeadDocument { origin, tree: LogTree { log, events, hash, root }, at })
    }
}

fn log_id(digits: &str) -> Option<LogId> {
    // An id has half as many digits as a hash.
    let whole = hash(&digits.repeat(2)).filter(|_| digits.len() == 32)?;
    whole.first_chunk::<16>().map(|bytes| LogId::from_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head() -> HeadDocument {
        let tree = LogTree { log: LogId::from_bytes([3; 16]), events: 12, hash: [4; 32], root: [5; 32] };
        HeadDocument {
            origin: "example.com/log".to_owned(),
            tree,
            at: Timestamp::from_millis(1_795_248_725_250),
        }
    }

    #[test]
    fn a_head_is_read_as_it_was_written() {
        assert_eq!(HeadDocument::read(&head().text()), Ok(head()));
        insta::assert_snapshot!(head().text(), @r"
        example.com/log
        12
        BQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=
        log 03030303030303030303030303030303
        batch 0404040404040404040404040404040404040404040404040404040404040404
        time 2026-11-21T08:12:05.250Z
        ");
    }

    #[test]
    fn a_text_that_is_not_a_head_of_ours_says_what_is_missing() {
        let text = head().text();
        let lines: Vec<&str> = text.lines().collect();
        for missing in 0..lines.len() {
            let mut rest = lines.clone();
            rest.remove(missing);
            assert!(HeadDocument::read(&format!("{}\n", rest.join("\n"))).is_err(), "without line {missing}");
        }
        for (from, to) in
            [("log 03", "log 3"), ("batch 04", "batch x4"), ("time 2", "time "), ("log ", "id ")]
        {
            assert!(HeadDocument::read(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
