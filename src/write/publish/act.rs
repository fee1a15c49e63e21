//! What a decision does to certificates that were given before: withdraws, annuls, extends.

use super::super::draft::{DecisionBody, DecisionItem};
use super::super::permit::outside;
use super::super::{Work, WriteResult};
use super::head::Head;
use super::recognition::named;
use super::{Course, Recorded, Remark, fault};
use crate::domain::authority::Level;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{Day, plus_days};
use crate::domain::record::{ActKind, Certificate, DecisionKind, Ground, Record};
use crate::domain::regime::EXTENSION_DAYS;
use crate::domain::transition::{allowed, keeper};
use crate::domain::verdict::certificate_status;
use crate::error::{At, Code, say};
use crate::store::certificate::{self, ActRow, CertificateFilter, CertificateRow};

/// The certificates that the decision names, by items or by the decision that it annuls.
pub(super) fn certificates(
    work: &mut Work<'_, '_>,
    body: &DecisionBody,
    head: &Head,
    course: &mut Course,
) -> WriteResult<Vec<CertificateRow>> {
    let mut rows: Vec<CertificateRow> = Vec::new();
    if let Some(annulled) = &head.annulled {
        let filter = CertificateFilter { decision: Some(annulled.id), ..CertificateFilter::default() };
        for (id, _) in certificate::list(work.tx.conn(), &filter, None, false, i64::from(i32::MAX))? {
            rows.extend(certificate::find(work.tx.conn(), id)?);
        }
        if rows.is_empty() {
            let detail = say("Quyết định này không có giấy chứng nhận nào.", "The registry knows no certificate of that decision.");
            course.faults.push(fault("/annuls", Code::IllegalTransition, detail));
        }
        return Ok(rows);
    }
    for (i, item) in body.items.iter().enumerate() {
        let pointer = format!("/items/{i}/certificate");
        let id = match named(item.certificate.as_deref(), Noun::Certificate, &pointer) {
            Ok(id) => id,
            Err(wrong) => {
                course.faults.push(wrong);
                continue;
            }
        };
        if rows.iter().any(|row| row.id == id) {
            let detail = say("Giấy chứng nhận xuất hiện hai lần.", "The certificate stands here twice.");
            course.faults.push(fault(pointer, Code::RuleBroken, detail));
            continue;
        }
        match certificate::find(work.tx.conn(), id)?.filter(|row| row.merged_into.is_none()) {
            Some(row) => rows.push(row),
            None => {
                let code = item.certificate.as_deref().unwrap_or_default();
                let detail = say(format!("Sổ đăng ký không có {code}."), format!("The registry has no certificate {code}."));
                course.faults.push(fault(pointer, Code::UnknownThing, detail));
            }
        }
    }
    Ok(rows)
}

/// Records the acts.
pub(super) fn carry_out(
    work: &mut Work<'_, '_>,
    body: &DecisionBody,
    head: &Head,
    decision: i64,
    before: &[Record],
    course: &mut Course,
) -> WriteResult<()> {
    let kind = match head.kind {
        DecisionKind::Withdrawal => ActKind::Withdrawal,
        DecisionKind::Annulment => ActKind::Annulment,
        DecisionKind::Extension => ActKind::Extension,
        DecisionKind::Recognition => return Ok(()),
    };
    let named_by_item: Vec<(String, Option<&DecisionItem>, i64)> = if head.annulled.is_some() {
        let known = before.iter().flat_map(|record| &record.certificates);
        let cited = head.annulled.as_ref().map(|row| row.id);
        known.filter(|c| c.decision.as_ref().map(|d| d.id) == cited).map(|c| ("/annuls".into(), None, c.id)).collect()
    } else {
        let items = body.items.iter().enumerate();
        items
            .filter_map(|(i, item)| {
                let id = named(item.certificate.as_deref(), Noun::Certificate, "").ok()?;
                Some((format!("/items/{i}"), Some(item), id))
            })
            .collect()
    };
    if head.annulled.is_some() && !named_by_item.is_empty() && named_by_item.iter().all(|(_, _, id)| annulled_before(before, *id)) {
        let detail = say("Quyết định này đã bị hủy bỏ.", "That decision is annulled already.");
        course.faults.push(fault("/annuls", Code::IllegalTransition, detail));
        return Ok(());
    }
    for (pointer, item, id) in named_by_item {
        let Some((record, index)) = before.iter().find_map(|record| Some((record, record.certificates.iter().position(|c| c.id == id)?)))
        else {
            continue;
        };
        let certificate = &record.certificates[index];
        let code = code_of(Noun::Certificate, id);
        let faults = course.faults.len();
        if head.issuer.level != Level::National && !work.ask.actor.looks_after(&record.product.place, work.ask.today()) {
            course.faults.push(outside(&record.product.place, At::Pointer(pointer.clone())));
        }
        if kind != ActKind::Annulment && keeper(certificate.stars) != head.issuer.level {
            let keeper = keeper(certificate.stars);
            let detail = say(
                format!("{code}: thẩm quyền thuộc cấp {keeper}."),
                format!("{code}: certificates of these stars are decided on at the {keeper} level."),
            );
            course.faults.push(fault(pointer.clone(), Code::MayNotRecognise, detail));
        }
        let status = certificate_status(record, index, head.effective_on);
        let ended = certificate.acts.iter().any(|act| act.kind == kind && kind != ActKind::Extension);
        if ended && head.annulled.is_some() {
            // Annulled one by one before; the rest of the decision follows.
            continue;
        }
        if ended || !allowed(status).contains(&kind) {
            let possible = allowed(status).iter().filter(|other| !ended || **other != kind).map(|kind| kind.as_str()).collect::<Vec<_>>();
            let possible = if possible.is_empty() { "-".into() } else { possible.join(", ") };
            let state = status.map_or("undetermined", |status| status.as_str());
            let detail = say(
                format!("{code} đang ở trạng thái {state}; chỉ có thể: {possible}."),
                format!("{code} is {state} on {}; what may still happen to it: {possible}.", head.effective_on),
            );
            course.faults.push(fault(pointer.clone(), Code::IllegalTransition, detail));
        }
        let ground = ground(kind, item, &pointer, course);
        let until = until(kind, item, certificate, head.effective_on, &pointer, course);
        if course.faults.len() > faults {
            continue;
        }
        let row = work.tx.next_id::<ActRow>()?;
        work.tx.create(&[ActRow {
            id: row,
            certificate_id: id,
            decision_id: Some(decision),
            kind: kind.as_str().into(),
            effective_on: head.effective_on,
            until,
            ground: ground.map(|ground| ground.as_str().into()),
        }])?;
        course.touched.insert(record.product.id);
        course.effects.acts.push(Recorded {
            certificate: code.into(),
            product: code_of(Noun::Product, record.product.id).into(),
            kind: kind.as_str().into(),
            effective_on: head.effective_on,
            until,
        });
    }
    Ok(())
}

/// Whether a certificate was annulled before.
fn annulled_before(records: &[Record], id: i64) -> bool {
    let certificate = records.iter().flat_map(|record| &record.certificates).find(|certificate| certificate.id == id);
    certificate.is_some_and(|certificate| certificate.acts.iter().any(|act| act.kind == ActKind::Annulment))
}

fn ground(kind: ActKind, item: Option<&DecisionItem>, pointer: &str, course: &mut Course) -> Option<Ground> {
    if kind != ActKind::Withdrawal {
        return None;
    }
    let told = item.and_then(|item| item.ground.as_deref()).unwrap_or_default();
    let ground = Ground::parse(told);
    if ground.is_none() {
        let words = Ground::ALL.iter().map(|ground| ground.as_str()).collect::<Vec<_>>().join(", ");
        let detail = say(format!("Căn cứ thu hồi là một trong: {words}."), format!("The ground of a withdrawal is one of: {words}."));
        course.faults.push(fault(format!("{pointer}/ground"), Code::InvalidValue, detail));
    }
    ground
}

/// The new last day of an extension: later than the last day until now, at most 180 days after the end
/// of the term, and decided while the certificate held.
fn until(
    kind: ActKind,
    item: Option<&DecisionItem>,
    certificate: &Certificate,
    effective_on: Day,
    pointer: &str,
    course: &mut Course,
) -> Option<Day> {
    if kind != ActKind::Extension {
        return None;
    }
    let told = item.and_then(|item| item.until);
    let term = certificate.valid_until.unwrap_or(effective_on);
    let most = plus_days(term, EXTENSION_DAYS);
    let end = certificate.acts.iter().filter_map(|act| act.until).fold(term, Day::max);
    if plus_days(effective_on, EXTENSION_DAYS) < term {
        let text = say(
            format!("Còn hơn {EXTENSION_DAYS} ngày mới hết thời hạn ({term})."),
            format!("The term ends in more than {EXTENSION_DAYS} days ({term}); is a re-evaluation pending already?"),
        );
        course.effects.warnings.push(Remark::new(pointer, "early-extension", text));
    }
    if told.is_none_or(|until| until <= end || until > most) {
        let detail = say(
            format!("Gia hạn từ sau {end} đến muộn nhất {most} (180 ngày)."),
            format!("An extension reaches beyond {end} and to {most} (180 days) at most."),
        );
        course.faults.push(fault(format!("{pointer}/until"), Code::ContradictsTerm, detail));
    }
    told
}
