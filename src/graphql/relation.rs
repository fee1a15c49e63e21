//! Relations: what one thing leads to, of which there may be several. REST shows it in single records
//! only, only in part, or as a list with a filter.

use super::model::{Argument, Field, Source, Ty};
use super::questions;
use crate::read::cursor::PageAsk;
use crate::read::decision::DecisionFilter;
use crate::read::place::PlaceFilter;
use crate::read::producer::ProducerFilter;
use crate::read::product::ListingFilter;

/// What one thing leads to, of which there may be several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    ProductCertificates,
    ProducerIdentifiers,
    ProducerProducts,
    DecisionProducts,
    DecisionCertificates,
    DecisionCount,
    /// The products of a place, group, set or regime.
    Products,
    PlaceProducers,
    PlaceDecisions,
    PlacePlaces,
    GroupSets,
    SetGroup,
}

impl Relation {
    /// The order of its list, for cursors; lists with a filter have one for each filter.
    pub(super) const fn order(self) -> &'static str {
        match self {
            Self::ProducerProducts => "producer-products",
            Self::DecisionProducts => crate::read::decision::PRODUCTS_ORDER,
            _ => crate::read::certificate::ORDER,
        }
    }

    /// Whether following it reads from the store.
    pub(super) const fn reads(self) -> bool {
        !matches!(self, Self::PlacePlaces | Self::GroupSets | Self::SetGroup)
    }
}

/// What a relation's arguments ask for.
pub(super) struct Related {
    pub(super) page: PageAsk,
    /// Name of the order, for cursors.
    pub(super) order: String,
    pub(super) only: Only,
}

/// What of a list is let through.
pub(super) enum Only {
    All,
    Products(Box<ListingFilter>),
    Producers(ProducerFilter),
    Decisions(DecisionFilter),
    Places(PlaceFilter),
}

impl Related {
    /// Whether rows of the list may have to be passed over.
    pub(super) fn is_filtered(&self) -> bool {
        match &self.only {
            Only::All | Only::Places(_) => false,
            Only::Products(filter) => **filter != ListingFilter::default(),
            Only::Producers(filter) => *filter != ProducerFilter::default(),
            Only::Decisions(filter) => *filter != DecisionFilter::default(),
        }
    }
}

/// The relations: of what type, and how the schema tells of them.
pub(super) fn relations() -> Vec<(&'static str, Field)> {
    let row = |of: &'static str, name: &str, ty: &str, about: &str, arguments: Vec<Argument>, relation| {
        (of, Field { name: name.into(), ty: Ty::of(ty), about: about.into(), arguments, source: Source::Relation(relation) })
    };
    let products = |of: &'static str, about: &str, leave: &[&str]| {
        row(of, "products", "ProductConnection!", about, questions::products_of(leave), Relation::Products)
    };
    vec![
        row(
            "Product",
            "certificates",
            "[Certificate!]!",
            "Every recognition known, newest first.",
            Vec::new(),
            Relation::ProductCertificates,
        ),
        row("Producer", "identifiers", "[Identifier!]!", "Identifiers, where known.", Vec::new(), Relation::ProducerIdentifiers),
        row("Producer", "products", "ProductConnection!", "Its products, by registry code.", questions::page(), Relation::ProducerProducts),
        row(
            "Decision",
            "products",
            "ProductConnection!",
            "The products that it recognised or, where it withdraws, annuls or extends, acted on, as far as the registry knows, by registry code.",
            questions::page(),
            Relation::DecisionProducts,
        ),
        row(
            "Decision",
            "certificates",
            "CertificateConnection!",
            "The certificates that it gave, as far as the registry knows, by registry code.",
            questions::page(),
            Relation::DecisionCertificates,
        ),
        row(
            "Decision",
            "knownCertificates",
            "Int!",
            "How many of its certificates the registry knows; the decision itself may list more.",
            Vec::new(),
            Relation::DecisionCount,
        ),
        products(
            "Place",
            "The products of this place, by registry code: as `products` lists them for it.",
            &["province", "district", "commune"],
        ),
        row(
            "Place",
            "producers",
            "ProducerConnection",
            "The producers of this province, by registry code: as `producers` lists them for it, so those of a province of before July 2025 are the ones of the province that it became part of. `null` for a district or a commune: producers are listed by province only.",
            questions::producers_of(),
            Relation::PlaceProducers,
        ),
        row(
            "Place",
            "decisions",
            "DecisionConnection!",
            "The decisions that the authority of this place signed, by registry code; those of its predecessors are with them.",
            questions::decisions_of(),
            Relation::PlaceDecisions,
        ),
        row(
            "Place",
            "places",
            "PlaceConnection!",
            "The units within it, at every level, by key.",
            questions::places_within(),
            Relation::PlacePlaces,
        ),
        row("Group", "sets", "[Set!]!", "Its sets.", Vec::new(), Relation::GroupSets),
        products("Group", "The products of this group, by registry code.", &["group", "set"]),
        row("Set", "group", "Group!", "The group that it belongs to.", Vec::new(), Relation::SetGroup),
        products("Set", "The products of this set, by registry code.", &["group", "set"]),
        products("Regime", "The products whose certificate rests on it, by registry code.", &["regime"]),
    ]
}
