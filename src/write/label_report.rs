//! Takes what somebody tells of a label that seems wrong, for the councils' post-check lists.
//!
//! It is the one command that the public may give, so it is bounded in every way: length, reports a
//! day about one product, reports a day in all. It writes no fact of the registry, so it has no ledger
//! entry, and no answer of the public side depends on it.

use crate::domain::day::Day;
use crate::domain::label_report::{Kind, LONGEST_NOTE, LONGEST_PLACE};
use crate::domain::place::gazetteer;
use crate::domain::text::nfc;
use crate::error::{Code, Problem, say};
use crate::store::label_report::{LabelReportRow, Load};
use crate::store::{StoreError, WriteDoor};

/// The most reports a day about one product; councils need to know that there are some, not each.
const MOST_OF_PRODUCT: i64 = 20;
/// The most in all, so that nobody fills the disk.
const MOST_IN_ALL: i64 = 5_000;

/// Where reports are kept.
#[derive(Debug, Clone)]
pub struct LabelReports {
    door: Option<WriteDoor>,
}

/// What somebody tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelReport {
    /// The product.
    pub product: i64,
    /// Key of the place where it is made, as its record has it.
    pub place: String,
    /// What seems wrong.
    pub kind: Kind,
    /// Where the label was seen; may be empty.
    pub seen_at: String,
    /// More; may be empty.
    pub note: String,
}

impl LabelReports {
    /// Reports kept in a database.
    pub fn kept(door: WriteDoor) -> Self {
        Self { door: Some(door) }
    }

    /// None are taken: this node only reads.
    pub fn refused() -> Self {
        Self { door: None }
    }

    /// Whether reports are taken here.
    pub fn are_taken(&self) -> bool {
        self.door.is_some()
    }

    /// Keeps a report. The very same one a second time that day is good, and kept once.
    ///
    /// # Errors
    /// 503 where this node only reads or the database is away, 429 when the day is full, 400 for
    /// what is too long.
    pub fn keep(&self, report: &LabelReport, today: Day) -> Result<(), Problem> {
        let Some(door) = &self.door else {
            let detail = say(
                "Máy chủ này chỉ để tra cứu, không nhận báo cáo. Hãy báo trực tiếp cho cơ quan phụ trách OCOP của tỉnh.",
                "This server answers look-ups only and takes no reports. Tell the OCOP office of the province instead.",
            );
            return Err(Problem { retry_after: Some(3_600), ..Problem::new(Code::Unavailable, detail) });
        };
        let row = LabelReportRow {
            id: 0,
            product_id: report.product,
            province_now: province_of(&report.place),
            reported_on: today,
            kind: report.kind.as_str().into(),
            seen_at: tidy("place", &report.seen_at, LONGEST_PLACE)?,
            note: tidy("note", &report.note, LONGEST_NOTE)?,
        };
        door.keep_label_report(row, admit).unwrap_or_else(|error| Err(failed(&error)))
    }
}

/// Whether to keep a report for what there is already: `false` when it is there.
fn admit(load: Load) -> Result<bool, Problem> {
    if load.same {
        return Ok(false);
    }
    if load.of_product >= MOST_OF_PRODUCT || load.in_all >= MOST_IN_ALL {
        let detail = say(
            "Hôm nay đã có đủ báo cáo; cơ quan phụ trách sẽ kiểm tra. Cảm ơn bạn.",
            "Enough was reported today; the authority will look into it. Thank you.",
        );
        return Err(Problem { retry_after: Some(3_600), ..Problem::new(Code::RateLimited, detail) });
    }
    Ok(true)
}

fn failed(error: &StoreError) -> Problem {
    tracing::warn!(%error, "a report on a label was not kept");
    let detail = say("Chưa ghi được báo cáo, hãy thử lại sau ít giây.", "The report could not be kept; try again in a few seconds.");
    Problem { retry_after: Some(5), ..Problem::new(Code::Unavailable, detail) }
}

/// Text as it is kept: NFC, one line, no control characters.
fn tidy(name: &str, text: &str, longest: usize) -> Result<String, Problem> {
    let line = nfc(text).chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > longest {
        let detail = say(format!("Dài quá {longest} ký tự."), format!("Longer than {longest} characters."));
        return Err(Problem::parameter(name, Code::InvalidValue, detail));
    }
    Ok(line)
}

/// The province of today that a place belongs to.
fn province_of(place: &str) -> String {
    let gazetteer = gazetteer();
    gazetteer.get(place).map(|id| gazetteer.place(gazetteer.province_now(id)).key.clone()).unwrap_or_default()
}
