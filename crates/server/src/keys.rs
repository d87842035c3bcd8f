//! API keys: 256 random bits each, shown once and kept as a hash in `DATA/keys.json`.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use acquaint_domain::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::private_file;

/// What an API key begins with, so that a leaked one can be searched for.
const PREFIX: &str = "acq_";
/// Bits of chance in a key, in bytes.
const SECRET_LEN: usize = 32;
/// The most keys of one network.
const KEYS_MAX: usize = 1_000;
/// The longest name of a key, in characters.
const NAME_CHARS_MAX: usize = 100;

/// What a key's holder may do. docs/api.md has the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyRole {
    /// The host's back end, which names the member that it acts for in each request.
    Service,
    /// A member, who has that member's view and no other.
    Member,
    /// Staff who look at both sides; each look is recorded.
    Support,
    /// What support sees, and no writes.
    ReadOnly,
    /// Staff who change the rules.
    Policy,
    /// The operator, who may do everything.
    Admin,
}

impl KeyRole {
    /// Every role, in the order of the table in docs/api.md.
    pub const ALL: [Self; 6] =
        [Self::Service, Self::Member, Self::Support, Self::ReadOnly, Self::Policy, Self::Admin];

    /// The role's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Member => "member",
            Self::Support => "support",
            Self::ReadOnly => "read-only",
            Self::Policy => "policy",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for KeyRole {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|role| role.name() == text);
        found.ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|role| role.name()).collect();
            format!("`{text}` is not a role; give one of {}", names.join(", "))
        })
    }
}

/// A key as it is kept: without the secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiKey {
    /// Its name in lists and in records of looks: `k` and a number.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub role: KeyRole,
    /// The handle of the member, for the role `member`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<String>,
    /// BLAKE3 of the secret, in hexadecimal.
    hash: String,
    /// When it was made, in milliseconds since the epoch.
    pub created: i64,
    /// When it was revoked, in milliseconds since the epoch; `None` while it is good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked: Option<i64>,
}

/// What a new key is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// What its owner calls it; 1 to 100 characters.
    pub name: String,
    /// What it may do.
    pub role: KeyRole,
    /// The handle of the member; for the role `member`, and only for it.
    pub member: Option<String>,
}

/// Why the keys cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("`{}` cannot be used: {error}", file.display())]
    Io {
        /// The file with the keys.
        file: PathBuf,
        /// The system's own word on it.
        error: io::Error,
    },
    /// The file does not hold keys.
    #[error("`{}` does not hold keys: {problem}", file.display())]
    Malformed {
        /// The file with the keys.
        file: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// What is asked for makes no key.
    #[error("{0}")]
    Invalid(String),
    /// There is no such key, or it is revoked already.
    #[error("there is no key `{0}` that can be revoked")]
    Unknown(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    NoChance(getrandom::Error),
}

/// The file with the keys of a data folder; it need not exist.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The keys of the data folder at `data`.
    pub fn of(data: &Path) -> Self {
        Self { path: data.join("keys.json") }
    }

    /// The path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// When each key was used last, by its id; without what a running server has not yet written down, which is at most a
    /// minute. A key that is not in it was never used.
    pub fn last_used(&self) -> BTreeMap<String, Timestamp> {
        // Only told to the operator: a file that cannot be read tells nothing.
        let bytes = private_file::read(&self.uses()).unwrap_or_default();
        let uses: BTreeMap<String, i64> = serde_json::from_slice(&bytes).unwrap_or_default();
        uses.into_iter().map(|(id, at)| (id, Timestamp::from_millis(at))).collect()
    }

    /// Writes down when each key was used last.
    pub(crate) fn write_uses(&self, uses: &BTreeMap<String, Timestamp>) -> io::Result<()> {
        let uses: BTreeMap<&str, i64> = uses.iter().map(|(id, at)| (id.as_str(), at.as_millis())).collect();
        private_file::replace(&self.uses(), &serde_json::to_vec_pretty(&uses).unwrap_or_default())
    }

    /// A file of its own: the one with the keys is written by the operator's commands alone.
    fn uses(&self) -> PathBuf {
        self.path.with_file_name("keys-used.json")
    }

    /// All keys, oldest first, those that were revoked included.
    ///
    /// # Errors
    /// The file cannot be read, or holds something else.
    pub fn read(&self) -> Result<Vec<ApiKey>, KeyError> {
        let bytes = match private_file::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.io(error)),
        };
        serde_json::from_slice(&bytes)
            .map_err(|error| KeyError::Malformed { file: self.path.clone(), problem: error.to_string() })
    }

    /// Makes a key, and returns it with its secret, which is kept nowhere.
    ///
    /// # Errors
    /// The name or the member is not what the role needs; there are too many keys; the file cannot be written.
    pub fn add(&self, new: NewKey, at: Timestamp) -> Result<(ApiKey, String), KeyError> {
        let mut keys = self.read()?;
        let NewKey { name, role, member } = new;
        let chars = name.chars().count();
        if chars == 0 || chars > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(KeyError::Invalid(format!(
                "a key's name has 1 to {NAME_CHARS_MAX} characters, none of them control characters"
            )));
        }
        if member.is_some() != (role == KeyRole::Member) {
            return Err(KeyError::Invalid(
                "a key names a member if its role is `member`, and only then".to_owned(),
            ));
        }
        if keys.len() >= KEYS_MAX {
            return Err(KeyError::Invalid(format!("a network has at most {KEYS_MAX} keys")));
        }
        let mut bytes = [0; SECRET_LEN];
        getrandom::fill(&mut bytes).map_err(KeyError::NoChance)?;
        let secret = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
        let key = ApiKey {
            id: format!("k{}", keys.len() + 1),
            name,
            role,
            member,
            hash: hash(&secret).to_hex().to_string(),
            created: at.as_millis(),
            revoked: None,
        };
        keys.push(key.clone());
        self.write(&keys)?;
        Ok((key, secret))
    }

    /// Revokes a key: from the next second on, a running server refuses it.
    ///
    /// # Errors
    /// There is no such key that is good; the file cannot be read or written.
    pub fn revoke(&self, id: &str, at: Timestamp) -> Result<ApiKey, KeyError> {
        let mut keys = self.read()?;
        let found = keys.iter_mut().find(|key| key.id == id && key.revoked.is_none());
        let key = found.ok_or_else(|| KeyError::Unknown(id.to_owned()))?;
        key.revoked = Some(at.as_millis());
        let revoked = key.clone();
        self.write(&keys)?;
        Ok(revoked)
    }

    fn write(&self, keys: &[ApiKey]) -> Result<(), KeyError> {
        let text = serde_json::to_vec_pretty(keys).unwrap_or_default();
        private_file::replace(&self.path, &text).map_err(|error| self.io(error))
    }

    fn io(&self, error: io::Error) -> KeyError {
        KeyError::Io { file: self.path.clone(), error }
    }
}

/// The key whose secret this is, if it is good. Every key is compared, in constant time.
pub(crate) fn matching<'k>(keys: &'k [ApiKey], secret: &str) -> Option<&'k ApiKey> {
    let presented = hash(secret);
    let mut found = None;
    for key in keys {
        let kept = blake3::Hash::from_hex(&key.hash);
        // `Hash` compares in constant time.
        if kept.is_ok_and(|kept| kept == presented) && key.revoked.is_none() {
            found = Some(key);
        }
    }
    found
}

fn hash(secret: &str) -> blake3::Hash {
    blake3::hash(secret.as_bytes())
}
