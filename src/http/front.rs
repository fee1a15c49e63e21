//! The front of either side, before any route: request ids, rate limits, ready answers; and
//! after them: problems, common headers, counters.
//!
//! It is one middleware and not several, because a repeated question must cost little more than
//! the bytes it sends.

use super::accept::{accepts, variant, wants_page};
use super::problem::of_framework;
use super::rate::Budget;
use super::reply::{Keep, STALE_IF_ERROR};
use super::{Public, Side};
use crate::domain::day::{Day, civil_day, number};
use crate::error::{Code, Problem, say};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// The longest address that is read.
const LONGEST_ADDRESS: usize = 8_192;
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const CLIENT_KEY: HeaderName = HeaderName::from_static("x-client-key");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "ETag, Link, RateLimit, RateLimit-Policy, Deprecation, Sunset, Retry-After, X-Request-Id, X-Data-Version, X-As-Of",
);

/// Under which name requests are logged, so that `RUST_LOG` can ask for them alone.
const REQUESTS_LOG: &str = "ocop_registry::requests";
static REQUESTS: AtomicU64 = AtomicU64::new(0);

/// The middleware.
#[derive(Clone)]
pub struct Front {
    public: Arc<Public>,
    side: Side,
    policy: HeaderValue,
}

impl Front {
    /// The front of a side.
    pub fn new(public: Arc<Public>, side: Side) -> Self {
        let policy = HeaderValue::from_str(&public.limiter.policy()).unwrap_or(HeaderValue::from_static(""));
        Self { public, side, policy }
    }
}

/// A request that came as QUERY (RFC 10008) and is handled as the POST of the same address.
#[derive(Debug, Clone, Copy)]
pub struct AskedByQuery;

/// When a request began. Its answer is about that instant's day, also when midnight passes meanwhile.
#[derive(Debug, Clone, Copy)]
struct BegunAt(DateTime<Utc>);

impl Public {
    /// The instant at which a request began.
    pub fn began(&self, request: &HttpRequest) -> DateTime<Utc> {
        request.extensions().get::<BegunAt>().map_or_else(|| self.reader.clock.now(), |begun| begun.0)
    }

    /// The civil day in Vietnam on which a request began.
    pub fn today(&self, request: &HttpRequest) -> Day {
        civil_day(self.began(request))
    }
}

/// The address as asked: what answers are kept under.
pub fn requested(request: &HttpRequest) -> String {
    request.uri().path_and_query().map_or_else(|| request.path().to_owned(), |target| target.as_str().to_owned())
}

/// The middleware around a service.
pub struct FrontService<S> {
    service: Rc<S>,
    front: Front,
}

impl<S, B> Transform<S, ServiceRequest> for Front
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Transform = FrontService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(FrontService { service: Rc::new(service), front: self.clone() }))
    }
}

/// What is known of a request before it is answered.
struct Begun {
    at: Instant,
    id: u64,
    /// What is left of the client's budget, where the request counts.
    left: Option<u32>,
}

impl<S, B> Service<ServiceRequest> for FrontService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<BoxBody>;
    type Error = Error;
    type Future = Either<Ready<Result<Self::Response, Error>>, LocalBoxFuture<'static, Result<Self::Response, Error>>>;

    forward_ready!(service);

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let mut begun = Begun { at: Instant::now(), id: REQUESTS.fetch_add(1, Ordering::Relaxed), left: Some(0) };
        let public = &self.front.public;
        let now = public.reader.clock.now();
        let counted = || public.limiter.count(client(request.request(), &public.trusted_proxies), client_key(request.headers()));
        match (!for_operators(request.path())).then(counted) {
            None => begun.left = None,
            Some(Budget::Left(left)) => begun.left = Some(left),
            Some(Budget::Spent(wait)) => {
                public.metrics.limited.inc();
                let detail = say(format!("Hãy thử lại sau {wait} giây."), format!("Try again in {wait} seconds."));
                let problem = Problem { retry_after: Some(wait), ..Problem::new(Code::RateLimited, detail) };
                return self.at_once(request, &begun, Err(problem));
            }
        }
        if let Some(problem) = unreadable(&request) {
            return self.at_once(request, &begun, Err(problem));
        }
        if request.method() == Method::GET || request.method() == Method::HEAD {
            if self.front.side == Side::Public
                && let Some(response) = self.front.ready_answer(&request, now)
            {
                return self.at_once(request, &begun, Ok(response));
            }
            // The connection remembers that it was HEAD and sends no body.
            request.head_mut().method = Method::GET;
        } else if request.method().as_str() == "QUERY" && self.front.side == Side::Public {
            request.head_mut().method = Method::POST;
            request.extensions_mut().insert(AskedByQuery);
        }
        request.extensions_mut().insert(BegunAt(now));
        let front = self.front.clone();
        let service = self.service.clone();
        Either::Right(Box::pin(async move {
            let response = match service.call(request).await {
                Ok(response) => response,
                Err(error) => return Err(error),
            };
            let problem = response.response().error().map(|error| match error.as_error::<Problem>() {
                Some(problem) => problem.clone(),
                None => of_framework(error),
            });
            let (request, response) = response.into_parts();
            let mut response = match problem {
                Some(problem) => front.tell(&problem, &request, &begun),
                None => response.map_into_boxed_body(),
            };
            front.dress(&mut response, &request, &begun);
            Ok(ServiceResponse::new(request, response))
        }))
    }
}

impl<S> FrontService<S> {
    /// Answers without asking any route.
    fn at_once<F>(
        &self,
        request: ServiceRequest,
        begun: &Begun,
        answer: Result<HttpResponse, Problem>,
    ) -> Either<Ready<Result<ServiceResponse<BoxBody>, Error>>, F> {
        let front = &self.front;
        let mut response = answer.unwrap_or_else(|problem| front.tell(&problem, request.request(), begun));
        front.dress(&mut response, request.request(), begun);
        Either::Left(ready(Ok(request.into_response(response))))
    }
}

impl Front {
    /// Tells of a problem: in a page where people ask by browser.
    fn tell(&self, problem: &Problem, request: &HttpRequest, begun: &Begun) -> HttpResponse {
        let id = self.request_id(begun);
        if self.side == Side::Public && wants_page(request.path(), request.headers()) {
            self.public.tell_people(problem, request, &id)
        } else {
            self.public.tell(problem, request, &id)
        }
    }

    fn request_id(&self, begun: &Begun) -> String {
        format!("{}-{:x}", self.public.instance, begun.id)
    }

    /// The answer to this address at the known position on this day, if it is ready. While the database is away there
    /// may be a newer position: then with its age (RFC 9111, section 5.1), and no longer than caches may keep it.
    fn ready_answer(&self, request: &ServiceRequest, now: DateTime<Utc>) -> Option<HttpResponse> {
        let public = &self.public;
        let target = request.uri().path_and_query()?.as_str();
        let reader = &public.reader;
        let age = reader.lost_for();
        if age.is_some_and(|age| age > STALE_IF_ERROR) {
            return None;
        }
        let variant = variant(request.path(), request.headers())?;
        let ready = reader.cache.get(reader.position(), number(civil_day(now)), variant, target)?;
        public.metrics.hits.inc();
        let mut response = public.send(&ready, request.headers(), Keep::Shared, now);
        if let Some(age) = age {
            response.headers_mut().insert(header::AGE, age.into());
        }
        Some(response)
    }

    /// What every answer carries, and its place in the counters and the log.
    fn dress(&self, response: &mut HttpResponse, request: &HttpRequest, begun: &Begun) {
        let status = response.status();
        let headers = response.headers_mut();
        let value = |text: String| HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).unwrap_or(HeaderValue::from_static(""));
        headers.insert(REQUEST_ID, value(self.request_id(begun)));
        if let Some(left) = begun.left {
            headers.insert(POLICY, self.policy.clone());
            headers.insert(LIMIT, value(self.public.limiter.field(left)));
        }
        match self.side {
            Side::Public => {
                headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
            }
            // What a token opens is nobody else's to keep.
            Side::Council if !headers.contains_key(header::CACHE_CONTROL) => {
                headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            }
            Side::Council => {}
        }
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        let took = begun.at.elapsed();
        self.public.metrics.answered(status.as_u16(), took);
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            tracing::error!(target: REQUESTS_LOG, id = self.request_id(begun), "answered with a fault");
        }
        // Without the query, which may hold what somebody searched for.
        tracing::debug!(
            target: REQUESTS_LOG,
            id = self.request_id(begun),
            method = %request.method(),
            path = request.path(),
            status = status.as_u16(),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
            "answered"
        );
    }
}

/// What keeps a request from being read at all.
fn unreadable(request: &ServiceRequest) -> Option<Problem> {
    let target = request.uri().path_and_query().map_or("", |target| target.as_str());
    if target.len() > LONGEST_ADDRESS {
        let detail = if request.path() == "/graphql" {
            say("Địa chỉ dài quá 8192 ký tự; dùng POST /graphql.", "The address is longer than 8192 characters; use POST /graphql.")
        } else {
            say(
                "Địa chỉ dài quá 8192 ký tự; dùng POST /v1/verifications cho nhiều mã.",
                "The address is longer than 8192 characters; use POST /v1/verifications for many codes.",
            )
        };
        return Some(Problem::new(Code::AddressTooLong, detail));
    }
    let path = request.path();
    if (path.starts_with("/v1/") || path.starts_with("/council/v1/"))
        && !path.starts_with("/v1/exports/")
        && !accepts(request.headers(), &["application/json", "application/problem+json"])
    {
        let detail = say("Địa chỉ này chỉ trả application/json.", "This address answers with application/json only.");
        return Some(Problem::new(Code::NotAcceptable, detail));
    }
    None
}

/// Whether an address is for those who watch over the program: no client that has spent its budget may make a
/// healthy node look ill.
fn for_operators(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// The client's address: that of the connection, or what a trusted proxy says. Of IPv6 it is the network of 64
/// bits, which is what one household or server is given (RFC 6177).
pub fn client(request: &HttpRequest, trusted: &[IpAddr]) -> IpAddr {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip());
    if !trusted.contains(&peer) {
        return network(peer);
    }
    // The last line is what the nearest proxy wrote: those before it may be the client's own invention.
    let lines: Vec<&str> = request.headers().get_all("x-forwarded-for").filter_map(|line| line.to_str().ok()).collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(',')).map_while(hop);
    hops.find(|hop| !trusted.contains(hop)).map_or(peer, network)
}

/// An address as proxies write it: bare, in brackets, or with a port.
fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.split_once(']')).map_or(text, |(bare, _)| bare);
    bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address => address,
    }
}

fn client_key(headers: &HeaderMap) -> Option<&str> {
    headers.get(CLIENT_KEY)?.to_str().ok().filter(|key| !key.is_empty() && key.len() <= 128)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn clients_behind_proxies() {
        let asked = |peer: &str, lines: &[&str]| {
            let mut request = TestRequest::default().peer_addr(peer.parse().expect("an address"));
            for line in lines {
                request = request.append_header(("x-forwarded-for", *line));
            }
            client(&request.to_http_request(), &[IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2])]).to_string()
        };
        for (peer, lines, expected) in [
            ("1.2.3.4:5", &["9.9.9.9"][..], "1.2.3.4"),
            ("10.0.0.1:5", &[], "10.0.0.1"),
            ("10.0.0.1:5", &["9.9.9.9"], "9.9.9.9"),
            ("10.0.0.1:5", &["1.1.1.1, 9.9.9.9, 10.0.0.2"], "9.9.9.9"),
            // A client's own line stands before the proxy's.
            ("10.0.0.1:5", &["1.1.1.1", "9.9.9.9"], "9.9.9.9"),
            ("10.0.0.1:5", &["1.1.1.1, nobody"], "10.0.0.1"),
            ("10.0.0.1:5", &["9.9.9.9:4711"], "9.9.9.9"),
            ("10.0.0.1:5", &["[2001:db8::7]:4711"], "2001:db8::"),
            ("10.0.0.1:5", &["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::"),
            ("[2001:db8::1]:5", &[], "2001:db8::"),
            ("[::ffff:1.2.3.4]:5", &[], "1.2.3.4"),
        ] {
            assert_eq!(asked(peer, lines), expected, "{peer} {lines:?}");
        }
    }
}
