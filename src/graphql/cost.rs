//! What queries cost: units of which a request may spend `MOST_COST`, about half a microsecond of the
//! server's time each.

use super::questions::Question;
use super::relation::{Related, Relation};
use crate::error::{Code, Problem, say};
use crate::read::certificate::CertificateFilter;
use crate::read::cursor::PageAsk;
use crate::read::decision::DecisionFilter;
use crate::read::producer::ProducerFilter;
use crate::read::product::ListingFilter;
use crate::read::reference;
use crate::read::verification::Identifier;

/// The most that one request may cost; about a tenth of a second of the server's time.
pub(super) const MOST_COST: u64 = 200_000;
/// From what cost on a request has to wait while several such are being answered.
pub(super) const LONG: u64 = 20_000;
/// What reading one thing costs, beside its members, which cost 1 each.
pub(super) const LOAD: u64 = 10;
/// What counting the whole of a list costs.
pub(super) const COUNT: u64 = 10_000;
/// What counting the whole of a list costs that belongs to something.
const OWN_COUNT: u64 = 2_000;
/// What a list costs that has a filter, for each thing that it belongs to: what is rare is looked for far.
const FILTERED: u64 = 2_000;
/// What looking through all places costs.
const GAZETTEER: u64 = 400;
/// What counting all products by one property costs: a request may do so some ten times.
const BREAKDOWN: u64 = 20_000;
/// Items of a list inside a view, as a rule.
pub(super) const FEW: u64 = 5;
/// What an identifier of a decision or producer costs, under which several products may be found; so
/// does a text.
const SEARCH: u64 = 200;
/// What a question about the schema costs, beside what it tells.
pub(super) const TELLING: u64 = 500;

/// What a question costs, without what is selected of its answer.
pub(super) struct Price {
    pub(super) cost: u64,
    /// Things in the answer.
    pub(super) rows: u64,
    /// Items on its page, where it is one.
    pub(super) page: u64,
    /// Identifiers that it verifies.
    pub(super) identifiers: usize,
}

impl Price {
    const fn new(rows: u64, cost: u64) -> Self {
        Self { cost, rows, page: 1, identifiers: 0 }
    }

    const fn page(items: u64, cost: u64) -> Self {
        Self { page: items, ..Self::new(1, items * LOAD + cost) }
    }
}

fn filtered(is: bool) -> u64 {
    if is { FILTERED } else { 0 }
}

/// What a question costs.
pub(super) fn of_question(question: &Question) -> Price {
    let size = |page: &PageAsk| u64::from(page.first);
    match question {
        Question::Nodes(ids) => Price::new(ids.len() as u64, ids.len() as u64 * LOAD),
        Question::VerifyBatch(entries) => {
            let compound = entries.iter().filter(|(_, read)| read.as_ref().is_ok_and(Identifier::is_compound)).count();
            let all = entries.len() as u64;
            Price { identifiers: entries.len(), ..Price::new(all, all + compound as u64 * SEARCH) }
        }
        Question::Verify(_, identifier) => Price { identifiers: 1, ..Price::new(1, if identifier.is_compound() { SEARCH } else { LOAD }) },
        Question::Products(list) => {
            let text = if list.text.is_some() { SEARCH } else { 0 };
            let filter = filtered(list.filter != ListingFilter::default());
            Price::page(size(&list.page), text + filter + list.facets.len() as u64 * BREAKDOWN)
        }
        Question::Producers(filter, page) => Price::page(size(page), filtered(*filter != ProducerFilter::default())),
        Question::Decisions(filter, page) => Price::page(size(page), filtered(*filter != DecisionFilter::default())),
        Question::Certificates(filter, page) => Price::page(size(page), filtered(*filter != CertificateFilter::default())),
        Question::Places(_, page) => Price::page(size(page), GAZETTEER),
        Question::Groups => Price::new(reference::group_numbers().len() as u64, LOAD),
        Question::Sets => Price::new(reference::set_numbers(None).len() as u64, LOAD),
        Question::Stats(_, by) => Price::new(1, BREAKDOWN * (1 + by.len() as u64)),
        Question::Changes { first, .. } => Price::page(u64::from(*first), 0),
        _ => Price::new(1, LOAD),
    }
}

/// What following a relation costs for each thing that it is asked of, and what counting the whole of
/// its list costs beside that.
pub(super) fn of_relation(relation: Relation, asked: &Related) -> (u64, u64) {
    let page = u64::from(asked.page.first) * LOAD;
    match relation {
        Relation::DecisionCount | Relation::SetGroup => (LOAD, 0),
        Relation::ProductCertificates | Relation::ProducerIdentifiers | Relation::GroupSets => (FEW * LOAD, 0),
        // All their numbers are read in any case.
        Relation::ProducerProducts | Relation::DecisionProducts | Relation::DecisionCertificates => (page, 0),
        Relation::Products | Relation::PlaceProducers | Relation::PlaceDecisions => {
            (page + LOAD + filtered(asked.is_filtered()), OWN_COUNT)
        }
        Relation::PlacePlaces => (page + GAZETTEER, GAZETTEER),
    }
}

/// A query that asks too much.
pub(super) fn too_large(vi: String, en: String) -> Problem {
    Problem::new(Code::QueryTooLarge, say(vi, en))
}
