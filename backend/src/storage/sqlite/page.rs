//! Newest-first pages: a cursor is the last row's key, so that rows which arrive meanwhile shift nothing.

use crate::storage::PageRequest;
use hasp_protocol::api::Page;
use hasp_protocol::identifier::is_ulid;
use hasp_protocol::limits::PAGE_MAX;

/// Sorts after every ULID and every client id.
const AFTER_ALL: &str = "~";

/// Where a page of rows keyed by text begins.
pub(super) struct Start {
    /// Rows are smaller than this.
    pub(super) before: String,
    /// One more than the page holds, to see whether another follows.
    pub(super) fetch: i64,
}

/// Reads the request for rows whose key is `prefix` and a ULID; `None` for a cursor that no page ever gave.
pub(super) fn start(page: &PageRequest, prefix: &str) -> Option<Start> {
    let fetch = i64::from(rows(page)) + 1;
    let before = match &page.cursor {
        None => AFTER_ALL.to_owned(),
        Some(cursor) if cursor.strip_prefix(prefix).is_some_and(is_ulid) => cursor.clone(),
        Some(_) => return None,
    };
    Some(Start { before, fetch })
}

/// How many rows the page holds, within 1-200.
pub(super) fn rows(page: &PageRequest) -> u32 {
    page.limit.clamp(1, PAGE_MAX)
}

/// Cuts what was fetched to the page and names the next one.
pub(super) fn finish<T>(mut items: Vec<T>, page: &PageRequest, cursor: impl Fn(&T) -> String) -> Page<T> {
    let rows = rows(page) as usize;
    let more = items.len() > rows;
    items.truncate(rows);
    let next_cursor = if more { items.last().map(cursor) } else { None };
    Page { items, next_cursor }
}

/// What an unknown cursor gives.
pub(super) fn empty<T>() -> Page<T> {
    Page { items: Vec::new(), next_cursor: None }
}
