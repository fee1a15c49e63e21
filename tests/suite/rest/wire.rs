//! What is seen on the connection itself: HEAD, OPTIONS, letters beyond ASCII, limits.

use crate::support::registry::{Database, Registry, get, on_both, request};
use crate::support::schema::{addresses, document};
use actix_web::HttpServer;
use ocop_registry::app;
use ocop_registry::http::Side;
use ocop_registry::write::label_report::LabelReports;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

on_both!(head_is_get_without_a_body, options_everywhere, letters_beyond_ascii, limits_are_told, limits_by_key_and_address);

/// An answer as it came: status, headers but for those of the moment, body.
type Raw = (u16, BTreeMap<String, String>, Vec<u8>);

/// Sends bytes and reads to the end of the connection.
async fn exchange(address: SocketAddr, head: String) -> Raw {
    let read = move || {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a timeout");
        stream.write_all(head.as_bytes()).expect("the request is sent");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("the server closes the connection");
        bytes
    };
    let bytes = actix_web::web::block(read).await.expect("the answer is read");
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head ends with an empty line");
    let head = String::from_utf8(bytes[..end].to_vec()).expect("the head is UTF-8");
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
    let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let of_the_moment = ["date", "x-request-id", "ratelimit"];
    (status, headers.filter(|(name, _)| !of_the_moment.contains(&name.as_str())).collect(), bytes[end + 4..].to_vec())
}

async fn ask(address: SocketAddr, method: &str, target: &str) -> Raw {
    exchange(address, format!("{method} {target} HTTP/1.1\r\nHost: ocop.example\r\nAccept: */*\r\nConnection: close\r\n\r\n")).await
}

/// Runs a conversation with the registry behind a real listener.
async fn served<T>(registry: &Registry, conversation: impl AsyncFnOnce(SocketAddr) -> T) -> T {
    let public = registry.public.clone();
    let server = HttpServer::new(move || app::app(public.clone(), LabelReports::refused()))
        .workers(1)
        .disable_signals()
        .bind(("127.0.0.1", 0))
        .expect("a free port");
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);
    let result = conversation(address).await;
    handle.stop(false).await;
    running.await.expect("the server ends").expect("without an error");
    result
}

async fn head_is_get_without_a_body(database: Database) {
    let registry = database.sample().await;
    let mut targets: Vec<String> = addresses().into_iter().map(|(_, address)| address).collect();
    targets.extend(["/v1/nothing", "/v1/products/P00000BX", "/openapi.json", "/docs/"].map(str::to_owned));
    served(&registry, async |address| {
        for target in &targets {
            // The second time many answers are ready; both must hold.
            for _ in 0..2 {
                let (whole, only_head) = (ask(address, "GET", target).await, ask(address, "HEAD", target).await);
                assert_eq!(only_head.0, whole.0, "{target}");
                assert!(only_head.2.is_empty(), "{target}: HEAD has no body");
                assert!(!whole.2.is_empty(), "{target}: GET has one");
                if target == "/metrics" {
                    continue;
                }
                assert_eq!(only_head.1, whole.1, "{target}");
            }
        }
    })
    .await;
}

async fn options_everywhere(database: Database) {
    let registry = database.sample().await;
    let mut paths: Vec<(String, String)> = addresses();
    paths.extend([("".into(), "/openapi.json".into()), ("".into(), "/docs/".into())]);
    for (_, address) in paths {
        let preflight = request("OPTIONS", &address)
            .insert_header(("origin", "https://shop.example"))
            .insert_header(("access-control-request-method", "GET"))
            .insert_header(("access-control-request-headers", "if-none-match"));
        let answer = registry.ask(preflight).await;
        assert_eq!(answer.status, 204, "{address}: {}", answer.text());
        let posted = address.starts_with("/v1/verifications?");
        let allow = if posted { "GET, HEAD, POST, QUERY, OPTIONS" } else { "GET, HEAD, OPTIONS" };
        assert_eq!((answer.header("allow"), answer.header("access-control-allow-methods")), (allow, allow), "{address}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        for header in ["If-None-Match", "Content-Type", "Accept-Language", "X-Client-Key"] {
            assert!(answer.header("access-control-allow-headers").contains(header), "{header}");
        }
        let whole = registry.get(&address).await;
        assert_eq!(whole.header("access-control-allow-origin"), "*", "{address}");
        for header in ["ETag", "Link", "RateLimit", "Deprecation", "Retry-After", "X-Data-Version"] {
            let exposed = whole.header("access-control-expose-headers").split(", ").any(|name| name == header);
            assert!(exposed, "{address}: {header}");
        }
    }
    assert_eq!(registry.ask(request("OPTIONS", "/v1/nothing")).await.status, 404);
    assert!(document(Side::Public)["paths"].as_object().is_some_and(|paths| paths.len() > 20));
}

async fn letters_beyond_ascii(database: Database) {
    let registry = database.sample().await;
    served(&registry, async |address| {
        // Some programs send letters as they are. They are understood or refused, never a fault of the registry.
        for target in ["/v1/products?q=mật&first=1", "/v1/products/mật", "/v1/verifications/mật%20ong"] {
            let (status, headers, _) = ask(address, "GET", target).await;
            assert!(status == 200 || status == 400, "{target}: {status} {headers:?}");
        }
        let (status, headers, _) = ask(address, "GET", "/v1/products?q=m%E1%BA%ADt&first=1").await;
        assert_eq!(status, 200);
        assert!(headers["link"].starts_with("</v1/products?q=m%E1%BA%ADt&first=1>; rel=\"self\", </v1/products?q=m%E1%BA%ADt&first=1&after="));
        // A body that is announced but does not come is no reason to hang or to answer with HTML.
        let short = "POST /v1/verifications HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
        let (status, headers, body) = exchange(address, short.into()).await;
        assert_eq!((status, headers["content-type"].as_str()), (400, "application/problem+json"));
        assert!(serde_json::from_slice::<serde_json::Value>(&body).is_ok());
    })
    .await;
}

async fn limits_are_told(database: Database) {
    let registry = database.sample_with(|settings| settings.rate_limit = 3).await;
    for left in [2, 1, 0] {
        let answer = registry.get("/v1/groups").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("ratelimit-policy"), "\"default\";q=3;w=60");
        assert!(answer.header("ratelimit").starts_with(&format!("\"default\";r={left};t=")), "{}", answer.header("ratelimit"));
    }
    // An answer that is ready counts like any other.
    let refused = registry.get("/v1/groups").await;
    let problem = refused.json();
    assert_eq!(json!([refused.status, problem["status"]]), json!([429, 429]));
    assert!(problem["type"].as_str().is_some_and(|kind| kind.ends_with("/problems/rate-limited")));
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=20).contains(&wait), "a request every twenty seconds: {wait}");
    assert_eq!((refused.header("content-type"), refused.header("cache-control")), ("application/problem+json", "no-store"));
    assert!(refused.header("ratelimit").starts_with("\"default\";r=0;t="), "{}", refused.header("ratelimit"));
    // Whoever watches over the program is never refused.
    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = registry.get(path).await;
        assert_eq!((answer.status, answer.header("ratelimit")), (200, ""), "{path}");
    }
}

async fn limits_by_key_and_address(database: Database) {
    let proxy: std::net::IpAddr = [10, 0, 0, 1].into();
    let registry = database
        .sample_with(|settings| {
            settings.rate_limit = 2;
            settings.trusted_proxies = vec![proxy];
        })
        .await;
    let through = |forwarded: &str| get("/v1/groups").peer_addr(SocketAddr::new(proxy, 1)).insert_header(("x-forwarded-for", forwarded));
    for (forwarded, statuses) in
        [("192.0.2.1", [200, 200, 429]), ("203.0.113.9, 192.0.2.2", [200, 200, 429]), ("203.0.113.9, 192.0.2.1", [429, 429, 429])]
    {
        for status in statuses {
            assert_eq!(
                registry.ask(through(forwarded)).await.status,
                status,
                "{forwarded}: the last address that is not a proxy's own counts"
            );
        }
    }
    // Who is not a trusted proxy cannot choose an address.
    let stranger = || get("/v1/groups").peer_addr(SocketAddr::from(([10, 0, 0, 2], 1))).insert_header(("x-forwarded-for", "198.51.100.7"));
    let told = [registry.ask(stranger()).await.status, registry.ask(stranger()).await.status, registry.ask(stranger()).await.status];
    assert_eq!(told, [200, 200, 429]);
    // Behind the same address a phone with a key has a budget of its own.
    let phone = || stranger().insert_header(("x-client-key", "phone-1"));
    let told = [registry.ask(phone()).await.status, registry.ask(phone()).await.status, registry.ask(phone()).await.status];
    assert_eq!(told, [200, 200, 429]);
}
