//! Schemas of the domain's vocabularies: strings with their words and what each means.

use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Where the schema of a vocabulary says what its words mean, in their order, as generators of clients read it.
pub const MEANINGS: &str = "x-enum-descriptions";

macro_rules! words {
    ($($name:ty = $title:literal: $description:literal;)+) => {
        $(
            impl PartialSchema for $name {
                fn schema() -> RefOr<Schema> {
                    let meanings: Vec<&str> = <$name>::ALL.iter().map(|value| value.about()).collect();
                    ObjectBuilder::new()
                        .extensions(Some(ExtensionsBuilder::new().add(MEANINGS, meanings).build()))
                        .schema_type(SchemaType::Type(Type::String))
                        .description(Some($description))
                        .enum_values(Some(<$name>::ALL.iter().map(|value| value.as_str())))
                        .into()
                }
            }

            impl ToSchema for $name {
                fn name() -> std::borrow::Cow<'static, str> {
                    $title.into()
                }
            }
        )+
    };
}

words! {
    crate::domain::verdict::Outcome = "Outcome": "The answer in one word. Only `certified` is a yes; `undetermined` means that a recognition is known but no dated decision, so its term cannot be told.";
    super::verification::IdentifierType = "IdentifierType": "What an identifier was read as.";
    crate::domain::verdict::Status = "Status": "Status of a certificate on the day that the answer is about.";
    crate::domain::verdict::Renewal = "Renewal": "Where a valid certificate stands in its renewal: `window_open` from 180 to 120 days before the end, `late` after that.";
    crate::domain::verdict::Reason = "Reason": "Why the answer is what it is.";
    crate::domain::timeline::Standing = "Standing": "Standing of a product on a day: the status of its governing certificate, or why there is none.";
    crate::domain::record::Source = "Source": "How good a source is.";
    crate::domain::record::ActKind = "ActKind": "What can be recorded about a certificate.";
    crate::domain::record::Ending = "Ending": "What ends a certificate's validity: its term, an extension of it, or an act that is recorded and may take effect later.";
    crate::domain::record::DecisionKind = "DecisionKind": "What a decision does.";
    crate::domain::record::CheckBasis = "CheckBasis": "What led to a post-check: the council's plan, or an occasion such as a report.";
    crate::domain::record::CheckOutcome = "CheckOutcome": "How a post-check ended.";
    crate::domain::label_report::Kind = "LabelReportKind": "What seems wrong with a label.";
    crate::domain::history::Event = "HistoryEventKind": "What a step of a history is.";
    crate::domain::history::Role = "HistoryRole": "In which role a step was recorded; persons are never named.";
    crate::domain::record::Ground = "Ground": "Legal ground of a withdrawal.";
    crate::domain::renewal::Bucket = "RadarBucketName": "How soon a term ends; each bucket holds those that end sooner too. `expired`: and nothing newer is in force.";
    crate::domain::quality::ProductGap = "ProductGap": "What a product wants: `missing_gtin`, certified today and no barcode is known; `portal_or_press`, a certificate is known from a portal or the press only.";
    crate::domain::quality::DecisionGap = "DecisionGap": "What a decision wants: `missing_document`, no hash of the signed document; `late_entry`, entered more than 7 days after signing.";
    crate::domain::regime::Regime = "RegimeCode": "The legal regime that a certificate rests on, named after its instrument.";
    crate::domain::regime::Warning = "Warning": "A doubt recorded with a certificate.";
    crate::domain::producer::Form = "ProducerForm": "Legal form of a producer.";
    crate::domain::producer::IdentifierKind = "IdentifierKind": "Kind of an identifier of a producer.";
    crate::domain::authority::Level = "AuthorityLevel": "Level of the authority that signs.";
}
