//! The workbook as a file: headings in two rows, codes as text, days as days, lists to choose from.

use super::rows::{Line, Value};
use super::{StoreError, StoreResult, failed};
use crate::domain::classification::classification;
use crate::domain::day::Day;
use crate::domain::producer::Form;
use crate::domain::workbook::{Band, COLUMNS, Column};
use chrono::Datelike;
use rust_xlsxwriter::{Color, DataValidation, ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet, XlsxError};

/// Index of the first row below the headings.
const FIRST_ROW: u32 = 4;
/// Rows of the template that offer lists and formats.
const OFFERED_ROWS: u32 = 5_000;
/// Name of the sheet with the products.
const PRODUCTS: &str = "Sản phẩm OCOP";
/// Name of the sheet that the lists are taken from.
const LISTS: &str = "Danh mục";

/// The empty workbook, with guidance.
///
/// # Errors
/// When the file cannot be made.
pub fn template() -> StoreResult<Vec<u8>> {
    let make = || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        headings(sheet, "DANH SÁCH SẢN PHẨM OCOP ĐƯỢC CÔNG NHẬN", "Mỗi dòng một sản phẩm. Xem trang \"Hướng dẫn\".")?;
        let lists = lists();
        for (column, rule) in offers(&lists)? {
            let at = column as u16;
            sheet.add_data_validation(FIRST_ROW, at, FIRST_ROW + OFFERED_ROWS - 1, at, &rule)?;
        }
        guidance(workbook.add_worksheet())?;
        listed(workbook.add_worksheet(), &lists)?;
        workbook.save_to_buffer()
    };
    make().map_err(failed)
}

/// The workbook with products.
pub(super) fn filled(title: &str, day: Day, position: i64, lines: &[Line]) -> Result<Vec<u8>, StoreError> {
    let make = || -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let told = format!("Ngày {}, phiên bản dữ liệu {position}", day.format("%d/%m/%Y"));
        headings(sheet, &format!("DANH SÁCH SẢN PHẨM OCOP - {title}"), &told)?;
        let days = Format::new().set_num_format("dd/mm/yyyy").set_align(FormatAlign::Top);
        let texts = Format::new().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
        let numbers = Format::new().set_align(FormatAlign::Top);
        for (row, (number, line)) in (FIRST_ROW..).zip((1u32..).zip(lines)) {
            sheet.write_number_with_format(row, 0, number, &numbers)?;
            for (column, value) in line {
                let at = *column as u16;
                match value {
                    Value::Text(text) => sheet.write_string_with_format(row, at, text, &texts)?,
                    Value::Number(number) => sheet.write_number_with_format(row, at, *number, &numbers)?,
                    Value::Day(day) => sheet.write_datetime_with_format(row, at, excel(*day)?, &days)?,
                };
            }
        }
        workbook.save_to_buffer()
    };
    make().map_err(failed)
}

/// A day in Excel's own form; it knows none before 1900.
fn excel(day: Day) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: u32| u8::try_from(number).unwrap_or(1);
    ExcelDateTime::from_ymd(u16::try_from(day.year()).unwrap_or(1900), part(day.month()), part(day.day()))
}

fn headings(sheet: &mut Worksheet, title: &str, told: &str) -> Result<(), XlsxError> {
    let heading = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
        .set_border(FormatBorder::Thin)
        .set_background_color(Color::RGB(0x00DD_EBDD));
    sheet.set_name(PRODUCTS)?;
    sheet.write_string_with_format(0, 0, title, &Format::new().set_bold().set_font_size(14))?;
    sheet.write_string_with_format(1, 0, told, &Format::new().set_italic())?;
    let (top, below) = (FIRST_ROW - 2, FIRST_ROW - 1);
    for facts in &COLUMNS {
        let at = facts.column as u16;
        match facts.band {
            None => {
                sheet.merge_range(top, at, below, at, facts.vi, &heading)?;
            }
            Some(_) => {
                sheet.write_string_with_format(below, at, facts.vi, &heading)?;
            }
        }
        sheet.set_column_width(at, facts.width)?;
        // As text, so that "12/2024" stays a number of a decision and does not become a day.
        let format = match facts.column {
            Column::ExpiryDate | Column::FirstDate | Column::SecondDate => Format::new().set_num_format("dd/mm/yyyy"),
            Column::Number | Column::CurrentStars | Column::FirstStars | Column::SecondStars | Column::FirstYear | Column::SecondYear => {
                Format::new()
            }
            _ => Format::new().set_num_format("@").set_text_wrap(),
        };
        sheet.set_column_format(at, &format)?;
    }
    for band in [Band::First, Band::Second] {
        let of = |column| Column::of(band, column) as u16;
        sheet.merge_range(top, of(Column::FirstStars), top, of(Column::FirstAuthority), band.heading().0, &heading)?;
    }
    sheet.set_row_height(below, 32)?.set_freeze_panes(FIRST_ROW, 2)?;
    sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0).set_repeat_rows(top, below)?;
    Ok(())
}

/// The columns of the sheet of lists: what it is called and its values.
fn lists() -> [(&'static str, Vec<String>); 2] {
    let classes = classification();
    let mut groups: Vec<String> = classes.sets.iter().map(|set| set.vi.clone()).collect();
    for group in &classes.groups {
        if !groups.contains(&group.vi) {
            groups.push(group.vi.clone());
        }
    }
    let forms = Form::ALL.iter().map(|form| form.vi().to_owned()).filter(|name| !name.is_empty()).collect();
    [("Nhóm, bộ sản phẩm", groups), ("Loại hình", forms)]
}

/// What each column offers or asks for.
fn offers(lists: &[(&'static str, Vec<String>); 2]) -> Result<Vec<(Column, DataValidation)>, XlsxError> {
    let range = |letter: char, count: usize| Formula::new(format!("='{LISTS}'!${letter}$2:${letter}${}", count + 1));
    let stars = || -> Result<DataValidation, XlsxError> {
        DataValidation::new()
            .allow_list_strings(&["3", "4", "5"])?
            .set_error_title("Số sao")?
            .set_error_message("3, 4 hoặc 5 sao. 1 và 2 sao không có quyết định công nhận.")
    };
    let days = || -> Result<DataValidation, XlsxError> {
        let rule = rust_xlsxwriter::DataValidationRule::GreaterThanOrEqualTo(ExcelDateTime::from_ymd(2018, 1, 1)?);
        DataValidation::new().allow_date(rule).set_error_title("Ngày")?.set_error_message("Ghi ngày/tháng/năm, ví dụ 05/06/2024.")
    };
    let mut offers = vec![
        (Column::Group, DataValidation::new().allow_list_formula(range('A', lists[0].1.len()))),
        (Column::BusinessType, DataValidation::new().allow_list_formula(range('B', lists[1].1.len()))),
    ];
    for column in [Column::CurrentStars, Column::FirstStars, Column::SecondStars] {
        offers.push((column, stars()?));
    }
    for column in [Column::ExpiryDate, Column::FirstDate, Column::SecondDate] {
        offers.push((column, days()?));
    }
    Ok(offers)
}

fn listed(sheet: &mut Worksheet, lists: &[(&'static str, Vec<String>); 2]) -> Result<(), XlsxError> {
    sheet.set_name(LISTS)?;
    for (at, (name, values)) in (0u16..).zip(lists) {
        sheet.set_column_width(at, 60)?.write_string_with_format(0, at, *name, &Format::new().set_bold())?;
        for (row, value) in (1u32..).zip(values) {
            sheet.write_string(row, at, value)?;
        }
    }
    Ok(())
}

/// What each column wants, in Vietnamese.
const GUIDANCE: [(&str, &str); 15] = [
    ("Mỗi dòng", "Một sản phẩm, với lần công nhận đầu và (nếu có) lần 2 hoặc nâng hạng. Không để dòng tiêu đề, dòng tổng giữa danh sách."),
    (
        "Gộp ô",
        "Các ô gộp theo chiều dọc có nghĩa là \"như trên\" (cùng chủ thể). Trong CSV: ô chủ thể và ô STT cùng trống là cùng chủ thể phía trên.",
    ),
    ("Tên sản phẩm", "Bắt buộc. Đúng như trong quyết định."),
    ("Nhóm sản phẩm", "Chọn bộ sản phẩm hoặc nhóm ở trang \"Danh mục\"."),
    ("Loại hình", "Chọn ở trang \"Danh mục\". Để trống thì lấy theo tên chủ thể."),
    ("Tên chủ thể", "Bắt buộc, ghi ở mỗi dòng hoặc gộp ô."),
    (
        "Xã, phường, đặc khu",
        "Đơn vị nơi sản xuất. Khi xã đã đổi tên hoặc trùng tên, ghi đủ: xã, huyện (nếu có), tỉnh; cách nhau bằng dấu phẩy.",
    ),
    ("Địa chỉ, người đại diện, điện thoại", "Không được lưu vào sổ đăng ký."),
    ("Hạng sao hiện tại", "Phải khớp với lần công nhận mới nhất. Để trống khi đã hết hạn."),
    ("Ngày hết hạn", "Ngày in trên giấy chứng nhận. Để trống thì tính 36 tháng kể từ ngày quyết định."),
    ("Ngày quyết định", "Ngày/tháng/năm. Không có ngày thì không xác định được thời hạn và không được coi là đang được công nhận."),
    ("Năm", "Năm của ngày quyết định, hoặc năm liền trước nếu đó là năm của đợt đánh giá. Năm khác sẽ bị từ chối."),
    ("Số QĐ", "Ví dụ 858/QĐ-UBND. Ô này là văn bản để không bị đổi thành ngày."),
    ("Cơ quan ban hành", "Ví dụ: UBND tỉnh Bắc Giang; UBND huyện Tân Yên, tỉnh Bắc Giang; Bộ Nông nghiệp và Môi trường."),
    ("Công thức", "Không dùng công thức trong các cột có số liệu; hãy dán dạng giá trị. Tệp có macro hoặc mật khẩu không được nhận."),
];

fn guidance(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    sheet.set_name("Hướng dẫn")?.set_column_width(0, 32)?.set_column_width(1, 100)?;
    sheet.write_string_with_format(0, 0, "Cách ghi danh sách sản phẩm OCOP", &Format::new().set_bold().set_font_size(14))?;
    let (bold, wrapped) = (Format::new().set_bold().set_align(FormatAlign::Top), Format::new().set_text_wrap().set_align(FormatAlign::Top));
    for (row, (what, how)) in (2u32..).zip(GUIDANCE) {
        sheet.write_string_with_format(row, 0, what, &bold)?.write_string_with_format(row, 1, how, &wrapped)?;
    }
    Ok(())
}
