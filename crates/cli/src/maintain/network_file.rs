//! A whole network as a file of records: import and export.

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
use crate::render::{DocumentWriter, Lines, counted, sentence};
use crate::session::{ReadView, Session, WriteSession};
use crate::values::rfc3339;
use crate::values::text_file::called;

/// Size of the write buffer, in bytes.
const WRITE_LEN: usize = 256 << 10;

/// Imports a file, or the rest of a file whose import was interrupted.
pub(super) fn import(
    session: &Session<'_>,
    file: &Path,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<(), CliError> {
    let reader = opened(file, session.now())?;
    let imported = session.import(reader.as_of(), stderr, |writer| import_parts(writer, file, reader))?;
    report_import(imported, session.format(), out)
}

fn opened(file: &Path, now: Timestamp) -> Result<RecordReader, CliError> {
    let reader = RecordReader::open(file).map_err(|error| unreadable(file, &error))?;
    if reader.as_of() > now {
        let as_of = rfc3339(reader.as_of());
        let what =
            format!("its records are dated {as_of}, which is in the future; correct `as_of` in line 1");
        return Err(CliError::new(Exit::BadInput, format!("`{}`: {what}", called(file))));
    }
    Ok(reader)
}

fn import_parts(
    writer: &WriteSession,
    file: &Path,
    mut reader: RecordReader,
) -> Result<ImportCounts, CliError> {
    let known: Vec<_> = writer.engine.read(|views| views.stretches().collect())?;
    let skipped = reader.skip(known.into_iter()).map_err(|error| unreadable(file, &error))?;
    let mut imported = ImportCounts { new: 0, known: skipped };
    let bar = LazyProgressBar::new("importing");
    let next = || {
        let (done, total) = reader.progress();
        bar.show(done, total);
        reader.part().map_err(|error| CliError::new(Exit::BadInput, error.to_string()))
    };
    let add = |part: ImportCounts| {
        imported.new += part.new;
        imported.known += part.known;
    };
    writer.engine.import(next, add).map_err(|failure| match failure {
        CliError { exit: exit @ Exit::BadInput, sentence: Some(what), .. } => {
            let name = called(file);
            let advice = "everything before it is imported: correct the record and import the file again";
            CliError::new(exit, format!("`{name}`: {what}; {advice}"))
        }
        other => other,
    })?;
    Ok(imported)
}

fn report_import(imported: ImportCounts, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let ImportCounts { new, known } = imported;
    let before = if known > 0 { format!("; {known} had been imported before") } else { String::new() };
    let value = json!({ "schema": "acquaint.import-network.v1", "new": new, "known": known });
    Ok(sentence(&format!("{} imported{before}", counted(new, "record")), &value, format, out)?)
}

/// Writes the network into a new file or to `out`, and reports on `stderr` what is left out.
pub(crate) fn export(
    session: &Session<'_>,
    file: Option<&Path>,
    out: &mut dyn Write,
    stderr: &mut dyn Write,
) -> Result<((), Exit), CliError> {
    let mut messages = Vec::new();
    let exported =
        session.read(stderr, |view| export_view(view, file, session.format(), (out, &mut messages)));
    stderr.write_all(&messages)?;
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
            report(written, format, out)?;
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
        // The file is complete even if nobody reads this message.
        let _unread = writeln!(
            stderr,
            "left out, because they are held, in transit or of another network: {requests_left_out} open requests, {ends_left_out} ends of connections"
        );
    }
    Ok(())
}

/// Writes the records as one JSON document.
fn as_document(view: ReadView<'_>, out: &mut dyn Write) -> Result<WriteCounts, CliError> {
    let mut document = DocumentWriter::new("acquaint.network.v1", &[], Format::Json, out);
    let written = write(view.views, &view.inquiry(), &mut Lines::into(&mut document));
    let ended = document.end(&[("complete", json!(written.is_ok()))]);
    let written = written?;
    ended?;
    Ok(written)
}

/// Writes to a `.part` file and renames it when it is complete, because half a network would read as a whole one.
fn into_file(view: ReadView<'_>, file: &Path) -> Result<WriteCounts, CliError> {
    let name = called(file);
    if file.exists() {
        return Err(CliError::new(Exit::BadInput, format!("`{name}` already exists; name a new file")));
    }
    let failed = |error: std::io::Error| {
        CliError::new(Exit::Failed, format!("`{name}` cannot be written: {error}; name another file"))
    };
    let mut part_path = file.as_os_str().to_owned();
    part_path.push(".part");
    let part = File::create(&part_path).map_err(failed)?;
    let written = into_part(view, part, &failed);
    let renamed = written.and_then(|written| fs::rename(&part_path, file).map(|()| written).map_err(failed));
    if renamed.is_err() {
        // The error of the write is the one to report.
        let _removed = fs::remove_file(&part_path);
    }
    renamed
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

fn report(written: WriteCounts, format: Format, out: &mut dyn Write) -> Result<(), CliError> {
    let WriteCounts { members, connections, requests, blocks, requests_left_out, ends_left_out } = written;
    let text = format!(
        "written: {}, {}, {}, {}",
        counted(members, "member"),
        counted(connections, "connection"),
        counted(requests, "open request"),
        counted(blocks, "block")
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
    Ok(sentence(&text, &value, format, out)?)
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
