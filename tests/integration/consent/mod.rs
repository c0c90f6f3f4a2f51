//! `GET` and `POST /v1/oauth/consent`: the page, the decision, the record.

mod page;
mod post;
mod record;
