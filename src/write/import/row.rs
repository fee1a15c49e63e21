//! One row of a product list: read, checked against the law, its places found. Pure.

use super::term::in_words;
use crate::domain::classification::{Class, classification};
use crate::domain::day::Day;
use crate::domain::gtin::Gtin;
use crate::domain::place::PlaceId;
use crate::domain::producer::Form;
use crate::domain::regime::{self, FEWEST_STARS, Regime, Warning};
use crate::domain::text::{has_control, is_name, nfc};
use crate::domain::{decision_number, official_code, tax_code};
use crate::error::{Text, say};
use serde::Deserialize;
use std::borrow::Cow;

/// The columns of a product list. Those with a default may be missing from the file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::write) struct Cells {
    pub(in crate::write) name_vi: String,
    #[serde(default)]
    pub(in crate::write) producer_name: String,
    #[serde(default)]
    pub(in crate::write) producer_type: String,
    #[serde(default)]
    pub(in crate::write) commune: String,
    #[serde(default)]
    pub(in crate::write) district: String,
    pub(in crate::write) province: String,
    #[serde(default)]
    pub(in crate::write) stars: String,
    #[serde(default)]
    pub(in crate::write) level: String,
    #[serde(default)]
    pub(in crate::write) decision_number: String,
    #[serde(default)]
    pub(in crate::write) decision_date: String,
    #[serde(default)]
    pub(in crate::write) year: String,
    #[serde(default)]
    pub(in crate::write) product_group: String,
    #[serde(default)]
    pub(in crate::write) source_url: String,
    #[serde(default)]
    pub(in crate::write) name_en: String,
    #[serde(default)]
    pub(in crate::write) gtins: String,
    #[serde(default)]
    pub(in crate::write) official_code: String,
    #[serde(default)]
    pub(in crate::write) valid_until: String,
    #[serde(default)]
    pub(in crate::write) score: String,
    #[serde(default)]
    pub(in crate::write) tax_code: String,
    #[serde(default)]
    pub(in crate::write) issuer: String,
}

/// A row that may be written.
#[derive(Debug, Clone)]
pub(in crate::write) struct Candidate {
    pub(super) name_vi: String,
    pub(super) name_en: Option<String>,
    pub(super) producer: Option<CandidateProducer>,
    pub(super) place: PlaceId,
    pub(super) class: Option<Class>,
    pub(super) gtins: Vec<String>,
    pub(super) stars: Option<i16>,
    pub(super) score: Option<i32>,
    pub(super) official_code: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) number: Option<String>,
    pub(super) number_key: Option<String>,
    pub(super) round_year: Option<i32>,
    pub(super) term: Option<CandidateTerm>,
    pub(super) source_url: Option<String>,
    /// Whether it may add to a recognition that is known.
    pub(super) adds: bool,
    /// What the reader of the report should know.
    pub(super) notes: Vec<Text>,
}

#[derive(Debug, Clone)]
pub(in crate::write) struct CandidateProducer {
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) tax_code: Option<String>,
}

/// What a dated decision adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::write) struct CandidateTerm {
    pub(super) regime: Regime,
    pub(super) signed_on: Day,
    pub(super) valid_until: Day,
    /// Whether the row states the last day, or it is the anniversary.
    pub(super) is_printed: bool,
    pub(super) warning: Option<Warning>,
}

/// Why a row was not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The column at fault, where one is.
    pub column: Option<&'static str>,
    /// Its cell, in a workbook.
    pub cell: Option<Box<CellPlace>>,
    /// Stable word.
    pub code: &'static str,
    /// The sentence.
    pub detail: Text,
}

/// Where in a workbook a fault is; its sheet and row stand in the report of the row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellPlace {
    /// Letters of the column.
    pub letters: String,
    /// Its heading.
    pub heading: Text,
}

impl Refusal {
    pub(in crate::write) fn new(column: &'static str, code: &'static str, detail: Text) -> Self {
        Self { column: Some(column), cell: None, code, detail }
    }

    /// The column in one word: its letters and heading in a workbook, its name in a list.
    pub fn place(&self) -> String {
        match (&self.cell, self.column) {
            (Some(cell), _) => format!("{} \"{}\"", cell.letters, cell.heading.vi),
            (None, column) => column.unwrap_or("row").to_owned(),
        }
    }
}

pub(super) fn refuse<T>(
    column: &'static str,
    code: &'static str,
    vi: impl Into<Cow<'static, str>>,
    en: impl Into<Cow<'static, str>>,
) -> Result<T, Refusal> {
    Err(Refusal::new(column, code, say(vi, en)))
}

const LONGEST: usize = 300;

fn too_long<T>(column: &'static str) -> Result<T, Refusal> {
    refuse(column, "too-long", format!("ô dài hơn {LONGEST} ký tự"), format!("the cell is longer than {LONGEST} characters"))
}

/// A text cell as it is kept; `None` when empty.
pub(super) fn text(column: &'static str, cell: &str) -> Result<Option<String>, Refusal> {
    let kept = nfc(cell);
    if has_control(&kept) {
        return refuse(column, "control-character", "ô có ký tự điều khiển", "the cell holds control characters");
    }
    if kept.chars().count() > LONGEST {
        return too_long(column);
    }
    Ok(Some(kept).filter(|kept| !kept.is_empty()))
}

/// A name as it is kept; `None` when empty.
fn name(column: &'static str, cell: &str) -> Result<Option<String>, Refusal> {
    match text(column, cell)? {
        Some(kept) if !is_name(&kept) => {
            refuse(column, "malformed", "tên phải có chữ cái hoặc chữ số", "a name has at least one letter or digit")
        }
        kept => Ok(kept),
    }
}

impl Cells {
    /// Checks the row as of `today`.
    pub(in crate::write) fn check(&self, today: Day) -> Result<Candidate, Refusal> {
        self.short()?;
        let mut notes = Vec::new();
        let Some(name_vi) = name("name_vi", &self.name_vi)? else {
            return refuse("name_vi", "missing", "sản phẩm phải có tên", "a product needs a name");
        };
        let stars = self.stars()?;
        let score = self.score(stars)?;
        let signed_on = self.signed_on(today)?;
        let round_year = self.round_year(today, signed_on)?;
        let place = self.place(signed_on, round_year, &mut notes)?;
        let (level, issuer) = self.signer(place, signed_on, round_year, &mut notes)?;
        let term = match signed_on {
            Some(day) => Some(self.term(day, stars, score, issuer.as_deref(), &mut notes)?),
            None => {
                if let (Some(stars), Some(level)) = (stars, level)
                    && !regime::ever_recognised(u8::try_from(stars).unwrap_or(0), level)
                {
                    return refuse(
                        "level",
                        "issuer-may-not-recognise",
                        format!("chưa quy định nào cho phép {} công nhận {stars} sao", in_words(level)),
                        format!("no regime ever let the {level} level recognise {stars} stars"),
                    );
                }
                None
            }
        };
        let number = text("decision_number", &self.decision_number)?;
        let number_key = match &number {
            Some(number) => match decision_number::key(number) {
                Some(key) if level.is_some_and(|level| !decision_number::fits(&key, level)) => {
                    return refuse(
                        "decision_number",
                        "contradicts-level",
                        format!("\"{number}\" không phải số quyết định của cấp đã ghi"),
                        format!("\"{number}\" is no number of the level that the row states"),
                    );
                }
                Some(key) => Some(key),
                None => {
                    return refuse(
                        "decision_number",
                        "malformed",
                        format!("\"{number}\" không phải số quyết định"),
                        format!("\"{number}\" is no number of a decision"),
                    );
                }
            },
            None => None,
        };
        let class = text("product_group", &self.product_group)?.and_then(|label| {
            let class = classification().classify(&label);
            if class.is_none() {
                notes.push(say(
                    format!("nhóm \"{label}\" không có trong quy định, đã bỏ qua"),
                    format!("the group \"{label}\" is none of the law's and was left out"),
                ));
            }
            class
        });
        Ok(Candidate {
            name_en: name("name_en", &self.name_en)?,
            producer: self.producer()?,
            place,
            class,
            gtins: self.gtins()?,
            stars,
            score,
            official_code: match self.official_code.trim() {
                "" => None,
                code => match official_code::parse(code) {
                    Some(code) => Some(code),
                    None => {
                        return refuse(
                            "official_code",
                            "malformed",
                            format!("\"{code}\" không phải mã số sản phẩm"),
                            format!("\"{code}\" is no official product code"),
                        );
                    }
                },
            },
            issuer,
            number,
            number_key,
            round_year,
            term,
            source_url: self.source_url()?,
            name_vi,
            adds: true,
            notes,
        })
    }

    /// No cell is longer than what a sentence about it may repeat.
    fn short(&self) -> Result<(), Refusal> {
        let cells = [
            ("stars", &self.stars),
            ("level", &self.level),
            ("decision_number", &self.decision_number),
            ("decision_date", &self.decision_date),
            ("year", &self.year),
            ("product_group", &self.product_group),
            ("gtins", &self.gtins),
            ("official_code", &self.official_code),
            ("valid_until", &self.valid_until),
            ("score", &self.score),
            ("tax_code", &self.tax_code),
            ("producer_type", &self.producer_type),
        ];
        match cells.into_iter().find(|(_, cell)| cell.len() > LONGEST * 4) {
            Some((column, _)) => too_long(column),
            None => Ok(()),
        }
    }

    fn stars(&self) -> Result<Option<i16>, Refusal> {
        match self.stars.trim() {
            "" => Ok(None),
            cell => match cell.parse::<i16>() {
                Ok(stars) if (i16::from(FEWEST_STARS)..=5).contains(&stars) => Ok(Some(stars)),
                Ok(1 | 2) => refuse(
                    "stars",
                    "below-three-stars",
                    "1 và 2 sao chỉ là kết quả đánh giá, không có quyết định và giấy chứng nhận",
                    "1 and 2 stars are results without a decision or a certificate",
                ),
                _ => refuse(
                    "stars",
                    "out-of-range",
                    format!("\"{cell}\" không phải số sao từ 3 đến 5"),
                    format!("\"{cell}\" is no number of stars from 3 to 5"),
                ),
            },
        }
    }

    fn producer(&self) -> Result<Option<CandidateProducer>, Refusal> {
        let Some(name) = name("producer_name", &self.producer_name)? else { return Ok(None) };
        let stated = match self.producer_type.trim() {
            "" | "unknown" => Form::Unknown,
            "company" => Form::Company,
            "other" => Form::Establishment,
            word => match Form::parse(word) {
                Some(form) => form,
                None => {
                    return refuse(
                        "producer_type",
                        "unknown-value",
                        format!("\"{word}\" không phải loại hình chủ thể"),
                        format!("\"{word}\" is no legal form"),
                    );
                }
            },
        };
        let tax_code = match self.tax_code.trim() {
            "" => None,
            cell => match tax_code::parse(cell) {
                Ok(code) => Some(code),
                Err(_) => {
                    return refuse(
                        "tax_code",
                        "checksum-failed",
                        format!("\"{cell}\" không phải mã số thuế: 10 chữ số có số kiểm tra đúng, hoặc thêm -NNN"),
                        format!("\"{cell}\" is no tax code: 10 digits with a right check digit, or those and -NNN"),
                    );
                }
            },
        };
        let form = if stated == Form::Company || stated == Form::Unknown || stated == Form::Establishment || stated == Form::Household {
            Form::of_name(&name).unwrap_or(stated)
        } else {
            stated
        };
        Ok(Some(CandidateProducer { form, name, tax_code }))
    }

    fn gtins(&self) -> Result<Vec<String>, Refusal> {
        let mut gtins = Vec::new();
        for cell in self.gtins.split('|').map(str::trim).filter(|cell| !cell.is_empty()) {
            let Ok(gtin) = Gtin::parse(cell) else {
                return refuse(
                    "gtins",
                    "checksum-failed",
                    format!("\"{cell}\" không phải mã GTIN, hoặc sai số kiểm tra"),
                    format!("\"{cell}\" is no GTIN, or its check digit is wrong"),
                );
            };
            let gtin = gtin.as_str().to_owned();
            if !gtins.contains(&gtin) {
                gtins.push(gtin);
            }
        }
        Ok(gtins)
    }

    fn source_url(&self) -> Result<Option<String>, Refusal> {
        match self.source_url.trim() {
            "" => Ok(None),
            url if url.len() > 2_000 || has_control(url) || url.contains(' ') => {
                refuse("source_url", "malformed", "địa chỉ quá dài hoặc có khoảng trắng", "the address is too long or holds blanks")
            }
            url if url.starts_with("https://") || url.starts_with("http://") => Ok(Some(url.to_owned())),
            _ => refuse(
                "source_url",
                "malformed",
                "địa chỉ nguồn bắt đầu bằng http:// hoặc https://",
                "the address of a source begins with http:// or https://",
            ),
        }
    }
}
