//! Streams many values into one document.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::format::{Format, object};

/// Indentation of the elements of a document.
const INDENT: &str = "    ";

/// Writes values one by one: for ndjson one per line, for JSON as the elements of one document, which is valid only
/// after [`end`](Self::end).
pub struct DocumentWriter<'a> {
    out: &'a mut dyn Write,
    format: Format,
    /// The fields before the values; `None` for a bare array.
    head: Option<Map<String, Value>>,
    written: usize,
}

impl<'a> DocumentWriter<'a> {
    /// Starts an object of this schema, with `context` as its first fields and the values as its `rows`.
    pub fn new(schema: &str, context: &[(&str, Value)], format: Format, out: &'a mut dyn Write) -> Self {
        let context = context.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        let head = std::iter::once(("schema".to_owned(), schema.into())).chain(context).collect();
        Self { out, format, head: Some(head), written: 0 }
    }

    /// Starts a bare array, for formats that another project defines.
    pub fn array(format: Format, out: &'a mut dyn Write) -> Self {
        Self { out, format, head: None, written: 0 }
    }

    /// Writes the next value.
    pub fn push(&mut self, value: &Value) -> io::Result<()> {
        match self.format {
            Format::Human | Format::Ndjson => object(value, Format::Ndjson, self.out)?,
            Format::Json => {
                self.begin_next()?;
                let text = serde_json::to_string_pretty(value)?;
                write!(self.out, "{INDENT}{}", text.replace('\n', &format!("\n{INDENT}")))?;
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Flushes what has been written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the document. An object gets the fields of `tail` after its values.
    pub fn end(mut self, tail: &[(&str, Value)]) -> io::Result<()> {
        if self.format != Format::Json {
            return Ok(());
        }
        if self.written == 0 {
            self.begin()?;
            write!(self.out, "]")?;
        } else {
            write!(self.out, "\n  ]")?;
        }
        if self.head.is_none() {
            return writeln!(self.out);
        }
        for (key, value) in tail {
            write!(self.out, ",\n  {}: {value}", Value::from(*key))?;
        }
        writeln!(self.out, "\n}}")
    }

    fn begin_next(&mut self) -> io::Result<()> {
        if self.written > 0 {
            return writeln!(self.out, ",");
        }
        self.begin()?;
        writeln!(self.out)
    }

    fn begin(&mut self) -> io::Result<()> {
        let Some(head) = &self.head else { return write!(self.out, "[") };
        writeln!(self.out, "{{")?;
        for (key, value) in head {
            writeln!(self.out, "  {}: {value},", Value::from(key.as_str()))?;
        }
        write!(self.out, "  \"rows\": [")
    }
}

/// A writer that takes lines of JSON, as ndjson has them, and pushes each into a document.
pub struct Lines<'d, 'a> {
    document: &'d mut DocumentWriter<'a>,
    /// The line read so far.
    line: Vec<u8>,
}

impl<'d, 'a> Lines<'d, 'a> {
    /// A writer of lines into `document`.
    pub fn into(document: &'d mut DocumentWriter<'a>) -> Self {
        Self { document, line: Vec::new() }
    }
}

impl Write for Lines<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.line.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.line);
                self.document.push(&serde_json::from_slice(&line)?)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.document.flush()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(values: &[Value]) {
        let context = [("log", json!("L"))];
        for format in [Format::Json, Format::Ndjson] {
            let mut out = Vec::new();
            let mut document = DocumentWriter::new("acquaint.test.v1", &context, format, &mut out);
            values.iter().try_for_each(|value| document.push(value)).expect("writing to memory succeeds");
            document.end(&[("complete", json!(true))]).expect("writing to memory succeeds");
            let text = String::from_utf8(out).expect("text");
            if format == Format::Json {
                let read: Value = serde_json::from_str(&text).expect("one document");
                let expected =
                    json!({ "schema": "acquaint.test.v1", "log": "L", "rows": values, "complete": true });
                assert_eq!(read, expected);
            } else {
                let read: Vec<Value> =
                    text.lines().map(|line| serde_json::from_str(line).expect("a value a line")).collect();
                assert_eq!(read, values);
            }
        }
    }

    #[test]
    fn any_number_of_values_makes_one_document() {
        check(&[]);
        check(&[json!({ "a": "x\ny" })]);
        check(&[json!({ "a": [1, 2] }), json!({}), json!("\u{2028}")]);
    }

    #[test]
    fn an_array_without_values_is_empty() {
        let mut out = Vec::new();
        DocumentWriter::array(Format::Json, &mut out).end(&[]).expect("writing to memory succeeds");
        assert_eq!(out, b"[]\n");
    }
}
