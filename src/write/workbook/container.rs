//! The container of a workbook, measured before anything in it is parsed. XLSX is a ZIP archive
//! (ECMA-376, part 2): a few kilobytes can unpack to gigabytes, and may carry programs.

use super::{BadWorkbook, Fault, Limits};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// More parts than any list of products has.
const MOST_PARTS: usize = 1_000;
/// More texts than any list of products has.
const MOST_STRINGS: u64 = 1_000_000;
/// Compound File Binary Format: workbooks before 2007, and encrypted ones of any year.
const COMPOUND_FILE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

pub(super) fn damaged() -> BadWorkbook {
    BadWorkbook::new(
        Fault::Damaged,
        "tệp hỏng hoặc không phải XLSX; hãy mở bằng phần mềm bảng tính và lưu lại dạng .xlsx",
        "the file is damaged or no XLSX; open it in a spreadsheet program and save it as .xlsx again",
    )
}

/// Refuses what is no XLSX, carries programs, or is larger than it looks.
pub(super) fn check(file: &[u8], limits: Limits) -> Result<(), BadWorkbook> {
    if file.starts_with(COMPOUND_FILE) {
        return Err(BadWorkbook::new(
            Fault::WrongKind,
            "tệp là .xls đời cũ hoặc có mật khẩu; hãy bỏ mật khẩu và lưu lại dạng .xlsx",
            "the file is an old .xls or is locked with a password; take the password off and save it as .xlsx",
        ));
    }
    let mut archive = ZipArchive::new(Cursor::new(file)).map_err(|_| damaged())?;
    if archive.len() > MOST_PARTS {
        return Err(damaged());
    }
    let mut left = limits.unpacked;
    let mut workbook = false;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| damaged())?;
        let name = part.name().map_err(|_| damaged())?.to_ascii_lowercase().replace('\\', "/");
        if name.ends_with("vbaproject.bin") || name.contains("/macrosheets/") || name.contains("/activex/") {
            return Err(BadWorkbook::new(
                Fault::WrongKind,
                "tệp có macro; hãy lưu lại dạng .xlsx không macro",
                "the file carries macros; save it as .xlsx without macros",
            ));
        }
        if name.ends_with("workbook.bin") {
            return Err(BadWorkbook::new(
                Fault::WrongKind,
                "tệp là .xlsb; hãy lưu lại dạng .xlsx",
                "the file is an .xlsb; save it as .xlsx",
            ));
        }
        if name == "mimetype" || name == "content.xml" {
            return Err(BadWorkbook::new(
                Fault::WrongKind,
                "tệp là OpenDocument; hãy lưu lại dạng .xlsx",
                "the file is an OpenDocument spreadsheet; save it as .xlsx",
            ));
        }
        workbook |= name.ends_with("workbook.xml");
        // What the archive says of a part's size need not be so.
        let declared = part.size();
        if declared > left {
            return Err(too_large(limits));
        }
        let counted = if name.ends_with("sharedstrings.xml") {
            let mut text = Vec::new();
            part.by_ref().take(left + 1).read_to_end(&mut text).map_err(|_| damaged())?;
            // The reader makes room for as many strings as the part claims to have.
            if claimed_strings(&text).is_some_and(|claimed| claimed > MOST_STRINGS) {
                return Err(damaged());
            }
            text.len() as u64
        } else {
            std::io::copy(&mut part.by_ref().take(left + 1), &mut std::io::sink()).map_err(|_| damaged())?
        };
        left = left.checked_sub(counted).ok_or_else(|| too_large(limits))?;
    }
    if workbook { Ok(()) } else { Err(damaged()) }
}

fn too_large(limits: Limits) -> BadWorkbook {
    let mib = limits.unpacked / (1024 * 1024);
    BadWorkbook::new(
        Fault::TooLarge,
        format!("nội dung tệp khi giải nén vượt quá {mib} MiB; hãy bỏ ảnh, định dạng thừa hoặc chia nhỏ"),
        format!("the file unpacks to more than {mib} MiB; take pictures and unused formatting out, or split it"),
    )
}

/// The greatest number that a `uniqueCount` in the part states, in any encoding of ASCII text.
fn claimed_strings(part: &[u8]) -> Option<u64> {
    const ATTRIBUTE: &[u8] = b"uniqueCount";
    let text: Vec<u8> = part.iter().copied().filter(|byte| *byte != 0).collect();
    let starts = text.windows(ATTRIBUTE.len()).enumerate().filter(|(_, window)| *window == ATTRIBUTE).map(|(at, _)| at + ATTRIBUTE.len());
    let number = |at: usize| {
        let rest = &text[at..];
        let digits: Vec<u8> = rest
            .iter()
            .copied()
            .skip_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'=' | b'"' | b'\''))
            .take_while(u8::is_ascii_digit)
            .collect();
        // More digits than fit are more strings than fit.
        (!digits.is_empty()).then(|| std::str::from_utf8(&digits).ok().and_then(|digits| digits.parse().ok()).unwrap_or(u64::MAX))
    };
    starts.filter_map(number).max()
}
