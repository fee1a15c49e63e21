//! GraphQL over HTTP: reads a request as the specification has it, asks, answers.

use super::cost::{LONG, MOST_COST, too_large};
use super::document::{self, Document, Refusal};
use super::given::argument_of;
use super::input::{self, cut};
use super::json;
use super::level::{Failed, Plan};
use super::plan;
use super::run::{Around, Ran, run};
use super::schema::SCHEMA;
use crate::domain::day::number;
use crate::error::{Code, Problem, Text, say};
use crate::http::Public;
use crate::http::accept::{GraphqlMedia, Language, graphql_media, language, variant};
use crate::http::body;
use crate::http::front::requested;
use crate::http::params::pairs;
use crate::http::reply::{Form, Keep};
use crate::read::answer::{Answer, Media};
use actix_web::http::{Method, StatusCode, header};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use async_graphql::parser::types::OperationType;
use async_graphql::{Pos, Variables};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::Arc;

/// The largest body: 5,000 identifiers with decisions fit.
const LARGEST_BODY: usize = 2 * 1024 * 1024;

/// The longest body that is itself the key of its answer.
const LONGEST_KEY: usize = 4_096;

const VARY: &str = "Accept, Accept-Encoding, Accept-Language";

const fn form(media: GraphqlMedia) -> Form {
    match media {
        GraphqlMedia::Json => Form { media: Media::GraphqlJson, vary: VARY },
        GraphqlMedia::Response => Form { media: Media::Graphql, vary: VARY },
    }
}

/// What a client sends.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
    document_id: Option<String>,
}

/// Answers `/graphql`.
pub(super) async fn answer(request: HttpRequest, public: Data<Public>, payload: Payload) -> Result<HttpResponse, Problem> {
    let Some(media) = graphql_media(request.headers()) else {
        let detail = say(
            "Địa chỉ này trả application/graphql-response+json hoặc application/json.",
            "This address answers with application/graphql-response+json or application/json.",
        );
        return Err(Problem::new(Code::NotAcceptable, detail));
    };
    let told = Told { request: &request, public: &public, media };
    // What cannot be read as a request at all keeps its status in either media type.
    let unreadable = |problem: Problem| told.refused(problem.status_code(), &[told.error(&problem)], None);
    let body = match body(&request, payload).await {
        Ok(body) => body,
        Err(problem) => return Ok(unreadable(problem)),
    };
    // An app sends the same bytes for the same screen, so they are looked for before anything is read of them. Of a
    // GET they are the address, which has been looked for already.
    let key = body.as_deref().map_or_else(|| requested(&request), kept_under);
    if body.is_some()
        && let Some(response) = told.ready(&key)
    {
        return Ok(response);
    }
    let sent = match sent(&request, body.as_deref()) {
        Ok(sent) => sent,
        Err(problem) => return Ok(unreadable(problem)),
    };
    let document = match document_of(&sent, &public) {
        Ok(document) => document,
        Err(refusal) => return Ok(told.refusal(&refusal)),
    };
    Ok(match told.carry_out(&document, sent, key).await {
        Ok(response) => response,
        Err(refusal) => told.refusal(&refusal),
    })
}

/// The body of a POST.
async fn body(request: &HttpRequest, payload: Payload) -> Result<Option<Bytes>, Problem> {
    if request.method() == Method::GET {
        return Ok(None);
    }
    body::expect_json(request)?;
    body::read(request, payload, LARGEST_BODY).await.map(Some)
}

/// What the answer to a POST is kept under: its very bytes, or their hash where they are many.
fn kept_under(body: &[u8]) -> String {
    match std::str::from_utf8(body) {
        Ok(text) if text.len() <= LONGEST_KEY => format!("graphql {text}"),
        _ => Sha256::digest(body).iter().fold("graphql ".to_owned(), |key, byte| key + &format!("{byte:02x}")),
    }
}

fn sent(request: &HttpRequest, body: Option<&[u8]>) -> Result<Sent, Problem> {
    let wrong = |name: &str, vi: &str, en: &str| {
        Problem::parameter(name, Code::InvalidValue, say(format!("{name} phải là {vi}."), format!("{name} must be {en}.")))
    };
    let mut members: Map<String, Value> = if let Some(body) = body {
        // Members that are not known are passed over, as GraphQL over HTTP asks: later versions of it,
        // and clients of other servers, may send some. A query string is ours alone, so there they are not.
        match json::read(body) {
            Ok(Value::Object(members)) => members,
            Ok(Value::Array(_)) => {
                let detail = say(
                    "Mỗi yêu cầu một operation; dùng bí danh để hỏi nhiều điều một lần.",
                    "One operation a request: there are no batches. Ask several things at once under aliases.",
                );
                return Err(Problem::new(Code::MalformedRequest, detail));
            }
            Ok(_) => {
                let detail = say("Cần một đối tượng JSON có query.", "A JSON object with query is needed.");
                return Err(Problem::new(Code::MalformedRequest, detail));
            }
            Err(error) => {
                let detail = say("Nội dung không phải JSON hợp lệ.", format!("The body is no valid JSON: {error}."));
                return Err(Problem::new(Code::MalformedRequest, detail));
            }
        }
    } else {
        let mut members = Map::new();
        for (name, value) in pairs(request.query_string()) {
            let value = match name.as_str() {
                "variables" | "extensions" if value.is_empty() => Value::Null,
                "variables" | "extensions" => json::read(value.as_bytes()).map_err(|error| {
                    let (vi, en) = ("một đối tượng JSON, mỗi tên một lần", format!("a JSON object, each name once ({error})"));
                    wrong(&name, vi, &en)
                })?,
                "query" | "operationName" | "documentId" => Value::String(value),
                _ => {
                    let (shown, known) = (cut(&name), "query, operationName, variables, extensions, documentId");
                    let detail = say(
                        format!("Không có tham số \"{shown}\"; các tham số: {known}."),
                        format!("There is no parameter \"{shown}\"; the parameters are: {known}."),
                    );
                    return Err(Problem::parameter(&shown, Code::UnknownParameter, detail));
                }
            };
            if members.contains_key(&name) {
                let detail = say(format!("{name} chỉ được dùng một lần."), format!("{name} may stand once."));
                return Err(Problem::parameter(&name, Code::RepeatedParameter, detail));
            }
            members.insert(name, value);
        }
        members
    };
    let mut text = |name: &str| match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(name, "văn bản", "a text")),
    };
    let (query, operation_name, document_id) = (text("query")?, text("operationName")?, text("documentId")?);
    let mut object = |name: &str| match members.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => Ok(Some(members)),
        Some(_) => Err(wrong(name, "một đối tượng", "an object")),
    };
    let (variables, extensions) = (object("variables")?, object("extensions")?);
    let persisted = extensions.as_ref().is_some_and(|extensions| extensions.contains_key("persistedQuery"));
    if query.is_none() && document_id.is_none() && !persisted {
        let detail = say("Cần có query.", "A query is needed.");
        return Err(Problem::parameter("query", Code::MissingParameter, detail));
    }
    let operation_name = operation_name.filter(|name| !name.is_empty());
    Ok(Sent { query, operation_name, variables, extensions, document_id })
}

/// The document that is meant: sent along, or known by its hash or id.
fn document_of(sent: &Sent, public: &Public) -> Result<Arc<Document>, Refusal> {
    let unknown = || Problem::new(Code::UnknownDocument, say("PersistedQueryNotFound", "PersistedQueryNotFound"));
    let persisted = sent.extensions.as_ref().and_then(|extensions| extensions.get("persistedQuery"));
    let hash = persisted.and_then(|persisted| persisted.get("sha256Hash")).and_then(Value::as_str);
    if let Some(version) = persisted.map(|persisted| &persisted["version"]).filter(|version| **version != 1) {
        let version = cut(&version.to_string());
        let detail = say(
            format!("persistedQuery phải có version 1, không phải {version}."),
            format!("persistedQuery must have version 1, not {version}."),
        );
        return Err(Problem::parameter("version", Code::InvalidValue, detail).into());
    }
    let trusted = |id: &str| public.trusted.as_ref().and_then(|trusted| trusted.document(id));
    let id = sent.document_id.as_deref().or(hash);
    if let (Some(one), Some(other)) = (sent.document_id.as_deref(), hash)
        && document::parse_id(one) != document::parse_id(other)
    {
        let detail = say("documentId và sha256Hash nêu hai tài liệu.", "documentId and sha256Hash name two documents.");
        return Err(Problem::parameter("documentId", Code::ConflictingParameters, detail).into());
    }
    if let (Some(trusted), Some(id), None) = (&public.trusted, id, &sent.query) {
        return document::of(trusted.document(id).ok_or_else(unknown)?);
    }
    let Some(text) = &sent.query else {
        let id = id.and_then(document::parse_id).ok_or_else(|| {
            let detail = say("Cần sha256: và 64 chữ số hex.", "sha256: and 64 hexadecimal digits are needed.");
            Problem::parameter("documentId", Code::InvalidValue, detail)
        })?;
        let known = document::known(&id).ok_or_else(unknown)?;
        allowed(&known.text, public)?;
        return Ok(known);
    };
    allowed(text, public)?;
    let ours = |id: &str| document::parse_id(id) == Some(document::id_of(text)) || trusted(id).is_some_and(|known| known == text);
    for (name, id) in [("sha256Hash", hash), ("documentId", sent.document_id.as_deref())] {
        if id.is_some_and(|id| !ours(id)) {
            let detail = say(format!("{name} không khớp với query."), format!("The {name} is not that of the query."));
            return Err(Problem::parameter(name, Code::InvalidValue, detail).into());
        }
    }
    document::of(text)
}

fn allowed(text: &str, public: &Public) -> Result<(), Problem> {
    if public.trusted.as_ref().is_none_or(|trusted| trusted.allows(text)) {
        return Ok(());
    }
    let detail = say(
        "Máy chủ này chỉ trả lời các tài liệu truy vấn đã được duyệt.",
        "This server answers only documents on its list of trusted ones.",
    );
    Err(Problem::new(Code::DocumentNotAllowed, detail))
}

/// What answering needs of the request.
struct Told<'r> {
    request: &'r HttpRequest,
    public: &'r Public,
    media: GraphqlMedia,
}

impl Told<'_> {
    fn ready(&self, key: &str) -> Option<HttpResponse> {
        let (reader, headers) = (&self.public.reader, self.request.headers());
        let day = number(self.public.today(self.request));
        let ready = reader.cache.get(reader.position(), day, variant(self.request.path(), headers)?, key)?;
        self.public.metrics.hits.inc();
        Some(self.public.send(&ready, headers, Keep::Shared, self.public.began(self.request)))
    }

    async fn carry_out(&self, document: &Document, sent: Sent, key: String) -> Result<HttpResponse, Refusal> {
        let public = self.public;
        let today = public.today(self.request);
        let operation = document::operation(&document.parsed, sent.operation_name.as_deref())?;
        let variables = Variables::from_json(Value::Object(sent.variables.unwrap_or_default()));
        let bound = input::bind(operation, variables)?;
        let mut plan = plan::plan(&document.parsed, operation, &bound, today)?;
        let cost = plan.cost;
        if cost > MOST_COST {
            let problem = too_large(
                format!("Truy vấn tốn {cost}, giới hạn là {MOST_COST}; hãy chọn ít trường hơn hoặc trang nhỏ hơn."),
                format!("The query costs {cost}, the limit is {MOST_COST}; select fewer fields or smaller pages."),
            );
            let error = self.placed(&problem, &[operation.selection_set.pos]);
            return Ok(self.refused(self.status(problem.status_code()), &[error], Some(cost)));
        }
        let around = Around {
            today,
            position: public.reader.position(),
            licence: public.licence.clone(),
            vietnamese: language(self.request.headers()) == Language::Vietnamese,
            introspection: introspected(document, operation, &mut plan, &bound).await,
        };
        let (ran, position) = if plan.reads {
            let turn = if cost >= LONG { Some(public.reader.door.turn().await.map_err(Problem::from)?) } else { None };
            let carried = public.reader.look(move |snapshot| {
                let _held = &turn;
                run(&plan, Some(snapshot), &around)
            });
            carried.await.map_err(Problem::from)?
        } else {
            let position = around.position;
            (run(&plan, None, &around).map_err(Problem::from)?, position)
        };
        let Ran { mut body, failed } = ran;
        if !failed.is_empty() {
            let errors: Vec<Value> = failed.iter().map(|failed| self.field_error(failed)).collect();
            body.extend_from_slice(format!(",\"errors\":{}", Value::Array(errors)).as_bytes());
        }
        let extensions = format!(
            ",\"extensions\":{{\"dataVersion\":{position},\"asOf\":\"{today}\",\"cost\":{{\"requested\":{cost},\"limit\":{MOST_COST}}}}}}}"
        );
        body.extend_from_slice(extensions.as_bytes());
        let answer = Answer::rendered(body, Media::Json, position);
        if !failed.is_empty() {
            return Ok(public.reply_as(self.request, answer, Keep::No, &[], &form(self.media), &[]));
        }
        Ok(public.reply_as(self.request, answer, Keep::Shared, &[], &form(self.media), &[key]))
    }

    fn say(&self, text: &Text) -> String {
        let text = if language(self.request.headers()) == Language::English { &text.en } else { &text.vi };
        text.clone().into_owned()
    }

    fn error(&self, problem: &Problem) -> Value {
        let mut extensions = json!({"code": problem.code.as_str()});
        if let (Some(argument), Some(members)) = (argument_of(problem), extensions.as_object_mut()) {
            members.insert("argument".into(), argument.into());
        }
        json!({"message": self.say(&problem.detail), "extensions": extensions})
    }

    fn placed(&self, problem: &Problem, places: &[Pos]) -> Value {
        let mut error = self.error(problem);
        if !places.is_empty() {
            error["locations"] = places.iter().map(|pos| json!({"line": pos.line, "column": pos.column})).collect();
        }
        error
    }

    fn field_error(&self, Failed { path, wrong }: &Failed) -> Value {
        let mut error = self.placed(&wrong.problem, &wrong.places);
        error["path"] = path.clone().into();
        error
    }

    /// A request that was read but is not carried out.
    fn refusal(&self, refusal: &Refusal) -> HttpResponse {
        match refusal {
            Refusal::Problem(problem) => self.refused_as(problem, None),
            Refusal::NoQuery(kind) => {
                let by_get = *kind == OperationType::Mutation && self.request.method() == Method::GET;
                let code = if by_get { Code::MethodNotAllowed } else { Code::MalformedRequest };
                let detail = say(
                    format!("Sổ đăng ký chỉ trả lời query, không có {kind}."),
                    format!("The registry answers queries only; there is no {kind}."),
                );
                self.refused_as(&Problem::new(code, detail), None)
            }
            Refusal::Wrong(all) => {
                let errors: Vec<Value> = all.iter().map(|wrong| self.placed(&wrong.problem, &wrong.places)).collect();
                let status = all.first().map_or(StatusCode::BAD_REQUEST, |wrong| wrong.problem.status_code());
                self.refused(self.status(status), &errors, None)
            }
        }
    }

    fn refused_as(&self, problem: &Problem, cost: Option<u64>) -> HttpResponse {
        let mut response = self.refused(self.status(problem.status_code()), &[self.error(problem)], cost);
        if let Some(seconds) = problem.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
        }
        response
    }

    /// The status of a request that was read but not carried out. In `application/json` it is 200, as
    /// clients of that media type expect; what is wrong with the registry or the method stays so.
    fn status(&self, status: StatusCode) -> StatusCode {
        let kept = self.media == GraphqlMedia::Response || status.is_server_error() || status == StatusCode::METHOD_NOT_ALLOWED;
        if kept { status } else { StatusCode::OK }
    }

    fn refused(&self, status: StatusCode, errors: &[Value], cost: Option<u64>) -> HttpResponse {
        let mut body = json!({"errors": errors});
        if let Some(cost) = cost {
            body["extensions"] = json!({"cost": {"requested": cost, "limit": MOST_COST}});
        }
        let mut response = HttpResponse::build(status);
        response
            .insert_header((header::CONTENT_TYPE, form(self.media).media.content_type()))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::VARY, VARY));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.insert_header((header::ALLOW, "POST"));
        }
        response.body(body.to_string())
    }
}

/// What the schema says of itself, by name in the answer.
async fn introspected(
    document: &Document,
    operation: &async_graphql::parser::types::OperationDefinition,
    plan: &mut Plan,
    bound: &input::Bound,
) -> HashMap<String, String> {
    let fields = std::mem::take(&mut plan.introspection);
    if fields.is_empty() {
        return HashMap::new();
    }
    let mut request = async_graphql::Request::new("");
    for (name, value) in bound {
        request.variables.insert(name.clone(), value.clone());
    }
    let request = document::request_of(request, &plan::only(&document.parsed, operation, fields));
    let response = SCHEMA.telling.execute(request).await;
    if let Some(error) = response.errors.first() {
        tracing::warn!(error = error.message, "introspection failed");
    }
    match response.data {
        async_graphql::Value::Object(members) => members.into_iter().map(|(name, value)| (name.to_string(), text_of(&value))).collect(),
        _ => HashMap::new(),
    }
}

fn text_of(value: &async_graphql::Value) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".into())
}
