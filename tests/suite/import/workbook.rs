//! The provincial workbook: what councils keep in spreadsheets becomes the same facts as a product list,
//! and a cell that could be misread is refused by its name.

mod files;
mod jobs;
mod rows;
mod trip;

use crate::support::database::{Database, TODAY};
use ocop_registry::domain::day::Day;
use ocop_registry::domain::record::Source;
use ocop_registry::domain::workbook::{Band, COLUMNS, Column};
use ocop_registry::write::import::{Keep, Outcome, Report, Scope, Terms};
use ocop_registry::write::workbook::{BadWorkbook, Limits, Media, Workbook, import, read};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook as Book, Worksheet};

/// Index of the first row below the headings of [`book`].
const FIRST: u32 = 4;

/// What most rows here have in common: a real decision of Bắc Giang, now part of Bắc Ninh.
const BASE: &str = "product=Mật ong; producer=HTX Ong Vàng; commune=xã Cao Xá, huyện Tân Yên, tỉnh Bắc Giang; first_stars=3; \
                    first_date=01/08/2022; first_decision=858/QĐ-UBND; first_authority=UBND tỉnh Bắc Giang";

/// Titles, then the headings in two rows with merged cells, as provinces have them.
fn headings(sheet: &mut Worksheet) {
    let plain = Format::new();
    sheet.write_string(0, 3, "DANH SÁCH SẢN PHẨM OCOP").expect("a title");
    for facts in &COLUMNS {
        let at = facts.column as u16;
        match facts.band {
            None => sheet.merge_range(FIRST - 2, at, FIRST - 1, at, facts.vi, &plain).map(drop),
            Some(_) => sheet.write_string(FIRST - 1, at, facts.vi).map(drop),
        }
        .expect("a heading");
    }
    for (band, from, to) in [(Band::First, 11, 15), (Band::Second, 16, 20)] {
        sheet.merge_range(FIRST - 2, from, FIRST - 2, to, band.heading().0, &plain).expect("a heading");
    }
}

/// Cells of a row as `column=cell; column=cell` over a base of the same form.
fn cells<'c>(base: &'c str, row: &'c str) -> Vec<(Column, &'c str)> {
    let mut cells: Vec<(Column, &str)> = Vec::new();
    for pair in base.split("; ").chain(row.split("; ")).filter(|pair| !pair.is_empty()) {
        let (column, cell) = pair.trim().split_once('=').unwrap_or_else(|| panic!("\"{pair}\" is no column=cell"));
        let column = Column::parse(column).unwrap_or_else(|| panic!("no column {column}"));
        cells.retain(|(known, _)| *known != column);
        cells.push((column, cell));
    }
    cells
}

/// Writes a cell: `day:` and ISO is a day of Excel, `number:` a number, `formula:` a formula, else text.
fn write(sheet: &mut Worksheet, row: u32, column: Column, cell: &str) {
    let at = column as u16;
    let written = if let Some(day) = cell.strip_prefix("day:") {
        let format = Format::new().set_num_format("dd/mm/yyyy");
        sheet.write_datetime_with_format(row, at, ExcelDateTime::parse_from_str(day).expect("a day"), &format).map(drop)
    } else if let Some(number) = cell.strip_prefix("number:") {
        sheet.write_number(row, at, number.parse::<f64>().expect("a number")).map(drop)
    } else if let Some(formula) = cell.strip_prefix("formula:") {
        sheet.write_formula(row, at, formula).map(drop)
    } else {
        sheet.write_string(row, at, cell).map(drop)
    };
    written.expect("a cell");
}

/// A workbook with these rows over [`BASE`], numbered, and whatever else is done to its sheet.
fn book_with(rows: &[&str], more: impl FnOnce(&mut Worksheet)) -> Vec<u8> {
    let mut book = Book::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Tổng hợp").expect("a name");
    headings(sheet);
    for (at, row) in (FIRST..).zip(rows) {
        sheet.write_number(at, 0, at - FIRST + 1).expect("a number");
        cells(BASE, row).into_iter().for_each(|(column, cell)| write(sheet, at, column, cell));
    }
    more(sheet);
    book.save_to_buffer().expect("a workbook")
}

fn book(rows: &[&str]) -> Vec<u8> {
    book_with(rows, |_| ())
}

/// Reads a workbook of Bắc Ninh.
fn try_read(file: &[u8]) -> Result<Workbook, BadWorkbook> {
    read(file, Media::Xlsx, None, "Bắc Ninh", TODAY, Limits::default())
}

fn terms(keep: Keep) -> Terms {
    let at = TODAY.and_hms_opt(12, 0, 0).expect("noon");
    Terms { source: Source::CouncilRecord, ..Terms::of_operator(TODAY, at, keep) }
}

fn imported_as(database: &Database, workbook: &Workbook, terms: &Terms) -> Report {
    import(&database.write_door(), workbook, terms, |_, _| (), |_, _| Ok(())).expect("the database answers")
}

/// Imports the good rows of a workbook of Bắc Ninh.
fn imported(database: &Database, file: &[u8]) -> Report {
    imported_as(database, &try_read(file).expect("a workbook"), &terms(Keep::GoodRows))
}

/// What became of each row: an outcome, or place and code of its refusal.
fn outcomes(report: &Report) -> Vec<String> {
    let told = report.rows.iter().map(|row| match &row.outcome {
        Outcome::Refused(refusal) => {
            let at = refusal.cell.as_ref().map_or("row".to_owned(), |cell| format!("{}{}", cell.letters, row.row));
            format!("{at} {}", refusal.code)
        }
        other => other.as_str().to_owned(),
    });
    told.collect()
}

/// Stars, first and last day of a certificate.
type Term = (i16, Option<Day>, Option<Day>);

/// The certificates of each product.
fn certificates(database: &Database) -> Vec<Vec<Term>> {
    let of = |record: ocop_registry::domain::record::Record| {
        record.certificates.iter().map(|c| (c.stars.unwrap_or(0), c.valid_from, c.valid_until)).collect()
    };
    database.records().into_iter().map(of).collect()
}

/// Terms of a council of a province.
fn of_province(key: &str, keep: Keep) -> Terms {
    let place = ocop_registry::domain::place::gazetteer().get(key).expect("a province");
    Terms { scope: Scope::Province(place), ..terms(keep) }
}
