//! Names as people write them: with or without marks, unit words and abbreviations.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

use super::{Level, Place, PlaceId, UnitKind, id_of};

/// Every unit word with the abbreviations of it that lists use, as [`spelling`] leaves them.
const UNIT_WORDS: [(&str, &[&str]); 9] = [
    ("thành phố", &["tp", "t p"]),
    ("thị xã", &["tx", "t x"]),
    ("thị trấn", &["tt", "t t"]),
    ("đặc khu", &["đk"]),
    ("tỉnh", &[]),
    ("quận", &["q"]),
    ("huyện", &["h"]),
    ("phường", &["p"]),
    ("xã", &["x"]),
];

/// Divides an official name into its kind and the rest.
pub(super) fn split_unit_word(level: Level, name: &'static str) -> Option<(UnitKind, &'static str)> {
    UnitKind::of(level).iter().find_map(|&kind| {
        // The case of the unit word varies, its length in bytes does not.
        let (word, rest) = name.split_at_checked(kind.word().len())?;
        let rest = rest.strip_prefix(' ')?;
        let lower = word.chars().flat_map(char::to_lowercase);
        lower.eq(kind.word().chars()).then_some((kind, rest))
    })
}

/// The one form of a name in which only real differences of spelling remain: lower case, marks kept
/// but each tone mark after its syllable ("Hoà" is "Hòa"), words of letters and digits parted by
/// single spaces, numerals in digits ("Hải Châu I" is "Hải Châu 1", "Phường 07" is "Phường 7").
pub(super) fn spelling(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut tone = None;
    for letter in text.nfd().flat_map(char::to_lowercase) {
        match letter {
            '\u{300}' | '\u{301}' | '\u{303}' | '\u{309}' | '\u{323}' => tone = Some(letter),
            // The Icelandic letter looks the same and is a common slip.
            'ð' => out.push('đ'),
            _ if letter.is_alphanumeric() || is_mark(letter) => out.push(letter),
            _ => {
                out.extend(tone.take());
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
        }
    }
    out.extend(tone);
    out.truncate(out.trim_end().len());
    let last = out.rfind(' ').map_or(0, |space| space + 1);
    let numeral = match &out[last..] {
        "i" => "1",
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        "v" => "5",
        word if word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_digit()) => word.trim_start_matches('0'),
        _ => return out,
    }
    .to_owned();
    out.replace_range(last.., &numeral);
    out
}

/// A [`spelling`] without its marks. Equal to the general folding of such a text, which is
/// decomposed already, at a fraction of the cost over all names.
fn unmarked(spelled: &str) -> String {
    let plain = spelled.chars().filter(|&letter| !is_mark(letter));
    plain.map(|letter| if letter == 'đ' { 'd' } else { letter }).collect()
}

/// The combining marks that Vietnamese letters decompose into, and their block.
fn is_mark(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// One name of one place, ready to compare.
#[derive(Debug)]
pub(super) struct Name {
    pub(super) place: PlaceId,
    pub(super) kind: UnitKind,
    /// [`spelling`] without the unit word.
    pub(super) spelled: String,
    /// The same without marks.
    pub(super) folded: String,
}

impl Name {
    fn new(place: PlaceId, kind: UnitKind, short_name: &str) -> Self {
        let spelled = spelling(short_name);
        let folded = unmarked(&spelled);
        Self { place, kind, spelled, folded }
    }

    /// All names, ordered by their folded form. The statuses of one province lend each other their
    /// names, so that "Huế" is understood of a day when it was called Thừa Thiên Huế.
    pub(super) fn index(places: &[Place]) -> Vec<Self> {
        let mut names = Vec::with_capacity(places.len() + 64);
        for (index, place) in places.iter().enumerate() {
            let id = id_of(index);
            names.push(Self::new(id, place.kind, place.short_name));
            for former in &place.former_names {
                let split = split_unit_word(place.level, former.name);
                names.extend(split.map(|(kind, short)| Self::new(id, kind, short)));
            }
            for &next in &place.successors {
                let successor = &places[next.0 as usize];
                if successor.line() == place.line() {
                    names.push(Self::new(next, place.kind, place.short_name));
                    names.push(Self::new(id, successor.kind, successor.short_name));
                }
            }
        }
        names.sort_unstable_by(|a, b| a.folded.cmp(&b.folded));
        names
    }
}

/// One way to understand a written name.
pub(super) struct Reading {
    /// The unit word in full, if the name has one.
    pub(super) word: Option<&'static str>,
    pub(super) spelled: String,
    pub(super) folded: String,
}

impl Reading {
    fn new(word: Option<&'static str>, spelled: &str) -> Self {
        let spelled = match spelled {
            "hcm" | "tphcm" | "hcmc" => spelling("Hồ Chí Minh"),
            _ => spelled.to_owned(),
        };
        Self { word, folded: unmarked(&spelled), spelled }
    }

    /// The ways to understand a written name, the likeliest first. Without its marks a unit word may
    /// be part of the name: "Quan Hóa" is a district and not quận Hóa.
    pub(super) fn all(text: &str) -> Vec<Self> {
        static WORDS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
            let spelled = UNIT_WORDS.iter().map(|(word, _)| spelling(word));
            spelled.map(|word| (unmarked(&word), word)).collect()
        });
        let whole = spelling(text);
        for ((folded, spelled), (word, short)) in WORDS.iter().zip(UNIT_WORDS) {
            let mut certain = std::iter::once(spelled.as_str()).chain(short.iter().copied());
            if let Some(rest) = certain.find_map(|word| after_word(&whole, word)) {
                return vec![Self::new(Some(word), rest)];
            }
            let words = word.split(' ').count();
            if let Some((at, _)) = whole.match_indices(' ').nth(words - 1)
                && unmarked(&whole[..at]) == *folded
            {
                return vec![Self::new(None, &whole), Self::new(Some(word), &whole[at + 1..])];
            }
        }
        vec![Self::new(None, &whole)]
    }
}

/// What follows a leading word, if anything does.
fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.strip_prefix(word)?.strip_prefix(' ')
}
