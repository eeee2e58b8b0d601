//! The verdict as a badge: a picture in SVG, and the JSON that the badge services read from an address
//! (<https://shields.io/badges/endpoint-badge>).
//!
//! A badge is not a score. It says how many rules are not met, of those that matter most.

use openly_rules::value::Severity;
use serde_json::json;

use crate::Report;

const LABEL: &str = "openly";

/// Colours on which white text has a contrast of at least 4.5 to 1.
const GREEN: &str = "#00703c";
const AMBER: &str = "#8a5a00";
const RED: &str = "#b10e1e";

fn verdict(report: &Report) -> (String, &'static str) {
    let count = |severity| report.failing(severity).count();
    match (count(Severity::Required), count(Severity::Recommended)) {
        (0, 0) => ("nothing missing".to_owned(), GREEN),
        (0, n) => (format!("{n} recommended missing"), AMBER),
        (n, _) => (format!("{n} required missing"), RED),
    }
}

/// The badge as a picture.
pub fn svg(report: &Report) -> String {
    let (message, colour) = verdict(report);
    let (left, right) = (width(LABEL), width(&message));
    let (all, left_middle, right_middle) = (left + right, left / 2, left + right / 2);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="20" role="img" aria-label="{LABEL}: {message}">
<title>{LABEL}: {message}</title>
<rect width="{left}" height="20" fill="#3d3d3d"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">
<text x="{left_middle}" y="14">{LABEL}</text>
<text x="{right_middle}" y="14">{message}</text>
</g>
</svg>
"##
    )
}

/// The badge as JSON for a badge service.
pub fn endpoint(report: &Report) -> String {
    let (message, colour) = verdict(report);
    let badge = json!({ "schemaVersion": 1, "label": LABEL, "message": message, "color": colour });
    format!("{badge:#}\n")
}

/// About how wide a text is in 11 pixels, with a margin at both sides. The texts are ours, in plain letters and digits.
fn width(text: &str) -> usize {
    let tenths: usize = text
        .chars()
        .map(|c| match c {
            'i' | 'l' | ' ' => 35,
            'm' | 'w' => 100,
            'r' | 's' | 't' | 'f' => 50,
            _ => 70,
        })
        .sum();
    tenths / 10 + 14
}
