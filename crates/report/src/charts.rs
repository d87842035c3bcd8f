//! Charts as inline SVG, each with its numbers as text for people who cannot see it.

use maud::{Markup, html};

const WIDTH: u32 = 720;
const BAR_HEIGHT: u32 = 22;
const LABEL_WIDTH: u32 = 230;
const COLUMNS_HEIGHT: u32 = 140;
const STACK_HEIGHT: usize = 42;
const STACK_TEXT_Y: usize = 14;
const STACK_BAR_Y: usize = 20;
const STACK_BAR_HEIGHT: usize = 14;
/// Minimum width of a part that is not zero, in percent of the longest bar.
const SOMETHING_PERCENT: f64 = 0.4;

/// One bar of a chart.
pub struct Bar {
    /// What it represents.
    pub label: String,
    /// Length of the bar.
    pub count: u32,
    /// Name of its colour class in the stylesheet.
    pub kind: &'static str,
}

/// A row of [`stacked`]: its name, and its parts from left to right.
pub type Stack = (String, Vec<BarPart>);

/// One part of a bar.
pub struct BarPart {
    /// Name of its colour class in the stylesheet.
    pub kind: &'static str,
    /// What it represents.
    pub label: &'static str,
    /// Length of the part.
    pub count: u64,
}

/// Horizontal bars with a label on the left and the number on the right.
pub fn bars(title: &str, bars: &[Bar]) -> Markup {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let height = BAR_HEIGHT * bars.len() as u32 + 4;
    let room = WIDTH - LABEL_WIDTH - 70;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {height}")) role="img" aria-label=(described(title, bars)) {
            @for (index, bar) in bars.iter().enumerate() {
                @let top = BAR_HEIGHT * index as u32;
                @let width = scaled(bar.count, most, room);
                text x=(LABEL_WIDTH - 8) y=(top + 16) text-anchor="end" { (bar.label) }
                rect class=(bar.kind) x=(LABEL_WIDTH) y=(top + 3) width=(width) height=(BAR_HEIGHT - 6) rx="2" {}
                text x=(LABEL_WIDTH + width + 6) y=(top + 16) { (bar.count) }
            }
        }
    }
}

/// Columns over time, with a line at `limit` unless that is more than twice as high as the highest column.
pub fn columns(title: &str, bars: &[Bar], limit: Option<u32>) -> Markup {
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or(0).max(1);
    let limit = limit.filter(|limit| *limit <= most * 2);
    let top = most.max(limit.unwrap_or(0));
    let step = (WIDTH - 40) as f32 / bars.len().max(1) as f32;
    html! {
        svg viewBox=(format!("0 0 {WIDTH} {}", COLUMNS_HEIGHT + 24)) role="img" aria-label=(described(title, bars)) {
            @for (index, bar) in bars.iter().enumerate() {
                @let height = scaled(bar.count, top, COLUMNS_HEIGHT - 10);
                rect class=(bar.kind) x=(format!("{:.1}", 36.0 + step * index as f32))
                    y=(COLUMNS_HEIGHT - height) width=(format!("{:.1}", (step - 1.0).max(0.5))) height=(height) {
                    title { (bar.label) ": " (bar.count) }
                }
            }
            @if let Some(limit) = limit {
                @let y = COLUMNS_HEIGHT - scaled(limit, top, COLUMNS_HEIGHT - 10);
                line class="limit" x1="36" x2=(WIDTH) y1=(y) y2=(y) {}
                text x="0" y=(y + 4) { (limit) }
            }
            text x="0" y=(COLUMNS_HEIGHT - scaled(most, top, COLUMNS_HEIGHT - 10) + 4) { @if limit != Some(most) { (most) } }
            @if let (Some(first), Some(last)) = (bars.first(), bars.last()) {
                text x="36" y=(COLUMNS_HEIGHT + 18) { (first.label) }
                @if bars.len() > 1 {
                    text x=(WIDTH) y=(COLUMNS_HEIGHT + 18) text-anchor="end" { (last.label) }
                }
            }
        }
    }
}

/// Stacked bars, one per row, all to the scale of the longest. Each row has its name and its total above the bar;
/// widths are percentages, so that the text keeps its size on every screen.
pub fn stacked(title: &str, rows: &[Stack]) -> Markup {
    let total = |parts: &[BarPart]| parts.iter().map(|part| part.count).sum::<u64>();
    let longest = rows.iter().map(|(_, parts)| total(parts)).max().unwrap_or(0).max(1);
    html! {
        svg role="img" width="100%" height=(rows.len() * STACK_HEIGHT) {
            title { (title) }
            @for (row, (label, parts)) in rows.iter().enumerate() {
                @let top = row * STACK_HEIGHT;
                text x="0" y=(top + STACK_TEXT_Y) { (label) ": " (total(parts)) }
                @for (x, width, part) in side_by_side(parts, longest) {
                    rect class=(part.kind) x=(format!("{x:.1}%")) y=(top + STACK_BAR_Y)
                        width=(format!("{width:.1}%")) height=(STACK_BAR_HEIGHT) {
                        title { (part.label) ": " (part.count) }
                    }
                }
            }
        }
    }
}

/// The parts that are not zero, each with its start and its width, in percent of the longest bar.
fn side_by_side<'a>(parts: &'a [BarPart], longest: u64) -> Vec<(f64, f64, &'a BarPart)> {
    let mut x = 0.0;
    let placed = |part: &'a BarPart| {
        let width = (100.0 * part.count as f64 / longest as f64).max(SOMETHING_PERCENT).min(100.0 - x);
        let start = x;
        x += width;
        (start, width, part)
    };
    parts.iter().filter(|part| part.count > 0).map(placed).collect()
}

fn scaled(count: u32, most: u32, room: u32) -> u32 {
    let width = u64::from(count) * u64::from(room) / u64::from(most.max(1));
    // A count above zero stays visible.
    if count > 0 { (width as u32).max(2) } else { 0 }
}

/// The chart as text: its title, and the first dozen of its numbers.
fn described(title: &str, bars: &[Bar]) -> String {
    let shown: Vec<String> = bars.iter().take(12).map(|bar| format!("{} {}", bar.label, bar.count)).collect();
    let more = if bars.len() > 12 { ", and more" } else { "" };
    format!("{title}: {}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, count: u64) -> Stack {
        (name.to_owned(), vec![BarPart { kind: "good", label: "good", count }])
    }

    #[test]
    fn a_name_cannot_inject_markup() {
        let svg = stacked("<b>", &[row("<i a=\"x\">&", 1)]).into_string();
        assert!(svg.contains("<title>&lt;b&gt;</title>"), "{svg}");
        assert!(svg.contains("&lt;i a=&quot;x&quot;&gt;&amp;: 1</text>"), "{svg}");
        let bar = Bar { label: "\"><i>".to_owned(), count: 1, kind: "good" };
        let svg = bars("t", &[bar]).into_string();
        assert!(svg.contains("aria-label=\"t: &quot;&gt;&lt;i&gt; 1\""), "{svg}");
    }

    #[test]
    fn the_longest_bar_is_as_wide_as_the_chart_and_the_others_are_proportional() {
        let svg = stacked("t", &[row("a", 50), row("b", 100), row("c", 0)]).into_string();
        assert!(svg.contains("width=\"100.0%\"") && svg.contains("width=\"50.0%\""), "{svg}");
        assert_eq!(svg.matches("<rect").count(), 2);
    }
}
