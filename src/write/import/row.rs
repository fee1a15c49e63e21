//! One row of a product list: read, checked against the law, its places found. Pure.

use crate::domain::authority::{self, Level, authority, ministry_on};
use crate::domain::classification::{Class, classification};
use crate::domain::day::{Day, parse_day, term_end};
use crate::domain::gtin::Gtin;
use crate::domain::place::{self, PlaceId};
use crate::domain::producer::Form;
use crate::domain::regime::{self, FEWEST_STARS, Regime, TERM_MONTHS, Warning};
use crate::domain::text::{has_control, nfc};
use crate::domain::{decision_number, official_code, tax_code};
use crate::error::{Text, say};
use chrono::Datelike;
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

fn refuse<T>(
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
fn text(column: &'static str, cell: &str) -> Result<Option<String>, Refusal> {
    let kept = nfc(cell);
    if has_control(&kept) {
        return refuse(column, "control-character", "ô có ký tự điều khiển", "the cell holds control characters");
    }
    if kept.chars().count() > LONGEST {
        return too_long(column);
    }
    Ok(Some(kept).filter(|kept| !kept.is_empty()))
}

impl Cells {
    /// Checks the row as of `today`.
    pub(in crate::write) fn check(&self, today: Day) -> Result<Candidate, Refusal> {
        self.short()?;
        let mut notes = Vec::new();
        let Some(name_vi) = text("name_vi", &self.name_vi)? else {
            return refuse("name_vi", "missing", "sản phẩm phải có tên", "a product needs a name");
        };
        let stars = self.stars()?;
        let signed_on = self.signed_on(today)?;
        let round_year = self.round_year(today, signed_on)?;
        let place = self.place(signed_on, round_year, &mut notes)?;
        let (level, issuer) = self.signer(place, signed_on, round_year, &mut notes)?;
        let term = match signed_on {
            Some(day) => Some(self.term(day, stars, level, issuer.as_deref(), &mut notes)?),
            None => {
                if let (Some(stars), Some(level)) = (stars, level)
                    && !regime::ever_recognised(u8::try_from(stars).unwrap_or(0), level)
                {
                    return refuse(
                        "level",
                        "issuer-may-not-recognise",
                        format!("chưa quy định nào cho phép {} công nhận {stars} sao", vi(level)),
                        format!("no regime ever let the {level} level recognise {stars} stars"),
                    );
                }
                notes.push(say(
                    "không có ngày quyết định: ghi nhận chưa rõ thời hạn, không coi là được công nhận",
                    "no dated decision: kept as a recognition of unknown term, never certified",
                ));
                None
            }
        };
        if let (Some(day), Some(signer)) = (signed_on, issuer.as_deref().and_then(authority))
            && !signer.in_office(day)
        {
            return refuse(
                "province",
                "issuer-not-in-office",
                format!("ngày {} không có {}", printed(day), signer.vi),
                format!("{} did not exist on {day}", signer.vi),
            );
        }
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
            name_en: text("name_en", &self.name_en)?,
            producer: self.producer()?,
            place,
            class,
            gtins: self.gtins()?,
            stars,
            score: self.score(stars)?,
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

    fn signed_on(&self, today: Day) -> Result<Option<Day>, Refusal> {
        match self.decision_date.trim() {
            "" => Ok(None),
            cell => match parse_day(cell) {
                None => refuse(
                    "decision_date",
                    "malformed",
                    format!("\"{cell}\" không phải ngày; viết YYYY-MM-DD"),
                    format!("\"{cell}\" is no date; write YYYY-MM-DD"),
                ),
                Some(day) if day > today => refuse(
                    "decision_date",
                    "in-the-future",
                    format!("quyết định ngày {} chưa được ký", printed(day)),
                    format!("a decision of {day} has not been signed yet"),
                ),
                Some(day) => Ok(Some(day)),
            },
        }
    }

    /// A round is decided in its year or in one of the two after it, but not in its first month, when
    /// dossiers are not in yet: such a day, or one before the round, is a misprint (the press of January
    /// still writes the old year).
    fn round_year(&self, today: Day, signed_on: Option<Day>) -> Result<Option<i32>, Refusal> {
        let year = match self.year.trim() {
            "" => return Ok(None),
            cell => match cell.parse::<i32>() {
                Ok(year) if (2018..=today.year()).contains(&year) => year,
                _ => {
                    return refuse(
                        "year",
                        "out-of-range",
                        format!("\"{cell}\" không phải năm từ 2018 đến {}", today.year()),
                        format!("\"{cell}\" is no year from 2018 to {}", today.year()),
                    );
                }
            },
        };
        match signed_on {
            Some(day) if !(year..=year + 2).contains(&day.year()) || (day.year() == year && day.month() == 1) => refuse(
                "decision_date",
                "contradicts-year",
                format!(
                    "quyết định của đợt năm {year} không thể có ngày {}; nếu ngày đúng thì để trống cột year, nếu sai thì sửa ngày",
                    printed(day)
                ),
                format!(
                    "a decision of the round of {year} cannot be dated {day}; leave `year` empty if the day is right, else correct the day"
                ),
            ),
            _ => Ok(Some(year)),
        }
    }

    fn place(&self, signed_on: Option<Day>, round_year: Option<i32>, notes: &mut Vec<Text>) -> Result<PlaceId, Refusal> {
        for (column, cell) in [("province", &self.province), ("district", &self.district), ("commune", &self.commune)] {
            text(column, cell)?;
        }
        let Some(province) = text("province", &self.province)? else {
            return refuse("province", "missing", "sản phẩm phải thuộc một tỉnh", "a product needs a province");
        };
        // A round up to 2024 named its places by the old division, whenever the day was.
        let day = signed_on.or_else(|| round_year.filter(|year| *year <= 2024).and_then(|year| Day::from_ymd_opt(year, 12, 31)));
        let located = place::gazetteer().locate(&province, &self.district, &self.commune, day);
        let Some(deepest) = located.deepest.filter(|_| located.province.one().is_some()) else {
            return refuse(
                "province",
                "unknown-place",
                format!("\"{province}\" không phải tên một tỉnh, hoặc là tên của nhiều tỉnh"),
                format!("\"{province}\" names no province, or several"),
            );
        };
        for (cell, found) in [(&self.district, &located.district), (&self.commune, &located.commune)] {
            if !cell.trim().is_empty() && found.one().is_none() {
                let (vi, en) = match found.candidates() {
                    [] => ("không có ở đó", "is not known there"),
                    _ => ("là tên của nhiều đơn vị", "names several units"),
                };
                let (cell, kept) = (cell.trim(), place::gazetteer().place(deepest).name);
                notes.push(say(format!("\"{cell}\" {vi}; xếp vào {kept}"), format!("\"{cell}\" {en}; placed in {kept}")));
            }
        }
        Ok(deepest)
    }

    /// The authority that signed, by its name or by its level.
    fn signer(
        &self,
        place: PlaceId,
        signed_on: Option<Day>,
        round_year: Option<i32>,
        notes: &mut Vec<Text>,
    ) -> Result<(Option<Level>, Option<String>), Refusal> {
        let level = match self.level.trim() {
            "" | "unknown" => None,
            word => match Level::parse(word) {
                Some(level) => Some(level),
                None => {
                    return refuse(
                        "level",
                        "unknown-value",
                        format!("\"{word}\" không phải một cấp; dùng national, province, district hoặc unknown"),
                        format!("\"{word}\" is no level; use national, province, district or unknown"),
                    );
                }
            },
        };
        let Some(name) = text("issuer", &self.issuer)? else {
            return Ok((level, self.issuer(level, place, signed_on, round_year, notes)?));
        };
        // The ministry changed its name in March 2025: the round of that year does not tell.
        let round = || round_year.filter(|year| *year != 2025).and_then(|year| Day::from_ymd_opt(year, 12, 31));
        let signer = authority::named(&name, place, signed_on).or_else(|| authority::named(&name, place, Some(round()?)));
        let Some(signer) = signer else {
            return refuse(
                "issuer",
                "unknown-value",
                format!(
                    "\"{name}\" không phải cơ quan công nhận vào thời điểm đó; viết như \"UBND tỉnh …\", \"UBND huyện …\" hoặc \"Bộ NN&MT\""
                ),
                format!("\"{name}\" is no authority of that time; write it as \"UBND tỉnh …\", \"UBND huyện …\" or \"Bộ NN&MT\""),
            );
        };
        if level.is_some_and(|level| level != signer.level) {
            return refuse(
                "level",
                "contradicts-issuer",
                format!("{} không thuộc cấp đã ghi", signer.vi),
                format!("{} is not of the level that the row states", signer.vi),
            );
        }
        if !authority::looks_after(signer, place, signed_on) {
            let unit = place::gazetteer().place(place).name;
            return refuse(
                "issuer",
                "contradicts-place",
                format!("{unit} không thuộc địa bàn của {}", signer.vi),
                format!("{unit} did not belong to {}", signer.vi),
            );
        }
        Ok((Some(signer.level), Some(signer.key.clone())))
    }

    /// Key of the authority that the level means; `None` where the level is not stated.
    fn issuer(
        &self,
        level: Option<Level>,
        place: PlaceId,
        signed_on: Option<Day>,
        round_year: Option<i32>,
        notes: &mut Vec<Text>,
    ) -> Result<Option<String>, Refusal> {
        let gazetteer = place::gazetteer();
        let key = |id: PlaceId| gazetteer.place(id).key.clone();
        Ok(match level {
            None => {
                if signed_on.is_some() {
                    return refuse(
                        "level",
                        "missing",
                        "quyết định có ngày thì phải có cơ quan ban hành",
                        "a dated decision needs the level of the authority that signed it",
                    );
                }
                None
            }
            Some(Level::National) => match (signed_on, round_year) {
                (Some(day), _) => Some(ministry_on(day).key.into()),
                // The ministry changed its name in March 2025: the round of that year does not tell.
                (None, Some(year)) if year != 2025 => Day::from_ymd_opt(year, 12, 31).map(|day| ministry_on(day).key.into()),
                (None, _) => None,
            },
            Some(Level::Province) => {
                // A list may name the old district beside a decision of the new province of that name.
                let named = |day| {
                    gazetteer.resolve(place::Query {
                        level: Some(place::Level::Province),
                        name: &self.province,
                        within: None,
                        day: Some(day),
                    })
                };
                let province = gazetteer.province(place);
                Some(key(match signed_on {
                    Some(day) => named(day).one().filter(|id| gazetteer.place(*id).valid_on(day)).unwrap_or(province),
                    None => province,
                }))
            }
            Some(Level::District) => {
                let district = std::iter::once(place)
                    .chain(gazetteer.ancestors(place))
                    .find(|id| gazetteer.place(*id).level == place::Level::District);
                match (district, signed_on) {
                    (Some(district), _) => Some(key(district)),
                    (None, Some(_)) => {
                        return refuse(
                            "district",
                            "unknown-place",
                            "quyết định cấp huyện có ngày thì phải rõ huyện nào",
                            "a dated decision of a district needs a known district",
                        );
                    }
                    (None, None) => {
                        notes.push(say("không rõ huyện nào đã công nhận", "the district that recognised is not known"));
                        None
                    }
                }
            }
        })
    }

    fn term(
        &self,
        day: Day,
        stars: Option<i16>,
        level: Option<Level>,
        issuer: Option<&str>,
        notes: &mut Vec<Text>,
    ) -> Result<CandidateTerm, Refusal> {
        let Some(regime) = regime::in_force_on(day) else {
            return refuse(
                "decision_date",
                "before-first-regime",
                format!("ngày {} chưa có quy định công nhận nào có hiệu lực", printed(day)),
                format!("no regime of recognition was in force on {day}"),
            );
        };
        let (Some(stars), Some(level), Some(_)) = (stars, level, issuer) else {
            return refuse(
                "stars",
                "missing",
                "quyết định có ngày thì phải có số sao và cơ quan ban hành",
                "a dated decision needs its stars and its issuer",
            );
        };
        let Some(rule) = regime::issuer_rule(regime, u8::try_from(stars).unwrap_or(0), level, day) else {
            return refuse(
                "level",
                "issuer-may-not-recognise",
                format!("theo quy định ngày {}, {} không được công nhận {stars} sao", printed(day), vi(level)),
                format!("under {regime} the {level} level may not recognise {stars} stars on {day}"),
            );
        };
        if let Some(warning) = rule.warning {
            notes.push(say(format!("chấp nhận, kèm cảnh báo {warning}"), format!("accepted with the warning {warning}")));
        }
        let computed = term_end(day, TERM_MONTHS);
        let valid_until = match self.valid_until.trim() {
            "" => computed,
            cell => match parse_day(cell) {
                Some(end) if (end - computed).num_days().abs() <= 31 => end,
                Some(end) => {
                    return refuse(
                        "valid_until",
                        "contradicts-law",
                        format!("{} không phải 36 tháng sau ngày {}", printed(end), printed(day)),
                        format!("{end} is not 36 months after {day}"),
                    );
                }
                None => {
                    return refuse(
                        "valid_until",
                        "malformed",
                        format!("\"{cell}\" không phải ngày; viết YYYY-MM-DD"),
                        format!("\"{cell}\" is no date; write YYYY-MM-DD"),
                    );
                }
            },
        };
        Ok(CandidateTerm { regime, signed_on: day, valid_until, warning: rule.warning })
    }

    fn producer(&self) -> Result<Option<CandidateProducer>, Refusal> {
        let Some(name) = text("producer_name", &self.producer_name)? else { return Ok(None) };
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

    /// Points with at most two decimals, in hundredths.
    fn score(&self, stars: Option<i16>) -> Result<Option<i32>, Refusal> {
        let cell = self.score.trim().replace(',', ".");
        if cell.is_empty() {
            return Ok(None);
        }
        let (whole, part) = cell.split_once('.').unwrap_or((&cell, ""));
        let digits = |text: &str| text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
        let hundredths = format!("{whole}{part:0<2}").parse::<i32>().ok();
        match hundredths {
            Some(score) if !whole.is_empty() && digits(whole) && part.len() <= 2 && digits(part) && score <= 10_000 => match stars {
                Some(stars) if score < regime::fewest_points(stars) => refuse(
                    "score",
                    "contradicts-stars",
                    format!("{cell} điểm không đủ {stars} sao"),
                    format!("{cell} points are too few for {stars} stars"),
                ),
                _ => Ok(Some(score)),
            },
            _ => refuse(
                "score",
                "out-of-range",
                format!("\"{cell}\" không phải điểm từ 0 đến 100"),
                format!("\"{cell}\" is no number of points from 0 to 100"),
            ),
        }
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

/// A level as it stands in a sentence.
fn vi(level: Level) -> &'static str {
    match level {
        Level::National => "Bộ",
        Level::Province => "UBND cấp tỉnh",
        Level::District => "UBND cấp huyện",
    }
}

/// A day as people write it.
fn printed(day: Day) -> impl std::fmt::Display {
    day.format("%d/%m/%Y")
}
