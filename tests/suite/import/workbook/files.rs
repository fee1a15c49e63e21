//! Files that are no workbook, or mean harm: a sentence says what to do, and nothing is written.

use super::*;
use ocop_registry::write::workbook::Fault;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// The parts of a workbook, each as it is or changed.
pub(super) fn rewritten(file: &[u8], mut change: impl FnMut(&str, Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("a container");
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).expect("a part");
        let name = part.name().expect("a name").into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).expect("its bytes");
        writer.start_file(name.as_str(), SimpleFileOptions::default()).expect("a part");
        writer.write_all(&change(&name, bytes)).expect("its bytes");
    }
    writer.finish().expect("a container").into_inner()
}

/// A workbook with one more part.
fn with_part(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new_append(Cursor::new(book(&["product=A"]))).expect("a container");
    writer.start_file(name, SimpleFileOptions::default()).expect("a part");
    writer.write_all(bytes).expect("its bytes");
    writer.finish().expect("a container").into_inner()
}

/// Replaces text in the first sheet.
fn with_sheet(from: &str, to: &str) -> Vec<u8> {
    rewritten(&book(&["product=A"]), |name, part| {
        if name != "xl/worksheets/sheet1.xml" {
            return part;
        }
        let text = String::from_utf8(part).expect("XML");
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1).into_bytes()
    })
}

#[track_caller]
fn refused(file: &[u8], fault: Fault, sentence: &str) {
    let bad = try_read(file).expect_err(sentence);
    assert_eq!(bad.fault, fault, "{}", bad.detail.en);
    assert!(bad.detail.en.contains(sentence), "{}", bad.detail.en);
    assert!(!bad.detail.vi.is_empty() && bad.detail.vi != bad.detail.en);
}

#[test]
fn bombs_are_measured_before_they_are_opened() {
    // 100 MiB of nothing packs into some hundred kilobytes.
    let bomb = with_part("xl/media/image1.png", &vec![0; 100 * 1024 * 1024]);
    assert!(bomb.len() < 1024 * 1024);
    refused(&bomb, Fault::TooLarge, "unpacks to more than 60 MiB");

    // Many parts that are each small enough.
    let mut writer = ZipWriter::new_append(Cursor::new(book(&["product=A"]))).expect("a container");
    for index in 0..3 {
        writer.start_file(format!("xl/media/{index}.bin"), SimpleFileOptions::default()).expect("a part");
        writer.write_all(&vec![0; 30 * 1024 * 1024]).expect("its bytes");
    }
    refused(&writer.finish().expect("a container").into_inner(), Fault::TooLarge, "unpacks to more than 60 MiB");

    // A part that says it is small: its size stands four bytes after its packed size in both its headers.
    let honest = with_part("xl/zeros.bin", &vec![0; 100 * 1024 * 1024]);
    let size = (100u32 * 1024 * 1024).to_le_bytes();
    let mut liar = honest.clone();
    let places: Vec<usize> = honest.windows(4).enumerate().filter(|(_, window)| *window == size).map(|(at, _)| at).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| liar[at..at + 4].copy_from_slice(&7u32.to_le_bytes()));
    let bad = try_read(&liar).expect_err("a part that lies");
    assert!(matches!(bad.fault, Fault::TooLarge | Fault::Damaged), "{}", bad.detail.en);

    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..1_001 {
        writer.start_file(format!("{index}"), SimpleFileOptions::default()).expect("a part");
    }
    refused(&writer.finish().expect("a container").into_inner(), Fault::Damaged, "damaged or no XLSX");
    refused(&vec![b'x'; 10 * 1024 * 1024 + 1], Fault::TooLarge, "larger than 10 MiB");
}

#[test]
fn room_is_made_only_for_what_is_there() {
    let claims = rewritten(&book(&["product=A"]), |name, part| {
        if name != "xl/sharedStrings.xml" {
            return part;
        }
        let text = String::from_utf8(part).expect("XML");
        let at = text.find("uniqueCount=\"").expect("a count") + "uniqueCount=\"".len();
        format!("{}99999999999{}", &text[..at], &text[at..]).into_bytes()
    });
    refused(&claims, Fault::Damaged, "damaged");
    // A cell in the last corner makes no table up to there.
    let corner = with_sheet("</sheetData>", "<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData>");
    assert_eq!(try_read(&corner).map(|workbook| workbook.len()), Ok(1));
    let below = with_sheet("</sheetData>", "<row r=\"1048576\"><c r=\"B1048576\"><v>1</v></c></row></sheetData>");
    refused(&below, Fault::TooLarge, "more than 5000 rows");
    // Merges that cover the sheet many times over.
    let all = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(50);
    refused(&with_sheet("<mergeCell ", &format!("{all}<mergeCell ")), Fault::Damaged, "damaged");
    // A region from its end to its beginning.
    let turned = try_read(&with_sheet("<mergeCell ", "<mergeCell ref=\"C9:A2\"/><mergeCell "));
    assert!(turned.as_ref().map_or_else(|bad| bad.fault == Fault::Damaged, |workbook| workbook.len() == 1), "{turned:?}");
    refused(&with_sheet("</sheetData>", ""), Fault::Damaged, "damaged");
    refused(&with_sheet("<sheetData>", "<sheetData><row r=\"0\"><c r=\"@\"><v>"), Fault::Damaged, "damaged");
}

#[test]
fn other_kinds_of_files_are_told_what_to_do() {
    let compound = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0];
    refused(&compound, Fault::WrongKind, "save it as .xlsx");
    refused(&with_part("xl/vbaProject.bin", b"macro"), Fault::WrongKind, "carries macros");
    refused(&with_part("xl/macrosheets/sheet1.xml", b"<x/>"), Fault::WrongKind, "carries macros");
    refused(&with_part("content.xml", b"<x/>"), Fault::WrongKind, "OpenDocument");
    refused(&with_part("xl/workbook.bin", b"x"), Fault::WrongKind, ".xlsb");
    for nonsense in [&b""[..], b"PK\x03\x04", b"not a workbook", b"%PDF-1.7"] {
        refused(nonsense, Fault::Damaged, "damaged or no XLSX");
    }
    let empty = ZipWriter::new(Cursor::new(Vec::new())).finish().expect("a container").into_inner();
    refused(&empty, Fault::Damaged, "damaged");
    let whole = book(&["product=A"]);
    for end in [whole.len() / 3, whole.len() - 10] {
        assert!(try_read(&whole[..end]).is_err());
    }
    let csv =
        |bytes: &[u8]| read(bytes, Media::Csv, None, "", TODAY, Limits::default()).map(|workbook| workbook.len()).expect_err("no CSV");
    assert!(csv(&whole).detail.en.contains("is XLSX"));
    assert!(csv(b"T\xean s\xe1n").detail.en.contains("UTF-8"));
    assert!(csv(b"").detail.en.contains("headings"));
}

#[test]
fn the_sheet_is_found_or_the_missing_headings_are_named() {
    let sheets = |names: &[&str]| {
        let mut book = Book::new();
        for name in names {
            let sheet = book.add_worksheet();
            sheet.set_name(name.trim_start_matches('+').trim_start_matches('-')).expect("a name");
            if name.starts_with(['+', '-']) {
                headings(sheet);
                cells(BASE, "").into_iter().for_each(|(column, cell)| write(sheet, FIRST, column, cell));
            }
            if name.starts_with('-') {
                sheet.set_hidden(true);
            }
        }
        book.save_to_buffer().expect("a workbook")
    };
    assert_eq!(try_read(&sheets(&["Bìa", "+2024"])).map(|workbook| workbook.len()), Ok(1));
    assert_eq!(try_read(&sheets(&["Bìa", "-cũ", "+2024"])).map(|workbook| workbook.len()), Ok(1), "hidden sheets are not read");
    let two = sheets(&["+2023", "+2024"]);
    refused(&two, Fault::WrongSheet, "\"2023\", \"2024\"");
    assert_eq!(read(&two, Media::Xlsx, Some("2024"), "", TODAY, Limits::default()).map(|workbook| workbook.len()), Ok(1));
    let missing = read(&two, Media::Xlsx, Some("2025"), "", TODAY, Limits::default()).expect_err("no such sheet");
    assert!(missing.detail.en.contains("no sheet \"2025\""), "{}", missing.detail.en);
    refused(&sheets(&["Bìa"]), Fault::WrongSheet, "headings");
    let bad = try_read(&{
        let mut book = Book::new();
        let sheet = book.add_worksheet();
        for (at, heading) in ["STT", "Tên sản phẩm", "Tên chủ thể", "Sao lần đầu"].into_iter().enumerate() {
            sheet.write_string(0, at as u16, heading).expect("a heading");
        }
        book.save_to_buffer().expect("a workbook")
    })
    .expect_err("another list");
    assert!(bad.detail.vi.contains("\"Công nhận lần đầu: Ngày quyết định\""), "{}", bad.detail.vi);
    assert!(!bad.detail.vi.contains("Tên chủ thể"));
}

#[test]
fn more_rows_than_allowed_are_refused_whole() {
    let rows = vec!["product=A"; 12];
    let limits = Limits { rows: 10, ..Limits::default() };
    let few = |rows: &[&str]| read(&book(rows), Media::Xlsx, None, "", TODAY, limits).map(|workbook| workbook.len());
    assert_eq!(few(&rows[..10]), Ok(10));
    assert_eq!(few(&rows).expect_err("too many").fault, Fault::TooLarge);
}
