//! HASP's authorization server: OAuth 2.1 with PKCE and Rich Authorization Requests.
//!
//! `oauth/` answers the protocol's endpoints, `control/` the JSON API of console and API keys, `page/` draws sign-in,
//! set-up and errors, `resource/` is what tokens are used on, `guard/` stands before all of them. Decisions that need
//! no store live in the `hasp-protocol` crate; what is kept lives behind [`storage::Store`].

#![expect(missing_docs, reason = "fields of records and variants of outcomes are named after what they hold")]

pub mod audit;
pub mod clock;
pub mod command;
pub mod config;
pub mod console_assets;
pub mod control;
pub mod demo;
pub mod failure;
pub mod guard;
pub mod health;
pub mod oauth;
pub mod page;
pub mod random;
pub mod resource;
pub mod router;
pub mod sentence;
pub mod serve;
pub mod state;
pub mod storage;
pub mod telemetry;
