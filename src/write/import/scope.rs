//! Whose decisions an import may bring, about which places.

use super::row::{Candidate, Refusal};
use crate::domain::authority::{self, Level};
use crate::domain::place::{self, PlaceId};
use crate::error::say;

/// Whose decisions an import may bring, about which places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everyone's: the operator of the registry.
    All,
    /// Those of a current province and of the units that became part of it, for products made there.
    Province(PlaceId),
    /// The ministry's.
    Ministry,
    /// Nobody's: a council that is there no more.
    Nobody,
}

impl Scope {
    /// Why a recognition may not be written; one that is known already may be told again by anybody.
    pub(super) fn refusal(self, candidate: &Candidate) -> Option<Refusal> {
        if self == Self::All {
            return None;
        }
        let Some(issuer) = candidate.issuer.as_deref().and_then(authority::authority) else {
            return Some(Refusal::new(
                "issuer",
                "missing",
                say(
                    "phải ghi cơ quan ban hành, vì mỗi cơ quan chỉ nhập quyết định của mình",
                    "state the authority: everyone imports decisions of their own only",
                ),
            ));
        };
        let foreign = || {
            Some(Refusal::new(
                "issuer",
                "foreign-decision",
                say(
                    format!("quyết định của {} do cơ quan đó nhập", issuer.vi),
                    format!("a decision of {} is imported by that authority", issuer.vi),
                ),
            ))
        };
        let unit = match self {
            Self::Province(unit) => unit,
            Self::Ministry if issuer.level == Level::National => return None,
            Self::All | Self::Ministry | Self::Nobody => return foreign(),
        };
        let gazetteer = place::gazetteer();
        if gazetteer.province_now(candidate.place) != unit {
            let (there, here) = (gazetteer.place(candidate.place).name, gazetteer.place(unit).name);
            return Some(Refusal::new(
                "province",
                "outside-territory",
                say(format!("{there} không thuộc địa bàn {here}"), format!("{there} is not in the territory of {here}")),
            ));
        }
        let own = gazetteer.get(&issuer.key).is_some_and(|signer| gazetteer.province_now(signer) == unit);
        if own { None } else { foreign() }
    }
}
