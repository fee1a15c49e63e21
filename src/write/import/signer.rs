//! Where a row's product is made, and which authority signed.

use super::row::{Cells, Refusal, refuse, text};
use crate::domain::authority::{self, Level, ministry_on};
use crate::domain::day::Day;
use crate::domain::place::{self, PlaceId};
use crate::error::{Text, say};

impl Cells {
    pub(super) fn place(&self, signed_on: Option<Day>, round_year: Option<i32>, notes: &mut Vec<Text>) -> Result<PlaceId, Refusal> {
        for (column, cell) in [("province", &self.province), ("district", &self.district), ("commune", &self.commune)] {
            text(column, cell)?;
        }
        let Some(province) = text("province", &self.province)? else {
            return refuse("province", "missing", "sản phẩm phải thuộc một tỉnh", "a product needs a province");
        };
        // A round up to 2024 named its places by the old division, whenever the day was.
        let day = signed_on.or_else(|| round_year.filter(|year| *year <= 2024).and_then(|year| Day::from_ymd_opt(year, 12, 31)));
        let located = place::gazetteer().locate(&province, &self.district, &self.commune, day);
        let Some(deepest) = located.deepest.filter(|_| located.province.one().is_some()) else {
            return refuse(
                "province",
                "unknown-place",
                format!("\"{province}\" không phải tên một tỉnh, hoặc là tên của nhiều tỉnh"),
                format!("\"{province}\" names no province, or several"),
            );
        };
        for (cell, found) in [(&self.district, &located.district), (&self.commune, &located.commune)] {
            if !cell.trim().is_empty() && found.one().is_none() {
                let (vi, en) = match found.candidates() {
                    [] => ("không có ở đó", "is not known there"),
                    _ => ("là tên của nhiều đơn vị", "names several units"),
                };
                let (cell, kept) = (cell.trim(), place::gazetteer().place(deepest).name);
                notes.push(say(format!("\"{cell}\" {vi}; xếp vào {kept}"), format!("\"{cell}\" {en}; placed in {kept}")));
            }
        }
        Ok(deepest)
    }

    /// The authority that signed, by its name or by its level.
    pub(super) fn signer(
        &self,
        place: PlaceId,
        signed_on: Option<Day>,
        round_year: Option<i32>,
        notes: &mut Vec<Text>,
    ) -> Result<(Option<Level>, Option<String>), Refusal> {
        let level = match self.level.trim() {
            "" | "unknown" => None,
            word => match Level::parse(word) {
                Some(level) => Some(level),
                None => {
                    return refuse(
                        "level",
                        "unknown-value",
                        format!("\"{word}\" không phải một cấp; dùng national, province, district hoặc unknown"),
                        format!("\"{word}\" is no level; use national, province, district or unknown"),
                    );
                }
            },
        };
        let Some(name) = text("issuer", &self.issuer)? else {
            return Ok((level, self.issuer(level, place, signed_on, round_year, notes)?));
        };
        // The ministry changed its name in March 2025: the round of that year does not tell.
        let round = || round_year.filter(|year| *year != 2025).and_then(|year| Day::from_ymd_opt(year, 12, 31));
        let signer = authority::named(&name, place, signed_on).or_else(|| authority::named(&name, place, Some(round()?)));
        let Some(signer) = signer else {
            return refuse(
                "issuer",
                "unknown-value",
                format!(
                    "\"{name}\" không phải cơ quan công nhận vào thời điểm đó; viết như \"UBND tỉnh …\", \"UBND huyện …\" hoặc \"Bộ NN&MT\""
                ),
                format!("\"{name}\" is no authority of that time; write it as \"UBND tỉnh …\", \"UBND huyện …\" or \"Bộ NN&MT\""),
            );
        };
        if level.is_some_and(|level| level != signer.level) {
            return refuse(
                "level",
                "contradicts-issuer",
                format!("{} không thuộc cấp đã ghi", signer.vi),
                format!("{} is not of the level that the row states", signer.vi),
            );
        }
        if !authority::looks_after(signer, place, signed_on) {
            let unit = place::gazetteer().place(place).name;
            return refuse(
                "issuer",
                "contradicts-place",
                format!("{unit} không thuộc địa bàn của {}", signer.vi),
                format!("{unit} did not belong to {}", signer.vi),
            );
        }
        Ok((Some(signer.level), Some(signer.key.clone())))
    }

    /// Key of the authority that the level means; `None` where the level is not stated.
    fn issuer(
        &self,
        level: Option<Level>,
        place: PlaceId,
        signed_on: Option<Day>,
        round_year: Option<i32>,
        notes: &mut Vec<Text>,
    ) -> Result<Option<String>, Refusal> {
        let gazetteer = place::gazetteer();
        let key = |id: PlaceId| gazetteer.place(id).key.clone();
        Ok(match level {
            None => {
                if signed_on.is_some() {
                    return refuse(
                        "level",
                        "missing",
                        "quyết định có ngày thì phải có cơ quan ban hành",
                        "a dated decision needs the level of the authority that signed it",
                    );
                }
                None
            }
            Some(Level::National) => match (signed_on, round_year) {
                (Some(day), _) => Some(ministry_on(day).key.into()),
                // The ministry changed its name in March 2025: the round of that year does not tell.
                (None, Some(year)) if year != 2025 => Day::from_ymd_opt(year, 12, 31).map(|day| ministry_on(day).key.into()),
                (None, _) => None,
            },
            Some(Level::Province) => {
                // A list may name the old district beside a decision of the new province of that name.
                let named = |day| {
                    gazetteer.resolve(place::Query {
                        level: Some(place::Level::Province),
                        name: &self.province,
                        within: None,
                        day: Some(day),
                    })
                };
                let province = gazetteer.province(place);
                Some(key(match signed_on {
                    Some(day) => named(day).one().filter(|id| gazetteer.place(*id).valid_on(day)).unwrap_or(province),
                    None => province,
                }))
            }
            Some(Level::District) => {
                let district = std::iter::once(place)
                    .chain(gazetteer.ancestors(place))
                    .find(|id| gazetteer.place(*id).level == place::Level::District);
                match (district, signed_on) {
                    (Some(district), _) => Some(key(district)),
                    (None, Some(_)) => {
                        return refuse(
                            "district",
                            "unknown-place",
                            "quyết định cấp huyện có ngày thì phải rõ huyện nào",
                            "a dated decision of a district needs a known district",
                        );
                    }
                    (None, None) => {
                        notes.push(say("không rõ huyện nào đã công nhận", "the district that recognised is not known"));
                        None
                    }
                }
            }
        })
    }
}
