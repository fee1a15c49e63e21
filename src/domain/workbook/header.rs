//! Finding the headings of a sheet: below title rows, in one row or in two with merged headings.

use super::{Band, COLUMNS, Column, letters};
use crate::domain::text::fold;
use crate::error::{Text, say};

/// Rows in which the headings are looked for.
const LOOKED_THROUGH: usize = 40;
/// Rows that headings may take.
const DEEPEST: usize = 3;

/// Which column of a sheet is which of the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Index of the last heading row.
    pub heading_row: usize,
    /// Position of each column in the sheet, by [`Column`].
    positions: [Option<usize>; 22],
    /// Headings that mean no column, as "W (Ảnh)"; what stands below them is not read.
    pub unknown: Vec<String>,
}

impl Layout {
    /// The position of a column in the sheet.
    pub fn position(&self, column: Column) -> Option<usize> {
        self.positions[column as usize]
    }

    /// The letters of a column in the sheet.
    pub fn letters(&self, column: Column) -> Option<String> {
        self.position(column).map(letters)
    }

    /// The columns that the sheet has, with their positions.
    pub fn columns(&self) -> impl Iterator<Item = (Column, usize)> {
        Column::ALL.iter().filter_map(|column| Some((*column, self.position(*column)?)))
    }
}

/// Why a sheet is not the workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoLayout {
    /// How many columns were recognised in the best row.
    pub recognised: usize,
    /// The sentence, which names the headings that are missing or stand twice.
    pub detail: Text,
}

/// Finds the headings among the first rows of a sheet, given as texts with merged cells filled.
///
/// # Errors
/// When no row carries the required headings, or one of them twice.
pub fn find_layout(rows: &[Vec<String>]) -> Result<Layout, NoLayout> {
    let folded: Vec<Vec<String>> = rows.iter().take(LOOKED_THROUGH).map(|row| row.iter().map(|cell| fold(cell)).collect()).collect();
    let mut best: Option<Headings> = None;
    for at in 0..folded.len() {
        let found = read_headings(rows, &folded, at);
        if best.as_ref().is_none_or(|(best, _)| found.0.columns().count() > best.columns().count()) {
            best = Some(found);
        }
    }
    let Some((layout, twice)) = best else {
        return Err(NoLayout { recognised: 0, detail: say("trang tính trống", "the sheet is empty") });
    };
    let recognised = layout.columns().count();
    let names = |columns: &[Column]| -> (String, String) {
        let headings: Vec<Text> = columns.iter().map(|column| column.heading()).collect();
        let list = |pick: fn(&Text) -> &str| headings.iter().map(|h| format!("\"{}\"", pick(h))).collect::<Vec<_>>().join(", ");
        (list(|h| &h.vi), list(|h| &h.en))
    };
    let missing: Vec<Column> =
        COLUMNS.iter().filter(|facts| facts.required && layout.position(facts.column).is_none()).map(|facts| facts.column).collect();
    if !missing.is_empty() {
        let (vi, en) = names(&missing);
        let detail = say(format!("thiếu cột: {vi}"), format!("these headings are missing: {en}"));
        return Err(NoLayout { recognised, detail });
    }
    if let Some((column, at)) = twice.first() {
        let (vi, en) = names(&[*column]);
        let (one, other) = (layout.letters(*column).unwrap_or_default(), letters(*at));
        let detail =
            say(format!("cột {vi} xuất hiện hai lần, ở {one} và {other}"), format!("the heading {en} stands twice, in {one} and {other}"));
        return Err(NoLayout { recognised, detail });
    }
    Ok(layout)
}

/// The columns that headings name, and those named a second time.
type Headings = (Layout, Vec<(Column, usize)>);

/// What the headings ending in row `at` name.
fn read_headings(rows: &[Vec<String>], folded: &[Vec<String>], at: usize) -> Headings {
    let mut layout = Layout { heading_row: at, positions: [None; 22], unknown: Vec::new() };
    let mut twice = Vec::new();
    let top = at.saturating_sub(DEEPEST - 1);
    let cell = |row: usize, position: usize| folded[row].get(position).map_or("", String::as_str);
    let mut band_before = None;
    for (position, _) in folded[at].iter().enumerate() {
        // The lowest row that says something names the column; the others are above it.
        let Some(leaf_row) = (top..=at).rev().find(|row| !cell(*row, position).is_empty()) else { continue };
        let leaf = cell(leaf_row, position);
        let above = (top..leaf_row).rev().map(|row| cell(row, position)).find(|text| !text.is_empty() && *text != leaf);
        let own_band = above.and_then(band_of).or_else(|| band_of(leaf));
        // A merged heading that was not merged, or has lost it in CSV, stands over its first column only.
        let band = match (own_band, above) {
            (Some(band), _) => Some(band),
            (None, None) if leaf_row == at => band_before,
            _ => None,
        };
        band_before = band;
        let Some(column) = band.and_then(|band| named(leaf, Some(band))).or_else(|| named(leaf, None)) else {
            if leaf_row == at || above.is_none() {
                let heading: String = rows[leaf_row][position].chars().take(60).filter(|c| !c.is_control()).collect();
                layout.unknown.push(format!("{} ({heading})", letters(position)));
            }
            continue;
        };
        match layout.positions[column as usize] {
            None => layout.positions[column as usize] = Some(position),
            Some(_) => twice.push((column, position)),
        }
    }
    (layout, twice)
}

fn band_of(folded: &str) -> Option<Band> {
    let has = |band: Band| band.words().iter().any(|words| contains(folded, words));
    // "Công nhận lần 2 hoặc nâng hạng" never speaks of the first time; the reverse may happen.
    [Band::Second, Band::First].into_iter().find(|band| has(*band))
}

/// Whether the words stand in a text as whole words.
fn contains(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

/// The column that a heading names, below a merged heading or not.
fn named(leaf: &str, band: Option<Band>) -> Option<Column> {
    let bare = match band {
        Some(band) => without(leaf, band.words()),
        None => leaf.to_owned(),
    };
    let found = COLUMNS
        .iter()
        .find(|facts| facts.band == band && (fold(facts.vi) == bare || fold(facts.en) == bare || facts.spellings.contains(&bare.as_str())));
    found.map(|facts| facts.column)
}

/// A heading without the words of its band: "Sao (lần đầu)" is "sao".
fn without(leaf: &str, words: &[&str]) -> String {
    let padded = format!(" {leaf} ");
    let longest = words.iter().find(|words| padded.contains(&format!(" {words} ")));
    let rest = longest.map_or(padded.clone(), |words| padded.replacen(&format!(" {words} "), " ", 1));
    rest.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
    }

    #[test]
    fn one_row_two_rows_and_titles() {
        let one =
            rows("Tên sản phẩm|Chủ thể|Sao (lần đầu)|Ngày công nhận lần đầu|Số QĐ lần đầu|Cơ quan ban hành lần đầu|Hạng sao hiện tại");
        let layout = find_layout(&one).expect("headings in one row");
        assert_eq!(layout.columns().count(), 7);
        assert_eq!(layout.position(Column::CurrentStars), Some(6));

        // As CSV leaves merged headings: text in their first cell only.
        let two = rows(
            "DANH SÁCH SẢN PHẨM OCOP|||||||||\n|||||||||\n\
             STT|Sản phẩm|Chủ thể|Công nhận lần đầu|||||Nâng hạng||Ghi chú\n\
             |||Sao|Ngày|Năm|Số QĐ|Cơ quan|Sao|Ngày|\n1|2|3|4|5|6|7|8|9|10|11",
        );
        let layout = find_layout(&two).expect("headings in two rows");
        assert_eq!(layout.heading_row, 3);
        assert_eq!(layout.position(Column::FirstAuthority), Some(7));
        assert_eq!(layout.position(Column::SecondDate), Some(9));
        assert_eq!(layout.position(Column::Note), Some(10));
        assert_eq!(layout.unknown, [""; 0]);
    }

    #[test]
    fn what_is_missing_is_named() {
        let none = find_layout(&rows("Họ tên|Ngày sinh\nA|1")).expect_err("another list");
        assert!(none.detail.vi.contains("\"Tên sản phẩm\"") && none.detail.en.contains("\"First recognition: Date\""), "{none:?}");
        let twice = "Tên sản phẩm|Sản phẩm|Chủ thể|Sao lần đầu|Ngày lần đầu|Số QĐ lần đầu|Cơ quan lần đầu";
        assert!(find_layout(&rows(twice)).expect_err("one twice").detail.en.contains("in A and B"));
        assert!(find_layout(&[]).is_err());
    }

    #[test]
    fn what_is_not_read_is_told() {
        let sheet = rows("Tên sản phẩm|Ảnh|Chủ thể|Sao lần đầu|Ngày lần đầu|Số QĐ lần đầu|Cơ quan lần đầu");
        assert_eq!(find_layout(&sheet).expect("headings").unknown, ["B (Ảnh)"]);
    }
}
