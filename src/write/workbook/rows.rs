//! From cells to rows: what each row says in the words of a product list.
//!
//! What is decided here, on the side of never calling something certified that is not:
//! - a formula or an error in a column of facts refuses the row;
//! - the year beside a day must be the day's, or the year before it, which then is the round's;
//! - stars that are hoped for are no stars, and the current stars must be those of the latest recognition;
//! - the expiry date counts only beside a dated decision, within a month of 36 months after it;
//! - a row without producer and without number of its own, below another, is of the same producer; with a
//!   number of its own it has no known producer.

use super::sheet::{Merge, Sheet};
use crate::domain::day::Day;
use crate::domain::place::{self, Level, Query};
use crate::domain::producer::Form;
use crate::domain::text::{nfc, shown};
use crate::domain::workbook::{self, Band, Cell, Column, Layout, PlaceParts, excel_day, place_parts};
use crate::error::{Text, say};
use crate::write::import::{CellPlace, Cells, Refusal, Row};
use chrono::Datelike;
use std::collections::HashMap;
use std::sync::Arc;

/// No decision on OCOP products is older.
const FIRST_YEAR: i32 = 2018;
/// What cells merged with those above share.
const SHARED: [Column; 4] = [Column::Producer, Column::BusinessType, Column::Commune, Column::Address];

/// The rows below the headings.
pub(super) fn read(sheet: &Sheet, layout: &Arc<Layout>, province: &str, today: Day) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut above: Option<Vec<Cell>> = None;
    let headings = headings(sheet, layout);
    for index in layout.heading_row + 1..sheet.rows.len() {
        let mut reader = RowReader { sheet, layout, index, province, today, shared: Vec::new(), notes: Vec::new() };
        if reader.says_nothing() || reader.is_numbering() {
            continue;
        }
        let (mut recognitions, mut refusal, mut doubt) = (Vec::new(), None, None);
        match headings.get(&index).map(|merge| reader.is_heading(*merge)) {
            Some(true) => continue,
            Some(false) => refusal = Some(reader.refusal(Column::Product, "merged-across", across())),
            None => match reader.share(above.as_deref()).and_then(|()| reader.recognitions()) {
                Ok((found, nothing)) => (recognitions, doubt) = (found, nothing),
                Err(found) => refusal = Some(found),
            },
        }
        above = Some(reader.shared_now());
        rows.push(Row {
            number: u64::try_from(index + 1).unwrap_or(u64::MAX),
            sheet: sheet.name.clone(),
            name: name_of(&reader.cell(Column::Product).text()),
            recognitions,
            refusal,
            notes: reader.notes,
            doubt,
            layout: Some(layout.clone()),
        });
    }
    rows
}

/// Rows in which the product's cell is merged across columns.
fn headings(sheet: &Sheet, layout: &Layout) -> HashMap<usize, Merge> {
    let product = layout.position(Column::Product);
    let over = |merge: &&Merge| product.is_some_and(|product| (merge.columns.0..=merge.columns.1).contains(&product));
    sheet.merged_across.iter().filter(over).flat_map(|merge| (merge.rows.0..=merge.rows.1).map(|row| (row, *merge))).collect()
}

/// A name for reports, which a refused row may have in any state.
fn name_of(text: &str) -> String {
    shown(&nfc(text), 300)
}

fn across() -> Text {
    say(
        "ô sản phẩm bị gộp với cột khác nhưng dòng có số liệu; hãy bỏ gộp ô",
        "the product's cell is merged with other columns although the row holds data; unmerge it",
    )
}

/// The recognitions of a row, and why they may be told again but not written.
type Told = (Vec<(Band, Cells)>, Option<Refusal>);

struct RowReader<'s> {
    sheet: &'s Sheet,
    layout: &'s Layout,
    index: usize,
    province: &'s str,
    today: Day,
    /// Cells taken from the row above, by [`SHARED`]; empty when none are.
    shared: Vec<Cell>,
    notes: Vec<Text>,
}

impl RowReader<'_> {
    fn cell(&self, column: Column) -> &Cell {
        let shared = SHARED.iter().position(|one| *one == column).and_then(|at| self.shared.get(at));
        shared.unwrap_or_else(|| self.layout.position(column).map_or(&Cell::Empty, |position| self.sheet.cell(self.index, position)))
    }

    fn refusal(&self, column: Column, code: &'static str, detail: Text) -> Refusal {
        let cell = self.layout.letters(column).map(|letters| Box::new(CellPlace { letters, heading: column.heading() }));
        Refusal { column: Some(column.as_str()), cell, code, detail }
    }

    fn says_nothing(&self) -> bool {
        self.layout.columns().filter(|(column, _)| *column != Column::Number).all(|(_, at)| self.sheet.cell(self.index, at).is_empty())
    }

    /// The row "(1) (2) (3) …" below the headings.
    fn is_numbering(&self) -> bool {
        let number = |cell: &Cell| cell.text().trim().trim_matches(['(', ')']).parse::<u8>().is_ok();
        let mut filled = self.layout.columns().map(|(_, at)| self.sheet.cell(self.index, at)).filter(|cell| !cell.is_empty());
        number(self.cell(Column::Product)) && filled.all(number)
    }

    /// Whether nothing stands outside the merge that the product's cell is part of.
    fn is_heading(&self, merge: Merge) -> bool {
        let outside = |(column, at): &(Column, usize)| *column != Column::Number && !(merge.columns.0..=merge.columns.1).contains(at);
        self.layout.columns().filter(outside).all(|(_, at)| self.sheet.cell(self.index, at).is_empty())
    }

    /// Takes from the row above what belongs to the same producer.
    fn share(&mut self, above: Option<&[Cell]>) -> Result<(), Refusal> {
        if !self.cell(Column::Producer).is_empty() || self.cell(Column::Product).is_empty() {
            return Ok(());
        }
        if !self.cell(Column::Number).is_empty() {
            self.notes.push(say(
                "không ghi chủ thể: sản phẩm được ghi nhận chưa rõ chủ thể",
                "no producer is stated: the product is kept without a known producer",
            ));
            return Ok(());
        }
        let Some(above) = above.filter(|above| !above[0].is_empty()) else {
            let detail = say("ô chủ thể trống mà phía trên không có chủ thể nào", "the producer is empty and none stands above");
            return Err(self.refusal(Column::Producer, "missing", detail));
        };
        let own: Vec<Cell> = SHARED.iter().map(|column| self.cell(*column).clone()).collect();
        self.shared = own.into_iter().zip(above).map(|(own, above)| if own.is_empty() { above.clone() } else { own }).collect();
        Ok(())
    }

    fn shared_now(&self) -> Vec<Cell> {
        SHARED.iter().map(|column| self.cell(*column).clone()).collect()
    }

    /// What the row says.
    fn recognitions(&mut self) -> Result<Told, Refusal> {
        for (column, at) in self.layout.columns().filter(|(column, _)| column.facts().carries_facts) {
            match self.sheet.cell(self.index, at) {
                Cell::Formula => {
                    let detail = say(
                        "ô chứa công thức, giá trị không chứng minh được; hãy chép và dán dạng giá trị",
                        "the cell holds a formula, whose value cannot be proven; copy it and paste it as a value",
                    );
                    return Err(self.refusal(column, "formula", detail));
                }
                Cell::Wrong(what) => {
                    let what = name_of(what);
                    let detail = say(
                        format!("ô có giá trị lỗi hoặc không đọc được: {what}"),
                        format!("the cell holds an error or no readable value: {what}"),
                    );
                    return Err(self.refusal(column, "unreadable-cell", detail));
                }
                _ => {}
            }
        }
        let mut bands = Vec::new();
        for band in [Band::First, Band::Second] {
            if let Some(cells) = self.recognition(band)? {
                bands.push((band, cells));
            }
        }
        let mut doubt = self.doubt_in_note();
        if bands.is_empty() {
            let detail = say(
                "dòng này không nêu lần công nhận nào; nếu là tiêu đề hay dòng tổng thì hãy xóa dòng",
                "the row states no recognition; if it is a heading or a total, delete it",
            );
            doubt = Some(self.refusal(Column::FirstDate, "no-recognition", detail));
            let mut cells = Cells::default();
            self.place(&mut cells, "", None);
            bands.push((Band::First, cells));
        }
        self.current_stars(&mut bands)?;
        self.expiry(&mut bands)?;
        for (_, cells) in &mut bands {
            cells.name_vi = self.cell(Column::Product).text();
            cells.producer_name = self.cell(Column::Producer).text();
            cells.product_group = self.cell(Column::Group).text();
            cells.producer_type = self.form();
        }
        let business = nfc(&self.cell(Column::BusinessType).text());
        if !business.is_empty() && self.form().is_empty() {
            self.notes.push(say(
                format!("loại hình \"{business}\" không rõ, đã bỏ qua"),
                format!("the business type \"{business}\" is not known and was left out"),
            ));
        }
        Ok((bands, doubt))
    }

    /// A note that speaks of an end: the recognition beside it must not come into force again.
    fn doubt_in_note(&self) -> Option<Refusal> {
        workbook::speaks_of_an_end(&self.cell(Column::Note).text()).then(|| {
            let detail = say(
                "ghi chú nói đã thu hồi, hủy bỏ hoặc không còn; sản phẩm này không nhập bằng bảng, hãy ghi quyết định thu hồi",
                "the note speaks of a withdrawal, an annulment or an end; record that decision instead of importing the row",
            );
            self.refusal(Column::Note, "ended-in-note", detail)
        })
    }

    /// The legal form, in the word of product lists.
    fn form(&self) -> String {
        Form::of_label(&self.cell(Column::BusinessType).text()).map(|form| form.as_str().to_owned()).unwrap_or_default()
    }

    /// One recognition; `None` where its columns are empty.
    fn recognition(&mut self, band: Band) -> Result<Option<Cells>, Refusal> {
        let of = |column| Column::of(band, column);
        let columns = [Column::FirstStars, Column::FirstDate, Column::FirstYear, Column::FirstDecision, Column::FirstAuthority].map(of);
        if columns.iter().all(|column| self.cell(*column).is_empty()) {
            return Ok(None);
        }
        let mut cells = Cells { stars: self.stars(of(Column::FirstStars))?, ..Cells::default() };
        let signed_on = self.day(of(Column::FirstDate))?;
        cells.decision_date = signed_on.map(|day| day.to_string()).unwrap_or_default();
        cells.year = self.round(of(Column::FirstYear), signed_on)?;
        cells.decision_number = self.number(of(Column::FirstDecision))?;
        cells.issuer = self.cell(of(Column::FirstAuthority)).text();
        let year = cells.year.parse::<i32>().ok().filter(|year| *year <= 2024);
        let day = signed_on.or_else(|| year.and_then(|year| Day::from_ymd_opt(year, 12, 31)));
        let issuer = cells.issuer.clone();
        self.place(&mut cells, &issuer, day);
        Ok(Some(cells))
    }

    /// Stars in digits; what says none is left for the rules of lists to refuse.
    fn stars(&self, column: Column) -> Result<String, Refusal> {
        let text = self.cell(column).text();
        if workbook::is_potential(&text) {
            let detail = say(
                format!("\"{}\" chưa phải là công nhận; để trống cho đến khi có quyết định", nfc(&text)),
                format!("\"{}\" is no recognition; leave it empty until there is a decision", nfc(&text)),
            );
            return Err(self.refusal(column, "not-yet-recognised", detail));
        }
        Ok(workbook::stars(&text).map_or(text, |stars| stars.to_string()))
    }

    fn day(&self, column: Column) -> Result<Option<Day>, Refusal> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        let day = match cell {
            Cell::Day(day) => Some(*day),
            Cell::Number { value, epoch_1904 } => excel_day(*value, *epoch_1904),
            other => workbook::text_day(&other.text()),
        };
        match day.filter(|day| day.year() >= FIRST_YEAR) {
            Some(day) => Ok(Some(day)),
            None => {
                let text = name_of(&cell.text());
                let detail = say(
                    format!("\"{text}\" không phải ngày; viết ngày/tháng/năm, ví dụ 05/06/2024"),
                    format!("\"{text}\" is no day; write dd/mm/yyyy, such as 05/06/2024"),
                );
                Err(self.refusal(column, "malformed", detail))
            }
        }
    }

    /// The year of the round. A day of the same year says it already.
    fn round(&mut self, column: Column, signed_on: Option<Day>) -> Result<String, Refusal> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(String::new());
        }
        let text = name_of(&cell.text());
        let Some(year) = workbook::year(&text).filter(|year| (FIRST_YEAR..=self.today.year()).contains(year)) else {
            let detail = say(
                format!("\"{text}\" không phải năm từ {FIRST_YEAR} đến {}", self.today.year()),
                format!("\"{text}\" is no year from {FIRST_YEAR} to {}", self.today.year()),
            );
            return Err(self.refusal(column, "out-of-range", detail));
        };
        match signed_on.map(|day| day.year() - year) {
            None => Ok(year.to_string()),
            Some(0) => Ok(String::new()),
            Some(1) => {
                self.notes.push(say(
                    format!("năm {year} được hiểu là năm của đợt đánh giá; thời hạn tính theo ngày quyết định"),
                    format!("the year {year} is taken for that of the round; the term runs from the day of the decision"),
                ));
                Ok(year.to_string())
            }
            Some(_) => {
                let day = signed_on.unwrap_or_default();
                let detail = say(
                    format!("năm {year} mâu thuẫn với ngày quyết định {}; hãy sửa ô sai", day.format("%d/%m/%Y")),
                    format!("the year {year} contradicts the decision of {day}; correct the wrong cell"),
                );
                Err(self.refusal(column, "contradicts-date", detail))
            }
        }
    }

    fn number(&self, column: Column) -> Result<String, Refusal> {
        match self.cell(column) {
            Cell::Day(day) => {
                let detail = say(
                    format!("số quyết định bị phần mềm đổi thành ngày {}; hãy định dạng ô là văn bản và gõ lại", day.format("%d/%m/%Y")),
                    format!("the number was turned into the date {day}; format the cell as text and type it again"),
                );
                Err(self.refusal(column, "became-a-date", detail))
            }
            cell => Ok(workbook::decision_number(&cell.text())),
        }
    }

    /// The current stars are those of the latest recognition.
    fn current_stars(&self, bands: &mut [(Band, Cells)]) -> Result<(), Refusal> {
        let current = self.stars(Column::CurrentStars)?;
        let Some((_, latest)) = bands.last_mut() else { return Ok(()) };
        if current.trim().is_empty() || latest.stars == current {
            return Ok(());
        }
        if latest.stars.trim().is_empty() {
            latest.stars = current;
            return Ok(());
        }
        let (current, latest) = (name_of(&current), name_of(&latest.stars));
        let detail = say(
            format!("hạng hiện tại {current} sao khác lần công nhận mới nhất {latest} sao"),
            format!("the current {current} stars are not the {latest} of the latest recognition"),
        );
        Err(self.refusal(Column::CurrentStars, "contradicts-recognition", detail))
    }

    /// The printed last day belongs to the latest recognition.
    fn expiry(&mut self, bands: &mut [(Band, Cells)]) -> Result<(), Refusal> {
        let text = crate::domain::text::fold(&self.cell(Column::ExpiryDate).text());
        if matches!(text.as_str(), "" | "36 thang" | "03 nam" | "3 nam") {
            return Ok(());
        }
        let day = self.day(Column::ExpiryDate)?;
        if workbook::speaks_of_an_extension(&self.cell(Column::Note).text()) {
            self.notes.push(say(
                "ghi chú nói đã gia hạn: thời hạn tính từ ngày quyết định, việc gia hạn được ghi bằng quyết định gia hạn",
                "the note speaks of an extension: the term runs from the day of the decision; an extension is recorded by its own",
            ));
            return Ok(());
        }
        match bands.last_mut() {
            Some((_, latest)) if !latest.decision_date.is_empty() => {
                latest.valid_until = day.map(|day| day.to_string()).unwrap_or_default()
            }
            _ => self.notes.push(say(
                "ngày hết hạn không kèm ngày quyết định nên không được tính",
                "the expiry date counts only beside the day of a decision",
            )),
        }
        Ok(())
    }

    /// The units that the row lies in: as the commune's cell says, else the address, else the authority,
    /// else the province of the workbook and those that became part of it.
    fn place(&mut self, cells: &mut Cells, issuer: &str, day: Option<Day>) {
        let mut parts = place_parts(&self.cell(Column::Commune).text(), false);
        let lower = issuer.to_lowercase();
        let unit = ["tỉnh ", "huyện ", "quận ", "thị xã ", "thành phố "].iter().filter_map(|word| lower.find(word)).min();
        let signed = unit.and_then(|at| issuer.get(at..)).map(|unit| place_parts(unit, true)).unwrap_or_default();
        for other in [place_parts(&self.cell(Column::Address).text(), true), PlaceParts { commune: String::new(), ..signed }] {
            for (own, other) in
                [(&mut parts.commune, other.commune), (&mut parts.district, other.district), (&mut parts.province, other.province)]
            {
                if own.is_empty() {
                    *own = other;
                }
            }
        }
        if parts.province.is_empty() {
            parts.province = self.province.to_owned();
            let mut found = self.around(&parts, day);
            if found.len() > 1 {
                self.notes.push(say(
                    format!("\"{}\" có ở nhiều tỉnh cũ; hãy ghi thêm tên tỉnh", parts.commune),
                    format!("\"{}\" is in several former provinces; add the province's name", parts.commune),
                ));
                (parts.commune, parts.district) = (String::new(), String::new());
            } else if let Some(only) = found.pop() {
                parts.province = only;
            }
        }
        (cells.commune, cells.district, cells.province) = (parts.commune, parts.district, parts.province);
    }

    /// Names of the provinces of the workbook, today's and those merged into it, that know the units.
    fn around(&self, parts: &PlaceParts, day: Option<Day>) -> Vec<String> {
        let gazetteer = place::gazetteer();
        let today = Query { level: Some(Level::Province), name: self.province, ..Query::default() };
        let Some(current) = gazetteer.resolve(today).one() else { return Vec::new() };
        let merged = gazetteer.provinces_merged_into(current);
        let names = std::iter::once(gazetteer.place(current).name).chain(merged.iter().map(|id| gazetteer.place(*id).name));
        let mut found: Vec<(place::PlaceId, String)> = Vec::new();
        for name in names {
            let located = gazetteer.locate(name, &parts.district, &parts.commune, day);
            let deepest = located.commune.one().or(located.district.one());
            if let Some(id) = deepest
                && !found.iter().any(|(known, _)| *known == id)
            {
                found.push((id, name.to_owned()));
            }
        }
        found.into_iter().map(|(_, name)| name).collect()
    }
}
