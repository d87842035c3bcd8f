//! The numbers that a source cites.

use acquaint_domain::Span;

/// Labels before somebody else's statement.
const CITED: [&str; 3] = ["article:", "observed:", "help page:"];
/// Labels before one's own numbers: a decision, and a measurement.
const OWN: [&str; 2] = ["choice:", "measured:"];
/// Numbers that are taken to be years.
const YEARS: std::ops::Range<u64> = 1_900..2_100;

/// The numbers of a text or a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// Numbers without a unit of time.
    pub(super) counts: Vec<u64>,
    /// Lengths of time.
    pub(super) lengths: Vec<Span>,
}

/// The numbers that a source attributes to somebody else. Text before the first label counts as cited.
pub(super) fn claims(source: &str) -> Claims {
    let mut claims = Claims::default();
    let mut rest = source;
    let mut is_cited = true;
    while !rest.is_empty() {
        let labels = CITED.iter().map(|label| (*label, true)).chain(OWN.iter().map(|label| (*label, false)));
        let next = labels.filter_map(|(label, cited)| Some((rest.find(label)?, label, cited))).min();
        let (part, after, cited) = match next {
            Some((at, label, cited)) => (&rest[..at], &rest[at + label.len()..], cited),
            None => (rest, "", is_cited),
        };
        if is_cited {
            numbers(part, &mut claims);
        }
        (rest, is_cited) = (after, cited);
    }
    claims
}

/// Adds the separate numbers of a text, without those in dates, versions, codes or words such as `3rd`.
fn numbers(text: &str, claims: &mut Claims) {
    let is_part = |c: char| c.is_ascii_digit() || c == ',';
    let mut rest = text;
    let mut before = None;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        before = rest[..start].chars().next_back().or(before);
        let length = rest[start..].find(|c: char| !is_part(c)).unwrap_or(rest.len() - start);
        let written = rest[start..start + length].trim_end_matches(',');
        let after = &rest[start + written.len()..];
        if stands_alone(before, after)
            && let Some(number) = read(written)
        {
            match unit(after) {
                Unit::Time(millis) => {
                    let length = i64::try_from(number).ok().and_then(|number| number.checked_mul(millis));
                    claims.lengths.extend(length.map(Span::millis));
                }
                Unit::None if !YEARS.contains(&number) => claims.counts.push(number),
                Unit::None | Unit::Other => {}
            }
        }
        before = written.chars().next_back();
        rest = after;
    }
}

/// Parses digits with or without thousands separators.
fn read(written: &str) -> Option<u64> {
    let groups: Vec<&str> = written.split(',').collect();
    let is_grouped = groups.len() == 1 || groups.iter().skip(1).all(|group| group.len() == 3);
    is_grouped.then(|| groups.concat().parse().ok()).flatten()
}

fn stands_alone(before: Option<char>, after: &str) -> bool {
    let joins = |c: char| matches!(c, '-' | '.' | '/' | ':' | '_');
    let free_before = before.is_none_or(|c| !c.is_alphanumeric() && !joins(c));
    let mut following = after.chars();
    let next = following.next();
    let free_after = match next {
        Some(c) if joins(c) => !following.next().is_some_and(|c| c.is_ascii_digit()),
        Some(_) | None => true,
    };
    free_before && free_after
}

enum Unit {
    /// A unit of time, in milliseconds.
    Time(i64),
    None,
    /// A unit of varying length, or a word that contains the number.
    Other,
}

fn unit(after: &str) -> Unit {
    let is_attached = after.starts_with(|c: char| c.is_alphabetic());
    let word = after.trim_start_matches([' ', '-', '\u{a0}']);
    let end = word.find(|c: char| !c.is_alphabetic()).unwrap_or(word.len());
    let (minute, hour, day) = (60_000, 3_600_000, 86_400_000);
    match &word[..end] {
        "ms" => Unit::Time(1),
        "s" | "second" | "seconds" => Unit::Time(1_000),
        "m" | "min" | "minute" | "minutes" => Unit::Time(minute),
        "h" | "hour" | "hours" => Unit::Time(hour),
        "d" | "day" | "days" => Unit::Time(day),
        "week" | "weeks" => Unit::Time(7 * day),
        "month" | "months" | "year" | "years" => Unit::Other,
        _ if is_attached => Unit::Other,
        _ => Unit::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(source: &str, counts: &[u64], lengths: &[Span]) {
        let expected = Claims { counts: counts.to_vec(), lengths: lengths.to_vec() };
        assert_eq!(claims(source), expected, "{source}");
    }

    #[test]
    fn cited_numbers_are_read() {
        check("article: about 300 requests a day", &[300], &[]);
        check("help page: a member may have 30,000 connections.", &[30_000], &[]);
        check("help page: at most 200 characters, 300 for those who pay.", &[200, 300], &[]);
        check("our terms, 300 in a 24 hour window, 7-day too", &[300], &[Span::hours(24), Span::days(7)]);
        check("article: 24h", &[], &[Span::hours(24)]);
        check("observed: 93 of a hundred. article: 1 week", &[93], &[Span::days(7)]);
    }

    #[test]
    fn own_numbers_and_parts_of_words_are_not_read() {
        check("choice: 600 and 1000. article: none is given", &[], &[]);
        check("measured: of 13,246 messages. choice: 2", &[], &[]);
        check("article: 3rd degree, CR0401, version 1.2.3, 2026-11-30, in 2026, 6 months, 12:30", &[], &[]);
        check("", &[], &[]);
        check("article: 99999999999999999999999, 1,2,3", &[], &[]);
    }
}
