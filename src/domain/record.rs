//! The record of one product: everything that its verdict depends on, and everything that the
//! public sees of it. The store keeps it beside the tables it is made of, so that a question about
//! a product reads one row.

use super::day::{Day, plus_days};
use super::producer::Form;
use super::regime::{EXTENSION_DAYS, Regime, Warning};
use super::vocabulary::vocabulary;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::cmp::Reverse;

/// One product with its producer and its certificates, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The product.
    pub product: Product,
    /// Who makes it, where a source says.
    pub producer: Option<Producer>,
    /// Every recognition known, dated ones by first day, undated ones before them: see [`Certificate::rank`].
    pub certificates: Vec<Certificate>,
    /// Post-checks that took place, oldest first; what was found is not for the public.
    pub post_checks: Vec<PostCheck>,
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Number; its code is computed from it.
    pub id: i64,
    /// Name.
    pub name_vi: SmolStr,
    /// Name in English, where known.
    pub name_en: Option<SmolStr>,
    /// Names in earlier recognitions.
    pub former_names: Vec<SmolStr>,
    /// Barcodes, as 14 digits.
    pub gtins: Vec<SmolStr>,
    /// Group of the classification in force.
    pub group: Option<i16>,
    /// Set of the classification in force.
    pub set: Option<i16>,
    /// Key of the deepest place that the latest source names.
    pub place: SmolStr,
    /// Where the registry has this from.
    pub provenance: Provenance,
}

/// A producer, as its products show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Producer {
    /// Number; its code is computed from it.
    pub id: i64,
    /// Name.
    pub name: SmolStr,
    /// Legal form.
    pub form: Form,
    /// Key of its place.
    pub place: SmolStr,
}

/// One recognition of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// Number; its code is computed from it.
    pub id: i64,
    /// The decision, where number or date is known.
    pub decision: Option<Decision>,
    /// Key of the authority that recognised, where known.
    pub issuer: Option<SmolStr>,
    /// The regime, where the day is known.
    pub regime: Option<Regime>,
    /// Stars, where stated.
    pub stars: Option<i16>,
    /// Points in hundredths, where known.
    pub score: Option<i32>,
    /// Code printed on the score sheet, where known.
    pub official_code: Option<SmolStr>,
    /// Year of the round that the source names; not the year of signing.
    pub round_year: Option<i32>,
    /// First valid day: the date of the decision. `None`: the term cannot be told.
    #[serde(with = "super::day::compact::option")]
    pub valid_from: Option<Day>,
    /// Last valid day of the term, before any extension.
    #[serde(with = "super::day::compact::option")]
    pub valid_until: Option<Day>,
    /// The product's name at that time.
    pub name_then: SmolStr,
    /// Key of the place that the source names.
    pub place_then: SmolStr,
    /// What happened to it.
    pub acts: Vec<Act>,
    /// A doubt recorded with it.
    pub warning: Option<Warning>,
    /// Where the registry has this from.
    pub provenance: Provenance,
}

/// A decision, as certificates cite it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Number; its code is computed from it.
    pub id: i64,
    /// Its own number, as printed; unique only with issuer and year.
    pub number: Option<SmolStr>,
    /// The day it was signed.
    #[serde(with = "super::day::compact::option")]
    pub signed_on: Option<Day>,
    /// Key of the authority that signed, where whatever cites it does not name one itself.
    pub issuer: Option<SmolStr>,
    /// SHA-256 of the signed document, in hexadecimal.
    pub document_sha256: Option<SmolStr>,
}

/// Something recorded about a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    /// What was done.
    pub kind: ActKind,
    /// First day on which it holds.
    #[serde(with = "super::day::compact")]
    pub effective_on: Day,
    /// New last day, of an extension.
    #[serde(with = "super::day::compact::option")]
    pub until: Option<Day>,
    /// Legal ground, of a withdrawal.
    pub ground: Option<Ground>,
    /// The instrument.
    pub decision: Option<Decision>,
}

/// A post-check (*hậu kiểm*) as the public may know of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostCheck {
    /// Key of the unit whose council checked.
    pub unit: SmolStr,
    /// What led to it.
    pub basis: CheckBasis,
    /// The day.
    #[serde(with = "super::day::compact")]
    pub carried_out_on: Day,
    /// How it ended; `None` while it is open.
    pub outcome: Option<CheckOutcome>,
    /// The day it ended.
    #[serde(with = "super::day::compact::option")]
    pub concluded_on: Option<Day>,
    /// The withdrawal that it led to.
    pub decision: Option<Decision>,
}

/// Where a record comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Kind of source.
    pub source: Source,
    /// Address of the source, where it has one.
    pub url: Option<SmolStr>,
}

vocabulary! {
    /// How good a source is.
    Source {
        /// The signed decision itself.
        SignedDecision = "signed_decision",
        /// A page of a state portal or the press.
        PortalOrPress = "portal_or_press",
        /// Anything else, such as generated data.
        Other = "other",
        /// The books of the council that looks after the product, without the signed decision itself.
        CouncilRecord = "council_record",
    }
}

vocabulary! {
    /// What can be recorded about a certificate.
    ActKind {
        /// Withdrawal (*thu hồi*).
        Withdrawal = "withdrawal",
        /// Annulment of the recognition (*hủy bỏ*).
        Annulment = "annulment",
        /// Extension (*gia hạn*), at most 180 days, while a re-evaluation is pending.
        Extension = "extension",
    }
}

vocabulary! {
    /// Kinds of decisions.
    DecisionKind {
        /// Recognises products.
        Recognition = "recognition",
        /// Withdraws certificates.
        Withdrawal = "withdrawal",
        /// Annuls a recognition.
        Annulment = "annulment",
        /// Extends certificates.
        Extension = "extension",
    }
}

vocabulary! {
    /// What leads to a post-check.
    CheckBasis {
        /// The council's plan of the year.
        Planned = "planned",
        /// A report, or another occasion.
        AdHoc = "ad_hoc",
    }
}

vocabulary! {
    /// How a post-check ends.
    CheckOutcome {
        /// The certificate stands.
        Kept = "kept",
        /// What was wrong has been put right; the certificate stands.
        Corrected = "corrected",
        /// The certificate was withdrawn.
        Withdrawn = "withdrawn",
    }
}

vocabulary! {
    /// Legal grounds of a withdrawal.
    Ground {
        /// Forged dossier.
        ForgedDossier = "forged_dossier",
        /// The criteria are no longer met.
        CriteriaNotMet = "criteria_not_met",
        /// Breach of law.
        LawBreach = "law_breach",
        /// Misuse of the mark.
        MarkMisuse = "mark_misuse",
        /// Production ceased.
        ProductionCeased = "production_ceased",
        /// Another ground.
        Other = "other",
    }
}

vocabulary! {
    /// What ends a certificate's validity.
    Ending {
        /// The term of 36 months.
        Term = "term",
        /// An extension of it.
        Extension = "extension",
        /// A withdrawal, recorded; it may take effect later.
        Withdrawal = "withdrawal",
        /// An annulment, recorded; it may take effect later.
        Annulment = "annulment",
    }
}

/// The days of a certificate whose term can be told: first and last day are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// First valid day.
    pub from: Day,
    /// Last valid day of the term proper.
    pub until: Day,
    /// Last valid day with the extension, if one was granted; never before `until`.
    pub extended_until: Day,
    /// First day on which it is annulled.
    pub annulled_from: Option<Day>,
    /// First day on which it is withdrawn.
    pub withdrawn_from: Option<Day>,
}

impl Certificate {
    /// The days of this certificate; `None` when it is a recognition of unknown term.
    pub fn term(&self) -> Option<Term> {
        let (from, until) = (self.valid_from?, self.valid_until?);
        // Nearly every certificate, and a verdict asks for its term again and again.
        if self.acts.is_empty() {
            return Some(Term { from, until, extended_until: until, annulled_from: None, withdrawn_from: None });
        }
        Some(Term {
            from,
            until,
            extended_until: self.extended(until),
            annulled_from: self.first_act(ActKind::Annulment),
            withdrawn_from: self.first_act(ActKind::Withdrawal),
        })
    }

    /// The order of a record's certificates: undated ones by round, then dated ones by first day. Of one day
    /// (or round) the one with fewer stars comes last and governs, for what contradicts itself must not
    /// promise more than it surely holds; stars not stated are the fewest. Then by number.
    pub fn rank(&self) -> impl Ord + use<> {
        let round = if self.valid_from.is_none() { self.round_year } else { None };
        (self.valid_from, round, Reverse(self.stars.unwrap_or(0)), self.id)
    }

    /// First day on which an act of this kind holds.
    pub fn first_act(&self, kind: ActKind) -> Option<Day> {
        self.acts.iter().filter(|act| act.kind == kind).map(|act| act.effective_on).min()
    }

    /// The last day with extensions: each must hold by the day after what it extends, for a lapsed
    /// certificate does not come back to life, and none reaches further than the law lets it.
    fn extended(&self, until: Day) -> Day {
        let limit = plus_days(until, EXTENSION_DAYS);
        let extensions = self.acts.iter().filter(|act| act.kind == ActKind::Extension);
        let mut extensions: Vec<_> = extensions.filter_map(|act| Some((act.effective_on, act.until?.min(limit)))).collect();
        extensions.sort_unstable();
        extensions.into_iter().fold(until, |reach, (from, to)| if from <= plus_days(reach, 1) { reach.max(to) } else { reach })
    }
}

impl Term {
    /// Annulled from its first day on, so that it never counted.
    pub fn is_void(&self) -> bool {
        self.annulled_from.is_some_and(|day| day <= self.from)
    }

    /// First day on which an act, not the calendar, ends it.
    pub fn ended_by_act(&self) -> Option<Day> {
        [self.annulled_from, self.withdrawn_from].into_iter().flatten().min()
    }

    /// What makes [`Self::last_day`] the last.
    pub fn ending(&self) -> Ending {
        match self.ended_by_act() {
            Some(day) if day <= self.extended_until && self.annulled_from == Some(day) => Ending::Annulment,
            Some(day) if day <= self.extended_until => Ending::Withdrawal,
            _ if self.extended_until > self.until => Ending::Extension,
            _ => Ending::Term,
        }
    }

    /// Last valid day: the end of the term with its extension, or the eve of the act that ends it,
    /// also of one that is recorded but still to come. One that never counted shows its term.
    pub fn last_day(&self) -> Day {
        match self.ended_by_act() {
            Some(day) if day > self.from => plus_days(day, -1).min(self.extended_until),
            _ => self.extended_until,
        }
    }
}
