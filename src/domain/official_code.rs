//! Official product codes, printed on score sheets: `province-commune-serial-year` since QĐ 26/2026,
//! `province-district-commune-serial-year` before. They change at every re-evaluation, so they
//! belong to a certificate.

/// Reads an official product code; returns it as it is kept, or `None` when it is not one.
pub fn parse(text: &str) -> Option<String> {
    let text: String = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            // Word processors make dashes of hyphens; some print dots.
            '–' | '‑' | '.' => '-',
            c => c,
        })
        .collect();
    let mut parts: Vec<&str> = text.split('-').collect();
    let numeric = |part: &&str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|b| b.is_ascii_digit());
    let year = parts.last()?;
    let shaped =
        matches!(parts.len(), 4 | 5) && parts.iter().all(numeric) && parts[0].len() == 2 && year.len() == 4 && year.starts_with("20");
    if !shaped {
        return None;
    }
    // Only the serial is a number; the others are codes of a fixed length.
    let serial = parts.len() - 2;
    parts[serial] = Some(parts[serial].trim_start_matches('0')).filter(|digits| !digits.is_empty()).unwrap_or("0");
    Some(parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        assert_eq!(parse("83-829-28780-3-2022").as_deref(), Some("83-829-28780-3-2022"));
        assert_eq!(parse("24 - 07210 - 12 - 2026").as_deref(), Some("24-07210-12-2026"));
        assert_eq!(parse("24–07210–012–2026"), parse("24.07210.12.2026"));
        for bad in ["", "83-829-28780-3", "83-829-28780-3-1999", "893-0000-00000-2", "83-829-x-3-2022", "83-829-28780-3-2022-1"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
    }
}
