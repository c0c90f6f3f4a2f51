//! What the tests are made of: a server of their own, actors that use it over real sockets, and a real browser.
//!
//! | module | gives |
//! | --- | --- |
//! | [`server`] | a server in this process, on a free port, over a SQLite file of its own, with a clock to move |
//! | [`binary`] | the `hasp` binary as a process: commands, a server to kill |
//! | [`actors`] | Visitor, User, Developer, key holder, client, resource server |
//! | [`flow`] | the shortest correct path to a consent page, a code, a token |
//! | [`expect`] | assertions on errors, pages, redirects, headers |
//! | [`browser`] | headless Chromium that fails on console errors |
//! | [`callback`] | a listener in the place of a redirect URI |
//! | [`dev_server`] | `trunk serve`, as for work on the console |
//!
//! Two test targets use it: `integration` (HTTP) and `browser`. A test's first comment names the requirements and
//! checklist lines that it holds: `// R41, checklist 8`.

pub mod actors;
pub mod binary;
pub mod browser;
pub mod callback;
pub mod dev_server;
pub mod expect;
pub mod flow;
pub mod html;
pub mod http;
pub mod server;
pub mod until;

/// How often something random is tried: `HASP_TEST_FULL` asks for twenty times as much.
#[must_use]
pub fn repetitions(usual: usize) -> usize {
    if std::env::var_os("HASP_TEST_FULL").is_some() { usual * 20 } else { usual }
}
