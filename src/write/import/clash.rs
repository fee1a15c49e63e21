//! Why a row about a known product is refused: what it says and what is known cannot both be.

use super::matching::same_issuer;
use super::memory::Memory;
use super::row::{Candidate, Refusal};
use crate::domain::code::{Noun, code_of};
use crate::domain::record::{ActKind, Certificate, Record};
use crate::error::{Text, say};

/// The codes of products, as they stand in a sentence.
pub(super) fn codes(records: &[Record]) -> String {
    records.iter().map(|record| code_of(Noun::Product, record.product.id)).collect::<Vec<_>>().join(", ")
}

/// The product has a certificate of the very day, which is not what the row says.
pub(super) fn same_day(memory: &Memory, record: &Record, rival: &Certificate, candidate: &Candidate) -> Refusal {
    let product = code_of(Noun::Product, record.product.id);
    let known = described(memory, rival);
    let detail = say(
        format!("sản phẩm {product} đã có {} cùng ngày; một ngày chỉ có một lần công nhận, hãy sửa bên sai", known.vi),
        format!("the product {product} has {} of that day; it is recognised once on a day: correct whichever is wrong", known.en),
    );
    Refusal::new(column(rival, candidate), "recognised-otherwise", detail)
}

/// An undated row that is not the recognition known of its round: another one, another product or a mistake.
pub(super) fn undated(memory: &Memory, record: &Record, rival: &Certificate, candidate: &Candidate) -> Refusal {
    let product = code_of(Noun::Product, record.product.id);
    let known = described(memory, rival);
    let detail = say(
        format!("sản phẩm {product} đã có {} trong cùng đợt; nếu đây là lần công nhận khác thì ghi ngày quyết định", known.vi),
        format!("the product {product} has {} of the same round; if this is another recognition, state the day of its decision", known.en),
    );
    Refusal::new(column(rival, candidate), "recognised-otherwise", detail)
}

/// The recognition is known with another value of a column.
pub(super) fn told_otherwise(column: &'static str, certificate: &Certificate) -> Refusal {
    let code = code_of(Noun::Certificate, certificate.id);
    let known = match column {
        "score" => certificate.score.map(|score| format!("{}.{:02}", score / 100, score % 100)),
        "official_code" => certificate.official_code.as_ref().map(ToString::to_string),
        _ => certificate.valid_until.map(|day| day.to_string()),
    };
    let known = known.unwrap_or_default();
    let detail = say(
        format!("giấy chứng nhận {code} đã ghi {known}; hãy sửa bên sai"),
        format!("the certificate {code} is known with {known}: correct whichever is wrong"),
    );
    Refusal::new(column, "recognised-otherwise", detail)
}

/// Several products of the producer bear the name.
pub(super) fn several(records: &[Record]) -> Refusal {
    let codes = codes(records);
    let detail = say(
        format!("các sản phẩm {codes} đều của chủ thể này và cùng tên; hãy gộp chúng, hoặc ghi tên để phân biệt"),
        format!("the products {codes} are all of this producer and name; merge them, or give names that tell them apart"),
    );
    Refusal::new("name_vi", "product-unclear", detail)
}

/// The producer's product of that name lies elsewhere and was recognised in the same round.
pub(super) fn elsewhere(record: &Record) -> Refusal {
    let code = code_of(Noun::Product, record.product.id);
    let detail = say(
        format!(
            "sản phẩm {code} cùng tên, cùng chủ thể, ở nơi khác, được công nhận trong cùng đợt; nếu là sản phẩm khác thì ghi tên để phân biệt, nếu không thì sửa địa danh"
        ),
        format!(
            "the product {code} of the same name and producer lies elsewhere and was recognised in the same round; if this is another product, give it a name that tells them apart, else correct the place"
        ),
    );
    Refusal::new("commune", "product-unclear", detail)
}

/// The column in which the row differs from what is known.
fn column(rival: &Certificate, candidate: &Candidate) -> &'static str {
    if rival.stars != candidate.stars {
        "stars"
    } else if !same_issuer(rival.issuer.as_deref(), candidate) {
        "level"
    } else {
        "decision_number"
    }
}

/// A certificate as it stands in a sentence: its code, stars and decision, what ended it, and the row of
/// this file that states it.
fn described(memory: &Memory, certificate: &Certificate) -> Text {
    let code = code_of(Noun::Certificate, certificate.id);
    let (mut vi, mut en) = (format!("giấy chứng nhận {code}"), format!("the certificate {code}"));
    if let Some(stars) = certificate.stars {
        vi.push_str(&format!(" {stars} sao"));
        en.push_str(&format!(" of {stars} stars"));
    }
    if let Some(number) = certificate.decision.as_ref().and_then(|decision| decision.number.as_deref()) {
        vi.push_str(&format!(" theo {number}"));
        en.push_str(&format!(" under {number}"));
    }
    for (kind, ended_vi, ended_en) in
        [(ActKind::Annulment, "đã bị hủy bỏ", "annulled"), (ActKind::Withdrawal, "đã bị thu hồi", "withdrawn")]
    {
        if certificate.first_act(kind).is_some() {
            vi.push_str(&format!(", {ended_vi}"));
            en.push_str(&format!(", {ended_en}"));
        }
    }
    if let Some(row) = memory.row_of(certificate.id) {
        vi.push_str(&format!(" (dòng {row} của tệp này)"));
        en.push_str(&format!(" (row {row} of this file)"));
    }
    say(vi, en)
}
