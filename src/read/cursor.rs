//! Opaque keyset cursors: where a row stands in an order, in base64url, with a check that finds
//! what this registry did not write.

use crate::error::{Code, Problem, say};
use crate::store::listing::At;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

/// The most rows of a page.
pub const MOST: u32 = 200;
/// The rows of a page when nothing is said.
pub const USUAL: u32 = 20;

/// Which page is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageAsk {
    /// Rows at most.
    pub first: u32,
    /// Where to start, and whether the page lies before that.
    pub from: Option<(Cursor, bool)>,
    /// Whether, without a start, it is the last page that is wanted.
    pub last: bool,
}

impl Default for PageAsk {
    fn default() -> Self {
        Self { first: USUAL, from: None, last: false }
    }
}

impl PageAsk {
    /// Whether the page lies before its cursor, or at the end.
    pub fn backwards(&self) -> bool {
        self.from.as_ref().map_or(self.last, |(_, before)| *before)
    }

    /// The number at which a list by number begins.
    pub fn id(&self) -> Option<i64> {
        self.from.as_ref().map(|(cursor, _)| cursor.id)
    }

    /// Rows to fetch: one more tells whether there are more.
    pub fn limit(&self) -> i64 {
        i64::from(self.first) + 1
    }
}

/// A position in an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The order that it belongs to.
    pub order: String,
    /// Rank group of a search.
    pub tier: u8,
    /// Text key.
    pub text: String,
    /// Number key.
    pub value: i32,
    /// Number of the row.
    pub id: i64,
}

impl Cursor {
    /// A position in a list by number.
    pub fn by_number(order: &str, id: i64) -> Self {
        Self { order: order.into(), tier: 0, text: String::new(), value: 0, id }
    }

    /// A position in a list of products.
    pub fn at(order: &str, tier: u8, at: &At) -> Self {
        Self { order: order.into(), tier, text: at.text.clone(), value: at.value, id: at.id }
    }

    /// As clients see it.
    pub fn encode(&self) -> String {
        let mut bytes = postcard::to_stdvec(self).unwrap_or_default();
        bytes.extend_from_slice(&check(&bytes));
        BASE64_URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads a cursor that belongs to an order.
    pub fn decode(text: &str, parameter: &str, order: &str) -> Result<Self, Problem> {
        let invalid = || {
            Problem::parameter(
                parameter,
                Code::InvalidCursor,
                say(
                    "Con trỏ này không thuộc danh sách này; hãy lấy lại từ trang đầu.",
                    "This cursor is not one of this list; start again from the first page.",
                ),
            )
        };
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        let (body, end) = bytes.split_at_checked(bytes.len().saturating_sub(4)).ok_or_else(invalid)?;
        if end != check(body) {
            return Err(invalid());
        }
        let cursor: Self = postcard::from_bytes(body).map_err(|_| invalid())?;
        if cursor.order == order { Ok(cursor) } else { Err(invalid()) }
    }
}

/// A short name for an order that has a long one.
pub fn name_of(list: &str) -> String {
    format!("{:016x}", xxh3_64(list.as_bytes()))
}

fn check(bytes: &[u8]) -> [u8; 4] {
    let hash = xxh3_64(bytes).to_le_bytes();
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Cuts the row too many off a page fetched in either direction, puts it in order, and tells what
/// lies around it.
pub fn settle<T>(mut rows: Vec<T>, ask: &PageAsk, cursor: impl Fn(&T) -> Cursor) -> (Vec<T>, super::view::page::PageInfo) {
    let wanted = usize::try_from(ask.first).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    if ask.backwards() {
        rows.reverse();
    }
    let info = super::view::page::PageInfo {
        start_cursor: rows.first().map(|row| cursor(row).encode()),
        end_cursor: rows.last().map(|row| cursor(row).encode()),
        has_next_page: if ask.backwards() { ask.from.is_some() } else { more },
        has_previous_page: if ask.backwards() { more } else { ask.from.is_some() },
    };
    (rows, info)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_and_nothing_else() {
        let cursor = Cursor { order: "name".into(), tier: 2, text: "mat ong".into(), value: 5, id: 77 };
        let text = cursor.encode();
        assert_eq!(Cursor::decode(&text, "after", "name"), Ok(cursor));
        assert!(Cursor::decode(&text, "after", "code").is_err());
        for bad in ["", "x", "AAAA", "not base64!", &text[1..], &text[..text.len() - 1]] {
            assert!(Cursor::decode(bad, "after", "name").is_err(), "{bad}");
        }
    }
}
