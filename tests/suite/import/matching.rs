//! What the importer takes for one product, and what it must not: a certificate that lands on another
//! product tells a buyer that something is certified which is not. Two products where there is one
//! only split a history.

use super::{BASE, imported};
use crate::support::database::{Database, list};
use ocop_registry::domain::record::Record;

/// Later rounds of what [`BASE`] names, for shorter rows.
const Y21: &str = "year=2021";

/// Names of the products with their number of certificates.
fn products(records: &[Record]) -> Vec<(&str, usize)> {
    records.iter().map(|record| (record.product.name_vi.as_str(), record.certificates.len())).collect()
}

#[test]
fn one_product_under_changing_names() {
    let databases = Database::both("matching");
    for (first, then) in [
        ("name_vi=Mật ong", "name_vi=MẬT ONG"),
        ("name_vi=Trà hoà bình", "name_vi=Trà hòa bình"),
        ("name_vi=Hồng trà hộp 100gr", "name_vi=Hồng trà"),
        ("name_vi=Hồng trà 100 g", "name_vi=Hồng trà (gói 250g)"),
        ("name_vi=Mật ong", "name_vi=Mật ong Ong Vàng"),
        ("name_vi=Mật ong", "name_vi=Mật ong; producer_name=Hợp tác xã ong  vàng"),
        ("name_vi=Mật ong Ong Vàng; producer_name=", "name_vi=Mật ong Ong Vàng"),
        ("name_vi=Mật ong Ong Vàng", "name_vi=Mật ong Ong Vàng; producer_name="),
        ("tax_code=0100047516", "producer_name=Công ty Ong Bạc; tax_code=0100047516"),
        ("stars=3", "level=national; stars=5; year=2021"),
    ] {
        let (outcomes, records) = imported(&databases, &[&format!("{Y21}; {first}"), &format!("year=2024; {then}")]);
        assert_eq!(outcomes, ["created", "added"], "{first} / {then}");
        assert_eq!(records.len(), 1);
    }
}

#[test]
fn two_products_stay_two() {
    let databases = Database::both("matching");
    for (first, then) in [
        // Strength, kind and number are no pack size.
        ("name_vi=Nước mắm 38 độ đạm", "name_vi=Nước mắm 40 độ đạm"),
        ("name_vi=Nước mắm 30 g/l", "name_vi=Nước mắm 40 g/l"),
        ("name_vi=Sô cô la 70%", "name_vi=Sô cô la 85%"),
        ("name_vi=Gạo ST24", "name_vi=Gạo ST25"),
        ("name_vi=Sen sấy", "name_vi=Hạt sen sấy"),
        // Marks make words: coconut is not pineapple.
        ("name_vi=Kẹo dừa", "name_vi=Kẹo dứa"),
        ("name_vi=Kẹo dừa 200g", "name_vi=Kẹo dứa 250g"),
        // Other producers.
        ("name_vi=Mật ong", "name_vi=Mật ong; producer_name=HTX Ong Bạc"),
        ("producer_name=Hộ Nguyễn Văn Hùng", "producer_name=Hộ Nguyễn Văn Hưng"),
        ("producer_name=Hộ Nguyễn Văn Hùng", "producer_name=Hộ Nguyễn Văn Hùng; district=huyện Yên Thế"),
        ("producer_name=HTX Thành Công", "producer_name=HTX Thành Công; district=huyện Yên Thế"),
        ("producer_name=Công ty Mỹ Lệ", "producer_name=Công ty cổ phần Mỹ Lệ"),
        ("tax_code=0100047516", "tax_code=0100109106"),
        ("name_vi=Mật ong", "name_vi=Mật ong; province=Bắc Ninh; district="),
        // Nobody vouches for a name that many use.
        ("producer_name=", "producer_name=; district=huyện Yên Thế"),
        ("producer_name=", "producer_name=; district="),
        ("producer_name=", "producer_name="),
        ("producer_name=", "name_vi=Mật ong"),
        ("name_vi=Mật ong", "producer_name="),
        ("name_vi=Mật ong Ong Vàng; producer_name=", "name_vi=Mật ong Ong Vàng; district=huyện Yên Thế"),
        // The brand is only the name of the district, in which others make the same.
        ("name_vi=Vú sữa Tân Yên; producer_name=HTX nông nghiệp Tân Yên", "name_vi=Vú sữa Tân Yên; producer_name="),
        ("name_vi=Vú sữa Tân Yên; producer_name=", "name_vi=Vú sữa Tân Yên; producer_name=HTX nông nghiệp Tân Yên"),
    ] {
        let rows = [format!("{Y21}; {first}"), format!("year=2024; {then}")];
        let (outcomes, records) = imported(&databases, &[&rows[0], &rows[1]]);
        assert_eq!(outcomes, ["created", "created"], "{first} / {then}");
        assert!(records.iter().all(|record| record.certificates.len() == 1), "{first} / {then}");
        let (outcomes, records) = imported(&databases, &[&rows[0], &rows[1], &rows[0], &rows[1]]);
        assert_eq!(outcomes[2..], ["unchanged", "unchanged"], "{first} / {then}: told again");
        assert_eq!(records.len(), 2);
    }
}

#[test]
fn two_products_of_one_producer_in_one_round_stay_two() {
    let databases = Database::both("matching");
    for (first, then) in [
        ("name_vi=Trà xanh hộp 100g", "name_vi=Trà xanh hộp 200g"),
        ("name_vi=Trà xanh hộp 100g", "name_vi=Trà xanh hộp 200g; level=unknown"),
        ("name_vi=Trà xanh hộp 100g; level=unknown", "name_vi=Trà xanh hộp 200g"),
        ("name_vi=Trà xanh; decision_date=2022-03-01", "name_vi=Trà xanh Ong Vàng; decision_date=2022-03-01"),
    ] {
        let (outcomes, records) = imported(&databases, &[&format!("{Y21}; {first}"), &format!("{Y21}; {then}")]);
        assert_eq!((outcomes.len(), records.len()), (2, 2), "{first} / {then}");
    }
}

#[test]
fn a_row_that_may_be_either_of_two_is_neither() {
    let [embedded, server] = Database::both("either");
    for database in [&embedded, &server] {
        let rows = [
            "name_vi=Trà xanh hộp 100g; year=2021",
            "name_vi=Trà xanh hộp 200g; year=2021",
            "name_vi=Trà xanh; year=2024",
            "name_vi=Trà xanh hộp 200g; year=2024; stars=4",
        ];
        let report = database.import(list(BASE, &rows));
        assert!(report.rows[2].notes.iter().any(|note| note.en.contains("kept apart")), "{:?}", report.rows[2].notes);
        let records = database.records();
        assert_eq!(products(&records), [("Trà xanh hộp 100g", 1), ("Trà xanh hộp 200g", 2), ("Trà xanh", 1)]);
        let again = database.import(list(BASE, &rows));
        assert_eq!((again.count("unchanged"), again.position), (4, report.position));
    }
}

/// A list that leaves out the district leaves open which of several cooperatives of one name it means, but what
/// two districts decided is of two products, whatever stands before them.
#[test]
fn a_row_without_a_district_joins_no_two_districts() {
    let rows =
        ["name_vi=Mật ong; district=; year=2021", "name_vi=Mật ong; year=2023", "name_vi=Mật ong; district=huyện Yên Thế; year=2024"];
    let databases = Database::both("districts");
    for (order, expected) in [([0, 1, 2], vec![2, 1]), ([1, 2, 0], vec![1, 1, 1]), ([2, 0, 1], vec![2, 1])] {
        let (_, records) = imported(&databases, &order.map(|row| rows[row]));
        assert_eq!(records.iter().map(|record| record.certificates.len()).collect::<Vec<_>>(), expected, "{order:?}");
        let districts = |record: &Record| {
            let told = record.certificates.iter().map(|certificate| certificate.place_then.clone());
            told.filter(|place| place.len() > "VN63-24".len()).collect::<std::collections::BTreeSet<_>>()
        };
        assert!(records.iter().all(|record| districts(record).len() <= 1), "{order:?}");
    }
}

/// What a name means must not hang on where its row stands in the list.
#[test]
fn the_order_of_rows_lends_nothing() {
    let rows = [
        "name_vi=Kẹo dừa; year=2021; decision_date=2021-08-26",
        "name_vi=Kẹo dứa; year=2024",
        "name_vi=Mật ong; producer_name=; year=2021; decision_date=2021-08-26",
        "name_vi=Mật ong; year=2024",
        "name_vi=Mật ong; producer_name=Hộ Trần Văn Hùng; year=2021; decision_date=2021-08-26",
        "name_vi=Mật ong; producer_name=Hộ Trần Văn Hưng; year=2024",
    ];
    let turned: Vec<&str> = rows.iter().rev().copied().collect();
    let databases = Database::both("order");
    for rows in [&rows[..], &turned] {
        let (_, records) = imported(&databases, rows);
        assert_eq!(records.len(), rows.len());
        assert!(records.iter().all(|record| record.certificates.len() == 1));
    }
}
