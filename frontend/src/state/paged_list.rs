//! A list that is fetched page by page.

use crate::api::ApiProblem;
use hasp_protocol::api::Page;

/// Rows fetched so far and what stands between them and the rest.
///
/// Each fresh start gets a generation; an answer of an older generation is dropped, so that a slow page of an old
/// filter never mixes with the rows of a new one.
#[derive(Clone, Debug, PartialEq)]
pub struct PagedList<T> {
    rows: Vec<T>,
    next_cursor: Option<String>,
    generation: u32,
    progress: Progress,
}

/// What is going on.
#[derive(Clone, Debug, PartialEq)]
enum Progress {
    LoadingFirst,
    LoadingMore,
    Idle,
    Failed(ApiProblem),
}

impl<T> Default for PagedList<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), next_cursor: None, generation: 0, progress: Progress::LoadingFirst }
    }
}

impl<T> PagedList<T> {
    /// Begins anew, keeping the old rows in sight; gives the generation to answer with.
    pub fn restart(&mut self) -> u32 {
        self.generation += 1;
        self.progress = Progress::LoadingFirst;
        self.generation
    }

    /// Begins the next page; gives generation and cursor, or `None` when there is none or one is under way.
    pub fn begin_more(&mut self) -> Option<(u32, String)> {
        let is_busy = matches!(self.progress, Progress::LoadingFirst | Progress::LoadingMore);
        let cursor = self.next_cursor.clone().filter(|_| !is_busy)?;
        self.progress = Progress::LoadingMore;
        Some((self.generation, cursor))
    }

    /// Takes an answer in.
    pub fn receive(&mut self, generation: u32, answer: Result<Page<T>, ApiProblem>) {
        if generation != self.generation {
            return;
        }
        match answer {
            Ok(page) => {
                if self.progress == Progress::LoadingFirst {
                    self.rows.clear();
                }
                self.rows.extend(page.items);
                self.next_cursor = page.next_cursor;
                self.progress = Progress::Idle;
            }
            Err(problem) if problem.is_worth_showing() => self.progress = Progress::Failed(problem),
            Err(_) => {}
        }
    }

    /// The rows so far.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// Changes the rows in place, after a change that the server confirmed.
    pub fn edit(&mut self, change: impl FnOnce(&mut Vec<T>)) {
        change(&mut self.rows);
    }

    /// Whether the first page is awaited.
    pub fn is_loading_first(&self) -> bool {
        self.progress == Progress::LoadingFirst
    }

    /// Whether a further page is awaited.
    pub fn is_loading_more(&self) -> bool {
        self.progress == Progress::LoadingMore
    }

    /// Whether a further page exists.
    pub fn has_more(&self) -> bool {
        self.next_cursor.is_some()
    }

    /// What went wrong last.
    pub fn problem(&self) -> Option<&ApiProblem> {
        match &self.progress {
            Progress::Failed(problem) => Some(problem),
            _ => None,
        }
    }

    /// Whether the server said that there is nothing.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.progress == Progress::Idle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_bindgen_test::wasm_bindgen_test;

    fn page(items: &[u8], next_cursor: Option<&str>) -> Result<Page<u8>, ApiProblem> {
        Ok(Page { items: items.to_vec(), next_cursor: next_cursor.map(Into::into) })
    }

    #[wasm_bindgen_test]
    fn pages_are_appended_until_the_last() {
        let mut list = PagedList::default();
        let first = list.restart();
        list.receive(first, page(&[1, 2], Some("next")));
        let (generation, cursor) = list.begin_more().unwrap();
        list.receive(generation, page(&[3], None));

        assert_eq!(cursor, "next");
        assert_eq!(list.rows(), [1, 2, 3]);
        assert_eq!(list.begin_more(), None);
    }

    #[wasm_bindgen_test]
    fn an_answer_to_an_old_filter_is_dropped() {
        let mut list = PagedList::default();
        let old = list.restart();
        let new = list.restart();
        list.receive(new, page(&[9], None));
        list.receive(old, page(&[1, 2], Some("old")));

        assert_eq!(list.rows(), [9]);
        assert!(!list.has_more());
    }

    #[wasm_bindgen_test]
    fn a_restart_replaces_rows_only_when_the_answer_is_there() {
        let mut list = PagedList::default();
        let first = list.restart();
        list.receive(first, page(&[1], None));
        let second = list.restart();
        assert_eq!(list.rows(), [1]);
        list.receive(second, page(&[], None));

        assert!(list.is_empty());
    }

    #[wasm_bindgen_test]
    fn a_failed_further_page_keeps_its_cursor_for_another_try() {
        let mut list = PagedList::default();
        let first = list.restart();
        list.receive(first, page(&[1], Some("next")));
        let (generation, _) = list.begin_more().unwrap();
        list.receive(generation, Err(ApiProblem::Unreachable));

        assert_eq!(list.problem(), Some(&ApiProblem::Unreachable));
        assert_eq!(list.begin_more(), Some((generation, "next".to_owned())));
    }
}
