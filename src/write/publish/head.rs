//! The head of a decision: what it is, who signed it, when, under which number.

use super::super::draft::{DecisionBody, MOST_ITEMS};
use super::super::permit::{level, outside};
use super::super::state::coded;
use super::super::{Work, WriteError, WriteResult};
use super::{Remark, fault};
use crate::auth::{Actor, Council};
use crate::domain::authority::{Authority, Level, authority, ministry_on};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{Day, plus_days};
use crate::domain::decision_number;
use crate::domain::record::{DecisionKind, Source};
use crate::error::{At, Code, Fault, say};
use crate::store::decision::{self, DecisionRow};
use chrono::Datelike;

/// Days after signing within which a decision should be entered; the law gives 15 for what is withdrawn.
const ENTRY_DAYS: i64 = 15;
/// Days for which the start of an act may be put off.
const MOST_AHEAD: i64 = 365;

/// SHA-256 of nothing at all (FIPS 180-4).
const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A head that may be written.
pub(super) struct Head {
    pub(super) kind: DecisionKind,
    pub(super) issuer: &'static Authority,
    pub(super) signed_on: Day,
    pub(super) effective_on: Day,
    number_key: String,
    /// The decision that this one annuls.
    pub(super) annulled: Option<DecisionRow>,
    pub(super) warnings: Vec<Remark>,
}

/// Checks the head; every fault is told.
pub(super) fn check(work: &mut Work<'_, '_>, body: &DecisionBody) -> WriteResult<Result<Head, Vec<Fault>>> {
    let mut faults = Vec::new();
    let today = work.ask.today();
    let kind = DecisionKind::parse(&body.kind);
    if kind.is_none() {
        let words = DecisionKind::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let detail = say(format!("Loại quyết định là một trong: {words}."), format!("The kind is one of: {words}."));
        faults.push(fault("/kind", Code::InvalidValue, detail));
    }
    let signed_on = signed_on(body, today, &mut faults);
    if body.document_sha256.eq_ignore_ascii_case(EMPTY_SHA256) {
        let detail = say("Đó là mã băm của một tệp rỗng.", "That is the hash of an empty file.");
        faults.push(fault("/documentSha256", Code::InvalidValue, detail));
    }
    if body.document_sha256.len() != 64 || !body.document_sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        let detail = say(
            "Cần SHA-256 của tệp PDF đã ký: 64 ký tự thập lục phân (sha256sum quyet-dinh.pdf).",
            "The SHA-256 of the signed PDF is needed: 64 hexadecimal digits (sha256sum decision.pdf).",
        );
        faults.push(fault("/documentSha256", Code::InvalidValue, detail));
    }
    if body.document_url.as_deref().is_some_and(|url| !url.starts_with("https://") || url.contains(char::is_whitespace)) {
        let detail = say("Địa chỉ bắt đầu bằng https:// và không có dấu cách.", "The address begins with https:// and has no blanks.");
        faults.push(fault("/documentUrl", Code::InvalidValue, detail));
    }
    let number_key = decision_number::key(&body.number);
    if number_key.is_none() {
        let detail = say("Số quyết định dạng 858/QĐ-UBND.", "A number of a decision looks like 858/QĐ-UBND.");
        faults.push(fault("/number", Code::InvalidValue, detail));
    }
    let (Some(kind), Some(signed_on), Some(number_key)) = (kind, signed_on, number_key) else { return Ok(Err(faults)) };
    let issuer = match issuer(work, body, signed_on)? {
        Ok(issuer) => issuer,
        Err(wrong) => {
            faults.push(wrong);
            return Ok(Err(faults));
        }
    };
    faults.extend(number(work, body, issuer, &number_key, signed_on)?);
    let annulled = match annulled(work, body, kind)? {
        Ok(annulled) => annulled,
        Err(wrong) => {
            faults.push(wrong);
            None
        }
    };
    if let Some(before) = annulled.as_ref().and_then(|row| row.signed_on).filter(|before| *before > signed_on) {
        let detail = say(
            format!("Quyết định bị hủy bỏ được ký ngày {before}, sau ngày này."),
            format!("What it annuls was signed on {before}, which is later."),
        );
        faults.push(fault("/signedOn", Code::ContradictsTerm, detail));
    }
    let least = annulled.as_ref().map_or(signed_on, |row| row.signed_on.unwrap_or(signed_on).min(signed_on));
    let effective_on = body.effective_on.unwrap_or(signed_on);
    let dated_ahead = matches!(kind, DecisionKind::Recognition | DecisionKind::Extension) && effective_on != signed_on;
    let most = plus_days(signed_on, MOST_AHEAD);
    if dated_ahead || !(least..=most).contains(&effective_on) {
        let detail = say(
            format!("Ngày có hiệu lực từ {least} đến muộn nhất {most}; công nhận và gia hạn có hiệu lực từ ngày ký."),
            format!("It holds from {least} at the earliest and {most} at the latest; recognitions and extensions from the day of signing."),
        );
        faults.push(fault("/effectiveOn", Code::ContradictsTerm, detail));
    }
    let wanted = if kind == DecisionKind::Annulment { 0..=0 } else { 1..=MOST_ITEMS };
    if !wanted.contains(&body.items.len()) {
        let detail = say(
            format!("Cần 1 đến {MOST_ITEMS} mục; quyết định hủy bỏ không có mục nào."),
            format!("1 to {MOST_ITEMS} items are needed, and none for an annulment: it concerns the whole decision."),
        );
        faults.push(fault("/items", Code::RuleBroken, detail));
    }
    if !faults.is_empty() {
        return Ok(Err(faults));
    }
    let mut warnings = Vec::new();
    let late = (today - signed_on).num_days();
    if late > ENTRY_DAYS {
        let text = say(format!("Được nhập sau khi ký {late} ngày."), format!("It is entered {late} days after it was signed."));
        warnings.push(Remark::new("/signedOn", "late-entry", text));
    }
    Ok(Ok(Head { kind, issuer, signed_on, effective_on, number_key, annulled, warnings }))
}

impl Head {
    pub(super) fn row(&self, id: i64, body: &DecisionBody) -> DecisionRow {
        DecisionRow {
            id,
            kind: self.kind.as_str().into(),
            number: Some(crate::domain::text::nfc(&body.number)),
            number_key: Some(self.number_key.clone()),
            issuer: Some(self.issuer.key.clone()),
            signed_on: Some(self.signed_on),
            round_year: Some(self.signed_on.year()),
            source: Source::SignedDecision.as_str().into(),
            source_url: body.document_url.clone(),
            document_sha256: Some(body.document_sha256.to_ascii_lowercase()),
            annuls: self.annulled.as_ref().map(|row| row.id),
        }
    }
}

fn signed_on(body: &DecisionBody, today: Day, faults: &mut Vec<Fault>) -> Option<Day> {
    let Some(day) = body.signed_on else {
        faults.push(fault("/signedOn", Code::InvalidDate, say("Thiếu ngày ký.", "The day of signing is missing.")));
        return None;
    };
    if day > today {
        let detail = say(format!("Hôm nay là {today}; chưa thể ký ngày {day}."), format!("Today is {today}; nothing was signed on {day}."));
        faults.push(fault("/signedOn", Code::InTheFuture, detail));
        return None;
    }
    Some(day)
}

/// Whose decision it is when the draft does not say: that of the council's own authority, or of the only one
/// before it that could sign on that day.
fn default_issuer(actor: &Actor, signed_on: Day) -> String {
    let own = actor.unit_key().unwrap_or_default();
    if authority(own).is_some_and(|known| known.in_office(signed_on)) {
        return own.to_owned();
    }
    let Council::Province(unit) = &actor.council else { return own.to_owned() };
    let known = unit.signatories();
    let mut known =
        known.iter().filter_map(|key| authority(key)).filter(|known| known.level == Level::Province && known.in_office(signed_on));
    match (known.next(), known.next()) {
        (Some(only), None) => only.key.clone(),
        // None, or several: the person has to say.
        _ => own.to_owned(),
    }
}

/// Who signed: the council's own authority, or one of those that it succeeds.
fn issuer(work: &Work<'_, '_>, body: &DecisionBody, signed_on: Day) -> WriteResult<Result<&'static Authority, Fault>> {
    let actor = &work.ask.actor;
    let own = level(actor)?;
    let key = match (&body.issuer, own) {
        (Some(key), _) => key.clone(),
        (None, Level::National) => ministry_on(signed_on).key.into(),
        (None, _) => default_issuer(actor, signed_on),
    };
    let key = key.as_str();
    let Some(known) = authority(key) else {
        let detail = say(
            format!("\"{key}\" không phải khóa cơ quan ban hành, như VN34-15 hay VN-MAE."),
            format!("\"{key}\" is no key of an authority, such as VN34-15 or VN-MAE."),
        );
        return Ok(Err(fault("/issuer", Code::InvalidValue, detail)));
    };
    let mine = match own {
        Level::National => known.level == Level::National,
        _ => known.level != Level::National && actor.looks_after(key, work.ask.today()),
    };
    if !mine {
        return Ok(Err(outside(key, At::Pointer("/issuer".into()))));
    }
    if !known.in_office(signed_on) {
        let detail = say(
            format!("{} không tồn tại vào ngày {signed_on}; ghi cơ quan đã ký trong \"issuer\".", known.vi),
            format!("{} did not exist on {signed_on}; name the authority that signed in \"issuer\".", known.en),
        );
        return Ok(Err(fault("/issuer", Code::NotInOffice, detail)));
    }
    Ok(Ok(known))
}

/// A number stands once a year for each authority, and says who signed.
fn number(work: &mut Work<'_, '_>, body: &DecisionBody, issuer: &Authority, key: &str, signed_on: Day) -> WriteResult<Option<Fault>> {
    if !decision_number::fits(key, issuer.level) {
        let detail = say(
            format!("\"{}\" không phải số quyết định của {}.", body.number, issuer.vi),
            format!("\"{}\" is no number of the {}.", body.number, issuer.en),
        );
        return Ok(Some(fault("/number", Code::RuleBroken, detail)));
    }
    let mut same = decision::by_number(work.tx.conn(), key)?.into_iter().filter(|row| row.issuer.as_deref() == Some(&issuer.key));
    let year = |row: &DecisionRow| row.signed_on.map(|day| day.year()).or(row.round_year);
    let taken = same.find(|row| year(row) == Some(signed_on.year()));
    Ok(taken.map(|row| {
        let code = code_of(Noun::Decision, row.id);
        let detail = say(
            format!(
                "Số này của {} trong năm {} đã có: {code}. Để xác nhận bản ghi đó, bổ sung văn bản cho {code}.",
                issuer.vi,
                signed_on.year()
            ),
            format!(
                "The {} has a decision of this number in {}: {code}. To confirm that record, attach the document to {code}.",
                issuer.en,
                signed_on.year()
            ),
        );
        fault("/number", Code::Taken, detail)
    }))
}

/// The decision that is annulled: a recognition of this council's authorities.
fn annulled(work: &mut Work<'_, '_>, body: &DecisionBody, kind: DecisionKind) -> WriteResult<Result<Option<DecisionRow>, Fault>> {
    let told = match (&body.annuls, kind) {
        (Some(told), DecisionKind::Annulment) => told,
        (None, DecisionKind::Annulment) => {
            let detail = say("Ghi mã quyết định bị hủy bỏ.", "Name the decision that is annulled.");
            return Ok(Err(fault("/annuls", Code::InvalidValue, detail)));
        }
        (Some(_), _) => {
            let detail = say("Chỉ quyết định hủy bỏ có mục này.", "Only an annulment annuls.");
            return Ok(Err(fault("/annuls", Code::RuleBroken, detail)));
        }
        (None, _) => return Ok(Ok(None)),
    };
    let id = match coded(told, Noun::Decision, "/annuls") {
        Ok(id) => id,
        Err(WriteError::Problem(problem)) => {
            let detail = problem.detail.clone();
            return Ok(Err(problem.faults.into_iter().next().unwrap_or_else(|| fault("/annuls", Code::InvalidValue, detail))));
        }
        Err(other) => return Err(other),
    };
    let Some(row) = decision::find(work.tx.conn(), id)? else {
        let detail = say(format!("Sổ đăng ký không có {told}."), format!("The registry has no decision {told}."));
        return Ok(Err(fault("/annuls", Code::UnknownThing, detail)));
    };
    if row.kind != DecisionKind::Recognition.as_str() {
        let detail = say(
            format!("{told} không phải quyết định công nhận. Điều đã thu hồi thì được công nhận lại bằng quyết định mới."),
            format!("{told} is no recognition, and only those are annulled. What was withdrawn is recognised anew."),
        );
        return Ok(Err(fault("/annuls", Code::RuleBroken, detail)));
    }
    let signer = row.issuer.as_deref().and_then(authority);
    let mine = match (level(&work.ask.actor)?, signer) {
        (Level::National, Some(signer)) => signer.level == Level::National,
        (_, Some(signer)) => signer.level != Level::National && work.ask.actor.looks_after(&signer.key, work.ask.today()),
        // Of an unknown authority: each certificate's place decides.
        (_, None) => true,
    };
    if !mine {
        return Ok(Err(outside(row.issuer.as_deref().unwrap_or_default(), At::Pointer("/annuls".into()))));
    }
    Ok(Ok(Some(row)))
}
