//! Producers.

use super::Provenance;
use super::place::PlaceThenAndNow;
use crate::domain::code::{Noun, code_of};
use crate::domain::producer::{Form, IdentifierKind};
use crate::domain::record::{self, Source};
use crate::store::producer::{ProducerIdentifierRow, ProducerRow};
use serde::Serialize;
use smol_str::SmolStr;
use utoipa::ToSchema;

/// A producer as products refer to it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProducerRef {
    /// Registry code.
    #[schema(value_type = String, example = "M000007J")]
    pub code: SmolStr,
    /// Name.
    #[schema(value_type = String, example = "HTX chế biến chè Phìn Hồ")]
    pub name: SmolStr,
    /// Legal form.
    pub form: Form,
}

/// A producer (*chủ thể*).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Producer {
    /// Registry code.
    #[schema(value_type = String, example = "M000007J")]
    pub code: SmolStr,
    /// Name.
    #[schema(value_type = String, example = "HTX chế biến chè Phìn Hồ")]
    pub name: SmolStr,
    /// Legal form.
    pub form: Form,
    /// Where it is, then and now.
    pub place: PlaceThenAndNow,
    /// Identifiers, where known; in single records only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifiers: Option<Vec<Identifier>>,
    /// Its products by registry code; in single records only, at most 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub products: Option<Vec<super::product::ProductSummary>>,
    /// Where this is from.
    pub provenance: Provenance,
}

/// An identifier of a producer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Identifier {
    /// Kind.
    pub kind: IdentifierKind,
    /// Value.
    #[schema(example = "0100047516")]
    pub value: String,
}

impl ProducerRef {
    /// The reference to a producer of a record.
    pub fn of(producer: &record::Producer) -> Self {
        Self { code: code_of(Noun::Producer, producer.id), name: producer.name.clone(), form: producer.form }
    }
}

impl Producer {
    /// The view of a row.
    pub fn of(row: ProducerRow) -> Self {
        Self {
            code: code_of(Noun::Producer, row.id),
            form: Form::parse(&row.form).unwrap_or(Form::Unknown),
            place: PlaceThenAndNow::of_key(&row.place),
            identifiers: None,
            products: None,
            provenance: Provenance { source: Source::parse(&row.source).unwrap_or(Source::Other), url: row.source_url.map(Into::into) },
            name: row.name.into(),
        }
    }
}

impl Identifier {
    /// The view of a row.
    pub fn of(row: ProducerIdentifierRow) -> Option<Self> {
        Some(Self { kind: IdentifierKind::parse(&row.kind)?, value: row.value })
    }
}
