//! `/v1/applications`.

use super::{Answer, Api};
use hasp_protocol::api::Page;
use hasp_protocol::api::application::{
    ApplicationChange, ApplicationCreated, ApplicationRevoked, ApplicationView, NewApplication, RotateSecret,
    SecretRotated, TestIntrospection,
};
use serde_json::{Value, json};

/// One page of the organization's applications, newest first.
pub fn list(api: Api, cursor: Option<String>) -> Answer<Page<Value>> {
    api.list("/v1/applications", cursor.as_deref())
}

/// Registers an application; the answer holds the secret of a confidential one, this once.
pub fn create(api: Api, application: NewApplication) -> Answer<ApplicationCreated> {
    api.post("/v1/applications".into(), &application)
}

/// One application.
pub fn read(api: Api, client_id: String) -> Answer<ApplicationView> {
    api.get(format!("/v1/applications/{client_id}"))
}

/// Edits what may change after registration.
pub fn edit(api: Api, client_id: String, change: ApplicationChange) -> Answer<ApplicationView> {
    api.patch(format!("/v1/applications/{client_id}"), &change)
}

/// Makes a new secret; the old one keeps working for the grace period (R29).
pub fn rotate_secret(api: Api, client_id: String, rotation: RotateSecret) -> Answer<SecretRotated> {
    api.post(format!("/v1/applications/{client_id}/secret/rotate"), &rotation)
}

/// Ends the application for good (R31, R32).
pub fn revoke(api: Api, client_id: String) -> Answer<ApplicationRevoked> {
    api.post(format!("/v1/applications/{client_id}/revoke"), &json!({}))
}

/// What introspection says of a token, asked as this application (RFC 7662).
pub fn introspect(api: Api, client_id: String, token: String) -> Answer<Value> {
    api.post(format!("/v1/applications/{client_id}/introspect"), &TestIntrospection { token })
}
