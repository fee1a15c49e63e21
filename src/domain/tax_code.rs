//! Vietnamese tax codes: 10 digits with a check digit, or those and "-" and 3 digits for a
//! dependent unit.

/// Why a text is no tax code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaxCodeError {
    /// Neither 10 digits nor 10 + "-" + 3.
    Malformed,
    /// The tenth digit is not the check digit.
    Checksum,
}

const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/// Checks a tax code and returns it as it is kept: without blanks.
pub fn parse(text: &str) -> Result<String, TaxCodeError> {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    let (main, unit) = text.split_once('-').map_or((text.as_str(), None), |(main, unit)| (main, Some(unit)));
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(main, 10) || unit.is_some_and(|unit| !digits(unit, 3)) {
        return Err(TaxCodeError::Malformed);
    }
    let sum: u32 = main.bytes().zip(WEIGHTS).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    // A remainder of 0 would ask for the "digit" 10, so no such code exists.
    let check = 10 - sum % 11;
    if main.bytes().last().map(|b| u32::from(b - b'0')) == Some(check) && !sum.is_multiple_of(11) {
        Ok(text)
    } else {
        Err(TaxCodeError::Checksum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digit() {
        assert_eq!(parse("0100047516"), Ok("0100047516".into()));
        assert_eq!(parse("0100047516-001"), Ok("0100047516-001".into()));
        assert_eq!(parse("0100047515"), Err(TaxCodeError::Checksum));
        for bad in ["", "010004751", "01000475160", "0100047516-1", "0100047516001", "010004751x"] {
            assert_eq!(parse(bad), Err(TaxCodeError::Malformed), "{bad}");
        }
    }

    #[test]
    fn no_code_where_the_remainder_is_zero() {
        // 000000000 has sum 0: neither 0 nor any other tenth digit is right.
        for last in 0..10 {
            assert_eq!(parse(&format!("000000000{last}")), Err(TaxCodeError::Checksum));
        }
    }
}
