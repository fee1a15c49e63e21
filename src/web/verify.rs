//! The verdict on an identifier that leads to no single product's page: unknown, ambiguous, or that
//! of a producer.

use super::frame::{Head, Visit, box_of_search, page as framed};
use super::product::reasons;
use super::verdict::{Kind, panel, summaries};
use super::{Registry, Told, parameters, see_other, send};
use crate::domain::verdict::Outcome;
use crate::error::{At, Code, Fault, Problem, say};
use crate::http::reply::Keep;
use crate::read::sheet;
use crate::read::verification::{DecisionAsk, Identifier};
use crate::read::view::verification::Verification;
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/verify?id=…`, or `?number=…&issuer=…&name=…`, as `/v1/verifications` reads them; `on` is another day.
pub(super) async fn page(request: HttpRequest, registry: Registry) -> Told {
    let today = registry.today(&request);
    let mut params = parameters(&request);
    let other = params.day("on").filter(|day| *day != today);
    let (id, number, issuer, name) = (params.text("id"), params.text("number"), params.text("issuer"), params.text("name"));
    let year = params.number("year", 2018, 2999).and_then(|year| i32::try_from(year).ok());
    params.finish()?;
    let (asked, identifier) = match (id, number, issuer, name) {
        (Some(id), None, None, None) => {
            let read = Identifier::parse(&id).map_err(|(code, detail)| Problem::parameter("id", code, detail))?;
            (id, read)
        }
        (None, Some(number), Some(issuer), Some(name)) => {
            (format!("{number}, {issuer}, {name}"), Identifier::Decision(DecisionAsk { number, issuer, year, name }))
        }
        (None, None, None, None) => return Ok(see_other("/")),
        (id, number, issuer, name) => return Err(incomplete(id.is_some(), &[("number", number), ("issuer", issuer), ("name", name)])),
    };
    let (verification, position) = sheet::verdict(&registry.reader, asked, identifier, other.unwrap_or(today)).await?;
    let visit = Visit::of(&request, &registry, position).on(other);
    if let Some(elsewhere) = one_page(&verification) {
        let on = other.map(|day| format!("?on={day}")).unwrap_or_default();
        return Ok(see_other(&visit.link(&format!("{elsewhere}{on}"))));
    }
    let kind = Kind::of(&verification.certification, visit.day());
    let title = kind.headline(&visit, None);
    let html = framed(&visit, &Head { title: &title, ..Head::default() }, main(&visit, kind, &verification));
    Ok(send(&registry, &request, &visit, html, Keep::Shared, None))
}

/// What is wrong with a question that is neither by identifier nor by all three parts of a decision.
fn incomplete(id: bool, parts: &[(&str, Option<String>)]) -> Problem {
    let faults = parts.iter().filter(|(_, value)| value.is_some() == id).map(|(name, _)| {
        let (code, detail) = if id {
            (Code::ConflictingParameters, say(format!("Không dùng {name} cùng với id."), format!("Use either {name} or id.")))
        } else {
            let said = say(
                format!("Thiếu {name}: một quyết định cần number, issuer và name của sản phẩm."),
                format!("{name} is missing: by decision a product is asked for with number, issuer and name."),
            );
            (Code::MissingParameter, said)
        };
        Fault { at: At::Parameter((*name).to_owned()), code, detail }
    });
    Problem::of_faults(faults.collect())
}

/// The page of the one thing that an identifier names.
fn one_page(verification: &Verification) -> Option<String> {
    let code = match (&verification.product, &verification.producer) {
        (Some(product), _) => &product.code,
        (None, Some(producer)) => &producer.code,
        (None, None) => return None,
    };
    Some(format!("/{code}"))
}

fn main(visit: &Visit, kind: Kind, verification: &Verification) -> Markup {
    html! {
        (panel(visit, kind, None, &html! { (verification.identifier) }, &html! {
            p.term { @match verification.certification.outcome {
                Outcome::Ambiguous => (visit.say("Chọn đúng sản phẩm theo tên trên nhãn.", "Choose the product by the name on the label.")),
                _ => (visit.say(
                    "Sổ đăng ký không biết mã này. Đừng coi sản phẩm là được công nhận.",
                    "The registry does not know this identifier. Do not take the product for certified.",
                )),
            } }
        }))
        (reasons(visit, kind, &verification.certification.reasons))
        @if let Some(candidates) = &verification.candidates { (summaries(visit, candidates)) }
        (box_of_search(visit, &verification.identifier, visit.say("Tra cứu lại, ví dụ theo tên sản phẩm", "Look up again, for example by the product's name")))
    }
}
