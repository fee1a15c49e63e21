//! Numbers of decisions, such as `858/QĐ-UBND`: unique only with issuer and year.

use super::text::nfc;

/// The key under which two writings of a number meet: upper case, Đ as D, no blanks; `None` for a
/// text that holds no digit and so is no number.
pub fn key(number: &str) -> Option<String> {
    let key: String = nfc(number)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .map(|c| if matches!(c, 'Đ' | 'Ð') { 'D' } else { c })
        .collect();
    (key.chars().any(|c| c.is_ascii_digit()) && key.chars().count() <= 64).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_meet() {
        assert_eq!(key("858/QĐ-UBND"), Some("858/QD-UBND".into()));
        assert_eq!(key(" 858 / qđ-ubnd "), key("858/QD-UBND"));
        assert_ne!(key("1850/QĐ-UBND-HC"), key("1850/QĐ-UBND"));
        assert_eq!(key("QĐ-UBND"), None);
    }
}
