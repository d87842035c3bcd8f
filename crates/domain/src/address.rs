//! What a person enters to name another: a handle, a profile's URL, or an e-mail address.
//!
//! This is the only place that reads an address. Letter case, surrounding spaces, composed or decomposed letters, trailing
//! slashes, `http://`, `www.`, percent-encoding, the two forms of an international host name and the hosts under which a
//! network shows the same profile do not matter. What remains is the canonical form: two texts name the same member
//! exactly when their canonical forms are equal.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::bounds;
use crate::compact::InlineText;

mod malformed;
mod networks;
mod normal;
mod slips;

pub use malformed::{AddressProblem, MalformedAddress};
pub(crate) use normal::folded;
use normal::{dot_segment, fits_host, is_mark, lead, percent_decoded, trimmed};
pub use slips::correction;

/// A member's public name, in canonical form: letters of any script with their marks, digits, `-`, `_` and `.`; 1 to 100
/// characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(InlineText);

/// A handle as its member entered it, for display: composed (NFC), with letter case kept, without surrounding space and `@`.
/// Exists only where this differs from the canonical form.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnteredHandle(InlineText);

/// An e-mail address in canonical form: lower case, its host in Unicode (UTS 46).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// The URL of a profile in canonical form: host and path, without scheme, `www.`, query, fragment or trailing slash; the
/// host in Unicode, and where the network has several, its main one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileUrl(String);

/// An address of any kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// `alice`, `@alice`
    Handle(Handle),
    /// `alice@example.org`
    Email(EmailAddress),
    /// `https://www.example.org/in/alice/`
    Profile(ProfileUrl),
}

const HANDLE_CHARS_MAX: usize = bounds::HANDLE.most;
/// The most marks that may follow one letter: UTS 39, section 5.4, treats more than four as an attempt to hide something.
const MARKS_MAX: usize = 4;
const MAILTO: &str = "mailto:";
const EMAIL_BYTES_MAX: usize = bounds::EMAIL.most;
const PROFILE_CHARS_MAX: usize = bounds::PROFILE_PATH.most;
/// No canonical form is longer: the longest host, a slash and the longest path. Lower case may double a character.
const CANONICAL_CHARS_MAX: usize = 2 * (PROFILE_CHARS_MAX + 255) + 1;

impl Address {
    /// Reads what a person entered. A text with `/` in it is a URL, one with `@` after its first character an e-mail
    /// address, and anything else a handle; `%40` and `%2F` count as the characters they encode.
    ///
    /// # Errors
    /// [`MalformedAddress`]. [`Handle::parse`], [`EmailAddress::parse`] and [`ProfileUrl::parse`] accept exactly the texts that
    /// this function reads as their kind, with the same result.
    pub fn parse(entered: &str) -> Result<Self, MalformedAddress> {
        match kind(entered) {
            AddressKind::Handle => Handle::parse(entered).map(Self::Handle),
            AddressKind::Email => EmailAddress::parse(entered).map(Self::Email),
            AddressKind::Profile => ProfileUrl::parse(entered).map(Self::Profile),
        }
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Handle(handle) => handle.as_str(),
            Self::Email(email) => email.as_str(),
            Self::Profile(url) => url.as_str(),
        }
    }
}

/// The kind of address that a text is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AddressKind {
    Handle,
    Email,
    Profile,
}

/// The kind of address that a text is read as, well formed or not.
fn kind(entered: &str) -> AddressKind {
    let decoded = if entered.contains('%') { percent_decoded(entered).ok() } else { None };
    let text = trimmed(decoded.as_deref().unwrap_or(entered));
    let is_email = || text.chars().skip(1).any(|c| c == '@');
    match text.split_once('/') {
        _ if strip_prefix_ignoring_case(text, MAILTO).is_some() => AddressKind::Email,
        Some((before, _)) if before.ends_with(':') || before.contains(['.', '\u{3002}']) => {
            AddressKind::Profile
        }
        // A local part may hold a slash; a host without a dot is none.
        Some(_) if is_email() => AddressKind::Email,
        Some(_) => AddressKind::Profile,
        None if is_email() => AddressKind::Email,
        None => AddressKind::Handle,
    }
}

/// Trims `entered`, reads the rest, and counts the offset of an error from the beginning of `entered`.
fn inside<T>(
    entered: &str,
    read: impl Fn(&str) -> Result<T, MalformedAddress>,
) -> Result<T, MalformedAddress> {
    let before = lead(entered);
    read(trimmed(entered)).map_err(|MalformedAddress { offset, problem }| {
        // Decoding and normalisation can lengthen the text, so the offset is capped. Where a slash and a path are missing,
        // the path's place is one past the end.
        malformed((offset as usize + before).min(entered.chars().count() + 1), problem)
    })
}

impl Handle {
    /// Reads what [`as_str`](Self::as_str) returned in this version or an earlier one, and converts it to today's form;
    /// `None` for a text that it cannot have returned. The text is not percent-decoded again: a decoded text may still look
    /// encoded.
    pub fn from_canonical(text: &str) -> Option<Self> {
        let current = || if is_stable(text) { text.into() } else { converted(text, folded).as_str().into() };
        is_canonical(text).then(|| Self(current()))
    }

    /// Reads a handle as entered.
    ///
    /// # Errors
    /// [`MalformedAddress`], also for another kind of address.
    pub fn parse(entered: &str) -> Result<Self, MalformedAddress> {
        inside(entered, Self::read)
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn read(text: &str) -> Result<Self, MalformedAddress> {
        let skipped = usize::from(text.starts_with('@'));
        let bare = &text[skipped..];
        // Most handles are entered in canonical form.
        let is_plain =
            |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_' | b'.');
        if (1..=HANDLE_CHARS_MAX).contains(&bare.len()) && bare.bytes().all(is_plain) {
            return Ok(Self(bare.into()));
        }
        let decoded = percent_decoded(text)?;
        let decoded = trimmed(&decoded);
        let (skipped, bare) = decoded.strip_prefix('@').map_or((0, decoded), |bare| (1, bare));
        if bare.is_empty() {
            return Err(malformed(skipped, AddressProblem::Empty));
        }
        // Composing comes first, so the offset of an error is never beyond its place in the entered text.
        let name = converted(bare, folded);
        if let Some(index) = first_unfit(&name) {
            return Err(malformed(skipped + index, AddressProblem::Character));
        }
        if name.chars().count() > HANDLE_CHARS_MAX {
            return Err(malformed(skipped + HANDLE_CHARS_MAX, AddressProblem::TooLong));
        }
        Ok(Self(name.as_str().into()))
    }
}

impl EnteredHandle {
    /// The form to display of a text that [`Handle::parse`] reads; `None` where that is the canonical form, and for a text
    /// that is no handle.
    pub fn of(entered: &str) -> Option<Self> {
        let handle = Handle::parse(entered).ok()?;
        let decoded = percent_decoded(trimmed(entered)).ok()?;
        let bare = trimmed(&decoded);
        let shown: String = bare.strip_prefix('@').unwrap_or(bare).nfc().collect();
        let fits = shown.chars().count() <= HANDLE_CHARS_MAX && Handle::parse(&shown).as_ref() == Ok(&handle);
        (fits && shown != handle.as_str()).then(|| Self(shown.as_str().into()))
    }

    /// Reads back what [`as_str`](Self::as_str) gave, in this version or an earlier one, whose Unicode tables may have been
    /// others; `None` for a text that it cannot have given.
    pub fn from_stored(text: &str) -> Option<Self> {
        (1..=HANDLE_CHARS_MAX).contains(&text.chars().count()).then(|| Self(text.into()))
    }

    /// Whether this is a way to enter `handle`.
    pub fn is_of(&self, handle: &Handle) -> bool {
        Handle::parse(self.as_str()).as_ref() == Ok(handle)
    }

    /// The text to display.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// Index of the first character that a handle cannot have in its place: not a letter, digit, `-`, `_` or `.`, a mark
/// without a letter before it, or one mark too many.
fn first_unfit(name: &str) -> Option<usize> {
    // How many more marks the letter before may take; `None` without a letter before.
    let mut marks_left = None;
    name.chars().position(|c| {
        if is_mark(c) {
            marks_left = marks_left.and_then(|left: usize| left.checked_sub(1));
            return marks_left.is_none();
        }
        marks_left = c.is_alphanumeric().then_some(MARKS_MAX);
        !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
    })
}

impl EmailAddress {
    /// Reads what [`as_str`](Self::as_str) returned in this version or an earlier one, and converts it to today's form;
    /// `None` for a text that it cannot have returned. The text is not percent-decoded again: a decoded text may still look
    /// encoded.
    pub fn from_canonical(text: &str) -> Option<Self> {
        let current = || if is_stable(text) { text.to_owned() } else { converted(text, email_form) };
        is_canonical(text).then(|| Self(current()))
    }

    /// Reads an e-mail address as entered.
    ///
    /// # Errors
    /// [`MalformedAddress`], also for another kind of address.
    pub fn parse(entered: &str) -> Result<Self, MalformedAddress> {
        inside(entered, |text| match (kind(text), text.chars().position(|c| c == '/')) {
            // A profile whose path has an `@`.
            (AddressKind::Profile, Some(slash)) => Err(malformed(slash, AddressProblem::Character)),
            _ => Self::read(text),
        })
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn read(text: &str) -> Result<Self, MalformedAddress> {
        let bare = strip_prefix_ignoring_case(text, MAILTO).unwrap_or(text);
        let skipped = text.chars().count() - bare.chars().count();
        let decoded = percent_decoded(bare).map_err(|m| malformed(skipped + m.offset as usize, m.problem))?;
        let email = trimmed(&decoded);
        let fail = |index: usize, problem| Err(malformed(skipped + index, problem));
        let chars: Vec<char> = email.chars().collect();
        let Some(at) = chars.iter().position(|c| *c == '@') else {
            return fail(chars.len(), AddressProblem::NoDomain);
        };
        if at == 0 {
            return fail(0, AddressProblem::NoLocalPart);
        }
        if let Some(second) = chars[at + 1..].iter().position(|c| *c == '@') {
            return fail(at + 1 + second, AddressProblem::SecondAt);
        }
        let fits_local = |c: char| c.is_alphanumeric() || is_mark(c) || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if let Some(index) = chars[..at].iter().position(|c| !fits_local(*c)) {
            return fail(index, AddressProblem::Character);
        }
        if let Some(index) = chars[at + 1..].iter().position(|c| !fits_host(*c)) {
            return fail(at + 1 + index, AddressProblem::Character);
        }
        let (local, entered_host) = email.split_once('@').unwrap_or((email, ""));
        let Some(host) = normal::host(entered_host) else { return fail(at + 1, AddressProblem::NoDomain) };
        let email = converted(&format!("{}@{host}", folded(local)), email_form);
        if email.len() > EMAIL_BYTES_MAX {
            return fail(EMAIL_BYTES_MAX, AddressProblem::TooLong);
        }
        Ok(Self(email))
    }
}

fn email_form(text: &str) -> String {
    match text.rsplit_once('@') {
        Some((local, host)) => format!("{}@{}", folded(local), host_form(host)),
        None => folded(text),
    }
}

/// The canonical form of a host that an earlier version wrote. A host that today's rules reject is only folded.
fn host_form(host: &str) -> String {
    normal::host(host).unwrap_or_else(|| folded(host))
}

impl ProfileUrl {
    /// Reads what [`as_str`](Self::as_str) returned in this version or an earlier one, and converts it to today's form;
    /// `None` for a text that it cannot have returned. The text is not percent-decoded again: a decoded text may still look
    /// encoded.
    pub fn from_canonical(text: &str) -> Option<Self> {
        is_canonical(text).then(|| Self(converted(text, profile_form)))
    }

    /// Reads a profile's URL as entered.
    ///
    /// # Errors
    /// [`MalformedAddress`], also for another kind of address.
    pub fn parse(entered: &str) -> Result<Self, MalformedAddress> {
        inside(entered, |text| match (kind(text), text.contains('/')) {
            // An e-mail address with a slash in its local part.
            (AddressKind::Email, true) => Err(malformed(0, AddressProblem::NoDomain)),
            // A URL that was encoded whole, to be a part of another.
            (AddressKind::Profile, false) => {
                percent_decoded(text).and_then(|decoded| Self::read(trimmed(&decoded)))
            }
            _ => Self::read(text),
        })
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn read(text: &str) -> Result<Self, MalformedAddress> {
        let after_scheme = match text.split_once("://") {
            Some((scheme, rest)) if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") => rest,
            Some((scheme, _)) if !scheme.contains('/') => return Err(malformed(0, AddressProblem::Scheme)),
            Some(_) | None => text,
        };
        let bare = strip_prefix_ignoring_case(after_scheme, "www.").unwrap_or(after_scheme);
        let skipped = text.chars().count() - bare.chars().count();
        let kept = bare.split(['?', '#']).next().unwrap_or_default();
        let query = bare[kept.len()..].split('#').next().unwrap_or_default().trim_start_matches('?');
        let kept = kept.trim_end_matches('/');
        let (entered_host, path) = kept.split_once('/').unwrap_or((kept, ""));
        if let Some(index) = entered_host.chars().position(|c| !fits_host(c)) {
            let problem =
                if entered_host.contains(':') { AddressProblem::Scheme } else { AddressProblem::Character };
            return Err(malformed(skipped + index, problem));
        }
        let Some(host) = normal::host(entered_host) else {
            return Err(malformed(skipped, AddressProblem::NoDomain));
        };
        let path_at = skipped + entered_host.chars().count() + 1;
        let path = percent_decoded(path).map_err(|m| malformed(path_at + m.offset as usize, m.problem))?;
        if path.trim_matches('/').is_empty() {
            return Err(malformed(path_at, AddressProblem::NoPath));
        }
        if let Some(index) = path.chars().position(|c| c.is_whitespace() || c.is_control()) {
            return Err(malformed(path_at + index, AddressProblem::Character));
        }
        if path.chars().count() > PROFILE_CHARS_MAX {
            return Err(malformed(path_at + PROFILE_CHARS_MAX, AddressProblem::TooLong));
        }
        // A browser would resolve such a path to another profile than the one it seems to name (RFC 3986, section 5.2.4).
        if let Some(at) = dot_segment(&path) {
            return Err(malformed(path_at + at, AddressProblem::Character));
        }
        let path = folded(&path);
        if networks::names_nobody(&host, &path) {
            return Err(malformed(path_at, AddressProblem::NoPath));
        }
        let Some(path) = networks::by_parameter(&host, path, query) else {
            return Err(malformed(path_at, AddressProblem::NoPath));
        };
        Ok(Self(converted(&format!("{host}/{path}"), profile_form)))
    }
}

fn profile_form(text: &str) -> String {
    let Some((host, path)) = text.split_once('/') else { return folded(text) };
    let (host, path) = networks::one_profile(&host_form(host), &folded(path));
    format!("{host}/{path}")
}

/// Whether a handle or e-mail address has the same form in every version, as most have.
fn is_stable(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii() && !c.is_ascii_uppercase()) && !text.contains("xn--")
}

/// `form(text)`, or `text` itself where applying `form` twice gives another result than once: so a canonical text always
/// reads back as itself.
fn converted(text: &str, form: fn(&str) -> String) -> String {
    let once = form(text);
    if once == text || form(&once) == once { once } else { text.to_owned() }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for ProfileUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn is_canonical(text: &str) -> bool {
    let chars = text.chars().count();
    (1..=CANONICAL_CHARS_MAX).contains(&chars) && !text.chars().any(char::is_control)
}

fn malformed(offset: usize, problem: AddressProblem) -> MalformedAddress {
    MalformedAddress { offset: u32::try_from(offset).unwrap_or(u32::MAX), problem }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests;
