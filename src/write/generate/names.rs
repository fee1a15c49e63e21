//! Made-up names of products and producers.

use super::home::Home;
use super::words::{BRANDS, Kind, PERSONS};
use crate::domain::producer::Form;
use fastrand::Rng;

/// One of several; `items` is never empty.
pub(super) fn pick<T: Copy>(rng: &mut Rng, items: &[T]) -> T {
    items[rng.usize(..items.len())]
}

/// One of several by weight.
pub(super) fn weighted<T: Copy>(rng: &mut Rng, items: &[(u32, T)]) -> T {
    let total: u32 = items.iter().map(|(weight, _)| weight).sum();
    let mut left = rng.u32(..total);
    for (weight, item) in items {
        match left.checked_sub(*weight) {
            Some(rest) => left = rest,
            None => return *item,
        }
    }
    items[0].1
}

/// A brand of two syllables.
pub(super) fn brand(rng: &mut Rng) -> String {
    format!("{} {}", pick(rng, BRANDS.0), pick(rng, BRANDS.1))
}

fn person(rng: &mut Rng) -> String {
    format!("{} {} {}", pick(rng, PERSONS.0), pick(rng, PERSONS.1), pick(rng, PERSONS.2))
}

/// "Mật ong" as it stands inside a name: "mật ong".
fn inside(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// The name of a product and, for some, its name in English.
pub(super) fn product(rng: &mut Rng, kind: &Kind, brand: &str, home: &Home) -> (String, Option<String>) {
    let place = weighted(rng, &[(55, home.commune), (25, home.district), (20, home.province)]);
    let (vi, qualifier) = (kind.vi, pick(rng, kind.qualifiers));
    let name = match rng.u32(..100) {
        0..45 => format!("{vi} {qualifier} {place}"),
        45..65 => format!("{vi} {place}"),
        65..85 => format!("{vi} {qualifier} {brand}"),
        85..95 => format!("{vi} {brand}"),
        _ => format!("{vi} {qualifier}"),
    };
    let english = (rng.u32(..100) < 15).then(|| format!("{} of {place}", kind.en));
    (name, english)
}

/// How often each legal form occurs, in agriculture and crafts, and in tourism.
const FORMS: &[(u32, Form)] = &[
    (330, Form::Cooperative),
    (3, Form::CooperativeUnion),
    (40, Form::CooperativeGroup),
    (170, Form::LimitedCompany),
    (60, Form::JointStockCompany),
    (25, Form::PrivateEnterprise),
    (5, Form::CompanyBranch),
    (250, Form::HouseholdBusiness),
    (67, Form::Household),
    (20, Form::Farm),
    (30, Form::Establishment),
];
const TOURISM: &[(u32, Form)] = &[
    (35, Form::Cooperative),
    (20, Form::HouseholdBusiness),
    (20, Form::LimitedCompany),
    (15, Form::Association),
    (10, Form::CooperativeGroup),
];

/// The legal form and the name of the maker of `kind`.
pub(super) fn producer(rng: &mut Rng, kind: &Kind, brand: &str, home: &Home) -> (Form, String) {
    let form = weighted(rng, if kind.set == 26 { TOURISM } else { FORMS });
    let (goods, place) = (inside(kind.vi), weighted(rng, &[(80, home.commune), (20, home.district)]));
    let trade = match kind.set {
        18..=20 => "dược liệu",
        21..=22 => "thủ công mỹ nghệ",
        23..=25 => "sinh vật cảnh",
        26 => "du lịch cộng đồng",
        _ => "nông nghiệp",
    };
    let name = match form {
        Form::Cooperative => match rng.u32(..5) {
            0 => format!("Hợp tác xã {trade} {place}"),
            1 => format!("Hợp tác xã {goods} {place}"),
            2 => format!("Hợp tác xã dịch vụ {trade} {brand}"),
            3 => format!("Hợp tác xã {trade} {brand} {place}"),
            _ => format!("Hợp tác xã sản xuất và kinh doanh {goods} {brand}"),
        },
        Form::CooperativeUnion => format!("Liên hiệp hợp tác xã {trade} {}", home.province),
        Form::CooperativeGroup => format!("Tổ hợp tác {goods} {place}"),
        Form::LimitedCompany => match rng.u32(..3) {
            0 => format!("Công ty TNHH {brand} {place}"),
            1 => format!("Công ty TNHH MTV {brand}"),
            _ => format!("Công ty TNHH sản xuất và thương mại {brand}"),
        },
        Form::JointStockCompany => format!("Công ty cổ phần {trade} {brand}"),
        Form::PrivateEnterprise => format!("Doanh nghiệp tư nhân {brand}"),
        Form::CompanyBranch => format!("Chi nhánh Công ty TNHH {brand} tại {place}"),
        Form::Household => format!("Hộ sản xuất {}", person(rng)),
        Form::Farm => format!("Trang trại {brand} {place}"),
        Form::Association => format!("Hội {trade} {place}"),
        Form::Establishment => format!("Cơ sở sản xuất {goods} {}", person(rng)),
        Form::HouseholdBusiness | Form::Company | Form::Unknown => format!("Hộ kinh doanh {}", person(rng)),
    };
    (form, name)
}

/// A 14-digit barcode of the Vietnamese prefix 893; different numbers give different barcodes.
pub(super) fn gtin(number: u64, seed: u64) -> String {
    // 3^18 shares no factor with 10^9, so the numbers are only shuffled.
    let shuffled = (number % 1_000_000_000 * 387_420_489 + seed % 1_000_000_000) % 1_000_000_000;
    let body = format!("0893{shuffled:09}");
    let sum: u32 = body.bytes().enumerate().map(|(i, digit)| u32::from(digit - b'0') * if i % 2 == 0 { 3 } else { 1 }).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
