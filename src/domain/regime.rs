//! Legal regimes: which decision of the Prime Minister a certificate rests on, and who may
//! recognise how many stars under it.

use super::authority::Level;
use super::day::{Day, ymd};
use super::vocabulary::vocabulary;

vocabulary! {
    /// A regime, named after its instrument.
    Regime {
        /// QĐ 1048/QĐ-TTg of 21/08/2019, amended by 781/QĐ-TTg.
        Qd1048 = "qd1048",
        /// QĐ 148/QĐ-TTg of 24/02/2023.
        Qd148 = "qd148",
        /// QĐ 148 as amended by QĐ 1489/QĐ-TTg of 06/07/2025.
        Qd1489 = "qd1489",
        /// QĐ 26/2026/QĐ-TTg of 22/05/2026, in force.
        Qd26 = "qd26",
    }
}

/// What is known of a regime.
#[derive(Debug)]
pub struct RegimeFacts {
    /// The regime.
    pub regime: Regime,
    /// Its instrument, as cited.
    pub instrument: &'static str,
    /// First day of decisions under it.
    pub from: Day,
    /// Last day of decisions under it; `None` while in force.
    pub to: Option<Day>,
    /// Highest points of the parts A, B and C of its criteria.
    pub parts: [u8; 3],
}

/// Every regime, oldest first.
pub const REGIMES: [RegimeFacts; 4] = [
    RegimeFacts {
        regime: Regime::Qd1048,
        instrument: "Quyết định 1048/QĐ-TTg ngày 21/08/2019",
        from: ymd(2019, 8, 21),
        to: Some(ymd(2023, 2, 23)),
        parts: [35, 25, 40],
    },
    RegimeFacts {
        regime: Regime::Qd148,
        instrument: "Quyết định 148/QĐ-TTg ngày 24/02/2023",
        from: ymd(2023, 2, 24),
        to: Some(ymd(2025, 7, 5)),
        parts: [40, 25, 35],
    },
    RegimeFacts {
        regime: Regime::Qd1489,
        instrument: "Quyết định 148/QĐ-TTg, sửa đổi bởi Quyết định 1489/QĐ-TTg ngày 06/07/2025",
        from: ymd(2025, 7, 6),
        to: Some(ymd(2026, 5, 21)),
        parts: [40, 25, 35],
    },
    RegimeFacts {
        regime: Regime::Qd26,
        instrument: "Quyết định 26/2026/QĐ-TTg ngày 22/05/2026",
        from: ymd(2026, 5, 22),
        to: None,
        parts: [40, 25, 35],
    },
];

/// Months that a certificate holds, under every regime so far.
pub const TERM_MONTHS: u32 = 36;
/// The longest extension, in days after the end of the term.
pub const EXTENSION_DAYS: i64 = 180;
/// The fewest stars that are recognised by a decision.
pub const FEWEST_STARS: u8 = 3;

/// The fewest points, in hundredths, that may carry so many stars. More points than the band are
/// possible, where a gate was missed.
pub const fn fewest_points(stars: i16) -> i32 {
    match stars {
        5 => 9_000,
        4 => 7_000,
        3 => 5_000,
        _ => 0,
    }
}

/// The regime in force on a day; `None` before the first.
pub fn in_force_on(day: Day) -> Option<Regime> {
    REGIMES.iter().find(|r| r.from <= day && r.to.is_none_or(|to| day <= to)).map(|r| r.regime)
}

/// One line of the law: under `regime`, decisions of `from` to `to` on `stars` belong to `level`.
#[derive(Debug)]
pub struct IssuerRule {
    /// The regime.
    pub regime: Regime,
    /// Fewest and most stars.
    pub stars: (u8, u8),
    /// The level that decides.
    pub level: Level,
    /// First day of the decision.
    pub from: Day,
    /// Last day of the decision.
    pub to: Day,
    /// What to record beside a decision that rests on this line.
    pub warning: Option<Warning>,
}

vocabulary! {
    /// A doubt that is recorded with a certificate and shown with it.
    Warning {
        /// Decided on 1-5 July 2025, after the districts ended and before QĐ 1489 said who follows.
        GapJuly2025 = "gap-july-2025",
        /// Decided under earlier rules after QĐ 26/2026 came into force, as its transition allows.
        TransitionQd26 = "transition-qd26",
    }
}

const OPEN: Day = Day::MAX;
const GAP: (Day, Day) = (ymd(2025, 7, 1), ymd(2025, 7, 5));
const TRANSITION: (Day, Day) = (ymd(2026, 5, 22), ymd(2026, 7, 21));

const fn rule(regime: Regime, stars: (u8, u8), level: Level, (from, to): (Day, Day), warning: Option<Warning>) -> IssuerRule {
    IssuerRule { regime, stars, level, from, to, warning }
}

/// Who may recognise what: the one table. A (regime, stars, level, day) without a line may not.
pub const ISSUER_RULES: [IssuerRule; 13] = [
    rule(Regime::Qd1048, (3, 4), Level::Province, (ymd(2019, 8, 21), ymd(2023, 2, 23)), None),
    rule(Regime::Qd1048, (5, 5), Level::National, (ymd(2019, 8, 21), ymd(2023, 2, 23)), None),
    rule(Regime::Qd148, (3, 3), Level::District, (ymd(2023, 2, 24), ymd(2025, 6, 30)), None),
    rule(Regime::Qd148, (4, 4), Level::Province, (ymd(2023, 2, 24), ymd(2025, 6, 30)), None),
    rule(Regime::Qd148, (5, 5), Level::National, (ymd(2023, 2, 24), ymd(2025, 6, 30)), None),
    rule(Regime::Qd148, (3, 4), Level::Province, GAP, Some(Warning::GapJuly2025)),
    rule(Regime::Qd148, (5, 5), Level::National, GAP, Some(Warning::GapJuly2025)),
    rule(Regime::Qd1489, (3, 4), Level::Province, (ymd(2025, 7, 6), ymd(2026, 5, 21)), None),
    rule(Regime::Qd1489, (5, 5), Level::National, (ymd(2025, 7, 6), ymd(2026, 5, 21)), None),
    rule(Regime::Qd1489, (3, 4), Level::Province, TRANSITION, Some(Warning::TransitionQd26)),
    rule(Regime::Qd1489, (5, 5), Level::National, TRANSITION, Some(Warning::TransitionQd26)),
    rule(Regime::Qd26, (3, 4), Level::Province, (ymd(2026, 5, 22), OPEN), None),
    rule(Regime::Qd26, (5, 5), Level::National, (ymd(2026, 5, 22), OPEN), None),
];

/// The line of the law that lets `level` recognise `stars` under `regime` on `day`, if there is one.
pub fn issuer_rule(regime: Regime, stars: u8, level: Level, day: Day) -> Option<&'static IssuerRule> {
    ISSUER_RULES
        .iter()
        .find(|r| r.regime == regime && (r.stars.0..=r.stars.1).contains(&stars) && r.level == level && r.from <= day && day <= r.to)
}

/// Whether any regime ever let `level` recognise `stars`; all that can be asked when the day is not known.
pub fn ever_recognised(stars: u8, level: Level) -> bool {
    ISSUER_RULES.iter().any(|r| (r.stars.0..=r.stars.1).contains(&stars) && r.level == level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regimes_follow_each_other_without_a_gap() {
        for pair in REGIMES.windows(2) {
            assert_eq!(pair[0].to.and_then(|to| to.succ_opt()), Some(pair[1].from));
        }
        assert_eq!(in_force_on(ymd(2019, 8, 20)), None);
        assert_eq!(in_force_on(ymd(2025, 7, 5)), Some(Regime::Qd148));
        assert_eq!(in_force_on(ymd(2026, 5, 22)), Some(Regime::Qd26));
    }

    #[test]
    fn stars_alone_do_not_decide() {
        use Level::*;
        let may = |stars, level, day: Day| in_force_on(day).is_some_and(|regime| issuer_rule(regime, stars, level, day).is_some());
        for (day, three, four) in [
            (ymd(2020, 1, 15), Province, Province),
            (ymd(2023, 11, 14), District, Province),
            (ymd(2025, 7, 3), Province, Province),
            (ymd(2025, 10, 15), Province, Province),
            (ymd(2026, 11, 21), Province, Province),
        ] {
            for level in [National, Province, District] {
                assert_eq!(may(3, level, day), level == three, "3 stars by {level} on {day}");
                assert_eq!(may(4, level, day), level == four, "4 stars by {level} on {day}");
                assert_eq!(may(5, level, day), level == National, "5 stars by {level} on {day}");
                assert!(!may(2, level, day));
            }
        }
        assert_eq!(issuer_rule(Regime::Qd148, 3, Province, ymd(2025, 7, 1)).and_then(|r| r.warning), Some(Warning::GapJuly2025));
        assert!(!ever_recognised(5, Province) && ever_recognised(3, District) && !ever_recognised(4, District));
    }
}
