//! May this authority recognise so many stars on that day, and until when does it hold? The rules
//! of [`super::regime`] and [`super::day`], put to one recognition.

use super::authority::{Authority, Level};
use super::day::{Day, plus_days, term_end};
use super::regime::{self, FEWEST_STARS, Regime, TERM_MONTHS, Warning, fewest_points};
use chrono::Datelike;

/// A recognition as a decision states it.
#[derive(Debug, Clone, Copy)]
pub struct Recognition<'r> {
    /// Who signed.
    pub issuer: &'r Authority,
    /// The day it was signed.
    pub signed_on: Day,
    /// Stars.
    pub stars: i16,
    /// Points in hundredths, where stated.
    pub score: Option<i32>,
    /// Last valid day as printed, where printed.
    pub printed_until: Option<Day>,
    /// The regime that the decision cites, where it is not the one in force: dossiers filed before a
    /// change of law continue under the earlier rules.
    pub regime: Option<Regime>,
}

/// What the law makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ruling {
    /// The regime that it rests on.
    pub regime: Regime,
    /// Last valid day.
    pub valid_until: Day,
    /// A doubt to record with it.
    pub warning: Option<Warning>,
}

/// Why the law knows no such recognition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breach {
    /// 1 and 2 stars are results, never recognised.
    BelowThreeStars,
    /// There are 3, 4 and 5 stars.
    NoSuchStars,
    /// No regime was in force.
    BeforeFirstRegime,
    /// Who signed did not exist on that day.
    NotInOffice,
    /// Under that regime, that level may not recognise so many stars on that day.
    MayNotRecognise(Regime, Level),
    /// The points are too few for the stars.
    TooFewPoints,
    /// The printed last day is not 36 months after the signature; that day is.
    PrintedOtherwise(Day),
}

/// Days by which a printed last day may stand before the anniversary. Provinces disagree on the last day, and
/// some print the end of a month; but none may promise more than the month in which the 36 months end.
pub const PRINTED_LEEWAY: i64 = 31;

/// Judges a recognition.
///
/// # Errors
/// The first rule that it breaks.
pub fn judge(recognition: &Recognition<'_>) -> Result<Ruling, Breach> {
    let Recognition { issuer, signed_on, stars, score, printed_until, regime } = *recognition;
    let count = u8::try_from(stars).map_err(|_| Breach::NoSuchStars)?;
    match count {
        1 | 2 => return Err(Breach::BelowThreeStars),
        FEWEST_STARS..=5 => {}
        _ => return Err(Breach::NoSuchStars),
    }
    let in_force = regime::in_force_on(signed_on).ok_or(Breach::BeforeFirstRegime)?;
    if !issuer.in_office(signed_on) {
        return Err(Breach::NotInOffice);
    }
    let regime = regime.unwrap_or(in_force);
    let rule = regime::issuer_rule(regime, count, issuer.level, signed_on).ok_or(Breach::MayNotRecognise(regime, issuer.level))?;
    if score.is_some_and(|score| score < fewest_points(stars)) {
        return Err(Breach::TooFewPoints);
    }
    let anniversary = term_end(signed_on, TERM_MONTHS);
    let valid_until = match printed_until {
        Some(printed) if printed < plus_days(anniversary, -PRINTED_LEEWAY) || printed > end_of_month(anniversary) => {
            return Err(Breach::PrintedOtherwise(anniversary));
        }
        Some(printed) => printed,
        None => anniversary,
    };
    Ok(Ruling { regime, valid_until, warning: rule.warning })
}

/// The last day of the month that a day lies in.
fn end_of_month(day: Day) -> Day {
    plus_days(day, i64::from(day.num_days_in_month()) - i64::from(day.day()))
}

#[cfg(test)]
mod tests {
    use super::super::authority::authority;
    use super::super::day::ymd;
    use super::*;

    fn ruled(issuer: &str, signed_on: Day, stars: i16, regime: Option<Regime>) -> Result<Ruling, Breach> {
        let issuer = authority(issuer).expect("an authority");
        judge(&Recognition { issuer, signed_on, stars, score: None, printed_until: None, regime })
    }

    #[test]
    fn by_regime_level_stars_and_day() {
        let ruling = |regime, valid_until, warning| Ok(Ruling { regime, valid_until, warning });
        for (issuer, day, stars, cited, expected) in [
            ("VN63-15", ymd(2023, 12, 28), 4, None, ruling(Regime::Qd148, ymd(2026, 12, 28), None)),
            ("VN63-15", ymd(2023, 12, 28), 3, None, Err(Breach::MayNotRecognise(Regime::Qd148, Level::Province))),
            ("VN63-15", ymd(2025, 7, 1), 4, None, Err(Breach::NotInOffice)),
            ("VN34-15", ymd(2025, 7, 3), 3, None, ruling(Regime::Qd148, ymd(2028, 7, 3), Some(Warning::GapJuly2025))),
            ("VN34-15", ymd(2026, 6, 1), 3, None, ruling(Regime::Qd26, ymd(2029, 6, 1), None)),
            ("VN34-15", ymd(2026, 6, 1), 3, Some(Regime::Qd1489), ruling(Regime::Qd1489, ymd(2029, 6, 1), Some(Warning::TransitionQd26))),
            ("VN34-15", ymd(2026, 7, 22), 3, Some(Regime::Qd1489), Err(Breach::MayNotRecognise(Regime::Qd1489, Level::Province))),
            ("VN34-15", ymd(2026, 11, 1), 5, None, Err(Breach::MayNotRecognise(Regime::Qd26, Level::Province))),
            ("VN34-15", ymd(2026, 11, 1), 2, None, Err(Breach::BelowThreeStars)),
            ("VN34-15", ymd(2026, 11, 1), 6, None, Err(Breach::NoSuchStars)),
            ("VN63-15", ymd(2019, 8, 20), 3, None, Err(Breach::BeforeFirstRegime)),
            ("VN-MAE", ymd(2026, 11, 1), 5, None, ruling(Regime::Qd26, ymd(2029, 11, 1), None)),
        ] {
            assert_eq!(ruled(issuer, day, stars, cited), expected, "{issuer} {day} {stars} {cited:?}");
        }
    }

    #[test]
    fn what_is_printed_ends_in_the_month_of_the_anniversary_or_somewhat_before() {
        let issuer = authority("VN34-15").expect("an authority");
        let judged = |printed_until, score| {
            judge(&Recognition { issuer, signed_on: ymd(2026, 11, 10), stars: 4, score, printed_until: Some(printed_until), regime: None })
                .map(|ruling| ruling.valid_until)
        };
        assert_eq!(judged(ymd(2029, 11, 30), Some(7_000)), Ok(ymd(2029, 11, 30)));
        assert_eq!(judged(ymd(2029, 10, 31), None), Ok(ymd(2029, 10, 31)));
        for wrong in [ymd(2029, 12, 1), ymd(2029, 12, 31), ymd(2029, 10, 9)] {
            assert_eq!(judged(wrong, None), Err(Breach::PrintedOtherwise(ymd(2029, 11, 10))), "{wrong}");
        }
        assert_eq!(judged(ymd(2029, 11, 10), Some(6_999)), Err(Breach::TooFewPoints));
    }
}
