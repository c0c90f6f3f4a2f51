//! The server under test, in this process: a free port, a SQLite file of its own, a clock that the test may move.

use hasp_protocol::Mode;
use hasp_protocol::api::session::Role;
use hasp_protocol::secret::{Secret, SecretKind};
use hasp_server::clock::{Clock, Timestamp};
use hasp_server::config::{Database, Settings};
use hasp_server::guard::password::hash_password;
use hasp_server::serve::{RunningServer, start};
use hasp_server::storage::record::{ApiKey, Organization};
use hasp_server::storage::{Change, NewUser, OrganizationCreated, Store, UserCreated, UserRemoved};
use hasp_server::{random, storage};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tempfile::TempDir;

/// Everybody's.
pub const PASSWORD: &str = "correct horse battery";
/// Owns Acme.
pub const ACME_OWNER: &str = "owner@acme.example";
/// Administers Acme.
pub const ACME_ADMIN: &str = "admin@acme.example";
/// Works at Acme.
pub const ACME_MEMBER: &str = "member@acme.example";
/// Owns the other organization.
pub const GLOBEX_OWNER: &str = "owner@globex.example";

const FIXED_START: &str = "2026-11-24T12:00:00Z";

/// A running server with the organizations Acme and Globex.
pub struct Server {
    /// `http://127.0.0.1:<port>`.
    pub issuer: String,
    /// Beside the server's own: what a command of the same binary would use.
    pub store: Arc<dyn Store>,
    clock: Clock,
    database: PathBuf,
    running: Option<RunningServer>,
    // Last, so that the file outlives everything that has it open.
    folder: TempDir,
}

type SettingsChange = Box<dyn FnOnce(&mut Settings) + Send>;

/// How a test wants its server.
#[must_use]
pub struct ServerBuilder {
    clock: Clock,
    settings: Vec<SettingsChange>,
    is_seeded: bool,
}

impl ServerBuilder {
    /// Time stands still until [`Server::advance`].
    pub fn fixed_clock(mut self) -> Self {
        let start = Timestamp::parse_iso8601(FIXED_START).expect("a time of our own");
        self.clock = Clock::fixed(start);
        self
    }

    /// Changes settings before the start.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings) + Send + 'static) -> Self {
        self.settings.push(Box::new(change));
        self
    }

    /// Leaves the database empty.
    pub fn empty(mut self) -> Self {
        self.is_seeded = false;
        self
    }

    /// Starts it.
    pub async fn start(self) -> Server {
        let folder = TempDir::new().expect("a temporary folder");
        let database = folder.path().join("hasp.db");
        let store = storage::open(&format!("sqlite:{}", database.display())).expect("the store opens");
        if self.is_seeded {
            seed(store.as_ref(), &self.clock).await;
        }
        let mut settings = Settings::new(Database::Sqlite(database.clone()));
        for change in self.settings {
            change(&mut settings);
        }
        let running = start(settings, self.clock.clone()).await.expect("the server starts");
        Server {
            issuer: running.public_url.to_string(),
            store,
            clock: self.clock,
            database,
            running: Some(running),
            folder,
        }
    }
}

impl Server {
    /// The machine's clock, default settings, two organizations.
    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// The same with a clock that stands still.
    pub async fn with_fixed_clock() -> Self {
        Self::builder().fixed_clock().start().await
    }

    /// To choose.
    pub fn builder() -> ServerBuilder {
        ServerBuilder { clock: Clock::System, settings: Vec::new(), is_seeded: true }
    }

    /// Moves the fixed clock.
    pub fn advance(&self, duration: Duration) {
        assert!(matches!(self.clock, Clock::Fixed(_)), "only a fixed clock can be moved");
        self.clock.advance(duration);
    }

    /// The server's time.
    #[must_use]
    pub fn unix_seconds(&self) -> i64 {
        self.clock.now().unix_seconds()
    }

    /// The database file.
    #[must_use]
    pub fn database(&self) -> &Path {
        &self.database
    }

    /// The folder of the test.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops it and gives the folder with the database.
    pub async fn stop(mut self) -> TempDir {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
        self.folder
    }

    /// Stops it and starts another over the same file and clock, on another port.
    pub async fn restart(mut self) -> Self {
        if let Some(running) = self.running.take() {
            running.shutdown().await;
        }
        let settings = Settings::new(Database::Sqlite(self.database.clone()));
        let running = start(settings, self.clock.clone()).await.expect("the server starts again");
        Self { issuer: running.public_url.to_string(), running: Some(running), ..self }
    }

    /// A member's id.
    pub async fn user_id(&self, email: &str) -> String {
        self.store.find_user_by_email(email).await.expect("the store answers").expect("a seeded member").id
    }

    /// Takes a member out of their organization.
    pub async fn remove_user(&self, email: &str) {
        let user =
            self.store.find_user_by_email(email).await.expect("the store answers").expect("a seeded member");
        let removed = self
            .store
            .remove_user(&user.organization_id, &user.id, &self.change())
            .await
            .expect("the store answers");
        assert!(matches!(removed, UserRemoved::Removed { .. }), "{removed:?}");
    }

    /// Makes an API key of an organization's owner, as `hasp api-key create` does; gives its plaintext.
    pub async fn api_key(&self, organization: &str, mode: Mode, scopes: &[&str]) -> String {
        let organization = self
            .store
            .find_organization(organization)
            .await
            .expect("the store answers")
            .expect("a seeded organization");
        let owner = self
            .store
            .list_users(&organization.id)
            .await
            .expect("the store answers")
            .into_iter()
            .find(|user| user.role == Role::Owner)
            .expect("every organization has an owner");
        let secret = Secret::from_random(SecretKind::api_key(mode), random::bytes().expect("randomness"));
        let key = ApiKey {
            id: random::ulid(self.clock.now()).expect("randomness"),
            organization_id: organization.id,
            name: "Test key".to_owned(),
            scopes: scopes.iter().map(ToString::to_string).collect(),
            mode,
            owner,
            prefix: secret.display_prefix(),
            last_four: secret.last_four().to_owned(),
            created_at: self.clock.now(),
            last_used_at: None,
            revoked_at: None,
        };
        self.store.create_api_key(key, secret.sha256(), &self.change()).await.expect("the store answers");
        secret.expose().to_owned()
    }

    /// One column of blobs, read from the file beside the server.
    pub async fn column(&self, query: &str) -> Vec<Vec<u8>> {
        self.read(query, |row| row.get(0))
    }

    /// One column of texts.
    pub async fn texts(&self, query: &str) -> Vec<String> {
        self.read(query, |row| row.get(0))
    }

    fn read<T>(&self, query: &str, get: impl Fn(&rusqlite::Row<'_>) -> rusqlite::Result<T>) -> Vec<T> {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection =
            rusqlite::Connection::open_with_flags(&self.database, flags).expect("the file opens");
        let mut statement = connection.prepare(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        let rows = statement.query_map([], |row| get(row)).expect("the query runs");
        rows.collect::<Result<_, _>>().unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Whether the text stands anywhere in the database's files, the write-ahead log included.
    pub async fn files_contain(&self, text: &str) -> bool {
        files_contain(self.folder.path(), text)
    }

    fn change(&self) -> Change {
        change(&self.clock)
    }
}

/// Makes a database file with the two organizations, for a server in a process of its own.
pub async fn seed_file(database: &Path) {
    let store = storage::open(&format!("sqlite:{}", database.display())).expect("the store opens");
    seed(store.as_ref(), &Clock::System).await;
}

/// Whether the text stands in any file of a folder.
#[must_use]
pub fn files_contain(folder: &Path, text: &str) -> bool {
    let files = std::fs::read_dir(folder).expect("the folder is there");
    let mut seen = 0;
    let found =
        files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).any(|path| {
            seen += 1;
            let bytes = std::fs::read(&path).expect("the file can be read");
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        });
    assert!(seen > 0, "no file in {}", folder.display());
    found
}

fn change(clock: &Clock) -> Change {
    Change {
        now: clock.now(),
        user_id: None,
        ip_address: None,
        request_id: "req_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        actor: "command_line".to_owned(),
    }
}

/// Address, name and role of Acme's members.
const ACME: [(&str, &str, Role); 3] = [
    (ACME_OWNER, "Ada Owner", Role::Owner),
    (ACME_ADMIN, "Alan Admin", Role::Admin),
    (ACME_MEMBER, "Mary Member", Role::Member),
];
const GLOBEX: [(&str, &str, Role); 1] = [(GLOBEX_OWNER, "Grace Globex", Role::Owner)];

/// Two organizations and their members, all with the same password.
async fn seed(store: &dyn Store, clock: &Clock) {
    let by = change(clock);
    for (name, users) in [("Acme", &ACME[..]), ("Globex", &GLOBEX[..])] {
        let organization = Organization {
            id: random::ulid(clock.now()).expect("randomness"),
            name: name.to_owned(),
            created_at: clock.now(),
        };
        let organization_id = organization.id.clone();
        let created = store.create_organization(organization, &by).await.expect("the store answers");
        assert_eq!(created, OrganizationCreated::Created);
        for (email, display_name, role) in users {
            let user = NewUser {
                id: random::ulid(clock.now()).expect("randomness"),
                organization_id: organization_id.clone(),
                email: (*email).to_owned(),
                display_name: (*display_name).to_owned(),
                role: *role,
                password_hash: password_hash(),
            };
            let created = store.create_user(user, &by).await.expect("the store answers");
            assert_eq!(created, UserCreated::Created);
        }
    }
}

/// Hashed once per test process: argon2 is slow on purpose.
fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash_password(PASSWORD, [7; 16]).expect("a short password")).clone()
}
