//! Global Trade Item Numbers (GS1 General Specifications): GTIN-8, -12, -13 and -14, kept as 14 digits.

use serde::{Deserialize, Serialize};

/// A GTIN with a right check digit, as 14 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Gtin(String);

/// Why a text is no GTIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GtinError {
    /// Not 8, 12, 13 or 14 digits.
    Malformed,
    /// The check digit is wrong: a typing or scanning error.
    Checksum,
}

impl Gtin {
    /// Reads a GTIN in any written form: blanks, hyphens or dots between the digits, or with the GS1
    /// application identifier before them, as `(01)` or as `01/` of a GS1 Digital Link.
    pub fn parse(text: &str) -> Result<Self, GtinError> {
        let text = text.trim();
        let linked = || text.strip_prefix("01/").or_else(|| text.rsplit_once("/01/").map(|(_, digits)| digits));
        let text = text.strip_prefix("(01)").or_else(linked).unwrap_or(text);
        let mut digits = String::with_capacity(14);
        for c in text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-' | '–' | '‑' | '.')) {
            if !c.is_ascii_digit() || digits.len() == 14 {
                return Err(GtinError::Malformed);
            }
            digits.push(c);
        }
        if !matches!(digits.len(), 8 | 12 | 13 | 14) || digits.bytes().all(|b| b == b'0') {
            return Err(GtinError::Malformed);
        }
        let sum: u32 = digits.bytes().rev().enumerate().map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 }).sum();
        if !sum.is_multiple_of(10) {
            return Err(GtinError::Checksum);
        }
        Ok(Self(format!("{digits:0>14}")))
    }

    /// The 14 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms() {
        for text in [
            "8930000000002",
            "893-0000-00000-2",
            "893 0000 000002",
            "08930000000002",
            "(01)08930000000002",
            "893.0000.000.002",
            "https://id.example.vn/01/08930000000002",
        ] {
            assert_eq!(Gtin::parse(text).as_ref().map(Gtin::as_str), Ok("08930000000002"), "{text}");
        }
        assert_eq!(Gtin::parse("6291041500213").map(|g| g.0), Ok("06291041500213".into()));
        assert_eq!(Gtin::parse("96385074").map(|g| g.0), Ok("00000096385074".into()));
    }

    #[test]
    fn refused() {
        assert_eq!(Gtin::parse("8930000000003"), Err(GtinError::Checksum));
        for bad in ["", "893", "8930000000002x", "00000000", "893000000000200", "８930000000002"] {
            assert!(Gtin::parse(bad).is_err(), "{bad}");
        }
    }
}
