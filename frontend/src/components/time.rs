//! Moments, written as people say them, with the exact time at hand.

use crate::browser::clock;
use leptos::prelude::*;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// Writes a distance in time; negative seconds lie in the past.
pub fn relative(seconds: i64) -> String {
    let distance = seconds.unsigned_abs();
    let rounded = |unit: u64| (distance + unit / 2) / unit;
    let (amount, unit) = match distance {
        0..45 => return if seconds > 0 { "in a moment".into() } else { "just now".into() },
        _ if distance < 45 * MINUTE => (rounded(MINUTE), "minute"),
        _ if distance < 36 * HOUR => (rounded(HOUR), "hour"),
        _ if distance < 60 * DAY => (rounded(DAY), "day"),
        _ if distance < 700 * DAY => (rounded(30 * DAY), "month"),
        _ => (rounded(365 * DAY), "year"),
    };
    let amount = amount.max(1);
    let plural = if amount > 1 { "s" } else { "" };
    if seconds > 0 { format!("in {amount} {unit}{plural}") } else { format!("{amount} {unit}{plural} ago") }
}

/// A moment as a distance from now; the exact local time shows on hover and is in the element's `datetime`.
#[component]
pub fn RelativeTime(
    /// ISO 8601, as the API writes it.
    #[prop(into)]
    iso: String,
) -> impl IntoView {
    match clock::parse_milliseconds(&iso) {
        Some(moment) => {
            let text = relative(((moment - clock::now_milliseconds()) / 1_000.0).round() as i64);
            view! { <time datetime=iso title=clock::to_local(moment)>{text}</time> }.into_any()
        }
        None => iso.into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::relative;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn distances_read_as_people_say_them() {
        for (seconds, expected) in [
            (-3, "just now"),
            (3, "in a moment"),
            (-60, "1 minute ago"),
            (-44 * 60, "44 minutes ago"),
            (-50 * 60, "1 hour ago"),
            (8 * 3_600, "in 8 hours"),
            (24 * 3_600, "in 24 hours"),
            (-47 * 3_600, "2 days ago"),
            (-59 * 86_400, "59 days ago"),
            (30 * 86_400, "in 30 days"),
            (-100 * 86_400, "3 months ago"),
            (-800 * 86_400, "2 years ago"),
        ] {
            assert_eq!(relative(seconds), expected, "{seconds} seconds");
        }
    }
}
