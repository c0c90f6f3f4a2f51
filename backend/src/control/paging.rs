//! `cursor` and `limit` of lists: newest first, 1-200 rows, 50 when not said.

use super::failure::ApiFailure;
use crate::sentence::sentence;
use crate::storage::PageRequest;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hasp_protocol::Problem;
use hasp_protocol::limits::{PAGE_DEFAULT, PAGE_MAX};
use hasp_protocol::parameters::Parameters;

/// The query of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct ListQuery(Parameters);

impl<S: Sync> FromRequestParts<S> for ListQuery {
    type Rejection = ApiFailure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiFailure> {
        Ok(ListQuery(Parameters::parse(parts.uri.query().unwrap_or_default())))
    }
}

impl ListQuery {
    /// One parameter, at most once; empty counts as absent.
    ///
    /// # Errors
    /// When it is repeated or wrongly encoded.
    pub fn get(&self, name: &'static str) -> Result<Option<&str>, ApiFailure> {
        self.0
            .single(name)
            .map_err(|problem: Problem| ApiFailure::invalid(name, sentence(&problem.public_text())))
    }

    /// Which slice is asked for.
    ///
    /// # Errors
    /// When `limit` is no number from 1 to 200.
    pub fn page(&self) -> Result<PageRequest, ApiFailure> {
        let limit = match self.get("limit")? {
            None => PAGE_DEFAULT,
            Some(text) => {
                text.parse().ok().filter(|limit| (1..=PAGE_MAX).contains(limit)).ok_or_else(|| {
                    ApiFailure::invalid("limit", format!("limit is a number from 1 to {PAGE_MAX}."))
                })?
            }
        };
        Ok(PageRequest { limit, cursor: self.get("cursor")?.map(str::to_owned) })
    }
}
