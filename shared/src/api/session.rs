//! `GET /v1/session`, `POST /v1/session/reauthenticate`, `DELETE /v1/session`, `DELETE /v1/sessions`, `GET /v1/members`.

use serde::{Deserialize, Serialize};

/// Who is signed in, and what the console needs to act for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    /// The person.
    pub user: UserView,
    /// Their organization.
    pub organization: OrganizationView,
    /// Sent back as `X-CSRF-Token` with every change.
    pub csrf_token: String,
    /// The issuer, for building URLs: `http://127.0.0.1:8080`.
    pub issuer: String,
    /// When the password was last given; changes of secrets ask again 15 minutes after.
    pub authenticated_at: String,
    /// When the session ends at the latest.
    pub expires_at: String,
    /// The server's clock at this answer.
    pub server_time: String,
}

/// A member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserView {
    /// Bare ULID; `sub` in introspection.
    pub id: String,
    /// Sign-in address.
    pub email: String,
    /// Name for people.
    pub display_name: String,
    /// `owner`, `admin`, `member`.
    pub role: Role,
}

/// The tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationView {
    /// Bare ULID.
    pub id: String,
    /// Name for people.
    pub name: String,
}

/// What a member may do. Owners and admins manage everything; members see all of it, register and edit
/// applications and agents, and revoke what they delegated themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, works, revokes their own.
    Member,
    /// Also rotates and revokes what others made.
    Admin,
    /// Also manages members.
    Owner,
}

impl Role {
    /// The wire word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::Admin => "admin",
            Role::Owner => "owner",
        }
    }

    /// Reads the wire word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Role::Member, Role::Admin, Role::Owner].into_iter().find(|role| role.as_str() == word)
    }
}

/// `POST /v1/session/reauthenticate`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reauthenticate {
    /// The signed-in person's password.
    pub password: String,
}
