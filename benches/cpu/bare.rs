//! The yardstick: an actix-web handler with one prepared answer and nothing behind it.

use crate::Result;
use crate::client::Answer;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{self, Bytes, Data, PayloadConfig};
use actix_web::{App, HttpResponse, HttpServer, rt};
use std::io::Read;

/// Largest request body taken, above that of 5,000 identifiers.
const BODY_LIMIT: usize = 16 << 20;

struct Canned {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl Canned {
    fn answer(&self) -> HttpResponse {
        let mut builder = HttpResponse::build(self.status);
        for (name, value) in &self.headers {
            builder.append_header((name.clone(), value.clone()));
        }
        if self.body.is_empty() { builder.finish() } else { builder.body(self.body.clone()) }
    }
}

async fn get(canned: Data<Canned>) -> HttpResponse {
    canned.answer()
}

/// Reads the request's body, as every handler of a POST must.
async fn post(_body: Bytes, canned: Data<Canned>) -> HttpResponse {
    canned.answer()
}

async fn ready() -> &'static str {
    "ready"
}

/// Serves the answer given on standard input until the process is ended.
pub(crate) fn serve(port: u16, route: &str) -> Result<()> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    let canned = Data::new(canned(Answer::read_from(&input)?)?);
    let route = route.to_owned();
    let server = HttpServer::new(move || {
        let resource = web::resource(route.as_str()).route(web::get().to(get)).route(web::post().to(post));
        App::new()
            .app_data(canned.clone())
            .app_data(PayloadConfig::new(BODY_LIMIT))
            .service(resource)
            .route("/readyz", web::get().to(ready))
    })
    .workers(1)
    .bind(("127.0.0.1", port))?;
    Ok(rt::System::new().block_on(server.run())?)
}

fn canned(answer: Answer) -> Result<Canned> {
    let headers = answer.headers.iter().map(|(name, value)| Ok((name.parse()?, value.parse()?))).collect::<Result<_>>()?;
    Ok(Canned { status: StatusCode::from_u16(answer.status)?, headers, body: answer.body.into() })
}
