//! The console's files as the server sends them: compressed, cached for good under hashed names, nothing inline
//! (issue: embedded console; decisions: pages without WebAssembly).

use hasp_tests::html::Page;
use hasp_tests::http::{Answer, Call, plain_client};
use hasp_tests::server::Server;
use reqwest::Method;

async fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut call = Call::new(&plain_client(), Method::GET, format!("{}{path}", server.issuer));
    for (name, value) in headers {
        call = call.header(name, value);
    }
    call.send().await
}

/// Every file that the document links.
fn linked(document: &Page) -> Vec<String> {
    let links = document.tags("link").into_iter().filter_map(|tag| tag.attribute("href"));
    let scripts = document.tags("script").into_iter().filter_map(|tag| tag.attribute("src"));
    let mut paths: Vec<_> =
        links.chain(scripts).filter(|path| path.starts_with('/')).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    paths
}

fn is_hashed(path: &str) -> bool {
    path.rsplit(['-', '.', '_'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[tokio::test]
async fn the_document_is_asked_for_again_and_its_files_never() {
    // R3
    let server = Server::start().await;

    let document = get(&server, "/console/", &[]).await;

    assert_eq!(document.status, 200, "build the console first: {document}");
    assert_eq!(document.header("cache-control").as_deref(), Some("no-cache"));
    let paths = linked(&document.page());
    assert!(
        paths.iter().any(|path| path.ends_with(".wasm")) && paths.iter().any(|path| path.ends_with(".css")),
        "{paths:?}"
    );
    for path in paths {
        let file = get(&server, &path, &[]).await;
        assert_eq!(file.status, 200, "{path}: {file}");
        if is_hashed(&path) {
            let cache = file.header("cache-control").unwrap_or_default();
            assert!(cache.contains("immutable") && cache.contains("max-age=31536000"), "{path}: {cache}");
        }
        let tag = file.header("etag").unwrap_or_else(|| panic!("{path}: no ETag"));
        let again = get(&server, &path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status, 304, "{path}");
        let policy = "content-security-policy";
        assert_eq!(again.header(policy), file.header(policy), "{path}: a 304 replaces the cached headers");
    }
}

#[tokio::test]
async fn files_come_compressed_to_whoever_understands_it() {
    // R3
    let server = Server::start().await;
    let paths = linked(&get(&server, "/console/", &[]).await.page());
    let module = paths.iter().find(|path| path.ends_with(".wasm")).expect("a module");

    let plain = get(&server, module, &[]).await;
    let brotli = get(&server, module, &[("accept-encoding", "gzip, deflate, br")]).await;
    let gzip = get(&server, module, &[("accept-encoding", "gzip")]).await;

    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(brotli.header("content-encoding").as_deref(), Some("br"));
    assert_eq!(gzip.header("content-encoding").as_deref(), Some("gzip"));
    assert!(brotli.body.len() < gzip.body.len() && gzip.body.len() * 2 < plain.body.len());
    for answer in [&plain, &brotli, &gzip] {
        assert_eq!(answer.header("content-type").as_deref(), Some("application/wasm"));
        assert!(answer.header("vary").is_some_and(|vary| vary.to_lowercase().contains("accept-encoding")));
    }
}

#[tokio::test]
async fn the_consoles_paths_give_the_document_and_missing_files_do_not() {
    // R3
    let server = Server::start().await;
    let document = get(&server, "/console/", &[]).await;

    for path in
        ["/console/applications", "/console/agents/01ARZ3NDEKTSV4RRFFQ69G5FAV/grants", "/console/nowhere"]
    {
        assert_eq!(get(&server, path, &[]).await.body, document.body, "{path}");
    }
    for path in [
        "/console/missing.js",
        "/console/../Cargo.toml",
        "/console/%2e%2e/Cargo.toml",
        "/console/index.html.br",
    ] {
        let answer = get(&server, path, &[]).await;
        assert!(!answer.text().contains("[workspace]"), "{path}: {answer}");
        assert_ne!(answer.body, document.body, "{path}");
    }
    let root = get(&server, "/", &[]).await;
    assert_eq!(root.redirect(&server.issuer).path(), "/console/");
}

#[tokio::test]
async fn nothing_is_inline_and_the_policy_says_so() {
    // checklist 18 (decisions: CSP)
    let server = Server::start().await;

    let document = get(&server, "/console/", &[]).await;

    let policy = document.header("content-security-policy").expect("a policy");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    assert!(policy.contains("'wasm-unsafe-eval'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    let page = document.page();
    assert!(
        page.tags("style").is_empty() && page.all_tags().iter().all(|tag| tag.attribute("style").is_none())
    );
    for script in page.tags("script") {
        let is_linked = script.attribute("src").is_some();
        assert!(is_linked || policy.contains("'sha256-"), "{script:?}: {policy}");
    }
}
