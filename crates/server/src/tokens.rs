//! Opaque tokens: cursors and members' short keys, encrypted under the server's key and all of one length.

use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::private_file;

/// Bytes of a nonce. It is random: two tokens of the same content differ, or equal ones would tell that nothing happened.
const NONCE_LEN: usize = 24;
/// Bytes that a token can hold; every token is padded to as many.
pub(crate) const CONTENT_LEN: usize = 64;
const KEY_LEN: usize = 32;

/// What a token is for. A token for one purpose is refused for every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// The place after which the next page of a list begins.
    Cursor,
    /// A member's key for at most an hour.
    MemberToken,
    /// A place in a member's stream of events.
    EventPlace,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Self::Cursor => b"acquaint cursor",
            Self::MemberToken => b"acquaint member token",
            Self::EventPlace => b"acquaint event place",
        }
    }
}

/// The server's key, which makes and reads tokens.
pub(crate) struct TokenSealer {
    cipher: XChaCha20Poly1305,
    /// The key of the nonces of tokens that are to be equal for equal contents.
    nonces: Zeroizing<[u8; KEY_LEN]>,
}

impl TokenSealer {
    /// The key kept in the data folder, made at the first start. `None` is a network in memory: the key ends with it.
    pub(crate) fn open(data: Option<&Path>) -> io::Result<Self> {
        let Some(data) = data else { return Ok(Self::with(&*fresh()?)) };
        let path = data.join("server.key");
        match private_file::read(&path) {
            Ok(bytes) => {
                let bytes = Zeroizing::new(bytes);
                let key: &[u8; KEY_LEN] = bytes.as_slice().try_into().map_err(|_| {
                    io::Error::new(io::ErrorKind::InvalidData, format!("`{}` is no key", path.display()))
                })?;
                Ok(Self::with(key))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let key = fresh()?;
                private_file::replace(&path, key.as_slice())?;
                Ok(Self::with(&key))
            }
            Err(error) => Err(error),
        }
    }

    fn with(key: &[u8; KEY_LEN]) -> Self {
        let nonces =
            Zeroizing::new(blake3::derive_key("acquaint-server 2026-12 nonces of event places", key));
        Self { cipher: XChaCha20Poly1305::new(key.into()), nonces }
    }

    /// A token that holds `content`, for `purpose` and for `owner` only. `None` if the system gives no random bytes, or the
    /// content is longer than a token holds.
    pub(crate) fn seal(&self, purpose: Purpose, owner: &[u8], content: &[u8]) -> Option<String> {
        let mut nonce = [0; NONCE_LEN];
        getrandom::fill(&mut nonce).ok()?;
        self.sealed(purpose, owner, content, nonce)
    }

    /// The same, but equal for equal contents: for a thing whose owner knows that it is the same, such as an event that is
    /// told twice.
    pub(crate) fn seal_same(&self, purpose: Purpose, owner: &[u8], content: &[u8]) -> Option<String> {
        let mut hasher = blake3::Hasher::new_keyed(&self.nonces);
        let bound = bound_to(purpose, owner);
        hasher.update(&(bound.len() as u64).to_le_bytes()).update(&bound).update(content);
        let mut nonce = [0; NONCE_LEN];
        hasher.finalize_xof().fill(&mut nonce);
        self.sealed(purpose, owner, content, nonce)
    }

    fn sealed(
        &self,
        purpose: Purpose,
        owner: &[u8],
        content: &[u8],
        nonce: [u8; NONCE_LEN],
    ) -> Option<String> {
        let len = u8::try_from(content.len()).ok().filter(|len| usize::from(*len) < CONTENT_LEN)?;
        let mut padded = [0; CONTENT_LEN];
        padded[0] = len;
        padded[1..=content.len()].copy_from_slice(content);
        let aad = bound_to(purpose, owner);
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: &padded, aad: &aad }).ok()?;
        let mut token = nonce.to_vec();
        token.extend(sealed);
        Some(URL_SAFE_NO_PAD.encode(token))
    }

    /// What a token holds; `None` if this server did not make it for this purpose and owner.
    pub(crate) fn open_token(&self, purpose: Purpose, owner: &[u8], token: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_LEN>()?;
        let aad = bound_to(purpose, owner);
        let padded = self.cipher.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: &aad }).ok()?;
        let (len, content) = padded.split_first()?;
        content.get(..usize::from(*len)).map(<[u8]>::to_vec)
    }
}

fn bound_to(purpose: Purpose, owner: &[u8]) -> Vec<u8> {
    let mut bound = purpose.name().to_vec();
    bound.push(0);
    bound.extend(owner);
    bound
}

fn fresh() -> io::Result<Zeroizing<[u8; KEY_LEN]>> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    getrandom::fill(key.as_mut_slice()).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_length_and_for_one_purpose_and_owner() {
        let sealer = TokenSealer::open(None).unwrap();
        let short = sealer.seal(Purpose::Cursor, b"alice", b"").unwrap();
        let long = sealer.seal(Purpose::Cursor, b"alice", &[7; CONTENT_LEN - 1]).unwrap();
        assert_eq!(short.len(), long.len());
        assert_ne!(short, sealer.seal(Purpose::Cursor, b"alice", b"").unwrap());
        assert_eq!(sealer.open_token(Purpose::Cursor, b"alice", &long), Some(vec![7; CONTENT_LEN - 1]));
        assert_eq!(sealer.open_token(Purpose::Cursor, b"bob", &long), None);
        assert_eq!(sealer.open_token(Purpose::MemberToken, b"alice", &long), None);
        assert_eq!(sealer.seal(Purpose::Cursor, b"alice", &[7; CONTENT_LEN]), None);
        for place in 0..short.len() {
            let mut changed = short.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(sealer.open_token(Purpose::Cursor, b"alice", &changed), None);
        }
        assert_eq!(sealer.open_token(Purpose::Cursor, b"alice", ""), None);
    }

    #[test]
    fn the_token_of_a_place_is_the_same_each_time() {
        let sealer = TokenSealer::open(None).unwrap();
        let place =
            |owner: &[u8], content: &[u8]| sealer.seal_same(Purpose::EventPlace, owner, content).unwrap();
        assert_eq!(place(b"alice", b"1"), place(b"alice", b"1"));
        assert_ne!(place(b"alice", b"1"), place(b"alice", b"2"));
        assert_ne!(place(b"alice", b"1")[..32], place(b"bob", b"1")[..32]);
        let opened = |owner| sealer.open_token(Purpose::EventPlace, owner, &place(b"alice", b"1"));
        assert_eq!((opened(b"alice"), opened(b"bob")), (Some(b"1".to_vec()), None));
    }

    #[test]
    fn the_key_outlives_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let token =
            TokenSealer::open(Some(folder.path())).unwrap().seal(Purpose::Cursor, b"a", b"x").unwrap();
        let again = TokenSealer::open(Some(folder.path())).unwrap();
        assert_eq!(again.open_token(Purpose::Cursor, b"a", &token), Some(b"x".to_vec()));
        std::fs::write(folder.path().join("server.key"), b"short").unwrap();
        assert!(TokenSealer::open(Some(folder.path())).is_err());
    }
}
