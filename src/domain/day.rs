//! Civil days of Vietnam. All dates of the field are civil dates in Asia/Ho_Chi_Minh, which is
//! UTC+7 all year round.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeDelta, Utc};

/// A civil day in Asia/Ho_Chi_Minh.
pub type Day = NaiveDate;

/// The first and last days that the registry accepts: years of four digits that a decision can carry.
pub const FIRST_YEAR: i32 = 1900;
/// See [`FIRST_YEAR`].
pub const LAST_YEAR: i32 = 2999;

const OFFSET: TimeDelta = TimeDelta::hours(7);

/// The civil day in Vietnam at an instant.
pub fn civil_day(instant: DateTime<Utc>) -> Day {
    (instant + OFFSET).date_naive()
}

/// Whole seconds until the next midnight in Vietnam, at least 1.
pub fn seconds_to_midnight(instant: DateTime<Utc>) -> u32 {
    use chrono::Timelike;
    86_400 - (instant + OFFSET).num_seconds_from_midnight()
}

/// The last valid day of a term of `months` months that begins with a decision on `from`: the
/// corresponding day, or the month's last day where there is none (Civil Code, articles 147-148).
pub fn term_end(from: Day, months: u32) -> Day {
    from.checked_add_months(Months::new(months)).unwrap_or(Day::MAX)
}

/// `day` moved by `days`, staying within what a date can hold.
pub fn plus_days(day: Day, days: i64) -> Day {
    let moved =
        if days >= 0 { day.checked_add_days(Days::new(days.unsigned_abs())) } else { day.checked_sub_days(Days::new(days.unsigned_abs())) };
    moved.unwrap_or(if days >= 0 { Day::MAX } else { Day::MIN })
}

/// Reads `YYYY-MM-DD`, and nothing else, within the years the registry knows.
pub fn parse_day(text: &str) -> Option<Day> {
    let shape = text.len() == 10 && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() });
    let day = shape.then(|| Day::parse_from_str(text, "%Y-%m-%d").ok()).flatten()?;
    (FIRST_YEAR..=LAST_YEAR).contains(&day.year()).then_some(day)
}

/// A constant day; for tables of law in code.
pub const fn ymd(year: i32, month: u32, day: u32) -> Day {
    match Day::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => panic!("not a date"),
    }
}

/// A day as a number: 0001-01-01 is 1. For what is compared and indexed, never for people.
pub fn number(day: Day) -> i32 {
    day.num_days_from_ce()
}

/// The day of a [`number`].
pub fn from_number(number: i32) -> Option<Day> {
    Day::from_num_days_from_ce_opt(number)
}

/// Days as numbers in the stored record, where text would cost a parse per read.
pub mod compact {
    use super::{Day, from_number, number};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    /// Writes a day.
    pub fn serialize<S: Serializer>(day: &Day, serializer: S) -> Result<S::Ok, S::Error> {
        number(*day).serialize(serializer)
    }

    /// Reads a day.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Day, D::Error> {
        from_number(i32::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("no such day"))
    }

    /// The same for a day that may be unknown.
    pub mod option {
        use super::{Day, Deserialize, Deserializer, Error, Serialize, Serializer, from_number, number};

        /// Writes a day or none.
        pub fn serialize<S: Serializer>(day: &Option<Day>, serializer: S) -> Result<S::Ok, S::Error> {
            day.map(number).serialize(serializer)
        }

        /// Reads a day or none.
        pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Day>, D::Error> {
            Option::<i32>::deserialize(deserializer)?
                .map(|number| from_number(number).ok_or_else(|| D::Error::custom("no such day")))
                .transpose()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_17_utc() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
        assert_eq!(civil_day(at("2026-11-21T16:59:59Z")), ymd(2026, 11, 21));
        assert_eq!(civil_day(at("2026-11-21T17:00:00Z")), ymd(2026, 11, 22));
        assert_eq!(seconds_to_midnight(at("2026-11-21T16:59:59Z")), 1);
        assert_eq!(seconds_to_midnight(at("2026-11-21T17:00:00Z")), 86_400);
    }

    #[test]
    fn the_anniversary_is_the_last_day() {
        for (from, until) in [
            (ymd(2020, 2, 4), ymd(2023, 2, 4)),     // Nghệ An
            (ymd(2019, 12, 23), ymd(2022, 12, 23)), // Thanh Hóa, 5445/QĐ-UBND
            (ymd(2020, 2, 29), ymd(2023, 2, 28)),   // no corresponding day
            (ymd(2021, 2, 28), ymd(2024, 2, 28)),   // the corresponding day, not the month's end
            (ymd(2021, 8, 31), ymd(2024, 8, 31)),
        ] {
            assert_eq!(term_end(from, 36), until);
        }
    }

    #[test]
    fn only_iso_dates_of_real_days() {
        assert_eq!(parse_day("2024-02-29"), Some(ymd(2024, 2, 29)));
        for bad in ["2023-02-29", "2023-2-9", "20230209", "2023-02-09T", "0001-01-01", "9999-01-01", "", "２０２３-02-09"] {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
    }
}
