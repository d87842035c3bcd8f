//! What a person types to name another: a handle, a profile's URL, or an e-mail address.
//!
//! Letter case, spaces around, trailing slashes, `http://`, `www.` and percent-encoding do not matter. What remains is
//! the canonical form, and two texts name the same member exactly when their canonical forms are equal.

use std::fmt;

use crate::bounds;
use crate::compact::Compact;

/// A member's public name, in canonical form: letters of any script, digits, `-`, `_` and `.`; 1 to 100 of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(Compact);

/// An e-mail address in canonical form (lower case).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailAddress(String);

/// The URL of a profile in canonical form: host and path, without scheme, `www.`, query, fragment or trailing slash.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProfileUrl(String);

/// Any of the three.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Address {
    /// `alice`, `@alice`
    Handle(Handle),
    /// `alice@example.org`
    Email(EmailAddress),
    /// `https://www.example.org/in/alice/`
    Profile(ProfileUrl),
}

/// A text that is no address: where it stops being one, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Malformed {
    /// How many characters into the text, as typed, the trouble is.
    pub offset: u32,
    /// What the trouble is.
    pub problem: Problem,
}

/// What can be wrong with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Problem {
    /// There is nothing there.
    Empty,
    /// A character that such an address cannot hold.
    Character,
    /// Longer than any such address.
    TooLong,
    /// An e-mail address with nothing before its `@`.
    NoLocalPart,
    /// An e-mail address whose part after `@` is not a domain such as `example.org`, or a URL without such a host.
    NoDomain,
    /// More than one `@`.
    SecondAt,
    /// `%` not followed by two hexadecimal digits, or bytes that are not UTF-8.
    PercentEncoding,
    /// A scheme other than `http` and `https`.
    Scheme,
    /// A URL that names a site and no profile on it.
    NoPath,
}

const HANDLE_CHARS_MAX: usize = bounds::HANDLE.most;
const EMAIL_BYTES_MAX: usize = bounds::EMAIL.most;
const PROFILE_CHARS_MAX: usize = bounds::PROFILE_PATH.most;
/// No canonical form is longer: the longest host, a slash and the longest path, where lower case may double a character.
const CANONICAL_CHARS_MAX: usize = 2 * (PROFILE_CHARS_MAX + 255) + 1;

impl Address {
    /// Reads what a person typed. A text with `/` in it is a URL, one with `@` after its first character an e-mail
    /// address, and anything else a handle.
    pub fn parse(typed: &str) -> Result<Self, Malformed> {
        let text = typed.trim();
        let at = |malformed: Malformed| {
            let lead = typed.chars().count() - typed.trim_start().chars().count();
            Malformed { offset: malformed.offset + lead as u32, ..malformed }
        };
        if text.contains('/') {
            ProfileUrl::read(text).map(Self::Profile).map_err(at)
        } else if text.chars().skip(1).any(|c| c == '@') {
            EmailAddress::read(text).map(Self::Email).map_err(at)
        } else {
            Handle::read(text).map(Self::Handle).map_err(at)
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

impl Handle {
    /// Takes back what [`as_str`](Self::as_str) gave; `None` for a text that it cannot have given. A canonical text is
    /// not parsed again: what was percent-encoded once may look so still.
    pub fn from_canonical(text: &str) -> Option<Self> {
        is_canonical(text).then(|| Self(text.into()))
    }

    /// Reads a handle as typed.
    pub fn parse(typed: &str) -> Result<Self, Malformed> {
        Self::read(typed.trim())
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    fn read(text: &str) -> Result<Self, Malformed> {
        let skipped = usize::from(text.starts_with('@'));
        let bare = &text[skipped..];
        // Most are typed as they are kept.
        let is_plain =
            |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, b'-' | b'_' | b'.');
        if (1..=HANDLE_CHARS_MAX).contains(&bare.len()) && bare.bytes().all(is_plain) {
            return Ok(Self(bare.into()));
        }
        let decoded = percent_decoded(bare)?;
        let name = decoded.trim().to_lowercase();
        if name.is_empty() {
            return Err(malformed(skipped, Problem::Empty));
        }
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if let Some(index) = name.chars().position(|c| !fits(c)) {
            return Err(malformed(skipped + index, Problem::Character));
        }
        if name.chars().count() > HANDLE_CHARS_MAX {
            return Err(malformed(skipped + HANDLE_CHARS_MAX, Problem::TooLong));
        }
        Ok(Self(name.as_str().into()))
    }
}

impl EmailAddress {
    /// Takes back what [`as_str`](Self::as_str) gave; `None` for a text that it cannot have given. A canonical text is
    /// not parsed again: what was percent-encoded once may look so still.
    pub fn from_canonical(text: &str) -> Option<Self> {
        is_canonical(text).then(|| Self(text.to_owned()))
    }

    /// Reads an e-mail address as typed.
    pub fn parse(typed: &str) -> Result<Self, Malformed> {
        Self::read(typed.trim())
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn read(text: &str) -> Result<Self, Malformed> {
        let bare = strip_prefix_ignoring_case(text, "mailto:").unwrap_or(text);
        let skipped = text.chars().count() - bare.chars().count();
        let decoded = percent_decoded(bare)?;
        let email = decoded.trim().to_lowercase();
        let chars: Vec<char> = email.chars().collect();
        let fail = |index: usize, problem| Err(malformed(skipped + index, problem));
        let Some(at) = chars.iter().position(|c| *c == '@') else {
            return fail(chars.len(), Problem::NoDomain);
        };
        if at == 0 {
            return fail(0, Problem::NoLocalPart);
        }
        if let Some(second) = chars[at + 1..].iter().position(|c| *c == '@') {
            return fail(at + 1 + second, Problem::SecondAt);
        }
        let fits_local = |c: char| c.is_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c);
        if let Some(index) = chars[..at].iter().position(|c| !fits_local(*c)) {
            return fail(index, Problem::Character);
        }
        if let Some(index) = chars[at + 1..].iter().position(|c| !fits_host(*c)) {
            return fail(at + 1 + index, Problem::Character);
        }
        if !is_domain(&chars[at + 1..].iter().collect::<String>()) {
            return fail(at + 1, Problem::NoDomain);
        }
        if email.len() > EMAIL_BYTES_MAX {
            return fail(EMAIL_BYTES_MAX, Problem::TooLong);
        }
        Ok(Self(email))
    }
}

impl ProfileUrl {
    /// Takes back what [`as_str`](Self::as_str) gave; `None` for a text that it cannot have given. A canonical text is
    /// not parsed again: what was percent-encoded once may look so still.
    pub fn from_canonical(text: &str) -> Option<Self> {
        is_canonical(text).then(|| Self(text.to_owned()))
    }

    /// Reads a profile's URL as typed.
    pub fn parse(typed: &str) -> Result<Self, Malformed> {
        Self::read(typed.trim())
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn read(text: &str) -> Result<Self, Malformed> {
        let after_scheme = match text.split_once("://") {
            Some((scheme, rest)) if matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") => rest,
            Some(_) => return Err(malformed(0, Problem::Scheme)),
            None => text,
        };
        let bare = strip_prefix_ignoring_case(after_scheme, "www.").unwrap_or(after_scheme);
        let skipped = text.chars().count() - bare.chars().count();
        let kept = bare.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let (host, path) = kept.split_once('/').unwrap_or((kept, ""));
        if let Some(index) = host.chars().position(|c| !fits_host(c)) {
            let problem = if host.contains(':') { Problem::Scheme } else { Problem::Character };
            return Err(malformed(skipped + index, problem));
        }
        if !is_domain(host) {
            return Err(malformed(skipped, Problem::NoDomain));
        }
        let path_at = skipped + host.chars().count() + 1;
        let path = percent_decoded(path).map_err(|m| malformed(path_at + m.offset as usize, m.problem))?;
        if path.trim_matches('/').is_empty() {
            return Err(malformed(path_at, Problem::NoPath));
        }
        if let Some(index) = path.chars().position(|c| c.is_whitespace() || c.is_control()) {
            return Err(malformed(path_at + index, Problem::Character));
        }
        if path.chars().count() > PROFILE_CHARS_MAX {
            return Err(malformed(path_at + PROFILE_CHARS_MAX, Problem::TooLong));
        }
        Ok(Self(format!("{}/{}", host.to_lowercase(), path.to_lowercase())))
    }
}

/// What the person may have meant by a text that is [`Malformed`]: the same text with its usual slips mended, if that
/// makes an address of it.
pub fn correction(typed: &str) -> Option<String> {
    let despaced: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let dotted = despaced.replace(',', ".").replace("..", ".");
    let single_at = dotted.replacen("@@", "@", 1);
    let schemed = mended_scheme(&single_at);
    let plain: String = schemed.chars().filter(|c| !"<>\"'();!*".contains(*c)).collect();
    [despaced.as_str(), &dotted, &single_at, &schemed, &plain]
        .into_iter()
        .find_map(|candidate| Address::parse(candidate).ok())
        .map(|address| address.as_str().to_owned())
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

impl Problem {
    /// The trouble in words that go on a sentence: "there is .. at character 3".
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "nothing where a name should be",
            Self::Character => "a character that such an address cannot hold",
            Self::TooLong => "more text than such an address can hold",
            Self::NoLocalPart => "nothing before the `@`",
            Self::NoDomain => "nothing that reads as a domain (such as `example.org`)",
            Self::SecondAt => "a second `@`",
            Self::PercentEncoding => "a `%` that is not followed by two hexadecimal digits of UTF-8 text",
            Self::Scheme => "something else than `http://` or `https://`",
            Self::NoPath => "a site but no profile on it",
        }
    }
}

fn is_canonical(text: &str) -> bool {
    let chars = text.chars().count();
    (1..=CANONICAL_CHARS_MAX).contains(&chars) && !text.chars().any(char::is_control)
}

fn malformed(offset: usize, problem: Problem) -> Malformed {
    Malformed { offset: u32::try_from(offset).unwrap_or(u32::MAX), problem }
}

fn fits_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '.')
}

fn is_domain(host: &str) -> bool {
    host.contains('.')
        && host.len() <= 253
        && host.split('.').all(|label| {
            !label.is_empty() && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-')
        })
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn mended_scheme(text: &str) -> String {
    for wrong in [
        "https:/",
        "http:/",
        "https//",
        "http//",
        "htps://",
        "htp://",
        "htttp://",
        "htttps://",
        "ttps://",
        "ttp://",
    ] {
        if let Some(rest) = strip_prefix_ignoring_case(text, wrong) {
            return rest.trim_start_matches('/').to_owned();
        }
    }
    text.to_owned()
}

/// Percent-decoding (RFC 3986, section 2.1); offsets of errors count characters of `text`.
fn percent_decoded(text: &str) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let offset = text[..text.len() - rest.len() - 1].chars().count();
        let digit = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match (digit(rest.next()), digit(rest.next())) {
            (Some(high), Some(low)) => bytes.push((high * 16 + low) as u8),
            _ => return Err(malformed(offset, Problem::PercentEncoding)),
        }
    }
    let first_percent = text.chars().position(|c| c == '%').unwrap_or_default();
    String::from_utf8(bytes).map_err(|_| malformed(first_percent, Problem::PercentEncoding))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(typed: &str, canonical: &str) {
        assert_eq!(Address::parse(typed).map(|a| a.to_string()), Ok(canonical.to_owned()), "{typed}");
    }

    fn check_malformed(typed: &str, offset: u32, problem: Problem) {
        assert_eq!(Address::parse(typed), Err(Malformed { offset, problem }), "{typed}");
    }

    #[test]
    fn case_spaces_slashes_scheme_www_and_percent_encoding_do_not_matter() {
        check("Alice", "alice");
        check("  @Alice ", "alice");
        check("jos%C3%A9", "josé");
        check("JOSÉ", "josé");
        check(" Bob@Example.ORG ", "bob@example.org");
        check("mailto:bob@example.org", "bob@example.org");
        check("https://www.Example.org/in/Alice/", "example.org/in/alice");
        check("HTTP://example.org/in/alice?trk=nav#top", "example.org/in/alice");
        check("www.example.org/in/jos%c3%a9//", "example.org/in/josé");
        check("example.org/in/alice", "example.org/in/alice");
    }

    #[test]
    fn a_text_that_is_no_address_says_where_and_how() {
        check_malformed("", 0, Problem::Empty);
        check_malformed("@", 1, Problem::Empty);
        check_malformed("al ice", 2, Problem::Character);
        check_malformed("  al!ce", 4, Problem::Character);
        check_malformed("bob@example", 4, Problem::NoDomain);
        check_malformed("bob@exam,ple.org", 8, Problem::Character);
        check_malformed("bob@@example.org", 4, Problem::SecondAt);
        check_malformed("bob%zz", 3, Problem::PercentEncoding);
        check_malformed("%ff", 0, Problem::PercentEncoding);
        check_malformed("ftp://example.org/in/alice", 0, Problem::Scheme);
        check_malformed("https:/example.org/in/alice", 5, Problem::Scheme);
        check_malformed("https://example.org/", 20, Problem::NoPath);
        check_malformed("https://example/in/alice", 8, Problem::NoDomain);
        check_malformed(&"a".repeat(101), 100, Problem::TooLong);
    }

    #[test]
    fn usual_slips_are_mended() {
        let check =
            |typed: &str, meant: Option<&str>| assert_eq!(correction(typed).as_deref(), meant, "{typed}");
        check("bob@example,org", Some("bob@example.org"));
        check("bob @example.org", Some("bob@example.org"));
        check("bob@@example.org", Some("bob@example.org"));
        check("bob@example..org", Some("bob@example.org"));
        check("https:/example.org/in/alice", Some("example.org/in/alice"));
        check("htp://example.org/in/alice", Some("example.org/in/alice"));
        check("<bob@example.org>", Some("bob@example.org"));
        check("", None);
        check("%%%", None);
    }
}
