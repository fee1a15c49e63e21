//! Product groups and sets: six groups and 26 sets since QĐ 148/QĐ-TTg, six others under
//! QĐ 1048/QĐ-TTg, and the crosswalk from those.

use super::text::fold;
use std::sync::LazyLock;

/// A product set (*bộ sản phẩm*), the unit that has its own criteria.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductSet {
    /// Running number in the law, 1-26.
    pub number: i16,
    /// The group it belongs to, 1-6.
    pub group: i16,
    /// Name of the subgroup, where there is one.
    pub subgroup: Option<String>,
    /// Name.
    pub vi: String,
    /// Name in English.
    pub en: String,
    /// The ministry that leads, as abbreviated in the law.
    pub lead_ministry: String,
}

/// A product group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductGroup {
    /// Number, 1-6 for I-VI.
    pub number: i16,
    /// Roman numeral as printed.
    pub numeral: String,
    /// Name.
    pub vi: String,
    /// Name in English.
    pub en: String,
}

/// A class of the older classification and what it has become.
#[derive(Debug)]
pub struct OldGroup {
    /// Name under QĐ 1048/QĐ-TTg.
    pub vi: &'static str,
    /// Today's group.
    pub group: i16,
    /// Today's set, where the whole old group went to one.
    pub set: Option<i16>,
}

/// The groups of QĐ 1048/QĐ-TTg with the crosswalk to those of today.
pub const OLD_GROUPS: [OldGroup; 6] = [
    OldGroup { vi: "Thực phẩm", group: 1, set: None },
    OldGroup { vi: "Đồ uống", group: 2, set: None },
    OldGroup { vi: "Thảo dược", group: 3, set: None },
    OldGroup { vi: "Vải và may mặc", group: 4, set: Some(22) },
    OldGroup { vi: "Lưu niệm - nội thất - trang trí", group: 4, set: Some(21) },
    OldGroup { vi: "Dịch vụ du lịch nông thôn, bán hàng", group: 6, set: Some(26) },
];

/// Groups and sets of the classification in force.
#[derive(Debug)]
pub struct Classification {
    /// The six groups.
    pub groups: Vec<ProductGroup>,
    /// The 26 sets.
    pub sets: Vec<ProductSet>,
}

/// What a label of a list means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Group, 1-6.
    pub group: i16,
    /// Set, 1-26, where the label says it.
    pub set: Option<i16>,
}

static CURRENT: LazyLock<Classification> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(include_str!("data/product-sets.csv").as_bytes());
    let mut all = Classification { groups: Vec::new(), sets: Vec::new() };
    for row in reader.records().map(|row| row.expect("the embedded table of sets is well-formed")) {
        let text = |column: usize| row.get(column).unwrap_or_default().to_owned();
        if all.groups.last().is_none_or(|group| group.numeral != text(1)) {
            let number = i16::try_from(all.groups.len() + 1).unwrap_or(i16::MAX);
            all.groups.push(ProductGroup { number, numeral: text(1), vi: text(2), en: text(3) });
        }
        all.sets.push(ProductSet {
            number: text(0).parse().expect("the embedded table of sets numbers its rows"),
            group: all.groups.last().map_or(0, |group| group.number),
            subgroup: Some(text(5)).filter(|name| !name.is_empty()),
            vi: text(6),
            en: text(7),
            lead_ministry: text(8),
        });
    }
    all
});

/// The classification in force.
pub fn classification() -> &'static Classification {
    &CURRENT
}

impl Classification {
    /// A set by its number.
    pub fn set(&self, number: i16) -> Option<&ProductSet> {
        self.sets.iter().find(|set| set.number == number)
    }

    /// A group by its number.
    pub fn group(&self, number: i16) -> Option<&ProductGroup> {
        self.groups.iter().find(|group| group.number == number)
    }

    /// What a label means: the name of a set, of a group, or of an old group, in any spelling; or
    /// the beginning of exactly one group's name ("Dịch vụ du lịch").
    pub fn classify(&self, label: &str) -> Option<Class> {
        let label = fold(label);
        if label.is_empty() {
            return None;
        }
        let sets = self.sets.iter().find(|s| fold(&s.vi) == label).map(|s| Class { group: s.group, set: Some(s.number) });
        let groups = || self.groups.iter().find(|g| fold(&g.vi) == label).map(|g| self.whole(g.number));
        let old = || OLD_GROUPS.iter().find(|g| fold(g.vi) == label).map(|g| Class { group: g.group, set: g.set });
        let head = || {
            let mut starts = self.groups.iter().filter(|g| fold(&g.vi).starts_with(&format!("{label} ")));
            starts.next().filter(|_| starts.next().is_none()).map(|g| self.whole(g.number))
        };
        sets.or_else(groups).or_else(old).or_else(head)
    }

    /// A group as a class: with its set when it has only one.
    fn whole(&self, group: i16) -> Class {
        let mut sets = self.sets.iter().filter(|set| set.group == group);
        let only = sets.next().filter(|_| sets.next().is_none());
        Class { group, set: only.map(|set| set.number) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_the_law() {
        let c = classification();
        assert_eq!((c.groups.len(), c.sets.len()), (6, 26));
        assert!(c.sets.iter().enumerate().all(|(i, set)| usize::try_from(set.number) == Ok(i + 1)));
        assert_eq!(c.set(11).map(|s| (s.group, s.vi.as_str())), Some((1, "Chè tươi, chè chế biến")));
    }

    #[test]
    fn labels_old_and_new() {
        let class = |label: &str| classification().classify(label).map(|c| (c.group, c.set));
        assert_eq!(class("Thực Phẩm"), Some((1, None)));
        assert_eq!(class("đồ uống"), Some((2, None)));
        assert_eq!(class("Thảo dược"), Some((3, None)));
        assert_eq!(class("Vải và may mặc"), Some((4, Some(22))));
        assert_eq!(class("Lưu niệm – nội thất – trang trí"), Some((4, Some(21))));
        assert_eq!(class("Dịch vụ du lịch"), Some((6, Some(26))));
        assert_eq!(class("Dịch vụ du lịch cộng đồng"), Some((6, Some(26))));
        assert_eq!(class("Hoa"), Some((5, Some(23))));
        assert_eq!(class("nông sản"), None);
        assert_eq!(class(""), None);
    }
}
