//! The cells of a sheet, streamed out of a file and counted as they come.

use super::container::damaged;
use super::{BadWorkbook, Fault, Limits};
use crate::domain::workbook::{Cell, excel_day};
use calamine::{DataRef, Dimensions, Reader, SheetVisible, Xlsx, XlsxError};
use std::io::Cursor;
use std::sync::Arc;

/// Columns that are looked at; the workbook has 22.
const MOST_COLUMNS: usize = 100;
/// Rows of titles, headings and blanks beside those of products.
const OTHER_ROWS: usize = 500;
/// Sheets that are looked at.
const MOST_SHEETS: usize = 50;

/// A sheet as rows of cells; merged cells carry their value in every cell.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) name: Option<Arc<str>>,
    pub(super) rows: Vec<Vec<Cell>>,
    /// Merges across columns: between the products they are headings.
    pub(super) merged_across: Vec<Merge>,
}

/// A merged region of several columns, by index: rows and columns, both inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Merge {
    pub(super) rows: (usize, usize),
    pub(super) columns: (usize, usize),
}

impl Sheet {
    /// The first rows as texts, for the headings.
    pub(super) fn texts(&self) -> Vec<Vec<String>> {
        self.rows.iter().take(50).map(|row| row.iter().map(Cell::text).collect()).collect()
    }

    pub(super) fn cell(&self, row: usize, column: usize) -> &Cell {
        self.rows.get(row).and_then(|row| row.get(column)).unwrap_or(&Cell::Empty)
    }

    fn set(&mut self, row: usize, column: usize, cell: Cell) {
        if self.rows.len() <= row {
            self.rows.resize_with(row + 1, Vec::new);
        }
        let row = &mut self.rows[row];
        if row.len() <= column {
            row.resize(column + 1, Cell::Empty);
        }
        row[column] = cell;
    }
}

pub(super) fn too_many_rows(limits: Limits) -> BadWorkbook {
    BadWorkbook::new(
        Fault::TooLarge,
        format!("trang tính có hơn {} dòng; hãy chia nhỏ", limits.rows),
        format!("the sheet has more than {} rows; split it", limits.rows),
    )
}

/// The visible sheets of a workbook, or the one that is asked for.
pub(super) fn of_xlsx(file: &[u8], asked: Option<&str>, limits: Limits) -> Result<Vec<Sheet>, BadWorkbook> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(file)).map_err(|error| match error {
        XlsxError::Password => super::BadWorkbook::new(
            Fault::WrongKind,
            "tệp có mật khẩu; hãy bỏ mật khẩu và lưu lại",
            "the file is locked with a password; take it off and save it again",
        ),
        _ => damaged(),
    })?;
    let visible = workbook.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = visible.map(|sheet| sheet.name.clone()).filter(|name| asked.is_none_or(|asked| asked == name)).collect();
    let mut sheets = Vec::new();
    for name in names.into_iter().take(MOST_SHEETS) {
        match of_worksheet(&mut workbook, &name, limits) {
            Ok(Some(sheet)) => sheets.push(sheet),
            Ok(None) => {}
            Err(fault) => return Err(fault),
        }
    }
    Ok(sheets)
}

/// One sheet; `None` for a chart.
fn of_worksheet(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str, limits: Limits) -> Result<Option<Sheet>, BadWorkbook> {
    let epoch_1904 = workbook.has_1904_epoch();
    let merges = match workbook.merge_cells_by_sheet_name(name) {
        Ok(merges) => merges,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
        Err(_) => return Err(damaged()),
    };
    let mut sheet = Sheet { name: Some(name.into()), rows: Vec::new(), merged_across: Vec::new() };
    let mut cells = match workbook.worksheet_cells_reader(name) {
        Ok(cells) => cells,
        Err(XlsxError::NotAWorksheet(_)) => return Ok(None),
        Err(_) => return Err(damaged()),
    };
    while let Some(record) = cells.next_cell_with_formula_metadata().map_err(|_| damaged())? {
        let (row, column) = (record.pos.0 as usize, record.pos.1 as usize);
        let cell = if record.formula.is_some() { Cell::Formula } else { of_value(&record.value, epoch_1904) };
        // Formats reach to the end of the sheet in many files; only what says something counts.
        if cell.is_empty() || column >= MOST_COLUMNS {
            continue;
        }
        if row >= limits.rows + OTHER_ROWS {
            return Err(too_many_rows(limits));
        }
        sheet.set(row, column, cell);
    }
    fill(&mut sheet, &merges)?;
    Ok(Some(sheet))
}

fn of_value(value: &DataRef<'_>, epoch_1904: bool) -> Cell {
    match value {
        DataRef::Empty => Cell::Empty,
        DataRef::String(text) => Cell::Text(text.clone()),
        DataRef::SharedString(text) => Cell::Text((*text).to_owned()),
        DataRef::Int(number) => Cell::Text(number.to_string()),
        DataRef::Float(number) => Cell::Number { value: *number, epoch_1904 },
        DataRef::DateTime(instant) if instant.is_datetime() => match excel_day(instant.as_f64(), epoch_1904) {
            Some(day) => Cell::Day(day),
            None => Cell::Wrong(format!("{}", instant.as_f64())),
        },
        DataRef::DateTimeIso(text) => match text.get(..10).and_then(crate::domain::day::parse_day) {
            Some(day) => Cell::Day(day),
            None => Cell::Wrong(text.clone()),
        },
        DataRef::Error(error) => Cell::Wrong(error.to_string()),
        DataRef::Bool(truth) => Cell::Wrong(if *truth { "TRUE" } else { "FALSE" }.into()),
        DataRef::DateTime(_) | DataRef::DurationIso(_) => Cell::Wrong("a duration".into()),
    }
}

/// Gives every cell of a merged region the value of its first.
fn fill(sheet: &mut Sheet, merges: &[Dimensions]) -> Result<(), BadWorkbook> {
    let height = sheet.rows.len();
    // Merges of a sheet do not overlap, so together they cover it once at most.
    let mut left = height.saturating_mul(MOST_COLUMNS);
    for merge in merges {
        let rows = (merge.start.0 as usize, (merge.end.0 as usize).min(height.saturating_sub(1)));
        let columns = (merge.start.1 as usize, (merge.end.1 as usize).min(MOST_COLUMNS - 1));
        if rows.0 > rows.1 || columns.0 > columns.1 {
            continue;
        }
        left = left.checked_sub((rows.1 - rows.0 + 1) * (columns.1 - columns.0 + 1)).ok_or_else(damaged)?;
        let first = sheet.cell(rows.0, columns.0).clone();
        for row in rows.0..=rows.1 {
            for column in columns.0..=columns.1 {
                sheet.set(row, column, first.clone());
            }
        }
        if columns.1 > columns.0 {
            sheet.merged_across.push(Merge { rows, columns });
        }
    }
    Ok(())
}

/// A workbook in CSV.
pub(super) fn of_csv(file: &[u8], limits: Limits) -> Result<Sheet, BadWorkbook> {
    let wrong = |vi: &str, en: &str| BadWorkbook::new(Fault::WrongKind, vi.to_owned(), en.to_owned());
    if file.starts_with(b"PK\x03\x04") {
        return Err(wrong(
            "tệp là XLSX, không phải CSV; hãy gửi đúng Content-Type",
            "the file is XLSX, not CSV; send it with its own media type",
        ));
    }
    let Ok(text) = std::str::from_utf8(file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file)) else {
        return Err(wrong("tệp CSV phải ở mã UTF-8; hãy lưu dạng \"CSV UTF-8\"", "the CSV must be UTF-8; save it as \"CSV UTF-8\""));
    };
    // Spreadsheets set to Vietnamese part cells by semicolons.
    let comma = text.lines().take(50).map(|line| line.matches(',').count()).sum::<usize>();
    let semicolon = text.lines().take(50).map(|line| line.matches(';').count()).sum::<usize>();
    let delimiter = if semicolon > comma { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut sheet = Sheet { name: None, rows: Vec::new(), merged_across: Vec::new() };
    let mut line_before = 0;
    for record in reader.records() {
        let record = record.map_err(|_| wrong("tệp CSV không đọc được", "the CSV cannot be read"))?;
        let line = record.position().map_or(line_before + 1, csv::Position::line);
        // Blank lines are passed over by the reader and counted by spreadsheets. A cell may hold several lines.
        let blanks = usize::try_from(line.saturating_sub(line_before + 1)).unwrap_or(usize::MAX);
        if sheet.rows.len() + blanks >= limits.rows + OTHER_ROWS {
            return Err(too_many_rows(limits));
        }
        sheet.rows.resize_with(sheet.rows.len() + blanks, Vec::new);
        sheet.rows.push(
            record
                .iter()
                .take(MOST_COLUMNS)
                .map(|cell| if cell.trim().is_empty() { Cell::Empty } else { Cell::Text(cell.to_owned()) })
                .collect(),
        );
        let inner = record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        line_before = line + u64::try_from(inner).unwrap_or(0);
    }
    Ok(sheet)
}
