//! A whole network as a file of records: imported, and written down.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use acquaint_domain::Timestamp;
use acquaint_engine::ImportCounts;
use acquaint_ndjson::{RecordError, RecordReader, WriteCounts, WriteError, write};
use serde_json::json;

use crate::failure::CliError;
use crate::grammar::{Exit, Format};
use crate::render::progress::LazyProgressBar;
use crate::render::{DocumentWriter, Lines, sentence};
use crate::session::{ReadView, Session, WriteSession};
use crate::values::rfc3339;
use crate::values::text_file::called;

/// What is written at once.
const WRITE_LEN: usize = 256 << 10;

/// Takes over what a file holds, or the rest of it.
pub(super) fn import(
    session: &Session<'_>,
    file: &Path,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), CliError> {
    let reader = opened(file, session.now())?;
    let taken = session.import(reader.as_of(), stderr, |writing| import_parts(writing, file, reader))?;
    say(taken, session.format(), out)
}

fn opened(file: &Path, now: Timestamp) -> Result<RecordReader, CliError> {
    let reader = RecordReader::open(file).map_err(|error| unreadable(file, &error))?;
    if reader.as_of() > now {
        let as_of = rfc3339(reader.as_of());
        let what = format!("its records are said to be of {as_of}, which is to come; mend `as_of` in line 1");
        return Err(CliError::new(Exit::BadInput, format!("`{}`: {what}", called(file))));
    }
    Ok(reader)
}

fn import_parts(
    writing: &WriteSession,
    file: &Path,
    mut reader: RecordReader,
) -> Result<ImportCounts, CliError> {
    let known: Vec<_> = writing.engine.read(|views| views.stretches().collect())?;
    let skipped = reader.skip(known.into_iter()).map_err(|error| unreadable(file, &error))?;
    let mut taken = ImportCounts { new: 0, known: skipped };
    let bar = LazyProgressBar::new("taking over");
    let next = || {
        let (done, total) = reader.progress();
        bar.show(done, total);
        reader.part().map_err(|error| CliError::new(Exit::BadInput, error.to_string()))
    };
    let took = |part: ImportCounts| {
        taken.new += part.new;
        taken.known += part.known;
    };
    writing.engine.import(next, took).map_err(|failure| match failure {
        CliError { exit: exit @ Exit::BadInput, sentence: Some(what), .. } => {
            let name = called(file);
            let advice = "everything before that is imported: correct it and import the file again";
            CliError::new(exit, format!("`{name}`: {what}; {advice}"))
        }
        other => other,
    })?;
    Ok(taken)
}

fn say(taken: ImportCounts, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let ImportCounts { new, known } = taken;
    let before = if known > 0 { format!("; {known} were here already") } else { String::new() };
    let value = json!({ "schema": "acquaint.import-network.v1", "new": new, "known": known });
    Ok(sentence(&format!("{new} records taken over{before}"), &value, format, out)?)
}

/// Writes the network down, into a new file or to `out`; what is left out is said on `stderr`.
pub(crate) fn export(
    session: &Session<'_>,
    file: Option<&Path>,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<((), Exit), CliError> {
    let mut said = Vec::new();
    let exported = session.read(stderr, |view| export_view(view, file, session.format(), (out, &mut said)));
    stderr.write_all(&said)?;
    exported
}

fn export_view(
    view: ReadView<'_>,
    file: Option<&Path>,
    format: Format,
    (out, stderr): (&mut dyn Write, &mut dyn Write),
) -> Result<(), CliError> {
    let written = match file {
        Some(file) => {
            let written = into_file(view, file)?;
            tell(written, format, out)?;
            written
        }
        None => {
            let mut buffered = BufWriter::with_capacity(WRITE_LEN, out);
            let written = if format == Format::Json {
                as_document(view, &mut buffered)?
            } else {
                write(view.views, &view.inquiry(), &mut buffered)?
            };
            buffered.flush()?;
            written
        }
    };
    let WriteCounts { requests_left_out, ends_left_out, .. } = written;
    if requests_left_out > 0 || ends_left_out > 0 {
        // The file is whole also where nobody reads the messages about it.
        let _unread = writeln!(
            stderr,
            "left out, because they are held, on their way or another network's: {requests_left_out} open requests, {ends_left_out} ends of connections"
        );
    }
    Ok(())
}

/// The same records as one JSON document.
fn as_document(view: ReadView<'_>, out: &mut dyn Write) -> Result<WriteCounts, CliError> {
    let mut document = DocumentWriter::new("acquaint.network.v1", &[], Format::Json, out);
    let written = write(view.views, &view.inquiry(), &mut Lines::into(&mut document));
    let ended = document.end(&[("complete", json!(written.is_ok()))]);
    let written = written?;
    ended?;
    Ok(written)
}

/// The file has its name once all of it is there: half a network would read as a whole one.
fn into_file(view: ReadView<'_>, file: &Path) -> Result<WriteCounts, CliError> {
    let name = called(file);
    if file.exists() {
        return Err(CliError::new(Exit::BadInput, format!("`{name}` is there already; name a new file")));
    }
    let failed = |error: std::io::Error| {
        CliError::new(Exit::Failed, format!("`{name}` cannot be written: {error}; name another file"))
    };
    let mut beside = file.as_os_str().to_owned();
    beside.push(".part");
    let part = File::create(&beside).map_err(failed)?;
    let written = into_part(view, part, &failed);
    let named = written.and_then(|written| fs::rename(&beside, file).map(|()| written).map_err(failed));
    if named.is_err() {
        // What could not be written is told; that a part of it stays is not.
        let _left = fs::remove_file(&beside);
    }
    named
}

fn into_part(
    view: ReadView<'_>,
    part: File,
    failed: &dyn Fn(std::io::Error) -> CliError,
) -> Result<WriteCounts, CliError> {
    let mut buffered = BufWriter::with_capacity(WRITE_LEN, part);
    let written = write(view.views, &view.inquiry(), &mut buffered).map_err(|error| match error {
        WriteError::Io(error) => failed(error),
        other @ (WriteError::Log(_) | WriteError::TooLong { .. }) => CliError::from(other),
    })?;
    buffered.into_inner().map_err(|error| failed(error.into_error()))?.sync_all().map_err(failed)?;
    Ok(written)
}

fn tell(written: WriteCounts, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let WriteCounts { members, connections, requests, blocks, requests_left_out, ends_left_out } = written;
    let said = format!(
        "written: {members} members, {connections} connections, {requests} open requests, {blocks} blocks"
    );
    let value = json!({
        "schema": "acquaint.export-network.v1",
        "members": members,
        "connections": connections,
        "requests": requests,
        "blocks": blocks,
        "requests_left_out": requests_left_out,
        "ends_left_out": ends_left_out,
    });
    Ok(sentence(&said, &value, format, out)?)
}

fn unreadable(file: &Path, error: &RecordError) -> CliError {
    CliError::new(Exit::BadInput, format!("`{}`: {error}", called(file)))
}

impl From<WriteError> for CliError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Io(error) => Self::from(error),
            WriteError::Log(error) => Self::from(error),
            WriteError::TooLong { .. } => Self::new(Exit::Failed, error.to_string()),
        }
    }
}
