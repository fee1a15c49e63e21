//! Fetches an issuer's keys over HTTP: bounded in time and size, no redirects, TLS by the
//! certificates that the machine trusts.

use super::jwk::KeyError;
use rustls::crypto::aws_lc_rs::default_provider;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long a fetch may take in all.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest set that is read.
pub(super) const LARGEST: u64 = 256 * 1024;

/// A client for one address.
#[derive(Debug, Clone)]
pub(super) struct Fetcher {
    agent: Agent,
    address: Uri,
}

/// Reads an address: https, or http on the loopback interface, where nobody listens in.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn address(text: &str) -> Result<Uri, String> {
    let address: Uri = text.parse().map_err(|e| format!("not an address: {e}"))?;
    let host = address.host().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if address.authority().is_none_or(|authority| authority.as_str().contains('@')) {
        return Err("the address needs a host and must carry no password".into());
    }
    match address.scheme_str() {
        Some("https") => Ok(address),
        Some("http") if loopback => Ok(address),
        _ => Err("keys are fetched by https only (or http on the loopback interface)".into()),
    }
}

impl Fetcher {
    pub(super) fn new(address: Uri) -> Self {
        let trusted = rustls_native_certs::load_native_certs();
        for error in &trusted.errors {
            tracing::warn!(%error, "a trusted certificate of this machine cannot be read");
        }
        let roots: Vec<_> = trusted.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(default_provider()))
            .root_certs(RootCerts::new_with_certs(&roots))
            .build();
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .max_redirects_will_error(true)
            .user_agent(concat!("ocop-registry/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls)
            .build();
        Self { agent: config.new_agent(), address }
    }

    /// The body of a good answer. Blocks.
    pub(super) fn get(&self) -> Result<Vec<u8>, KeyError> {
        let get = self.agent.get(&self.address).header("accept", "application/jwk-set+json, application/json");
        let read = get.call().and_then(|mut answer| answer.body_mut().with_config().limit(LARGEST).read_to_vec());
        read.map_err(|error| KeyError::Unreadable(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn addresses() {
        for good in ["https://id.gov.vn/jwks", "http://127.0.0.1:9/jwks", "http://[::1]:9/", "http://localhost/jwks"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in
            ["http://id.gov.vn/jwks", "ftp://127.0.0.1/", "/jwks", "https://user:secret@id.gov.vn/", "http://localhost.evil.example/"]
        {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
