//! Numbers as people say them.

/// How many credentials, in words.
pub fn credentials(count: u64) -> String {
    match count {
        0 => "no active credential".to_owned(),
        1 => "1 active credential".to_owned(),
        _ => format!("{count} active credentials"),
    }
}

/// What a revocation ended, as a sentence.
pub fn ended(count: u64) -> String {
    match count {
        0 => "No credential was active.".to_owned(),
        1 => "1 credential ended.".to_owned(),
        _ => format!("{count} credentials ended."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    #[wasm_bindgen_test]
    fn none_one_and_many_read_as_words() {
        assert_eq!(
            [0, 1, 2].map(credentials),
            ["no active credential", "1 active credential", "2 active credentials"]
        );
        assert_eq!(
            [0, 1, 2].map(ended),
            ["No credential was active.", "1 credential ended.", "2 credentials ended."]
        );
    }
}
