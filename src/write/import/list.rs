//! Product lists in CSV: one recognition a row, columns by their names.

use super::{Cells, ImportError, Row};
use crate::domain::text::{nfc, shown};
use crate::domain::workbook::Band;
use std::io::Read;

/// The most rows that one list may have.
pub const MOST_ROWS: usize = 200_000;

pub(super) fn read(list: impl Read) -> Result<Vec<Row>, ImportError> {
    let mut reader = csv::ReaderBuilder::new().from_reader(list);
    let mut rows = Vec::new();
    let headers = reader.headers().map_err(|e| ImportError::File(format!("the file is no CSV in UTF-8: {e}")))?.clone();
    for required in ["name_vi", "province"] {
        if !headers.iter().any(|header| header.trim_start_matches('\u{feff}') == required) {
            // Whatever was given, perhaps a workbook: no longer than a line, nothing that a terminal obeys.
            let first = headers.iter().collect::<Vec<_>>().join(",");
            let first = shown(&first, 200);
            return Err(ImportError::File(format!("the file has no column \"{required}\"; its first line is: {first}")));
        }
    }
    let headers: csv::StringRecord = headers.iter().map(|header| header.trim_start_matches('\u{feff}')).collect();
    // A column that nobody knows is told even when no row follows.
    let nothing: csv::StringRecord = headers.iter().map(|_| "").collect();
    nothing.deserialize::<Cells>(Some(&headers)).map_err(|e| ImportError::File(format!("the first line: {e}")))?;
    // Numbered as a spreadsheet numbers rows: the header is 1, and empty lines, which the reader leaves out, count.
    let mut number = 1;
    let mut record = csv::StringRecord::new();
    loop {
        let line = reader.position().line();
        let more = reader.read_record(&mut record);
        if !more.map_err(|e| ImportError::File(format!("the file cannot be read as CSV in UTF-8: {e}")))? {
            break;
        }
        let within: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        number += (reader.position().line() - line).saturating_sub(within as u64).max(1);
        let cells: Cells = record.deserialize(Some(&headers)).map_err(|e| ImportError::File(format!("row {number}: {e}")))?;
        if rows.len() == MOST_ROWS {
            return Err(ImportError::File(format!("the file has more than {MOST_ROWS} rows; split it")));
        }
        rows.push(Row {
            number,
            sheet: None,
            name: shown(&nfc(&cells.name_vi), 300),
            recognitions: vec![(Band::First, cells)],
            refusal: None,
            notes: Vec::new(),
            doubt: None,
            layout: None,
        });
    }
    Ok(rows)
}
