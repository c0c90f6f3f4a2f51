//! `trunk serve` against a running server: another origin, signing in through it, the schema module loading
//! (issue: local development).

use hasp_protocol::{ClientType, Mode};
use hasp_tests::browser::console::{Console, sign_in_here};
use hasp_tests::browser::{Looks, with_browser};
use hasp_tests::dev_server::DevServer;
use hasp_tests::flow::Stage;
use hasp_tests::server::{ACME_OWNER, Server};

#[tokio::test]
async fn the_console_works_through_trunk_serve() {
    // R14, R57
    with_browser("dev_server", Looks::default(), |browser| async move {
        let port = hasp_tests::binary::free_port();
        let origin = format!("http://127.0.0.1:{port}");
        let accepted = hasp_server::config::PublicUrl::parse(&origin).expect("a loopback origin");
        let server =
            Server::builder().settings(move |settings| settings.dev_origin = Some(accepted)).start().await;
        let stage = Stage::on(server, ClientType::Public, Mode::Live).await;
        let dev_server = DevServer::start(port, stage.issuer()).await;

        browser.visit(&format!("{origin}/sign-in")).await;
        sign_in_here(&browser, ACME_OWNER).await;
        browser
            .wait_for_url("the console opens on the development origin", |url| {
                url.as_str().starts_with(&format!("{origin}/console/"))
            })
            .await;
        let console = Console::signed_in(&browser, &origin);
        console.heading("Applications").await;
        browser.follow("Calendar Helper").await;
        console.heading("Calendar Helper").await;
        browser.see("Schema: valid").await;
        let agent = console.register_agent("Made through trunk").await;

        assert_eq!(agent.len(), 26, "a change through the proxy is accepted");
        (stage, dev_server)
    })
    .await;
}
