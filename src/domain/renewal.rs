//! The renewal radar: which certificates run out soon, or ran out and were not renewed.
//!
//! A re-evaluation is filed 180 to 120 days before the end and decided within 45 days (QĐ 26/2026/QĐ-TTg),
//! so 180 and 120 days are the window's edges; at 90 and 30 days it is late, and later.

use super::day::{Day, plus_days};
use super::timeline::Standing;
use super::vocabulary::vocabulary;

vocabulary! {
    /// How soon a term ends. Each bucket holds those before it that end sooner.
    Bucket {
        /// In force, at most 30 days left.
        Within30 = "within_30",
        /// In force, at most 90 days left.
        Within90 = "within_90",
        /// In force, at most 120 days left.
        Within120 = "within_120",
        /// In force, at most 180 days left.
        Within180 = "within_180",
        /// Expired, and nothing newer is in force.
        Expired = "expired",
    }
}

/// How many days back expired terms are looked for, when nothing is said: a year.
pub const LOOK_BACK: i64 = 365;

impl Bucket {
    /// First and last day on which a term of this bucket ends, seen from a day.
    pub fn ends(self, day: Day, look_back: i64) -> (Day, Day) {
        let ahead = |days| (day, plus_days(day, days));
        match self {
            Self::Within30 => ahead(30),
            Self::Within90 => ahead(90),
            Self::Within120 => ahead(120),
            Self::Within180 => ahead(180),
            Self::Expired => (plus_days(day, -look_back), plus_days(day, -1)),
        }
    }

    /// The standings of its products.
    pub const fn standings(self) -> &'static [Standing] {
        match self {
            Self::Within30 | Self::Within90 | Self::Within120 | Self::Within180 => &[Standing::Valid, Standing::Extended],
            Self::Expired => &[Standing::Expired],
        }
    }
}
