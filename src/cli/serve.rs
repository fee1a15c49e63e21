//! `ocop-registry serve`: the public side, and the council side on a listener of its own.

use super::Failure;
use crate::app;
use crate::auth::Verifier;
use crate::config::{LogFormat, ServeSettings};
use crate::domain::day::civil_day;
use crate::read::clock::Clock;
use crate::store::{self, DatabaseUrl, ReadDoor, WriteDoor};
use crate::write::Writer;
use crate::write::import::import;
use crate::write::workbook::job;
use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::{App, Error, HttpServer};
use futures_util::future::{join_all, select, try_join_all};
use std::io::Write;
use std::net::SocketAddr;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// The real products that come with the program.
const SAMPLE: &[u8] = include_bytes!("sample/ocop-products.csv");
/// How often a process looks for changes that another one wrote.
const LOOK: Duration = Duration::from_millis(500);
/// How long answers under way may take when the program is asked to end.
const GRACE_SECONDS: u64 = 10;
/// The councils are few.
const COUNCIL_WORKERS: usize = 2;

pub(super) fn run(mut settings: ServeSettings) -> Result<ExitCode, Failure> {
    log(settings.log_format);
    std::fs::create_dir_all(&settings.data_dir)
        .map_err(|e| Failure(format!("cannot create the directory {}: {e}", settings.data_dir.display())))?;
    if settings.sample {
        settings.database.database_url = DatabaseUrl::Sqlite("ocop-sample.db".into());
    }
    let database = settings.database.database_url.within(&settings.data_dir);
    let read_from = match &settings.read_database_url {
        Some(replica) => replica.within(&settings.data_dir),
        None => {
            store::migrate(&database)?;
            database.clone()
        }
    };
    if settings.sample {
        let now = Clock::System.now();
        import(&WriteDoor::new(database.clone()), SAMPLE, civil_day(now), now.naive_utc(), true, |_, _| ())
            .map_err(|e| Failure(e.to_string()))?;
    }
    let verifier = app::verifier(&settings.council).map_err(Failure)?.map(Arc::new);
    let writer = Arc::new(app::writer(&settings.council, WriteDoor::new(database)));
    let door = ReadDoor::open(read_from, settings.pool)?;
    let public = Arc::new(app::public(&settings, door, Clock::System)?);
    actix_web::rt::System::new().block_on(serve(&settings, public, verifier.map(|verifier| (verifier, writer))))
}

async fn serve(
    settings: &ServeSettings,
    public: Arc<crate::http::Public>,
    council: Option<(Arc<Verifier>, Arc<Writer>)>,
) -> Result<ExitCode, Failure> {
    let position = public.reader.refresh().await?;
    let workers = settings.workers.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let (shared, reports) = (public.clone(), app::label_reports(settings));
    let mut servers = vec![listen(move || app::app(shared.clone(), reports.clone()), workers, (settings.listen, "--listen"))?];
    if let Some((verifier, writer)) = council {
        let (shared, address) = (public.clone(), settings.council.council_listen);
        let imports = writer.clone();
        let council = move || app::council_app(shared.clone(), verifier.clone(), writer.clone());
        servers.push(listen(council, workers.min(COUNCIL_WORKERS), (address, "--council-listen"))?);
        let reader = public.clone();
        actix_web::rt::spawn(job::work(imports, || Clock::System.now(), move |position| reader.reader.learn(position)));
    }
    announce(settings, &public, position);
    let ending = public.clone();
    let housekeeping = actix_web::rt::spawn(keep_up(public.clone()));
    let handles: Vec<_> = servers.iter().map(Server::handle).collect();
    let mut terminate = signal(SignalKind::terminate())?;
    actix_web::rt::spawn(async move {
        // Asked by Ctrl-C or by whoever supervises: answers under way are sent first.
        select(pin!(actix_web::rt::signal::ctrl_c()), pin!(terminate.recv())).await;
        ending.reader.close();
        join_all(handles.iter().map(|handle| handle.stop(true))).await;
    });
    let ended = try_join_all(servers).await;
    housekeeping.abort();
    ended.map_err(|e| Failure(format!("the server ended: {e}")))?;
    tracing::info!("ended; answers under way had {GRACE_SECONDS} seconds");
    Ok(ExitCode::SUCCESS)
}

/// A server of an app, bound to its address.
fn listen<T, B>(
    app: impl Fn() -> App<T> + Send + Clone + 'static,
    workers: usize,
    (address, flag): (SocketAddr, &str),
) -> Result<Server, Failure>
where
    T: ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<B>, Error = Error, InitError = (), Service: 'static>
        + 'static,
    B: MessageBody + 'static,
{
    let bound = HttpServer::new(app)
        .workers(workers)
        .shutdown_timeout(GRACE_SECONDS)
        // Its own handling would cut answers off at Ctrl-C.
        .disable_signals()
        .client_request_timeout(Duration::from_secs(10))
        .bind(address);
    Ok(bound.map_err(|e| Failure(format!("cannot listen on {address}: {e}. Choose another address with {flag}.")))?.run())
}

/// Learns what other processes wrote, and forgets clients that have gone.
async fn keep_up(public: Arc<crate::http::Public>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut lost = false;
    for tick in 0u64.. {
        ticks.tick().await;
        match public.reader.refresh().await {
            Ok(_) if lost => {
                lost = false;
                tracing::info!("the database answers again");
            }
            Ok(_) => {}
            Err(error) if !lost => {
                lost = true;
                tracing::warn!(%error, "the database does not answer; ready answers are still served for ten minutes");
            }
            Err(_) => {}
        }
        if tick % 120 == 0 {
            public.limiter.forget();
            public.reports.forget();
        }
    }
}

fn announce(settings: &ServeSettings, public: &crate::http::Public, position: i64) {
    let base = &public.base_url;
    tracing::info!(address = %settings.listen, database = %public.reader.door.url(), position, "serving");
    let council = match &settings.council.council_keys {
        Some(keys) => {
            let address = settings.council.council_listen;
            tracing::info!(%address, %keys, issuer = settings.council.tokens.token_issuer, "serving the councils");
            if !address.ip().is_loopback() {
                tracing::warn!("tokens travel in clear unless a proxy speaks TLS in front of {address}");
            }
            format!("http://{address}/docs/")
        }
        None => {
            let how = "off; `ocop-registry keys new`, then serve with --council-keys jwks.json, turns it on";
            tracing::info!("the council side is {how}");
            how.to_owned()
        }
    };
    if settings.sample {
        // Where nobody reads it, the server runs all the same.
        let _ = writeln!(
            std::io::stdout(),
            "\nOCOP registry with 1,243 rows of real products (ledger position {position}).\n\n  \
             Pages           {base}/\n  Documentation   {base}/docs/\n  OpenAPI 3.1     {base}/openapi.json\n  Council side    {council}\n\nTry:\n  \
             curl '{base}/v1/verifications/P0000PMH'\n  \
             curl '{base}/v1/products?q=mat+ong&first=3'\n  \
             curl '{base}/v1/products?province=VN34-51&status=valid'\n  \
             curl '{base}/v1/stats?by=status,stars'\n\nCtrl-C ends it.\n"
        );
    }
}

fn log(format: LogFormat) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,actix_server=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second subscriber in one process is refused; the first goes on.
    let _ = match format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
}
