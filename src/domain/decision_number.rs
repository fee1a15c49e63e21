//! Numbers of decisions, such as `858/QĐ-UBND`: unique only with issuer and year.

use super::authority::Level;
use super::text::nfc;

/// The key under which two writings of a number meet: upper case, Đ as D, no blanks, no zero in front
/// (offices write `05/QĐ-UBND`, Decree 30/2020/NĐ-CP). A number begins with digits, perhaps with letters
/// behind them, and goes on in parts of letters and digits after slashes and hyphens; `None` for any other text.
pub fn key(number: &str) -> Option<String> {
    let key: String = nfc(number)
        .chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_uppercase)
        .map(|c| match c {
            'Đ' | 'Ð' => 'D',
            // Word processors make dashes of hyphens.
            '–' | '‑' => '-',
            c => c,
        })
        .collect();
    let shaped = key.starts_with(|c: char| c.is_ascii_digit())
        && key.split(['/', '-']).all(|part| !part.is_empty() && part.chars().all(char::is_alphanumeric));
    if !shaped || key.chars().count() > 64 {
        return None;
    }
    let serial = key.trim_start_matches('0');
    Some(if serial.starts_with(|c: char| c.is_ascii_digit()) { serial.to_owned() } else { key })
}

/// Whether a number can be that of a decision of an authority of this level. A decision is a QĐ: a submission
/// (TTr), a notice (TB) or a plan (KH) recognises nothing. People's committees sign as UBND, their chairmen
/// also as CT, the ministry as BNN or BNNMT; nobody else recognises. A bare number fits all.
pub fn fits(key: &str, level: Level) -> bool {
    let serial: String = key.chars().take_while(char::is_ascii_digit).collect();
    if serial.bytes().all(|b| b == b'0') {
        return false;
    }
    let mut words = key.split(['/', '-']).skip_while(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let Some(kind) = words.next() else { return true };
    let signs = |part: &str| match level {
        Level::National => part.starts_with("BNN"),
        Level::Province | Level::District => part.starts_with("UBND") || part.starts_with("CT"),
    };
    kind == "QD" && words.next().is_none_or(signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_meet() {
        assert_eq!(key("858/QĐ-UBND"), Some("858/QD-UBND".into()));
        assert_eq!(key(" 858 / qđ-ubnd "), key("858/QD-UBND"));
        assert_ne!(key("1850/QĐ-UBND-HC"), key("1850/QĐ-UBND"));
        assert_eq!((key("05/QĐ-UBND"), key("00/QĐ-UBND")), (key("5/QĐ-UBND"), Some("00/QD-UBND".into())));
        assert_eq!(key("858/QĐ–UBND"), key("858/QĐ-UBND"));
        for number in ["2310", "12b/QĐ-UBND", "377/QĐ-BNN-VPĐP", "12/2024/NQ-HĐND"] {
            assert!(key(number).is_some(), "{number}");
        }
        for text in ["QĐ-UBND", "", "=1+1/QĐ-UBND", "Công văn 12", "12/", "12//QĐ", "12/QĐ;DROP", "12/QĐ-UBND\u{202e}", "@12"] {
            assert_eq!(key(text), None, "{text}");
        }
    }

    #[test]
    fn the_level_shows_in_the_number() {
        assert!(fits("377/QD-BNN-VPDP", Level::National) && !fits("377/QD-BNN-VPDP", Level::Province));
        assert!(fits("1850/QD-UBND-HC", Level::Province) && fits("86/QD-UBND", Level::District) && !fits("86/QD-UBND", Level::National));
        assert!(fits("377", Level::National) && fits("377", Level::Province));
        assert!(fits("5/2024/QD-UBND", Level::Province) && fits("12B/QD-CTUBND", Level::District) && fits("7/QD", Level::Province));
        for key in ["12/2024/NQ-HDND", "16/QD-HDND", "0/QD-UBND", "11/QD-SNN", "12/KH-UBND", "13/TB-UBND", "14/TTR-UBND", "18/QD-UBX"] {
            assert!(!fits(key, Level::Province), "{key}");
        }
        assert!(!fits("15/QD-TTG", Level::National) && !fits("15/TTR-BNN", Level::National));
    }
}
