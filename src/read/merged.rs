//! What was merged answers with where it lives on.

use super::answer::Answer;
use super::view::merged::Moved;
use super::{ReadResult, Reader};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::error::Problem;
pub use crate::store::merged::{survivor, survivors};
use crate::store::{Snapshot, StoreResult};

/// The answer about something that was merged; `None` for what was not.
pub fn moved(snapshot: &mut Snapshot<'_>, noun: Noun, id: i64, today: Day) -> StoreResult<Option<Answer>> {
    let survivor = survivor(snapshot.conn, noun, id)?;
    Ok(survivor.map(|survivor| {
        let moved = Moved { code: code_of(noun, id), merged_into: code_of(noun, survivor) };
        Answer { moved_to: Some(moved.merged_into.clone().into()), ..Answer::single(moved, snapshot.position, today, None) }
    }))
}

/// The answer about something that is not there: where it lives on, or that nothing is known.
pub(super) fn elsewhere(snapshot: &mut Snapshot<'_>, noun: Noun, id: i64, today: Day) -> ReadResult<Answer> {
    Ok(moved(snapshot, noun, id, today)?.ok_or_else(|| Problem::not_found(&code_of(noun, id)))?)
}

/// The same for a question that has no snapshot yet.
pub(super) async fn look_elsewhere(reader: &Reader, noun: Noun, id: i64, today: Day) -> ReadResult<Answer> {
    reader.ask(move |snapshot| elsewhere(snapshot, noun, id, today)).await
}
