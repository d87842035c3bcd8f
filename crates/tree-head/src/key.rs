//! The keys that sign heads and verify their signatures, as text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::Signer as _;
use sha2::{Digest, Sha256};

use crate::head::is_name;

/// The signature type of Ed25519 in the C2SP signed note.
const ED25519: u8 = 1;
const PRIVATE: &str = "PRIVATE+KEY+";

/// A secret key with the name that it signs under.
#[derive(Clone)]
pub struct SigningKey {
    name: String,
    key: ed25519_dalek::SigningKey,
}

/// The public half of a [`SigningKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    name: String,
    id: [u8; 4],
    key: ed25519_dalek::VerifyingKey,
}

/// Why a text is not a key. It never quotes the text, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTextError {
    /// The name is empty, or it holds a space, a `+` or an invisible character.
    #[error("the name of a key is not empty, and holds no spaces, no `+` and no invisible characters")]
    Name,
    /// It is not a secret key, or not one of Ed25519.
    #[error("it is not a secret key for signing heads, which begins with `PRIVATE+KEY+`")]
    NotSecret,
    /// It is not a public key, or not one of Ed25519.
    #[error("it is not a public key, such as `example.com/log+530d903a+AekyeRrm…`")]
    NotPublic,
    /// It is a secret key where a public one is expected.
    #[error("it is a secret key; give the public one, which was shown when the key was made")]
    Secret,
    /// The key and its id do not belong together.
    #[error("the key's id is not that of its name and its bytes; a character may be missing")]
    Id,
}

impl SigningKey {
    /// The key of this name with these 32 random bytes, which are the whole secret.
    ///
    /// # Errors
    /// [`KeyTextError::Name`].
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<SigningKey, KeyTextError> {
        if !is_name(name) {
            return Err(KeyTextError::Name);
        }
        Ok(SigningKey { name: name.to_owned(), key: ed25519_dalek::SigningKey::from_bytes(seed) })
    }

    /// Reads what [`secret_text`](Self::secret_text) wrote.
    ///
    /// # Errors
    /// [`KeyTextError`].
    pub fn parse(text: &str) -> Result<SigningKey, KeyTextError> {
        let rest = text.trim_end().strip_prefix(PRIVATE).ok_or(KeyTextError::NotSecret)?;
        let (name, id, seed) = parts(rest).ok_or(KeyTextError::NotSecret)?;
        let key = SigningKey::new(name, &seed)?;
        if key.public().id == id { Ok(key) } else { Err(KeyTextError::Id) }
    }

    /// The whole key as one line, in the form of Go's signed notes. It is a secret.
    #[must_use]
    pub fn secret_text(&self) -> String {
        format!("{PRIVATE}{}", whole(&self.name, self.public().id, &self.key.to_bytes()))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> VerifyingKey {
        VerifyingKey::new(&self.name, self.key.verifying_key())
    }

    /// The name that it signs under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn sign(&self, text: &str) -> [u8; 64] {
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

/// Does not show the secret.
impl std::fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "SigningKey({})", self.name)
    }
}

impl VerifyingKey {
    fn new(name: &str, key: ed25519_dalek::VerifyingKey) -> VerifyingKey {
        let hashed = Sha256::new().chain_update(name).chain_update([b'\n', ED25519]);
        let hash = hashed.chain_update(key.as_bytes()).finalize();
        VerifyingKey { name: name.to_owned(), id: [hash[0], hash[1], hash[2], hash[3]], key }
    }

    /// Reads a C2SP verifier key, such as `example.com/log+530d903a+AekyeRrm…`.
    ///
    /// # Errors
    /// [`KeyTextError`].
    pub fn parse(text: &str) -> Result<VerifyingKey, KeyTextError> {
        let text = text.trim();
        if text.starts_with(PRIVATE) {
            return Err(KeyTextError::Secret);
        }
        let (name, id, bytes) = parts(text).ok_or(KeyTextError::NotPublic)?;
        if !is_name(name) {
            return Err(KeyTextError::Name);
        }
        let key = ed25519_dalek::VerifyingKey::from_bytes(&bytes).map_err(|_| KeyTextError::NotPublic)?;
        let key = VerifyingKey::new(name, key);
        if key.id == id { Ok(key) } else { Err(KeyTextError::Id) }
    }

    /// The key as one line.
    #[must_use]
    pub fn text(&self) -> String {
        whole(&self.name, self.id, self.key.as_bytes())
    }

    /// The name that its signatures are under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of a hash of name and key.
    pub(crate) fn id(&self) -> [u8; 4] {
        self.id
    }

    pub(crate) fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        let signature = ed25519_dalek::Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

/// Splits `name+id+base64(type, bytes)`.
fn parts(text: &str) -> Option<(&str, [u8; 4], [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    // Base 64 has `+` among its digits.
    let (id, bytes) = rest.split_once('+')?;
    let is_hex = id.len() == 8 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16).ok().filter(|_| is_hex)?;
    match STANDARD.decode(bytes).ok()?.split_first()? {
        (&ED25519, bytes) => Some((name, id.to_be_bytes(), bytes.try_into().ok()?)),
        (_, _) => None,
    }
}

fn whole(name: &str, id: [u8; 4], bytes: &[u8; 32]) -> String {
    let mut encoded = vec![ED25519];
    encoded.extend_from_slice(bytes);
    format!("{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(encoded))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = SigningKey::new("example.com/log", &[3; 32]).expect("a name");
        let read = SigningKey::parse(&format!("{}\n", key.secret_text())).expect("it is a key");
        assert_eq!((read.secret_text(), read.public()), (key.secret_text(), key.public()));
        assert_eq!(VerifyingKey::parse(&key.public().text()), Ok(key.public()));
        assert!(!format!("{key:?}").contains(&key.secret_text()[30..]));
    }

    #[test]
    fn the_key_of_the_specification_is_read() {
        let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        assert_eq!(VerifyingKey::parse(text).map(|key| key.text()).as_deref(), Ok(text));
    }

    #[test]
    fn a_text_that_is_not_a_key_says_what_is_wrong() {
        let key = SigningKey::new("a", &[3; 32]).expect("a name");
        let (secret, public) = (key.secret_text(), key.public().text());
        assert_eq!(VerifyingKey::parse(&secret), Err(KeyTextError::Secret));
        assert_eq!(SigningKey::parse(&public).expect_err("public"), KeyTextError::NotSecret);
        assert_eq!(VerifyingKey::parse(&public[..40]), Err(KeyTextError::NotPublic));
        assert_eq!(VerifyingKey::parse(&public.replacen('a', "b", 1)), Err(KeyTextError::Id));
        for name in ["", "a b", "a+b", "a\n", "a\u{202e}b"] {
            assert_eq!(SigningKey::new(name, &[3; 32]).expect_err("no name"), KeyTextError::Name);
        }
    }
}
