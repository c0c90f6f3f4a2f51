//! Element ids that join labels, hints and errors to their controls.

use std::cell::Cell;

thread_local! {
    static NEXT: Cell<u32> = const { Cell::new(0) };
}

/// An id that no other element of this page has; counted, so that it holds still between visits.
pub fn next(prefix: &str) -> String {
    let number = NEXT.with(|next| next.replace(next.get() + 1));
    format!("{prefix}-{number}")
}
