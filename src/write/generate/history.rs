//! Made-up recognitions: when, by whom, with how many stars, and what happened to them.

use super::Plan;
use super::home::Home;
use super::names::{pick, weighted};
use crate::domain::authority::{Level, ministry_on};
use crate::domain::day::{Day, plus_days, term_end};
use crate::domain::record::{ActKind, Ground};
use crate::domain::regime::{EXTENSION_DAYS, FEWEST_STARS, REGIMES, Regime, TERM_MONTHS, Warning, in_force_on, issuer_rule};
use chrono::Datelike;
use fastrand::Rng;

/// One recognition of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recognition {
    /// `None`: only the year of the round is known.
    pub(super) day: Option<Day>,
    pub(super) year: i32,
    pub(super) stars: u8,
    /// Points in hundredths.
    pub(super) score: Option<i32>,
    pub(super) issuer: &'static str,
    pub(super) regime: Option<Regime>,
    pub(super) warning: Option<Warning>,
    pub(super) place: &'static str,
    pub(super) act: Option<Acted>,
}

/// What happened to a recognition, and the decision that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Acted {
    pub(super) kind: ActKind,
    pub(super) issuer: &'static str,
    pub(super) signed_on: Day,
    pub(super) effective_on: Day,
    pub(super) until: Option<Day>,
    pub(super) ground: Option<Ground>,
}

/// The first day of the programme's decisions.
pub(super) const BEGIN: Day = REGIMES[0].from;

/// The recognitions of a product, oldest first; the latest lies between [`BEGIN`] and today.
pub(super) fn history(rng: &mut Rng, plan: &Plan, home: &Home) -> Vec<Recognition> {
    let span = u32::try_from((plan.today - BEGIN).num_days()).unwrap_or(0) + 1;
    // The programme grows: later days are likelier.
    let mut day = plus_days(BEGIN, i64::from(rng.u32(..span).max(rng.u32(..span))));
    let mut stars = weighted(rng, &[(76, 3), (23, 4), (1, 5)]);
    if rng.u32(..100) < 2 {
        return vec![undated(rng, home, day, stars.min(4))];
    }
    let mut found = Vec::with_capacity(2);
    let wanted = weighted(rng, &[(50, 1), (36, 2), (14, 3)]);
    while found.len() < wanted && day >= BEGIN {
        let Some(one) = recognise(rng, plan, home, day, stars) else { break };
        let first = one.day.unwrap_or(day);
        found.push(one);
        let gap = if stars > FEWEST_STARS && rng.bool() {
            stars -= 1;
            rng.i64(200..900)
        } else {
            stars = if rng.u32(..10) == 0 { pick(rng, &[3, 4]) } else { stars };
            rng.i64(1_000..1_160)
        };
        day = plus_days(first, -gap);
    }
    found.reverse();
    if let Some(latest) = found.last_mut() {
        latest.act = act(rng, plan, home, latest);
    }
    found
}

fn undated(rng: &mut Rng, home: &Home, day: Day, stars: u8) -> Recognition {
    let (issuer, place) = (home.province_key(day), home.key(day));
    let score = rng.bool().then(|| score(rng, stars));
    Recognition { day: None, year: day.year(), stars, score, issuer, regime: None, warning: None, place, act: None }
}

fn score(rng: &mut Rng, stars: u8) -> i32 {
    rng.i32(match stars {
        5 => 9_000..9_800,
        4 => 7_000..9_000,
        _ => 5_000..7_000,
    })
}

/// A recognition on the last day of signing up to `day`, by whoever the law says.
fn recognise(rng: &mut Rng, plan: &Plan, home: &Home, day: Day, stars: u8) -> Option<Recognition> {
    let law = |regime| Level::ALL.iter().find_map(|level| issuer_rule(regime, stars, *level, day));
    let earlier = || law(Regime::Qd1489).filter(|rule| rule.warning.is_some());
    let transition = if rng.bool() { earlier() } else { None };
    let rule = transition.or_else(|| law(in_force_on(day)?))?;
    let body = |day| match rule.level {
        Level::National => ministry_on(day).key,
        Level::Province => home.province_key(day),
        Level::District => home.district_key(),
    };
    let signed = signing_day(plan, rule.level, body(day), day).max(rule.from);
    Some(Recognition {
        day: Some(signed),
        year: signed.year(),
        stars,
        score: (rng.u32(..10) < 8).then(|| score(rng, stars)),
        issuer: body(signed),
        regime: Some(rule.regime),
        warning: rule.warning,
        place: home.key(signed),
        act: None,
    })
}

/// Authorities sign at intervals, so that a decision has some tens of products: the last such day up to `day`.
fn signing_day(plan: &Plan, level: Level, body: &str, day: Day) -> Day {
    // How many products, of all, one authority of the level sees in a year, roughly.
    let share = match level {
        Level::National => 500,
        Level::Province => 600,
        Level::District => 5_000,
    };
    let interval = (25 * 365 * share / plan.products.clamp(1, 1_000_000_000)).clamp(7, 180);
    let interval = i64::try_from(interval).unwrap_or(180);
    let offset = body.bytes().fold(0, |sum, byte| (sum * 31 + i64::from(byte)) % 997);
    let since = (day - BEGIN).num_days() + offset;
    plus_days(day, -(since % interval))
}

fn act(rng: &mut Rng, plan: &Plan, home: &Home, of: &Recognition) -> Option<Acted> {
    let (from, until) = (of.day?, term_end(of.day?, TERM_MONTHS));
    let body = |day| if of.stars == 5 { ministry_on(day).key } else { home.province_key(day) };
    // A day of signing between two days, both included.
    let between = |rng: &mut Rng, first: Day, last: Day| {
        let days = u32::try_from((last - first).num_days()).ok()?;
        let day = plus_days(first, i64::from(rng.u32(..=days)));
        Some(signing_day(plan, Level::Province, body(day), day).max(first))
    };
    let last = until.min(plan.today);
    match rng.u32(..1_000) {
        0..11 => {
            let day = between(rng, plus_days(from, 30), last)?;
            let ground = Some(pick(rng, Ground::ALL));
            Some(Acted { kind: ActKind::Withdrawal, issuer: body(day), signed_on: day, effective_on: day, until: None, ground })
        }
        11..14 => {
            let day = between(rng, plus_days(from, 10), last)?;
            // Some annulments reach back to the first day.
            let effective_on = if rng.bool() { from } else { day };
            Some(Acted { kind: ActKind::Annulment, issuer: body(day), signed_on: day, effective_on, until: None, ground: None })
        }
        14..44 => {
            let day = between(rng, plus_days(until, -30), last)?;
            let longer = Some(plus_days(until, rng.i64(30..=EXTENSION_DAYS)));
            let effective_on = plus_days(until, 1);
            Some(Acted { kind: ActKind::Extension, issuer: body(day), signed_on: day, effective_on, until: longer, ground: None })
        }
        _ => None,
    }
}
