//! A registry to put questions to: on either database, with chosen content, under a clock that is set.

use super::postgres;
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::test::{self, TestRequest};
use chrono::{DateTime, NaiveDate, Utc};
use clap::Parser;
use diesel::{Connection, PgConnection, RunQueryDsl, sql_query};
use futures_util::future::LocalBoxFuture;
use ocop_registry::auth::Verifier;
use ocop_registry::config::ServeSettings;
use ocop_registry::domain::day::civil_day;
use ocop_registry::domain::record::ActKind;
use ocop_registry::http::Public;
use ocop_registry::read::clock::Clock;
use ocop_registry::store::certificate::ActRow;
use ocop_registry::store::{DatabaseUrl, Origin, ReadDoor, StoreResult, WriteDoor, WriteTx, migrate};
use ocop_registry::write::Writer;
use ocop_registry::write::generate::{Plan, generate};
use ocop_registry::write::import::{Outcome, Report, import};
use ocop_registry::{app, domain::code};
use serde_json::Value;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::sync::Semaphore;

/// The real products that come with the program.
const SAMPLE: &str = include_str!("../../../src/cli/sample/ocop-products.csv");
/// When everything is imported, and at what instant the clock stands at first.
pub(crate) const IMPORTED: &str = "2026-11-21T02:30:00Z";
pub(crate) const NOW: &str = "2026-11-21T03:00:00Z";
/// The address that links begin with.
pub(crate) const BASE: &str = "https://ocop.example";

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

/// Makes of each `async fn name(database: Database)` the tests `sqlite::name` and `postgres::name`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[actix_web::test] async fn $name() { super::$name($crate::support::registry::Database::Sqlite).await })+
        }
        mod postgres {
            $(#[actix_web::test] async fn $name() { super::$name($crate::support::registry::Database::Postgres).await })+
        }
    };
}
pub(crate) use on_both;

/// An instant.
pub(crate) fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// A day.
pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

impl Database {
    /// The registry of the real products, for the use of one test.
    pub(crate) async fn sample(self) -> Registry {
        Registry::open(self, Content::Sample, |_| ()).await
    }

    /// A registry of 400 made-up products in which every status occurs.
    pub(crate) async fn generated(self) -> Registry {
        Registry::open(self, Content::Generated, |_| ()).await
    }

    /// The same under other settings.
    pub(crate) async fn generated_with(self, adjust: impl FnOnce(&mut ServeSettings)) -> Registry {
        Registry::open(self, Content::Generated, adjust).await
    }

    /// A registry of the rows of a list in CSV.
    pub(crate) async fn rows(self, list: &str) -> Registry {
        let registry = Registry::open(self, Content::Nothing, |_| ()).await;
        registry.import(list).await;
        registry
    }

    /// An empty registry under other settings.
    pub(crate) async fn empty_with(self, adjust: impl FnOnce(&mut ServeSettings)) -> Registry {
        Registry::open(self, Content::Nothing, adjust).await
    }

    /// The registry of the real products under other settings.
    pub(crate) async fn sample_with(self, adjust: impl FnOnce(&mut ServeSettings)) -> Registry {
        Registry::open(self, Content::Sample, adjust).await
    }
}

/// What a registry begins with.
#[derive(Debug, Clone, Copy)]
enum Content {
    Nothing,
    Sample,
    Generated,
}

/// A database made once for each content and copied for each test.
enum Template {
    Sqlite(Vec<u8>),
    Postgres(String),
}

impl Template {
    fn of(database: Database, content: Content) -> &'static Self {
        static TEMPLATES: [[OnceLock<Template>; 3]; 2] = [const { [const { OnceLock::new() }; 3] }; 2];
        TEMPLATES[database as usize][content as usize].get_or_init(|| Self::make(database, content))
    }

    fn make(database: Database, content: Content) -> Self {
        match database {
            Database::Sqlite => {
                let dir = tempfile::tempdir().expect("a scratch directory");
                let path = dir.path().join("template.db");
                fill(&DatabaseUrl::Sqlite(path.to_string_lossy().into_owned()), content);
                Self::Sqlite(std::fs::read(path).expect("the database is one file once it is closed"))
            }
            Database::Postgres => {
                let url = postgres::server().database(&format!("template {content:?}"));
                fill(&DatabaseUrl::Postgres(url.clone()), content);
                Self::Postgres(url)
            }
        }
    }

    /// A copy, and what has to live as long as it is used.
    fn copy(&self) -> (DatabaseUrl, Option<TempDir>) {
        match self {
            Self::Sqlite(bytes) => {
                let dir = tempfile::tempdir().expect("a scratch directory");
                let path = dir.path().join("ocop.db");
                std::fs::write(&path, bytes).expect("the copy can be written");
                (DatabaseUrl::Sqlite(path.to_string_lossy().into_owned()), Some(dir))
            }
            Self::Postgres(url) => {
                static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
                let (server, template) = url.rsplit_once('/').expect("the URL ends with the name of the database");
                let name = format!("{template}_{}", COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
                let mut conn = PgConnection::establish(&format!("{server}/postgres")).expect("the server is there");
                // A template may be copied by one only.
                sql_query("SELECT pg_advisory_lock(1)").execute(&mut conn).expect("the lock is given");
                sql_query(format!("CREATE DATABASE {name} TEMPLATE {template}")).execute(&mut conn).expect("the template can be copied");
                (DatabaseUrl::Postgres(format!("{server}/{name}")), None)
            }
        }
    }
}

fn fill(url: &DatabaseUrl, content: Content) {
    migrate(url).expect("the schema can be made");
    let (door, at) = (WriteDoor::new(url.clone()), instant(IMPORTED));
    match content {
        Content::Nothing => {}
        Content::Sample => {
            drop(import(&door, SAMPLE.as_bytes(), civil_day(at), at.naive_utc(), true, |_, _| ()).expect("the sample is good"))
        }
        Content::Generated => {
            let plan = Plan { products: 400, seed: 1, today: civil_day(at) };
            generate(&door, &plan, at.naive_utc(), &|_| ()).expect("an empty registry can be filled");
        }
    }
}

/// How `serve` reads its settings.
#[derive(Parser)]
struct Serve {
    #[command(flatten)]
    settings: ServeSettings,
}

static EXPORTS: Semaphore = Semaphore::const_new(1);

pub(crate) type Door = Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>;

/// A way to ask an app: what it answers is read to its end.
macro_rules! door {
    ($app:expr) => {{
        let service = Rc::new(test::init_service($app).await);
        let door: Door = Box::new(move |request| {
            let service = service.clone();
            Box::pin(async move {
                let request = request.to_request();
                // A process runs few exports at once, and the tests are one process.
                let export = request.path().starts_with("/v1/exports/").then(|| EXPORTS.acquire());
                let _permit = match export {
                    Some(permit) => Some(permit.await.expect("the semaphore is never closed")),
                    None => None,
                };
                let response = test::call_service(&*service, request).await;
                let (status, headers) = (response.status().as_u16(), response.headers().clone());
                Answer { status, headers, body: test::read_body(response).await.to_vec() }
            })
        });
        door
    }};
}

/// A registry with its public side; the council side is opened by [`Registry::council`].
pub(crate) struct Registry {
    pub(crate) public: Arc<Public>,
    pub(crate) settings: ServeSettings,
    url: DatabaseUrl,
    door: Door,
    _dir: Option<TempDir>,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header, or empty text.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("headers are ASCII"))
    }

    /// The body as text.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("the body is UTF-8")
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }
}

/// A request; blanks and letters beyond ASCII in the address are encoded.
pub(crate) fn request(method: &str, address: &str) -> TestRequest {
    let method = Method::from_bytes(method.as_bytes()).expect("a method");
    TestRequest::default().method(method).uri(&encoded(address))
}

/// A GET.
pub(crate) fn get(address: &str) -> TestRequest {
    request("GET", address)
}

/// An address with everything percent-encoded that may not stand in one.
pub(crate) fn encoded(address: &str) -> String {
    let plain = |b: u8| b.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&b);
    address.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

impl Registry {
    async fn open(database: Database, content: Content, adjust: impl FnOnce(&mut ServeSettings)) -> Self {
        let (url, dir) = Template::of(database, content).copy();
        let mut settings =
            Serve::parse_from(["serve", "--public-url", BASE, "--rate-limit", "1000000", "--pool", "3", "--max-age", "60"]).settings;
        settings.database.database_url = url.clone();
        adjust(&mut settings);
        let door = ReadDoor::open(url.clone(), settings.pool).expect("the database can be read");
        let public = Arc::new(app::public(&settings, door, Clock::at(instant(NOW))).expect("the state can be made"));
        public.reader.refresh().await.expect("the database answers");
        let door = door!(app::app(public.clone(), app::label_reports(&settings)));
        Self { public, settings, url, door, _dir: dir }
    }

    /// The council side, whose tokens are checked by these keys.
    pub(crate) async fn council(&self, verifier: Arc<Verifier>) -> Door {
        let writer = Writer::new(WriteDoor::new(self.url.clone()), self.settings.council.four_eyes);
        door!(app::council_app(self.public.clone(), verifier, Arc::new(writer)))
    }

    /// Where its database is, as connections are opened with.
    pub(crate) fn database(&self) -> &str {
        match &self.url {
            DatabaseUrl::Sqlite(url) | DatabaseUrl::Postgres(url) => url,
        }
    }

    /// Asks.
    pub(crate) async fn ask(&self, request: TestRequest) -> Answer {
        (self.door)(request).await
    }

    /// Asks by GET.
    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.ask(get(address)).await
    }

    /// Asks by GET for JSON that is there.
    pub(crate) async fn json(&self, address: &str) -> Value {
        let answer = self.get(address).await;
        assert_eq!(answer.status, 200, "{address}: {}", answer.text());
        answer.json()
    }

    /// Asks by POST.
    pub(crate) async fn post(&self, address: &str, body: &Value) -> Answer {
        self.ask(request("POST", address).set_json(body)).await
    }

    /// All items of a list, page by page.
    pub(crate) async fn all(&self, list: &str) -> Vec<Value> {
        let joint = if list.contains('?') { '&' } else { '?' };
        let mut items = Vec::new();
        let mut next = format!("{list}{joint}first=200");
        loop {
            let page = self.json(&next).await;
            items.extend(page["items"].as_array().expect("a list has items").iter().cloned());
            if page["pageInfo"]["hasNextPage"] == false {
                return items;
            }
            next = format!("{list}{joint}first=200&after={}", page["pageInfo"]["endCursor"].as_str().expect("a cursor"));
        }
    }

    /// Sets the clock.
    pub(crate) fn at(&self, moment: &str) {
        self.public.reader.clock.set(instant(moment));
    }

    /// Imports a list behind the public side's back, as another process would. Every row must be good.
    pub(crate) fn import_unseen(&self, list: &str) -> Report {
        let at = instant(IMPORTED);
        let door = WriteDoor::new(self.url.clone());
        let report = import(&door, list.as_bytes(), civil_day(at), at.naive_utc(), true, |_, _| ()).expect("the list is good");
        let refused = report.rows.iter().find(|row| matches!(row.outcome, Outcome::Refused(_)));
        assert_eq!(refused, None, "a refused row would make a test say less than it seems to");
        report
    }

    /// Imports a list and lets the public side know.
    pub(crate) async fn import(&self, list: &str) -> Report {
        let report = self.import_unseen(list);
        self.public.reader.refresh().await.expect("the database answers");
        report
    }

    /// Writes as a council's command would, and lets the public side know.
    pub(crate) async fn write<T>(&self, actor: &str, cause: Option<&str>, command: impl FnOnce(&mut WriteTx<'_>) -> StoreResult<T>) -> T {
        let origin = Origin { actor: actor.into(), command: "test".into(), cause: cause.map(Into::into) };
        let written = WriteDoor::new(self.url.clone()).write(origin, instant(IMPORTED).naive_utc(), true, command);
        self.public.reader.refresh().await.expect("the database answers");
        written.expect("the command succeeds").0
    }

    /// Records an act about a certificate, from a day on.
    pub(crate) async fn act(&self, certificate: &str, kind: ActKind, from: &str, until: Option<&str>) {
        let (_, certificate_id) = code::parse(certificate).expect("a code");
        let write = |tx: &mut WriteTx<'_>| {
            let product = ocop_registry::store::certificate::product_of(tx.conn(), certificate_id)?.expect("the certificate is known");
            let id = tx.next_id::<ActRow>()?;
            tx.create(&[ActRow {
                id,
                certificate_id,
                decision_id: None,
                kind: kind.as_str().into(),
                effective_on: day(from),
                until: until.map(day),
                ground: None,
            }])?;
            tx.touch([product]);
            Ok(())
        };
        self.write("operator", None, write).await;
    }
}
