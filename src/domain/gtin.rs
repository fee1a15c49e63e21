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
    /// application identifier before them, as `(01)` or as `01/` of a GS1 Digital Link. What is said there of lot,
    /// serial number or dates is passed over.
    pub fn parse(text: &str) -> Result<Self, GtinError> {
        let text = text.trim();
        let text = bracketed(text).or_else(|| linked(text)).unwrap_or(text);
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

/// The GTIN of an element string as people read it, such as `(01)08930000000002(10)AB`.
fn bracketed(text: &str) -> Option<&str> {
    text.strip_prefix("(01)")?.split('(').next()
}

/// The GTIN of a GS1 Digital Link URI, such as `https://id.gs1.org/01/08930000000002/10/AB?17=261231`, or of its end.
fn linked(text: &str) -> Option<&str> {
    let path = text.split(['?', '#']).next()?;
    let mut segments = path.split('/').skip_while(|segment| *segment != "01");
    segments.nth(1)
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
            "https://id.example.vn/shop/01/8930000000002/",
            "https://id.gs1.org/01/08930000000002/10/01/21/01/5",
            "https://id.gs1.org/01/08930000000002?17=261231",
            "https://id.gs1.org/01/08930000000002/10/LOT?17=261231#x",
            "01/08930000000002/22/2A",
            "(01)08930000000002(10)AB",
            "(01) 0893 0000 000002 (17)261231(10)AB/12",
        ] {
            assert_eq!(Gtin::parse(text).as_ref().map(Gtin::as_str), Ok("08930000000002"), "{text}");
        }
        assert_eq!(Gtin::parse("6291041500213").map(|g| g.0), Ok("06291041500213".into()));
        assert_eq!(Gtin::parse("96385074").map(|g| g.0), Ok("00000096385074".into()));
    }

    #[test]
    fn refused() {
        for wrong in ["8930000000003", "(01)08930000000003(10)AB", "https://id.gs1.org/01/08930000000003/10/AB"] {
            assert_eq!(Gtin::parse(wrong), Err(GtinError::Checksum), "{wrong}");
        }
        for bad in ["(10)AB(01)08930000000002", "(01)", "https://id.gs1.org/01/", "https://id.gs1.org/01", "01/02/2026"] {
            assert_eq!(Gtin::parse(bad), Err(GtinError::Malformed), "{bad}");
        }
        for bad in ["", "893", "8930000000002x", "00000000", "893000000000200", "８930000000002"] {
            assert!(Gtin::parse(bad).is_err(), "{bad}");
        }
    }
}
