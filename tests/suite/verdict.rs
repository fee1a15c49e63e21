//! Holds the verdict: is this product certified on this day?
//!
//! A replay walks every day of a random history from the first to the last, lets that day's events happen and says what
//! holds; the program, which computes the answer for one day from nothing, must say the same on all of them. Beside it:
//! the boundary days of real decisions, and what must hold whatever the history.

use chrono::Datelike;
use ocop_registry::domain::day::{Day, parse_day, plus_days, term_end, ymd};
use ocop_registry::domain::record::{Act, ActKind, Certificate, Record};
use ocop_registry::domain::timeline::{ALWAYS, Standing, timeline};
use ocop_registry::domain::verdict::{Outcome, Reason, Renewal, Status, certificate_status, verdict};
use proptest::prelude::*;
use std::cmp::Reverse;

/// Every event of a random history lies between these days.
const WALK: (Day, Day) = (ymd(2017, 12, 31), ymd(2028, 1, 2));

/// What a day answers: outcome, status, certificate, its last day, and where it stands in its renewal.
type Answer = (Outcome, Option<Status>, Option<usize>, Option<Day>, Renewal);

/// The state of a product while the days go by.
struct Replay<'a> {
    all: &'a [Certificate],
    today: Day,
    /// Status of each; `None` while nothing can be told of an undated one.
    lives: Vec<Option<Status>>,
    /// The day of the latest act that ended each.
    ended: Vec<Option<Day>>,
    /// The newest dated certificate that has begun and counts.
    newest: Option<usize>,
    /// An undated recognition that was ended since the newest began.
    in_the_way: Option<usize>,
}

impl<'a> Replay<'a> {
    fn new(all: &'a [Certificate]) -> Self {
        let life = |c: &Certificate| c.valid_from.map(|_| if is_void(c) { Status::Annulled } else { Status::NotYetValid });
        let lives = all.iter().map(life).collect();
        Self { all, today: WALK.0, lives, ended: vec![None; all.len()], newest: None, in_the_way: None }
    }

    /// The events of a day, in their order: terms end, certificates begin, acts take effect.
    fn live(&mut self, today: Day) {
        self.today = today;
        for (life, c) in self.lives.iter_mut().zip(self.all) {
            if matches!(life, Some(Status::Valid | Status::Extended)) && c.valid_until.is_some_and(|until| until < today) {
                *life = Some(if extended_on(c, today) { Status::Extended } else { Status::Expired });
            }
        }
        for (i, _) in self.all.iter().enumerate().filter(|(_, c)| c.valid_from == Some(today) && !is_void(c)) {
            for life in self.lives.iter_mut().filter(|life| matches!(life, Some(Status::Valid | Status::Extended))) {
                *life = Some(Status::Superseded);
            }
            self.lives[i] = self.lives[i].map(|life| if life == Status::NotYetValid { Status::Valid } else { life });
            (self.newest, self.in_the_way) = (Some(i), None);
        }
        for (i, c) in self.all.iter().enumerate() {
            for act in c.acts.iter().filter(|act| act.effective_on == today && act.kind != ActKind::Extension) {
                let newer = |n: usize| self.all[n].valid_from < Some(today) && self.may_follow(n, c);
                if c.valid_from.is_none() && self.ended[i].is_none() && self.newest.is_none_or(newer) {
                    self.in_the_way = Some(i);
                }
                self.ended[i] = Some(today);
                self.lives[i] = match act.kind {
                    ActKind::Withdrawal if self.lives[i] != Some(Status::Annulled) => Some(Status::Withdrawn),
                    _ => Some(Status::Annulled),
                };
            }
        }
    }

    /// Whether an undated recognition may be newer than a certificate: a round is decided in its year or the next.
    fn may_follow(&self, dated: usize, undated: &Certificate) -> bool {
        let from = self.all[dated].valid_from.expect("dated");
        undated.round_year.is_none_or(|round| from.year() <= round + 1)
    }

    fn answer(&self) -> Answer {
        let counts = |i: &usize| self.all[*i].valid_from.is_some() && !is_void(&self.all[*i]);
        let ahead = |from: &Option<Day>| from.is_some_and(|from| from > self.today);
        let next = (0..self.all.len()).filter(counts).map(|i| self.all[i].valid_from).find(ahead);
        let first_ahead = (0..self.all.len()).rev().filter(counts).find(|i| next == Some(self.all[*i].valid_from));
        let void = self.all.iter().rposition(|c| c.valid_from <= Some(self.today) && is_void(c));
        let governs = self.in_the_way.or(self.newest).or(void).or(first_ahead);
        let status = governs.and_then(|i| self.lives[i]);
        let in_force = matches!(status, Some(Status::Valid | Status::Extended));
        let stars = governs.and_then(|i| self.all[i].stars);
        let untold = if in_force { governs.filter(|_| stars.is_none()) } else { self.newest_that_may_hold(governs, status) };
        if let Some(i) = untold {
            return (Outcome::Undetermined, None, Some(i), None, Renewal::None);
        }
        let valid_until = governs.and_then(|i| last_day(&self.all[i]));
        let followed =
            first_ahead.and_then(|i| self.all[i].valid_from).zip(valid_until).is_some_and(|(next, end)| next <= plus_days(end, 1));
        let renewal = match governs.and_then(|i| self.all[i].valid_until) {
            Some(end) if in_force && !followed && self.today > plus_days(end, -120) => Renewal::Late,
            Some(end) if in_force && !followed && self.today >= plus_days(end, -180) => Renewal::WindowOpen,
            _ => Renewal::None,
        };
        let certified = in_force && stars >= Some(3);
        // What is shown ends with the first act, also with one that is still to come.
        // What never counted has no days.
        let shown = governs
            .zip(valid_until)
            .filter(|(i, _)| !is_void(&self.all[*i]))
            .map(|(i, end)| first_end(&self.all[i]).map_or(end, |on| end.min(plus_days(on, -1))));
        (if certified { Outcome::Certified } else { Outcome::NotCertified }, status, governs, shown, renewal)
    }

    /// The undated recognition of the latest round that may be in force although what governs is not.
    fn newest_that_may_hold(&self, governs: Option<usize>, status: Option<Status>) -> Option<usize> {
        let may = |c: &Certificate| match (status, governs) {
            (Some(Status::Expired), Some(i)) => self.may_follow(i, c),
            (Some(Status::Withdrawn | Status::Annulled), Some(i)) => {
                c.round_year.is_some_and(|round| self.ended[i].is_none_or(|on| round > on.year()))
            }
            _ => true,
        };
        let untold = (0..self.all.len()).filter(|i| self.lives[*i].is_none());
        let begun = untold.filter(|i| self.all[*i].round_year.is_none_or(|round| round <= self.today.year()));
        begun.filter(|i| may(&self.all[*i])).max()
    }
}

/// The first day of an act that ends a certificate which had begun.
fn first_end(c: &Certificate) -> Option<Day> {
    let first = c.acts.iter().filter(|act| act.kind != ActKind::Extension).map(|act| act.effective_on).min()?;
    Some(first).filter(|on| c.valid_from.is_some_and(|from| *on > from))
}

/// Annulled by its first day.
fn is_void(c: &Certificate) -> bool {
    c.acts.iter().any(|act| act.kind == ActKind::Annulment && c.valid_from.is_some_and(|from| act.effective_on <= from))
}

/// A granted extension holds on this day, at most 180 days after the term.
fn extended_on(c: &Certificate, day: Day) -> bool {
    let granted = |act: &Act| act.kind == ActKind::Extension && act.effective_on <= day && act.until.is_some_and(|until| day <= until);
    c.valid_until.is_some_and(|end| day <= plus_days(end, 180)) && c.acts.iter().any(granted)
}

/// The last day of the term and the extended days that follow it without a gap.
fn last_day(c: &Certificate) -> Option<Day> {
    let mut day = c.valid_until?;
    while extended_on(c, plus_days(day, 1)) {
        day = plus_days(day, 1);
    }
    Some(day)
}

fn act(kind: ActKind, effective_on: Day, until: Option<Day>) -> Act {
    Act { kind, effective_on, until, ground: None, decision: None }
}

/// A certificate of 36 months, or an undated recognition.
fn certificate(valid_from: Option<Day>, stars: Option<i16>) -> Certificate {
    let blank = serde_json::json!({ "id": 1, "valid_from": null, "valid_until": null, "name_then": "Sen sấy", "place_then": "VN63-87", "acts": [],
        "provenance": { "source": "signed_decision" } });
    let blank = serde_json::from_value(blank).expect("a certificate");
    Certificate { stars, valid_from, valid_until: valid_from.map(|from| term_end(from, 36)), ..blank }
}

/// Oldest first; of one day or round, what promises more comes first, and what says no stars last.
fn record(mut certificates: Vec<Certificate>) -> Record {
    certificates.iter_mut().zip(1..).for_each(|(c, id)| c.id = id);
    let round = |c: &Certificate| c.valid_from.is_none().then_some(c.round_year);
    certificates.sort_by_key(|c| (c.valid_from, round(c), Reverse(c.stars.unwrap_or_default())));
    let product = serde_json::json!({ "id": 1, "name_vi": "Sen sấy", "former_names": [], "gtins": [], "place": "VN63-87",
        "provenance": { "source": "signed_decision" } });
    Record { product: serde_json::from_value(product).expect("a product"), producer: None, certificates, post_checks: Vec::new() }
}

/// Days after another day; often whole months of 30 days and the day after, so that histories meet on a day.
fn days() -> impl Strategy<Value = i64> {
    prop_oneof![-3i64..1400, (0i64..40, 0i64..=1).prop_map(|(months, more)| months * 30 + more)]
}

prop_compose! {
    /// A certificate and what happened to it.
    fn any_certificate()(
        dated in prop::bool::weighted(0.75),
        from in days(),
        printed in prop::option::weighted(0.5, prop::sample::select(vec![0i64, 1, 29, 30, 59, 150, 210, 400])),
        stars in prop::option::weighted(0.85, 1i16..=5),
        round_year in prop::option::weighted(0.6, 2018..=2026),
        withdrawn in prop::option::weighted(0.3, days()),
        annulled in prop::option::weighted(0.25, days()),
        extended in prop::collection::vec((prop_oneof![-60i64..=30, 0i64..=2], -5i64..=230), 0..=2),
    ) -> Certificate {
        let from = plus_days(ymd(2019, 6, 1), from);
        let mut c = Certificate { round_year, ..certificate(Some(from), stars) };
        let end = printed.map_or_else(|| term_end(from, 36), |days| plus_days(from, days));
        c.valid_until = Some(end);
        c.acts.extend(withdrawn.map(|days| act(ActKind::Withdrawal, plus_days(from, days), None)));
        c.acts.extend(annulled.map(|days| act(ActKind::Annulment, plus_days(from, days), None)));
        c.acts.extend(extended.into_iter().map(|(on, days)| act(ActKind::Extension, plus_days(end, on), Some(plus_days(end, days)))));
        if !dated {
            (c.valid_from, c.valid_until) = (None, None);
        }
        c
    }
}

fn any_record() -> impl Strategy<Value = Record> {
    prop::collection::vec(any_certificate(), 1..=5).prop_map(record)
}

fn certified(record: &Record, day: Day) -> bool {
    verdict(record, day).outcome == Outcome::Certified
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_day_is_as_the_replay_says(record in any_record()) {
        let mut replay = Replay::new(&record.certificates);
        let mut answers = vec![];
        for day in WALK.0.iter_days().take_while(|day| *day <= WALK.1) {
            replay.live(day);
            for (i, life) in replay.lives.iter().enumerate() {
                prop_assert_eq!(certificate_status(&record, i, day), *life, "certificate {} on {}", i, day);
            }
            answers.push((day, replay.answer()));
        }
        let (mut change, mut later) = (None, answers[answers.len() - 1].1);
        let spans = timeline(&record);
        for (day, answer) in answers.into_iter().rev() {
            if answer != later {
                (change, later) = (Some(plus_days(day, 1)), answer);
            }
            let said = verdict(&record, day);
            prop_assert_eq!((said.outcome, said.status, said.certificate, said.valid_until(), said.renewal), answer, "on {}", day);
            prop_assert_eq!(said.next_change_on, change, "the next change after {}", day);
            prop_assert_eq!(said.label_allowed(), answer.0 == Outcome::Certified);
            let span = spans.iter().find(|span| span.from <= day && day <= span.to).expect("a span for every day");
            let standing = (Standing::of(answer.0, answer.1), answer.2, answer.3);
            prop_assert_eq!((span.standing, span.certificate, span.valid_until), standing, "the span of {}", day);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..Default::default() })]

    #[test]
    fn spans_touch_and_are_as_long_as_can_be(record in any_record()) {
        let spans = timeline(&record);
        prop_assert_eq!((spans[0].from, spans[spans.len() - 1].to), ALWAYS);
        for pair in spans.windows(2) {
            prop_assert_eq!(plus_days(pair[0].to, 1), pair[1].from);
            prop_assert_ne!((pair[0].standing, pair[0].certificate), (pair[1].standing, pair[1].certificate));
        }
    }

    #[test]
    fn certified_rests_on_the_newest_dated_certificate_in_its_days(record in any_record(), day in 0i64..3650) {
        let day = plus_days(WALK.0, day);
        let said = verdict(&record, day);
        if said.outcome == Outcome::Certified {
            let c = &record.certificates[said.certificate.expect("the certificate that certifies")];
            let (from, until) = (c.valid_from.expect("dated"), c.valid_until.expect("dated"));
            prop_assert!(c.stars >= Some(3) && from <= day && Some(day) <= said.valid_until() && day <= plus_days(until, 180));
            prop_assert!(day <= until || extended_on(c, day), "past its term without an extension that holds");
            prop_assert!(c.acts.iter().all(|act| act.kind == ActKind::Extension || act.effective_on > day), "ended by an act");
            let mut begun = record.certificates.iter().filter(|c| c.valid_from <= Some(day) && !is_void(c));
            let governs = |other: &Certificate| other.valid_from > Some(from) || (other.valid_from == Some(from) && other.stars < c.stars);
            prop_assert!(!begun.any(governs), "a newer one has begun, or one of the same day with fewer stars");
        }
        let untold = said.reasons.iter().any(|reason| matches!(reason, Reason::NoDatedDecision | Reason::StarsNotStated));
        prop_assert_eq!(untold, said.outcome == Outcome::Undetermined);
    }

    #[test]
    fn the_order_of_what_is_known_means_nothing(record in any_record(), turn in 0usize..5, day in 0i64..3650) {
        let day = plus_days(WALK.0, day);
        let told = |record: &Record| {
            let said = verdict(record, day);
            let governs = said.certificate.map(|i| record.certificates[i].id);
            (said.outcome, said.status, governs, said.valid_until(), said.renewal, said.reasons, said.next_change_on)
        };
        let mut turned = record.clone();
        turned.certificates.reverse();
        let turn = turn % turned.certificates.len();
        turned.certificates.rotate_left(turn);
        prop_assert_eq!(told(&turned), told(&record));
    }

    #[test]
    fn what_is_doubtful_or_ended_never_certifies(
        (record, other, which) in (any_record(), any_certificate(), 0usize..5), (on, day) in (0i64..3650, 0i64..3650)
    ) {
        let (which, on, day) = (which % record.certificates.len(), plus_days(WALK.0, on), plus_days(WALK.0, day));
        let before = certified(&record, day);
        let with = |change: &dyn Fn(&mut Vec<Certificate>)| {
            let mut changed = record.clone();
            change(&mut changed.certificates);
            certified(&changed, day)
        };
        let undated = |acts: &[Act]| Certificate { valid_from: None, valid_until: None, acts: acts.to_vec(), ..other.clone() };
        prop_assert_eq!(with(&|all| all.insert(0, undated(&[]))), before, "an undated recognition changes nothing certified");
        prop_assert!(before || !with(&|all| all.insert(0, undated(&other.acts))), "an undated recognition with acts certifies");
        let on = record.certificates[which].acts.iter().map(|act| act.effective_on).fold(on, Day::max);
        prop_assert!(before || !with(&|all| all[which].acts.push(act(ActKind::Withdrawal, on, None))), "a withdrawal certifies");
        prop_assert!(before || !with(&|all| all[which].stars = None), "a certificate without stars certifies");
        if let Some(from) = record.certificates[which].valid_from {
            let void = with(&|all| all[which].acts.push(act(ActKind::Annulment, from, None)));
            prop_assert_eq!(void, with(&|all| drop(all.remove(which))), "void, and as if it had never been");
        }
    }
}

/// Asks a history on days written as `day answer`: the answer is the status, with the stars when the product is certified.
fn follow(certificates: Vec<Certificate>, days: &[&str]) {
    let record = record(certificates);
    for line in days {
        let (day, expected) = line.split_once(' ').expect("a day and an answer");
        let said = verdict(&record, parse_day(day).expect("a day"));
        let stars = said.certificate.and_then(|i| record.certificates[i].stars).filter(|_| said.outcome == Outcome::Certified);
        let word = said.status.map_or(said.outcome.as_str(), Status::as_str);
        let answer = stars.map_or(word.into(), |stars| format!("{word} {stars}"));
        assert_eq!(answer, expected, "{line}: {said:?}");
    }
}

/// A dated certificate and what happened to it.
fn dated(from: Day, stars: i16, acts: &[Act]) -> Certificate {
    Certificate { acts: acts.to_vec(), ..certificate(Some(from), Some(stars)) }
}

#[test]
fn a_term_ends_with_its_anniversary() {
    for (whose, stars, from, last) in [
        ("Thanh Hóa 5445/QĐ-UBND", 3, ymd(2019, 12, 23), ymd(2022, 12, 23)),
        ("Nghệ An", 3, ymd(2020, 2, 4), ymd(2023, 2, 4)),
        ("no 29 February 2023", 3, ymd(2020, 2, 29), ymd(2023, 2, 28)),
        ("the anniversary, not the month's end", 3, ymd(2021, 2, 28), ymd(2024, 2, 28)),
        ("Bộ NN&PTNT 2890/QĐ-BNN-VPĐP", 5, ymd(2021, 6, 30), ymd(2024, 6, 30)),
        ("Yên Bái 2585/QĐ-UBND", 3, ymd(2023, 12, 28), ymd(2026, 12, 28)),
        ("Quảng Ngãi", 4, ymd(2025, 10, 15), ymd(2028, 10, 15)),
    ] {
        let (eve, after) = (plus_days(from, -1), plus_days(last, 1));
        let term = [from, plus_days(last, -1), last].map(|day| format!("{day} valid {stars}"));
        let around = [format!("{eve} not_yet_valid"), format!("{after} expired")];
        follow(vec![dated(from, stars, &[])], &term.iter().chain(&around).map(String::as_str).collect::<Vec<_>>());
        let record = record(vec![dated(from, stars, &[])]);
        let next = |day| verdict(&record, day).next_change_on;
        assert_eq!((next(eve), next(last), next(after)), (Some(from), Some(after), None), "{whose}");
        assert_eq!(verdict(&record, from).valid_until(), Some(last), "{whose}");
    }
}

#[test]
fn the_window_of_renewal() {
    let last = record(vec![dated(ymd(2023, 12, 28), 3, &[])]);
    for (day, expected) in [
        (ymd(2026, 6, 30), Renewal::None),       // 181 days before the end
        (ymd(2026, 7, 1), Renewal::WindowOpen),  // 180
        (ymd(2026, 8, 30), Renewal::WindowOpen), // 120
        (ymd(2026, 8, 31), Renewal::Late),       // 119
        (ymd(2026, 12, 29), Renewal::None),      // over
    ] {
        assert_eq!(verdict(&last, day).renewal, expected, "{day}");
    }
    let renewed = record(vec![dated(ymd(2023, 12, 28), 3, &[]), dated(ymd(2026, 12, 29), 3, &[])]);
    assert_eq!(verdict(&renewed, ymd(2026, 12, 28)).renewal, Renewal::None, "the next one begins the day after");
}

#[test]
fn chains() {
    // Đồng Tháp: 3 stars, nothing for three weeks, then 4 stars.
    let chain = vec![dated(ymd(2020, 12, 7), 3, &[]), dated(ymd(2023, 12, 29), 4, &[])];
    follow(chain.clone(), &["2020-12-06 not_yet_valid", "2020-12-07 valid 3", "2023-12-07 valid 3", "2023-12-08 expired"]);
    follow(chain.clone(), &["2023-12-28 expired", "2023-12-29 valid 4", "2026-12-29 valid 4", "2026-12-30 expired"]);
    assert_eq!(certificate_status(&record(chain), 0, ymd(2024, 1, 1)), Some(Status::Expired), "it ended before the next began");
    // An upgrade in the middle of the term, withdrawn later: the older one stays superseded.
    let withdrawn = dated(ymd(2023, 6, 1), 4, &[act(ActKind::Withdrawal, ymd(2023, 9, 1), None)]);
    let upgrade = vec![dated(ymd(2021, 8, 26), 3, &[]), withdrawn];
    follow(
        upgrade.clone(),
        &["2023-05-31 valid 3", "2023-06-01 valid 4", "2023-08-31 valid 4", "2023-09-01 withdrawn", "2027-01-01 withdrawn"],
    );
    assert_eq!(certificate_status(&record(upgrade), 0, ymd(2023, 9, 1)), Some(Status::Superseded));
    // A re-evaluation that states no stars has taken over all the same, until its own term ends.
    let untold = vec![dated(ymd(2021, 8, 26), 4, &[]), certificate(Some(ymd(2024, 5, 6)), None)];
    follow(untold, &["2024-05-05 valid 4", "2024-05-06 undetermined", "2027-05-06 undetermined", "2027-05-07 expired"]);
    // A result below 3 stars certifies nothing.
    follow(vec![dated(ymd(2024, 1, 2), 2, &[])], &["2024-01-02 valid"]);
}

/// The ministry's 5 stars and the province's 4 of one day contradict each other; 4 are sure.
#[test]
fn of_one_day_the_fewer_stars_govern() {
    let day = ymd(2025, 9, 1);
    let pair = |acts: &[Act]| [dated(day, 5, &[]), dated(day, 4, acts)];
    for turned in [false, true] {
        let told = |acts: &[Act], days: &[&str]| {
            let mut pair = pair(acts);
            if turned {
                pair.reverse();
            }
            follow(pair.to_vec(), days);
        };
        told(&[], &["2025-08-31 not_yet_valid", "2025-09-01 valid 4", "2028-09-01 valid 4"]);
        told(&[act(ActKind::Withdrawal, ymd(2026, 1, 1), None)], &["2025-12-31 valid 4", "2026-01-01 withdrawn"]);
        told(&[act(ActKind::Annulment, day, None)], &["2025-09-01 valid 5"]);
    }
    let untold = vec![dated(day, 3, &[]), certificate(Some(day), None)];
    follow(untold, &["2025-09-01 undetermined"]);
}

#[test]
fn acts_hold_from_their_day() {
    let history = |acts: &[Act]| vec![dated(ymd(2020, 2, 4), 3, acts)];
    let extension = |on, until| act(ActKind::Extension, on, Some(until));
    // 3 August is the 180th day after the end, and the last that the law lets an extension reach.
    for until in [ymd(2023, 8, 3), ymd(2023, 12, 31)] {
        let extended = history(&[extension(ymd(2023, 2, 1), until)]);
        follow(extended, &["2023-02-04 valid 3", "2023-02-05 extended 3", "2023-08-03 extended 3", "2023-08-04 expired"]);
    }
    // One that comes a day too late does not bring back what has lapsed.
    follow(history(&[extension(ymd(2023, 2, 6), ymd(2023, 8, 3))]), &["2023-02-04 valid 3", "2023-02-05 expired", "2023-02-06 expired"]);
    for (kind, ended) in [(ActKind::Withdrawal, "withdrawn"), (ActKind::Annulment, "annulled")] {
        let ended = |day: &str| format!("{day} {ended}");
        let in_extension = history(&[extension(ymd(2023, 2, 1), ymd(2023, 6, 30)), act(kind, ymd(2023, 3, 1), None)]);
        follow(in_extension, &["2023-02-28 extended 3", &ended("2023-03-01"), &ended("2023-07-01")]);
        let after_the_end = history(&[act(kind, ymd(2024, 1, 1), None)]);
        follow(after_the_end, &["2023-02-04 valid 3", "2023-12-31 expired", &ended("2024-01-01")]);
    }
    // Annulled from its first day it never counted, and what was before it runs on.
    let void = dated(ymd(2022, 1, 3), 4, &[act(ActKind::Annulment, ymd(2022, 1, 3), None)]);
    follow(vec![dated(ymd(2020, 2, 4), 3, &[]), void], &["2022-01-03 valid 3", "2023-02-04 valid 3", "2023-02-05 expired"]);
}

#[test]
fn undated_recognitions() {
    let withdrawal = [act(ActKind::Withdrawal, ymd(2024, 8, 1), None)];
    let round = |year, acts: &[Act]| Certificate { round_year: Some(year), acts: acts.to_vec(), ..certificate(None, Some(4)) };
    follow(vec![round(2024, &[])], &["2023-12-31 not_certified", "2024-01-01 undetermined"]);
    follow(vec![round(2022, &withdrawal)], &["2024-07-31 undetermined", "2024-08-01 withdrawn"]);
    // Mỳ gạo Lục Ngạn (Bắc Giang): 4 stars by a dated decision, again in the round of 2024, of which no date is printed.
    let first = || dated(ymd(2021, 8, 26), 4, &[]);
    follow(vec![round(2024, &[]), first()], &["2024-08-26 valid 4", "2024-08-27 undetermined"]);
    // Were that withdrawn, it had begun before, and the first is superseded.
    follow(vec![round(2024, &withdrawal), first()], &["2024-07-31 valid 4", "2024-08-01 withdrawn", "2024-08-27 withdrawn"]);
    // What is withdrawn on the day of the dated decision, or of a round long before it, is older: that means nothing for it.
    follow(vec![round(2023, &withdrawal), dated(ymd(2024, 8, 1), 4, &[])], &["2024-07-31 undetermined", "2024-08-01 valid 4"]);
    follow(vec![round(2019, &withdrawal), first()], &["2024-08-01 valid 4", "2024-08-27 expired"]);
    // What was withdrawn, and annulled later, is not put in doubt by a round between the two.
    let twice = [act(ActKind::Withdrawal, ymd(2022, 3, 1), None), act(ActKind::Annulment, ymd(2024, 3, 1), None)];
    follow(vec![round(2023, &[]), dated(ymd(2021, 8, 26), 4, &twice)], &["2022-12-31 withdrawn", "2024-03-01 annulled"]);
    // What was dated in January may be older than the round of the year before, whose decision may be of that year too.
    follow(vec![round(2019, &[]), dated(ymd(2020, 1, 8), 3, &[])], &["2023-01-08 valid 3", "2023-01-09 undetermined"]);
}
