//! Whole tables as a stream, in constant memory: NDJSON and CSV (RFC 4180) of products and
//! certificates, all from one snapshot.

use super::view::certificate::Certificate;
use super::view::page::Single;
use super::view::product::Product;
use crate::domain::day::Day;
use crate::domain::text::harmless;
use crate::store::{ReadDoor, Snapshot, StoreError, StoreResult, record};
use csv::{Terminator, Writer, WriterBuilder};
use smol_str::{SmolStr, ToSmolStr};

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// One row a product.
    Products,
    /// One row a certificate.
    Certificates,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object a line.
    Ndjson,
    /// Comma-separated, a header first.
    Csv,
}

const PAGE: i64 = 500;

/// The columns of the products in CSV.
const PRODUCT_COLUMNS: [&str; 27] = [
    "code",
    "name_vi",
    "name_en",
    "gtins",
    "group",
    "set",
    "producer_code",
    "producer_name",
    "producer_form",
    "place_then_key",
    "place_then",
    "place_now_key",
    "place_now",
    "outcome",
    "status",
    "stars",
    "valid_from",
    "valid_until",
    "renewal",
    "ocop_label_allowed",
    "certificate",
    "regime",
    "decision_number",
    "decision_date",
    "issuer",
    "source",
    "data_version",
];

/// The columns of the certificates in CSV.
const CERTIFICATE_COLUMNS: [&str; 18] = [
    "code",
    "product_code",
    "product_name",
    "name_then",
    "status",
    "stars",
    "score",
    "valid_from",
    "valid_until",
    "extended_until",
    "decision_number",
    "decision_date",
    "issuer",
    "regime",
    "official_code",
    "round_year",
    "place_then",
    "source",
];

/// Writes a table in parts to a sink until it is through or the sink says that nobody listens.
pub fn export(
    door: &ReadDoor,
    table: Table,
    format: Format,
    day: Day,
    begun: impl FnOnce(i64),
    mut sink: impl FnMut(Vec<u8>) -> bool,
) -> StoreResult<()> {
    door.long_snapshot(|snapshot| {
        begun(snapshot.position);
        let mut after = 0;
        let mut head = format == Format::Csv;
        loop {
            let records = record::page(snapshot.conn, after, PAGE)?;
            let Some(last) = records.last() else { break };
            after = last.product.id;
            let mut part = Part::new(format);
            if std::mem::take(&mut head) {
                part.header(table)?;
            }
            for record in records {
                match table {
                    Table::Products => part.product(Product::of(record, day, false), snapshot, day)?,
                    Table::Certificates => {
                        for index in 0..record.certificates.len() {
                            part.certificate(Certificate::of(&record, index, day, true), snapshot, day)?;
                        }
                    }
                }
            }
            let bytes = part.into_bytes()?;
            if !bytes.is_empty() && !sink(bytes) {
                break;
            }
        }
        if head {
            let mut part = Part::new(format);
            part.header(table)?;
            sink(part.into_bytes()?);
        }
        Ok(())
    })
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Query(error.to_string())
}

/// A stretch of the stream: rows of CSV or lines of JSON.
enum Part {
    Csv(Box<Writer<Vec<u8>>>),
    Ndjson(Vec<u8>),
}

impl Part {
    fn new(format: Format) -> Self {
        match format {
            // RFC 4180 ends lines with CR and LF.
            Format::Csv => {
                Self::Csv(Box::new(WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::with_capacity(256 * 1024))))
            }
            Format::Ndjson => Self::Ndjson(Vec::with_capacity(1024 * 1024)),
        }
    }

    fn into_bytes(self) -> StoreResult<Vec<u8>> {
        match self {
            Self::Csv(writer) => writer.into_inner().map_err(failed),
            Self::Ndjson(bytes) => Ok(bytes),
        }
    }

    fn header(&mut self, table: Table) -> StoreResult<()> {
        match table {
            Table::Products => self.row(PRODUCT_COLUMNS),
            Table::Certificates => self.row(CERTIFICATE_COLUMNS),
        }
    }

    fn line<T: serde::Serialize>(bytes: &mut Vec<u8>, item: T, snapshot: &Snapshot<'_>, day: Day) -> StoreResult<()> {
        let line = Single { item, data_version: snapshot.position, as_of: day };
        sonic_rs::to_writer(&mut *bytes, &line).map_err(failed)?;
        bytes.push(b'\n');
        Ok(())
    }

    fn product(&mut self, p: Product, snapshot: &Snapshot<'_>, day: Day) -> StoreResult<()> {
        if let Self::Ndjson(bytes) = self {
            return Self::line(bytes, p, snapshot, day);
        }
        let c = p.certification;
        let decision = c.decision.as_ref();
        let (then, now) = (p.place.then, p.place.now);
        self.row([
            p.code,
            p.name.vi,
            p.name.en.unwrap_or_default(),
            p.gtins.join("|").into(),
            p.group.map(|g| g.number.to_smolstr()).unwrap_or_default(),
            p.set.map(|s| s.number.to_smolstr()).unwrap_or_default(),
            p.producer.as_ref().map(|m| m.code.clone()).unwrap_or_default(),
            p.producer.as_ref().map(|m| m.name.clone()).unwrap_or_default(),
            p.producer.map(|m| m.form.to_smolstr()).unwrap_or_default(),
            then.as_ref().map(|t| SmolStr::new_static(t.key)).unwrap_or_default(),
            then.map(|t| SmolStr::new_static(t.name)).unwrap_or_default(),
            now.as_ref().map(|n| SmolStr::new_static(n.key)).unwrap_or_default(),
            now.map(|n| SmolStr::new_static(n.name)).unwrap_or_default(),
            c.outcome.to_smolstr(),
            text(c.status),
            text(c.stars),
            text(c.valid_from),
            text(c.valid_until),
            c.renewal.to_smolstr(),
            c.ocop_label_allowed.to_smolstr(),
            c.certificate.unwrap_or_default(),
            text(c.regime),
            decision.and_then(|d| d.number.clone()).unwrap_or_default(),
            text(decision.and_then(|d| d.signed_on)),
            decision.and_then(|d| d.issuer.as_ref()).map(|i| i.name.vi.clone()).unwrap_or_default(),
            p.provenance.source.to_smolstr(),
            snapshot.position.to_smolstr(),
        ])
    }

    fn certificate(&mut self, c: Certificate, snapshot: &Snapshot<'_>, day: Day) -> StoreResult<()> {
        if let Self::Ndjson(bytes) = self {
            return Self::line(bytes, c, snapshot, day);
        }
        let decision = c.decision.as_ref();
        self.row([
            c.code,
            c.product.as_ref().map(|p| p.code.clone()).unwrap_or_default(),
            c.product.map(|p| p.name.vi).unwrap_or_default(),
            c.name_then,
            text(c.status),
            text(c.stars),
            text(c.score),
            text(c.valid_from),
            text(c.valid_until),
            text(c.extended_until),
            decision.and_then(|d| d.number.clone()).unwrap_or_default(),
            text(decision.and_then(|d| d.signed_on)),
            c.issuer.map(|i| i.name.vi).unwrap_or_default(),
            text(c.regime),
            c.official_code.unwrap_or_default(),
            text(c.round_year),
            c.place_then.map(|p| SmolStr::new_static(p.name)).unwrap_or_default(),
            c.provenance.source.to_smolstr(),
        ])
    }

    fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> StoreResult<()> {
        let Self::Csv(writer) = self else { return Ok(()) };
        for cell in cells {
            writer.write_field(&*harmless(cell.as_ref())).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)
    }
}

fn text<T: ToSmolStr>(value: Option<T>) -> SmolStr {
    value.map(|value| value.to_smolstr()).unwrap_or_default()
}
