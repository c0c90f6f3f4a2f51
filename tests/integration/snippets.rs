//! The console's code snippets, saved and run as they are (R15; issue: done when). A missing interpreter fails.

use hasp_protocol::snippet::{SnippetInput, SnippetLanguage, render};
use hasp_protocol::{ClientType, Mode};
use hasp_tests::actors::User;
use hasp_tests::binary::free_port;
use hasp_tests::expect;
use hasp_tests::flow::{self, Stage, every_type};
use hasp_tests::http::{Call, plain_client};
use hasp_tests::server::Server;
use hasp_tests::until::until;
use reqwest::Method;
use serde_json::Value;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

const PATIENCE: Duration = Duration::from_secs(30);

fn interpreter(language: SnippetLanguage) -> &'static str {
    match language {
        SnippetLanguage::Curl => "bash",
        SnippetLanguage::JavaScript => "node",
        SnippetLanguage::Python => "python3",
        SnippetLanguage::Php => "php",
    }
}

/// A program of ours while it runs.
struct Program {
    child: Child,
    input: Option<ChildStdin>,
    output: Arc<Mutex<String>>,
    complaints: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Program {
    /// Saves the snippet under its name and runs it with its interpreter.
    fn start(folder: &Path, language: SnippetLanguage, source: &str, secret: Option<&str>) -> Self {
        let file = folder.join(language.file_name());
        std::fs::write(&file, source).unwrap();
        let program = interpreter(language);
        let mut command = Command::new(program);
        command.arg(&file).current_dir(folder).kill_on_drop(true);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.env_remove("HASP_CLIENT_SECRET").env("PYTHONUNBUFFERED", "1");
        for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
            command.env_remove(proxy);
        }
        if let Some(secret) = secret {
            command.env("HASP_CLIENT_SECRET", secret);
        }
        let mut child =
            command.spawn().unwrap_or_else(|error| panic!("{program} is needed for these tests: {error}"));
        let (output, complaints) = (Arc::default(), Arc::default());
        let readers = vec![
            collect(child.stdout.take().unwrap(), &output),
            collect(child.stderr.take().unwrap(), &complaints),
        ];
        Self { input: child.stdin.take(), child, output, complaints, readers }
    }

    /// Standard output so far.
    fn output(&self) -> String {
        self.output.lock().unwrap().clone()
    }

    /// Both streams, for a failure's message.
    fn everything(&self) -> String {
        format!("{}\nstandard error: {}", self.output(), self.complaints.lock().unwrap())
    }

    /// The authorization URL that the program tells its user to open.
    async fn url_to_open(&self) -> String {
        until("the program prints `Open: <URL>`", PATIENCE, || async {
            let output = self.output();
            let line = output
                .lines()
                .find_map(|line| line.trim().strip_prefix("Open:").map(str::trim).map(str::to_owned));
            line.filter(|url| output.contains(&format!("{url}\n")))
        })
        .await
    }

    /// Waits for its end and for the last of what it wrote.
    async fn end(&mut self) -> ExitStatus {
        let status = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let status =
            status.unwrap_or_else(|_| panic!("the program does not end: {}", self.everything())).unwrap();
        for reader in self.readers.drain(..) {
            reader.await.unwrap();
        }
        status
    }
}

fn collect(
    stream: impl tokio::io::AsyncRead + Unpin + Send + 'static,
    into: &Arc<Mutex<String>>,
) -> JoinHandle<()> {
    let sink = Arc::clone(into);
    tokio::spawn(async move {
        let mut lines = BufReader::new(stream).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            sink.lock().unwrap().push_str(&format!("{line}\n"));
        }
    })
}

/// A stage whose application has a loopback redirect URI on a port that is free now.
async fn stage(client_type: ClientType) -> Stage {
    let mut stage = Stage::on(Server::start().await, client_type, Mode::Live).await;
    let redirect_uri = format!("http://127.0.0.1:{}/callback", free_port());
    stage.client =
        flow::register(&mut stage.developer, "Snippet", client_type, Mode::Live, &redirect_uri).await;
    stage
}

/// A program that has ended.
struct Ended {
    status: ExitStatus,
    /// Standard output.
    output: String,
    /// Standard output and standard error.
    everything: String,
}

/// Starts the snippet, decides on the consent page, and brings the answer to the program.
async fn run(stage: &mut Stage, language: SnippetLanguage, decision: &str) -> Ended {
    let input = SnippetInput {
        issuer: stage.issuer().to_owned(),
        client_id: stage.client.client_id.clone(),
        client_type: if stage.client.secret().is_some() {
            ClientType::Confidential
        } else {
            ClientType::Public
        },
        redirect_uri: stage.client.redirect_uri.clone(),
        agent_id: stage.agent.id.clone(),
        authorization_details: every_type(),
    };
    let source = render(language, &input);
    assert!(!source.contains("hasp_cs_"), "a snippet never holds a secret");
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), language, &source, stage.client.secret());

    let url = program.url_to_open().await;
    let back = decide(&mut stage.user, &url, decision).await;
    if language == SnippetLanguage::Curl {
        let mut input = program.input.take().unwrap();
        input.write_all(format!("{back}\n").as_bytes()).await.unwrap();
    } else {
        let page = until("the program listens at its redirect URI", PATIENCE, || async {
            Call::new(&plain_client(), Method::GET, &back).try_send().await.ok()
        })
        .await;
        assert!(page.status < 500, "{language:?}: {page}");
    }
    let status = program.end().await;
    Ended { status, output: program.output(), everything: program.everything() }
}

async fn decide(user: &mut User, url: &str, decision: &str) -> String {
    let page = user.consent_page(url).await;
    user.decide(&page, decision).await.location().expect("back to the application")
}

async fn obtains_a_token(language: SnippetLanguage, client_type: ClientType) {
    let mut stage = stage(client_type).await;

    let Ended { status, output, everything } = run(&mut stage, language, "approve").await;

    assert!(status.success(), "{language:?} {client_type:?}: {status}: {everything}");
    let answer =
        last_json(&output).unwrap_or_else(|| panic!("{language:?}: no JSON at the end: {everything}"));
    let data = answer.get("data").unwrap_or(&answer);
    assert_eq!(data["agent"]["id"], stage.agent.id.as_str(), "{language:?}: {output}");
    assert_eq!(data["client_id"], stage.client.client_id.as_str(), "{language:?}: {output}");
    assert_eq!(data["authorization_details"], every_type(), "{language:?}: {output}");
    if let Some(secret) = stage.client.secret() {
        assert!(!everything.contains(secret), "{language:?} prints its secret");
    }
    assert_eq!(stage.server.column("SELECT token_hash FROM credential").await.len(), 1);
}

async fn tells_of_a_denial(language: SnippetLanguage, client_type: ClientType) {
    let mut stage = stage(client_type).await;

    let Ended { status, everything, .. } = run(&mut stage, language, "deny").await;

    assert!(!status.success(), "{language:?}: a denial is no success: {everything}");
    assert!(everything.contains("access_denied"), "{language:?}: {everything}");
    assert!(stage.server.column("SELECT token_hash FROM credential").await.is_empty());
}

/// The JSON document that the output ends with.
fn last_json(output: &str) -> Option<Value> {
    output.match_indices('{').find_map(|(start, _)| serde_json::from_str(output[start..].trim()).ok())
}

#[tokio::test]
async fn the_curl_snippet_obtains_a_token() {
    // R1, R15, R18, R19, R22
    obtains_a_token(SnippetLanguage::Curl, ClientType::Public).await;
    obtains_a_token(SnippetLanguage::Curl, ClientType::Confidential).await;
}

#[tokio::test]
async fn the_javascript_snippet_obtains_a_token() {
    // R1, R15, R18, R19, R22
    obtains_a_token(SnippetLanguage::JavaScript, ClientType::Public).await;
    obtains_a_token(SnippetLanguage::JavaScript, ClientType::Confidential).await;
}

#[tokio::test]
async fn the_python_snippet_obtains_a_token() {
    // R1, R15, R18, R19, R22
    obtains_a_token(SnippetLanguage::Python, ClientType::Public).await;
    obtains_a_token(SnippetLanguage::Python, ClientType::Confidential).await;
}

#[tokio::test]
async fn the_php_snippet_obtains_a_token() {
    // R1, R15, R18, R19, R22
    obtains_a_token(SnippetLanguage::Php, ClientType::Public).await;
    obtains_a_token(SnippetLanguage::Php, ClientType::Confidential).await;
}

#[tokio::test]
async fn every_snippet_tells_of_a_denial() {
    // R15, R17, R79
    for (language, client_type) in [
        (SnippetLanguage::Curl, ClientType::Public),
        (SnippetLanguage::JavaScript, ClientType::Confidential),
        (SnippetLanguage::Python, ClientType::Public),
        (SnippetLanguage::Php, ClientType::Confidential),
    ] {
        tells_of_a_denial(language, client_type).await;
    }
}

#[tokio::test]
async fn a_snippet_refuses_an_answer_with_another_state_or_issuer() {
    // R15, checklist 11, 12
    for language in SnippetLanguage::ALL {
        for (name, value) in [("state", "forged"), ("iss", "https://evil.example")] {
            let mut stage = stage(ClientType::Public).await;
            let (status, output) = run_forged(&mut stage, language, name, value).await;
            assert!(!status.success(), "{language:?} accepts a forged {name}: {output}");
            assert!(
                stage.server.column("SELECT token_hash FROM credential").await.is_empty(),
                "{language:?} {name}"
            );
        }
    }
}

/// Approves, then changes one parameter of the answer on its way to the program.
async fn run_forged(
    stage: &mut Stage,
    language: SnippetLanguage,
    name: &str,
    value: &str,
) -> (ExitStatus, String) {
    let input = SnippetInput {
        issuer: stage.issuer().to_owned(),
        client_id: stage.client.client_id.clone(),
        client_type: ClientType::Public,
        redirect_uri: stage.client.redirect_uri.clone(),
        agent_id: stage.agent.id.clone(),
        authorization_details: every_type(),
    };
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), language, &render(language, &input), None);
    let url = program.url_to_open().await;
    let back = url::Url::parse(&decide(&mut stage.user, &url, "approve").await).unwrap();
    expect::code(
        &back,
        &stage.client.redirect_uri,
        Some(&hasp_tests::http::query_value(&back, "state")),
        stage.issuer(),
    );
    let pairs: Vec<_> = back
        .query_pairs()
        .map(|(key, old)| {
            if key == name {
                (key.into_owned(), value.to_owned())
            } else {
                (key.into_owned(), old.into_owned())
            }
        })
        .collect();
    let mut forged = back.clone();
    forged.query_pairs_mut().clear().extend_pairs(pairs);
    if language == SnippetLanguage::Curl {
        let mut input = program.input.take().unwrap();
        input.write_all(format!("{forged}\n").as_bytes()).await.unwrap();
    } else {
        until("the program listens at its redirect URI", PATIENCE, || async {
            Call::new(&plain_client(), Method::GET, forged.as_str()).try_send().await.ok()
        })
        .await;
    }
    let status = program.end().await;
    (status, program.everything())
}
