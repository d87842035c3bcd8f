//! Writes the state of a network as a file of records. The same state always gives the same bytes.

use std::io::{self, Write};

use acquaint_domain::{
    Addressee, Audience, Confirmation, EventNumber, ImportedPlace, MaxDegree, MemberId, RestrictionCause,
    Settings, Standing, Timestamp,
};
use acquaint_engine::{Inquiry, RequestPlace, Views};
use acquaint_projection_members::Member;
use acquaint_projection_pending::{OpenOrigin, OpenRequest};

use crate::error::WriteError;
use crate::record::{ACCEPT_FROM, CAUSES, TIERS};
use crate::{FORMAT, LINE_LEN_MAX, VERSION, moment};

/// The number of records written, and of those left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WriteCounts {
    /// Number of members that were written.
    pub members: u64,
    /// Number of connections that were written.
    pub connections: u64,
    /// Open requests written.
    pub requests: u64,
    /// Number of blocks that were written.
    pub blocks: u64,
    /// Open requests left out: held, in transit, answered by a letter that is still in transit, or observed on another
    /// network.
    pub requests_left_out: u64,
    /// Sides of connections left out, because the other side does not have the connection yet, or has it no longer.
    pub ends_left_out: u64,
}

/// Writes the state in `views`, as of their last event: members ordered by handle, then connections, requests and blocks
/// ordered by their owners' handles. People known only from exports of other networks are not members, and are left out.
/// `inquiry` reads the notes of open requests from the log, in several batches if there are many.
///
/// # Errors
/// The output cannot be written; the log cannot be read; a line would be longer than a reader accepts.
pub fn write(views: &Views, inquiry: &Inquiry<'_>, out: &mut dyn Write) -> Result<WriteCounts, WriteError> {
    let mut members: Vec<&Member> = views.members.iter().filter(|member| member.network.is_none()).collect();
    members.sort_unstable_by(|one, other| one.handle.cmp(&other.handle));
    let as_of = views.last_at().unwrap_or(Timestamp::from_millis(0));
    let mut writing = NetworkWriter { views, as_of, out, line: Vec::new(), written: WriteCounts::default() };
    writing.header()?;
    for member in &members {
        writing.member(member)?;
    }
    for member in &members {
        writing.connections_of(member)?;
    }
    let mut rest = members.as_slice();
    while !rest.is_empty() {
        rest = writing.requests_of_first(rest, inquiry)?;
    }
    for member in &members {
        writing.blocks_of(member)?;
    }
    Ok(writing.written)
}

/// A batch ends when it holds this many notes.
const NOTES_LEN_MAX: usize = 1 << 18;

/// A request to write: when it was sent, to whom, and its state.
struct RequestLine<'a> {
    at: Timestamp,
    to: &'a str,
    place: RequestPlace,
    open: &'a OpenRequest,
}

struct NetworkWriter<'a> {
    views: &'a Views,
    as_of: Timestamp,
    out: &'a mut dyn Write,
    line: Vec<u8>,
    written: WriteCounts,
}

type WriteResult = Result<(), WriteError>;

impl<'a> NetworkWriter<'a> {
    fn header(&mut self) -> WriteResult {
        write!(self.line, "{{\"acquaint\":\"{FORMAT}\",\"version\":{VERSION},\"as_of\":")?;
        moment::write(self.as_of, &mut self.line)?;
        self.end(|| "the header".to_owned())
    }

    fn member(&mut self, member: &Member) -> WriteResult {
        self.line.extend_from_slice(b"{\"type\":\"member\",\"handle\":");
        text(&mut self.line, member.shown_handle())?;
        if let Some((word, _)) = TIERS.iter().find(|(_, tier)| *tier == member.tier) {
            field_text(&mut self.line, "tier", word)?;
        }
        field_moment(&mut self.line, "joined", member.joined)?;
        if let Some(profile) = member.profile.held() {
            field_texts(&mut self.line, "emails", profile.emails.iter().map(|email| email.as_str()))?;
            if let Some(url) = &profile.url {
                field_text(&mut self.line, "profile", url.as_str())?;
            }
            if let Some(company) = &profile.company {
                field_text(&mut self.line, "company", company)?;
            }
            if let Some(title) = &profile.title {
                field_text(&mut self.line, "title", title)?;
            }
        }
        settings(&mut self.line, &member.settings)?;
        field_texts(&mut self.line, "contacts", member.contacts.iter().map(|email| email.as_str()))?;
        standing(&mut self.line, member.standing_at(self.as_of))?;
        self.written.members += 1;
        self.end(|| format!("the member `{}`", member.handle))
    }

    fn connections_of(&mut self, member: &Member) -> WriteResult {
        let views = self.views;
        let connected = &views.connected;
        let mut ends = Vec::new();
        for (other, end) in connected.ends_of(member.id) {
            let Some(known) = member_of(views, other) else { continue };
            match connected.end(other, member.id) {
                None => self.written.ends_left_out += 1,
                // A connection is written once, for the member whose handle comes first.
                Some(there) if member.handle < known.handle => {
                    ends.push((known.handle.as_str(), end.since.min(there.since)));
                }
                Some(_) => {}
            }
        }
        ends.sort_unstable();
        for (other, since) in ends {
            self.line.extend_from_slice(b"{\"type\":\"connection\",\"between\":[");
            text(&mut self.line, member.handle.as_str())?;
            self.line.push(b',');
            text(&mut self.line, other)?;
            self.line.push(b']');
            field_moment(&mut self.line, "since", since)?;
            self.written.connections += 1;
            self.end(|| format!("a connection of `{}`", member.handle))?;
        }
        Ok(())
    }

    /// Writes the requests of the first of `members`, until a batch of notes is full; returns the other members.
    fn requests_of_first<'m>(
        &mut self,
        members: &'m [&'a Member],
        inquiry: &Inquiry<'_>,
    ) -> Result<&'m [&'a Member], WriteError> {
        let (mut batch, mut noted) = (Vec::new(), Vec::new());
        for member in members {
            let requests = self.request_lines(member);
            let with_note = requests.iter().filter(|entry| entry.open.has_note());
            noted.extend(with_note.map(|entry| entry.open.submitted_by));
            batch.push((*member, requests));
            if noted.len() >= NOTES_LEN_MAX {
                break;
            }
        }
        noted.sort_unstable();
        let notes = inquiry.notes(&noted)?;
        let note = |submitted_by: EventNumber| {
            let place = noted.binary_search(&submitted_by).ok()?;
            notes.get(place)?.as_deref()
        };
        let done = batch.len();
        for (member, requests) in batch {
            for entry in requests {
                self.request(member, &entry, note(entry.open.submitted_by))?;
            }
        }
        Ok(&members[done..])
    }

    fn request_lines(&mut self, member: &Member) -> Vec<RequestLine<'a>> {
        let views = self.views;
        let mut requests = Vec::new();
        for open in views.pending.sent_by(member.id) {
            match addressed(views, open).zip(views.place_of(open)) {
                Some((to, place)) => requests.push(RequestLine { at: open.submitted_at, to, place, open }),
                None => self.written.requests_left_out += 1,
            }
        }
        requests.sort_unstable_by(|one, other| (one.at, one.to).cmp(&(other.at, other.to)));
        requests
    }

    fn request(&mut self, member: &Member, entry: &RequestLine<'_>, note: Option<&str>) -> WriteResult {
        let RequestLine { at, to, place, .. } = *entry;
        self.line.extend_from_slice(b"{\"type\":\"request\",\"from\":");
        text(&mut self.line, member.handle.as_str())?;
        field_text(&mut self.line, "to", to)?;
        field_moment(&mut self.line, "at", at)?;
        if let Some(note) = note {
            field_text(&mut self.line, "note", note)?;
        }
        self.place(place)?;
        self.written.requests += 1;
        self.end(|| format!("the request of `{}` to `{to}`", member.handle))
    }

    fn place(&mut self, place: RequestPlace) -> WriteResult {
        let word = match place {
            // The default, which is not written.
            RequestPlace::Here(ImportedPlace::Inbox) => return Ok(()),
            RequestPlace::Here(ImportedPlace::Unconfirmed) => "unconfirmed",
            RequestPlace::Here(ImportedPlace::Filed(_)) => "filed",
            RequestPlace::Here(ImportedPlace::Ignored) => "ignored",
            RequestPlace::Here(ImportedPlace::Declined) => "declined",
            RequestPlace::Here(ImportedPlace::Reported) => "reported",
            RequestPlace::Nobody => "nobody",
            RequestPlace::Connected => "connected",
        };
        field_text(&mut self.line, "stands", word)?;
        if let RequestPlace::Here(ImportedPlace::Filed(code)) = place {
            field_text(&mut self.line, "reason", &code.to_string())?;
        }
        Ok(())
    }

    fn blocks_of(&mut self, member: &Member) -> WriteResult {
        let views = self.views;
        let blocks = views.blocked.by(member.id);
        let blocks =
            blocks.filter_map(|(other, since)| Some((member_of(views, other)?.handle.as_str(), since)));
        let mut blocks: Vec<(&str, Timestamp)> = blocks.collect();
        blocks.sort_unstable();
        for (of, since) in blocks {
            self.line.extend_from_slice(b"{\"type\":\"block\",\"by\":");
            text(&mut self.line, member.handle.as_str())?;
            field_text(&mut self.line, "of", of)?;
            field_moment(&mut self.line, "since", since)?;
            self.written.blocks += 1;
            self.end(|| format!("a block of `{}`", member.handle))?;
        }
        Ok(())
    }

    /// Ends the line and writes it.
    fn end(&mut self, whose: impl FnOnce() -> String) -> WriteResult {
        self.line.push(b'}');
        if self.line.len() > LINE_LEN_MAX {
            return Err(WriteError::TooLong { whose: whose(), max: LINE_LEN_MAX });
        }
        self.line.push(b'\n');
        self.out.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}

/// The addressee of a request as a record names it; `None` if it is unknown or not a member of this network.
fn addressed<'v>(views: &'v Views, open: &'v OpenRequest) -> Option<&'v str> {
    if open.origin == OpenOrigin::Observed {
        return None;
    }
    match open.open.addressee {
        Addressee::Member(to) => member_of(views, to).map(|member| member.handle.as_str()),
        Addressee::Email => open.email().map(|email| email.as_str()),
        Addressee::Nobody => None,
    }
}

/// A member of this network.
fn member_of(views: &Views, id: MemberId) -> Option<&Member> {
    views.members.get(id).filter(|member| member.network.is_none())
}

/// Writes the settings that differ from those of a new member.
fn settings(line: &mut Vec<u8>, settings: &Settings) -> io::Result<()> {
    let Settings { accept_from, max_degree, audience, confirmation } = settings;
    let new = Settings::default();
    if *settings == new {
        return Ok(());
    }
    // Fields begin with a comma; the first one is removed when the object is put around them.
    let begins = line.len();
    if *accept_from != new.accept_from
        && let Some((word, _)) = ACCEPT_FROM.iter().find(|(_, meaning)| meaning == accept_from)
    {
        field_text(line, "accept_from", word)?;
    }
    match max_degree {
        MaxDegree::Any => {}
        MaxDegree::Within(steps) => write!(line, ",\"max_degree\":{steps}")?,
    }
    if let Some(Audience { companies, titles }) = audience.held() {
        field_texts(line, "companies", companies.iter().map(String::as_str))?;
        field_texts(line, "titles", titles.iter().map(String::as_str))?;
    }
    match confirmation {
        Confirmation::Off => {}
        Confirmation::First => line.extend_from_slice(b",\"confirm\":true"),
    }
    let fields = line.split_off(begins);
    if let Some(fields) = fields.strip_prefix(b",") {
        line.extend_from_slice(b",\"settings\":{");
        line.extend_from_slice(fields);
        line.push(b'}');
    }
    Ok(())
}

fn standing(line: &mut Vec<u8>, standing: Standing) -> io::Result<()> {
    match standing {
        Standing::Good => Ok(()),
        Standing::Restricted { since, until, cause } => {
            line.extend_from_slice(b",\"restricted\":{\"since\":");
            moment::write(since, line)?;
            field_moment(line, "until", until)?;
            field_text(line, "cause", cause_word(cause))?;
            line.push(b'}');
            Ok(())
        }
        Standing::Banned { since } => field_moment(line, "banned", since),
        Standing::Closed { since } => field_moment(line, "closed", since),
    }
}

fn cause_word(cause: RestrictionCause) -> &'static str {
    CAUSES.iter().find(|(_, meaning)| *meaning == cause).map_or("policy", |(word, _)| word)
}

fn text(line: &mut Vec<u8>, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(line, text)?)
}

fn field_text(line: &mut Vec<u8>, name: &str, value: &str) -> io::Result<()> {
    write!(line, ",\"{name}\":")?;
    text(line, value)
}

fn field_moment(line: &mut Vec<u8>, name: &str, value: Timestamp) -> io::Result<()> {
    write!(line, ",\"{name}\":")?;
    moment::write(value, line)
}

fn field_texts<'t>(line: &mut Vec<u8>, name: &str, values: impl Iterator<Item = &'t str>) -> io::Result<()> {
    let mut before = format!(",\"{name}\":[");
    let mut any = false;
    for value in values {
        line.extend_from_slice(before.as_bytes());
        text(line, value)?;
        (before, any) = (",".to_owned(), true);
    }
    if any {
        line.push(b']');
    }
    Ok(())
}
