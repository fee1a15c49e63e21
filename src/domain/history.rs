//! What can happen to what the registry knows, in words, and who may have recorded it: a role and a
//! council, never a person.

use super::vocabulary::vocabulary;

vocabulary! {
    /// What a step of a history is.
    Event {
        /// A product, producer or decision entered the registry.
        Registered = "registered",
        /// Members were put right, or filled in.
        Corrected = "corrected",
        /// It was found to be another one of its kind, which lives on.
        Merged = "merged",
        /// It bears another name from now on.
        Renamed = "renamed",
        /// A further name became known.
        NameAdded = "name_added",
        /// A name was taken back.
        NameEnded = "name_ended",
        /// A barcode came into use.
        BarcodeAdded = "barcode_added",
        /// A barcode ended; it leads here no more.
        BarcodeEnded = "barcode_ended",
        /// An identifier of a producer became known.
        IdentifierAdded = "identifier_added",
        /// An identifier of a producer ended.
        IdentifierEnded = "identifier_ended",
        /// A decision recognised the product.
        Recognised = "recognised",
        /// The day of a recognition became known, and with it its term.
        Dated = "dated",
        /// The certificate was withdrawn (thu hồi).
        Withdrawn = "withdrawn",
        /// The recognition was annulled (hủy bỏ).
        Annulled = "annulled",
        /// The certificate was extended (gia hạn).
        Extended = "extended",
        /// The signed document of a decision was recorded, by its hash.
        DocumentAttached = "document_attached",
        /// A post-check (hậu kiểm) took place.
        PostCheckCarriedOut = "post_check_carried_out",
        /// A post-check ended.
        PostCheckConcluded = "post_check_concluded",
    }
}

vocabulary! {
    /// In which role something was recorded.
    Role {
        /// Whoever runs the registry: imports of published lists.
        Operator = "operator",
        /// Prepares for a council.
        Clerk = "clerk",
        /// Publishes for a council.
        Approver = "approver",
        /// Any other.
        Other = "other",
    }
}

/// The key of the ministry's council; that of any other is its unit's.
pub const MINISTRY: &str = "VN";

/// Who recorded something, from the ledger's word for it: a role (`operator`), or the key of a
/// council and a role (`VN34-24/approver`). Whatever else stands there is not repeated.
pub fn recorded_by(actor: &str) -> (Option<&str>, Role) {
    let (council, role) = actor.split_once('/').map_or((None, actor), |(council, role)| (Some(council), role));
    (council, Role::parse(role).unwrap_or(Role::Other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actors() {
        assert_eq!(recorded_by("operator"), (None, Role::Operator));
        assert_eq!(recorded_by("VN34-24/approver"), (Some("VN34-24"), Role::Approver));
        assert_eq!(recorded_by("VN/clerk"), (Some("VN"), Role::Clerk));
        assert_eq!(recorded_by("Nguyễn Văn A"), (None, Role::Other));
    }
}
