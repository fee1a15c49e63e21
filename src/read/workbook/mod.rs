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
use crate::error::{Code, Problem, say};
use crate::read::{ReadError, Reader};
use crate::store::{ReadDoor, Snapshot, StoreError, StoreResult, product, record};
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;

/// Whose products.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// Those that lie in a current province.
    Province(PlaceId),
    /// Those that lie in a current commune.
    Commune(PlaceId),
    /// Those that the ministry has recognised.
    Ministry,
}

/// What makes a file of somebody's products as of a day, with the ledger position that it shows.
pub type Make = fn(&ReadDoor, Whose, Day) -> StoreResult<(Vec<u8>, i64)>;

/// Files that are made at once; each holds a connection and all its rows.
const AT_ONCE: usize = 2;

static RUNNING: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_ONCE)));

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
        Whose::Province(id) | Whose::Commune(id) => gazetteer().place(id).name.to_uppercase(),
        Whose::Ministry => "BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG".into(),
    };
    Ok((sheet::filled(&title, day, position, &lines).map_err(failed)?, position))
}

/// Makes one of the files on a thread that may block.
///
/// # Errors
/// 503 when several are being made.
pub async fn made(reader: &Reader, whose: Whose, day: Day, make: Make) -> Result<(Vec<u8>, i64), Problem> {
    let permit = RUNNING.clone().try_acquire_owned().map_err(|_| {
        let detail = say("Đang có nhiều lượt xuất tệp; hãy thử lại sau.", "Several files are being made; try again later.");
        Problem { retry_after: Some(5), ..Problem::new(Code::Unavailable, detail) }
    })?;
    let door = reader.door.clone();
    let file = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        make(&door, whose, day)
    });
    Ok(file.await.map_err(failed).and_then(|file| file).map_err(ReadError::from)?)
}

/// Hands over the record of every product, in order.
fn each(door: &ReadDoor, whose: Whose, mut sink: impl FnMut(&Record) -> StoreResult<()>) -> StoreResult<i64> {
    let ministries = MINISTRIES.each_ref().map(|ministry| ministry.key);
    door.long_snapshot(|Snapshot { conn, position }| {
        let mut after = 0;
        loop {
            let ids = match whose {
                Whose::Province(id) => product::in_province(conn, &gazetteer().place(id).key, after, PAGE)?,
                Whose::Commune(id) => product::in_commune(conn, &gazetteer().place(id).key, after, PAGE)?,
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
