//! Registry codes: short, without ambiguous letters, with a check character.
//!
//! A code is a noun letter, the serial number of the thing in base 32 (Crockford's alphabet: no
//! I, L, O, U) and a check character by **ISO 7064 MOD 37,36**, which finds every single wrong
//! character and nearly every swap of neighbours. MOD 37,36 may yield a letter that the alphabet
//! leaves out; such serials are never given. So a code and a row's number are the same thing, and
//! no index is needed to look one up.

use super::vocabulary::vocabulary;
use smol_str::{SmolStr, format_smolstr};

vocabulary! {
    /// What a code names; the first letter of the code.
    Noun {
        /// A product.
        Product = "P",
        /// A producer.
        Producer = "M",
        /// A certificate.
        Certificate = "C",
        /// A decision.
        Decision = "D",
    }
}

/// Why a text is no registry code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeError {
    /// It does not look like one.
    Malformed,
    /// It looks like one, but its check character is wrong: a typing error.
    Checksum,
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ISO: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: usize = 6;
const LENGTH: usize = DIGITS + 2;
/// The highest serial number that a code can carry.
pub const MAX_SERIAL: i64 = (1 << (5 * DIGITS)) - 1;

/// The check character of ISO 7064 MOD 37,36 for a text over `0-9A-Z`.
fn check_character(text: &[u8]) -> Option<u8> {
    let mut p = 36;
    for byte in text {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            _ => return None,
        };
        let sum = (p + usize::from(value)) % 36;
        p = (if sum == 0 { 36 } else { sum } * 2) % 37;
    }
    ISO.get((37 - p) % 36).copied()
}

/// The code of the `serial`-th thing of its kind; `None` when that number is never given.
pub fn encode(noun: Noun, serial: i64) -> Option<SmolStr> {
    if !(1..=MAX_SERIAL).contains(&serial) {
        return None;
    }
    let mut code = [0; LENGTH];
    code[0] = noun.as_str().bytes().next()?;
    for (place, digit) in code[1..=DIGITS].iter_mut().rev().enumerate() {
        *digit = ALPHABET[usize::try_from((serial >> (5 * place)) & 31).ok()?];
    }
    let check = check_character(&code[..=DIGITS])?;
    code[DIGITS + 1] = check;
    let given = !matches!(check, b'I' | b'L' | b'O' | b'U');
    std::str::from_utf8(&code).ok().filter(|_| given).map(SmolStr::new_inline)
}

/// The code of a number that the registry has given.
pub fn code_of(noun: Noun, serial: i64) -> SmolStr {
    encode(noun, serial).unwrap_or_else(|| format_smolstr!("{noun}?{serial}"))
}

/// The next serial number after `after` that has a code; `None` when all are given.
pub fn next_serial(noun: Noun, after: i64) -> Option<i64> {
    (after + 1..=MAX_SERIAL).find(|serial| encode(noun, *serial).is_some())
}

/// Reads a code as people write it: any case, spaces and hyphens between, O for 0, I or L for 1.
pub fn parse(text: &str) -> Result<(Noun, i64), CodeError> {
    let mut bytes = [0u8; LENGTH];
    let mut len = 0;
    for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
        let c = match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let byte = u8::try_from(c).ok().filter(|b| ALPHABET.contains(b)).ok_or(CodeError::Malformed)?;
        *bytes.get_mut(len).ok_or(CodeError::Malformed)? = byte;
        len += 1;
    }
    let noun = std::str::from_utf8(&bytes[..1]).ok().and_then(Noun::parse).ok_or(CodeError::Malformed)?;
    if len != bytes.len() {
        return Err(CodeError::Malformed);
    }
    let (body, check) = bytes.split_at(DIGITS + 1);
    if check_character(body) != check.first().copied() {
        return Err(CodeError::Checksum);
    }
    let serial = body[1..].iter().fold(0i64, |serial, byte| {
        let digit = ALPHABET.iter().position(|a| a == byte).unwrap_or(0);
        serial << 5 | i64::try_from(digit).unwrap_or(0)
    });
    Ok((noun, serial))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_example() {
        // The Global Release Identifier A1-2425G-ABC1234002-M uses MOD 37,36.
        assert_eq!(check_character(b"A12425GABC1234002"), Some(b'M'));
    }

    #[test]
    fn there_and_back() {
        let mut serial = 0;
        for _ in 0..2_000 {
            serial = next_serial(Noun::Product, serial).expect("numbers are left");
            let code = code_of(Noun::Product, serial);
            assert_eq!(parse(&code), Ok((Noun::Product, serial)));
            assert_eq!(parse(&code.to_lowercase().replace('0', "o").replace('1', "l")), Ok((Noun::Product, serial)));
            assert!(!code.contains(['I', 'L', 'O', 'U']), "{code}");
        }
        assert_eq!(next_serial(Noun::Product, MAX_SERIAL), None);
    }

    #[test]
    fn every_single_typing_error_is_found() {
        let code = code_of(Noun::Product, next_serial(Noun::Product, 70_000).expect("a number"));
        for at in 1..code.len() {
            for wrong in ALPHABET.iter().map(|b| char::from(*b)).filter(|c| !code[at..].starts_with(*c)) {
                let mut text = code.to_string();
                text.replace_range(at..=at, &wrong.to_string());
                assert_eq!(parse(&text), Err(CodeError::Checksum), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_code() {
        for bad in ["", "P", "P00001", "X0000018", "P00000188", "P0000U18", "mật ong", "8930000000002"] {
            assert_eq!(parse(bad), Err(CodeError::Malformed), "{bad}");
        }
    }
}
