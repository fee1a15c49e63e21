//! The provincial workbook: 22 columns in which councils keep their certified products, one row a
//! product with its first recognition and its second one or upgrade.
//!
//! No text of law fixes its headings, so each column is known by several spellings; the template and
//! the exports write the first. Address, representative and phone are read over and kept nowhere:
//! the registry publishes no personal data.

mod cell;
mod header;

pub use cell::{
    Cell, PlaceParts, decision_number, excel_day, is_potential, place_parts, speaks_of_an_end, speaks_of_an_extension, stars, text_day,
    year,
};
pub use header::{Layout, NoLayout, find_layout};

use super::vocabulary::vocabulary;
use crate::error::{Text, say};

vocabulary! {
    /// A column of the workbook, in its order.
    Column {
        /// Running number; says nothing.
        Number = "no",
        /// The product's name.
        Product = "product",
        /// Group or set of the classification.
        Group = "product_group",
        /// The producer's legal form.
        BusinessType = "business_type",
        /// The producer's name.
        Producer = "producer",
        /// Commune, and where needed district and province, parted by commas.
        Commune = "commune",
        /// Address of production; helps to find the place and is not kept.
        Address = "address",
        /// Not kept.
        Representative = "representative",
        /// Not kept.
        Phone = "phone",
        /// Stars that hold now: those of the latest recognition.
        CurrentStars = "current_stars",
        /// Last valid day as printed on the latest certificate.
        ExpiryDate = "expiry_date",
        /// Stars of the first recognition.
        FirstStars = "first_stars",
        /// Day of its decision.
        FirstDate = "first_date",
        /// Its year.
        FirstYear = "first_year",
        /// Number of its decision.
        FirstDecision = "first_decision",
        /// Who signed it.
        FirstAuthority = "first_authority",
        /// Stars of the second recognition or upgrade.
        SecondStars = "second_stars",
        /// Day of its decision.
        SecondDate = "second_date",
        /// Its year.
        SecondYear = "second_year",
        /// Number of its decision.
        SecondDecision = "second_decision",
        /// Who signed it.
        SecondAuthority = "second_authority",
        /// Anything else; not kept.
        Note = "note",
    }
}

/// The two merged headings over the recognitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Công nhận lần đầu.
    First,
    /// Công nhận lần 2 hoặc nâng hạng.
    Second,
}

impl Band {
    /// The heading.
    pub const fn heading(self) -> (&'static str, &'static str) {
        match self {
            Self::First => ("Công nhận lần đầu", "First recognition"),
            Self::Second => ("Công nhận lần 2 hoặc nâng hạng", "Second recognition or upgrade"),
        }
    }

    /// The beginnings and ends of headings that mean this band, folded; the longest first.
    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::First => &[
                "cong nhan lan dau",
                "cong nhan lan thu nhat",
                "cong nhan lan 1",
                "danh gia lan dau",
                "first recognition",
                "lan thu nhat",
                "lan dau",
                "lan 1",
            ],
            Self::Second => &[
                "cong nhan lan 2 hoac nang hang",
                "cong nhan lan hai hoac nang hang",
                "cong nhan lan 2 nang hang",
                "second recognition or upgrade",
                "danh gia lai nang hang",
                "lan 2 hoac nang hang",
                "lan 2 nang hang",
                "cong nhan lan thu hai",
                "cong nhan lan hai",
                "cong nhan lan 2",
                "cong nhan lai",
                "second recognition",
                "danh gia lai",
                "lan thu hai",
                "nang hang",
                "nang sao",
                "lan hai",
                "lan 2",
                "upgrade",
            ],
        }
    }
}

/// What is known of a column: where it stands, its headings, how it is spelled.
#[derive(Debug)]
pub struct ColumnFacts {
    /// The column.
    pub column: Column,
    /// The merged heading over it.
    pub band: Option<Band>,
    /// Its own heading in Vietnamese.
    pub vi: &'static str,
    /// Its own heading in English.
    pub en: &'static str,
    /// Other spellings, folded.
    spellings: &'static [&'static str],
    /// Whether its cells carry facts, so that they must be typed and not computed.
    pub carries_facts: bool,
    /// Whether a sheet without it is not the workbook.
    pub required: bool,
    /// Width in characters, for the template and exports.
    pub width: u8,
}

const STARS: &[&str] = &["hang sao", "so sao", "hang", "xep hang", "stars", "star", "sao dat", "ket qua"];
const DATE: &[&str] = &["ngay", "ngay cong nhan", "ngay quyet dinh", "ngay qd", "ngay ky", "ngay thang nam", "ngay thang", "date"];
const YEAR: &[&str] = &["nam cong nhan", "year"];
const DECISION: &[&str] =
    &["so quyet dinh", "quyet dinh", "qd", "so qd cong nhan", "quyet dinh so", "decision no", "decision number", "decision"];
const AUTHORITY: &[&str] = &[
    "co quan",
    "co quan cong nhan",
    "co quan ky",
    "co quan quyet dinh",
    "cap cong nhan",
    "don vi cong nhan",
    "don vi ban hanh",
    "authority",
];

const fn plain(column: Column, vi: &'static str, en: &'static str, spellings: &'static [&'static str], width: u8) -> ColumnFacts {
    ColumnFacts { column, band: None, vi, en, spellings, carries_facts: true, required: false, width }
}

const fn told(column: Column, vi: &'static str, en: &'static str, spellings: &'static [&'static str], width: u8) -> ColumnFacts {
    ColumnFacts { carries_facts: false, ..plain(column, vi, en, spellings, width) }
}

const fn needed(column: Column, vi: &'static str, en: &'static str, spellings: &'static [&'static str], width: u8) -> ColumnFacts {
    ColumnFacts { required: true, ..plain(column, vi, en, spellings, width) }
}

const fn under(band: Band, facts: ColumnFacts) -> ColumnFacts {
    ColumnFacts { band: Some(band), ..facts }
}

/// The 22 columns in their order.
pub const COLUMNS: [ColumnFacts; 22] = [
    told(Column::Number, "STT", "No.", &["so tt", "tt", "no", "so thu tu"], 6),
    needed(
        Column::Product,
        "Tên sản phẩm",
        "Product",
        &["san pham", "ten san pham ocop", "san pham ocop", "ten san pham dich vu", "product name"],
        34,
    ),
    plain(
        Column::Group,
        "Nhóm sản phẩm",
        "Product group",
        &["nhom", "nhom nganh", "nganh hang", "nhom nganh hang", "bo san pham", "phan nhom", "nhom san pham ocop"],
        24,
    ),
    plain(
        Column::BusinessType,
        "Loại hình",
        "Business type",
        &[
            "loai hinh kinh doanh",
            "loai hinh san xuat kinh doanh",
            "loai hinh chu the",
            "loai hinh to chuc",
            "loai hinh sx kd",
            "loai chu the",
        ],
        20,
    ),
    needed(
        Column::Producer,
        "Tên chủ thể",
        "Producer",
        &[
            "chu the",
            "chu the san xuat",
            "chu the san xuat kinh doanh",
            "chu the sx kd",
            "chu the ocop",
            "ten chu the ocop",
            "co so san xuat",
        ],
        34,
    ),
    plain(
        Column::Commune,
        "Xã, phường, đặc khu",
        "Commune",
        &["xa", "xa phuong", "xa phuong thi tran", "phuong xa", "dia ban", "xa phuong tt", "don vi hanh chinh"],
        28,
    ),
    plain(Column::Address, "Địa chỉ", "Address", &["dia chi san xuat", "dia chi chu the", "dia chi sx kd"], 28),
    told(
        Column::Representative,
        "Người đại diện",
        "Representative",
        &["dai dien", "ho ten nguoi dai dien", "ho va ten nguoi dai dien", "nguoi dai dien phap luat", "chu co so"],
        20,
    ),
    told(Column::Phone, "Điện thoại", "Phone", &["so dien thoai", "sdt", "so dt", "dt"], 14),
    plain(
        Column::CurrentStars,
        "Hạng sao hiện tại",
        "Current stars",
        &["sao hien tai", "so sao hien tai", "hang hien tai", "xep hang hien tai", "current star", "hang sao", "hang sao hien nay"],
        12,
    ),
    plain(
        Column::ExpiryDate,
        "Ngày hết hạn",
        "Expiry date",
        &["han", "het han", "thoi han", "ngay het hieu luc", "hieu luc den", "thoi han hieu luc", "ngay het han chung nhan"],
        14,
    ),
    under(Band::First, needed(Column::FirstStars, "Sao", "Stars", STARS, 8)),
    under(Band::First, needed(Column::FirstDate, "Ngày quyết định", "Date", DATE, 14)),
    under(Band::First, plain(Column::FirstYear, "Năm", "Year", YEAR, 8)),
    under(Band::First, needed(Column::FirstDecision, "Số QĐ", "Decision no.", DECISION, 18)),
    under(Band::First, needed(Column::FirstAuthority, "Cơ quan ban hành", "Authority", AUTHORITY, 26)),
    under(Band::Second, plain(Column::SecondStars, "Sao", "Stars", STARS, 8)),
    under(Band::Second, plain(Column::SecondDate, "Ngày quyết định", "Date", DATE, 14)),
    under(Band::Second, plain(Column::SecondYear, "Năm", "Year", YEAR, 8)),
    under(Band::Second, plain(Column::SecondDecision, "Số QĐ", "Decision no.", DECISION, 18)),
    under(Band::Second, plain(Column::SecondAuthority, "Cơ quan ban hành", "Authority", AUTHORITY, 26)),
    plain(Column::Note, "Ghi chú", "Note", &["ghi chu khac"], 24),
];

impl Column {
    /// What is known of this column.
    pub fn facts(self) -> &'static ColumnFacts {
        &COLUMNS[self as usize]
    }

    /// The heading in full: "Công nhận lần đầu: Sao".
    pub fn heading(self) -> Text {
        let facts = self.facts();
        match facts.band.map(Band::heading) {
            Some((vi, en)) => say(format!("{vi}: {}", facts.vi), format!("{en}: {}", facts.en)),
            None => say(facts.vi, facts.en),
        }
    }

    /// The column of a recognition.
    pub const fn of(band: Band, first: Self) -> Self {
        match (band, first) {
            (Band::First, column) => column,
            (Band::Second, Self::FirstStars) => Self::SecondStars,
            (Band::Second, Self::FirstDate) => Self::SecondDate,
            (Band::Second, Self::FirstYear) => Self::SecondYear,
            (Band::Second, Self::FirstDecision) => Self::SecondDecision,
            (Band::Second, Self::FirstAuthority) => Self::SecondAuthority,
            (Band::Second, column) => column,
        }
    }

    /// The column in which a workbook spells a column of product lists.
    pub fn of_list(name: &str, band: Band) -> Option<Self> {
        Some(match name {
            "name_vi" => Self::Product,
            "producer_name" => Self::Producer,
            "producer_type" => Self::BusinessType,
            "commune" | "district" | "province" => Self::Commune,
            "product_group" => Self::Group,
            "valid_until" => Self::ExpiryDate,
            "stars" => Self::of(band, Self::FirstStars),
            "decision_date" => Self::of(band, Self::FirstDate),
            "year" => Self::of(band, Self::FirstYear),
            "decision_number" => Self::of(band, Self::FirstDecision),
            "level" | "issuer" => Self::of(band, Self::FirstAuthority),
            _ => return None,
        })
    }
}

/// The letters of a column as spreadsheets show them: 0 is A, 26 is AA.
pub fn letters(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + u8::try_from(index % 26).unwrap_or(0)));
        if index < 26 {
            break;
        }
        index = index / 26 - 1;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(COLUMNS.iter().zip(Column::ALL).all(|(facts, column)| facts.column == *column));
        assert_eq!(Column::SecondDate.heading().vi, "Công nhận lần 2 hoặc nâng hạng: Ngày quyết định");
    }

    #[test]
    fn spreadsheet_letters() {
        for (index, expected) in [(0, "A"), (21, "V"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(index), expected);
        }
    }
}
