//! Charts drawn by the server as SVG; each stands beside a table that says the same.

use super::frame::Visit;
use super::words::{number, year_end};
use crate::domain::day::Day;
use crate::read::view::stats::BreakdownRow;
use maud::{Markup, html};

/// Today's provinces as tiles, near where they lie: key, short name, column, row.
const TILES: [(&str, &str, u8, u8); 34] = [
    ("VN34-12", "Lai Châu", 0, 0),
    ("VN34-15", "Lào Cai", 1, 0),
    ("VN34-08", "Tuyên Quang", 2, 0),
    ("VN34-04", "Cao Bằng", 3, 0),
    ("VN34-11", "Điện Biên", 0, 1),
    ("VN34-14", "Sơn La", 1, 1),
    ("VN34-25", "Phú Thọ", 2, 1),
    ("VN34-19", "Thái Nguyên", 3, 1),
    ("VN34-20", "Lạng Sơn", 4, 1),
    ("VN34-01", "Hà Nội", 2, 2),
    ("VN34-24", "Bắc Ninh", 3, 2),
    ("VN34-22", "Quảng Ninh", 4, 2),
    ("VN34-37", "Ninh Bình", 2, 3),
    ("VN34-33", "Hưng Yên", 3, 3),
    ("VN34-31", "Hải Phòng", 4, 3),
    ("VN34-38", "Thanh Hóa", 2, 4),
    ("VN34-40", "Nghệ An", 2, 5),
    ("VN34-42", "Hà Tĩnh", 2, 6),
    ("VN34-44", "Quảng Trị", 3, 7),
    ("VN34-46", "Huế", 3, 8),
    ("VN34-48", "Đà Nẵng", 4, 9),
    ("VN34-51", "Quảng Ngãi", 4, 10),
    ("VN34-52", "Gia Lai", 4, 11),
    ("VN34-66", "Đắk Lắk", 4, 12),
    ("VN34-68", "Lâm Đồng", 3, 13),
    ("VN34-56", "Khánh Hòa", 4, 13),
    ("VN34-80", "Tây Ninh", 1, 14),
    ("VN34-75", "Đồng Nai", 2, 14),
    ("VN34-79", "TP. HCM", 3, 14),
    ("VN34-82", "Đồng Tháp", 1, 15),
    ("VN34-91", "An Giang", 0, 15),
    ("VN34-92", "Cần Thơ", 1, 16),
    ("VN34-86", "Vĩnh Long", 2, 15),
    ("VN34-96", "Cà Mau", 0, 16),
];
const TILE: u16 = 56;

/// The map: a tile for each province, the darker the more are certified there.
pub(super) fn map(visit: &Visit, rows: &[BreakdownRow]) -> Markup {
    let certified = |key: &str| rows.iter().find(|row| row.value.as_deref() == Some(key)).map_or(0, |row| row.certified);
    let most = rows.iter().map(|row| row.certified).max().unwrap_or(0).max(1);
    // Quarters of the root, so that one large province does not make all others look alike.
    let shade = |count: i64| (1..=4).find(|quarter| count * 16 <= most * quarter * quarter).filter(|_| count > 0).unwrap_or(0);
    let (columns, lines) = (5 * TILE, 17 * TILE);
    html! {
        svg.map viewBox=(format!("0 0 {columns} {lines}")) role="group" aria-label=(visit.say("Bản đồ ô theo tỉnh, thành phố", "Tile map by province")) {
            @for (key, name, column, line) in TILES {
                @let count = certified(key);
                @let shade = shade(count);
                a.(format!("k{shade}")).d[shade > 2] href=(visit.link(&format!("/provinces/{key}")))
                    aria-label=(visit.say(format!("{name} {} sản phẩm được công nhận", number(visit.language, count)), format!("{name} {} certified products", number(visit.language, count)))) {
                    g transform=(format!("translate({} {})", u16::from(column) * TILE, u16::from(line) * TILE)) aria-hidden="true" {
                        rect width=(TILE) height=(TILE) rx="6" {}
                        @match name.split_once(' ').filter(|_| name.chars().count() > 8) {
                            Some((above, below)) => {
                                text x="28" y="17" { (above) }
                                text x="28" y="28" { (below) }
                            }
                            None => text x="28" y="23" { (name) }
                        }
                        text x="28" y="46" font-size="15" { (number(visit.language, count)) }
                    }
                }
            }
        }
    }
}

/// Bars: how many were certified at the end of each year, and now.
pub(super) fn bars(visit: &Visit, counts: &[(Day, i64)]) -> Markup {
    const WIDTH: i64 = 60;
    const HEIGHT: i64 = 200;
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let width = WIDTH * i64::try_from(counts.len()).unwrap_or(0);
    let said = counts
        .iter()
        .map(|(day, count)| format!("{}: {count}", year_end(visit.language, *day, visit.day())))
        .collect::<Vec<_>>()
        .join(", ");
    html! {
        svg.bars viewBox=(format!("0 0 {width} {}", HEIGHT + 50)) role="img"
            aria-label=(visit.say(format!("Biểu đồ cột. {said}"), format!("Bar chart. {said}"))) {
            @for (i, (day, count)) in (0_i64..).zip(counts) {
                @let height = (count * HEIGHT / most).max(i64::from(*count > 0));
                g transform=(format!("translate({} 0)", i * WIDTH)) {
                    rect x="10" y=(HEIGHT + 22 - height) width=(WIDTH - 20) height=(height) rx="3" {}
                    text x=(WIDTH / 2) y=(HEIGHT + 14 - height) { (number(visit.language, *count)) }
                    text x=(WIDTH / 2) y=(HEIGHT + 42) { (year_end(visit.language, *day, visit.day())) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::place::{Level, gazetteer};
    use std::collections::HashSet;

    #[test]
    fn every_province_has_its_tile() {
        let gazetteer = gazetteer();
        let provinces: HashSet<&str> = gazetteer
            .all()
            .map(|id| gazetteer.place(id))
            .filter(|place| place.level == Level::Province && place.is_current())
            .map(|place| place.key.as_str())
            .collect();
        assert_eq!(TILES.iter().map(|tile| tile.0).collect::<HashSet<_>>(), provinces);
        assert_eq!(TILES.iter().map(|tile| (tile.2, tile.3)).collect::<HashSet<_>>().len(), TILES.len(), "two tiles lie on each other");
        for (key, name, ..) in TILES {
            let short = gazetteer.place(gazetteer.get(key).expect(key)).short_name;
            assert!(short == name || name == "TP. HCM", "{key}: {short}");
        }
    }
}
