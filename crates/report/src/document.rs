//! Many values as one document, each written as soon as it is known.

use std::io::{self, Write};

use serde_json::{Map, Value};

use crate::format::{Format, object};

/// The text before each line of an element of an indented document.
const INDENT: &str = "    ";

/// Writes values one after the other: as ndjson one a line; as JSON the elements of one document, which is valid only
/// after [`end`](Self::end), however many values came before.
pub struct DocumentWriter<'a> {
    out: &'a mut dyn Write,
    format: Format,
    /// The text before the values; `None` for a bare array.
    head: Option<Map<String, Value>>,
    written: usize,
}

impl<'a> DocumentWriter<'a> {
    /// An object of this schema, whose values are its `rows`.
    pub fn new(schema: &str, context: &[(&str, Value)], format: Format, out: &'a mut dyn Write) -> Self {
        let context = context.iter().map(|(key, value)| ((*key).to_owned(), value.clone()));
        let head = std::iter::once(("schema".to_owned(), schema.into())).chain(context).collect();
        Self { out, format, head: Some(head), written: 0 }
    }

    /// A bare array, for a format that is laid down elsewhere.
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

    /// Passes on what has been written so far.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Ends the document, with `tail` after the values, where they are those of an object.
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

/// Takes lines of JSON, as a writer of ndjson writes them, into a document.
pub struct Lines<'d, 'a> {
    document: &'d mut DocumentWriter<'a>,
    begun: Vec<u8>,
}

impl<'d, 'a> Lines<'d, 'a> {
    /// Lines that are written into `document`.
    pub fn into(document: &'d mut DocumentWriter<'a>) -> Self {
        Self { document, begun: Vec::new() }
    }
}

impl Write for Lines<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun.extend_from_slice(part);
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.begun);
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
            values.iter().try_for_each(|value| document.push(value)).expect("memory takes everything");
            document.end(&[("complete", json!(true))]).expect("memory takes everything");
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
    fn any_number_of_values_is_one_document() {
        check(&[]);
        check(&[json!({ "a": "x\ny" })]);
        check(&[json!({ "a": [1, 2] }), json!({}), json!("\u{2028}")]);
    }

    #[test]
    fn an_array_without_values_is_an_array() {
        let mut out = Vec::new();
        DocumentWriter::array(Format::Json, &mut out).end(&[]).expect("memory takes everything");
        assert_eq!(out, b"[]\n");
    }
}
