//! LinkedIn: CSV tables in a zip file. Their headers have changed over the years, and they contain no status.

use std::collections::{BTreeSet, HashMap};

use acquaint_domain::export::{Person, SourceFile};
use acquaint_domain::{AddressProblem as Malady, EmailAddress, MalformedAddress, ProfileUrl, folded};
use acquaint_engine::{Direction, ExportRow, InvitationRow, NamedBy};

use crate::container::Container;
use crate::dates::{DateReading, connected_on, sent_at};
use crate::problem::{ExportProblem, quoted};
use crate::reading::{ExportRows, base_name, only};
use crate::table::{CsvTable, SWALLOWED, TableRow, records, table};
use crate::text::decoded;

/// Header until late 2023.
const INVITATIONS: &[&str] = &["From", "To", "Sent At", "Message", "Direction"];
/// Header from late 2023.
const INVITATIONS_WITH_URLS: &[&str] =
    &["From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl"];
/// Header until mid-2023; from mid-2021, three lines precede it.
const CONNECTIONS: &[&str] =
    &["First Name", "Last Name", "Email Address", "Company", "Position", "Connected On"];
/// Header from mid-2023.
const CONNECTIONS_WITH_URLS: &[&str] =
    &["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"];

/// A table without rows still has its header. A file without a header proves no more than a missing file.
const EMPTY: &str = "is empty, without even a header: it is treated as missing from the export";

/// Whether these are the files of a LinkedIn export.
pub(crate) fn is_export(names: &[String]) -> bool {
    let is_table = |name: &String| {
        ["Invitations.csv", "Connections.csv"]
            .iter()
            .any(|wanted| base_name(name).eq_ignore_ascii_case(wanted))
    };
    names.iter().any(is_table)
}

pub(crate) fn read(container: &mut Container, names: &[String]) -> Result<ExportRows, ExportProblem> {
    let mut rows = ExportRows::default();
    let invitations = only(container, names, &["Invitations.csv"])?;
    let connections = only(container, names, &["Connections.csv"])?;
    if invitations.is_none() && connections.is_none() {
        return Err(ExportProblem::of(
            container.name(),
            "holds neither Invitations.csv nor Connections.csv; ask LinkedIn for an export with `Connections` and \
             `Invitations` in it, and give the zip file as it was downloaded",
        ));
    }
    if let Some(name) = invitations {
        let bytes = container.read(name)?;
        rows.record_file(SourceFile::Invitations, &bytes);
        read_invitations(base_name(name), &bytes, &mut rows)?;
    } else {
        rows.remark("Invitations.csv", "is not in the export: the outcome of invitations is unknown");
    }
    if let Some(name) = connections {
        let bytes = container.read(name)?;
        rows.record_file(SourceFile::Connections, &bytes);
        let emails = read_connections(base_name(name), &bytes, &mut rows)?;
        name_by_email(&emails, &mut rows);
    } else {
        rows.remark("Connections.csv", "is not in the export: which invitations were accepted is unknown");
    }
    drop_placeholder_urls(&mut rows);
    if let Some(name) = only(container, names, &["Profile.csv"])? {
        let bytes = container.read(name)?;
        if let Some(owner) = owner(&decoded(base_name(name), &bytes)?)? {
            rows.owner_name = Some(owner);
        }
    }
    Ok(rows)
}

fn read_invitations(file: &str, bytes: &[u8], rows: &mut ExportRows) -> Result<(), ExportProblem> {
    let text = decoded(file, bytes)?;
    let headers = &[INVITATIONS, INVITATIONS_WITH_URLS];
    let Some(table) = table(file, &text, headers)? else {
        rows.files.remove(&SourceFile::Invitations);
        rows.remark(file, EMPTY);
        return Ok(());
    };
    let mut nameless = 0;
    let mut odd = Odd::default();
    for row in &table.rows {
        table.check_one_line(
            row,
            &["From", "To", "Sent At", "Direction", "inviterProfileUrl", "inviteeProfileUrl"],
        )?;
        let note = table.field(row, "Message");
        if note.contains('\n') && [",OUTGOING", ",INCOMING"].iter().any(|way| note.contains(way)) {
            return Err(table.problem(row, "Message", SWALLOWED));
        }
        let direction = match table.field(row, "Direction") {
            "OUTGOING" => Direction::Outgoing,
            "INCOMING" => Direction::Incoming,
            other => {
                let what = format!(
                    "expected `OUTGOING` or `INCOMING` and found {}; give the file as it was downloaded",
                    quoted(other)
                );
                return Err(table.problem(row, "Direction", what));
            }
        };
        let ((owner, _), (name, url)) = match direction {
            Direction::Outgoing => (("From", "inviterProfileUrl"), ("To", "inviteeProfileUrl")),
            Direction::Incoming => (("To", "inviteeProfileUrl"), ("From", "inviterProfileUrl")),
        };
        let DateReading { at, precision, .. } =
            sent_at(table.field(row, "Sent At")).map_err(|what| table.problem(row, "Sent At", what))?;
        if rows.owner_name.is_none() {
            rows.owner_name = Some(table.field(row, owner).to_owned()).filter(|name| !name.is_empty());
        }
        let Some(person) = person(&table, row, table.field(row, name).to_owned(), url, &mut odd)? else {
            nameless += 1;
            continue;
        };
        // Notes keep their line breaks; the search for repeated notes ignores them.
        let note = Some(note.to_owned()).filter(|note| !note.is_empty());
        let row = ExportRow { person, at, precision, file: SourceFile::Invitations, line: row.line };
        rows.invitations.push(InvitationRow { row, direction, note, named_by: NamedBy::Name });
    }
    odd.remark(file, rows);
    if nameless > 0 {
        rows.remark(file, format!("{nameless} rows have no name, and are left out"));
    }
    Ok(())
}

/// Reads the connections; returns their e-mail addresses, each with the indexes of its rows.
fn read_connections(file: &str, bytes: &[u8], rows: &mut ExportRows) -> Result<Emails, ExportProblem> {
    let mut emails = Emails::new();
    let text = decoded(file, bytes)?;
    let headers = &[CONNECTIONS, CONNECTIONS_WITH_URLS];
    let Some(table) = table(file, &text, headers)? else {
        rows.files.remove(&SourceFile::Connections);
        rows.remark(file, EMPTY);
        return Ok(emails);
    };
    let (mut nameless, mut resaved, mut folded) = (0, 0, 0);
    let mut odd = Odd::default();
    for row in &table.rows {
        table.check_one_line(row, &["First Name", "Last Name", "URL", "Email Address", "Connected On"])?;
        for name in ["Company", "Position"] {
            let field = table.field(row, name);
            let is_folded = field.contains(['\n', '\r']);
            // Every row has commas. What people enter here seldom has a line break, and hardly ever both.
            if is_folded && field.contains(',') {
                return Err(table.problem(row, name, SWALLOWED));
            }
            folded += u32::from(is_folded);
        }
        let read = connected_on(table.field(row, "Connected On"))
            .map_err(|what| table.problem(row, "Connected On", what))?;
        resaved += u32::from(read.is_resaved);
        let name = [table.field(row, "First Name"), table.field(row, "Last Name")].join(" ");
        let Some(person) = person(&table, row, name.trim().to_owned(), "URL", &mut odd)? else {
            nameless += 1;
            continue;
        };
        if let Ok(email) = EmailAddress::parse(table.field(row, "Email Address")) {
            emails.entry(email).or_default().push(rows.connections.len());
        }
        let (at, precision) = (read.at, read.precision);
        rows.connections.push(ExportRow {
            person,
            at,
            precision,
            file: SourceFile::Connections,
            line: row.line,
        });
    }
    if folded > 0 {
        rows.remark(
            file,
            format!("{folded} companies or positions span several lines: the file has fewer rows than lines"),
        );
    }
    if nameless > 0 {
        rows.remark(
            file,
            format!("{nameless} rows have a date and no name: members who have closed the account"),
        );
    }
    if resaved > 0 {
        rows.remark(
            file,
            "has dates as a spreadsheet writes them: it was saved again; the days can still be read",
        );
    }
    odd.remark(file, rows);
    Ok(emails)
}

/// For each e-mail address, the indexes of the connections that have it.
type Emails = HashMap<EmailAddress, Vec<usize>>;

/// When somebody was invited by e-mail address, the row has the address in place of the name. If exactly one connection has
/// that address, the row is about that person.
fn name_by_email(emails: &Emails, rows: &mut ExportRows) {
    let ExportRows { invitations, connections, .. } = rows;
    for invitation in invitations.iter_mut().filter(|invitation| invitation.row.person.url.is_none()) {
        let Ok(email) = EmailAddress::parse(&invitation.row.person.name) else { continue };
        if let Some([place]) = emails.get(&email).map(Vec::as_slice)
            && let Some(connection) = connections.get(*place)
        {
            invitation.row.person = connection.person.clone();
            invitation.named_by = NamedBy::Email;
        }
    }
}

/// A profile has one name, or two if its owner changed it. A URL shared by rows with more names is a placeholder.
const NAMES_OF_A_PROFILE_MAX: usize = 2;

/// Removes placeholder URLs, so that these rows are identified by their names.
fn drop_placeholder_urls(rows: &mut ExportRows) {
    let mut names: HashMap<&ProfileUrl, BTreeSet<String>> = HashMap::new();
    let invitations = rows.invitations.iter().map(|invitation| &invitation.row);
    for row in invitations.chain(&rows.connections) {
        if let Some(url) = &row.person.url {
            names.entry(url).or_default().insert(folded(&row.person.name));
        }
    }
    let is_shared = |names: &BTreeSet<String>| names.len() > NAMES_OF_A_PROFILE_MAX;
    let shared: BTreeSet<ProfileUrl> =
        names.into_iter().filter(|(_, names)| is_shared(names)).map(|(url, _)| url.clone()).collect();
    if shared.is_empty() {
        return;
    }
    let invitations = rows.invitations.iter_mut().map(|invitation| &mut invitation.row);
    for row in invitations.chain(&mut rows.connections) {
        row.person.url.take_if(|url| shared.contains(url));
    }
    for url in shared {
        let what = format!(
            "has `{url}` in rows with many names: it is a placeholder, and those rows are identified by their names"
        );
        rows.remark("the export", what);
    }
}

/// Rows with an unusual profile URL, by what is wrong with it.
#[derive(Default)]
struct Odd {
    /// The number of rows whose URL is the address of all LinkedIn profiles instead of one.
    without_profile: u32,
    /// Lines of the rows whose URL has bytes that are not text.
    undecodable: Vec<u32>,
}

impl Odd {
    fn remark(&self, file: &str, rows: &mut ExportRows) {
        if self.without_profile > 0 {
            let what = format!(
                "{} rows have a profile URL without a profile, as LinkedIn wrote them in autumn 2023: they are identified by \
                 their names",
                self.without_profile
            );
            rows.remark(file, what);
        }
        if let Some(first) = self.undecodable.first() {
            let what = format!(
                "{} rows have a profile URL with bytes that are not text, the first in line {first}: such URLs are \
                 compared as they are written",
                self.undecodable.len()
            );
            rows.remark(file, what);
        }
    }
}

/// The path of LinkedIn's older profiles, without a profile after it.
const OLD_PROFILES_PATH: &str = "pub";

/// Whether a URL is the address of all profiles of a site, or leads away from the profile that it seems to name.
fn names_nobody(entered: &str) -> bool {
    match ProfileUrl::parse(entered) {
        Ok(url) => url.as_str().split_once('/').is_some_and(|(_, path)| path == OLD_PROFILES_PATH),
        Err(MalformedAddress { problem: Malady::NoPath, .. }) => true,
        Err(_) => entered.split('/').any(|part| matches!(part, "." | "..")),
    }
}

/// The person that a row names; `None` if it names nobody.
fn person(
    table: &CsvTable<'_>,
    row: &TableRow,
    name: String,
    url: &str,
    odd: &mut Odd,
) -> Result<Option<Person>, ExportProblem> {
    let entered = table.field(row, url);
    let parsed = if entered.is_empty() {
        None
    } else if names_nobody(entered) {
        odd.without_profile += 1;
        None
    } else {
        let parsed = profile(entered, row.line, odd).map_err(|malformed| {
            let what = format!(
                "expected a profile's URL and found {}: there is {} at character {}; give the file as it was downloaded",
                quoted(entered),
                malformed.problem.words(),
                malformed.offset.saturating_add(1)
            );
            table.problem(row, url, what)
        })?;
        Some(parsed)
    };
    Ok(match (name.is_empty(), parsed) {
        (true, None) => None,
        (true, Some(url)) => Some(Person { name: url.as_str().to_owned(), url: Some(url) }),
        (false, url) => Some(Person { name, url }),
    })
}

/// Parses a profile URL. One with a `%` that is not an encoding, or that does not encode text, is kept as written.
fn profile(entered: &str, line: u32, odd: &mut Odd) -> Result<ProfileUrl, MalformedAddress> {
    ProfileUrl::parse(entered).or_else(|malformed| match malformed.problem {
        Malady::PercentEncoding | Malady::Character => {
            let url = ProfileUrl::parse(&as_written(entered)).map_err(|_| malformed)?;
            odd.undecodable.push(line);
            Ok(url)
        }
        Malady::Empty
        | Malady::TooLong
        | Malady::NoLocalPart
        | Malady::NoDomain
        | Malady::SecondAt
        | Malady::Scheme
        | Malady::NoPath => Err(malformed),
    })
}

/// A URL that decodes to exactly `typed`: its `%` signs, and characters that a URL cannot hold, are encoded.
fn as_written(entered: &str) -> String {
    let mut written = String::with_capacity(entered.len());
    for c in entered.chars() {
        if c == '%' {
            written.push_str("%25");
        } else if c.is_whitespace() || c.is_control() {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| written.push_str(&format!("%25{byte:02x}")));
        } else {
            written.push(c);
        }
    }
    written
}

/// The owner's name in `Profile.csv`; only its first two columns are read.
fn owner(text: &str) -> Result<Option<String>, ExportProblem> {
    let records = records("Profile.csv", text)?;
    let [header, row, ..] = &records[..] else { return Ok(None) };
    let is_profile =
        header.fields.iter().zip(["First Name", "Last Name"]).all(|(field, name)| field.trim() == name);
    let name = row.fields.iter().take(2).map(str::trim).collect::<Vec<_>>().join(" ");
    Ok(Some(name.trim().to_owned()).filter(|name| is_profile && !name.is_empty()))
}
