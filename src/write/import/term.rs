//! When a row's decision was signed, and what the law makes of it.

use super::row::{CandidateTerm, Cells, Refusal, refuse};
use crate::domain::authority::{Level, authority};
use crate::domain::day::{Day, parse_day, term_end};
use crate::domain::recognition::{Breach, Recognition, judge};
use crate::domain::regime;
use crate::error::{Text, say};
use chrono::Datelike;

impl Cells {
    pub(super) fn signed_on(&self, today: Day) -> Result<Option<Day>, Refusal> {
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
    pub(super) fn round_year(&self, today: Day, signed_on: Option<Day>) -> Result<Option<i32>, Refusal> {
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

    pub(super) fn term(
        &self,
        day: Day,
        stars: Option<i16>,
        score: Option<i32>,
        issuer: Option<&str>,
        notes: &mut Vec<Text>,
    ) -> Result<CandidateTerm, Refusal> {
        let (Some(stars), Some(issuer)) = (stars, issuer.and_then(authority)) else {
            return refuse(
                "stars",
                "missing",
                "quyết định có ngày thì phải có số sao và cơ quan ban hành",
                "a dated decision needs its stars and its issuer",
            );
        };
        let printed_until = match self.valid_until.trim() {
            "" => None,
            cell => match parse_day(cell) {
                Some(end) => Some(end),
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
        let told = Recognition { issuer, signed_on: day, stars, score, printed_until, regime: None };
        let ruling = judge(&told).map_err(|breach| refusal(breach, &told))?;
        if let Some(warning) = ruling.warning {
            notes.push(say(format!("chấp nhận, kèm cảnh báo {warning}"), format!("accepted with the warning {warning}")));
        }
        let anniversary = term_end(day, regime::TERM_MONTHS);
        if ruling.valid_until != anniversary {
            notes.push(say(
                format!("giữ ngày hết hạn đã in; 36 tháng hết vào ngày {}", printed(anniversary)),
                format!("the printed last day is kept; 36 months end on {anniversary}"),
            ));
        }
        Ok(CandidateTerm {
            regime: ruling.regime,
            signed_on: day,
            valid_until: ruling.valid_until,
            is_printed: printed_until.is_some(),
            warning: ruling.warning,
        })
    }

    /// Points with at most two decimals, in hundredths.
    pub(super) fn score(&self, stars: Option<i16>) -> Result<Option<i32>, Refusal> {
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
}

/// What the law makes of a row that breaks it, and the column at fault.
fn refusal(breach: Breach, told: &Recognition<'_>) -> Refusal {
    let Recognition { issuer, signed_on: day, stars, .. } = *told;
    let (column, code, detail) = match breach {
        Breach::BelowThreeStars | Breach::NoSuchStars => (
            "stars",
            "out-of-range",
            say(format!("{stars} không phải số sao từ 3 đến 5"), format!("{stars} is no number of stars from 3 to 5")),
        ),
        Breach::BeforeFirstRegime => (
            "decision_date",
            "before-first-regime",
            say(
                format!("ngày {} chưa có quy định công nhận nào có hiệu lực", printed(day)),
                format!("no regime of recognition was in force on {day}"),
            ),
        ),
        Breach::NotInOffice => (
            "province",
            "issuer-not-in-office",
            say(format!("ngày {} không có {}", printed(day), issuer.vi), format!("{} did not exist on {day}", issuer.vi)),
        ),
        Breach::MayNotRecognise(regime, level) => (
            "level",
            "issuer-may-not-recognise",
            say(
                format!("theo quy định ngày {}, {} không được công nhận {stars} sao", printed(day), in_words(level)),
                format!("under {regime} the {level} level may not recognise {stars} stars on {day}"),
            ),
        ),
        Breach::TooFewPoints => {
            ("score", "contradicts-stars", say(format!("điểm không đủ {stars} sao"), format!("the points are too few for {stars} stars")))
        }
        Breach::PrintedOtherwise(anniversary) => (
            "valid_until",
            "contradicts-law",
            say(
                format!(
                    "36 tháng từ ngày {} hết vào ngày {}; ngày hết hạn in trên giấy không thể sau tháng đó, cũng không thể sớm hơn 31 ngày",
                    printed(day),
                    printed(anniversary)
                ),
                format!(
                    "36 months from {day} end on {anniversary}; a printed last day lies in that month, or at most 31 days before that day"
                ),
            ),
        ),
    };
    Refusal::new(column, code, detail)
}

/// A level as it stands in a sentence.
pub(super) fn in_words(level: Level) -> &'static str {
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
