//! `/v1/session` and `/v1/sessions`.

use super::{Answer, Api};
use hasp_protocol::api::session::{Reauthenticate, SessionView};

/// Who is signed in.
pub fn read(api: Api) -> Answer<SessionView> {
    api.get("/v1/session".into())
}

/// Gives the password again, so that secrets may be changed for the next 15 minutes; the answer is a renewed session
/// with a token of its own against forged requests.
pub fn reauthenticate(api: Api, password: String) -> Answer<SessionView> {
    api.post("/v1/session/reauthenticate".into(), &Reauthenticate { password })
}

/// Ends this session.
pub fn sign_out(api: Api) -> Answer<()> {
    api.delete("/v1/session")
}

/// Ends every session of the person.
pub fn sign_out_everywhere(api: Api) -> Answer<()> {
    api.delete("/v1/sessions")
}
