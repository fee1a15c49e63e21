//! The change feed.

use crate::domain::code::{Noun, code_of};
use crate::store::ledger::Entry;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// One change of the registry.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// Its position in the ledger: from 1, without gaps.
    #[schema(example = 3118)]
    pub position: i64,
    /// When it was recorded.
    #[schema(example = "2026-11-21T02:30:00Z")]
    pub at: DateTime<Utc>,
    /// By whom, by role.
    #[schema(example = "operator")]
    pub actor: String,
    /// By which command.
    #[schema(example = "import")]
    pub command: String,
    /// `created` or `corrected`.
    #[schema(example = "created")]
    pub action: String,
    /// What kind of thing: `product`, `producer`, `certificate`, `decision`, `act`, `product_gtin`,
    /// `product_name`, `producer_identifier`, `post_check`.
    #[schema(example = "certificate")]
    pub noun: String,
    /// Its registry code, where the kind has one.
    #[schema(value_type = Option<String>, example = "C00000BV")]
    pub code: Option<SmolStr>,
    /// Registry code of the product it belongs to, where it belongs to one.
    #[schema(value_type = Option<String>, example = "P00000BY")]
    pub product: Option<SmolStr>,
    /// Registry code of the producer it belongs to, where it belongs to one.
    #[schema(value_type = Option<String>)]
    pub producer: Option<SmolStr>,
    /// Registry code of the certificate that an act is about.
    #[schema(value_type = Option<String>, example = "C00000BV")]
    pub certificate: Option<SmolStr>,
    /// Registry code of the decision that a certificate, act or post-check rests on.
    #[schema(value_type = Option<String>, example = "D0000010")]
    pub decision: Option<SmolStr>,
    /// Registry code of the one that lives on, of what was merged.
    #[schema(value_type = Option<String>, example = "P00000CX")]
    pub merged_into: Option<SmolStr>,
    /// Why, where a reason was given.
    pub cause: Option<String>,
}

/// A stretch of the change feed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Changes {
    /// The changes, in order, without gaps.
    pub items: Vec<Change>,
    /// Ask again with `after` set to this.
    #[schema(example = 3118)]
    pub next_after: i64,
    /// Whether more are there already.
    pub has_more: bool,
    /// Ledger position that the answer belongs to.
    #[schema(example = 3118)]
    pub data_version: i64,
    /// Civil day in Vietnam on which the answer was given.
    pub as_of: NaiveDate,
}

impl Change {
    /// The view of an entry.
    pub fn of(entry: Entry) -> Self {
        let coded = match entry.noun.as_str() {
            "product" => Some(Noun::Product),
            "producer" => Some(Noun::Producer),
            "certificate" => Some(Noun::Certificate),
            "decision" => Some(Noun::Decision),
            _ => None,
        };
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap_or_default();
        let cited = |member: &str, noun: Noun| body.get(member).and_then(serde_json::Value::as_i64).map(|id| code_of(noun, id));
        Self {
            position: entry.position,
            at: entry.at.and_utc(),
            actor: entry.actor,
            command: entry.command,
            action: entry.action,
            code: coded.map(|noun| code_of(noun, entry.noun_id)),
            product: if coded == Some(Noun::Product) {
                Some(code_of(Noun::Product, entry.noun_id))
            } else {
                cited("product_id", Noun::Product)
            },
            producer: if coded == Some(Noun::Producer) {
                Some(code_of(Noun::Producer, entry.noun_id))
            } else {
                cited("producer_id", Noun::Producer)
            },
            certificate: cited("certificate_id", Noun::Certificate),
            decision: cited("decision_id", Noun::Decision),
            merged_into: coded.and_then(|noun| cited("merged_into", noun)),
            cause: entry.cause,
            noun: entry.noun,
        }
    }
}
