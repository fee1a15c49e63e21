use super::*;
use crate::domain::authority;
use crate::domain::day::{plus_days, ymd};
use crate::domain::gtin::Gtin;
use crate::domain::official_code;
use crate::domain::producer::Form;
use crate::domain::regime::{EXTENSION_DAYS, issuer_rule};
use crate::store::ledger::Ledgered;
use crate::store::verify::verify;
use crate::store::{DatabaseUrl, ReadDoor, migrate};

const TODAY: Day = ymd(2026, 11, 21);

struct Registry {
    url: DatabaseUrl,
    made: Generated,
    _directory: tempfile::TempDir,
}

fn at() -> NaiveDateTime {
    TODAY.and_hms_opt(1, 0, 0).expect("a time of day")
}

fn registry(products: u64, seed: u64) -> Registry {
    let directory = tempfile::tempdir().expect("a scratch directory");
    let url = DatabaseUrl::Sqlite(directory.path().join("registry.db").display().to_string());
    migrate(&url).expect("an empty database");
    let made = generate(&WriteDoor::new(url.clone()), &Plan { products, seed, today: TODAY }, at(), &|_| ()).expect("products");
    Registry { url, made, _directory: directory }
}

impl Registry {
    fn door(&self) -> ReadDoor {
        ReadDoor::open(self.url.clone(), 1).expect("a migrated database")
    }

    fn rows<R: Ledgered>(&self) -> Vec<R> {
        self.door().long_snapshot(|snapshot| R::page(snapshot.conn, 0, 1_000_000)).expect("rows")
    }

    fn ledger(&self) -> Vec<ledger::Entry> {
        self.door().long_snapshot(|snapshot| ledger::after(snapshot.conn, 0, 1_000_000)).expect("entries")
    }
}

#[test]
fn the_same_plan_gives_the_same_registry() {
    let one = registry(300, 7);
    assert_eq!(one.ledger(), registry(300, 7).ledger());
    assert_ne!(one.ledger(), registry(300, 8).ledger());
    assert_eq!((one.made.products, count(one.rows::<ProductRow>().len())), (300, 300));
}

#[test]
fn only_an_empty_registry_is_filled() {
    let full = registry(1, 1);
    let plan = Plan { products: 1, seed: 1, today: TODAY };
    let again = generate(&WriteDoor::new(full.url.clone()), &plan, at(), &|_| ());
    assert!(matches!(again, Err(StoreError::Unusable(why)) if why.contains("not empty")));
}

#[test]
fn the_ledger_and_the_tables_agree() {
    let report = verify(&registry(500, 3).door(), |_| ()).expect("a report");
    assert_eq!(report.findings, Vec::<String>::new());
}

#[test]
fn every_recognition_keeps_the_law() {
    let registry = registry(2_000, 1);
    let decisions: HashMap<i64, DecisionRow> = registry.rows::<DecisionRow>().into_iter().map(|row| (row.id, row)).collect();
    let certificates: HashMap<i64, CertificateRow> = registry.rows::<CertificateRow>().into_iter().map(|row| (row.id, row)).collect();
    for row in certificates.values() {
        let stars = u8::try_from(row.stars.expect("stars")).expect("a small number");
        let issuer = authority::authority(row.issuer.as_deref().expect("an issuer")).expect("a real authority");
        assert!(row.score.is_none_or(|score| [5_000..7_000, 7_000..9_000, 9_000..10_001][usize::from(stars) - 3].contains(&score)));
        assert!(row.official_code.as_deref().is_none_or(|code| official_code::parse(code).is_some()));
        let Some(day) = row.valid_from else {
            assert_eq!((row.decision_id, row.valid_until), (None, None));
            continue;
        };
        let regime = row.regime.as_deref().and_then(Regime::parse).expect("a regime");
        let rule = issuer_rule(regime, stars, issuer.level, day).expect("a line of the law");
        assert_eq!(row.warning.as_deref(), rule.warning.map(Warning::as_str));
        assert!(day <= TODAY && issuer.from.is_none_or(|from| from <= day) && issuer.to.is_none_or(|to| day <= to), "{row:?}");
        assert_eq!(row.valid_until, Some(term_end(day, TERM_MONTHS)));
        let decision = &decisions[&row.decision_id.expect("a decision")];
        assert_eq!((decision.signed_on, &decision.issuer), (Some(day), &row.issuer));
        assert_eq!(row.place_then.starts_with("VN63"), day < ymd(2025, 7, 1));
    }
    let acts = registry.rows::<ActRow>();
    assert!(["withdrawal", "annulment", "extension"].iter().all(|kind| acts.iter().any(|act| act.kind == *kind)));
    for act in acts {
        let (from, until) = (certificates[&act.certificate_id].valid_from, certificates[&act.certificate_id].valid_until);
        let longest = until.map(|until| plus_days(until, EXTENSION_DAYS));
        assert!(Some(act.effective_on) >= from && act.until <= longest && (act.until.is_none() || act.until > until));
        assert_eq!(act.ground.is_some(), act.kind == "withdrawal");
        let decision = &decisions[&act.decision_id.expect("a decision")];
        assert!(decision.kind == act.kind && decision.signed_on.is_some_and(|day| day <= TODAY && Some(day) > from));
    }
}

#[test]
fn names_fit_and_barcodes_check() {
    let registry = registry(2_000, 1);
    for row in registry.rows::<ProducerRow>() {
        assert_eq!(Form::of_name(&row.name).map(Form::as_str), Some(row.form.as_str()), "{}", row.name);
        assert_eq!((row.source.as_str(), row.source_url), ("other", None));
    }
    let products = registry.rows::<ProductRow>();
    let names: HashSet<&str> = products.iter().map(|row| row.name_vi.as_str()).collect();
    assert!(names.len() < products.len() && names.len() > products.len() * 4 / 5, "names repeat a little");
    let gtins = registry.rows::<ProductGtinRow>();
    assert!(gtins.iter().all(|row| Gtin::parse(&row.gtin).is_ok_and(|gtin| gtin.as_str() == row.gtin) && row.gtin.starts_with("0893")));
    let numbers: HashSet<_> =
        registry.rows::<DecisionRow>().into_iter().map(|row| (row.issuer, row.signed_on.map(|day| day.year()), row.number)).collect();
    assert_eq!(count(numbers.len()), registry.made.decisions);
}
