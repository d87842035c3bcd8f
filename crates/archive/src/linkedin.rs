//! LinkedIn: CSV tables in a zip file. Their headers have changed over the years, and there is no status in them.

use acquaint_domain::ProfileUrl;
use acquaint_domain::export::{Person, SourceFile};
use acquaint_engine::{Direction, ExportRow, InvitationRow};

use crate::container::Container;
use crate::dates::{Read, connected_on, sent_at};
use crate::problem::{Problem, quoted};
use crate::reading::{Rows, base_name, only};
use crate::table::{SWALLOWED, Table, TableRow, records, table};
use crate::text::decoded;

/// To late 2023.
const INVITATIONS: &[&str] = &["From", "To", "Sent At", "Message", "Direction"];
/// From late 2023.
const INVITATIONS_WITH_URLS: &[&str] =
    &["From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl"];
/// To mid-2023; from mid-2021 with three lines before it.
const CONNECTIONS: &[&str] =
    &["First Name", "Last Name", "Email Address", "Company", "Position", "Connected On"];
/// From mid-2023.
const CONNECTIONS_WITH_URLS: &[&str] =
    &["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"];

/// Whether these are the files of a LinkedIn export.
pub(crate) fn is_one(names: &[String]) -> bool {
    let is_table = |name: &String| {
        ["Invitations.csv", "Connections.csv"]
            .iter()
            .any(|wanted| base_name(name).eq_ignore_ascii_case(wanted))
    };
    names.iter().any(is_table)
}

pub(crate) fn read(container: &mut Container, names: &[String]) -> Result<Rows, Problem> {
    let mut rows = Rows::default();
    let invitations = only(container, names, &["Invitations.csv"])?;
    let connections = only(container, names, &["Connections.csv"])?;
    if invitations.is_none() && connections.is_none() {
        return Err(Problem::of(
            container.name(),
            "holds neither Invitations.csv nor Connections.csv; ask LinkedIn for an export with `Connections` and \
             `Invitations` in it, and give the zip file as it was downloaded",
        ));
    }
    if let Some(name) = invitations {
        let bytes = container.read(name)?;
        rows.saw(SourceFile::Invitations, &bytes);
        read_invitations(base_name(name), &bytes, &mut rows)?;
    } else {
        rows.remark("Invitations.csv", "is not in the export: what became of invitations cannot be told");
    }
    if let Some(name) = connections {
        let bytes = container.read(name)?;
        rows.saw(SourceFile::Connections, &bytes);
        read_connections(base_name(name), &bytes, &mut rows)?;
    } else {
        rows.remark(
            "Connections.csv",
            "is not in the export: which invitations were accepted cannot be told",
        );
    }
    if let Some(name) = only(container, names, &["Profile.csv"])? {
        let bytes = container.read(name)?;
        if let Some(owner) = owner(&decoded(base_name(name), &bytes)?)? {
            rows.owner_name = Some(owner);
        }
    }
    Ok(rows)
}

fn read_invitations(file: &str, bytes: &[u8], rows: &mut Rows) -> Result<(), Problem> {
    let text = decoded(file, bytes)?;
    let headers = &[INVITATIONS, INVITATIONS_WITH_URLS];
    let Some(table) = table(file, &text, headers)? else {
        rows.remark(file, "is empty");
        return Ok(());
    };
    let mut nameless = 0;
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
        let Read { at, precision, .. } =
            sent_at(table.field(row, "Sent At")).map_err(|what| table.problem(row, "Sent At", what))?;
        if rows.owner_name.is_none() {
            rows.owner_name = Some(table.field(row, owner).to_owned()).filter(|name| !name.is_empty());
        }
        let Some(person) = person(&table, row, table.field(row, name).to_owned(), url)? else {
            nameless += 1;
            continue;
        };
        // Notes keep their line breaks: what repeats is compared without them.
        let note = Some(note.to_owned()).filter(|note| !note.is_empty());
        let row = ExportRow { person, at, precision, file: SourceFile::Invitations, line: row.line };
        rows.invitations.push(InvitationRow { row, direction, note });
    }
    if nameless > 0 {
        rows.remark(file, format!("{nameless} rows name nobody, and are left out"));
    }
    Ok(())
}

fn read_connections(file: &str, bytes: &[u8], rows: &mut Rows) -> Result<(), Problem> {
    let text = decoded(file, bytes)?;
    let headers = &[CONNECTIONS, CONNECTIONS_WITH_URLS];
    let Some(table) = table(file, &text, headers)? else {
        rows.remark(file, "is empty");
        return Ok(());
    };
    let (mut nameless, mut resaved, mut folded) = (0, 0, 0);
    for row in &table.rows {
        table.check_one_line(row, &["First Name", "Last Name", "URL", "Email Address", "Connected On"])?;
        for name in ["Company", "Position"] {
            let field = table.field(row, name);
            let is_folded = field.contains(['\n', '\r']);
            // Each row has commas; what somebody typed into one of these two seldom has a line break, and hardly both.
            if is_folded && field.contains(',') {
                return Err(table.problem(row, name, SWALLOWED));
            }
            folded += u32::from(is_folded);
        }
        let read = connected_on(table.field(row, "Connected On"))
            .map_err(|what| table.problem(row, "Connected On", what))?;
        resaved += u32::from(read.is_resaved);
        let name = [table.field(row, "First Name"), table.field(row, "Last Name")].join(" ");
        let Some(person) = person(&table, row, name.trim().to_owned(), "URL")? else {
            nameless += 1;
            continue;
        };
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
            format!(
                "{folded} companies or positions reach over several lines: the file has fewer rows than lines"
            ),
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
            "has dates as a spreadsheet writes them: it was saved again; the days are read all the same",
        );
    }
    Ok(())
}

/// Who a row names; `None` for nobody.
fn person(table: &Table<'_>, row: &TableRow, name: String, url: &str) -> Result<Option<Person>, Problem> {
    let typed = table.field(row, url);
    let parsed = if typed.is_empty() {
        None
    } else {
        let parsed = ProfileUrl::parse(typed).map_err(|malformed| {
            let what = format!(
                "expected a profile's URL and found {}: there is {} at character {}; give the file as it was downloaded",
                quoted(typed),
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

/// The owner's name, in `Profile.csv`; only its first two columns are looked at.
fn owner(text: &str) -> Result<Option<String>, Problem> {
    let records = records("Profile.csv", text)?;
    let [header, row, ..] = &records[..] else { return Ok(None) };
    let is_profile =
        header.fields.iter().zip(["First Name", "Last Name"]).all(|(field, name)| field.trim() == name);
    let name = row.fields.iter().take(2).map(str::trim).collect::<Vec<_>>().join(" ");
    Ok(Some(name.trim().to_owned()).filter(|name| is_profile && !name.is_empty()))
}
