//! Verdicts on identifiers.

use super::producer::ProducerRef;
use super::product::{Certification, ProductRef, ProductSummary};
use crate::domain::code::{Noun, code_of};
use crate::domain::record::Record;
use crate::domain::verdict::{Outcome, Reason, verdict};
use crate::domain::vocabulary::vocabulary;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::fmt::{self, Write as _};
use utoipa::ToSchema;

vocabulary! {
    /// What an identifier was read as.
    IdentifierType {
        /// Registry code of a product.
        ProductCode = "product_code",
        /// Registry code of a certificate.
        CertificateCode = "certificate_code",
        /// Registry code of a producer.
        ProducerCode = "producer_code",
        /// Registry code of a decision.
        DecisionCode = "decision_code",
        /// Barcode.
        Gtin = "gtin",
        /// Product code printed on a score sheet.
        OfficialCode = "official_code",
        /// Number, issuer and product name of a decision.
        Decision = "decision",
    }
}

/// Whether the product under an identifier is certified on a day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// The identifier as asked.
    #[schema(example = "P00000BY")]
    pub identifier: String,
    /// What it was read as.
    pub identifier_type: IdentifierType,
    /// The answer.
    #[serde(flatten)]
    pub certification: Certification,
    /// The sentence that may be shown to buyers on that day, or that none may.
    pub permitted_claim: PermittedClaim,
    /// The product, where one was found.
    pub product: Option<ProductRef>,
    /// Its producer, or the producer asked for.
    pub producer: Option<ProducerRef>,
    /// Where the product is not certified but its producer is known: the producer's products that
    /// are certified, at most 20. Never evidence for the product asked about. Not in batches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer_certified_products: Option<Vec<ProductSummary>>,
    /// The products that match, where several do; at most 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<ProductSummary>>,
}

/// What may be said.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PermittedClaim {
    /// Whether a claim may be shown.
    pub allowed: bool,
    /// The sentence in Vietnamese.
    #[schema(
        example = "Sản phẩm OCOP Việt Nam 5 sao, theo Quyết định số 2890/QĐ-BNN-VPĐP ngày 30/06/2021 của Bộ Nông nghiệp và Phát triển nông thôn, có giá trị đến hết ngày 30/06/2024."
    )]
    pub vi: String,
    /// The sentence in English.
    #[schema(
        example = "OCOP Vietnam product, 5 stars, by Decision 2890/QĐ-BNN-VPĐP of 2021-06-30 of Ministry of Agriculture and Rural Development, valid to the end of 2024-06-30."
    )]
    pub en: String,
}

/// One answer of a batch: a verification, or why that identifier could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
pub enum BatchItem {
    /// The answer.
    Verified(Box<Verification>),
    /// The identifier could not be read.
    Failed(BatchFailure),
}

/// An identifier of a batch that could not be read.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BatchFailure {
    /// The identifier as asked.
    pub identifier: String,
    /// What is wrong with it.
    pub error: BatchError,
}

/// What is wrong with an identifier.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct BatchError {
    /// JSON Pointer to it in the request.
    #[schema(example = "/identifiers/17")]
    pub pointer: String,
    /// The problem's stable code.
    #[schema(example = "checksum-failed")]
    pub code: String,
    /// The sentence.
    pub detail: String,
}

/// A day as it is written in Vietnamese: `DD/MM/YYYY`.
struct Spoken(NaiveDate);

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}/{:02}/{:04}", self.0.day(), self.0.month(), self.0.year())
    }
}

impl PermittedClaim {
    fn of(certification: &Certification) -> Self {
        match (certification.ocop_label_allowed, certification.stars, certification.valid_until) {
            (true, Some(stars), Some(until)) => {
                let decision = certification.decision.as_ref();
                let day = decision.and_then(|d| d.signed_on);
                let issuer = decision.and_then(|d| d.issuer.as_ref());
                let number = decision.and_then(|d| d.number.as_deref());
                // Written piece by piece into one text each: a batch makes thousands.
                let (mut vi, mut en) = (String::with_capacity(192), String::with_capacity(192));
                let say = |text: &mut String, pieces: fmt::Arguments<'_>| {
                    // Writing to a string cannot fail.
                    let _ = text.write_fmt(pieces);
                };
                say(&mut vi, format_args!("Sản phẩm OCOP Việt Nam {stars} sao, theo Quyết định"));
                say(&mut en, format_args!("OCOP Vietnam product, {stars} stars, by Decision"));
                if let Some(number) = number {
                    say(&mut vi, format_args!(" số {number}"));
                    say(&mut en, format_args!(" {number}"));
                }
                if let Some(day) = day {
                    say(&mut vi, format_args!(" ngày {}", Spoken(day)));
                    say(&mut en, format_args!(" of {day}"));
                }
                if let Some(issuer) = issuer {
                    say(&mut vi, format_args!(" của {}", issuer.name.vi));
                    if let Some(name) = &issuer.name.en {
                        say(&mut en, format_args!(" of {name}"));
                    }
                }
                say(&mut vi, format_args!(", có giá trị đến hết ngày {}.", Spoken(until)));
                say(&mut en, format_args!(", valid to the end of {until}."));
                Self { allowed: true, vi, en }
            }
            _ => Self {
                allowed: false,
                vi: "Không được ghi hoặc quảng cáo là sản phẩm OCOP vào ngày này.".into(),
                en: "No OCOP claim may be shown for this product on this day.".into(),
            },
        }
    }
}

impl Verification {
    /// The answer on a record; `cited` is the certificate that the identifier named, if it named one.
    pub fn of(identifier: impl Into<String>, identifier_type: IdentifierType, record: &Record, cited: Option<i64>, day: NaiveDate) -> Self {
        let mut certification = Certification::of(record, verdict(record, day));
        if cited.is_some_and(|id| Some(code_of(Noun::Certificate, id)) != certification.certificate) {
            certification.reasons.push(Reason::IdentifierOfEarlierCertificate);
        }
        Self {
            identifier: identifier.into(),
            identifier_type,
            permitted_claim: PermittedClaim::of(&certification),
            certification,
            product: Some(ProductRef::of(&record.product)),
            producer: record.producer.as_ref().map(ProducerRef::of),
            producer_certified_products: None,
            candidates: None,
        }
    }

    /// The answer where no single product was found.
    pub fn without_product(identifier: String, identifier_type: IdentifierType, outcome: Outcome, reason: Reason) -> Self {
        let certification = Certification::unknown(outcome, reason);
        Self {
            identifier,
            identifier_type,
            permitted_claim: PermittedClaim::of(&certification),
            certification,
            product: None,
            producer: None,
            producer_certified_products: None,
            candidates: None,
        }
    }
}
