//! A member of an organization who signs in through the real form and decides on consent pages.

use super::visitor::Visitor;
use crate::http::Answer;
use crate::server::PASSWORD;
use url::Url;

/// A person with an account.
#[derive(Clone, Debug)]
pub struct User {
    /// Their browser.
    pub visitor: Visitor,
    /// What they sign in with.
    pub email: String,
}

impl User {
    /// Signs in at `/sign-in`.
    pub async fn sign_in(base: &str, email: &str) -> Self {
        let mut visitor = Visitor::new(base);
        let answer = sign_in(&mut visitor, email, PASSWORD).await;
        assert_eq!(answer.status, 303, "{email} cannot sign in: {answer}");
        Self { visitor, email: email.to_owned() }
    }

    /// Opens an authorization URL and gives the consent page, which must come.
    pub async fn consent_page(&mut self, authorization_url: &str) -> Answer {
        let answer = self.visitor.get(authorization_url).await;
        assert_eq!(answer.status, 200, "no consent page: {answer}");
        answer
    }

    /// Presses Approve.
    pub async fn approve(&mut self, page: &Answer) -> Url {
        let answer = self.decide(page, "approve").await;
        answer.redirect(self.visitor.base())
    }

    /// Presses Deny.
    pub async fn deny(&mut self, page: &Answer) -> Url {
        let answer = self.decide(page, "deny").await;
        answer.redirect(self.visitor.base())
    }

    /// Presses the button with that value.
    pub async fn decide(&mut self, page: &Answer, decision: &str) -> Answer {
        let form = page.page().form("/v1/oauth/consent");
        assert!(
            form.buttons.iter().any(|(name, value, _)| name == "decision" && value == decision),
            "no button {decision}: {form:?}"
        );
        self.visitor.submit(&form, &[("decision", decision)]).await
    }
}

/// Fills in the sign-in form that stands at `/sign-in`.
pub async fn sign_in(visitor: &mut Visitor, email: &str, password: &str) -> Answer {
    let page = visitor.get("/sign-in").await;
    fill_in(visitor, &page, email, password).await
}

/// Fills in the sign-in form of a page that is already open.
pub async fn fill_in(visitor: &mut Visitor, page: &Answer, email: &str, password: &str) -> Answer {
    assert_eq!(page.status, 200, "no sign-in page: {page}");
    let form = page.page().form("/sign-in");
    visitor.submit(&form, &[("email", email), ("password", password)]).await
}
