//! `/v1/session` and `/v1/sessions`.

use super::{Api, ApiProblem};
use hasp_protocol::api::session::{Reauthenticate, SessionView};

/// Who is signed in.
pub async fn read(api: Api) -> Result<SessionView, ApiProblem> {
    api.get("/v1/session").await
}

/// Gives the password again, so that secrets may be changed for the next 15 minutes; the answer is a renewed session
/// with a token of its own against forged requests.
pub async fn reauthenticate(api: Api, password: String) -> Result<SessionView, ApiProblem> {
    api.post("/v1/session/reauthenticate", &Reauthenticate { password }).await
}

/// Ends this session.
pub async fn sign_out(api: Api) -> Result<(), ApiProblem> {
    api.delete("/v1/session").await
}

/// Ends every session of the person.
pub async fn sign_out_everywhere(api: Api) -> Result<(), ApiProblem> {
    api.delete("/v1/sessions").await
}
