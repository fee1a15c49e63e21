//! Words of product names, as people type them into a search box.

use crate::sample::Product;
use std::collections::HashSet;

/// Words taken from one name are its first few; the tail is mostly the producer's or place's name.
const WORDS_OF_A_NAME: usize = 8;

/// Up to `wanted` different triples of words that occur together in some product's name.
///
/// Neighbours come first and every name gets its turn before any gives a second triple, so that
/// the phrases are as varied as the registry.
pub(crate) fn triples(products: &[Product], wanted: usize) -> Vec<[String; 3]> {
    let names: Vec<Vec<String>> = products.iter().map(|product| words(&product.name)).collect();
    let mut known = HashSet::new();
    let mut triples = Vec::new();
    for [first, second, third] in positions() {
        for name in &names {
            let Some(last) = name.get(third) else {
                continue;
            };
            let triple = [name[first].clone(), name[second].clone(), last.clone()];
            if known.insert(fold(&triple.join(" "))) {
                triples.push(triple);
            }
            if triples.len() == wanted {
                return triples;
            }
        }
    }
    triples
}

fn positions() -> Vec<[usize; 3]> {
    let mut positions = Vec::new();
    for first in 0..WORDS_OF_A_NAME {
        for second in first + 1..WORDS_OF_A_NAME {
            for third in second + 1..WORDS_OF_A_NAME {
                positions.push([first, second, third]);
            }
        }
    }
    positions.sort_by_key(|[first, _, third]| (third - first, *first));
    positions
}

fn words(name: &str) -> Vec<String> {
    name.to_lowercase()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().nth(1).is_some())
        .take(WORDS_OF_A_NAME)
        .map(str::to_owned)
        .collect()
}

/// A lower-case word without the marks of Vietnamese letters.
pub(crate) fn fold(word: &str) -> String {
    word.chars()
        .map(|letter| match letter {
            'à'..='ã' | 'ă' | 'ạ'..='ặ' => 'a',
            'è'..='ê' | 'ẹ'..='ệ' => 'e',
            'ì' | 'í' | 'ĩ' | 'ỉ' | 'ị' => 'i',
            'ò'..='õ' | 'ơ' | 'ọ'..='ợ' => 'o',
            'ù' | 'ú' | 'ũ' | 'ư' | 'ụ'..='ự' => 'u',
            'ý' | 'ỳ'..='ỹ' => 'y',
            'đ' => 'd',
            other => other,
        })
        .collect()
}

/// For a value in a query string: everything but unreserved characters is escaped.
pub(crate) fn percent_encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}
