//! Sheets: what one page for people shows, as several views of one snapshot.

use super::cursor::PageAsk;
use super::merged::survivor;
use super::product::{ListingFilter, Order, ProductList};
use super::stats::DIMENSIONS;
use super::verification::{Identifier, with_others};
use super::view::certificate::Certificate;
use super::view::decision::Decision;
use super::view::page::Page;
use super::view::producer::Producer;
use super::view::product::Product;
use super::view::stats::Stats;
use super::view::verification::{IdentifierType, Verification};
use super::{ReadResult, Reader, producer as producers, product as products, stats, verification};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{Day, number, plus_days, ymd};
use crate::domain::regime::FEWEST_STARS;
use crate::domain::timeline::Standing;
use crate::error::Problem;
use crate::store::{Snapshot, certificate, count, decision, producer as producer_rows, product as product_rows, record};
use chrono::Datelike;
use smol_str::SmolStr;

/// Products shown in each list of the start page.
const FEW: u32 = 6;
/// Days before the end from which the start page names a product: those of the renewal's late part.
const SOON: i64 = 120;
/// The first year at whose end products are counted: recognitions began in 2019.
const FIRST_YEAR: i32 = 2019;

/// A product's page: the verdict and all that is known.
#[derive(Debug, Clone)]
pub struct ProductSheet {
    /// The verdict of the day, with the producer's certified products beside a "no".
    pub verification: Verification,
    /// The product with its history.
    pub product: Product,
    /// The certificate that was asked for, if one was.
    pub cited: Option<Certificate>,
}

/// What names a product: its own code or that of one of its certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// The product.
    Product(i64),
    /// A certificate.
    Certificate(i64),
}

/// The sheet of a product.
pub async fn product(reader: &Reader, asked: Asked, on: Day) -> ReadResult<(ProductSheet, i64)> {
    reader.look(move |snapshot| product_sheet(snapshot, asked, on)).await
}

fn product_sheet(snapshot: &mut Snapshot<'_>, asked: Asked, on: Day) -> ReadResult<ProductSheet> {
    let (code, kind, id, cited) = match asked {
        Asked::Product(id) => (code_of(Noun::Product, id), IdentifierType::ProductCode, Some(id), None),
        Asked::Certificate(id) => {
            let product = certificate::product_of(snapshot.conn, id)?;
            (code_of(Noun::Certificate, id), IdentifierType::CertificateCode, product, Some(id))
        }
    };
    let record = record::find_all(snapshot.conn, id.as_slice())?.pop().ok_or_else(|| Problem::not_found(&code))?;
    let verification = with_others(snapshot.conn, Verification::of(code, kind, &record, cited, on), &record, on)?;
    let index = cited.and_then(|id| record.certificates.iter().position(|c| c.id == id));
    let cited = index.map(|index| Certificate::of(&record, index, on, false));
    Ok(ProductSheet { verification, product: Product::of(record, on, true), cited })
}

/// The code under which something that was merged lives on; `None` for what was not.
pub async fn lives_on(reader: &Reader, noun: Noun, id: i64) -> ReadResult<Option<SmolStr>> {
    let (survivor, _) = reader.look(move |snapshot| Ok(survivor(snapshot.conn, noun, id)?)).await?;
    Ok(survivor.map(|id| code_of(noun, id)))
}

/// The verdict on an identifier of any kind.
pub async fn verdict(reader: &Reader, asked: String, identifier: Identifier, on: Day) -> ReadResult<(Verification, i64)> {
    reader.look(move |snapshot| Ok(verification::one(snapshot.conn, asked.clone(), &identifier, on)?)).await
}

/// The product of a barcode, by its code; `None` when none is known.
pub async fn product_of_gtin(reader: &Reader, gtin: String) -> ReadResult<(Option<SmolStr>, i64)> {
    let found = reader.look(move |snapshot| Ok(product_rows::by_gtins(snapshot.conn, std::slice::from_ref(&gtin))?));
    let (found, position) = found.await?;
    Ok((found.first().map(|(_, product)| code_of(Noun::Product, *product)), position))
}

/// A decision's page: what it is, and a page of the products that it recognised or acted on.
#[derive(Debug, Clone)]
pub struct DecisionSheet {
    /// The decision.
    pub decision: Decision,
    /// Its products on the day.
    pub products: Page<Product>,
}

/// The sheet of a decision.
pub async fn decision(reader: &Reader, id: i64, page: PageAsk, on: Day) -> ReadResult<(DecisionSheet, i64)> {
    reader
        .look(move |snapshot| {
            let products = super::decision::products_page(snapshot, id, &page, on)?;
            Ok(DecisionSheet { decision: super::decision::whole(snapshot, id)?, products })
        })
        .await
}

/// The decisions that bear a number, by any authority; each with how many of its certificates are known.
pub async fn decisions_of_number(reader: &Reader, number_key: String) -> ReadResult<(Vec<Decision>, i64)> {
    reader
        .look(move |snapshot| {
            let rows = decision::by_number(snapshot.conn, &number_key)?;
            let mut views = Vec::with_capacity(rows.len());
            for row in rows {
                let count = certificate::count_of_decision(snapshot.conn, row.id)?;
                views.push(Decision::of(row, Some(count)));
            }
            Ok(views)
        })
        .await
}

/// The sheet of a producer: its identifiers and products.
pub async fn producer(reader: &Reader, id: i64, on: Day) -> ReadResult<(Producer, i64)> {
    reader
        .look(move |snapshot| {
            let row = producer_rows::find(snapshot.conn, id)?.filter(|row| row.merged_into.is_none());
            producers::whole(snapshot, row.ok_or_else(|| Problem::not_found(&code_of(Noun::Producer, id)))?, on)
        })
        .await
}

/// A page of a list of products.
pub async fn list(reader: &Reader, ask: ProductList) -> ReadResult<(Page<Product>, i64)> {
    reader.look(move |snapshot| products::page(snapshot, &ask)).await
}

/// The start page: how many there are, the newest, and those that end soon.
#[derive(Debug, Clone)]
pub struct StartSheet {
    /// Products certified on the day.
    pub certified: i64,
    /// Products of the registry.
    pub products: i64,
    /// Those certified whose term ends last: the newest recognitions.
    pub recent: Vec<Product>,
    /// Those certified whose term ends first.
    pub ending: Vec<Product>,
}

/// The sheet of the start page.
pub async fn start(reader: &Reader, on: Day) -> ReadResult<(StartSheet, i64)> {
    reader
        .look(move |snapshot| {
            let products = count::totals(snapshot.conn, &ListingFilter { day: number(on), ..ListingFilter::default() })?.products;
            let certified = count::totals(snapshot.conn, &certified(on))?.products;
            let mut few = |ends, descending| {
                let filter = ListingFilter { ends, ..self::certified(on) };
                let page = PageAsk { first: FEW, ..PageAsk::default() };
                let order_name = String::new();
                let ask = ProductList {
                    filter,
                    on,
                    text: None,
                    order: Order::End,
                    descending,
                    order_name,
                    page,
                    fields: None,
                    facets: Vec::new(),
                };
                products::page(snapshot, &ask).map(|page| page.items)
            };
            let ending = few(Some((number(on), number(plus_days(on, SOON)))), false)?;
            let recent = few(None, true)?;
            Ok(StartSheet { certified, products, recent, ending })
        })
        .await
}

/// What is certified on a day.
fn certified(on: Day) -> ListingFilter {
    ListingFilter {
        day: number(on),
        standings: vec![Standing::Valid, Standing::Extended],
        stars_min: Some(i16::from(FEWEST_STARS)),
        ..ListingFilter::default()
    }
}

/// Counts for charts.
#[derive(Debug, Clone)]
pub struct OverviewSheet {
    /// Counts on the day by today's province, by group and by stars.
    pub stats: Stats,
    /// Products certified on the last day of each year since recognitions began, and on the day itself.
    pub by_year: Vec<(Day, i64)>,
}

/// The sheet of the overview.
pub async fn overview(reader: &Reader, on: Day) -> ReadResult<(OverviewSheet, i64)> {
    reader
        .look(move |snapshot| {
            let by = DIMENSIONS.into_iter().filter(|(name, _)| ["province", "group", "stars"].contains(name)).collect::<Vec<_>>();
            let stats = stats::counts(snapshot, &ListingFilter::default(), on, &by)?;
            let year_ends = (FIRST_YEAR..on.year()).map(|year| ymd(year, 12, 31)).chain([on]);
            let mut by_year = Vec::new();
            for day in year_ends {
                by_year.push((day, count::totals(snapshot.conn, &certified(day))?.products));
            }
            Ok(OverviewSheet { stats, by_year })
        })
        .await
}

/// Products in one file of the site map; the protocol allows 50,000 addresses.
pub const MAPPED: i64 = 40_000;

/// How many files of product addresses the site map has.
pub async fn map_files(reader: &Reader) -> ReadResult<(i64, i64)> {
    reader.look(|snapshot| Ok(product_rows::last_number(snapshot.conn)?.unwrap_or(0).div_euclid(MAPPED) + 1)).await
}

/// The codes of the products of one file of the site map.
pub async fn mapped(reader: &Reader, file: i64) -> ReadResult<(Vec<SmolStr>, i64)> {
    let first = file.saturating_mul(MAPPED);
    let range = move |snapshot: &mut Snapshot<'_>| Ok(product_rows::numbers(snapshot.conn, first, first.saturating_add(MAPPED))?);
    let (numbers, position) = reader.look(range).await?;
    Ok((numbers.into_iter().map(|id| code_of(Noun::Product, id)).collect(), position))
}
