//! Charts as inline SVG.

use std::fmt::Write as _;

/// One part of a bar.
pub(super) struct Part {
    /// Its class in the page's style sheet.
    pub(super) class: &'static str,
    /// What it stands for.
    pub(super) label: &'static str,
    pub(super) value: u64,
}

const BAR_HEIGHT: usize = 14;
const ROW_HEIGHT: usize = 42;
const TEXT_Y: usize = 14;
const BAR_Y: usize = 20;
/// The least that something takes of the width, in percent.
const SOMETHING: f64 = 0.4;

/// Bars of parts side by side, one a row, all to the scale of the longest. Each row says its name and its number above
/// the bar; widths are percentages, so that the text keeps its size on every screen.
pub(super) fn bars(title: &str, rows: &[(String, Vec<Part>)]) -> String {
    let total = |parts: &[Part]| parts.iter().map(|part| part.value).sum::<u64>();
    let longest = rows.iter().map(|(_, parts)| total(parts)).max().unwrap_or(0).max(1);
    let height = rows.len() * ROW_HEIGHT;
    let mut svg =
        format!("<svg role=\"img\" width=\"100%\" height=\"{height}\"><title>{}</title>", escaped(title));
    for (row, (label, parts)) in rows.iter().enumerate() {
        let (text_y, y) = (row * ROW_HEIGHT + TEXT_Y, row * ROW_HEIGHT + BAR_Y);
        let mut x = 0.0;
        let _ = write!(svg, "<text x=\"0\" y=\"{text_y}\">{}: {}</text>", escaped(label), total(parts));
        for part in parts.iter().filter(|part| part.value > 0) {
            let width = (100.0 * part.value as f64 / longest as f64).max(SOMETHING).min(100.0 - x);
            let Part { class, label, value } = part;
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{x:.1}%\" y=\"{y}\" width=\"{width:.1}%\" height=\"{BAR_HEIGHT}\">\
                 <title>{label}: {value}</title></rect>"
            );
            x += width;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// A text for HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_place_in_the_page() {
        assert_eq!(escaped("<b a=\"x\">'&"), "&lt;b a=&quot;x&quot;&gt;&#39;&amp;");
    }

    #[test]
    fn the_longest_bar_takes_all_the_room_and_the_others_their_share() {
        let part = |value| vec![Part { class: "good", label: "good", value }];
        let svg =
            bars("t", &[("a".to_owned(), part(50)), ("b".to_owned(), part(100)), ("c".to_owned(), part(0))]);
        assert!(svg.contains("width=\"100.0%\"") && svg.contains("width=\"50.0%\""), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 2);
    }
}
