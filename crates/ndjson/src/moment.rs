//! Times in records: RFC 3339 in UTC, with milliseconds unless they are zero.

use std::io::{self, Write};

use acquaint_domain::Timestamp;

const DAY_MS: i64 = 86_400_000;

/// Reads `2026-11-21T08:12:05Z` or `2026-11-21T08:12:05.250Z`; `None` for anything else.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    const SHAPE: &[u8; 19] = b"dddd-dd-ddTdd:dd:dd";
    let (first, rest) = text.as_bytes().split_at_checked(SHAPE.len())?;
    let fits = |(byte, shape): (&u8, &u8)| if *shape == b'd' { byte.is_ascii_digit() } else { byte == shape };
    if !first.iter().zip(SHAPE).all(fits) {
        return None;
    }
    let millis = match rest {
        [b'Z'] => 0,
        [b'.', digits @ .., b'Z'] if digits.len() == 3 && digits.iter().all(u8::is_ascii_digit) => {
            number(digits)
        }
        _ => return None,
    };
    let at = |from: usize, to: usize| number(&first[from..to]);
    let (year, month, day) = (at(0, 4), at(5, 7), at(8, 10));
    let (hour, minute, second) = (at(11, 13), at(14, 16), at(17, 19));
    let is_moment = (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let day_ms = ((hour * 60 + minute) * 60 + second) * 1_000 + millis;
    is_moment.then(|| Timestamp::from_millis(day_number(year, month, day) * DAY_MS + day_ms))
}

/// Writes a time in that form, between quotation marks.
pub(crate) fn write(moment: Timestamp, out: &mut impl Write) -> io::Result<()> {
    let millis = moment.as_millis();
    let (year, month, day) = date(millis.div_euclid(DAY_MS));
    let of_day = millis.rem_euclid(DAY_MS);
    let (hour, minute) = (of_day / 3_600_000, of_day / 60_000 % 60);
    let (second, fraction) = (of_day / 1_000 % 60, of_day % 1_000);
    write!(out, "\"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
    if fraction == 0 { out.write_all(b"Z\"") } else { write!(out, ".{fraction:03}Z\"") }
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1 January 1970. Years are counted from March, so that a leap day is the last day of its year, and every five
/// months from March have 153 days.
const fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    // The days from 1 March of the year 0 to 1 January 1970.
    year * 365 + leap_days + of_year - 719_468
}

/// The year, month and day for a number of days since 1 January 1970.
const fn date(day_number: i64) -> (i64, i64, i64) {
    /// Days in 400 years.
    const ERA: i64 = 146_097;
    let day = day_number + 719_468;
    let of_era = day.rem_euclid(ERA);
    // The corrections keep the leap day at the end of a period in the last year of that period.
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    let year = year_of_era + day.div_euclid(ERA) * 400;
    (if month <= 2 { year + 1 } else { year }, month, of_year - (153 * from_march + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(moment: Timestamp) -> String {
        let mut text = Vec::new();
        write(moment, &mut text).expect("writing to memory succeeds");
        String::from_utf8(text).expect("digits").trim_matches('"').to_owned()
    }

    #[test]
    fn every_day_of_five_centuries_is_read_back_as_written() {
        for day in -60_000..130_000_i64 {
            let moment = Timestamp::from_millis(day * DAY_MS + (day * 7_919).rem_euclid(DAY_MS));
            assert_eq!(read(&written(moment)), Some(moment), "day {day}");
        }
    }

    #[test]
    fn well_known_days_have_their_numbers() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T12:00:00Z", 951_825_600_000),
            ("2026-11-21T08:12:05Z", 1_795_248_725_000),
            ("9999-12-31T23:59:59Z", 253_402_300_799_000),
        ] {
            assert_eq!(read(text), Some(Timestamp::from_millis(millis)), "{text}");
            assert_eq!(written(Timestamp::from_millis(millis)), text);
        }
    }

    #[test]
    fn a_text_that_is_not_a_time_in_utc_is_rejected() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T08:12:05",
            "2026-11-21T08:12:05+01:00",
            "2026-11-21 08:12:05Z",
            "2026-11-21T08:12:05.1Z",
            "2026-13-21T08:12:05Z",
            "2026-02-29T08:12:05Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T08:60:00Z",
            "2026-11-21T08:12:60Z",
            "yesterday",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
