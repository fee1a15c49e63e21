//! Producers: legal forms and identifiers.

use super::text::{fold, marked};
use super::vocabulary::vocabulary;

vocabulary! {
    /// A producer's legal form, kept as fine as the source says; plans group them differently.
    Form {
        /// Cooperative (*hợp tác xã*).
        Cooperative = "cooperative",
        /// Union of cooperatives (*liên hiệp hợp tác xã*).
        CooperativeUnion = "cooperative_union",
        /// Cooperative group (*tổ hợp tác*).
        CooperativeGroup = "cooperative_group",
        /// Limited liability company (*công ty trách nhiệm hữu hạn*).
        LimitedCompany = "limited_company",
        /// Joint-stock company (*công ty cổ phần*).
        JointStockCompany = "joint_stock_company",
        /// Private enterprise (*doanh nghiệp tư nhân*).
        PrivateEnterprise = "private_enterprise",
        /// Branch of a company (*chi nhánh công ty*).
        CompanyBranch = "company_branch",
        /// A company whose kind the source does not say.
        Company = "company",
        /// Household business (*hộ kinh doanh*).
        HouseholdBusiness = "household_business",
        /// Producing household (*hộ sản xuất*).
        Household = "household",
        /// Farm (*trang trại*).
        Farm = "farm",
        /// Association (*hội*, *hiệp hội*), or a managing centre (*trung tâm điều hành*) of community tourism.
        Association = "association",
        /// Establishment (*cơ sở*), and whatever else is no legal form of its own.
        Establishment = "establishment",
        /// The source does not say.
        Unknown = "unknown",
    }
}

vocabulary! {
    /// The kind of an identifier that a producer may carry.
    IdentifierKind {
        /// Tax code (*mã số thuế*).
        TaxCode = "tax_code",
        /// Business or cooperative registration number.
        Registration = "registration",
        /// GS1 Global Location Number.
        Gln = "gln",
    }
}

/// How the written name of a producer begins, folded, and the form it means. The longest first.
const FORMS: &[(&str, Form)] = &[
    ("lien hiep hop tac xa", Form::CooperativeUnion),
    ("lien hiep htx", Form::CooperativeUnion),
    ("to hop tac", Form::CooperativeGroup),
    ("tht", Form::CooperativeGroup),
    ("hop tac xa", Form::Cooperative),
    ("htx", Form::Cooperative),
    ("chi nhanh", Form::CompanyBranch),
    ("cong ty co phan", Form::JointStockCompany),
    ("cong ty cp", Form::JointStockCompany),
    ("cty cp", Form::JointStockCompany),
    ("cty co phan", Form::JointStockCompany),
    ("ctcp", Form::JointStockCompany),
    ("cong ty trach nhiem huu han", Form::LimitedCompany),
    ("cong ty tnhh", Form::LimitedCompany),
    ("cty tnhh", Form::LimitedCompany),
    ("doanh nghiep tu nhan", Form::PrivateEnterprise),
    ("dntn", Form::PrivateEnterprise),
    ("doanh nghiep", Form::Company),
    ("cong ty", Form::Company),
    ("cty", Form::Company),
    ("ho kinh doanh", Form::HouseholdBusiness),
    ("hkd", Form::HouseholdBusiness),
    ("ho san xuat", Form::Household),
    ("ho gia dinh", Form::Household),
    ("ho", Form::Household),
    ("trang trai", Form::Farm),
    ("trai", Form::Farm),
    ("hiep hoi", Form::Association),
    ("hoi", Form::Association),
    ("trung tam", Form::Association),
    ("co so", Form::Establishment),
    ("xuong", Form::Establishment),
];

impl Form {
    /// The form that a written name states, if it states one.
    pub fn of_name(name: &str) -> Option<Self> {
        split_form(&fold(name)).0
    }

    /// The form in Vietnamese, as workbooks state it; empty where it is not known.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Cooperative => "Hợp tác xã",
            Self::CooperativeUnion => "Liên hiệp hợp tác xã",
            Self::CooperativeGroup => "Tổ hợp tác",
            Self::LimitedCompany => "Công ty TNHH",
            Self::JointStockCompany => "Công ty cổ phần",
            Self::PrivateEnterprise => "Doanh nghiệp tư nhân",
            Self::CompanyBranch => "Chi nhánh công ty",
            Self::Company => "Doanh nghiệp",
            Self::HouseholdBusiness => "Hộ kinh doanh",
            Self::Household => "Hộ sản xuất",
            Self::Farm => "Trang trại",
            Self::Association => "Hội, hiệp hội",
            Self::Establishment => "Cơ sở sản xuất",
            Self::Unknown => "",
        }
    }

    /// The form that a label of a workbook means.
    pub fn of_label(label: &str) -> Option<Self> {
        let folded = fold(label);
        let known = Self::ALL.iter().copied().filter(|form| *form != Self::Unknown);
        known.clone().find(|form| fold(form.vi()) == folded || form.as_str() == label.trim()).or_else(|| Self::of_name(label))
    }

    /// Whether the law lets no two of the country bear one name, so that a name alone tells which is meant.
    pub fn has_name_of_its_own(self) -> bool {
        matches!(self, Self::LimitedCompany | Self::JointStockCompany | Self::PrivateEnterprise | Self::CompanyBranch | Self::Company)
    }
}

/// The form at the head of a folded name, and the rest of the name.
fn split_form(folded: &str) -> (Option<Form>, &str) {
    FORMS
        .iter()
        .find_map(|(head, form)| match folded.strip_prefix(head) {
            Some("") => Some((Some(*form), "")),
            Some(rest) => rest.strip_prefix(' ').map(|rest| (Some(*form), rest)),
            None => None,
        })
        .unwrap_or((None, folded))
}

/// Words for the same thing in producers' names, folded.
const SYNONYMS: &[(&str, &str)] = &[
    // As it is, but one for every way to write its marks.
    ("cong ty", "cong ty"),
    ("trach nhiem huu han", "tnhh"),
    ("mot thanh vien", "mtv"),
    ("hop tac xa", "htx"),
    ("to hop tac", "tht"),
    ("co phan", "cp"),
    ("san xuat", "sx"),
    ("thuong mai", "tm"),
    ("dich vu", "dv"),
    ("nong nghiep", "nn"),
    ("kinh doanh", "kd"),
    ("xuat nhap khau", "xnk"),
    ("che bien", "cb"),
    ("ctcp", "cong ty cp"),
    ("cty", "cong ty"),
];

/// The key under which two written names of one producer meet: as [`marked`], with the usual
/// abbreviations as one, without "và".
pub fn name_key(name: &str) -> String {
    // Each word without marks, to find abbreviations by, and with them, to keep.
    let mut words: Vec<(String, String)> =
        marked(name).split(' ').map(|word| (fold(word), word.to_owned())).filter(|(_, word)| word != "va\u{300}").collect();
    for (long, short) in SYNONYMS {
        let long: Vec<&str> = long.split(' ').collect();
        let mut at = 0;
        while at + long.len() <= words.len() {
            if words[at..at + long.len()].iter().map(|(plain, _)| plain.as_str()).eq(long.iter().copied()) {
                let short: Vec<_> = short.split(' ').map(|word| (word.to_owned(), word.to_owned())).collect();
                let after = at + short.len();
                words.splice(at..at + long.len(), short);
                at = after;
            } else {
                at += 1;
            }
        }
    }
    words.into_iter().map(|(_, word)| word).collect::<Vec<_>>().join(" ")
}

/// The words of a producer's name that are its own, as [`marked`]: without the legal form.
pub fn own_words(name: &str) -> Vec<String> {
    let folded = fold(name);
    let own = split_form(&folded).1.split(' ').filter(|word| !word.is_empty()).count();
    let words = marked(name);
    let all: Vec<&str> = words.split(' ').collect();
    all[all.len().saturating_sub(own)..].iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_from_names() {
        for (name, form) in [
            ("HTX chế biến chè Phìn Hồ", Some(Form::Cooperative)),
            ("Công ty TNHH Trà Vinh FARM", Some(Form::LimitedCompany)),
            ("CTCP nông nghiệp hữu cơ HD - Green", Some(Form::JointStockCompany)),
            ("Chi nhánh Công ty Cổ phần thực phẩm Sen Đại Việt", Some(Form::CompanyBranch)),
            ("Công ty Mỹ Lệ", Some(Form::Company)),
            ("Hộ kinh doanh Nguyễn Văn A", Some(Form::HouseholdBusiness)),
            ("Hội quán Thuận Tân", Some(Form::Association)),
            ("Hoàng Thị B", None),
        ] {
            assert_eq!(Form::of_name(name), form, "{name}");
        }
    }

    #[test]
    fn the_same_producer_written_twice() {
        for (one, other) in [
            ("HTX chế biến chè Phìn Hồ", "Hợp tác xã chế biến chè Phìn Hồ"),
            ("CTCP nông nghiệp hữu cơ HD - Green", "Công ty CP Nông nghiệp hữu cơ HD - Green"),
            ("Công ty trách nhiệm hữu hạn thương mại và dịch vụ Phú Sinh", "Công ty TNHH Thương mại và Dịch vụ Phú Sinh"),
        ] {
            assert_eq!(name_key(one), name_key(other));
        }
        assert_ne!(name_key("Công ty Mỹ Lệ"), name_key("Công ty cổ phần Mỹ Lệ"));
        assert_ne!(name_key("Hộ Nguyễn Văn Hùng"), name_key("Hộ Nguyễn Văn Hưng"));
        assert_eq!(name_key("HTX Hoà Bình"), name_key("Hợp tác xã Hòa Bình"));
    }
}
