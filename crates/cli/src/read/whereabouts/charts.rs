//! Charts as inline SVG, drawn from numbers, each with its numbers in words for those who do not see it.

use maud::{Markup, PreEscaped, html};

const WIDTH: u32 = 720;
const BAR_HEIGHT: u32 = 22;
const LABEL_WIDTH: u32 = 230;
const COLUMNS_HEIGHT: u32 = 140;

/// One bar of a chart.
pub(super) struct Bar {
    pub(super) label: String,
    pub(super) count: u32,
    /// The name of its colour in the stylesheet.
    pub(super) kind: &'static str,
}

/// Horizontal bars with labels before and numbers behind them.
pub(super) fn bars(title: &str, bars: &[Bar]) -> Markup {
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

/// Columns over time, with a line at `limit` where the columns come near it.
pub(super) fn columns(title: &str, bars: &[Bar], limit: Option<u32>) -> Markup {
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

fn scaled(count: u32, most: u32, room: u32) -> u32 {
    let width = u64::from(count) * u64::from(room) / u64::from(most.max(1));
    // Something is not nothing.
    if count > 0 { (width as u32).max(2) } else { 0 }
}

/// The chart in words: what it shows, and its numbers, the first dozen of them.
fn described(title: &str, bars: &[Bar]) -> String {
    let shown: Vec<String> = bars.iter().take(12).map(|bar| format!("{} {}", bar.label, bar.count)).collect();
    let more = if bars.len() > 12 { ", and more" } else { "" };
    format!("{title}: {}{more}", shown.join(", "))
}

/// Light and dark, narrow and wide, on paper: no more than a page needs.
pub(super) const STYLE: PreEscaped<&str> = PreEscaped(include_str!("page.css"));
