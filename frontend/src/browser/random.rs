//! The browser's cryptographic random generator.

/// Random bytes; `None` when the browser has no generator, which no browser with WebAssembly lacks.
pub fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    web_sys::window()?.crypto().ok()?.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}
