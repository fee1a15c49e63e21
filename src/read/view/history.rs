//! Steps of a history.

use super::council::CouncilRef;
use super::decision::{DecisionRef, Issuer};
use super::post_check::PostCheck;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{Day, civil_day};
use crate::domain::history::{Event, Role, recorded_by};
use crate::domain::producer::IdentifierKind;
use crate::domain::record::{ActKind, CheckBasis, CheckOutcome, Ground};
use crate::store::decision::DecisionRow;
use crate::store::ledger::Entry;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::HashMap;
use utoipa::ToSchema;

/// One step of a history: what happened, by which authority and instrument, and who recorded it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HistoryStep {
    /// Its position in the ledger.
    #[schema(example = 3118)]
    pub position: i64,
    /// When it was recorded.
    #[schema(example = "2026-11-21T02:30:00Z")]
    pub recorded_at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
    /// Registry code of the product, producer, certificate or decision that it happened to.
    #[schema(value_type = String, example = "C00000BV")]
    pub code: SmolStr,
    /// The civil day from which it holds: first valid day of a recognition, day of effect of an act,
    /// day of signing of a decision, day of a post-check, day on which a name or barcode ended.
    /// `null` for what has no day of its own, such as a correction.
    pub holds_from: Option<NaiveDate>,
    /// New last day, of an extension; last day of the term, of a recognition.
    pub until: Option<NaiveDate>,
    /// The name, barcode or identifier that this is about.
    #[schema(example = "08930000000002")]
    pub value: Option<String>,
    /// Legal ground, of a withdrawal.
    pub ground: Option<Ground>,
    /// The authority, where known.
    pub issuer: Option<Issuer>,
    /// The instrument, where known.
    pub decision: Option<DecisionRef>,
    /// Where it lives on, when it was merged.
    #[schema(value_type = Option<String>, example = "P00000CX")]
    pub merged_into: Option<SmolStr>,
    /// The post-check as it was then.
    pub post_check: Option<PostCheck>,
    /// Who recorded it.
    pub recorded_by: Recorder,
    /// Why, where a reason was given.
    pub cause: Option<String>,
    /// Members that a correction changed; empty also where nothing public changed.
    #[schema(example = json!(["stars"]))]
    pub changed: Vec<&'static str>,
}

/// Who recorded something: a role and the council, never a person.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Recorder {
    /// In which role.
    pub role: Role,
    /// For which council; `null` for the operator of the registry.
    pub council: Option<CouncilRef>,
}

/// Columns of the ledger's rows that the public sees, under the names that it sees. Findings and
/// deadlines of post-checks are the council's own and not among them.
const MEMBERS: [(&str, &str); 41] = [
    ("name", "name"),
    ("name_vi", "name"),
    ("name_en", "name"),
    ("form", "form"),
    ("producer_id", "producer"),
    ("group_no", "group"),
    ("set_no", "set"),
    ("place", "place"),
    ("source", "provenance"),
    ("source_url", "provenance"),
    ("merged_into", "mergedInto"),
    ("ended_on", "endedOn"),
    ("gtin", "gtin"),
    ("value", "value"),
    ("product_id", "product"),
    ("certificate_id", "certificate"),
    ("decision_id", "decision"),
    ("kind", "kind"),
    ("number", "number"),
    ("issuer", "issuer"),
    ("signed_on", "signedOn"),
    ("document_sha256", "documentSha256"),
    ("annuls", "annuls"),
    ("regime", "regime"),
    ("stars", "stars"),
    ("score", "score"),
    ("official_code", "officialCode"),
    ("round_year", "roundYear"),
    ("valid_from", "validFrom"),
    ("valid_until", "validUntil"),
    ("name_then", "nameThen"),
    ("place_then", "placeThen"),
    ("warning", "warning"),
    ("effective_on", "effectiveOn"),
    ("until", "until"),
    ("ground", "ground"),
    ("unit", "council"),
    ("basis", "basis"),
    ("carried_out_on", "carriedOutOn"),
    ("outcome", "outcome"),
    ("concluded_on", "concludedOn"),
];

impl HistoryStep {
    /// The decision that an entry cites, by number; `after` is its body.
    pub fn cites(entry: &Entry, after: &Value) -> Option<i64> {
        if entry.noun == "decision" { Some(entry.noun_id) } else { number(after, "decision_id") }
    }

    /// The step that an entry is in the history of a thing; `None` when its body cannot be read.
    pub fn of(
        entry: Entry,
        before: Option<&Value>,
        after: &Value,
        about: (Noun, i64),
        decisions: &HashMap<i64, DecisionRow>,
    ) -> Option<Self> {
        let noun = entry.noun.as_str();
        let (kind, id) = match noun {
            "product" => (Noun::Product, entry.noun_id),
            "producer" => (Noun::Producer, entry.noun_id),
            "certificate" => (Noun::Certificate, entry.noun_id),
            "decision" => (Noun::Decision, entry.noun_id),
            "product_name" | "product_gtin" | "post_check" => (Noun::Product, number(after, "product_id")?),
            "producer_identifier" => (Noun::Producer, number(after, "producer_id")?),
            "act" => (Noun::Certificate, number(after, "certificate_id")?),
            _ => return None,
        };
        let changed = before.map(|before| changed(before, after)).unwrap_or_default();
        // What annuls a decision is a decision of its own.
        let annuls = about.0 == Noun::Decision && (kind, id) != about && before.is_none();
        let event = if annuls { Event::Annulled } else { event(noun, before, after) };
        let decision = Self::cites(&entry, after).and_then(|id| decisions.get(&id));
        let issuer = text(after, "issuer").or(decision.and_then(|row| row.issuer.as_deref()));
        let check = (noun == "post_check").then(|| post_check(after, decision)).flatten();
        let (role_in, role) = recorded_by(&entry.actor);
        let recorded_at = entry.at.and_utc();
        Some(Self {
            position: entry.position,
            recorded_at,
            code: code_of(kind, id),
            holds_from: holds_from(event, noun, after),
            until: match event {
                Event::Extended => day(after, "until"),
                Event::Recognised | Event::Dated => day(after, "valid_until"),
                _ => None,
            },
            value: value(event, noun, after).map(str::to_owned),
            ground: text(after, "ground").and_then(Ground::parse),
            issuer: issuer.and_then(|key| Issuer::of_key(key, day(after, "valid_from").or(decision.and_then(|row| row.signed_on)))),
            decision: decision.map(DecisionRef::of_row),
            merged_into: number(after, "merged_into").filter(|_| event == Event::Merged).map(|id| code_of(kind, id)),
            post_check: check,
            recorded_by: Recorder { role, council: role_in.and_then(|key| CouncilRef::of_key(key, civil_day(recorded_at))) },
            event,
            cause: entry.cause,
            changed,
        })
    }
}

/// What an entry of a table is to the public; `before` is the row that it corrects.
fn event(noun: &str, before: Option<&Value>, after: &Value) -> Event {
    let became = |member: &str| !after[member].is_null() && before.is_none_or(|before| before[member].is_null());
    let differs = |member: &str| before.is_some_and(|before| before[member] != after[member]);
    let created = before.is_none();
    match noun {
        "product_name" if became("ended_on") => Event::NameEnded,
        "product_name" if created => Event::NameAdded,
        "product_gtin" if became("ended_on") => Event::BarcodeEnded,
        "product_gtin" if created => Event::BarcodeAdded,
        "producer_identifier" if became("ended_on") => Event::IdentifierEnded,
        "producer_identifier" if created => Event::IdentifierAdded,
        "post_check" if became("outcome") => Event::PostCheckConcluded,
        "post_check" if created => Event::PostCheckCarriedOut,
        "act" if created => match text(after, "kind").and_then(ActKind::parse) {
            Some(ActKind::Withdrawal) => Event::Withdrawn,
            Some(ActKind::Annulment) => Event::Annulled,
            Some(ActKind::Extension) => Event::Extended,
            None => Event::Corrected,
        },
        "certificate" if created => Event::Recognised,
        _ if created => Event::Registered,
        "product" | "producer" | "certificate" if became("merged_into") => Event::Merged,
        "certificate" if became("valid_from") => Event::Dated,
        "decision" if became("document_sha256") => Event::DocumentAttached,
        "product" if differs("name_vi") => Event::Renamed,
        "producer" if differs("name") => Event::Renamed,
        _ => Event::Corrected,
    }
}

fn holds_from(event: Event, noun: &str, after: &Value) -> Option<Day> {
    day(
        after,
        match (event, noun) {
            (Event::Recognised | Event::Dated, _) => "valid_from",
            (Event::Withdrawn | Event::Annulled | Event::Extended, "act") => "effective_on",
            (Event::Registered | Event::Annulled, "decision") => "signed_on",
            (Event::NameEnded | Event::BarcodeEnded | Event::IdentifierEnded, _) => "ended_on",
            (Event::PostCheckCarriedOut, _) => "carried_out_on",
            (Event::PostCheckConcluded, _) => "concluded_on",
            _ => return None,
        },
    )
}

fn value<'v>(event: Event, noun: &str, after: &'v Value) -> Option<&'v str> {
    match noun {
        "product_gtin" => text(after, "gtin"),
        "product_name" => text(after, "name_vi"),
        // A kind that this version does not know may be no business of the public.
        "producer_identifier" => text(after, "value").filter(|_| text(after, "kind").and_then(IdentifierKind::parse).is_some()),
        "product" if matches!(event, Event::Registered | Event::Renamed) => text(after, "name_vi"),
        "producer" if matches!(event, Event::Registered | Event::Renamed) => text(after, "name"),
        _ => None,
    }
}

fn post_check(after: &Value, decision: Option<&DecisionRow>) -> Option<PostCheck> {
    let carried_out_on = day(after, "carried_out_on")?;
    Some(PostCheck {
        basis: text(after, "basis").and_then(CheckBasis::parse)?,
        carried_out_on,
        outcome: text(after, "outcome").and_then(CheckOutcome::parse),
        concluded_on: day(after, "concluded_on"),
        council: text(after, "unit").and_then(|unit| CouncilRef::of_key(unit, carried_out_on)),
        decision: decision.map(DecisionRef::of_row),
    })
}

fn changed(before: &Value, after: &Value) -> Vec<&'static str> {
    let mut changed = Vec::new();
    for (column, member) in MEMBERS {
        if before[column] != after[column] && !changed.contains(&member) {
            changed.push(member);
        }
    }
    changed
}

fn text<'v>(body: &'v Value, member: &str) -> Option<&'v str> {
    body[member].as_str()
}

fn number(body: &Value, member: &str) -> Option<i64> {
    body[member].as_i64()
}

fn day(body: &Value, member: &str) -> Option<Day> {
    text(body, member)?.parse().ok()
}
