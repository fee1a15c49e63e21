//! Names of one product in different rounds. Case, pack size and the maker's brand come and go
//! ("Hồng trà hộp 100gr", later "Hồng trà"; "cải Kale", later "cải Kale HD Green"); what else
//! differs makes another product ("38 độ đạm" is not "40 độ đạm").

use super::producer::own_words;
use super::text::{fold, marked};

const UNITS: &[&str] = &["g", "gr", "gram", "gam", "kg", "ml", "l", "lit"];
const PACKS: &[&str] = &["hop", "goi", "tui", "chai", "lo", "hu", "bich", "thung", "loai"];

/// A product's name without pack size and without the maker's brand at its end, as [`marked`].
pub fn core(name: &str, producer: Option<&str>) -> String {
    let name = marked(name);
    let mut words: Vec<&str> = Vec::new();
    let mut rest = name.split(' ').peekable();
    while let Some(word) = rest.next() {
        let plain = fold(word);
        let number = plain.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // "40 g/l" says how strong it is, not how much is in the pack.
        let of_another = rest.peek().is_some_and(|next| UNITS.contains(&fold(next).as_str()));
        if is_number(number) && UNITS.contains(&&plain[number.len()..]) && !of_another {
            drop_pack(&mut words);
        } else if UNITS.contains(&plain.as_str()) && words.last().is_some_and(|last| is_number(last)) && !of_another {
            words.pop();
            drop_pack(&mut words);
        } else {
            words.push(word);
        }
    }
    let own = producer.map(own_words).unwrap_or_default();
    words.truncate(words.len() - brand_length(&words, &own));
    if words.is_empty() { name } else { words.join(" ") }
}

fn drop_pack(words: &mut Vec<&str>) {
    if words.len() > 1 && words.last().is_some_and(|last| PACKS.contains(&fold(last).as_str())) {
        words.pop();
    }
}

/// The brand of a maker in which a name ends, as [`marked`]: at least the last two of the maker's own words.
pub fn brand(name: &str, producer: &str) -> Option<String> {
    let name = marked(name);
    let words: Vec<&str> = name.split(' ').collect();
    let length = brand_length(&words, &own_words(producer));
    (length > 0).then(|| words[words.len() - length..].join(" "))
}

/// How many words at the end of a name are the end of its maker's own words; 0 unless at least two
/// are and something is left of the name.
fn brand_length(words: &[&str], own: &[String]) -> usize {
    let common = words.iter().rev().zip(own.iter().rev()).take_while(|(word, own)| **word == own.as_str()).count();
    if common >= 2 && common < words.len() { common } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pack_and_brand_come_off() {
        let maker = Some("CTCP nông nghiệp hữu cơ HD - Green");
        assert_eq!(core("Hồng trà hộp 100gr", None), core("Hồng trà", None));
        assert_eq!(core("Trà xanh (hộp 100 g)", None), marked("trà xanh"));
        assert_eq!(core("cải Kale HD Green", maker), core("cải Kale", maker));
        assert_eq!(core("HD Green", maker), "hd green");
    }

    #[test]
    fn the_rest_makes_another_product() {
        assert_ne!(core("Nước mắm 38 độ đạm", None), core("Nước mắm 40 độ đạm", None));
        assert_ne!(core("Nước mắm 30 g/l", None), core("Nước mắm 40 g/l", None));
        assert_ne!(core("Kẹo dừa 200g", None), core("Kẹo dứa 200g", None));
        assert_ne!(core("Sen sấy", None), core("Hạt sen sấy", None));
        assert_eq!(brand("Miến dong Tài Hoan", "Hợp tác xã Tài Hoan"), Some(marked("Tài Hoan")));
        assert_eq!(brand("Hạt điều rang muối", "Công ty Mỹ Lệ"), None);
    }
}
