//! Reading provincial workbooks: a file of unknown goodwill becomes rows for [`super::import`].
//!
//! Nothing is believed: the container is measured before it is parsed (`container`), cells are
//! streamed and counted (`sheet`), formulas and half-read dates are refused where they would carry
//! facts (`rows`). A workbook that cannot be read is a [`BadWorkbook`] in two languages; a row that
//! cannot be read is a refused row, with its sheet, row and column.

mod container;
pub mod job;
mod rows;
mod sheet;
pub mod state;

use super::import::{self, Report, Row, RowReport, Terms};
use crate::domain::day::Day;
use crate::domain::workbook::{NoLayout, find_layout};
use crate::error::{Text, say};
use crate::store::{StoreError, WriteDoor, WriteTx};
use sheet::Sheet;
use std::sync::Arc;

/// The kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// Office Open XML (ECMA-376).
    Xlsx,
    /// Comma-separated in UTF-8 (RFC 4180), as spreadsheets write it; semicolons will do.
    Csv,
}

impl Media {
    /// The media type of a workbook in Office Open XML.
    pub const XLSX: &'static str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    /// The media type of one in CSV.
    pub const CSV: &'static str = "text/csv";

    /// The kind that a media type names, whatever its parameters.
    pub fn of_type(media_type: &str) -> Option<Self> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            Self::XLSX => Some(Self::Xlsx),
            Self::CSV => Some(Self::Csv),
            _ => None,
        }
    }

    /// The word by which it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// The kind of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Xlsx, Self::Csv].into_iter().find(|media| media.as_str() == word)
    }
}

/// How much a workbook may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file: usize,
    /// Bytes of its parts when unpacked.
    pub unpacked: u64,
    /// Rows below the headings.
    pub rows: usize,
}

impl Limits {
    /// Of files of so many MiB and so many rows. Text packs well: a part of a real workbook is about four
    /// times as large when unpacked.
    pub const fn of(mib: u16, rows: u32) -> Self {
        let file = mib as usize * 1024 * 1024;
        Self { file, unpacked: 6 * file as u64, rows: rows as usize }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::of(10, 5_000)
    }
}

/// Why a file is no workbook that can be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", detail.en)]
pub struct BadWorkbook {
    /// What is wrong.
    pub fault: Fault,
    /// The sentence, with what to do.
    pub detail: Text,
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Larger than allowed, packed or unpacked, or more rows.
    TooLarge,
    /// Another kind of file: an old workbook, an encrypted one, one with macros.
    WrongKind,
    /// Damaged, or made to harm.
    Damaged,
    /// No sheet has the headings, or several have.
    WrongSheet,
}

impl BadWorkbook {
    fn new(fault: Fault, vi: impl Into<std::borrow::Cow<'static, str>>, en: impl Into<std::borrow::Cow<'static, str>>) -> Self {
        Self { fault, detail: say(vi, en) }
    }
}

/// A workbook whose headings were found.
#[derive(Debug, Clone)]
pub struct Workbook {
    rows: Vec<Row>,
    /// What the reader should know of the whole sheet.
    pub notes: Vec<Text>,
}

impl Workbook {
    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The same, with rows.
    ///
    /// # Errors
    /// When it has none: there is nothing to import.
    pub fn filled(self) -> Result<Self, BadWorkbook> {
        if self.is_empty() {
            let (vi, en) = (
                "dưới hàng tiêu đề không có dòng nào; không có gì để nhập",
                "no row stands below the headings; there is nothing to import",
            );
            return Err(BadWorkbook::new(Fault::WrongSheet, vi, en));
        }
        Ok(self)
    }
}

/// Reads a workbook.
///
/// `province` is the province that places without one lie in, `sheet` the name of the sheet where
/// several have the headings.
///
/// # Errors
/// When the file is too large, no workbook, harmful, or has no sheet with the headings.
pub fn read(file: &[u8], media: Media, sheet: Option<&str>, province: &str, today: Day, limits: Limits) -> Result<Workbook, BadWorkbook> {
    if file.len() > limits.file {
        let mib = limits.file / (1024 * 1024);
        return Err(BadWorkbook::new(
            Fault::TooLarge,
            format!("tệp lớn hơn {mib} MiB; hãy chia nhỏ hoặc bỏ ảnh trong tệp"),
            format!("the file is larger than {mib} MiB; split it, or take the pictures out"),
        ));
    }
    let sheets = match media {
        Media::Csv => vec![sheet::of_csv(file, limits)?],
        Media::Xlsx => {
            container::check(file, limits)?;
            // What is left to go wrong in a damaged file must not take the process along.
            let read = std::panic::catch_unwind(|| sheet::of_xlsx(file, sheet, limits));
            read.unwrap_or_else(|_| Err(container::damaged()))?
        }
    };
    let (sheet, layout) = choose(sheets, sheet)?;
    let mut notes = Vec::new();
    if !layout.unknown.is_empty() {
        let columns = layout.unknown.join(", ");
        notes.push(say(
            format!("các cột không thuộc mẫu, không đọc: {columns}"),
            format!("columns that are none of the workbook's were not read: {columns}"),
        ));
    }
    let rows = rows::read(&sheet, &Arc::new(layout), province, today);
    if rows.len() > limits.rows {
        return Err(sheet::too_many_rows(limits));
    }
    Ok(Workbook { rows, notes })
}

/// The one sheet that has the headings.
fn choose(sheets: Vec<Sheet>, asked: Option<&str>) -> Result<(Sheet, crate::domain::workbook::Layout), BadWorkbook> {
    let mut fitting = Vec::new();
    let mut nearest: Option<(String, NoLayout)> = None;
    for sheet in sheets {
        match find_layout(&sheet.texts()) {
            Ok(layout) => fitting.push((sheet, layout)),
            Err(none) if nearest.as_ref().is_none_or(|(_, best)| none.recognised > best.recognised) => {
                nearest = Some((sheet.name.as_deref().unwrap_or_default().to_owned(), none));
            }
            Err(_) => {}
        }
    }
    if fitting.len() > 1 {
        let names: Vec<&str> = fitting.iter().filter_map(|(sheet, _)| sheet.name.as_deref()).collect();
        let names = names.join("\", \"");
        return Err(BadWorkbook::new(
            Fault::WrongSheet,
            format!("nhiều trang tính có tiêu đề của mẫu: \"{names}\"; hãy nêu tên trang cần nhập (sheet)"),
            format!("several sheets have the headings: \"{names}\"; name the one to import (sheet)"),
        ));
    }
    fitting.pop().ok_or_else(|| match (nearest, asked) {
        (Some((name, none)), _) => {
            let (vi, en) = if name.is_empty() {
                (String::new(), String::new())
            } else {
                (format!("trang tính \"{name}\": "), format!("sheet \"{name}\": "))
            };
            BadWorkbook::new(
                Fault::WrongSheet,
                format!("không thấy hàng tiêu đề của mẫu; {vi}{}. Hãy dùng mẫu tải về", none.detail.vi),
                format!("no row has the headings of the workbook; {en}{}. Use the template", none.detail.en),
            )
        }
        (None, Some(asked)) => {
            BadWorkbook::new(Fault::WrongSheet, format!("không có trang tính \"{asked}\""), format!("there is no sheet \"{asked}\""))
        }
        (None, None) => BadWorkbook::new(Fault::WrongSheet, "tệp không có trang tính nào hiện", "the file has no visible sheet"),
    })
}

/// Imports a workbook in one transaction. `last` runs in it, after the rows and only when they stay written.
///
/// # Errors
/// When the database refuses; then nothing was written.
pub fn import(
    door: &WriteDoor,
    workbook: &Workbook,
    terms: &Terms,
    progress: impl Fn(usize, usize),
    last: impl FnOnce(&mut WriteTx<'_>, &[RowReport]) -> Result<(), StoreError>,
) -> Result<Report, StoreError> {
    import::import_rows(door, &workbook.rows, terms, progress, last)
}
