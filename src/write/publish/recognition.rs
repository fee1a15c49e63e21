//! The items of a recognition: one certificate each.

use super::super::draft::{DecisionBody, DecisionItem};
use super::super::permit::outside;
use super::super::state::coded;
use super::super::{Work, WriteError, WriteResult};
use super::head::Head;
use super::{Course, Given, Remark, fault};
use crate::domain::authority::Level;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::domain::official_code;
use crate::domain::recognition::{Breach, Recognition, Ruling, judge};
use crate::domain::record::{Record, Source};
use crate::domain::regime::Regime;
use crate::error::{At, Code, Fault, Text, say};
use crate::store::certificate::{self, CertificateRow};
use std::collections::BTreeSet;

/// The products that the items name, where they can be told.
pub(super) fn products(body: &DecisionBody, course: &mut Course) -> BTreeSet<i64> {
    let mut ids = BTreeSet::new();
    for (i, item) in body.items.iter().enumerate() {
        let pointer = format!("/items/{i}/product");
        match named(item.product.as_deref(), Noun::Product, &pointer) {
            Ok(id) => {
                if !ids.insert(id) {
                    let detail = say("Sản phẩm xuất hiện hai lần.", "The product stands here twice.");
                    course.faults.push(fault(pointer, Code::RuleBroken, detail));
                }
            }
            Err(wrong) => course.faults.push(wrong),
        }
        surplus(item, i, course);
    }
    ids
}

/// The id behind a code of the body.
pub(super) fn named(code: Option<&str>, noun: Noun, pointer: &str) -> Result<i64, Fault> {
    match coded(code.unwrap_or_default(), noun, pointer) {
        Ok(id) => Ok(id),
        Err(WriteError::Problem(problem)) => {
            let detail = problem.detail.clone();
            Err(problem.faults.into_iter().next().unwrap_or_else(|| fault(pointer, Code::MalformedIdentifier, detail)))
        }
        Err(WriteError::Store(_)) => Err(fault(pointer, Code::MalformedIdentifier, say("Mã sai.", "The code is wrong."))),
    }
}

fn surplus(item: &DecisionItem, i: usize, course: &mut Course) {
    if item.certificate.is_some() || item.ground.is_some() || item.until.is_some() {
        let detail =
            say("Mục công nhận không có certificate, ground hay until.", "An item of a recognition has no certificate, ground or until.");
        course.faults.push(fault(format!("/items/{i}"), Code::InvalidValue, detail));
    }
}

/// Gives the certificates.
pub(super) fn carry_out(
    work: &mut Work<'_, '_>,
    body: &DecisionBody,
    head: &Head,
    decision: i64,
    before: &[Record],
    course: &mut Course,
) -> WriteResult<()> {
    for (i, item) in body.items.iter().enumerate() {
        let at = |member: &str| format!("/items/{i}{member}");
        let Ok(id) = named(item.product.as_deref(), Noun::Product, "") else { continue };
        let Some(record) = before.iter().find(|record| record.product.id == id) else {
            let code = item.product.as_deref().unwrap_or_default();
            let detail = say(
                format!("Sổ đăng ký không có sản phẩm {code}; hãy tạo trước."),
                format!("The registry has no product {code}, or it was merged; enter it first."),
            );
            course.faults.push(fault(at("/product"), Code::UnknownThing, detail));
            continue;
        };
        let faults = course.faults.len();
        if head.issuer.level != Level::National && !work.ask.actor.looks_after(&record.product.place, work.ask.today()) {
            course.faults.push(outside(&record.product.place, At::Pointer(at("/product"))));
        }
        let score = score(item, &at("/score"), course);
        let official = official(work, item, &at("/officialCode"), course)?;
        if let Some(same) = record.certificates.iter().find(|known| known.valid_from == Some(head.signed_on)) {
            let code = code_of(Noun::Certificate, same.id);
            let detail = say(
                format!("Sản phẩm đã được công nhận ngày này: {code}."),
                format!("The product was recognised on that day already: {code}."),
            );
            course.faults.push(fault(at("/product"), Code::IllegalTransition, detail));
        }
        let Some(ruling) = ruling(item, head, score, i, course) else { continue };
        if course.faults.len() > faults {
            continue;
        }
        give(work, body, item, head, decision, record, (ruling, score, official, i), course)?;
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "one certificate is made of all of these")]
fn give(
    work: &mut Work<'_, '_>,
    body: &DecisionBody,
    item: &DecisionItem,
    head: &Head,
    decision: i64,
    record: &Record,
    (ruling, score, official_code, i): (Ruling, Option<i32>, Option<String>, usize),
    course: &mut Course,
) -> WriteResult<()> {
    let stars = item.stars.unwrap_or_default();
    let newest: Option<(Day, i64)> = record.certificates.iter().filter_map(|known| Some((known.valid_from?, known.id))).max();
    let pointer = format!("/items/{i}");
    if let Some(warning) = ruling.warning {
        let text = say(format!("Được ghi nhận với lưu ý {warning}."), format!("It is accepted with the warning {warning}."));
        course.effects.warnings.push(Remark::new(&pointer, warning.as_str(), text));
    }
    if let Some((day, known)) = newest.filter(|(day, _)| *day > head.signed_on) {
        let code = code_of(Noun::Certificate, known);
        let text = say(
            format!("{code} (ngày {day}) mới hơn và vẫn là giấy chứng nhận hiện hành."),
            format!("{code} of {day} is newer and stays the one that governs."),
        );
        course.effects.warnings.push(Remark::new(&pointer, "older-than-current", text));
    }
    let id = work.tx.next_coded_id::<CertificateRow>(Noun::Certificate)?;
    work.tx.create(&[CertificateRow {
        id,
        product_id: record.product.id,
        decision_id: Some(decision),
        issuer: Some(head.issuer.key.clone()),
        regime: Some(ruling.regime.as_str().into()),
        stars: Some(stars),
        score,
        official_code,
        round_year: Some(chrono::Datelike::year(&head.signed_on)),
        valid_from: Some(head.signed_on),
        valid_until: Some(ruling.valid_until),
        name_then: record.product.name_vi.clone().into(),
        place_then: record.product.place.clone().into(),
        warning: ruling.warning.map(|warning| warning.as_str().into()),
        source: Source::SignedDecision.as_str().into(),
        source_url: body.document_url.clone(),
        merged_into: None,
    }])?;
    course.touched.insert(record.product.id);
    course.effects.certificates.push(Given {
        code: code_of(Noun::Certificate, id).into(),
        product: code_of(Noun::Product, record.product.id).into(),
        stars,
        valid_from: head.signed_on,
        valid_until: ruling.valid_until,
        regime: ruling.regime.as_str().into(),
        after: newest.map(|(_, known)| code_of(Noun::Certificate, known).into()),
    });
    Ok(())
}

/// Points in hundredths.
fn score(item: &DecisionItem, pointer: &str, course: &mut Course) -> Option<i32> {
    let points = item.score?;
    let hundredths = (points * 100.0).round();
    if !(0.0..=10_000.0).contains(&hundredths) || (points * 100.0 - hundredths).abs() > 1e-6 {
        let detail = say("Điểm từ 0 đến 100, tối đa hai chữ số thập phân.", "Points are 0 to 100, with two decimals at most.");
        course.faults.push(fault(pointer, Code::InvalidValue, detail));
        return None;
    }
    // In bounds by the test above.
    format!("{hundredths:.0}").parse().ok()
}

fn official(work: &mut Work<'_, '_>, item: &DecisionItem, pointer: &str, course: &mut Course) -> WriteResult<Option<String>> {
    let Some(told) = &item.official_code else { return Ok(None) };
    let Some(code) = official_code::parse(told) else {
        let detail = say(
            format!("\"{told}\" không phải mã sản phẩm OCOP, như 15-04375-12-2026."),
            format!("\"{told}\" is no official product code, such as 15-04375-12-2026."),
        );
        course.faults.push(fault(pointer, Code::InvalidValue, detail));
        return Ok(None);
    };
    if let Some((_, _, holder)) = certificate::by_official_codes(work.tx.conn(), std::slice::from_ref(&code))?.pop() {
        let holder = code_of(Noun::Certificate, holder);
        let detail = say(format!("Mã này đã thuộc về {holder}."), format!("This code belongs to {holder} already."));
        course.faults.push(fault(pointer, Code::Taken, detail));
    }
    Ok(Some(code))
}

/// What the law makes of the item.
fn ruling(item: &DecisionItem, head: &Head, score: Option<i32>, i: usize, course: &mut Course) -> Option<Ruling> {
    let at = |member: &str| format!("/items/{i}{member}");
    let Some(stars) = item.stars else {
        course.faults.push(fault(at("/stars"), Code::InvalidValue, say("Thiếu số sao.", "The stars are missing.")));
        return None;
    };
    let regime = match item.regime.as_deref().map(|word| (word, Regime::parse(word))) {
        Some((word, None)) => {
            let words = Regime::ALL.iter().map(|regime| regime.as_str()).collect::<Vec<_>>().join(", ");
            let detail = say(format!("\"{word}\" không phải một trong: {words}."), format!("\"{word}\" is none of: {words}."));
            course.faults.push(fault(at("/regime"), Code::InvalidValue, detail));
            return None;
        }
        Some((_, regime)) => regime,
        None => None,
    };
    let told = Recognition { issuer: head.issuer, signed_on: head.signed_on, stars, score, printed_until: item.valid_until, regime };
    match judge(&told) {
        Ok(ruling) => Some(ruling),
        Err(breach) => {
            let (member, code, detail) = sentence(breach, &told);
            course.faults.push(fault(at(member), code, detail));
            None
        }
    }
}

/// Where a breach of the law is, and how it is told.
fn sentence(breach: Breach, told: &Recognition<'_>) -> (&'static str, Code, Text) {
    let Recognition { issuer, signed_on, stars, .. } = told;
    match breach {
        Breach::BelowThreeStars => (
            "/stars",
            Code::RuleBroken,
            say("1 và 2 sao chỉ là kết quả đánh giá, không được công nhận.", "1 and 2 stars are results; no decision recognises them."),
        ),
        Breach::NoSuchStars => ("/stars", Code::InvalidValue, say("Số sao là 3, 4 hoặc 5.", "Stars are 3, 4 or 5.")),
        Breach::BeforeFirstRegime => (
            "/product",
            Code::RuleBroken,
            say(format!("Chưa có quy định OCOP vào ngày {signed_on}."), format!("No regime of recognition was in force on {signed_on}.")),
        ),
        Breach::NotInOffice => (
            "/product",
            Code::NotInOffice,
            say(format!("{} không tồn tại vào ngày {signed_on}.", issuer.vi), format!("{} did not exist on {signed_on}.", issuer.en)),
        ),
        Breach::MayNotRecognise(regime, level) => (
            "/stars",
            Code::MayNotRecognise,
            say(
                format!("Theo {regime}, cấp {level} không có thẩm quyền công nhận {stars} sao vào ngày {signed_on}."),
                format!("Under {regime} the {level} level may not recognise {stars} stars on {signed_on}."),
            ),
        ),
        Breach::TooFewPoints => (
            "/score",
            Code::ContradictsStars,
            say(format!("Điểm thấp hơn mức của {stars} sao."), format!("The points are too few for {stars} stars.")),
        ),
        Breach::PrintedOtherwise(until) => (
            "/validUntil",
            Code::ContradictsTerm,
            say(
                format!("Giấy chứng nhận có thời hạn 36 tháng, đến {until}."),
                format!("A certificate holds for 36 months, until {until}; another day needs an extension."),
            ),
        ),
    }
}
