//! Turns the protocol crate's lower-case phrases into sentences for people.

/// Capital at the beginning, full stop at the end; a name of a parameter at the beginning stays as it is.
#[must_use]
pub fn sentence(phrase: &str) -> String {
    let phrase = phrase.trim_end_matches('.');
    let first_word = phrase.split(' ').next().unwrap_or_default();
    if !first_word.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return format!("{phrase}.");
    }
    let (first, rest) = phrase.split_at(phrase.len().min(1));
    format!("{}{rest}.", first.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_become_sentences_and_names_stay() {
        assert_eq!(sentence("the code is unknown"), "The code is unknown.");
        assert_eq!(sentence("client_id is missing"), "client_id is missing.");
        assert_eq!(sentence("Already one."), "Already one.");
        assert_eq!(sentence(""), ".");
    }
}
