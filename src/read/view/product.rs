//! Products.

use super::certificate::Certificate;
use super::classification::ClassRef;
use super::decision::DecisionRef;
use super::place::PlaceThenAndNow;
use super::post_check::PostCheck;
use super::producer::ProducerRef;
use super::{Name, Provenance};
use crate::domain::classification::classification;
use crate::domain::code::{Noun, code_of};
use crate::domain::record::{self, Ending, Record};
use crate::domain::regime::Regime;
use crate::domain::verdict::{Outcome, Reason, Renewal, Status, Verdict, verdict};
use chrono::NaiveDate;
use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// A product as others refer to it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProductRef {
    /// Registry code.
    #[schema(value_type = String, example = "P00000BY")]
    pub code: SmolStr,
    /// Name.
    pub name: Name,
}

/// A product with its answer on the day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProductSummary {
    /// Registry code.
    #[schema(value_type = String, example = "P00000BY")]
    pub code: SmolStr,
    /// Name.
    pub name: Name,
    /// The answer on the day.
    pub outcome: Outcome,
    /// Status of the certificate that governs; `null` where none does.
    pub status: Option<Status>,
    /// Its stars, where stated.
    #[schema(minimum = 3, maximum = 5)]
    pub stars: Option<i16>,
    /// Its last valid day: with extension, or the eve of the act that ends it, also of one still to come; `null` where the
    /// term cannot be told, and for what never counted.
    #[serde(serialize_with = "super::day")]
    pub valid_until: Option<NaiveDate>,
    /// What ends it then.
    pub ends_by: Option<Ending>,
    /// Where it stands in its renewal.
    pub renewal: Renewal,
}

/// Whether a product is certified on a day, and why.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Certification {
    /// The answer in one word.
    pub outcome: Outcome,
    /// Status of the certificate that governs; `null` where none does.
    pub status: Option<Status>,
    /// Its stars, where stated.
    #[schema(minimum = 3, maximum = 5)]
    pub stars: Option<i16>,
    /// Its first valid day; `null` where the term cannot be told, and for what never counted.
    #[serde(serialize_with = "super::day")]
    pub valid_from: Option<NaiveDate>,
    /// Its last valid day: with extension, or the eve of the act that ends it, also of one still to come; `null` where the
    /// term cannot be told, and for what never counted.
    #[serde(serialize_with = "super::day")]
    pub valid_until: Option<NaiveDate>,
    /// What ends it then.
    pub ends_by: Option<Ending>,
    /// Where it stands in its renewal.
    pub renewal: Renewal,
    /// Why the answer is what it is.
    pub reasons: Vec<Reason>,
    /// The next day on which the answer changes if nothing is recorded.
    #[serde(serialize_with = "super::day")]
    pub next_change_on: Option<NaiveDate>,
    /// Whether the mark with stars may be used: only while a certificate of at least 3 stars is valid or extended.
    pub ocop_label_allowed: bool,
    /// Registry code of the certificate.
    #[schema(value_type = Option<String>, example = "C00000BV")]
    pub certificate: Option<SmolStr>,
    /// The regime it rests on.
    pub regime: Option<Regime>,
    /// The decision it rests on.
    pub decision: Option<DecisionRef>,
}

/// A product of the programme.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Registry code, stable for ever.
    #[schema(value_type = String, example = "P00000BY")]
    pub code: SmolStr,
    /// Name.
    pub name: Name,
    /// Names in other recognitions.
    #[schema(value_type = Vec<String>)]
    pub former_names: Vec<SmolStr>,
    /// Barcodes, as 14 digits.
    #[schema(value_type = Vec<String>, example = json!(["08930000000002"]))]
    pub gtins: Vec<SmolStr>,
    /// Group of the classification in force, where known.
    pub group: Option<ClassRef>,
    /// Set of the classification in force, where known.
    pub set: Option<ClassRef>,
    /// Who makes it, where known.
    pub producer: Option<ProducerRef>,
    /// Where it is made, then and now.
    pub place: PlaceThenAndNow,
    /// Whether it is certified on the day of the answer.
    pub certification: Certification,
    /// Every recognition known, newest first; in single records, and in lists of what a decision acted on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Vec<Certificate>>,
    /// Post-checks that took place, newest first; in single records only. What was found is not public.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_checks: Option<Vec<PostCheck>>,
    /// Where this is from.
    pub provenance: Provenance,
}

impl ProductRef {
    /// The reference to a product of a record.
    pub fn of(product: &record::Product) -> Self {
        Self { code: code_of(Noun::Product, product.id), name: Name { vi: product.name_vi.clone(), en: product.name_en.clone() } }
    }
}

impl ProductSummary {
    /// The summary of a record on a day.
    pub fn of(record: &Record, day: NaiveDate) -> Self {
        let verdict = verdict(record, day);
        let ProductRef { code, name } = ProductRef::of(&record.product);
        let stars = verdict.certificate.and_then(|index| record.certificates[index].stars);
        Self {
            code,
            name,
            outcome: verdict.outcome,
            status: verdict.status,
            stars,
            valid_until: verdict.valid_until(),
            ends_by: verdict.term.map(|term| term.ending()),
            renewal: verdict.renewal,
        }
    }
}

impl Certification {
    /// What a verdict says of its record.
    pub fn of(record: &Record, verdict: Verdict) -> Self {
        let certificate = verdict.certificate.map(|index| &record.certificates[index]);
        Self {
            ocop_label_allowed: verdict.label_allowed(),
            valid_from: verdict.valid_from(),
            valid_until: verdict.valid_until(),
            ends_by: verdict.term.map(|term| term.ending()),
            outcome: verdict.outcome,
            status: verdict.status,
            renewal: verdict.renewal,
            next_change_on: verdict.next_change_on,
            stars: certificate.and_then(|c| c.stars),
            certificate: certificate.map(|c| code_of(Noun::Certificate, c.id)),
            regime: certificate.and_then(|c| c.regime),
            decision: certificate.and_then(|c| Some(DecisionRef::of(c.decision.clone()?, c.issuer.as_deref()))),
            reasons: verdict.reasons,
        }
    }

    /// Nothing is known.
    pub fn unknown(outcome: Outcome, reason: Reason) -> Self {
        Self {
            outcome,
            status: None,
            stars: None,
            valid_from: None,
            valid_until: None,
            ends_by: None,
            renewal: Renewal::None,
            reasons: vec![reason],
            next_change_on: None,
            ocop_label_allowed: false,
            certificate: None,
            regime: None,
            decision: None,
        }
    }
}

impl Product {
    /// The view of a record on a day; `with_history` adds its certificates.
    pub fn of(record: Record, day: NaiveDate, with_history: bool) -> Self {
        let certification = Certification::of(&record, verdict(&record, day));
        let certificates = with_history.then(|| Certificate::history(&record, day));
        let post_checks = with_history.then(|| record.post_checks.into_iter().rev().map(PostCheck::of).collect());
        Self::made(record.product, record.producer.as_ref(), certification, certificates, post_checks)
    }

    /// The view of a record that is needed further, without its certificates.
    pub fn brief(record: &Record, day: NaiveDate) -> Self {
        let post_checks = Some(record.post_checks.iter().rev().cloned().map(PostCheck::of).collect());
        Self::made(record.product.clone(), record.producer.as_ref(), Certification::of(record, verdict(record, day)), None, post_checks)
    }

    fn made(
        product: record::Product,
        producer: Option<&record::Producer>,
        certification: Certification,
        certificates: Option<Vec<Certificate>>,
        post_checks: Option<Vec<PostCheck>>,
    ) -> Self {
        let sets = classification();
        Self {
            code: code_of(Noun::Product, product.id),
            name: Name { vi: product.name_vi, en: product.name_en },
            former_names: product.former_names,
            gtins: product.gtins,
            group: product.group.and_then(|number| sets.group(number)).map(ClassRef::of_group),
            set: product.set.and_then(|number| sets.set(number)).map(ClassRef::of_set),
            producer: producer.map(ProducerRef::of),
            place: PlaceThenAndNow::of_key(&product.place),
            certification,
            certificates,
            post_checks,
            provenance: product.provenance.into(),
        }
    }
}
