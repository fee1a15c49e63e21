//! Query parameters: each read once by name; what is left over is a fault. All faults of a request
//! are told at once.

use crate::domain::day::{Day, parse_day};
use crate::error::{At, Code, Fault, Problem, Text, say};
use crate::read::cursor::{Cursor, MOST, PageAsk, USUAL};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The longest value of a parameter, in characters.
const LONGEST: usize = 500;

/// The parameters of a query string as they stand there.
pub fn pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned()
}

/// The parameters of one request.
pub struct Params {
    values: BTreeMap<String, String>,
    known: Vec<&'static str>,
    faults: Vec<Fault>,
    last: bool,
}

impl Params {
    /// Reads a query string.
    pub fn of(query: &str) -> Self {
        let mut params = Self::new(form_urlencoded::parse(query.as_bytes()), false);
        for pair in query.split('&').filter(|pair| !is_encoded(pair)) {
            let name = pair.split('=').next().unwrap_or_default();
            let detail = say("Dấu % phải đứng trước hai chữ số thập lục phân; viết %25.", "Two hexadecimal digits follow a %; write %25.");
            params.fault(name, Code::InvalidValue, detail);
        }
        params
    }

    /// Reads arguments of a Relay connection.
    pub fn of_arguments<'a>(arguments: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        Self::new(arguments, true)
    }

    fn new<'a>(pairs: impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)>, last: bool) -> Self {
        let mut params = Self { values: BTreeMap::new(), known: Vec::new(), faults: Vec::new(), last };
        for (name, value) in pairs {
            if value.chars().count() > LONGEST {
                let detail = say(format!("Giá trị dài hơn {LONGEST} ký tự."), format!("The value is longer than {LONGEST} characters."));
                params.fault(&name, Code::InvalidValue, detail);
            } else if value.contains('\0') || value.contains('\u{fffd}') {
                params.fault(
                    &name,
                    Code::InvalidValue,
                    say("Giá trị không phải văn bản UTF-8, hoặc có ký tự NUL.", "The value is no UTF-8 text, or has a NUL in it."),
                );
            } else if params.values.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                params.fault(&name, Code::RepeatedParameter, say("Tham số này chỉ được dùng một lần.", "This parameter may stand once."));
            }
        }
        params
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, code: Code, detail: Text) {
        self.faults.push(Fault { at: At::Parameter(name.into()), code, detail });
    }

    /// A parameter's value. An empty one is a fault: whoever left a template unfilled must not be answered as
    /// if nothing, or everything, had been meant.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let value = self.values.remove(name)?;
        if value.trim().is_empty() {
            let detail = say("Tham số này trống; hãy bỏ nó đi.", "The value is empty; leave the parameter out.");
            self.fault(name, Code::InvalidValue, detail);
            return None;
        }
        Some(value)
    }

    /// A parameter that must be there. One fault is told of it, and what is wrong with its value counts before its absence.
    pub fn required(&mut self, name: &'static str) -> Option<String> {
        let value = self.text(name);
        if value.is_none() && !self.faults.iter().any(|fault| matches!(&fault.at, At::Parameter(of) if of == name)) {
            self.fault(name, Code::MissingParameter, say(format!("Cần có tham số {name}."), format!("The parameter {name} is needed.")));
        }
        value
    }

    /// Reads a value with a function that may fail with the problem of that parameter.
    pub fn read<T>(&mut self, name: &'static str, read: impl FnOnce(&str) -> Result<T, Problem>) -> Option<T> {
        let value = self.text(name)?;
        match read(&value) {
            Ok(value) => Some(value),
            Err(problem) => {
                self.faults.extend(problem.faults);
                None
            }
        }
    }

    /// A day.
    pub fn day(&mut self, name: &'static str) -> Option<Day> {
        if self.values.get(name).is_some_and(|value| value.trim().is_empty()) {
            let detail = say("Thiếu ngày; viết YYYY-MM-DD.", "The day is empty; write YYYY-MM-DD or leave the parameter out.");
            self.fault(name, Code::InvalidDate, detail);
            self.known.push(name);
            self.values.remove(name);
            return None;
        }
        self.read(name, |value| {
            parse_day(value).ok_or_else(|| {
                let detail = say(
                    format!("\"{value}\" không phải ngày theo lịch; viết YYYY-MM-DD, năm 1900 đến 2999."),
                    format!("\"{value}\" is no calendar day; write YYYY-MM-DD, years 1900 to 2999."),
                );
                Problem::parameter(name, Code::InvalidDate, detail)
            })
        })
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &'static str, least: i64, most: i64) -> Option<i64> {
        self.read(name, |value| match value.parse::<i64>() {
            Ok(number) if (least..=most).contains(&number) => Ok(number),
            _ => Err(Problem::parameter(
                name,
                Code::InvalidValue,
                say(
                    format!("\"{value}\" không phải số nguyên từ {least} đến {most}."),
                    format!("\"{value}\" is no whole number from {least} to {most}."),
                ),
            )),
        })
    }

    /// One word of a vocabulary.
    pub fn word<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        self.read(name, |value| one_of(name, value, words))
    }

    /// Several words of a vocabulary, with commas between.
    pub fn words<T: Copy>(&mut self, name: &'static str, words: &[(&'static str, T)]) -> Vec<T> {
        self.read(name, |value| value.split(',').map(|word| one_of(name, word.trim(), words)).collect()).unwrap_or_default()
    }

    /// `first`, `after` and `before`. Where a door takes `last` too, it alone means the end of the list.
    pub fn page(&mut self, order: &str) -> PageAsk {
        let last = self.last.then(|| self.number("last", 1, i64::from(MOST))).flatten().and_then(|last| u32::try_from(last).ok());
        // By the specification of connections `first` with `before` is the other end of what lies before,
        // which this order cannot be read from; so it is refused and never answered with another page.
        let given = |name| self.values.contains_key(name);
        if (last.is_some() && (given("first") || given("after"))) || (self.last && last.is_none() && given("before")) {
            let detail = say("Dùng first với after, hoặc last với before.", "Use first with after, or last with before.");
            self.fault("last", Code::ConflictingParameters, detail);
        }
        let first = self.number("first", 1, i64::from(MOST)).and_then(|first| u32::try_from(first).ok()).unwrap_or(USUAL);
        let after = self.read("after", |value| Cursor::decode(value, "after", order));
        let before = self.read("before", |value| Cursor::decode(value, "before", order));
        if after.is_some() && before.is_some() {
            let detail = say("Chỉ dùng một trong hai: after hoặc before.", "Use either after or before.");
            self.fault("before", Code::ConflictingParameters, detail);
        }
        let from = after.map(|cursor| (cursor, false)).or(before.map(|cursor| (cursor, true)));
        PageAsk { first: last.unwrap_or(first), from, last: last.is_some() }
    }

    /// `fields`: names of members of the view.
    pub fn fields(&mut self, members: &[String]) -> Option<Vec<String>> {
        self.read("fields", |value| {
            let fields: Vec<String> = value.split(',').map(|field| field.trim().to_owned()).collect();
            match fields.iter().find(|field| !members.contains(field)) {
                None => Ok(fields),
                Some(unknown) => Err(Problem::parameter(
                    "fields",
                    Code::UnknownField,
                    say(
                        format!("Không có trường \"{unknown}\"; các trường: {}.", members.join(", ")),
                        format!("There is no member \"{unknown}\"; the members are: {}.", members.join(", ")),
                    ),
                )),
            }
        })
    }

    /// Ends reading: what was not asked for is unknown.
    pub fn finish(mut self) -> Result<(), Problem> {
        let left: Vec<String> = std::mem::take(&mut self.values).into_keys().filter(|name| !self.known.contains(&name.as_str())).collect();
        for name in left {
            let known = self.known.join(", ");
            let detail = if known.is_empty() {
                say(format!("Địa chỉ này không nhận tham số \"{name}\"."), format!("This address takes no parameter \"{name}\"."))
            } else {
                say(
                    format!("Không có tham số \"{name}\"; các tham số: {known}."),
                    format!("There is no parameter \"{name}\"; the parameters are: {known}."),
                )
            };
            self.fault(&name, Code::UnknownParameter, detail);
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::of_faults(self.faults)) }
    }
}

/// Whether each percent sign begins an encoded byte (RFC 3986, 2.1).
fn is_encoded(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.len() >= 2 && rest.bytes().take(2).all(|byte| byte.is_ascii_hexdigit()))
}

fn one_of<T: Copy>(name: &str, value: &str, words: &[(&'static str, T)]) -> Result<T, Problem> {
    words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning).ok_or_else(|| {
        let list = words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        let detail = say(format!("\"{value}\" không phải một trong: {list}."), format!("\"{value}\" is none of: {list}."));
        Problem::parameter(name, Code::InvalidValue, detail)
    })
}
