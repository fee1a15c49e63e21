//! What the cells of a workbook say, in the spellings that councils use.

use crate::domain::day::{Day, FIRST_YEAR, LAST_YEAR, parse_day, plus_days, ymd};
use crate::domain::text::{fold, nfc};
use chrono::Datelike;

/// A cell, as far as its file tells what it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text.
    Text(String),
    /// A number, which in a column of days counts days from 1900 or from 1904.
    Number {
        /// The number.
        value: f64,
        /// Whether the file counts days from 1904.
        epoch_1904: bool,
    },
    /// A date, by the cell's format.
    Day(Day),
    /// A formula: its value is what some program computed last, not what somebody wrote.
    Formula,
    /// An error such as #REF!, or a value that no column has.
    Wrong(String),
}

impl Cell {
    /// Whether the cell says nothing.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// The cell as text: whole numbers without a fraction, dates as dd/mm/yyyy.
    pub fn text(&self) -> String {
        match self {
            Self::Empty | Self::Formula => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number { value, .. } => format!("{value}"),
            Self::Day(day) => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Self::Wrong(what) => what.clone(),
        }
    }
}

/// The day of a serial number in either of Excel's systems. `None` below 1 March 1900, where the
/// first system counts a day that was none, and beyond the years that the registry knows.
pub fn excel_day(serial: f64, epoch_1904: bool) -> Option<Day> {
    if !(0.0..1_000_000.0).contains(&serial) || (!epoch_1904 && serial < 61.0) {
        return None;
    }
    // Whole days; a time of day says nothing.
    #[expect(clippy::cast_possible_truncation, reason = "checked to be below a million")]
    let days = serial.floor() as i64;
    let day = plus_days(if epoch_1904 { ymd(1904, 1, 1) } else { ymd(1899, 12, 30) }, days);
    (FIRST_YEAR..=LAST_YEAR).contains(&day.year()).then_some(day)
}

/// Reads dd/mm/yyyy with `/`, `-` or `.`, "ngày 5 tháng 6 năm 2024", or ISO 8601. The day comes first, as
/// everywhere in Vietnam; a year has four digits.
pub fn text_day(text: &str) -> Option<Day> {
    let text = nfc(text);
    if let Some(day) = parse_day(&text) {
        return Some(day);
    }
    let folded = fold(&text);
    let mut words: Vec<&str> = folded.split(' ').collect();
    if words.first() == Some(&"ngay") {
        words.remove(0);
    }
    let parts: [&str; 3] = match words.as_slice() {
        [day, "thang", month, "nam", year] => [day, month, year],
        [day, month, year] if text.matches(['/', '-', '.']).count() == 2 => [day, month, year],
        _ => return None,
    };
    let number = |text: &str, longest: usize| -> Option<u32> {
        (text.len() <= longest && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    let year = i32::try_from(number(parts[2], 4).filter(|_| parts[2].len() == 4)?).ok()?;
    let day = Day::from_ymd_opt(year, number(parts[1], 2)?, number(parts[0], 2)?)?;
    (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(day)
}

/// Reads stars: "3", "3*", "3 sao", "★★★", "Hạng 3 sao". `None` when the text says no number of stars.
pub fn stars(text: &str) -> Option<u8> {
    let text = nfc(text);
    let drawn = text.chars().filter(|c| matches!(c, '★' | '*' | '⭐')).count();
    if (1..=5).contains(&drawn) && text.chars().all(|c| matches!(c, '★' | '*' | '⭐' | ' ' | '\u{fe0f}')) {
        return u8::try_from(drawn).ok();
    }
    if drawn > 1 {
        return None;
    }
    let folded = fold(&text);
    let words: Vec<&str> = folded.split(' ').filter(|word| !matches!(*word, "hang" | "sao" | "star" | "stars" | "ocop")).collect();
    match words.as_slice() {
        [digits] => digits.parse::<u8>().ok().filter(|stars| (1..=5).contains(stars)),
        _ => None,
    }
}

/// Whether the text speaks of stars that nobody has given yet: "tiềm năng 5 sao", "5 sao cấp tỉnh".
pub fn is_potential(text: &str) -> bool {
    let folded = fold(text);
    ["tiem nang", "du kien", "de nghi", "de xuat", "trinh"].iter().any(|word| folded.contains(word))
        || (folded.contains('5') && folded.contains("cap tinh"))
}

/// Words, folded, by which a note says that a recognition has ended or that nobody makes the product any more.
const ENDS: &[&str] = &[
    "thu hoi",
    "huy bo",
    "bi huy",
    "da huy",
    "huy quyet dinh",
    "huy cong nhan",
    "huy ket qua",
    "het hieu luc",
    "khong con",
    "khong san xuat",
    "ngung",
    "dung san xuat",
    "dung hoat dong",
    "nghi san xuat",
    "giai the",
    "pha san",
    "dinh chi",
    "withdrawn",
    "revoked",
    "annulled",
    "cancelled",
    "ceased",
    "dissolved",
];

/// Whether a note speaks of an end: "Đã thu hồi", "bị hủy công nhận", "Không còn sản xuất", "Đã giải thể".
pub fn speaks_of_an_end(note: &str) -> bool {
    let folded = format!(" {} ", fold(note));
    ENDS.iter().any(|words| folded.contains(&format!(" {words} ")))
}

/// Whether a note speaks of an extension: "Gia hạn từ 01/02/2026 đến 30/06/2026".
pub fn speaks_of_an_extension(note: &str) -> bool {
    format!(" {} ", fold(note)).contains(" gia han ")
}

/// Reads a year: "2024", "Năm 2024".
pub fn year(text: &str) -> Option<i32> {
    let folded = fold(text);
    let digits = folded.strip_prefix("nam ").unwrap_or(&folded);
    (digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

/// The number of a decision without the words around it: "Quyết định số 858/QĐ-UBND" is "858/QĐ-UBND".
pub fn decision_number(text: &str) -> String {
    let kept = nfc(text);
    let Some(start) = kept.find(|c: char| c.is_ascii_digit()) else { return kept };
    let lead = fold(&kept[..start]);
    let known = lead.split(' ').all(|word| matches!(word, "" | "quyet" | "dinh" | "qd" | "so" | "no"));
    // "858/QĐ-UBND ngày 05/06/2024": the day has a column of its own.
    let number = if known { &kept[start..] } else { kept.as_str() };
    let end = number.to_lowercase().find(" ngày ").filter(|at| number.is_char_boundary(*at));
    number[..end.unwrap_or(number.len())].trim().to_owned()
}

/// The names of units that a text gives, from commune to province.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlaceParts {
    /// Commune, ward, township, special zone.
    pub commune: String,
    /// District of the old division.
    pub district: String,
    /// Province.
    pub province: String,
}

/// Reads "xã Phú Cần, huyện Tiểu Cần, tỉnh Trà Vinh". Parts without a unit word are taken by their order,
/// unless only parts `with_words` count, as in an address, where villages and streets stand too.
pub fn place_parts(text: &str, with_words: bool) -> PlaceParts {
    let mut parts = PlaceParts::default();
    let text = nfc(text);
    for part in text.split([',', ';']).flat_map(dashed) {
        let begins = |words: &[&str]| begins(part, words);
        let slot = if begins(COMMUNES) {
            &mut parts.commune
        } else if begins(DISTRICTS) {
            &mut parts.district
        } else if begins(PROVINCES) {
            &mut parts.province
        } else if begins(CITIES) {
            if is_central_city(part) { &mut parts.province } else { &mut parts.district }
        } else if with_words {
            continue;
        } else if parts.commune.is_empty() {
            &mut parts.commune
        } else if parts.district.is_empty() {
            &mut parts.district
        } else {
            &mut parts.province
        };
        if slot.is_empty() {
            part.clone_into(slot);
        }
    }
    parts
}

const COMMUNES: &[&str] = &["xã", "phường", "thị trấn", "đặc khu", "tt", "x", "p"];
const DISTRICTS: &[&str] = &["huyện", "quận", "thị xã", "tx", "h", "q"];
const PROVINCES: &[&str] = &["tỉnh"];
const CITIES: &[&str] = &["thành phố", "tp"];

/// Whether a part begins with one of the unit words.
fn begins(part: &str, words: &[&str]) -> bool {
    let lower = part.to_lowercase();
    words.iter().any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '.'])))
}

/// "Xã Phú Cần - huyện Tiểu Cần" in its parts; the dash of "Bà Rịa - Vũng Tàu" is no border.
fn dashed(part: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut start = 0;
    for (at, dash) in part.match_indices(" - ") {
        let next = &part[at + dash.len()..];
        if [COMMUNES, DISTRICTS, PROVINCES, CITIES].iter().any(|words| begins(next, words)) {
            parts.push(part[start..at].trim());
            start = at + dash.len();
        }
    }
    parts.push(part[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Whether a "thành phố" is, or was, run by the centre.
fn is_central_city(name: &str) -> bool {
    use crate::domain::place::{Level, Query, UnitKind, gazetteer};
    let gazetteer = gazetteer();
    let found = gazetteer.resolve(Query { name, ..Query::default() });
    found.candidates().iter().any(|id| gazetteer.place(*id).level == Level::Province && gazetteer.place(*id).kind == UnitKind::City)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_councils_write_them() {
        for text in ["05/06/2024", "5/6/2024", "5-6-2024", "5.6.2024", "2024-06-05", "ngày 5 tháng 6 năm 2024", " ngày 05/06/2024 "] {
            assert_eq!(text_day(text), Some(ymd(2024, 6, 5)), "{text}");
        }
        for text in ["", "2024", "5/6/24", "06/25/2024", "31/02/2024", "44567", "5/6/2024 và 7/8/2024", "5 6 2024", "2024/06/05", "5/6"] {
            assert_eq!(text_day(text), None, "{text}");
        }
    }

    #[test]
    fn serial_days_of_both_systems() {
        assert_eq!(excel_day(45_448.0, false), Some(ymd(2024, 6, 5)));
        assert_eq!(excel_day(43_986.0, true), Some(ymd(2024, 6, 5)));
        assert_eq!(excel_day(45_448.75, false), Some(ymd(2024, 6, 5)));
        assert_eq!(excel_day(61.0, false), Some(ymd(1900, 3, 1)));
        for serial in [60.0, -1.0, 2e6, f64::NAN, f64::INFINITY] {
            assert_eq!(excel_day(serial, false), None, "{serial}");
        }
    }

    #[test]
    fn stars_in_every_spelling() {
        for text in ["3", "3*", "3 sao", "★★★", "***", "Hạng 3 sao", "3 ★", " 3 SAO "] {
            assert_eq!(stars(text), Some(3), "{text}");
        }
        for text in ["", "0", "6", "sao", "tiềm năng 5 sao", "3-4", "3,5", "4 sao cấp tỉnh"] {
            assert_eq!(stars(text), None, "{text}");
        }
        assert!(is_potential("Tiềm năng 5 sao") && is_potential("5 sao cấp tỉnh") && !is_potential("4 sao"));
    }

    #[test]
    fn notes_that_speak_of_an_end() {
        for note in [
            "Đã thu hồi",
            "đã bị hủy công nhận",
            "Bị huỷ bỏ",
            "hết hiệu lực",
            "Không còn sản xuất",
            "Đã giải thể",
            "HTX tạm ngừng hoạt động",
            "Withdrawn in 2025",
        ] {
            assert!(speaks_of_an_end(note), "{note}");
        }
        for note in ["", "Mật hoa rừng", "Nâng hạng năm 2024", "Sản phẩm của thủy hội", "Đạt huy chương"] {
            assert!(!speaks_of_an_end(note), "{note}");
        }
        assert!(speaks_of_an_extension("Gia hạn từ 01/02/2026") && !speaks_of_an_extension("hạn 36 tháng"));
    }

    #[test]
    fn numbers_of_decisions() {
        for text in ["858/QĐ-UBND", "Số 858/QĐ-UBND", "Quyết định số: 858/QĐ-UBND", "858/QĐ-UBND ngày 5/6/2024"] {
            assert_eq!(decision_number(text), "858/QĐ-UBND", "{text}");
        }
        assert_eq!(decision_number("Công văn 12"), "Công văn 12");
    }

    #[test]
    fn units_by_their_words_or_their_order() {
        let parts = |text: &str, with_words| {
            let parts = place_parts(text, with_words);
            [parts.commune, parts.district, parts.province].join("|")
        };
        assert_eq!(parts("xã Phú Cần, huyện Tiểu Cần, tỉnh Trà Vinh", false), "xã Phú Cần|huyện Tiểu Cần|tỉnh Trà Vinh");
        assert_eq!(parts("Phú Cần, Tiểu Cần", false), "Phú Cần|Tiểu Cần|");
        assert_eq!(
            parts("xã Phú Cần - huyện Tiểu Cần - tỉnh Bà Rịa - Vũng Tàu", false),
            "xã Phú Cần|huyện Tiểu Cần|tỉnh Bà Rịa - Vũng Tàu"
        );
        assert_eq!(parts("P. Dĩ An", false), "P. Dĩ An||");
        assert_eq!(parts("Thôn 3, xã Tân Yên, TP. Hải Phòng", true), "xã Tân Yên||TP. Hải Phòng");
        assert_eq!(parts("thành phố Bắc Giang", false), "|thành phố Bắc Giang|");
    }
}
