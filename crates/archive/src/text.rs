//! From bytes to text: byte order marks, UTF-16, and bytes that are not text.

use std::borrow::Cow;

use crate::problem::ExportProblem;

/// The text of a file, without a byte order mark.
pub(crate) fn decoded<'a>(file: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, ExportProblem> {
    let utf_16 = match bytes {
        [0xff, 0xfe, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xfe, 0xff, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = utf_16 {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        let what = "is not complete UTF-16 text; download the export again";
        return text.map(Cow::Owned).map_err(|_| ExportProblem::of(file, what));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let before = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = before.matches('\n').count() as u32 + 1;
        let column = before.chars().rev().take_while(|c| *c != '\n').count() as u32 + 1;
        let what = "this is not UTF-8 text: another program has saved the file again; ask the network for a fresh export";
        ExportProblem::at(file, line, column, what)
    })
}
