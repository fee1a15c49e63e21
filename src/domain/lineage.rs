//! Where a place was and is: the units of both divisions that a place lies in, as far as they can
//! be told without guessing.

use super::place::{Generation, LAST_OLD_DAY, Level, PlaceId, gazetteer};

/// Keys of the units around a place; empty where the place does not say or a split leaves it open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lineage {
    /// Today's province.
    pub province_now: String,
    /// Province until 30/06/2025.
    pub province_then: String,
    /// District until 30/06/2025.
    pub district_then: String,
    /// Today's commune.
    pub commune_now: String,
    /// Commune until 30/06/2025.
    pub commune_then: String,
}

/// The lineage of a place; empty for an unknown key.
pub fn lineage(key: &str) -> Lineage {
    let gazetteer = gazetteer();
    let Some(id) = gazetteer.get(key) else { return Lineage::default() };
    let place = gazetteer.place(id);
    let key_of = |id: PlaceId| gazetteer.place(id).key.clone();
    let mut lineage = Lineage { province_now: key_of(gazetteer.province_now(id)), ..Lineage::default() };
    if place.generation == Generation::Of63 {
        lineage.province_then = key_of(gazetteer.province(id));
        match place.level {
            Level::Province => {}
            Level::District => lineage.district_then.clone_from(&place.key),
            Level::Commune => {
                lineage.commune_then.clone_from(&place.key);
                lineage.district_then = place.parent.map(key_of).unwrap_or_default();
            }
        }
        if place.level == Level::Commune && !place.split {
            lineage.commune_now = gazetteer.now(id).map(key_of).unwrap_or_default();
        }
        return lineage;
    }
    match place.level {
        Level::Province => lineage.province_then = only(gazetteer.provinces_merged_into(id)).map(key_of).unwrap_or_default(),
        Level::District => {}
        Level::Commune => {
            lineage.commune_now.clone_from(&place.key);
            // Units that had ended before the last old day went through one that had not.
            let before = || place.predecessors.iter().copied().filter(|p| gazetteer.place(*p).valid_on(LAST_OLD_DAY));
            let key = |unit: Option<PlaceId>| unit.map(key_of).unwrap_or_default();
            lineage.province_then = key(only(before().map(|p| gazetteer.province(p))));
            lineage.district_then = key(only(before().map(|p| gazetteer.place(p).parent)).flatten());
            lineage.commune_then = key(only(before()));
        }
    }
    lineage
}

/// The one value that all of them are.
fn only<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Option<T> {
    let mut values = values.into_iter();
    let first = values.next()?;
    values.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn then_and_now() {
        let old = lineage("VN63-24");
        assert_eq!((old.province_now.as_str(), old.province_then.as_str()), ("VN34-24", "VN63-24"));
        let merged = lineage("VN34-24");
        assert_eq!((merged.province_now.as_str(), merged.province_then.as_str()), ("VN34-24", ""));
        let kept = lineage("VN34-04");
        assert_eq!((kept.province_now.as_str(), kept.province_then.as_str()), ("VN34-04", "VN63-04"));
        let commune = lineage("VN34-01-00004");
        assert_eq!(
            (commune.province_now.as_str(), commune.province_then.as_str(), commune.commune_now.as_str()),
            ("VN34-01", "VN63-01", "VN34-01-00004")
        );
        assert_eq!(lineage("nowhere"), Lineage::default());
    }
}
