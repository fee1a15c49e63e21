//! What the public may tell of a label.

use super::vocabulary::vocabulary;

/// The most characters of the place where a label was seen.
pub const LONGEST_PLACE: usize = 200;
/// The most characters of a note.
pub const LONGEST_NOTE: usize = 500;

vocabulary! {
    /// What seems wrong with a label.
    Kind {
        /// It is sold as OCOP although its certificate has ended, was withdrawn or never was.
        NotCertified = "not_certified",
        /// It shows more stars than it has.
        WrongStars = "wrong_stars",
        /// It bears the code or mark of another product.
        OtherProduct = "other_product",
        /// It seems to be a copy.
        Counterfeit = "counterfeit",
        /// Something else.
        Other = "other",
    }
}
