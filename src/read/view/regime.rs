//! Legal regimes.

use crate::domain::authority::Level;
use crate::domain::regime::{EXTENSION_DAYS, ISSUER_RULES, RegimeFacts, TERM_MONTHS, Warning};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A legal regime: which decision of the Prime Minister certificates rest on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Regime {
    /// Its code.
    pub code: crate::domain::regime::Regime,
    /// Its instrument, as cited.
    #[schema(example = "Quyết định 26/2026/QĐ-TTg ngày 22/05/2026")]
    pub instrument: String,
    /// First day of decisions under it.
    pub valid_from: NaiveDate,
    /// Last day; `null` while in force.
    pub valid_to: Option<NaiveDate>,
    /// Highest points of the parts A, B and C of its criteria.
    #[schema(example = json!([40, 25, 35]))]
    pub parts: Vec<u8>,
    /// Months that a certificate holds.
    #[schema(example = 36)]
    pub term_months: u32,
    /// Most days of an extension.
    #[schema(example = 180)]
    pub extension_days: i64,
    /// Who may recognise how many stars.
    pub issuers: Vec<IssuerRule>,
}

/// Who may recognise how many stars, and when.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct IssuerRule {
    /// Fewest stars.
    #[schema(example = 3)]
    pub stars_min: u8,
    /// Most stars.
    #[schema(example = 4)]
    pub stars_max: u8,
    /// The level that decides.
    pub level: Level,
    /// First day of the decision.
    pub valid_from: NaiveDate,
    /// Last day; `null` while in force.
    pub valid_to: Option<NaiveDate>,
    /// The doubt recorded with such a decision.
    pub warning: Option<Warning>,
}

impl Regime {
    /// The view of a regime.
    pub fn of(facts: &RegimeFacts) -> Self {
        let rules = ISSUER_RULES.iter().filter(|rule| rule.regime == facts.regime);
        Self {
            code: facts.regime,
            instrument: facts.instrument.into(),
            valid_from: facts.from,
            valid_to: facts.to,
            parts: facts.parts.to_vec(),
            term_months: TERM_MONTHS,
            extension_days: EXTENSION_DAYS,
            issuers: rules
                .map(|rule| IssuerRule {
                    stars_min: rule.stars.0,
                    stars_max: rule.stars.1,
                    level: rule.level,
                    valid_from: rule.from,
                    valid_to: Some(rule.to).filter(|to| *to != NaiveDate::MAX),
                    warning: rule.warning,
                })
                .collect(),
        }
    }
}
