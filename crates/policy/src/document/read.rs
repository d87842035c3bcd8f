//! Deserialises a document's values into the domain's types.

use std::collections::BTreeMap;

use acquaint_domain::{Code, Span};
use serde::{Deserialize, Deserializer, de::Error as _};

use crate::window::Zone;

pub(crate) fn span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

pub(super) fn some_span<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Span>, D::Error> {
    span(deserializer).map(Some)
}

pub(super) fn spans<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Span>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.into_iter().map(|text| text.parse().map_err(D::Error::custom)).collect()
}

pub(super) fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
    Zone::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}

pub(super) fn some_zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zone>, D::Error> {
    zone(deserializer).map(Some)
}

pub(crate) fn thousandths<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i32, D::Error> {
    let score = f64::deserialize(deserializer)?;
    let milli = (score * 1_000.0).round();
    if milli.is_finite() && milli.abs() <= 1_000_000.0 {
        Ok(milli as i32)
    } else {
        Err(D::Error::custom(format!("the score {score} is not between -1000 and 1000")))
    }
}

pub(super) fn code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Code, D::Error> {
    let text = String::deserialize(deserializer)?;
    code_of(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a code")))
}

pub(super) fn code_of(text: &str) -> Option<Code> {
    text.strip_prefix("CR").and_then(|digits| digits.parse().ok()).and_then(Code::from_number)
}

pub(super) fn by_code<'de, T, D>(deserializer: D) -> Result<BTreeMap<Code, T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    let texts = BTreeMap::<String, T>::deserialize(deserializer)?;
    let read = |(text, value): (String, T)| match code_of(&text) {
        Some(code) => Ok((code, value)),
        None => Err(D::Error::custom(format!("`{text}` is not a code"))),
    };
    texts.into_iter().map(read).collect()
}
