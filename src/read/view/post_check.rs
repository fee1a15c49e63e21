//! Post-checks.

use super::council::CouncilRef;
use super::decision::DecisionRef;
use crate::domain::record::{self, CheckBasis, CheckOutcome};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A post-check (*hậu kiểm*): that it took place, and how it ended. What was found is not public.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PostCheck {
    /// What led to it.
    pub basis: CheckBasis,
    /// The day.
    pub carried_out_on: NaiveDate,
    /// How it ended; `null` while it is open.
    pub outcome: Option<CheckOutcome>,
    /// The day it ended.
    pub concluded_on: Option<NaiveDate>,
    /// The council that checked.
    pub council: Option<CouncilRef>,
    /// The withdrawal that it led to.
    pub decision: Option<DecisionRef>,
}

impl PostCheck {
    /// The view of a post-check of a record.
    pub fn of(check: record::PostCheck) -> Self {
        Self {
            basis: check.basis,
            carried_out_on: check.carried_out_on,
            outcome: check.outcome,
            concluded_on: check.concluded_on,
            council: CouncilRef::of_key(&check.unit, check.carried_out_on),
            decision: check.decision.map(|decision| DecisionRef::of(decision, None)),
        }
    }
}
