//! Moments, written as people say them, with the exact time at hand.

use crate::browser::clock;
use leptos::prelude::*;

const MINUTE: f64 = 60.0;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;

/// Writes a distance in time; negative seconds lie in the past.
pub fn relative(seconds: f64) -> String {
    let distance = seconds.abs();
    let (amount, unit) = match distance {
        _ if distance < 45.0 => return if seconds > 0.0 { "in a moment".into() } else { "just now".into() },
        _ if distance < 45.0 * MINUTE => ((distance / MINUTE).round(), "minute"),
        _ if distance < 22.0 * HOUR => ((distance / HOUR).round(), "hour"),
        _ if distance < 60.0 * DAY => ((distance / DAY).round(), "day"),
        _ if distance < 700.0 * DAY => ((distance / (30.4 * DAY)).round(), "month"),
        _ => ((distance / (365.25 * DAY)).round(), "year"),
    };
    let amount = amount.max(1.0);
    let plural = if amount > 1.0 { "s" } else { "" };
    if seconds > 0.0 { format!("in {amount} {unit}{plural}") } else { format!("{amount} {unit}{plural} ago") }
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
            let text = relative((moment - clock::now_milliseconds()) / 1_000.0);
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
            (-3.0, "just now"),
            (3.0, "in a moment"),
            (-60.0, "1 minute ago"),
            (-44.0 * 60.0, "44 minutes ago"),
            (-50.0 * 60.0, "1 hour ago"),
            (8.0 * 3600.0, "in 8 hours"),
            (-23.0 * 3600.0, "1 day ago"),
            (-59.0 * 86_400.0, "59 days ago"),
            (30.0 * 86_400.0, "in 30 days"),
            (-100.0 * 86_400.0, "3 months ago"),
            (-800.0 * 86_400.0, "2 years ago"),
        ] {
            assert_eq!(relative(seconds), expected, "{seconds} seconds");
        }
    }
}
