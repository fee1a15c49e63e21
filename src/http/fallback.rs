//! Addresses and methods that no handler takes: 404, 405 with `Allow`, OPTIONS.

use super::Side;
use super::problem::no_such_path;
use crate::error::{Code, Problem, say};
use actix_web::dev::ResourceDef;
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse};
use utoipa::openapi::OpenApi;

/// Which methods each address takes, read from the document that the routes themselves made.
pub struct Routes {
    side: Side,
    routes: Vec<(ResourceDef, Vec<String>)>,
}

impl Routes {
    /// The routes of a side's document, and others with their methods.
    pub fn of(api: &OpenApi, side: Side, others: Vec<(String, Vec<String>)>) -> Self {
        let routes = api.paths.paths.iter().map(|(path, item)| {
            let mut methods = Vec::new();
            if item.get.is_some() {
                methods.extend(["GET".to_owned(), "HEAD".to_owned()]);
            }
            if item.post.is_some() {
                methods.push("POST".to_owned());
                // Every POST of the public side is a question, so QUERY (RFC 10008) may ask it too.
                methods.extend((side == Side::Public).then(|| "QUERY".to_owned()));
            }
            for (operation, method) in [(&item.put, "PUT"), (&item.patch, "PATCH"), (&item.delete, "DELETE")] {
                methods.extend(operation.is_some().then(|| method.to_owned()));
            }
            methods.push("OPTIONS".to_owned());
            (ResourceDef::new(path.as_str()), methods)
        });
        // The document itself and its pages are mounted beside the routes.
        let read: &[&str] = &["GET", "HEAD", "OPTIONS"];
        let ask: &[&str] = &["GET", "HEAD", "POST", "QUERY", "OPTIONS"];
        let mut beside = vec![("/openapi.json", read), ("/docs/{page:.*}", read)];
        if side == Side::Public {
            beside.extend([("/graphql", ask), ("/graphiql{page:.*}", read)]);
        }
        let beside =
            beside.into_iter().map(|(path, methods)| (ResourceDef::new(path), methods.iter().map(|method| (*method).to_owned()).collect()));
        let others = others.into_iter().map(|(path, methods)| (ResourceDef::new(path), methods));
        Self { side, routes: routes.chain(beside).chain(others).collect() }
    }

    /// The methods of an address; empty when nothing is there.
    pub fn methods(&self, path: &str) -> Vec<String> {
        let mut methods: Vec<String> = Vec::new();
        for (_, more) in self.routes.iter().filter(|(route, _)| route.is_match(path)) {
            methods.extend(more.iter().filter(|method| !methods.contains(method)).cloned().collect::<Vec<_>>());
        }
        methods
    }

    /// Answers what no handler took.
    pub fn answer(&self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let allow = self.methods(request.path());
        if allow.is_empty() {
            return Err(no_such_path());
        }
        if request.method() == Method::OPTIONS {
            let mut response = HttpResponse::NoContent();
            response.insert_header((header::ALLOW, allow.join(", ")));
            if self.side == Side::Council {
                // No other site's script has business here.
                return Ok(response.finish());
            }
            return Ok(response
                .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, allow.join(", ")))
                .insert_header((
                    header::ACCESS_CONTROL_ALLOW_HEADERS,
                    "Accept, Accept-Language, Content-Type, If-None-Match, X-Client-Key, Apollo-Require-Preflight, X-Apollo-Operation-Name",
                ))
                .insert_header((header::ACCESS_CONTROL_MAX_AGE, "86400"))
                .finish());
        }
        let detail = say(format!("Địa chỉ này chỉ nhận: {}.", allow.join(", ")), format!("This address takes {} only.", allow.join(", ")));
        Err(Problem { allow, ..Problem::new(Code::MethodNotAllowed, detail) })
    }
}
