//! `/v1/applications`.

use super::{Api, ApiProblem};
use hasp_protocol::api::Page;
use hasp_protocol::api::application::{
    ApplicationChange, ApplicationCreated, ApplicationRevoked, ApplicationView, NewApplication, RotateSecret,
    SecretRotated, TestIntrospection,
};
use serde_json::{Value, json};

/// One page of the organization's applications, newest first.
pub async fn list(api: Api, cursor: Option<String>) -> Result<Page<ApplicationView>, ApiProblem> {
    api.list(&super::client::page_of("/v1/applications", cursor.as_deref())).await
}

/// Registers an application; the answer holds the secret of a confidential one, this once.
pub async fn create(api: Api, application: NewApplication) -> Result<ApplicationCreated, ApiProblem> {
    api.post("/v1/applications", &application).await
}

/// One application.
pub async fn read(api: Api, client_id: String) -> Result<ApplicationView, ApiProblem> {
    api.get(&format!("/v1/applications/{client_id}")).await
}

/// Edits what may change after registration.
pub async fn edit(
    api: Api,
    client_id: String,
    change: ApplicationChange,
) -> Result<ApplicationView, ApiProblem> {
    api.patch(&format!("/v1/applications/{client_id}"), &change).await
}

/// Makes a new secret; the old one keeps working for the grace period (R29).
pub async fn rotate_secret(
    api: Api,
    client_id: String,
    rotation: RotateSecret,
) -> Result<SecretRotated, ApiProblem> {
    api.post(&format!("/v1/applications/{client_id}/secret/rotate"), &rotation).await
}

/// Ends the application for good (R31, R32).
pub async fn revoke(api: Api, client_id: String) -> Result<ApplicationRevoked, ApiProblem> {
    api.post(&format!("/v1/applications/{client_id}/revoke"), &json!({})).await
}

/// What introspection says of a token, asked as this application (RFC 7662).
pub async fn introspect(api: Api, client_id: String, token: String) -> Result<Value, ApiProblem> {
    api.post(&format!("/v1/applications/{client_id}/introspect"), &TestIntrospection { token }).await
}
