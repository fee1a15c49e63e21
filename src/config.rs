//! Settings: one place for every flag, environment variable, default and explanation.

use crate::auth::KeySource;
use crate::store::DatabaseUrl;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// The database when none is named.
const DEFAULT_DATABASE: &str = "ocop.db";

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct DatabaseSettings {
    /// The database: a file name for embedded SQLite, or postgres://user:password@host/name.
    #[arg(long, env = "DATABASE_URL", default_value = DEFAULT_DATABASE, hide_env_values = true, value_name = "FILE|URL")]
    pub database_url: DatabaseUrl,
}

/// What tokens of the councils must say.
#[derive(Debug, Clone, Args)]
pub struct TokenSettings {
    /// Who issues the councils' tokens (`iss`): the address of your identity provider, or leave it for tokens of `token issue`.
    #[arg(long, env = "OCOP_TOKEN_ISSUER", default_value = "ocop-registry", value_name = "ISSUER")]
    pub token_issuer: String,
    /// For whom they are (`aud`): what your identity provider calls this registry.
    #[arg(long, env = "OCOP_TOKEN_AUDIENCE", default_value = "ocop-registry", value_name = "AUDIENCE")]
    pub token_audience: String,
}

/// The council side.
#[derive(Debug, Clone, Args)]
pub struct CouncilSettings {
    /// Turns the council side on: public keys that its tokens are checked with, as a JWK set or PEM in a file,
    /// or the https address of your identity provider's JWK set. `ocop-registry keys new` makes a file.
    #[arg(long, env = "OCOP_COUNCIL_KEYS", value_name = "FILE|URL")]
    pub council_keys: Option<KeySource>,
    /// Address and port of the council side.
    #[arg(long, env = "OCOP_COUNCIL_LISTEN", default_value = "127.0.0.1:8081", value_name = "ADDRESS:PORT")]
    pub council_listen: SocketAddr,
    /// Issuer and audience.
    #[command(flatten)]
    pub tokens: TokenSettings,
    /// Seconds by which the clocks of issuer and registry may differ.
    #[arg(long, env = "OCOP_TOKEN_LEEWAY", default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(0..=60))]
    pub token_leeway: u32,
    /// Whether a decision has to be published by somebody other than those who drafted it.
    #[arg(long, env = "OCOP_FOUR_EYES", default_value_t = true, action = clap::ArgAction::Set, value_name = "true|false")]
    pub four_eyes: bool,
    /// The largest workbook that a council may hand in, in MiB; it may unpack to six times as much.
    #[arg(long, env = "OCOP_IMPORT_MIB", default_value_t = 10, value_name = "MIB", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub import_mib: u16,
    /// The most rows of a workbook.
    #[arg(long, env = "OCOP_IMPORT_ROWS", default_value_t = 5_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=50_000))]
    pub import_rows: u32,
    /// Days for which the reports of imports are kept.
    #[arg(long, env = "OCOP_IMPORT_DAYS", default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=3_650))]
    pub import_days: u16,
}

/// How to serve.
#[derive(Debug, Clone, Args)]
pub struct ServeSettings {
    /// The database.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// Read from this replica instead; the schema is then not migrated here.
    #[arg(long, env = "READ_DATABASE_URL", hide_env_values = true, value_name = "FILE|URL")]
    pub read_database_url: Option<DatabaseUrl>,
    /// Serve the 1,243 real products that come with the program, from a database file of their own.
    #[arg(long, conflicts_with_all = ["database_url", "read_database_url"])]
    pub sample: bool,
    /// Put database files named without a directory here.
    #[arg(long, env = "OCOP_DATA_DIR", default_value = ".", value_name = "DIR")]
    pub data_dir: PathBuf,
    /// Address and port of the public side.
    #[arg(long, env = "OCOP_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// The council side.
    #[command(flatten)]
    pub council: CouncilSettings,
    /// The address by which the world reaches the public side, without a path; links begin with it.
    #[arg(long, env = "OCOP_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Threads that answer.
    #[arg(long, env = "OCOP_WORKERS", value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Connections in the read pool; more help where a PostgreSQL server is far away.
    #[arg(long, env = "OCOP_POOL", default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=256))]
    pub pool: u32,
    /// Bytes of memory for ready answers, in MiB.
    #[arg(long, env = "OCOP_CACHE_MIB", default_value_t = 64, value_name = "MIB", value_parser = clap::value_parser!(u64).range(0..=65_536))]
    pub cache_mib: u64,
    /// Longest time in seconds that clients and caches may keep an answer; never past midnight in Vietnam.
    #[arg(long, env = "OCOP_MAX_AGE", default_value_t = 60, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(0..=86_400))]
    pub max_age: u32,
    /// Requests a minute for one address or client key.
    #[arg(long, env = "OCOP_RATE_LIMIT", default_value_t = 600, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate_limit: u32,
    /// Addresses of proxies whose `X-Forwarded-For` is believed.
    #[arg(long, env = "OCOP_TRUSTED_PROXIES", value_delimiter = ',', value_name = "ADDRESS")]
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// The licence of the data, as a link.
    #[arg(long, env = "OCOP_DATA_LICENCE", value_parser = |text: &str| uri(text, &["https://", "http://"]), default_value = "https://creativecommons.org/publicdomain/zero/1.0/", value_name = "URL")]
    pub data_licence: String,
    /// Where to report weaknesses of this site, such as mailto:… or https://…; without it there is no security.txt.
    #[arg(long, env = "OCOP_SECURITY_CONTACT", value_parser = |text: &str| uri(text, &["mailto:", "https://", "tel:"]), value_name = "URI")]
    pub security_contact: Option<String>,
    /// Answer only the GraphQL documents of this list: a JSON object of id and document, or an Apollo manifest.
    #[arg(long, env = "OCOP_TRUSTED_DOCUMENTS", value_name = "FILE")]
    pub trusted_documents: Option<PathBuf>,
    /// Logs as text or as JSON. `RUST_LOG` chooses how much.
    #[arg(long, env = "OCOP_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

impl ServeSettings {
    /// Whether this node may write: one that reads from a replica only if it is told where the primary is.
    pub fn writes(&self) -> bool {
        self.read_database_url.is_none() || self.database.database_url != DatabaseUrl::Sqlite(DEFAULT_DATABASE.into())
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Reads an address that is printed as it is: in a header, in a line of its own.
fn uri(text: &str, schemes: &[&str]) -> Result<String, String> {
    let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
    let clean = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte));
    match rest {
        Some(rest) if !rest.is_empty() && clean(rest) => Ok(text.to_owned()),
        _ => Err(format!("it begins with {} and has neither blanks nor quotes in it", schemes.join(" or "))),
    }
}

/// Reads the public address. A path would break every link and code that is printed: addresses begin at `/`.
fn public_url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = host.ok_or("it begins with https:// or http://, as https://ocop.example")?;
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '?' | '#' | '@' | '"' | '<' | '>')) {
        return Err("it is a host and perhaps a port, as https://ocop.example or http://127.0.0.1:8080".into());
    }
    match host.split_once('/') {
        None => Ok(url.to_owned()),
        Some((host, path)) => Err(format!(
            "the registry answers at the root of a host: leave out \"/{path}\", or give it a host of its own in place of {host}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_addresses_are_addresses() {
        assert!(uri("mailto:a@ocop.example", &["mailto:"]).is_ok() && uri("https://ocop.example/licence", &["https://"]).is_ok());
        for text in ["x", "mailto:", "mailto:a b", "mailto:a\r\nX: y", "mailto:\"><"] {
            assert!(uri(text, &["mailto:"]).is_err(), "{text}");
        }
    }

    #[test]
    fn the_public_address_has_no_path() {
        for (text, read) in [
            ("https://ocop.example", "https://ocop.example"),
            ("https://ocop.example/", "https://ocop.example"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(public_url(text).as_deref(), Ok(read));
        }
        for (text, said) in [
            ("https://ocop.example/registry", "/registry"),
            ("ocop.example", "https://"),
            ("https://", "begins with"),
            ("https://ocop.example?x", "host"),
            ("https://a b", "host"),
        ] {
            assert!(public_url(text).expect_err(text).contains(said), "{text}");
        }
    }
}
