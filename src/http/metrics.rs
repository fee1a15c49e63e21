//! Counters in Prometheus' text format.

use prometheus::{Encoder, Histogram, HistogramOpts, IntCounter, IntGauge, Opts, Registry, TextEncoder};
use std::time::Duration;

/// The counters of the public side.
pub struct Metrics {
    registry: Registry,
    /// Requests by class of status, 1xx to 5xx.
    requests: [IntCounter; 5],
    /// Answers that were ready.
    pub hits: IntCounter,
    /// Requests refused by the rate limit.
    pub limited: IntCounter,
    durations: Histogram,
    position: IntGauge,
    cache_bytes: IntGauge,
    cache_answers: IntGauge,
}

/// Bounds of the histogram, in seconds.
const BUCKETS: [f64; 12] = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];

impl Metrics {
    /// Counters at zero.
    ///
    /// # Errors
    /// Only if two were given one name, which a test of this module excludes.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let gauge = |name: &str, help: &str| {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok::<_, prometheus::Error>(gauge)
        };
        let class = |class: usize| {
            let opts = Opts::new("ocop_http_requests_total", "Requests by class of status.").const_label("class", format!("{class}xx"));
            let counter = IntCounter::with_opts(opts)?;
            registry.register(Box::new(counter.clone()))?;
            Ok::<_, prometheus::Error>(counter)
        };
        let requests = [class(1)?, class(2)?, class(3)?, class(4)?, class(5)?];
        let durations = Histogram::with_opts(
            HistogramOpts::new("ocop_http_request_seconds", "Seconds from request head to response head.").buckets(BUCKETS.to_vec()),
        )?;
        registry.register(Box::new(durations.clone()))?;
        Ok(Self {
            requests,
            durations,
            hits: counter("ocop_cache_hits_total", "Answers that were ready.")?,
            limited: counter("ocop_rate_limited_total", "Requests refused by the rate limit.")?,
            position: gauge("ocop_ledger_position", "Newest ledger position that this process knows.")?,
            cache_bytes: gauge("ocop_cache_bytes", "Bytes of ready answers.")?,
            cache_answers: gauge("ocop_cache_answers", "Ready answers.")?,
            registry,
        })
    }

    /// Counts an answered request.
    pub fn answered(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.requests[class].inc();
        self.durations.observe(took.as_secs_f64());
    }

    /// Everything, as text.
    pub fn text(&self, position: i64, cache_bytes: u64, cache_answers: usize) -> Vec<u8> {
        self.position.set(position);
        self.cache_bytes.set(i64::try_from(cache_bytes).unwrap_or(i64::MAX));
        self.cache_answers.set(i64::try_from(cache_answers).unwrap_or(i64::MAX));
        let mut families = self.registry.gather();
        // Process figures (memory, file descriptors, CPU) of the default registry.
        families.extend(prometheus::gather());
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&families, &mut text) {
            tracing::error!(%error, "metrics cannot be written");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_show() {
        let metrics = Metrics::new().expect("names differ");
        metrics.answered(200, Duration::from_micros(80));
        metrics.answered(404, Duration::from_micros(80));
        let text = String::from_utf8(metrics.text(7, 0, 0)).expect("text");
        assert!(text.contains("ocop_http_requests_total{class=\"2xx\"} 1"), "{text}");
        assert!(text.contains("ocop_ledger_position 7"));
    }
}
