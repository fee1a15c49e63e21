//! What is missing or weak in the data that a council looks after.

use super::vocabulary::vocabulary;

vocabulary! {
    /// Products that want something.
    ProductGap {
        /// Certified today, and no barcode is known: a shop cannot check it by scanning.
        MissingGtin = "missing_gtin",
        /// A certificate of it is known from a state portal or the press only; the signed decision was not seen.
        PortalOrPress = "portal_or_press",
    }
}

vocabulary! {
    /// Decisions that want something.
    DecisionGap {
        /// No hash of the signed document: nobody can prove which document was meant.
        MissingDocument = "missing_document",
        /// Entered into the registry more than [`LATE_AFTER`] days after signing.
        LateEntry = "late_entry",
    }
}

/// Days after signing after which an entry is late. Where no other law sets a time, an authority
/// publishes within five working days (Law on Access to Information 104/2016/QH13, article 18), which
/// are seven days at most when no public holiday falls among them.
pub const LATE_AFTER: i64 = 7;
