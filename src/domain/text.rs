//! Vietnamese text: normal forms and folding.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Unicode NFC with white space trimmed and runs of it collapsed: how names are kept.
pub fn nfc(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.nfc());
    }
    out
}

/// Lower case without diacritics and with đ as d; every run of anything that is no letter or digit
/// becomes one space. Search compares folded text only, because a full-text index of the database
/// does not fold đ.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    let mut push = |c: char, out: &mut String| {
        if c.is_alphanumeric() {
            if gap && !out.is_empty() {
                out.push(' ');
            }
            gap = false;
            out.push(if c == 'đ' || c == 'ð' { 'd' } else { c });
        } else {
            gap = true;
        }
    };
    for c in text.nfd().filter(|c| !is_combining_mark(*c)) {
        for lower in c.to_lowercase() {
            push(lower, &mut out);
        }
    }
    out
}

/// Like [`fold`], but with the marks: "Kẹo dừa" and "Kẹo dứa" are two products, "Hùng" and "Hưng" two
/// people. The tone goes to the end of its word, because "Hoà" and "Hòa" are one spelling.
pub fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut tone, mut gap) = (None, false);
    for c in text.nfd().flat_map(char::to_lowercase) {
        match c {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tone = Some(c),
            // Circumflex, breve and horn make other letters.
            '\u{302}' | '\u{306}' | '\u{31b}' if !gap => out.push(c),
            _ if is_combining_mark(c) => {}
            _ if c.is_alphanumeric() => {
                if gap && !out.is_empty() {
                    out.push(' ');
                }
                gap = false;
                out.push(if c == 'ð' { 'đ' } else { c });
            }
            _ => {
                out.extend(tone.take());
                gap = true;
            }
        }
    }
    out.extend(tone);
    out
}

/// Whether a character steers instead of being read: control characters, and those that turn the direction
/// of what follows (UAX #9, embeddings, overrides and isolates), by which a name can be shown as another.
pub fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text can be a name: somebody reads it aloud. Signs, pictures and what is invisible tell nothing apart.
pub fn is_name(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// Whether a text holds control characters, which no name has.
pub fn has_control(text: &str) -> bool {
    text.chars().any(is_control)
}

/// A text for a report, which may be anything: no longer than so many characters, nothing that a terminal obeys.
pub fn shown(text: &str, longest: usize) -> String {
    let mut out: String = text.chars().take(longest).map(|c| if is_control(c) { '\u{fffd}' } else { c }).collect();
    if text.chars().nth(longest).is_some() {
        out.push('…');
    }
    out
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): an apostrophe before it.
pub fn harmless(cell: &str) -> std::borrow::Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}").into() } else { cell.into() }
}

/// The path of a text that is an address of the web, without its first slash; `None` where it is none or has no path.
pub fn path_of_address(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once("://")?;
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let (_, path) = rest.split_once('/')?;
    path.split(['?', '#']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding() {
        assert_eq!(fold("Mật ong bạc hà"), "mat ong bac ha");
        assert_eq!(fold("  ĐƯỜNG  Đen – (Cô đặc)! "), "duong den co dac");
        assert_eq!(fold("e\u{302}\u{301}"), "e");
        assert_eq!(fold("Ðồi 38°"), "doi 38");
        assert_eq!(fold("---"), "");
    }

    #[test]
    fn marks_tell_words_apart_wherever_the_tone_is_written() {
        assert_eq!(marked("Hoà"), marked("hòa"));
        assert_eq!(marked("Thuý  Kiều!"), marked("Thúy Kiều"));
        assert_eq!(marked("Cây quất"), marked("Ca\u{302}y qua\u{302}\u{301}t"));
        assert_ne!(marked("Kẹo dừa"), marked("Kẹo dứa"));
        assert_ne!(marked("Hùng"), marked("Hưng"));
        assert_ne!(marked("Đá"), marked("Dá"));
        assert_eq!(fold(&marked("  ĐƯỜNG  Đen – (Cô đặc)! ")), "duong den co dac");
    }

    #[test]
    fn normal_form() {
        assert_eq!(nfc(" Mie\u{302}\u{301}n \t dong "), "Miến dong");
    }

    #[test]
    fn what_steers_is_no_name() {
        assert!(has_control("a\u{7}") && has_control("a\u{202e}b") && has_control("\u{2066}a") && !has_control("Mật ong"));
        assert_eq!(shown("Mật\u{1b}[31m ong\u{202e}", 300), "Mật\u{fffd}[31m ong\u{fffd}");
        assert_eq!(shown("Mật ong", 3), "Mật…");
    }

    #[test]
    fn formulas_are_defused() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("@SUM"), "'@SUM");
        assert_eq!(harmless("Mật ong"), "Mật ong");
    }
}
