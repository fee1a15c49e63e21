//! The pages, asked as browsers and machines ask for them, on both databases; and in a browser.

mod browser;
mod days;
mod decisions;
mod drawings;
mod endings;
mod gs1;
mod label_reports;
mod lookup;
mod problems;
mod shapes;
mod site;
mod verdicts;

use crate::support::registry::{Answer, Database, Registry, get};
use ocop_registry::domain::record::ActKind;

/// One product for each verdict, as the clock stands (21/11/2026).
const LIST: &str = "\
name_vi,name_en,producer_name,province,stars,level,decision_number,decision_date,year,gtins,official_code
Nem chua,Fermented pork roll,HTX Nem,Thanh Hóa,4,province,12/QĐ-UBND,2025-08-08,,8930000000002,38-14641-7-2025
Nem nướng,,HTX Nem,Thanh Hóa,4,province,13/QĐ-UBND,2024-02-29,,,
Nem rán,,HTX Nem,Thanh Hóa,4,province,34/QĐ-UBND,2020-03-10,,,
Nem thính,,HTX Nem,Thanh Hóa,4,province,35/QĐ-UBND,2025-08-08,,,
Mắm tép,,HTX Mắm,Thanh Hóa,4,province,35/QĐ-UBND,2025-08-08,,,
Mắm tôm,,HTX Mắm,Thanh Hóa,4,province,36/QĐ-UBND,2023-10-10,,,
Trà sen,,HTX Sen,Nghệ An,4,province,,,2025,,
Bánh gai,,HTX Gai,Nghệ An,3,province,40/QĐ-UBND,2025-09-09,,,
Bánh gai,,HTX Lá,Nghệ An,3,province,40/QĐ-UBND,2025-09-09,,,
Cao lá vối,,Hộ Ba,Nghệ An,5,national,55/QĐ-BNNMT,2025-09-09,,,
";

/// Names of [`LIST`], the class of the verdict's colour, and its headline in both languages.
const VERDICTS: [(&str, &str, &str, &str); 9] = [
    ("Nem chua", "yes", "Được công nhận OCOP 4 sao", "Certified OCOP, 4 stars"),
    ("Cao lá vối", "yes", "Được công nhận OCOP 5 sao", "Certified OCOP, 5 stars"),
    ("Nem nướng", "soon", "Được công nhận OCOP 4 sao, sắp hết hạn", "Certified OCOP, 4 stars, ending soon"),
    ("Mắm tôm", "soon", "Được công nhận OCOP 4 sao, sắp hết hạn", "Certified OCOP, 4 stars, ending soon"),
    ("Nem rán", "over", "Đã hết hạn công nhận OCOP", "OCOP certification has expired"),
    ("Nem thính", "no", "Đã bị thu hồi công nhận OCOP", "OCOP certification was withdrawn"),
    ("Mắm tép", "no", "Công nhận OCOP đã bị hủy bỏ", "OCOP recognition was annulled"),
    ("Trà sen", "open", "Chưa xác định được", "Cannot be determined"),
    ("Bánh gai", "yes", "Được công nhận OCOP 3 sao", "Certified OCOP, 3 stars"),
];

/// The registry of [`LIST`], with what happened to its products.
async fn registry(database: Database) -> Registry {
    let registry = database.rows(LIST).await;
    happen(&registry).await;
    registry
}

/// Records what happened to the products of [`LIST`].
async fn happen(registry: &Registry) {
    for (name, kind, from, until) in [
        ("Nem thính", ActKind::Withdrawal, "2026-06-01", None),
        ("Mắm tép", ActKind::Annulment, "2026-07-01", None),
        ("Mắm tôm", ActKind::Extension, "2026-10-11", Some("2027-03-01")),
    ] {
        let product = registry.json(&format!("/v1/products/{}", code(registry, name).await)).await;
        registry.act(product["certificates"][0]["code"].as_str().expect("a code"), kind, from, until).await;
    }
}

/// The code of the product of a name.
async fn code(registry: &Registry, name: &str) -> String {
    let page = registry.json(&format!("/v1/products?q={name}&first=1")).await;
    page["items"][0]["code"].as_str().expect("the product is there").to_owned()
}

/// Asks as a browser does.
async fn page(registry: &Registry, address: &str) -> Answer {
    registry.ask(get(address).insert_header(("accept", "text/html,application/xhtml+xml,*/*;q=0.8"))).await
}

/// The text of a page that is there.
async fn text(registry: &Registry, address: &str) -> String {
    let answer = page(registry, address).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/html; charset=utf-8"), "{address}: {}", answer.text());
    answer.text().to_owned()
}
