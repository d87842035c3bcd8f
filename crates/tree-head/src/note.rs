//! A text with signatures: the C2SP signed note.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key::{SigningKey, VerifyingKey};

/// The largest note that is read, bytes.
const NOTE_BYTES_MAX: usize = 1 << 20;
/// The most signatures that are read.
const SIGNATURES_MAX: usize = 100;
/// What a signature's line begins with.
const DASH: &str = "\u{2014} ";

/// A text, and who signed it according to the file. [`verify`](Self::verify) says whether that is true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The text that is signed, with the newline at its end.
    pub text: String,
    /// The signatures, in the order of the file; none in a text that nobody signed.
    pub signatures: Vec<NoteSignature>,
}

/// One line with a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The id of the key.
    pub id: [u8; 4],
    /// The signature itself, whose form depends on the key.
    pub bytes: Vec<u8>,
}

/// Why a note cannot be read or is not to be trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// It has more than a mebibyte, or control characters, or does not end with a newline.
    #[error(
        "it is not a signed text: it is longer than 1 MiB, has control characters, or does not end with a newline"
    )]
    Form,
    /// A line after the text is not a signature.
    #[error("line {0} is not a signature: a dash, the name of a key, and the signature in base 64")]
    Signature(usize),
    /// No signature is by a key that is trusted.
    #[error("it is not signed by `{0}`")]
    NotSigned(String),
    /// A signature by a trusted key does not fit the text.
    #[error("the signature by `{0}` is wrong: the text is not what was signed")]
    Forged(String),
}

impl Note {
    /// Signs `text`, which ends with a newline.
    #[must_use]
    pub fn signed(text: String, key: &SigningKey) -> Note {
        let bytes = key.sign(&text).to_vec();
        let signature = NoteSignature { name: key.name().to_owned(), id: key.public().id(), bytes };
        Note { text, signatures: vec![signature] }
    }

    /// The note as a file: the text, and after an empty line the signatures. Without signatures it is the text alone.
    #[must_use]
    pub fn file(&self) -> String {
        let mut file = self.text.clone();
        if !self.signatures.is_empty() {
            file.push('\n');
        }
        for NoteSignature { name, id, bytes } in &self.signatures {
            let whole: Vec<u8> = id.iter().chain(bytes).copied().collect();
            file.push_str(&format!("{DASH}{name} {}\n", STANDARD.encode(whole)));
        }
        file
    }

    /// Reads a note, or a text that nobody signed. No signature is verified.
    ///
    /// # Errors
    /// [`NoteError::Form`] and [`NoteError::Signature`].
    pub fn parse(file: &str) -> Result<Note, NoteError> {
        let is_plain = file.chars().all(|c| c == '\n' || !c.is_ascii_control());
        if file.len() > NOTE_BYTES_MAX || !is_plain || !file.ends_with('\n') {
            return Err(NoteError::Form);
        }
        let Some((text, lines)) = file.rsplit_once("\n\n") else {
            return Ok(Note { text: file.to_owned(), signatures: Vec::new() });
        };
        let text = format!("{text}\n");
        let before = text.lines().count() + 1;
        let mut signatures = Vec::new();
        for (index, line) in lines.lines().enumerate() {
            let signature = signature(line).filter(|_| index < SIGNATURES_MAX);
            signatures.push(signature.ok_or(NoteError::Signature(before + index + 1))?);
        }
        if signatures.is_empty() {
            return Err(NoteError::Form);
        }
        Ok(Note { text, signatures })
    }

    /// Checks that `key` signed the text. Signatures by others are not looked at.
    ///
    /// # Errors
    /// [`NoteError::NotSigned`] and [`NoteError::Forged`].
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), NoteError> {
        let by_key = |signature: &&NoteSignature| signature.name == key.name() && signature.id == key.id();
        let mut by_key = self.signatures.iter().filter(by_key).peekable();
        if by_key.peek().is_none() {
            return Err(NoteError::NotSigned(key.text()));
        }
        if by_key.all(|signature| key.has_signed(&self.text, &signature.bytes)) {
            Ok(())
        } else {
            Err(NoteError::Forged(key.name().to_owned()))
        }
    }
}

fn signature(line: &str) -> Option<NoteSignature> {
    let (name, encoded) = line.strip_prefix(DASH)?.split_once(' ')?;
    let whole = STANDARD.decode(encoded).ok()?;
    let (id, bytes) = whole.split_first_chunk::<4>()?;
    let is_good = crate::head::is_name(name) && !bytes.is_empty();
    is_good.then(|| NoteSignature { name: name.to_owned(), id: *id, bytes: bytes.to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> SigningKey {
        SigningKey::new("example.com/log", &[seed; 32]).expect("a name")
    }

    fn signed() -> Note {
        Note::signed("a\n1\nroot\n".to_owned(), &key(1))
    }

    /// The example of the specification, whose text has an empty line.
    #[test]
    fn the_example_of_the_specification_is_verified() {
        let public =
            VerifyingKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        let file = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n\n\
                    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::parse(file).expect("it is a note");
        assert_eq!(note.verify(&public.expect("a key")), Ok(()));
        assert_eq!(note.file(), file);
    }

    #[test]
    fn a_note_is_read_as_it_was_written() {
        let note = signed();
        assert_eq!(Note::parse(&note.file()).as_ref(), Ok(&note));
        assert_eq!(note.verify(&key(1).public()), Ok(()));
        let bare = Note { signatures: Vec::new(), ..note };
        assert_eq!(Note::parse(&bare.file()).as_ref(), Ok(&bare));
    }

    #[test]
    fn another_text_another_key_and_a_changed_signature_are_refused() {
        let (note, public) = (signed(), key(1).public());
        let refused = |note: &Note, key: &VerifyingKey| note.verify(key).expect_err("it is not trusted");
        assert_eq!(refused(&note, &key(2).public()), NoteError::NotSigned(key(2).public().text()));
        let forged = NoteError::Forged("example.com/log".to_owned());
        assert_eq!(refused(&Note { text: "a\n2\nroot\n".to_owned(), ..note.clone() }, &public), forged);
        let mut changed = note.clone();
        changed.signatures[0].bytes[63] ^= 1;
        assert_eq!(refused(&changed, &public), forged);
        changed.signatures[0].bytes.truncate(10);
        assert_eq!(refused(&changed, &public), forged);
        // One good signature does not excuse a wrong one by the same key.
        changed.signatures.insert(0, note.signatures[0].clone());
        assert_eq!(refused(&changed, &public), forged);
        // A signature under the id and name of a key that is not its own.
        let mut posing = Note::signed(note.text.clone(), &key(2));
        posing.signatures[0].id = public.id();
        assert_eq!(refused(&posing, &public), forged);
        // A signature by somebody else is not looked at.
        let mut both = note.clone();
        both.signatures.push(NoteSignature { name: "w".to_owned(), id: [0; 4], bytes: vec![1] });
        assert_eq!(both.verify(&public), Ok(()));
    }

    #[test]
    fn a_file_of_another_form_is_refused() {
        for file in ["", "a", "a\r\n", "a\n\n", "a\u{7}\n"] {
            assert_eq!(Note::parse(file), Err(NoteError::Form), "{file:?}");
        }
        for line in
            ["x", "\u{2014} a", "\u{2014} a !", "\u{2014} a AAAA", "\u{2014} a+b AAAAAAAA", "- a AAAAAAAA"]
        {
            assert_eq!(Note::parse(&format!("a\n\n{line}\n")), Err(NoteError::Signature(3)), "{line:?}");
        }
        let many = format!("a\n\n{}", "\u{2014} a AAAAAAAA\n".repeat(101));
        assert_eq!(Note::parse(&many), Err(NoteError::Signature(103)));
    }
}
