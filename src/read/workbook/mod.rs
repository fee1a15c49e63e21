//! What a council takes away as a file: its products in the provincial workbook, which imports again
//! without a change, and in the ministry's table; and the empty workbook, as a template.

mod ptnt_ocop;
mod rows;
mod sheet;

pub use ptnt_ocop::ptnt_ocop;
pub use sheet::template;

use crate::domain::authority::MINISTRIES;
use crate::domain::day::Day;
use crate::domain::place::{PlaceId, gazetteer};
use crate::domain::record::Record;
use crate::store::{ReadDoor, Snapshot, StoreError, StoreResult, product, record};

/// Whose products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those that lie in a current province.
    Province(PlaceId),
    /// Those that the ministry has recognised.
    Ministry,
}

/// Products read at once.
const PAGE: i64 = 500;

/// The products in the provincial workbook (XLSX), with the ledger position that it shows.
///
/// # Errors
/// When the database does not answer or the file cannot be made.
pub fn products(door: &ReadDoor, whose: Whose, day: Day) -> StoreResult<(Vec<u8>, i64)> {
    let mut lines = Vec::new();
    let position = each(door, whose, |record| {
        lines.extend(rows::of(record, day));
        Ok(())
    })?;
    let title = match whose {
        Whose::Province(id) => gazetteer().place(id).name.to_uppercase(),
        Whose::Ministry => "BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG".into(),
    };
    Ok((sheet::filled(&title, day, position, &lines).map_err(failed)?, position))
}

/// Hands over the record of every product, in order.
fn each(door: &ReadDoor, whose: Whose, mut sink: impl FnMut(&Record) -> StoreResult<()>) -> StoreResult<i64> {
    let ministries = MINISTRIES.each_ref().map(|ministry| ministry.key);
    door.long_snapshot(|Snapshot { conn, position }| {
        let mut after = 0;
        loop {
            let ids = match whose {
                Whose::Province(id) => product::in_province(conn, &gazetteer().place(id).key, after, PAGE)?,
                Whose::Ministry => product::recognised_by(conn, &ministries, after, PAGE)?,
            };
            let Some(last) = ids.last() else { break };
            after = *last;
            for record in record::find_all(conn, &ids)? {
                sink(&record)?;
            }
        }
        Ok(*position)
    })
}

fn failed(error: impl std::fmt::Display) -> StoreError {
    StoreError::Query(error.to_string())
}
