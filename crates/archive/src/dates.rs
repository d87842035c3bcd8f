//! Dates as the networks write them. None names a time zone, so they are read as UTC.

use acquaint_domain::Timestamp;
use acquaint_domain::export::Precision;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::problem::quoted;

/// A time, and its precision in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateReading {
    pub(crate) at: Timestamp,
    pub(crate) precision: Precision,
    /// Whether it has the form that spreadsheets write when they save a file again.
    pub(crate) is_resaved: bool,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// LinkedIn began in May 2003: no row is older.
const FIRST_YEAR: i16 = 2003;

/// Reads `Sent At`, such as `3/14/24, 9:05 AM`.
pub(crate) fn sent_at(text: &str) -> Result<DateReading, String> {
    let expected = "a time like `3/14/24, 9:05 AM`";
    match by_minute(text) {
        Some(read) => read.map_err(|what| refused(text, expected, &what)),
        None => Err(refused(text, expected, other_form(text))),
    }
}

/// Reads `Connected On`, such as `14 Mar 2024`.
pub(crate) fn connected_on(text: &str) -> Result<DateReading, String> {
    let expected = "a date like `14 Mar 2024`";
    let day = |parts: [&str; 3], is_resaved| {
        let [day, month, year] = parts;
        let is_word = month.chars().next().is_some_and(char::is_alphabetic);
        let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month));
        if is_word && month.is_none() {
            return Err(OTHER_MONTH.to_owned());
        }
        let at = date(year, month.map_or(0, |month| month as i8 + 1), day);
        at.map(|at| DateReading { at: midnight(at), precision: Precision::Day, is_resaved })
    };
    let spaced: Vec<&str> = text.split_whitespace().collect();
    let dashed: Vec<&str> = text.split('-').collect();
    let read = if let Some(read) = by_minute(text) {
        read
    } else if let [d, m, y] = spaced[..] {
        day([d, m, y], false)
    } else if let ([d, m, y], false) = (&dashed[..], is_iso(text)) {
        day([d, m, y], true)
    } else {
        Err(other_form(text).to_owned())
    };
    read.map_err(|what| refused(text, expected, &what))
}

/// A day as a person enters it or a file name contains it, `2024-03-14`; the last second of that day.
pub(crate) fn iso_day(text: &str) -> Option<Timestamp> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    if [year.len(), month.len(), day.len()] != [4, 2, 2] {
        return None;
    }
    date(year, month.parse().ok()?, day).ok().map(end_of)
}

/// A day in the name of a LinkedIn archive, `03-14-2024`; the last second of that day.
pub(crate) fn american_day(text: &str) -> Option<Timestamp> {
    let parts: Vec<&str> = text.split('-').collect();
    let [month, day, year] = parts[..] else { return None };
    if [month.len(), day.len(), year.len()] != [2, 2, 4] {
        return None;
    }
    date(year, month.parse().ok()?, day).ok().map(end_of)
}

/// Reads `M/D/YY, h:mm AM`; `None` for another form.
fn by_minute(text: &str) -> Option<Result<DateReading, String>> {
    let (day, clock) = text.split_once(',')?;
    let parts: Vec<&str> = day.trim().split('/').collect();
    let [month, day, year] = parts[..] else { return None };
    // Newer exports have a narrow space before AM and PM.
    let clock: Vec<&str> = clock.split_whitespace().collect();
    let [clock, half] = clock[..] else { return None };
    let (hour, minute) = clock.split_once(':')?;
    let read = || {
        let month = month.parse().map_err(|_| IMPOSSIBLE.to_owned())?;
        let date = date(year, month, day)?;
        let hour: i8 = hour.parse().map_err(|_| IMPOSSIBLE.to_owned())?;
        let hour = match (half.to_ascii_uppercase().as_str(), hour) {
            ("AM", 12) => 0,
            ("AM", 1..12) => hour,
            ("PM", 12) => 12,
            ("PM", 1..12) => hour + 12,
            _ => return Err(IMPOSSIBLE.to_owned()),
        };
        let minute = minute.parse().map_err(|_| IMPOSSIBLE.to_owned())?;
        let time = Time::new(hour, minute, 0, 0).map_err(|_| IMPOSSIBLE.to_owned())?;
        let at = moment(date.to_datetime(time));
        Ok(DateReading { at, precision: Precision::Minute, is_resaved: false })
    };
    Some(read())
}

const OTHER_MONTH: &str =
    "LinkedIn writes months as `Jan` to `Dec`: a program in another language has saved the file again";
const IMPOSSIBLE: &str = "there is no such day or time";

fn date(year: &str, month: i8, day: &str) -> Result<Date, String> {
    let impossible = || IMPOSSIBLE.to_owned();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(year) || !digits(day) {
        return Err(impossible());
    }
    let year: i16 = match (year.len(), year.parse::<i16>()) {
        (2, Ok(year)) => 2000 + year,
        (4, Ok(year)) => year,
        (_, _) => return Err(impossible()),
    };
    let date = Date::new(year, month, day.parse().map_err(|_| impossible())?).map_err(|_| impossible())?;
    if year < FIRST_YEAR { Err("the network did not exist then".to_owned()) } else { Ok(date) }
}

fn midnight(date: Date) -> Timestamp {
    moment(date.to_datetime(Time::midnight()))
}

/// The last second of a day: an export may contain rows from the day on which it was made.
fn end_of(date: Date) -> Timestamp {
    moment(date.at(23, 59, 59, 0))
}

fn moment(at: DateTime) -> Timestamp {
    let zoned = TimeZone::UTC.to_ambiguous_timestamp(at).compatible();
    Timestamp::from_millis(zoned.map_or(0, jiff::Timestamp::as_millisecond))
}

fn is_iso(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && text.as_bytes().get(4) == Some(&b'-')
}

fn other_form(text: &str) -> &'static str {
    if is_iso(text) {
        "LinkedIn never writes dates like this: the file was edited or made up"
    } else {
        "another program may have saved the file again"
    }
}

fn refused(text: &str, expected: &str, what: &str) -> String {
    format!("expected {expected} and found {}: {what}; give the file as it was downloaded", quoted(text))
}
