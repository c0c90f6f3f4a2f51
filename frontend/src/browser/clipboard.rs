//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Copies text; false when the browser refuses (no permission, or no secure context).
pub async fn copy(text: &str) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let navigator: wasm_bindgen::JsValue = window.navigator().into();
    // `navigator.clipboard` is undefined on plain http other than loopback.
    let offered =
        js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|found| !found.is_undefined());
    offered && JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}
