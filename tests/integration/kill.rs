//! `kill -9` under load: what was acknowledged is there after the restart (checklist 40, 84, 85; a first version).

use hasp_protocol::ClientType;
use hasp_tests::actors::{Client, Developer, User, who_am_i};
use hasp_tests::binary::{ServerProcess, describe, free_port, run, run_with_input};
use hasp_tests::flow::{ApprovedCode, REDIRECT_URI, smallest_details};
use hasp_tests::http::Answer;
use hasp_tests::server::{ACME_MEMBER, ACME_OWNER, PASSWORD};
use serde_json::json;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;

const TRIALS: usize = 5;
const WORKERS: usize = 4;

/// What the server acknowledged before it died.
#[derive(Default)]
struct Acknowledged {
    /// Code, verifier, and the token it became.
    redeemed: Vec<(ApprovedCode, String)>,
    /// Sent to be revoked; whether it happened is open unless it stands in `revoked` too.
    revoking: Vec<String>,
    /// Revoked by its client.
    revoked: Vec<String>,
    /// Names of registered agents.
    agents: Vec<String>,
    /// Approved, not redeemed.
    approved: Vec<ApprovedCode>,
}

/// Organization and members by command line, as an operator does.
fn set_up(database: &Path) {
    let database = format!("sqlite:{}", database.display());
    let output = run(&["org", "create", "--database", &database, "--name", "Acme"]);
    assert!(output.status.success(), "{}", describe(&output));
    for (email, role) in [(ACME_OWNER, "owner"), (ACME_MEMBER, "member")] {
        let arguments = [
            "user",
            "create",
            "--database",
            &database,
            "--org",
            "Acme",
            "--email",
            email,
            "--role",
            role,
            "--name",
            email,
            "--password-stdin",
        ];
        let output = run_with_input(&arguments, &format!("{PASSWORD}\n"));
        assert!(output.status.success(), "{}", describe(&output));
    }
}

/// One client with its own person and application; works until the server is gone.
async fn work(issuer: String, worker: usize, trial: usize, acknowledged: Arc<Mutex<Acknowledged>>) {
    let mut developer = Developer::sign_in(&issuer, ACME_OWNER).await;
    let name = format!("App {trial} {worker}");
    let created = developer
        .create_application(&name, ClientType::Confidential, hasp_protocol::Mode::Live, REDIRECT_URI)
        .await;
    let secret = created.client_secret.expect("confidential");
    let client = Client::confidential(&issuer, &created.application.client_id, &secret, REDIRECT_URI);
    let agent = developer.create_agent(&format!("Agent {trial} {worker}"), 8).await;
    let mut user = User { visitor: developer.visitor.clone(), email: ACME_OWNER.to_owned() };
    for round in 0.. {
        let Some(()) =
            one_round(&mut user, &mut developer, &client, &agent.id, (trial, worker, round), &acknowledged)
                .await
        else {
            return;
        };
    }
}

/// Approve, redeem, revoke, register; each step noted after its answer arrived. `None` when the server is gone.
async fn one_round(
    user: &mut User,
    developer: &mut Developer,
    client: &Client,
    agent_id: &str,
    (trial, worker, round): (usize, usize, usize),
    acknowledged: &Mutex<Acknowledged>,
) -> Option<()> {
    let authorization = client.authorization(agent_id, &smallest_details());
    let page = send(user.visitor.call(reqwest::Method::GET, &authorization.url)).await?;
    let form = page.page().form("/v1/oauth/consent");
    let mut fields: Vec<_> =
        form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("decision", "approve"));
    let call = user
        .visitor
        .call(reqwest::Method::POST, &form.action)
        .header("origin", user.visitor.base())
        .form(&fields);
    let answer = send(call).await?;
    let code = hasp_tests::http::query_value(&answer.redirect(user.visitor.base()), "code");
    let approved = ApprovedCode { code, authorization };
    if round % 3 == 2 {
        acknowledged.lock().unwrap().approved.push(approved);
    } else {
        let answer = send(client.redeem_call(&approved.code, &approved.authorization.verifier)).await?;
        let token = hasp_tests::expect::token(&answer);
        acknowledged.lock().unwrap().redeemed.push((approved, token.clone()));
        if round % 3 == 1 {
            acknowledged.lock().unwrap().revoking.push(token.clone());
            send(client.authenticated("/v1/oauth/revoke", &[("token", &token)])).await?;
            acknowledged.lock().unwrap().revoked.push(token);
        }
    }
    let name = format!("Agent {trial} {worker} {round}");
    let body = json!({"name": name, "default_expiry_hours": 1, "default_revocation_policy": "kill"});
    let answer = send(developer.call(reqwest::Method::POST, "/v1/agents").json(&body)).await?;
    assert_eq!(answer.status, 201, "{answer}");
    acknowledged.lock().unwrap().agents.push(name);
    Some(())
}

/// The answer, or `None` when the connection broke.
async fn send(call: hasp_tests::http::Call) -> Option<Answer> {
    call.try_send().await.ok().inspect(|answer| assert!(answer.status < 500, "{answer}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost() {
    // checklist 40, 84, 85
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hasp.db");
    set_up(&database);
    let port = free_port();

    for trial in 0..hasp_tests::repetitions(TRIALS) {
        let server = ServerProcess::start(&database, port, &["--token-requests-per-minute", "1000000"]).await;
        let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
        let mut workers = JoinSet::new();
        for worker in 0..WORKERS {
            workers.spawn(work(server.issuer.clone(), worker, trial, Arc::clone(&acknowledged)));
        }
        // Enough has happened, then at a moment that differs from trial to trial.
        let enough =
            || async { (acknowledged.lock().unwrap().redeemed.len() >= 12 + trial % 7 * 5).then_some(()) };
        hasp_tests::until::until("the load is running", Duration::from_secs(60), enough).await;
        server.kill_9();
        workers.join_all().await;

        let restarted =
            ServerProcess::start(&database, port, &["--token-requests-per-minute", "1000000"]).await;
        let acknowledged = Arc::into_inner(acknowledged).unwrap().into_inner().unwrap();
        check(&restarted.issuer, trial, &acknowledged).await;
        let (status, log) = restarted.terminate().await;
        assert!(status.success(), "trial {trial}: {status}: {log}");
        let output = run(&["audit", "verify", "--database", &format!("sqlite:{}", database.display())]);
        assert!(output.status.success(), "trial {trial}: the chain is broken: {}", describe(&output));
    }
}

/// Spent codes stay spent, revoked tokens revoked, live tokens live, agents registered, audit rows written.
async fn check(issuer: &str, trial: usize, acknowledged: &Acknowledged) {
    let mut developer = Developer::sign_in(issuer, ACME_OWNER).await;
    let events = developer.audit().await;
    let count = |action: &str| events.iter().filter(|event| event.action == action).count();
    assert!(
        count("oauth.code_redeemed") >= acknowledged.redeemed.len(),
        "trial {trial}: audit rows are missing"
    );
    assert!(
        !acknowledged.revoked.is_empty() && !acknowledged.approved.is_empty(),
        "trial {trial}: too little load"
    );

    for (_, token) in &acknowledged.redeemed {
        let status = who_am_i(issuer, token).await.status;
        if acknowledged.revoked.contains(token) {
            assert_eq!(status, 401, "trial {trial}: a revoked token lives again");
        } else if !acknowledged.revoking.contains(token) {
            assert_eq!(status, 200, "trial {trial}: an issued token is gone");
        }
    }
    let names = agent_names(&mut developer).await;
    for name in &acknowledged.agents {
        assert!(names.contains(name), "trial {trial}: {name} was acknowledged and is gone");
    }
    for approved in &acknowledged.approved {
        let client_id =
            approved.authorization.parameters.iter().find(|(name, _)| name == "client_id").unwrap().1.clone();
        assert!(
            events.iter().any(|event| event.action == "oauth.consent_approved"
                && event.metadata["client_id"] == client_id.as_str()),
            "trial {trial}: the consent is not in the log"
        );
    }
    replay(issuer, &mut developer, trial, acknowledged).await;
}

/// A spent code is refused: by a fresh secret, since the old ones' owners are gone.
async fn replay(issuer: &str, developer: &mut Developer, trial: usize, acknowledged: &Acknowledged) {
    let (spent, token) = &acknowledged.redeemed[0];
    let client_id = &spent.authorization.parameters.iter().find(|(name, _)| name == "client_id").unwrap().1;
    let path = format!("/v1/applications/{client_id}/secret/rotate");
    let rotated: hasp_protocol::api::application::SecretRotated =
        developer.post(&path, json!({"grace_period_hours": 24})).await.data();
    let client = Client::confidential(issuer, client_id, &rotated.client_secret, REDIRECT_URI);

    let again = client.redeem(&spent.code, &spent.authorization.verifier).await;

    hasp_tests::expect::oauth_error(&again, 400, "invalid_grant");
    hasp_tests::expect::inactive(&client.introspect(token).await);
    let unspent = acknowledged.approved.iter().find(|approved| {
        approved
            .authorization
            .parameters
            .iter()
            .any(|(name, value)| name == "client_id" && value == client_id)
    });
    if let Some(unspent) = unspent {
        let answer = client.redeem(&unspent.code, &unspent.authorization.verifier).await;
        assert_eq!(answer.status, 200, "trial {trial}: an acknowledged approval is redeemable: {answer}");
    }
}

async fn agent_names(developer: &mut Developer) -> Vec<String> {
    let (mut names, mut cursor) = (Vec::new(), String::new());
    loop {
        let answer = developer.get(&format!("/v1/agents?limit=200{cursor}")).await;
        let page: Vec<hasp_protocol::api::agent::AgentView> = answer.data();
        names.extend(page.into_iter().map(|agent| agent.name));
        match answer.next_cursor() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return names,
        }
    }
}
