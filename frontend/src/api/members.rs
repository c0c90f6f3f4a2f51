//! `/v1/members`.

use super::{Answer, Api};
use hasp_protocol::api::Page;
use hasp_protocol::api::session::UserView;

/// The members of the organization.
pub fn list(api: Api) -> Answer<Page<UserView>> {
    api.list("/v1/members?limit=200", None)
}
