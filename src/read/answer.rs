//! A rendered answer: a function of (ledger position, civil day, request).

use super::ReadResult;
use super::view::fields;
use super::view::page::{Page, Single, Whole};
use crate::domain::day::Day;
use serde::Serialize;
use xxhash_rust::xxh3::xxh3_128;

/// What an answer is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Media {
    /// JSON (RFC 8259).
    #[default]
    Json,
    /// JSON as GraphQL over HTTP has it when it is not told apart.
    GraphqlJson,
    /// A GraphQL answer.
    Graphql,
    /// JSON-LD 1.1.
    JsonLd,
    /// A set of links (RFC 9264).
    Linkset,
    /// A page for people.
    Html,
    /// A drawing.
    Svg,
    /// A picture.
    Png,
    /// A map of the site.
    Xml,
}

impl Media {
    /// The media type, as `Content-Type` names it.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::GraphqlJson => "application/json; charset=utf-8",
            Self::Graphql => "application/graphql-response+json; charset=utf-8",
            Self::JsonLd => "application/ld+json",
            Self::Linkset => "application/linkset+json",
            Self::Html => "text/html; charset=utf-8",
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Xml => "application/xml",
        }
    }
}

/// A rendered answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What it says, as it is sent.
    pub body: Vec<u8>,
    /// What it is written in.
    pub media: Media,
    /// Hash of what it says; its entity tag.
    pub hash: u128,
    /// Whether the hash leaves out members that may differ between equal answers.
    pub weak: bool,
    /// Ledger position that it belongs to.
    pub position: i64,
    /// Cursors of the pages around it, for links.
    pub next: Option<String>,
    /// See `next`.
    pub prev: Option<String>,
    /// Registry code to ask for instead, when what was asked for lives on under another.
    pub moved_to: Option<String>,
    /// The day that it holds for, where what it says has no word for that.
    pub as_of: Option<Day>,
}

/// Bytes that an item of a list usually takes.
const USUAL_ITEM: usize = 1_280;

impl Answer {
    /// What a door rendered itself.
    pub fn rendered(body: Vec<u8>, media: Media, position: i64) -> Self {
        Self { hash: xxh3_128(&body), body, media, weak: false, position, next: None, prev: None, moved_to: None, as_of: None }
    }

    /// The same, of a day that its body cannot say.
    pub fn holding_for(self, day: Day) -> Self {
        Self { as_of: Some(day), ..self }
    }

    /// Renders any view.
    pub fn of<T: Serialize>(value: &T, position: i64) -> Self {
        let mut body = Vec::with_capacity(1_024 + USUAL_ITEM);
        render(&mut body, value);
        Self::rendered(body, Media::Json, position)
    }

    /// Renders a list that is given whole, item by item. The tag is of the items alone: a write elsewhere
    /// must not make 5,000 answers look new.
    pub fn one_by_one<T: Serialize>(items: impl ExactSizeIterator<Item = ReadResult<T>>, position: i64, as_of: Day) -> ReadResult<Self> {
        let (body, end) = listed(items, &Whole::<T> { items: Vec::new(), data_version: position, as_of }, None)?;
        Ok(Self { hash: xxh3_128(&body[..end]), weak: true, ..Self::rendered(body, Media::Json, position) })
    }

    /// Renders a record, whole or with some members only.
    pub fn single<T: Serialize>(item: T, position: i64, as_of: Day, only: Option<&[String]>) -> Self {
        match only {
            None => Self::of(&Single { item, data_version: position, as_of }, position),
            Some(only) => Self::of(&Single { item: reduced(&item, only), data_version: position, as_of }, position),
        }
    }

    /// Renders a page, with whole items or some of their members.
    pub fn page<T: Serialize>(mut page: Page<T>, only: Option<&[String]>) -> ReadResult<Self> {
        let items = std::mem::take(&mut page.items);
        Self::page_of(items.into_iter().map(Ok), page, only)
    }

    /// The same of items that are made when their turn comes; `envelope` is the page without them.
    pub fn page_of<T: Serialize>(
        items: impl ExactSizeIterator<Item = ReadResult<T>>,
        envelope: Page<T>,
        only: Option<&[String]>,
    ) -> ReadResult<Self> {
        let (body, _) = listed(items, &envelope, only)?;
        let Page { page_info, data_version, .. } = envelope;
        let next = page_info.end_cursor.filter(|_| page_info.has_next_page);
        let prev = page_info.start_cursor.filter(|_| page_info.has_previous_page);
        Ok(Self { next, prev, ..Self::rendered(body, Media::Json, data_version) })
    }

    /// Renders a list that is given whole.
    pub fn whole<T: Serialize>(items: Vec<T>, position: i64, as_of: Day) -> Self {
        Self::of(&Whole { items, data_version: position, as_of }, position)
    }
}

/// How a list begins.
const ITEMS: &[u8] = b"{\"items\":[";

/// Renders a list into its envelope, whose items are empty and stand first. No more than one item is
/// held at a time, so that the next takes its memory while the processor has it at hand. Gives the
/// text, and where its items end.
fn listed<T: Serialize>(
    items: impl ExactSizeIterator<Item = ReadResult<T>>,
    envelope: &impl Serialize,
    only: Option<&[String]>,
) -> ReadResult<(Vec<u8>, usize)> {
    let mut body = Vec::with_capacity(1_024 + items.len() * USUAL_ITEM);
    render(&mut body, envelope);
    let rest = body.split_off(ITEMS.len().min(body.len()));
    debug_assert_eq!(body, ITEMS, "items stand first");
    for (index, item) in items.enumerate() {
        if index > 0 {
            body.push(b',');
        }
        match only {
            None => render(&mut body, &item?),
            Some(only) => render(&mut body, &reduced(&item?, only)),
        }
    }
    let end = body.len();
    body.extend_from_slice(&rest);
    Ok((body, end))
}

fn render<T: Serialize>(body: &mut Vec<u8>, value: &T) {
    if let Err(error) = sonic_rs::to_writer(body, value) {
        // A view has no maps with keys other than strings and no failing serialiser.
        tracing::error!(%error, "a view cannot be rendered");
    }
}

fn reduced<T: Serialize>(item: &T, only: &[String]) -> serde_json::Value {
    let mut value = serde_json::to_value(item).unwrap_or_default();
    fields::keep(&mut value, only);
    value
}
