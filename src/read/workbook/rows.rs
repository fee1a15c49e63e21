//! A product as rows of the workbook. A row holds two recognitions at most, of one name and place; a
//! product with more of them, or with other names, takes several rows.

use crate::domain::authority::authority;
use crate::domain::classification::classification;
use crate::domain::day::Day;
use crate::domain::place::gazetteer;
use crate::domain::record::{ActKind, Certificate, Record};
use crate::domain::verdict::{Outcome, verdict};
use crate::domain::workbook::{Band, Column};
use chrono::Datelike;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Number(i32),
    Day(Day),
}

/// The filled cells of a row.
pub(super) type Line = Vec<(Column, Value)>;

/// The rows of a product, oldest recognition first.
pub(super) fn of(record: &Record, day: Day) -> Vec<Line> {
    let mut pairs: Vec<Vec<&Certificate>> = Vec::new();
    for certificate in &record.certificates {
        match pairs.last_mut() {
            Some(pair) if pair.len() == 1 && may_follow(pair[0], certificate) => pair.push(certificate),
            _ => pairs.push(vec![certificate]),
        }
    }
    let verdict = verdict(record, day);
    let governing = verdict.certificate.filter(|_| verdict.outcome == Outcome::Certified).map(|index| record.certificates[index].id);
    pairs.into_iter().map(|pair| line(record, &pair, governing)).collect()
}

/// Whether two recognitions can stand in one row: the later one is certainly later.
fn may_follow(first: &Certificate, second: &Certificate) -> bool {
    let number = |c: &Certificate| c.decision.as_ref().and_then(|decision| decision.number.clone());
    matches!((first.valid_from, second.valid_from), (Some(one), Some(other)) if other > one)
        && first.name_then == second.name_then
        && first.place_then == second.place_then
        && (number(first) != number(second) || number(first).is_none())
}

fn line(record: &Record, pair: &[&Certificate], governing: Option<i64>) -> Line {
    let mut line = Line::new();
    let mut put = |column: Column, value: Option<Value>| line.extend(value.map(|value| (column, value)));
    let text = |text: &str| Some(Value::Text(text.to_owned())).filter(|_| !text.is_empty());
    let Some(latest) = pair.last() else { return line };
    put(Column::Product, text(&latest.name_then));
    put(Column::Group, text(group(record)));
    if let Some(producer) = &record.producer {
        put(Column::BusinessType, text(producer.form.vi()));
        put(Column::Producer, text(&producer.name));
    }
    put(Column::Commune, text(&place(&latest.place_then)));
    if governing == Some(latest.id) {
        put(Column::CurrentStars, latest.stars.map(|stars| Value::Number(stars.into())));
    }
    put(Column::ExpiryDate, latest.term().map(|term| Value::Day(term.extended_until)));
    for (certificate, band) in pair.iter().zip([Band::First, Band::Second]) {
        let decision = certificate.decision.as_ref();
        put(Column::of(band, Column::FirstStars), certificate.stars.map(|stars| Value::Number(stars.into())));
        put(Column::of(band, Column::FirstDate), certificate.valid_from.map(Value::Day));
        put(Column::of(band, Column::FirstYear), year(certificate).map(Value::Number));
        put(Column::of(band, Column::FirstDecision), decision.and_then(|decision| text(decision.number.as_deref()?)));
        let issuer = certificate.issuer.as_deref().and_then(authority);
        let named = issuer.map(|issuer| certificate.valid_from.map_or(issuer, |day| issuer.on(day)));
        put(Column::of(band, Column::FirstAuthority), named.and_then(|issuer| text(&issuer.vi)));
    }
    put(Column::Note, text(&note(pair)));
    line
}

/// The year of the round where it is the one before the day's, as rounds often are; else the day's.
fn year(certificate: &Certificate) -> Option<i32> {
    match certificate.valid_from {
        Some(day) => certificate.round_year.filter(|year| *year == day.year() - 1).or(Some(day.year())),
        None => certificate.round_year,
    }
}

/// The set, or the group where no set is known.
fn group(record: &Record) -> &'static str {
    let classes = classification();
    let set = record.product.set.and_then(|number| classes.set(number)).map(|set| set.vi.as_str());
    set.or_else(|| record.product.group.and_then(|number| classes.group(number)).map(|group| group.vi.as_str())).unwrap_or_default()
}

/// "Xã Phú Cần, Huyện Tiểu Cần, Tỉnh Trà Vinh".
fn place(key: &str) -> String {
    let gazetteer = gazetteer();
    let Some(id) = gazetteer.get(key) else { return String::new() };
    let names: Vec<&str> = std::iter::once(id).chain(gazetteer.ancestors(id)).map(|id| gazetteer.place(id).name).collect();
    names.join(", ")
}

/// What was done to the certificates.
fn note(pair: &[&Certificate]) -> String {
    let acts = pair.iter().flat_map(|certificate| &certificate.acts);
    let told = acts.map(|act| {
        let what = match act.kind {
            ActKind::Withdrawal => "Thu hồi từ",
            ActKind::Annulment => "Hủy bỏ từ",
            ActKind::Extension => "Gia hạn từ",
        };
        let printed = |day: Day| day.format("%d/%m/%Y");
        match act.until {
            Some(until) => format!("{what} {} đến {}", printed(act.effective_on), printed(until)),
            None => format!("{what} {}", printed(act.effective_on)),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}
