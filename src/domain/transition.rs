//! What may still happen to a certificate, by its status. The law knows no suspension, and nothing
//! brings a withdrawn or annulled certificate back: the product is recognised anew.

use super::authority::Level;
use super::record::ActKind;
use super::verdict::Status;

/// The acts that may be recorded about a certificate of that status; `None` stands for a
/// recognition of unknown term.
pub fn allowed(status: Option<Status>) -> &'static [ActKind] {
    use ActKind::{Annulment, Extension, Withdrawal};
    match status {
        Some(Status::Valid | Status::Extended) => &[Withdrawal, Annulment, Extension],
        None => &[Withdrawal, Annulment],
        // On that day there was nothing yet that could be taken back.
        Some(Status::NotYetValid | Status::Annulled) => &[],
        // What has ended cannot be withdrawn, but that it was ever given can be undone.
        Some(Status::Expired | Status::Superseded | Status::Withdrawn) => &[Annulment],
    }
}

/// Who withdraws and extends certificates of so many stars: whoever recognises them today. Stars
/// that are not known are taken for those of a province.
pub fn keeper(stars: Option<i16>) -> Level {
    if stars == Some(5) { Level::National } else { Level::Province }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_back() {
        for status in Status::ALL {
            let extendable = allowed(Some(*status)).contains(&ActKind::Extension);
            assert_eq!(extendable, matches!(status, Status::Valid | Status::Extended), "{status}");
        }
        assert!([Status::Annulled, Status::NotYetValid].iter().all(|status| allowed(Some(*status)).is_empty()));
        assert_eq!((keeper(Some(5)), keeper(Some(4)), keeper(None)), (Level::National, Level::Province, Level::Province));
    }
}
