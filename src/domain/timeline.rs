//! A record's verdicts over all days, as spans: what an index needs to find "valid on that day"
//! without asking every product. Made from [`super::verdict`], never by another rule.

use super::day::Day;
use super::record::Record;
use super::verdict::{Core, Outcome, Status, core, turning_points};
use super::vocabulary::vocabulary;

vocabulary! {
    /// The standing of a product on a day, by which lists are filtered: its status, or why it has none.
    Standing {
        /// The first certificate's first day is still to come.
        NotYetValid = "not_yet_valid",
        /// In its term.
        Valid = "valid",
        /// In an extension.
        Extended = "extended",
        /// Past its term.
        Expired = "expired",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// Annulled.
        Annulled = "annulled",
        /// Recognised, but the term cannot be told.
        Undetermined = "undetermined",
        /// No recognition is known for that day.
        NotRecognised = "not_recognised",
    }
}

impl Standing {
    /// The standing that a status and an outcome amount to.
    pub fn of(outcome: Outcome, status: Option<Status>) -> Self {
        match status {
            _ if outcome == Outcome::Undetermined => Self::Undetermined,
            None => Self::NotRecognised,
            Some(Status::NotYetValid) => Self::NotYetValid,
            Some(Status::Valid) => Self::Valid,
            Some(Status::Extended) => Self::Extended,
            // The newest certificate is never superseded; the arm keeps the match whole.
            Some(Status::Expired | Status::Superseded) => Self::Expired,
            Some(Status::Withdrawn) => Self::Withdrawn,
            Some(Status::Annulled) => Self::Annulled,
        }
    }
}

/// Days on which a product's standing and certificate stay the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// The standing on these days.
    pub standing: Standing,
    /// Index of the certificate, as in the verdict.
    pub certificate: Option<usize>,
    /// Last valid day of that certificate.
    pub valid_until: Option<Day>,
}

/// The first and last day of a timeline: wide enough for every day that can be asked.
pub const ALWAYS: (Day, Day) = (super::day::ymd(1, 1, 1), super::day::ymd(9999, 12, 31));

/// The spans of a record: they touch, do not overlap, and cover [`ALWAYS`].
pub fn timeline(record: &Record) -> Vec<Span> {
    let mut days: Vec<Day> = turning_points(record).filter(|day| *day > ALWAYS.0 && *day <= ALWAYS.1).collect();
    days.push(ALWAYS.0);
    days.sort_unstable();
    days.dedup();
    let mut spans: Vec<Span> = Vec::with_capacity(3);
    for (i, from) in days.iter().enumerate() {
        let to = days.get(i + 1).and_then(|next| next.pred_opt()).unwrap_or(ALWAYS.1);
        let Core { outcome, status, certificate, term, .. } = core(record, *from);
        let standing = Standing::of(outcome, status);
        match spans.last_mut() {
            Some(last) if last.standing == standing && last.certificate == certificate => last.to = to,
            _ => spans.push(Span { from: *from, to, standing, certificate, valid_until: term.map(|t| t.last_day()) }),
        }
    }
    spans
}
