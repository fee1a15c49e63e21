//! `ocop-registry serve`: the public side.

use super::Failure;
use crate::app;
use crate::config::{LogFormat, ServeSettings};
use crate::domain::day::civil_day;
use crate::read::clock::Clock;
use crate::store::{self, DatabaseUrl, ReadDoor, WriteDoor};
use crate::write::import::import;
use actix_web::HttpServer;
use actix_web::rt::signal::unix::{SignalKind, signal};
use chrono::Utc;
use futures_util::future::select;
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
        let now = Utc::now();
        import(&WriteDoor::new(database), SAMPLE, civil_day(now), now.naive_utc(), true, |_, _| ()).map_err(|e| Failure(e.to_string()))?;
    }
    let door = ReadDoor::open(read_from, settings.pool)?;
    let public = Arc::new(app::public(&settings, door, Clock::System)?);
    actix_web::rt::System::new().block_on(serve(&settings, public))
}

async fn serve(settings: &ServeSettings, public: Arc<crate::http::Public>) -> Result<ExitCode, Failure> {
    let position = public.reader.refresh().await?;
    let workers = settings.workers.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from);
    let shared = public.clone();
    let server = HttpServer::new(move || app::app(shared.clone()))
        .workers(workers)
        .shutdown_timeout(GRACE_SECONDS)
        // Its own handling would cut answers off at Ctrl-C.
        .disable_signals()
        .client_request_timeout(Duration::from_secs(10))
        .bind(settings.listen)
        .map_err(|e| Failure(format!("cannot listen on {}: {e}. Choose another address with --listen.", settings.listen)))?
        .run();
    announce(settings, &public, position);
    let housekeeping = actix_web::rt::spawn(keep_up(public.clone()));
    let handle = server.handle();
    let mut terminate = signal(SignalKind::terminate())?;
    actix_web::rt::spawn(async move {
        // Asked by Ctrl-C or by whoever supervises: answers under way are sent first.
        select(pin!(actix_web::rt::signal::ctrl_c()), pin!(terminate.recv())).await;
        handle.stop(true).await;
    });
    let ended = server.await;
    housekeeping.abort();
    ended.map_err(|e| Failure(format!("the server ended: {e}")))?;
    tracing::info!("ended; every answer under way was sent");
    Ok(ExitCode::SUCCESS)
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
                tracing::warn!(%error, "the database does not answer; ready answers are still served");
            }
            Err(_) => {}
        }
        if tick % 120 == 0 {
            public.limiter.forget();
        }
    }
}

fn announce(settings: &ServeSettings, public: &crate::http::Public, position: i64) {
    let base = &public.base_url;
    tracing::info!(address = %settings.listen, database = %public.reader.door.url(), position, "serving");
    if settings.sample {
        println!(
            "\nOCOP registry with 1,243 rows of real products (ledger position {position}).\n\n  \
             Documentation   {base}/docs/\n  OpenAPI 3.1     {base}/openapi.json\n\nTry:\n  \
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
