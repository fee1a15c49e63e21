//! The verdict on an identifier that leads to no single product's page: unknown, ambiguous, or that
//! of a producer.

use super::frame::{Head, Visit, box_of_search, page as framed};
use super::product::reasons;
use super::verdict::{Kind, panel, summaries};
use super::{Registry, Told, see_other, send};
use crate::domain::verdict::Outcome;
use crate::error::Problem;
use crate::http::params::Params;
use crate::http::reply::Keep;
use crate::read::sheet;
use crate::read::verification::{DecisionAsk, Identifier};
use crate::read::view::verification::Verification;
use actix_web::HttpRequest;
use maud::{Markup, html};

/// `/verify?id=…`, or `?number=…&issuer=…&name=…`, as `/v1/verifications` reads them.
pub(super) async fn page(request: HttpRequest, registry: Registry) -> Told {
    let mut params = Params::of(request.query_string());
    params.text("lang");
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
        _ => return Ok(see_other("/")),
    };
    let (verification, position) = sheet::verdict(&registry.reader, asked, identifier, registry.today(&request)).await?;
    let visit = Visit::of(&request, &registry, position);
    if let Some(elsewhere) = one_page(&verification) {
        return Ok(see_other(&visit.link(&elsewhere)));
    }
    let kind = Kind::of(&verification.certification);
    let title = kind.headline(&visit, None);
    let html = framed(&visit, &Head { title: &title, ..Head::default() }, main(&visit, kind, &verification));
    Ok(send(&registry, &request, &visit, html, Keep::Shared, None))
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
