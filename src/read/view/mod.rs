//! What the public sees: one struct per noun, rendered the same by every door.

pub mod certificate;
pub mod change;
pub mod classification;
pub mod decision;
pub mod fields;
pub mod page;
pub mod place;
pub mod producer;
pub mod product;
pub mod regime;
pub mod schema;
pub mod stats;
pub mod verification;

use serde::Serialize;
use std::borrow::Cow;
use utoipa::ToSchema;

/// A name in Vietnamese, and in English where known.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Name {
    /// Vietnamese.
    #[schema(example = "Trà xanh hộp 100gr")]
    pub vi: Cow<'static, str>,
    /// English, where known.
    pub en: Option<Cow<'static, str>>,
}

impl Name {
    /// A name that a record brings along.
    pub fn owned(vi: String, en: Option<String>) -> Self {
        Self { vi: vi.into(), en: en.map(Cow::Owned) }
    }
}

/// Where the registry has a record from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Provenance {
    /// How good the source is.
    pub source: crate::domain::record::Source,
    /// Address of the source, where it has one.
    pub url: Option<String>,
}

impl From<crate::domain::record::Provenance> for Provenance {
    fn from(provenance: crate::domain::record::Provenance) -> Self {
        Self { source: provenance.source, url: provenance.url }
    }
}
