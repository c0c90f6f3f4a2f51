//! `/v1/members`.

use super::{Answer, Api};
use hasp_protocol::api::session::UserView;

/// The members of the organization as far as one page goes, for showing names instead of ids.
pub fn names(api: Api) -> Answer<Vec<UserView>> {
    api.get("/v1/members?limit=200".into())
}
