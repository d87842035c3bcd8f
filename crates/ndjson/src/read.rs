//! Reads a file of records, part by part.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom};
use std::path::Path;

use acquaint_domain::{FilePrefix, Timestamp};
use acquaint_engine::ImportBatch;

use crate::LINE_LEN_MAX;
use crate::error::RecordError;
use crate::record;

/// The most records in a part.
const PART_RECORDS_MAX: usize = 4_096;
/// A part ends after the line with which it reaches this length, in bytes.
const PART_LEN: u64 = 512 << 10;

/// U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A reader of a file of records.
pub struct RecordReader {
    file: BufReader<File>,
    len: u64,
    as_of: Timestamp,
    /// How far the file has been read.
    here: FilePrefix,
    hasher: blake3::Hasher,
    /// The prefix of the file that precedes the next part; `None` for the first part.
    follows: Option<FilePrefix>,
    /// The error that cut the last part short, for the next call to return.
    failed: Option<RecordError>,
    line: Vec<u8>,
}

impl RecordReader {
    /// Opens a file and reads its first line.
    ///
    /// # Errors
    /// The file cannot be read, is empty, or has another first line than a file of records.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(RecordError::NotAFile);
        }
        let here = FilePrefix { bytes: 0, lines: 0, records: 0, source: [0; 32] };
        let mut reader = Self {
            file: BufReader::with_capacity(256 << 10, file),
            len: metadata.len(),
            as_of: Timestamp::from_millis(0),
            here,
            hasher: blake3::Hasher::new(),
            follows: None,
            failed: None,
            line: Vec::new(),
        };
        if !reader.next_line()? {
            return Err(RecordError::Empty);
        }
        // Some editors put a byte order mark before the first line. It counts as part of the file's bytes.
        let first = reader.line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&reader.line);
        reader.as_of = record::header(first).map_err(|what| RecordError::Line { line: 1, what })?;
        Ok(reader)
    }

    /// Skips the longest prefix of the file that the log already contains. `known` are the file prefixes in the log, which
    /// are compared by length and hash. Returns the number of records skipped.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn skip(&mut self, known: impl Iterator<Item = FilePrefix>) -> Result<u64, RecordError> {
        let header = self.here;
        let mut known: Vec<FilePrefix> =
            known.filter(|prefix| (header.bytes..=self.len).contains(&prefix.bytes)).collect();
        known.sort_unstable();
        let (mut found, mut hasher, mut hashed) = (None, blake3::Hasher::new(), 0);
        self.file.rewind()?;
        for prefix in known {
            let mut between = (&mut self.file).take(prefix.bytes - hashed);
            std::io::copy(&mut between, &mut hasher)?;
            hashed = prefix.bytes;
            if hasher.finalize().as_bytes() == &prefix.source {
                found = Some((prefix, hasher.clone()));
            }
        }
        if let Some((prefix, hasher)) = found {
            (self.here, self.hasher, self.follows) = (prefix, hasher, Some(prefix));
        }
        self.file.seek(SeekFrom::Start(self.here.bytes))?;
        Ok(self.here.records)
    }

    /// The time as of which the records hold.
    pub fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// The number of bytes read, and the length of the file.
    pub fn progress(&self) -> (u64, u64) {
        (self.here.bytes, self.len)
    }

    /// The next part; `None` after the last. If a line is wrong, this returns the records before it as a part, and the next
    /// call returns the error.
    ///
    /// # Errors
    /// The wrong line, and what is wrong with it.
    pub fn part(&mut self) -> Result<Option<ImportBatch>, RecordError> {
        if let Some(failed) = self.failed.take() {
            return Err(failed);
        }
        let begins = self.here.bytes;
        let mut records = Vec::with_capacity(PART_RECORDS_MAX);
        while records.len() < PART_RECORDS_MAX && self.here.bytes - begins < PART_LEN {
            match self.record() {
                Ok(Some(record)) => {
                    self.here.records += 1;
                    records.push(record);
                }
                Ok(None) => break,
                Err(error) if records.is_empty() => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        if records.is_empty() && self.here.bytes == begins {
            return Ok(None);
        }
        let follows = self.follows;
        let reached = self.failed.is_none().then(|| self.prefix());
        self.follows = reached.or(follows);
        Ok(Some(ImportBatch { follows, as_of: self.as_of, records, up_to: reached }))
    }

    /// The next record, with its line number.
    fn record(&mut self) -> Result<Option<(u64, acquaint_engine::ImportRecord)>, RecordError> {
        loop {
            let line = self.here.lines + 1;
            if !self.next_line()? {
                return Ok(None);
            }
            // The first line is not a record, and blank lines are skipped.
            if line > 1 && !self.line.trim_ascii().is_empty() {
                let record = record::record(&self.line, self.as_of);
                return record
                    .map(|record| Some((line, record)))
                    .map_err(|what| RecordError::Line { line, what });
            }
        }
    }

    /// Reads the next line into `line`; `false` at the end of the file.
    fn next_line(&mut self) -> Result<bool, RecordError> {
        self.line.clear();
        let mut bounded = (&mut self.file).take(LINE_LEN_MAX as u64 + 1);
        let read = bounded.read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        let is_ended = self.line.last() == Some(&b'\n');
        if !is_ended && read > LINE_LEN_MAX {
            let what = format!("it is longer than {LINE_LEN_MAX} bytes; make several records of it");
            return Err(RecordError::Line { line: self.here.lines + 1, what });
        }
        self.hasher.update(&self.line);
        self.here.bytes += read as u64;
        self.here.lines += u64::from(is_ended);
        Ok(true)
    }

    fn prefix(&self) -> FilePrefix {
        FilePrefix { source: *self.hasher.finalize().as_bytes(), ..self.here }
    }
}
