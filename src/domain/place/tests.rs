use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a civil date")
}

fn id(key: &str) -> PlaceId {
    gazetteer().get(key).unwrap_or_else(|| panic!("{key} is unknown"))
}

fn key(id: PlaceId) -> &'static str {
    &gazetteer().place(id).key
}

fn keys(ids: &[PlaceId]) -> Vec<&'static str> {
    ids.iter().copied().map(key).collect()
}

fn count(wanted: impl Fn(&Place) -> bool) -> usize {
    let all = gazetteer();
    all.all().filter(|&id| wanted(all.place(id))).count()
}

fn find(name: &str, within: Option<&str>, on: Option<&str>) -> Vec<&'static str> {
    let query = Query { name, within: within.map(id), day: on.map(day), level: None };
    keys(gazetteer().resolve(query).candidates())
}

#[test]
fn every_unit_of_the_tables_is_there_once() {
    use {Generation::*, Level::*};
    let rows =
        |level, generation, superseded| count(|place| (place.level, place.generation, place.superseded) == (level, generation, superseded));
    assert_eq!(rows(Province, Of63, false), 63);
    assert_eq!(rows(Province, Of34, false), 34);
    assert_eq!(count(|place| place.level == Province), 63 + 34 + 4);
    assert_eq!((rows(District, Of63, false), rows(District, Of63, true)), (696, 16 + 11));
    assert_eq!((rows(Commune, Of63, false), rows(Commune, Of63, true)), (10_035, 716 + 567));
    assert_eq!(rows(Commune, Of34, false), 3_321);
    assert_eq!(gazetteer().all().len(), 101 + 3_321 + 12_041);
    assert_eq!(count(Place::is_current), 34 + 3_321);
    let current = |kind| count(|place| place.is_current() && place.kind == kind);
    let kinds = [UnitKind::City, UnitKind::Commune, UnitKind::Ward, UnitKind::SpecialZone];
    assert_eq!(kinds.map(current), [9, 2_599, 709, 13]);
}

#[test]
fn keys_are_unique_ordered_and_found() {
    let all = gazetteer();
    let listed: Vec<&str> = all.all().map(key).collect();
    assert!(listed.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(all.all().all(|id| all.get(key(id)) == Some(id)));
    assert_eq!(all.get("VN34-99"), None);
    assert_eq!(all.after("VN34-91").map(key).next(), Some("VN34-91-30292"));
    assert_eq!(all.after("VN34-91-0").map(key).next(), Some("VN34-91-30292"));
    assert_eq!(all.after("").len(), all.all().len());
    assert_eq!(all.after("W").len(), 0);
}

#[test]
fn succession_ends_today() {
    let all = gazetteer();
    for id in all.all() {
        let place = all.place(id);
        assert!(all.place(all.province_now(id)).is_current(), "{}", place.key);
        assert_eq!(all.now(id).is_some(), place.is_current() || !place.successors.is_empty());
        for &next in &place.successors {
            assert!(all.place(next).predecessors.contains(&id));
            assert_eq!(all.province_now(next), all.province_now(id), "{}", place.key);
        }
        if place.is_current() {
            assert!(!place.predecessors.is_empty(), "{}", place.key);
        }
    }
    assert_eq!(count(|place| place.split), 475);
    assert!(all.all().all(|id| all.place(id).split == (all.place(id).successors.len() > 1)));
    let first = all.place(id("VN63-01-001-00007"));
    assert_eq!(keys(&first.successors), ["VN34-01-00008", "VN34-01-00025"]);
    assert_eq!(all.now(id("VN63-46-tinh")), Some(id("VN34-46")));
    assert_eq!(all.now(id("VN63-84-846")), None);
    assert_eq!(all.province_now(id("VN63-84-846")), id("VN34-86"));
    assert_eq!(all.now(id("VN63-51-536")), Some(id("VN34-51-21548")));
}

#[test]
fn a_current_province_knows_what_it_was_made_of() {
    let all = gazetteer();
    assert_eq!(keys(&all.provinces_merged_into(id("VN34-91"))), ["VN63-89", "VN63-91"]);
    assert_eq!(keys(&all.provinces_merged_into(id("VN34-75"))), ["VN63-70", "VN63-75"]);
    assert_eq!(keys(&all.provinces_merged_into(id("VN34-46"))), ["VN63-46"]);
    assert_eq!(all.all().map(|id| all.provinces_merged_into(id).len()).sum::<usize>(), 63);
}

#[test]
fn a_code_needs_a_day() {
    let reused = [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ];
    let name = |level, code, day| gazetteer().at_code(level, code, day).map(|id| gazetteer().place(id).short_name);
    for (code, before, after) in reused {
        assert_eq!(name(Level::Province, code, LAST_OLD_DAY), Some(before));
        assert_eq!(name(Level::Province, code, FIRST_NEW_DAY), Some(after));
    }
    assert_eq!(name(Level::District, "846", LAST_OLD_DAY), Some("Tiểu Cần"));
    assert_eq!(name(Level::District, "846", FIRST_NEW_DAY), None);
    assert_eq!(name(Level::Commune, "846", LAST_OLD_DAY), None);
    assert_eq!(name(Level::District, "519", LAST_OLD_DAY), None);
    assert_eq!(name(Level::District, "519", day("2020-12-09")), Some("Nông Sơn"));
}

#[test]
fn a_code_names_one_unit_a_day() {
    let all = gazetteer();
    for on in ["2025-06-30", "2025-07-01", "2026-04-29", "2026-04-30", "2026-08-24", "2026-11-21"] {
        for id in all.all().filter(|&id| all.place(id).valid_on(day(on))) {
            let place = all.place(id);
            assert_eq!(all.at_code(place.level, place.code, day(on)), Some(id), "{on}");
        }
    }
}

#[test]
fn a_status_changes_on_its_day() {
    let all = gazetteer();
    let commune = id("VN34-75-26248");
    let status = |on| key(all.province_on(commune, day(on)));
    assert_eq!(key(all.province(commune)), "VN34-75");
    assert_eq!(status("2026-04-29"), "VN34-75-tinh");
    assert_eq!(status("2026-04-30"), "VN34-75");
    assert_eq!(find("Đồng Nai", None, Some("2026-04-29")), ["VN34-75-tinh"]);
    assert_eq!(find("Đồng Nai", None, Some("2026-04-30")), ["VN34-75"]);
    assert_eq!(all.place(commune).name_on(day("2026-04-29")), "Xã Trảng Bom");
    assert_eq!(all.place(commune).name_on(day("2026-04-30")), "Phường Trảng Bom");
    assert_eq!(all.place(commune).former_names[0].valid_to, Some(day("2026-04-29")));

    // Of these only the resolution's day is known.
    assert_eq!(all.place(id("VN34-24")).valid_from, None);
    assert!(!all.place(id("VN34-24")).valid_on(day("2026-08-23")));
    assert!(!all.place(id("VN34-24-tinh")).is_current());
    let renamed = all.place(id("VN34-24-07294"));
    assert_eq!(renamed.former_names[0].valid_to, None);
    assert_eq!(renamed.name_on(FIRST_NEW_DAY), "Xã Bố Hạ");
    assert_eq!(renamed.name_on(day("2026-11-21")), "Phường Bố Hạ");
}

#[test]
fn a_unit_that_ended_early_lies_in_the_district_of_its_time() {
    let all = gazetteer();
    let early = all.place(id("VN63-68-682-25147~2024"));
    assert_eq!(early.parent.map(key), Some("VN63-68-682~2024"));
    assert!(!early.is_current() && !early.valid_on(LAST_OLD_DAY));
    assert_eq!(early.valid_to, None);
    assert_eq!(keys(&all.ancestors(id("VN63-84-846-29347")).collect::<Vec<_>>()), ["VN63-84-846", "VN63-84"]);
}

#[test]
fn official_names_are_unambiguous_in_their_place() {
    let all = gazetteer();
    for id in all.all().filter(|&id| all.place(id).level == Level::Commune) {
        let place = all.place(id);
        let province = all.place(all.province(id)).name;
        let parent = place.parent.map_or("", |parent| all.place(parent).name);
        let (district, on) = match place.generation {
            Generation::Of34 => ("", FIRST_NEW_DAY),
            Generation::Of63 => (parent, LAST_OLD_DAY),
        };
        if place.valid_on(on) {
            let located = all.locate(province, district, place.name, Some(on));
            assert_eq!(located.deepest, Some(id), "{}", place.key);
        }
    }
}

#[test]
fn names_fold_like_all_other_text() {
    for name in &gazetteer().names {
        assert_eq!(name.folded, crate::domain::text::fold(&name.spelled));
    }
}

#[test]
fn names_are_understood_as_people_write_them() {
    let old = Some("2022-01-01");
    for name in ["xã Phú Cần", "XÃ PHÚ CẦN", "xa phu can", "Phú Cần", "X. Phú Cần", "phường Phú Cần"] {
        assert_eq!(find(name, Some("VN63-84"), old), ["VN63-84-846-29347"], "{name}");
    }
    for name in ["TP. Hồ Chí Minh", "TP.HCM", "ho chi minh", "Hồ Chí Minh"] {
        assert_eq!(find(name, None, None), ["VN34-79"], "{name}");
        assert_eq!(find(name, None, old), ["VN63-79"], "{name}");
    }
    for name in ["Huế", "Thừa Thiên Huế"] {
        assert_eq!(find(name, None, Some("2024-12-31")), ["VN63-46-tinh"], "{name}");
        assert_eq!(find(name, None, Some("2025-01-01")), ["VN63-46"], "{name}");
    }
    assert_eq!(find("Huế", None, None), ["VN34-46"]);
    assert_eq!(find("Bà Rịa-Vũng Tàu", None, None), ["VN63-77"]);
    assert_eq!(find("Bà Rịa - Vũng Tàu", None, None), ["VN63-77"]);
    assert_eq!(find("Tỉnh Bắc Ninh", None, None), ["VN34-24"]);
    assert_eq!(find("Quan Hóa", Some("VN63-38"), old), ["VN63-38-385"]);
    assert_eq!(find("phường Hải Châu 1", None, None), ["VN63-48-492-20236~2024"]);
    assert_eq!(find("Ea H'leo", Some("VN34-66"), None), find("Ea H’Leo", Some("VN34-66"), None));
    assert_eq!(find("xã Bố Hạ", Some("VN34-24"), None), ["VN34-24-07294"]);
    assert_eq!(find("", None, None), [""; 0]);
    assert_eq!(find("xã", None, None), [""; 0]);
}

#[test]
fn marks_words_and_days_decide_where_they_distinguish() {
    assert_eq!(find("Xã Hoà An", Some("VN34-04"), None), find("Xã Hòa An", Some("VN34-04"), None));
    let (plain, marked) = (find("Xã Cẩm Giang", Some("VN34-31"), None), find("Xã Cẩm Giàng", Some("VN34-31"), None));
    assert_eq!((plain, marked), (vec!["VN34-31-10888"], vec!["VN34-31-10903"]));
    assert_eq!(find("xa cam giang", Some("VN34-31"), None), ["VN34-31-10888", "VN34-31-10903"]);
    // Marks weigh more than the day, but only for those who write them.
    assert_eq!(find("Xã Sơn Đông", Some("VN34-01"), None), ["VN63-01-269-09613"]);
    assert_eq!(find("xa ia bang", Some("VN34-52"), None), ["VN34-52-23710"]);
    // A bare province name beats the ward of today that took it over.
    assert_eq!(find("Thái Bình", None, None), ["VN63-34"]);
    assert_eq!(find("phường Thái Bình", None, None), ["VN34-33-13225"]);
    // Without a day, the unit of today; with one, the unit of that day.
    assert_eq!(find("Tiểu Cần", None, None), ["VN34-86-29341"]);
    assert_eq!(find("huyện Tiểu Cần", None, None), ["VN63-84-846"]);
    // Below a current province also what lay there before.
    assert_eq!(find("huyện Tân Yên", Some("VN34-24"), None), ["VN63-24-216"]);
    assert_eq!(find("huyện Tân Yên", Some("VN63-27"), None), [""; 0]);
    assert!(find("huyện Châu Thành", None, None).len() > 5);
    // Two bore the name in turn; the later one has a succession.
    let ward = find("Phường Quang Trung", Some("VN63-01-268"), Some("2022-01-01"));
    assert_eq!(ward, ["VN63-01-268-09538"]);
}

#[test]
fn rows_of_product_lists_are_placed() {
    let rows = [
        ("Trà Vinh", "huyện Tiểu Cần", "xã Phú Cần", None, "VN63-84-846-29347"),
        ("Kiên Giang", "huyện Phú Quốc", "thị trấn Dương Đông", Some("2022-12-31"), "VN63-91-911-31078"),
        ("Bắc Giang", "Tân Yên", "", Some("2021-08-26"), "VN63-24-216"),
        ("TP. Hồ Chí Minh", "huyện Củ Chi", "", None, "VN63-79-783"),
        ("Quảng Nam", "huyện Nông Sơn", "xã Quế Trung", Some("2020-12-09"), "VN63-49-519-20656~2024"),
        ("Trà Vinh", "TP. Trà Vinh", "", Some("2019-12-31"), "VN63-84-842"),
        ("Quảng Ngãi", "", "đặc khu Lý Sơn", Some("2025-10-15"), "VN34-51-21548"),
        ("Thanh Hóa", "", "phường Nguyệt Viên", None, "VN34-38-15925"),
        ("Yên Bái", "", "xã Quy Mông", Some("2023-12-28"), "VN63-15-138-04519"),
        // Not a district, so the province is all that is certain.
        ("Thanh Hóa", "huyện Quý Lộc", "", Some("2021-04-06"), "VN63-38"),
        // Written after the merger about a certificate from before it.
        ("Ninh Bình", "", "xã Hải Hậu", Some("2024-05-01"), "VN34-37-14215"),
        ("Ninh Bình", "", "", Some("2024-05-01"), "VN63-37"),
        ("Ninh Bình", "", "", None, "VN34-37"),
    ];
    for (province, district, commune, on, expected) in rows {
        let located = gazetteer().locate(province, district, commune, on.map(day));
        assert_eq!(located.deepest.map(key), Some(expected), "{located:?}");
    }
    assert_eq!(gazetteer().locate("Atlantis", "huyện Củ Chi", "", None), Located::default());
}

#[test]
fn search_offers_the_likeliest_first() {
    let search = |text| keys(&gazetteer().search(text, 3));
    assert_eq!(search("bac ninh")[..2], ["VN34-24", "VN63-27"]);
    assert_eq!(search("Hà N")[0], "VN34-01");
    assert_eq!(search("xã Bố Hạ")[0], "VN34-24-07294");
    assert_eq!(search("thua thien")[0], "VN63-46");
    assert_eq!(search("phu can")[..2], ["VN63-64-637-24097", "VN63-84-846-29347"]);
    assert_eq!(search("").len(), 0);
    assert_eq!(search("zzz").len(), 0);
    assert_eq!(gazetteer().search("a", 7).len(), 7);
}
