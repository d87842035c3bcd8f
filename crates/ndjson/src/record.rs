//! Parses the lines of a file of records.

use std::borrow::Cow;
use std::collections::BTreeSet;

use acquaint_domain::{
    AcceptFrom, Address, Audience, Code, Confirmation, EmailAddress, EnteredHandle, Handle, ImportedPlace,
    MalformedAddress, MaxDegree, Personal, Profile, ProfileUrl, RestrictionCause, Settings, Standing, Tier,
    Timestamp, shown_within,
};
use acquaint_engine::{ImportRecord, ImportedMember, ImportedRequest, RequestPlace};

use crate::error::HEADER;
use crate::json::Json;
use crate::moment;
use crate::{FORMAT, VERSION};

/// The most fields in an object, more than any has: each field is compared with every other.
const FIELDS_MAX: usize = 32;
/// The most characters of a text that a message quotes; every handle and e-mail address fits.
const QUOTED_CHARS_MAX: usize = 260;

pub(crate) const TIERS: [(&str, Tier); 3] =
    [("free", Tier::Free), ("premium", Tier::Premium), ("sales-navigator", Tier::SalesNavigator)];
pub(crate) const ACCEPT_FROM: [(&str, AcceptFrom); 3] = [
    ("everyone", AcceptFrom::Everyone),
    ("contacts", AcceptFrom::Contacts),
    ("contacts-or-email", AcceptFrom::ContactsOrEmail),
];
pub(crate) const CAUSES: [(&str, RestrictionCause); 3] = [
    ("spam", RestrictionCause::Spam),
    ("policy", RestrictionCause::Policy),
    ("security", RestrictionCause::Security),
];
const PLACES: [&str; 8] =
    ["inbox", "unconfirmed", "filed", "ignored", "declined", "reported", "nobody", "connected"];
/// The reasons for which the recipient's desk keeps a request back.
const REASONS: [Code; 7] = [
    Code::RecipientClosed,
    Code::RecipientRestricted,
    Code::BlockedByRecipient,
    Code::RecipientSettingContacts,
    Code::RecipientSettingDegree,
    Code::RecipientSettingAudience,
    Code::RecipientNetworkFull,
];

/// Why a line is rejected: what is wrong, and what to do.
type Bad = String;

/// Reads the first line; returns the time as of which the records hold.
pub(crate) fn header(line: &[u8]) -> Result<Timestamp, Bad> {
    let first =
        || format!("this is not the first line of a file of records, which is {HEADER}; put that before it");
    let Ok(Json::Object(fields)) = serde_json::from_slice(line) else { return Err(first()) };
    let mut fields = Fields::of(fields)?;
    match fields.take("acquaint") {
        Some(Json::Text(format)) if format == FORMAT => {}
        Some(_) | None => return Err(first()),
    }
    match fields.take("version") {
        Some(Json::Whole(VERSION)) => {}
        Some(Json::Whole(version)) => {
            return Err(format!(
                "field `version`: this is version {version}, and {VERSION} is read; write the file as docs/import.md says"
            ));
        }
        Some(other) => return Err(wrong("version", &other, "the number 1")),
        None => return Err(missing("version", "1")),
    }
    let as_of =
        fields.moment("as_of")?.ok_or_else(|| missing("as_of", "the moment as of which the records hold"))?;
    fields.end("the first line")?;
    Ok(as_of)
}

/// Reads a record.
pub(crate) fn record(line: &[u8], as_of: Timestamp) -> Result<ImportRecord, Bad> {
    let value = serde_json::from_slice(line).map_err(|error| {
        let said = error.to_string();
        let what = said.split(" at line ").next().unwrap_or("not JSON").to_owned();
        format!("this is not JSON: {what} at byte {}; correct the line", error.column())
    })?;
    let Json::Object(fields) = value else {
        return Err(format!("this is {}, and a record is an object; correct the line", value.kind()));
    };
    let mut fields = Fields::of(fields)?;
    let kind = fields.text("type")?.ok_or_else(|| missing("type", "what the record is"))?;
    match &*kind {
        "member" => member(fields, as_of),
        "connection" => connection(fields, as_of),
        "request" => request(fields, as_of),
        "block" => block(fields, as_of),
        other => Err(format!(
            "field `type`: {} is none of `member`, `connection`, `request`, `block`; write one of those",
            quoted(other)
        )),
    }
}

fn member(mut fields: Fields<'_>, as_of: Timestamp) -> Result<ImportRecord, Bad> {
    let (handle, entered_handle) = fields.entered_handle("handle")?;
    let tier = fields.choice("tier", &TIERS)?.unwrap_or(Tier::Free);
    let joined = fields.past("joined", as_of)?;
    let profile = Profile {
        emails: fields.emails("emails")?,
        url: match fields.text("profile")? {
            Some(value) => Some(parsed("profile", &value, ProfileUrl::parse)?),
            None => None,
        },
        company: fields.words("company")?,
        title: fields.words("title")?,
        entered_handle,
    };
    let contacts = fields.emails("contacts")?;
    let settings = match fields.object("settings")? {
        Some(object) => settings(object)?,
        None => Settings::default(),
    };
    let standing = standing(&mut fields, as_of)?;
    fields.end("a member")?;
    let member = ImportedMember { handle, tier, joined, standing, settings, profile, contacts };
    Ok(ImportRecord::Member(Box::new(member)))
}

fn settings(mut fields: Fields<'_>) -> Result<Settings, Bad> {
    let max_degree = match fields.take("max_degree") {
        None => MaxDegree::Any,
        Some(Json::Whole(steps @ 1..=3)) => MaxDegree::Within(steps as u8),
        Some(other) => return Err(wrong("max_degree", &other, "1, 2 or 3")),
    };
    let companies: BTreeSet<String> = fields.texts("companies")?.into_iter().collect();
    let titles: BTreeSet<String> = fields.texts("titles")?.into_iter().collect();
    let confirmation = match fields.take("confirm") {
        None | Some(Json::Bool(false)) => Confirmation::Off,
        Some(Json::Bool(true)) => Confirmation::First,
        Some(other) => return Err(wrong("confirm", &other, "true or false")),
    };
    let accept_from = fields.choice("accept_from", &ACCEPT_FROM)?.unwrap_or(AcceptFrom::Everyone);
    fields.end("`settings`")?;
    Ok(Settings {
        accept_from,
        max_degree,
        audience: Personal::Held(Audience { companies, titles }),
        confirmation,
    })
}

fn standing(fields: &mut Fields<'_>, as_of: Timestamp) -> Result<Standing, Bad> {
    let closed = fields.optional_past("closed", as_of)?.map(|since| Standing::Closed { since });
    let banned = fields.optional_past("banned", as_of)?.map(|since| Standing::Banned { since });
    let restricted = match fields.object("restricted")? {
        Some(mut restricted) => {
            let since = restricted.past("since", as_of)?;
            let until = restricted.moment("until")?.ok_or_else(|| missing("until", "when it is over"))?;
            let cause = restricted.choice("cause", &CAUSES)?;
            let cause = cause.ok_or_else(|| missing("cause", "`spam`, `policy` or `security`"))?;
            restricted.end("a restriction")?;
            Some(Standing::Restricted { since, until, cause })
        }
        None => None,
    };
    let mut all = [closed, banned, restricted].into_iter().flatten();
    match (all.next(), all.next()) {
        (Some(_), Some(_)) => {
            Err("`closed`, `banned` and `restricted` exclude one another; keep one".to_owned())
        }
        (standing, None) | (standing @ None, Some(_)) => Ok(standing.unwrap_or(Standing::Good)),
    }
}

fn connection(mut fields: Fields<'_>, as_of: Timestamp) -> Result<ImportRecord, Bad> {
    let between = fields.texts("between")?;
    let [one, other] = between.as_slice() else {
        return Err(format!("field `between`: there are {} handles; give two", between.len()));
    };
    let (one, other) = (parsed("between", one, Handle::parse)?, parsed("between", other, Handle::parse)?);
    let since = fields.past("since", as_of)?;
    fields.end("a connection")?;
    Ok(ImportRecord::Connection { one, other, since })
}

fn request(mut fields: Fields<'_>, as_of: Timestamp) -> Result<ImportRecord, Bad> {
    let from = fields.handle("from")?;
    let to = fields.text("to")?.ok_or_else(|| missing("to", "a handle or an e-mail address"))?;
    let to = parsed("to", &to, Address::parse)?;
    if let Address::Profile(_) = &to {
        return Err(format!("field `to`: `{to}` is a profile; give the handle or an e-mail address"));
    }
    let at = fields.past("at", as_of)?;
    let note = fields.text("note")?.map(Cow::into_owned);
    let place = place(&mut fields)?;
    fields.end("a request")?;
    Ok(ImportRecord::Request(Box::new(ImportedRequest { from, to, at, note, place })))
}

fn place(fields: &mut Fields<'_>) -> Result<RequestPlace, Bad> {
    let value = fields.text("stands")?.unwrap_or(Cow::Borrowed("inbox"));
    let reason = fields.text("reason")?;
    let place = match (&*value, reason) {
        ("filed", Some(reason)) => {
            let code = REASONS.into_iter().find(|code| code.to_string() == *reason);
            let Some(code) = code else {
                let all = REASONS.map(|code| format!("`{code}`")).join(", ");
                return Err(format!(
                    "field `reason`: {} is none of {all}; write one of those",
                    quoted(&reason)
                ));
            };
            ImportedPlace::Filed(code)
        }
        ("filed", None) => {
            return Err(missing("reason", "the code for which it was filed, such as `CR0704`"));
        }
        (_, Some(_)) => return Err("field `reason`: only what is `filed` has one; take it out".to_owned()),
        ("inbox", None) => ImportedPlace::Inbox,
        ("unconfirmed", None) => ImportedPlace::Unconfirmed,
        ("ignored", None) => ImportedPlace::Ignored,
        ("declined", None) => ImportedPlace::Declined,
        ("reported", None) => ImportedPlace::Reported,
        ("nobody", None) => return Ok(RequestPlace::Nobody),
        ("connected", None) => return Ok(RequestPlace::Connected),
        (other, None) => {
            let all = PLACES.map(|place| format!("`{place}`")).join(", ");
            return Err(format!("field `stands`: {} is none of {all}; write one of those", quoted(other)));
        }
    };
    Ok(RequestPlace::Here(place))
}

fn block(mut fields: Fields<'_>, as_of: Timestamp) -> Result<ImportRecord, Bad> {
    let (by, of) = (fields.handle("by")?, fields.handle("of")?);
    let since = fields.past("since", as_of)?;
    fields.end("a block")?;
    Ok(ImportRecord::Block { by, of, since })
}

/// The fields of an object that have not been read yet.
struct Fields<'a>(Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Fields<'a> {
    fn of(fields: Vec<(Cow<'a, str>, Json<'a>)>) -> Result<Self, Bad> {
        if fields.len() > FIELDS_MAX {
            return Err(format!("an object has {} fields; the most is {FIELDS_MAX}", fields.len()));
        }
        let twice = fields
            .iter()
            .enumerate()
            .find(|(index, (name, _))| fields[..*index].iter().any(|(earlier, _)| earlier == name));
        match twice {
            Some((_, (name, _))) => Err(format!("field {} is given twice; keep one", quoted(name))),
            None => Ok(Self(fields)),
        }
    }

    fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let place = self.0.iter().position(|(other, _)| other == name)?;
        Some(self.0.swap_remove(place).1)
    }

    /// Rejects fields that nothing has read.
    fn end(self, what: &str) -> Result<(), Bad> {
        match self.0.first() {
            Some((name, _)) => Err(format!(
                "field {}: {what} has no such field; take it out, or see docs/import.md for the fields",
                quoted(name)
            )),
            None => Ok(()),
        }
    }

    fn text(&mut self, name: &str) -> Result<Option<Cow<'a, str>>, Bad> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(other) => Err(wrong(name, &other, "a text")),
        }
    }

    /// A text that is not blank.
    fn words(&mut self, name: &str) -> Result<Option<String>, Bad> {
        match self.text(name)? {
            Some(text) if text.trim().is_empty() => Err(format!("field `{name}`: it is empty; take it out")),
            text => Ok(text.map(Cow::into_owned)),
        }
    }

    fn texts(&mut self, name: &str) -> Result<Vec<String>, Bad> {
        match self.take(name) {
            None => Ok(Vec::new()),
            Some(Json::List(items)) => items
                .into_iter()
                .map(|item| match item {
                    Json::Text(text) => Ok(text.into_owned()),
                    item @ (Json::Null
                    | Json::Bool(_)
                    | Json::Whole(_)
                    | Json::Number
                    | Json::List(_)
                    | Json::Object(_)) => Err(wrong(name, &item, "a list of texts")),
                })
                .collect(),
            Some(other) => Err(wrong(name, &other, "a list of texts")),
        }
    }

    fn object(&mut self, name: &str) -> Result<Option<Fields<'a>>, Bad> {
        match self.take(name) {
            None => Ok(None),
            Some(Json::Object(fields)) => Fields::of(fields).map(Some),
            Some(other) => Err(wrong(name, &other, "an object")),
        }
    }

    fn handle(&mut self, name: &str) -> Result<Handle, Bad> {
        self.entered_handle(name).map(|(handle, _)| handle)
    }

    fn entered_handle(&mut self, name: &str) -> Result<(Handle, Option<EnteredHandle>), Bad> {
        let value = self.text(name)?.ok_or_else(|| missing(name, "a handle"))?;
        Ok((parsed(name, &value, Handle::parse)?, EnteredHandle::of(&value)))
    }

    fn emails(&mut self, name: &str) -> Result<Vec<EmailAddress>, Bad> {
        self.texts(name)?.iter().map(|value| parsed(name, value, EmailAddress::parse)).collect()
    }

    fn choice<T: Copy>(&mut self, name: &str, table: &[(&str, T)]) -> Result<Option<T>, Bad> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        match table.iter().find(|(word, _)| *word == value) {
            Some((_, meaning)) => Ok(Some(*meaning)),
            None => {
                let words: Vec<String> = table.iter().map(|(word, _)| format!("`{word}`")).collect();
                Err(format!(
                    "field `{name}`: {} is none of {}; write one of those",
                    quoted(&value),
                    words.join(", ")
                ))
            }
        }
    }

    fn moment(&mut self, name: &str) -> Result<Option<Timestamp>, Bad> {
        let Some(value) = self.text(name)? else { return Ok(None) };
        match moment::read(&value) {
            Some(moment) => Ok(Some(moment)),
            None => Err(format!(
                "field `{name}`: {} is not a date and time in UTC; write one like `2026-11-21T08:12:05Z`",
                quoted(&value)
            )),
        }
    }

    /// A time no later than `as_of`, which is also the default.
    fn past(&mut self, name: &str, as_of: Timestamp) -> Result<Timestamp, Bad> {
        Ok(self.optional_past(name, as_of)?.unwrap_or(as_of))
    }

    fn optional_past(&mut self, name: &str, as_of: Timestamp) -> Result<Option<Timestamp>, Bad> {
        match self.moment(name)? {
            Some(moment) if moment > as_of => Err(format!(
                "field `{name}`: that is after `as_of` in the first line; correct one of the two"
            )),
            moment => Ok(moment),
        }
    }
}

/// A text from a line as messages quote it.
fn quoted(text: &str) -> String {
    format!("`{}`", shown_within(text, QUOTED_CHARS_MAX))
}

fn parsed<T>(name: &str, value: &str, parse: fn(&str) -> Result<T, MalformedAddress>) -> Result<T, Bad> {
    parse(value).map_err(|malformed| {
        format!(
            "field `{name}`: {} cannot be read: there is {} at character {}; correct it",
            quoted(value),
            malformed.problem.words(),
            malformed.offset.saturating_add(1)
        )
    })
}

fn wrong(name: &str, found: &Json<'_>, wanted: &str) -> Bad {
    format!("field `{name}`: this is {}; write {wanted}", found.kind())
}

fn missing(name: &str, what: &str) -> Bad {
    format!("the field `{name}` is missing; give {what}")
}
