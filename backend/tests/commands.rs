//! The `hasp` binary's commands, beside an open store as beside a running server.

use hasp_protocol::Mode;
use hasp_protocol::api::session::Role;
use hasp_protocol::secret::{Secret, SecretKind};
use hasp_server::clock::Timestamp;
use hasp_server::storage::{self, Store};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery";

struct Machine {
    directory: TempDir,
}

impl Machine {
    fn new() -> Self {
        Machine { directory: TempDir::new().expect("a temporary folder") }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("hasp.db")
    }

    fn database(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    fn store(&self) -> Arc<dyn Store> {
        storage::open(&self.database()).expect("the store opens")
    }

    fn hasp(&self, arguments: &[&str]) -> Output {
        self.hasp_with_input(arguments, "")
    }

    fn hasp_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut process = Command::new(env!("CARGO_BIN_EXE_hasp"))
            .args(arguments)
            .env("HASP_DATABASE", self.database())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("hasp starts");
        let mut stdin = process.stdin.take().expect("piped");
        // A command that reads nothing may have ended by now.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        process.wait_with_output().expect("hasp ends")
    }

    fn with_organization() -> Self {
        let machine = Machine::new();
        printed(&machine.hasp(&["org", "create", "--name", "Acme"]));
        machine
    }

    fn with_member() -> Self {
        let machine = Machine::with_organization();
        printed(&machine.create_user("dana@acme.example"));
        machine
    }

    fn create_user(&self, email: &str) -> Output {
        let arguments =
            ["user", "create", "--org", "Acme", "--email", email, "--name", "Dana", "--role", "admin"];
        self.hasp_with_input(&[&arguments[..], &["--password-stdin"]].concat(), &format!("{PASSWORD}\n"))
    }
}

/// What a command that succeeded wrote to standard output, without the end of the line.
fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).expect("text").trim_end().to_owned()
}

/// What a command that failed wrote to standard error.
fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[tokio::test]
async fn an_organization_and_a_member_are_made_beside_an_open_store() {
    let machine = Machine::new();
    let store = machine.store();

    let organization_id = printed(&machine.hasp(&["org", "create", "--name", "Acme"]));
    let user_id = printed(&machine.create_user("Dana@Acme.example"));

    let organization = store.find_organization("Acme").await.expect("answer").expect("made");
    assert_eq!(organization.id, organization_id);
    let user = store.find_user_by_email("dana@acme.example").await.expect("answer").expect("made");
    assert_eq!((user.id, user.organization_id, user.role), (user_id, organization_id, Role::Admin));
    assert!(user.password_hash.starts_with("$argon2id$"), "{}", user.password_hash);
    assert_eq!(printed(&machine.hasp(&["audit", "verify"])), "intact: 3 events in 2 chains");
}

#[test]
fn names_and_addresses_are_given_once() {
    let machine = Machine::with_member();

    let organization = complaint(&machine.hasp(&["org", "create", "--name", "Acme"]));
    let user = complaint(&machine.create_user("dana@acme.example"));

    assert!(organization.contains("`Acme` already"), "{organization}");
    assert!(user.contains("dana@acme.example belongs to somebody"), "{user}");
}

#[test]
fn what_cannot_be_done_is_said_and_changes_nothing() {
    let machine = Machine::with_organization();
    let user = ["user", "create", "--name", "Dana", "--password-stdin", "--org"];
    let rows: [(&str, Vec<&str>, &str, &str); 5] = [
        (
            "no such organization",
            [&user[..], &["Nowhere", "--email", "a@b.example"]].concat(),
            PASSWORD,
            "hasp org create",
        ),
        (
            "a short password",
            [&user[..], &["Acme", "--email", "a@b.example"]].concat(),
            "short",
            "characters",
        ),
        ("no address", [&user[..], &["Acme", "--email", "dana"]].concat(), PASSWORD, "not an e-mail address"),
        ("an empty name", vec!["org", "create", "--name", " "], "", "--name needs"),
        (
            "no terminal",
            vec!["user", "create", "--name", "Dana", "--org", "Acme", "--email", "a@b.example"],
            "",
            "--password-stdin",
        ),
    ];

    for (name, arguments, input, expected) in rows {
        let text = complaint(&machine.hasp_with_input(&arguments, input));
        assert!(text.contains(expected), "{name}: {text}");
    }
    assert_eq!(printed(&machine.hasp(&["audit", "verify"])), "intact: 2 events in 2 chains");
}

#[test]
fn commands_on_a_mistyped_path_do_not_make_a_database() {
    let machine = Machine::new();
    let target = machine.directory.path().join("copy.db").display().to_string();
    let rows: [&[&str]; 4] = [
        &["audit", "verify"],
        &["user", "remove", "--email", "a@b.example"],
        &["api-key", "revoke", "--org", "Acme", "--id", "x"],
        &["backup", &target],
    ];

    for arguments in rows {
        complaint(&machine.hasp(arguments));
        assert!(!machine.path().exists(), "{arguments:?}");
    }
}

// R27; decisions.md, OAuth: the resource server's key
#[tokio::test]
async fn an_api_key_is_printed_once_and_works_until_it_is_revoked() {
    let machine = Machine::with_member();
    let store = machine.store();
    let create =
        ["api-key", "create", "--org", "Acme", "--owner", "dana@acme.example", "--name", "Resource server"];
    let scopes =
        ["--scope", "tokens:introspect", "--scope", "audit:read", "--scope", "audit:read", "--mode", "test"];

    let made = machine.hasp(&[&create[..], &scopes[..]].concat());

    let secret = Secret::parse(&printed(&made)).expect("the key alone on standard output");
    assert_eq!(secret.kind(), SecretKind::ApiKeyTest);
    let key = store.find_api_key(secret.sha256()).await.expect("answer").expect("usable");
    assert_eq!(key.scopes, ["tokens:introspect", "audit:read"]);
    assert_eq!((key.mode, key.owner.email.as_str()), (Mode::Test, "dana@acme.example"));
    let remark = String::from_utf8(made.stderr).expect("text");
    assert!(remark.contains(&key.id) && !remark.contains(secret.expose()), "{remark}");
    let revoked = printed(&machine.hasp(&["api-key", "revoke", "--org", "Acme", "--id", &key.id]));
    assert_eq!(revoked, "revoked");
    assert_eq!(store.find_api_key(secret.sha256()).await, Ok(None));
}

// checklist 47, 49: neither the file nor the log beside it holds what could be used.
#[test]
fn the_database_holds_no_key_and_no_password() {
    let machine = Machine::with_member();
    let create = ["api-key", "create", "--org", "Acme", "--owner", "dana@acme.example", "--name", "K"];
    let key = printed(&machine.hasp(&[&create[..], &["--scope", "audit:read"]].concat()));
    let _open = machine.store();

    for suffix in ["", "-wal"] {
        let bytes = std::fs::read(format!("{}{suffix}", machine.path().display())).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&key), "the key stands in hasp.db{suffix}");
        assert!(!text.contains(PASSWORD), "the password stands in hasp.db{suffix}");
    }
}

#[test]
fn a_key_needs_a_member_as_owner_and_known_scopes() {
    let machine = Machine::with_member();
    let create = ["api-key", "create", "--org", "Acme", "--name", "K"];
    let rows: [(&str, &[&str], &str); 3] = [
        ("a stranger", &["--owner", "eve@acme.example", "--scope", "audit:read"], "not a member of Acme"),
        ("an unknown scope", &["--owner", "dana@acme.example", "--scope", "all"], "tokens:introspect"),
        ("no scope", &["--owner", "dana@acme.example"], "--scope"),
    ];

    for (name, rest, expected) in rows {
        let text = complaint(&machine.hasp(&[&create[..], rest].concat()));
        assert!(text.contains(expected), "{name}: {text}");
    }
}

#[tokio::test]
async fn a_member_is_removed_for_good() {
    let machine = Machine::with_member();
    let store = machine.store();

    let removed = printed(&machine.hasp(&["user", "remove", "--email", "dana@acme.example"]));
    let again = printed(&machine.hasp(&["user", "remove", "--email", "dana@acme.example"]));

    assert_eq!(removed, "removed, with 0 active credentials");
    assert_eq!(again, "was removed before");
    let user = store.find_user_by_email("dana@acme.example").await.expect("answer").expect("still known");
    assert!(user.removed_at.is_some_and(|at| at > Timestamp(0)));
}

// checklist 85
#[test]
fn a_tampered_chain_ends_with_exit_code_1_and_names_the_event() {
    let machine = Machine::with_member();
    let raw = rusqlite::Connection::open(machine.path()).expect("the file opens");
    raw.execute_batch(
        "DROP TRIGGER audit_event_is_never_changed;
         UPDATE audit_event SET metadata = replace(metadata, 'Dana', 'Eve') WHERE action = 'user.created'",
    )
    .expect("tampered");
    let id: String = raw
        .query_row("SELECT id FROM audit_event WHERE action = 'user.created'", [], |row| row.get(0))
        .expect("the event");

    let output = machine.hasp(&["audit", "verify"]);

    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(text.starts_with("broken: organization "), "{text}");
    assert!(text.contains(&format!("event 2 (id {id}): hash mismatch")), "{text}");
}

#[tokio::test]
async fn a_backup_of_an_open_store_is_whole_private_and_never_overwrites() {
    let machine = Machine::with_member();
    let _open = machine.store();
    let target = machine.directory.path().join("copy.db");
    let path = target.display().to_string();

    printed(&machine.hasp(&["backup", &path]));
    let refused = complaint(&machine.hasp(&["backup", &path]));

    assert!(refused.contains("exists already"), "{refused}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&target).expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let copy = storage::open(&format!("sqlite:{path}")).expect("the copy opens");
    assert!(copy.find_user_by_email("dana@acme.example").await.is_ok_and(|user| user.is_some()));
}
