//! The browser's clock and its way of writing times.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// Milliseconds since 1970.
pub fn now_milliseconds() -> f64 {
    Date::now()
}

/// Reads an ISO 8601 time; `None` when it is none.
pub fn parse_milliseconds(iso: &str) -> Option<f64> {
    let milliseconds = Date::parse(iso);
    milliseconds.is_finite().then_some(milliseconds)
}

/// Writes a time as ISO 8601 in UTC, to the second.
pub fn to_iso(milliseconds: f64) -> String {
    let text = String::from(Date::new(&JsValue::from_f64(milliseconds)).to_iso_string());
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

/// Writes a time in the person's own zone and language, to the second.
pub fn to_local(milliseconds: f64) -> String {
    String::from(Date::new(&JsValue::from_f64(milliseconds)).to_locale_string("default", &JsValue::UNDEFINED))
}
