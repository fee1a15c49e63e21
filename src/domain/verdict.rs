//! Is this product certified on this day? One pure function, [`verdict`]; everything that shows a
//! status calls it.
//!
//! Rules (Civil Code articles 147-148; QĐ 26/2026/QĐ-TTg and its predecessors):
//! - a certificate holds from the day of its decision to its anniversary, inclusive;
//! - the newest certificate that has begun governs; it supersedes the older ones for good, even if
//!   it is withdrawn later; only one annulled from its first day never counted. Of two that began on
//!   one day, which contradict each other, the one with fewer stars governs ([`Certificate::rank`]);
//! - an act (withdrawal, annulment) holds from its effective day, whatever the calendar says;
//! - a recognition without a dated decision never certifies. It makes the answer *undetermined*
//!   where it could be newer than what is dated, and nothing else is in force;
//! - an act on such a recognition shows that it had begun by then: from that day it stands in the
//!   way of whatever is not certainly newer;
//! - a dated recognition that does not state its stars runs its term like any other, but while it
//!   does, the answer is *undetermined*.

use super::day::{Day, plus_days, ymd};
use super::record::{ActKind, Certificate, Record, Source, Term};
use super::regime::{FEWEST_STARS, Warning};
use super::vocabulary::vocabulary;
use chrono::Datelike;
use std::cmp::Reverse;

vocabulary! {
    /// The answer in one word.
    Outcome {
        /// A certificate of at least 3 stars is valid or extended.
        Certified = "certified",
        /// No certificate of at least 3 stars is valid or extended.
        NotCertified = "not_certified",
        /// A recognition is known but no dated decision, so its term cannot be told. Not certified.
        Undetermined = "undetermined",
        /// The registry knows nothing under this identifier.
        NotFound = "not_found",
        /// Several products answer to this identifier.
        Ambiguous = "ambiguous",
    }
}

vocabulary! {
    /// The status of a certificate on a day.
    Status {
        /// Its first day is still to come.
        NotYetValid = "not_yet_valid",
        /// In its term.
        Valid = "valid",
        /// Past its term.
        Expired = "expired",
        /// Past its term, in a recorded extension.
        Extended = "extended",
        /// A newer certificate has taken its place.
        Superseded = "superseded",
        /// Withdrawn.
        Withdrawn = "withdrawn",
        /// The recognition is annulled.
        Annulled = "annulled",
    }
}

vocabulary! {
    /// Where a valid certificate stands in its renewal.
    Renewal {
        /// Nothing to do.
        None = "none",
        /// 180 to 120 days before the end: the time to file.
        WindowOpen = "window_open",
        /// Less than 120 days before the end.
        Late = "late",
    }
}

vocabulary! {
    /// Why the answer is what it is.
    Reason {
        /// The certificate is in its term.
        InTerm = "in-term",
        /// A recorded extension runs.
        ExtensionRuns = "extension-runs",
        /// The term has ended.
        TermEnded = "term-ended",
        /// The first day is still to come.
        NotBegun = "not-begun",
        /// The certificate was withdrawn.
        Withdrawn = "withdrawn",
        /// The recognition was annulled.
        Annulled = "annulled",
        /// Fewer than 3 stars: the law gives no certificate.
        BelowThreeStars = "below-three-stars",
        /// A recognition without a dated decision is known.
        NoDatedDecision = "no-dated-decision",
        /// A dated recognition does not state its stars.
        StarsNotStated = "stars-not-stated",
        /// No recognition is known for that day.
        NoRecognition = "no-recognition",
        /// The time to file for re-evaluation.
        RenewalWindowOpen = "renewal-window-open",
        /// The time to file for re-evaluation is over.
        RenewalLate = "renewal-late",
        /// A newer certificate begins later.
        SuccessorAhead = "successor-ahead",
        /// The decision is dated 1-5 July 2025, between two regimes.
        GapJuly2025 = "gap-july-2025",
        /// The decision rests on the transition of QĐ 26/2026.
        TransitionQd26 = "transition-qd26",
        /// Known from a state portal or the press; the signed decision was not seen.
        SourcePortalOrPress = "source-portal-or-press",
        /// The identifier names a certificate that is no longer the product's current one.
        IdentifierOfEarlierCertificate = "identifier-of-earlier-certificate",
        /// The identifier is that of a record that was found to be another, which the answer is about.
        IdentifierOfMergedRecord = "identifier-of-merged-record",
        /// The producer is known, with other certified products. In a batch only for a producer's own code.
        ProducerKnown = "producer-known",
        /// Nothing is known under the identifier.
        UnknownIdentifier = "unknown-identifier",
        /// Several products match.
        SeveralMatches = "several-matches",
    }
}

/// What a record says on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The day.
    pub day: Day,
    /// The answer.
    pub outcome: Outcome,
    /// Status of the certificate that governs; `None` where none does.
    pub status: Option<Status>,
    /// Index of that certificate in the record: the one that governs or, if undetermined, the
    /// recognition whose term cannot be told.
    pub certificate: Option<usize>,
    /// Its days, where they can be told.
    pub term: Option<Term>,
    /// Where it stands in its renewal.
    pub renewal: Renewal,
    /// Why.
    pub reasons: Vec<Reason>,
    /// The next day on which status, stars, certificate, outcome or renewal differ, if nothing is written.
    pub next_change_on: Option<Day>,
}

impl Verdict {
    /// Whether the mark with stars may be used on this day.
    pub fn label_allowed(&self) -> bool {
        self.outcome == Outcome::Certified
    }

    /// First valid day, where it can be told and there was one.
    pub fn valid_from(&self) -> Option<Day> {
        self.counted().map(|term| term.from)
    }

    /// The term, unless it never counted.
    fn counted(&self) -> Option<Term> {
        self.term.filter(|term| !term.is_void())
    }

    /// Last valid day, where it can be told and there was one.
    pub fn valid_until(&self) -> Option<Day> {
        self.counted().map(|term| term.last_day())
    }
}

/// First day before the end on which the renewal window is open, in days before it.
const WINDOW_OPENS: i64 = 180;
/// Last day of the window, in days before the end.
const WINDOW_CLOSES: i64 = 120;

/// The part of a verdict that makes it change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Core {
    pub(super) outcome: Outcome,
    pub(super) status: Option<Status>,
    pub(super) certificate: Option<usize>,
    pub(super) term: Option<Term>,
    pub(super) renewal: Renewal,
}

/// The verdict on a record for a day.
pub fn verdict(record: &Record, day: Day) -> Verdict {
    let core = core(record, day);
    Verdict {
        day,
        outcome: core.outcome,
        status: core.status,
        certificate: core.certificate,
        term: core.term,
        renewal: core.renewal,
        reasons: reasons(record, day, &core),
        next_change_on: next_change(record, day, &core),
    }
}

/// The status of one certificate of a record on a day; `None` for a recognition of unknown term
/// that no act has ended.
pub fn certificate_status(record: &Record, index: usize, day: Day) -> Option<Status> {
    let certificate = record.certificates.get(index)?;
    let acted = |kind| certificate.first_act(kind).is_some_and(|from| from <= day);
    let term = certificate.term();
    if acted(ActKind::Annulment) || term.is_some_and(|term| term.is_void()) {
        return Some(Status::Annulled);
    }
    if acted(ActKind::Withdrawal) {
        return Some(Status::Withdrawn);
    }
    let term = term?;
    let newer = || {
        terms(record)
            .filter(|(i, t)| record.certificates[*i].rank() > certificate.rank() && !t.is_void())
            .any(|(_, t)| t.from <= day && t.from <= term.extended_until)
    };
    Some(if day < term.from {
        Status::NotYetValid
    } else if newer() {
        Status::Superseded
    } else if day <= term.until {
        Status::Valid
    } else if day <= term.extended_until {
        Status::Extended
    } else {
        Status::Expired
    })
}

fn terms(record: &Record) -> impl Iterator<Item = (usize, Term)> {
    record.certificates.iter().enumerate().filter_map(|(i, c)| Some((i, c.term()?)))
}

pub(super) fn core(record: &Record, day: Day) -> Core {
    let rank = |i: usize| record.certificates[i].rank();
    let begun = || terms(record).filter(|(_, t)| t.from <= day);
    let dated = begun()
        .filter(|(_, t)| !t.is_void())
        .max_by_key(|(i, _)| rank(*i))
        .or_else(|| begun().max_by_key(|(i, _)| rank(*i)))
        .or_else(|| terms(record).filter(|(_, t)| !t.is_void()).min_by_key(|(i, t)| (t.from, Reverse(rank(*i)))));
    let ended = ended_of_unknown_term(record, day, dated.map(|(_, t)| t).filter(|t| t.from <= day && !t.is_void()));
    let governing = ended.map(|i| (i, None)).or(dated.map(|(i, t)| (i, Some(t))));
    let status = governing.and_then(|(i, _)| certificate_status(record, i, day));
    let in_force = matches!(status, Some(Status::Valid | Status::Extended));
    let stars = governing.and_then(|(i, _)| record.certificates[i].stars);
    let untold =
        if in_force { governing.map(|(i, _)| i).filter(|_| stars.is_none()) } else { could_be_in_force(record, day, governing, status) };
    if untold.is_some() {
        return Core { outcome: Outcome::Undetermined, status: None, certificate: untold, term: None, renewal: Renewal::None };
    }
    let certified = in_force && stars.is_some_and(|stars| stars >= i16::from(FEWEST_STARS));
    let term = governing.and_then(|(_, term)| term);
    Core {
        outcome: if certified { Outcome::Certified } else { Outcome::NotCertified },
        status,
        certificate: governing.map(|(i, _)| i),
        term,
        renewal: term.filter(|t| in_force && successor_ahead(record, t, day).is_none()).map_or(Renewal::None, |t| renewal(&t, day)),
    }
}

/// A dated certificate that takes over before this one's end.
fn successor_ahead(record: &Record, term: &Term, day: Day) -> Option<Day> {
    terms(record).filter(|(_, t)| !t.is_void() && t.from > day && t.from <= plus_days(term.extended_until, 1)).map(|(_, t)| t.from).min()
}

fn renewal(term: &Term, day: Day) -> Renewal {
    let left = (term.until - day).num_days();
    if left < WINDOW_CLOSES {
        Renewal::Late
    } else if left <= WINDOW_OPENS {
        Renewal::WindowOpen
    } else {
        Renewal::None
    }
}

/// The newest recognition of unknown term that could be in force on the day although what is dated
/// is not. A round's year is no date, but nobody signs a round before its year begins.
fn could_be_in_force(record: &Record, day: Day, governing: Option<(usize, Option<Term>)>, status: Option<Status>) -> Option<usize> {
    let could = |certificate: &Certificate| match (governing, status, certificate.round_year) {
        (_, _, Some(year)) if day.year() < year => false,
        (None, ..) | (_, Some(Status::NotYetValid), _) => true,
        (Some((i, _)), Some(Status::Withdrawn | Status::Annulled), year) => {
            let acted = ends(&record.certificates[i], day).max();
            year.is_some_and(|year| acted.is_none_or(|on| year > on.year()))
        }
        (Some((_, term)), ..) => term.is_none_or(|term| could_be_newer(certificate, &term)),
    };
    unknown_terms(record).filter(|(_, c)| ends(c, day).next().is_none() && could(c)).max_by_key(|(_, c)| c.rank()).map(|(i, _)| i)
}

/// The recognition of unknown term that was last ended by an act, unless what is dated and begun
/// is certainly newer: what an act ends had begun by then.
fn ended_of_unknown_term(record: &Record, day: Day, begun: Option<Term>) -> Option<usize> {
    unknown_terms(record)
        .filter_map(|(i, c)| Some((ends(c, day).min()?, i, c)))
        .filter(|(on, _, c)| begun.is_none_or(|term| term.from < *on && could_be_newer(c, &term)))
        .max_by_key(|(on, _, c)| (*on, c.rank()))
        .map(|(_, i, _)| i)
}

fn unknown_terms(record: &Record) -> impl Iterator<Item = (usize, &Certificate)> {
    record.certificates.iter().enumerate().filter(|(_, c)| c.term().is_none())
}

/// Whether a recognition of unknown term could be newer than a dated one: the decision of a round
/// is signed in its year or the next.
fn could_be_newer(unknown: &Certificate, dated: &Term) -> bool {
    unknown.round_year.is_none_or(|year| year >= dated.from.year() - 1)
}

/// First days up to `day` of the acts that ended a certificate.
fn ends(certificate: &Certificate, day: Day) -> impl Iterator<Item = Day> {
    [ActKind::Annulment, ActKind::Withdrawal].into_iter().filter_map(|kind| certificate.first_act(kind)).filter(move |on| *on <= day)
}

fn reasons(record: &Record, day: Day, core: &Core) -> Vec<Reason> {
    let mut reasons = Vec::with_capacity(4);
    let certificate = core.certificate.map(|i| &record.certificates[i]);
    match (core.outcome, core.status) {
        (Outcome::Undetermined, _) if certificate.is_some_and(|c| c.term().is_some()) => reasons.push(Reason::StarsNotStated),
        (Outcome::Undetermined, _) => reasons.push(Reason::NoDatedDecision),
        (_, Some(Status::Valid)) => reasons.push(Reason::InTerm),
        (_, Some(Status::Extended)) => reasons.push(Reason::ExtensionRuns),
        (_, Some(Status::NotYetValid)) => reasons.push(Reason::NotBegun),
        (_, Some(Status::Withdrawn)) => reasons.push(Reason::Withdrawn),
        (_, Some(Status::Annulled)) => reasons.push(Reason::Annulled),
        (_, Some(Status::Expired | Status::Superseded)) => reasons.push(Reason::TermEnded),
        (_, None) => reasons.push(Reason::NoRecognition),
    }
    if core.outcome == Outcome::NotCertified && matches!(core.status, Some(Status::Valid | Status::Extended)) {
        reasons.push(Reason::BelowThreeStars);
    }
    match core.renewal {
        Renewal::WindowOpen => reasons.push(Reason::RenewalWindowOpen),
        Renewal::Late => reasons.push(Reason::RenewalLate),
        Renewal::None => {}
    }
    if core.term.is_some_and(|term| core.status != Some(Status::NotYetValid) && successor_ahead(record, &term, day).is_some()) {
        reasons.push(Reason::SuccessorAhead);
    }
    if let Some(certificate) = certificate {
        match certificate.warning {
            Some(Warning::GapJuly2025) => reasons.push(Reason::GapJuly2025),
            Some(Warning::TransitionQd26) => reasons.push(Reason::TransitionQd26),
            None => {}
        }
        if certificate.provenance.source == Source::PortalOrPress {
            reasons.push(Reason::SourcePortalOrPress);
        }
    }
    reasons
}

/// Days on which the core may change, in no order.
pub(super) fn turning_points(record: &Record) -> impl Iterator<Item = Day> {
    let dated = terms(record).flat_map(|(_, t)| {
        let next = |day| plus_days(day, 1);
        [
            Some(t.from),
            Some(plus_days(t.until, -WINDOW_OPENS)),
            Some(plus_days(t.until, 1 - WINDOW_CLOSES)),
            Some(next(t.until)),
            Some(next(t.extended_until)),
            t.annulled_from,
            t.withdrawn_from,
        ]
        .into_iter()
        .flatten()
    });
    let undated = unknown_terms(record).flat_map(|(_, c)| {
        let year = c.round_year.filter(|year| (1..=9999).contains(year)).map(|year| ymd(year, 1, 1));
        [year, c.first_act(ActKind::Annulment), c.first_act(ActKind::Withdrawal)].into_iter().flatten()
    });
    dated.chain(undated)
}

/// The first turning point after `day` where the core differs.
fn next_change(record: &Record, day: Day, now: &Core) -> Option<Day> {
    let mut after = day;
    while let Some(point) = turning_points(record).filter(|point| *point > after && *point < Day::MAX).min() {
        if core(record, point) != *now {
            return Some(point);
        }
        after = point;
    }
    None
}
