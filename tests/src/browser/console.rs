//! The Developer Console as a developer uses it: one method per thing done, by the words on the screen.

use super::Browser;
use super::find::element_json;
use crate::server::PASSWORD;
use hasp_protocol::ClientType;

/// An application as its developer takes it from the screen.
#[derive(Clone, Debug)]
pub struct Registered {
    /// From the page.
    pub client_id: String,
    /// From the dialog that shows it once.
    pub secret: Option<String>,
}

/// The console in a browser.
#[derive(Clone)]
pub struct Console {
    /// For everything that is not the console's own.
    pub browser: Browser,
    issuer: String,
}

impl Console {
    /// Signs in through the server's page and waits for the console.
    pub async fn sign_in(browser: &Browser, issuer: &str, email: &str) -> Self {
        browser.visit(&format!("{issuer}/sign-in")).await;
        sign_in_here(browser, email).await;
        let console = Self::signed_in(browser, issuer);
        console.heading("Applications").await;
        console
    }

    /// A console that is open and signed in, at this origin.
    #[must_use]
    pub fn signed_in(browser: &Browser, origin: &str) -> Self {
        Self { browser: browser.clone(), issuer: origin.to_owned() }
    }

    /// Waits for the page's heading.
    pub async fn heading(&self, text: &str) {
        let script = format!(
            "return [...document.querySelectorAll('main h1')].some(h => h.textContent.trim() === {})",
            serde_json::Value::from(text)
        );
        self.browser.wait_for_script(&format!("the heading {text:?} is there"), &script).await;
    }

    /// Opens a page of the console by its path below `/console`.
    pub async fn open(&self, path: &str) {
        self.browser.visit(&format!("{}/console{path}", self.issuer)).await;
    }

    /// Agents → Register an agent; gives the id from the address.
    pub async fn register_agent(&self, name: &str) -> String {
        self.browser.follow("Agents").await;
        self.heading("Agents").await;
        self.browser.follow("Register").await;
        self.browser.fill("Display name", name).await;
        self.browser.press("Register agent").await;
        let url = self
            .browser
            .wait_for_url("the new agent's page opens", |url| {
                url.path().rsplit('/').next().is_some_and(|last| last.len() == 26)
            })
            .await;
        self.heading(name).await;
        url.path().rsplit('/').next().unwrap_or_default().to_owned()
    }

    /// Developer Console → Applications → New Application (R3-R9).
    pub async fn register_application(
        &self,
        name: &str,
        client_type: ClientType,
        redirect_uri: &str,
    ) -> Registered {
        self.browser.follow("Applications").await;
        self.heading("Applications").await;
        self.browser.follow("New Application").await;
        self.heading("New Application").await;
        self.browser.fill("Display name", name).await;
        let kind = match client_type {
            ClientType::Public => "Public",
            ClientType::Confidential => "Confidential",
        };
        self.browser.tick(kind).await;
        self.browser.fill("Redirect URI 1", redirect_uri).await;
        self.browser.press("Register application").await;
        let secret = match client_type {
            ClientType::Public => None,
            ClientType::Confidential => Some(self.take_secret().await),
        };
        self.heading(name).await;
        let client_id = self
            .browser
            .wait_for_script(
                "the client id is shown",
                "return document.querySelector('.page-id code')?.textContent.trim()",
            )
            .await;
        Registered { client_id: client_id.as_str().unwrap_or_default().to_owned(), secret }
    }

    /// Takes the secret from the dialog that shows it once, and says that it is saved.
    pub async fn take_secret(&self) -> String {
        self.browser.see("Save this secret now").await;
        let secret = self
            .browser
            .wait_for_script(
                "the secret is shown",
                "return document.querySelector('dialog[open] .secret-once-value code')?.textContent.trim()",
            )
            .await;
        self.browser.tick("I have saved the secret in a safe place").await;
        self.browser.press("Done").await;
        self.browser
            .wait_for_script("the dialog is closed", "return document.querySelector('dialog[open]') === null")
            .await;
        secret.as_str().unwrap_or_default().to_owned()
    }

    /// The live authorization URL of the open application, once the server would accept it.
    pub async fn authorization_url(&self) -> String {
        self.browser.tick("Encoded").await;
        self.browser.see("The server shows the consent screen, after sign-in.").await;
        let url = self
            .browser
            .wait_for_script(
                "the URL is shown",
                "return document.querySelector('[data-testid=authorization-url]')?.textContent.trim()",
            )
            .await;
        url.as_str().unwrap_or_default().to_owned()
    }

    /// The verifier that belongs to the URL.
    pub async fn code_verifier(&self) -> String {
        let field = self.browser.field("code_verifier").await;
        let value = self.browser.script("return arguments[0].value", vec![element_json(&field)]).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Opens one of the tabs in the address bar of an application or agent.
    pub async fn tab(&self, name: &str) {
        self.browser.follow(name).await;
    }

    /// Answers "Confirm it is you".
    pub async fn confirm_password(&self) {
        self.browser.see("Confirm it is you").await;
        self.browser.fill("Password", PASSWORD).await;
        self.browser.press("Confirm").await;
    }
}

/// Fills in the sign-in page that is open.
pub async fn sign_in_here(browser: &Browser, email: &str) {
    browser.fill("Email", email).await;
    browser.fill("Password", PASSWORD).await;
    browser.press("Sign in").await;
}
