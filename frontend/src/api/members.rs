//! `/v1/members`.

use super::{Api, ApiProblem};
use hasp_protocol::api::Page;
use hasp_protocol::api::session::UserView;

/// The members of the organization.
pub async fn list(api: Api) -> Result<Page<UserView>, ApiProblem> {
    api.list("/v1/members?limit=200").await
}
