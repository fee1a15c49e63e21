//! How the databases find what is asked: through an index, never by reading or sorting all there is.
//!
//! The statements are not written here. They are taken from the connection while the store's own
//! functions run, and explained as they were sent.

use super::support::database::{Database, TODAY};
use diesel::connection::{Connection as _, InstrumentationEvent};
use diesel::{PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection};
use ocop_registry::domain::code::Noun;
use ocop_registry::domain::day::number;
use ocop_registry::domain::quality::{DecisionGap, ProductGap};
use ocop_registry::domain::renewal::{Bucket, LOOK_BACK};
use ocop_registry::domain::timeline::Standing;
use ocop_registry::store::decision::DecisionFilter;
use ocop_registry::store::ledger::Rows;
use ocop_registry::store::listing::{self, At, Keyset, ListingFilter, NameRange, Order, PlaceFilter};
use ocop_registry::store::owner::{self, Owner};
use ocop_registry::store::producer::ProducerFilter;
use ocop_registry::store::{
    Conn, StoreResult, certificate, command, count, decision, history, label_report, ledger, merged, producer, product, quality, record,
};
use ocop_registry::write::generate::{Plan, generate};
use std::sync::{Arc, Mutex};

/// Enough for planners to choose as they do at scale.
const PRODUCTS: u64 = 8_000;

type Question = Box<dyn Fn(&mut Conn) -> StoreResult<()>>;

/// A statement as it was sent: its text, and its values as JSON.
type Sent = (String, Vec<serde_json::Value>);

fn filled(database: &Database) {
    let plan = Plan { products: PRODUCTS, seed: 7, today: TODAY };
    let door = database.write_door();
    let noon = TODAY.and_hms_opt(12, 0, 0).expect("noon");
    door.bulk(|| generate(&door, &plan, noon, &|_| ())).expect("a generated registry");
    door.tidy().expect("statistics");
}

/// A connection that keeps what is sent over it.
fn overheard(database: &Database) -> (Conn, Arc<Mutex<Vec<Sent>>>) {
    let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
    let keep = sent.clone();
    let listen = move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            // Rust writes this one character in a way of its own.
            let told = query.to_string().replace("\\u{10ffff}", "\u{10ffff}");
            let (text, values) = told.split_once(" -- binds: ").unwrap_or((&told, "[]"));
            let values = serde_json::from_str(values).unwrap_or_else(|error| panic!("{told}: {error}"));
            keep.lock().expect("the list").push((text.to_owned(), values));
        }
    };
    let conn = if database.is_sqlite() {
        let mut conn = SqliteConnection::establish(&database.url).expect("a connection");
        conn.set_instrumentation(listen);
        Conn::Sqlite(conn)
    } else {
        let mut conn = PgConnection::establish(&database.url).expect("a connection");
        diesel::sql_query("SET default_text_search_config = 'pg_catalog.simple'").execute(&mut conn).expect("as the program sets it");
        conn.set_instrumentation(listen);
        Conn::Postgres(conn)
    };
    (conn, sent)
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = diesel::sql_types::Text)]
    line: String,
}

/// A value as it stands in SQL.
fn literal(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        serde_json::Value::Array(values) => {
            format!("'{{{}}}'", values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")).replace("''", "'")
        }
        other => other.to_string(),
    }
}

/// The plan of a statement on SQLite, with its values in place.
fn sqlite_plan(database: &Database, (text, values): &Sent) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = diesel::sql_types::Text)]
        detail: String,
    }
    let mut conn = SqliteConnection::establish(&database.url).expect("a connection");
    let mut parts = text.split('?');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for (value, part) in values.iter().zip(parts) {
        filled += &literal(value);
        filled += part;
    }
    let steps: Vec<Step> =
        diesel::sql_query(format!("EXPLAIN QUERY PLAN {filled}")).load(&mut conn).unwrap_or_else(|error| panic!("{filled}: {error}"));
    steps.into_iter().map(|step| step.detail).collect()
}

/// The plans of a prepared statement on PostgreSQL: for these values, and for any.
fn postgres_plans(database: &Database, (text, values): &Sent) -> Vec<String> {
    let mut conn = PgConnection::establish(&database.url).expect("a connection");
    let mut run = |sql: &str| diesel::sql_query(sql).execute(&mut conn).unwrap_or_else(|error| panic!("{sql}: {error}"));
    run("SET default_text_search_config = 'pg_catalog.simple'");
    run(&format!("PREPARE overheard AS {text}"));
    let values: Vec<String> = values.iter().map(literal).collect();
    let execute = if values.is_empty() { "EXECUTE overheard".to_owned() } else { format!("EXECUTE overheard({})", values.join(", ")) };
    let mut plans = Vec::new();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        diesel::sql_query(format!("SET plan_cache_mode = {mode}")).execute(&mut conn).expect("a mode");
        // The column of EXPLAIN has a name with a blank; as JSON it is one row, but as text easier to read.
        let lines: Vec<Line> = diesel::sql_query(format!("SELECT line FROM explained('EXPLAIN {}')", execute.replace('\'', "''")))
            .load(&mut conn)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        plans.push(lines.into_iter().map(|line| line.line).collect::<Vec<_>>().join("\n"));
    }
    plans
}

const EXPLAINED: &str = "CREATE FUNCTION explained(statement text) RETURNS TABLE (line text) LANGUAGE plpgsql \
    AS $$ BEGIN RETURN QUERY EXECUTE statement; END $$";

/// Tables that grow with the registry.
const LARGE: [&str; 9] =
    ["listings", "records", "ledger", "product_words", "products", "producers", "certificates", "product_gtins", "decisions"];

/// What is wrong with a plan of SQLite, if anything is.
fn fault_of_sqlite(plan: &[String], may_sort: bool) -> Option<String> {
    let sorts = plan.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
    let scanned = plan.iter().filter(|step| !step.contains("VIRTUAL TABLE INDEX"));
    let whole = scanned.filter_map(|step| step.strip_prefix("SCAN ")?.split(' ').next()).find(|table| LARGE.contains(table));
    match whole {
        // In the order asked, until the page is full: that is no reading of everything.
        Some(_) if !sorts => None,
        Some(table) => Some(format!("reads and sorts all of {table}")),
        None => (sorts && !may_sort).then(|| "sorts".to_owned()),
    }
}

/// The same of PostgreSQL, which may well sort what it expects to be little.
fn fault_of_postgres(plan: &str, may_sort: bool) -> Option<String> {
    if let Some(table) = LARGE.iter().find(|table| plan.contains(&format!("Seq Scan on {table}"))) {
        return Some(format!("reads all of {table}"));
    }
    let sort = plan.lines().find(|line| line.trim_start().trim_start_matches("->  ").starts_with("Sort "))?;
    let rows: u64 = sort.split_once("rows=")?.1.split(' ').next()?.parse().ok()?;
    (!may_sort && rows > PRODUCTS / 2).then(|| format!("sorts {rows} rows"))
}

fn filters() -> Vec<(&'static str, ListingFilter)> {
    let all = ListingFilter { day: number(TODAY), ..ListingFilter::default() };
    let in_force = ListingFilter { standings: vec![Standing::Valid, Standing::Extended], ..all.clone() };
    let place = |place| ListingFilter { place: Some(place), ..all.clone() };
    let day = number(TODAY);
    vec![
        ("all", all.clone()),
        ("valid", ListingFilter { standings: vec![Standing::Valid], ..all.clone() }),
        ("in force", in_force.clone()),
        ("5 stars", ListingFilter { stars_min: Some(5), stars_max: Some(5), ..all.clone() }),
        ("4 stars and more, in force", ListingFilter { stars_min: Some(4), ..in_force.clone() }),
        ("regime", ListingFilter { regime: Some("qd148".into()), ..all.clone() }),
        ("group", ListingFilter { group: Some(1), ..all.clone() }),
        ("set, in force", ListingFilter { set: Some(26), ..in_force.clone() }),
        ("forms", ListingFilter { forms: vec!["household".into(), "farm".into()], ..all.clone() }),
        ("producer", ListingFilter { producer: Some(7), ..in_force }),
        ("province", place(PlaceFilter::ProvinceNow("VN34-51".into()))),
        ("old province", place(PlaceFilter::ProvinceThen("VN63-24".into()))),
        ("old district", place(PlaceFilter::DistrictThen("VN63-24-217".into()))),
        ("commune", place(PlaceFilter::CommuneNow("VN34-24-07210".into()))),
        ("ends in 30 days", ListingFilter { ends: Some((day, day + 30)), ..all }),
    ]
}

/// One owner of products of each kind.
fn owners() -> Vec<Owner> {
    vec![
        Owner::Place(PlaceFilter::ProvinceNow("VN34-51".into())),
        Owner::Place(PlaceFilter::ProvinceThen("VN63-24".into())),
        Owner::Place(PlaceFilter::DistrictThen("VN63-24-217".into())),
        Owner::Place(PlaceFilter::CommuneNow("VN34-24-07210".into())),
        Owner::Group(1),
        Owner::Set(26),
        Owner::Regime("qd148".into()),
    ]
}

fn another(owner: &Owner) -> Owner {
    match owner {
        Owner::Group(_) => Owner::Group(2),
        Owner::Set(_) => Owner::Set(11),
        Owner::Regime(_) => Owner::Regime("qd26".into()),
        Owner::Place(_) => Owner::Place(PlaceFilter::ProvinceNow("VN34-38".into())),
    }
}

/// Everything that is asked often: what it is called, and how.
fn questions() -> Vec<(String, Question)> {
    let mut asked: Vec<(String, Question)> = Vec::new();
    let mut ask = |name: String, question: Question| asked.push((name, question));
    let orders = [Order::Number, Order::Name, Order::End, Order::Stars];
    for (name, filter) in filters() {
        for order in orders {
            for descending in [false, true] {
                for after in [None, Some(At { text: "m".into(), value: 3, id: 5_000 })] {
                    let name = format!("{name} by {order:?}, descending: {descending}, further page: {}", after.is_some());
                    let keyset = Keyset { order, descending, after, limit: 21 };
                    let filter = filter.clone();
                    ask(name, Box::new(move |conn| listing::page(conn, &filter, None, &keyset).map(drop)));
                }
            }
        }
        let words = ["mat".to_owned(), "ong".to_owned()];
        let keyset = Keyset { order: Order::Number, descending: false, after: None, limit: 21 };
        let by_name = Keyset { order: Order::Name, ..keyset.clone() };
        let (one, two, three, four) = (filter.clone(), filter.clone(), filter.clone(), keyset.clone());
        ask(
            format!("{name}, of this name"),
            Box::new(move |conn| listing::page(conn, &one, Some(&NameRange::Is("mat ong".into())), &four).map(drop)),
        );
        ask(
            format!("{name}, with this beginning"),
            Box::new(move |conn| listing::page(conn, &two, Some(&NameRange::Longer("mat".into())), &by_name).map(drop)),
        );
        ask(
            format!("{name}, with these words"),
            Box::new(move |conn| listing::page_of_words(conn, &three, &words, "mat ong", &keyset).map(drop)),
        );
    }
    // What a filter lets little through of, too: then the owners' rows are gathered.
    let rare = ListingFilter {
        day: number(TODAY),
        standings: vec![Standing::Annulled, Standing::Undetermined],
        forms: vec!["farm".into()],
        ..ListingFilter::default()
    };
    for (name, filter) in filters().into_iter().chain([("rare", rare)]) {
        for owner in owners() {
            for after in [None, Some(At { text: String::new(), value: 0, id: 5_000 })] {
                for descending in [false, true] {
                    let name = format!("{name}, of {owner:?} and another, descending: {descending}, further page: {}", after.is_some());
                    let owners = [owner.clone(), another(&owner)];
                    let keyset = Keyset { order: Order::Number, descending, after: after.clone(), limit: 6 };
                    let filter = filter.clone();
                    ask(name, Box::new(move |conn| owner::pages(conn, &owners, &filter, &keyset).map(drop)));
                }
            }
        }
    }
    let provinces = ["VN34-51", "VN34-38"].map(str::to_owned);
    for backwards in [false, true] {
        let (issuers, filter) = (provinces.clone(), DecisionFilter::default());
        let question = format!("decisions of authorities, backwards: {backwards}");
        ask(question, Box::new(move |conn| decision::pages(conn, &issuers, &filter, Some(50), backwards, 6).map(drop)));
        let (provinces, filter) = (provinces.clone(), ProducerFilter::default());
        let question = format!("producers of provinces, backwards: {backwards}");
        ask(question, Box::new(move |conn| producer::pages(conn, &provinces, &filter, Some(50), backwards, 6).map(drop)));
    }
    ask(
        "how many producers provinces have".into(),
        Box::new(move |conn| producer::counts(conn, &provinces, &ProducerFilter::default()).map(drop)),
    );
    // Most products are of the first group: to count those is to read the list.
    for owner in owners().into_iter().filter(|owner| *owner != Owner::Group(1)) {
        let (owners, filter) = ([owner.clone(), another(&owner)], ListingFilter { day: number(TODAY), ..ListingFilter::default() });
        ask(format!("how many products {owner:?} and another have"), Box::new(move |conn| owner::counts(conn, &owners, &filter).map(drop)));
    }
    ask("a product".into(), Box::new(|conn| record::find_at_position(conn, 77).map(drop)));
    ask("a product with what its producer has".into(), Box::new(|conn| record::find_with_certified(conn, 77, number(TODAY), 20).map(drop)));
    ask("what a producer has certified".into(), Box::new(|conn| record::certified_of(conn, 7, number(TODAY), 20).map(drop)));
    ask("a batch of products".into(), Box::new(|conn| record::find_all(conn, &[7, 77, 777]).map(drop)));
    ask("a batch of barcodes".into(), Box::new(|conn| product::by_gtins(conn, &["08930000000002".into(), "1".into()]).map(drop)));
    ask("a batch of official codes".into(), Box::new(|conn| certificate::by_official_codes(conn, &["1".into(), "2".into()]).map(drop)));
    ask("a batch of certificates".into(), Box::new(|conn| certificate::products_of(conn, &[7, 77]).map(drop)));
    ask("the products of a decision".into(), Box::new(|conn| certificate::products_of_decision(conn, 7, Some(3), false, 500).map(drop)));
    ask("decisions of a number".into(), Box::new(|conn| decision::by_number(conn, "1/QD-UBND").map(drop)));
    for orphans in [false, true] {
        let question = format!("products of a name, for an import, without a producer: {orphans}");
        ask(question, Box::new(move |conn| product::named(conn, "mat ong", "VN34-51", orphans).map(drop)));
    }
    ask("producers of a name, for an import".into(), Box::new(|conn| producer::matching(conn, "htx ong", "VN34-51").map(drop)));
    ask("changes".into(), Box::new(|conn| ledger::after(conn, 5_000, 100).map(drop)));
    for noun in [Noun::Product, Noun::Producer, Noun::Certificate, Noun::Decision] {
        ask(format!("the rows of a history: {noun}"), Box::new(move |conn| history::rows(conn, noun, 77).map(drop)));
        ask(
            format!("where it lives on: {noun}"),
            Box::new(move |conn| merged::survivors(conn, noun, &[7, 77]).and(ledger::knows(conn, "product", 7)).map(drop)),
        );
    }
    for (from, backwards) in [(None, false), (Some(9_000), false), (Some(9_000), true)] {
        let rows = ["product", "certificate", "decision"].map(|noun| Rows { noun, ids: vec![7, 77], corrections: noun == "decision" });
        ask(
            format!("a page of a history from {from:?}, backwards: {backwards}"),
            Box::new(move |conn| ledger::of_rows(conn, &rows, from, backwards, 21).map(drop)),
        );
    }
    ask("what was corrected".into(), Box::new(|conn| ledger::before(conn, &[7, 9_000, 20_000]).map(drop)));
    ask("what annulled a decision".into(), Box::new(|conn| decision::annulling(conn, &[7, 77]).map(drop)));
    ask("merged certificates of codes".into(), Box::new(|conn| certificate::merged_by_official_codes(conn, &["1".into()]).map(drop)));
    ask("merged certificates of a decision".into(), Box::new(|conn| certificate::merged_of_decision(conn, 7).map(drop)));
    let province = Some(PlaceFilter::ProvinceNow("VN34-51".into()));
    for bucket in Bucket::ALL {
        let (first, last) = bucket.ends(TODAY, LOOK_BACK);
        let filter = ListingFilter {
            day: number(TODAY),
            standings: bucket.standings().to_vec(),
            place: province.clone(),
            ends: Some((number(first), number(last))),
            ..ListingFilter::default()
        };
        let (counted, descending) = (filter.clone(), *bucket == Bucket::Expired);
        ask(format!("radar, count {bucket}"), Box::new(move |conn| count::totals(conn, &counted).map(drop)));
        for after in [None, Some(At { text: String::new(), value: number(TODAY), id: 500 })] {
            let keyset = Keyset { order: Order::End, descending, after, limit: 21 };
            let filter = filter.clone();
            ask(format!("radar, list {bucket}"), Box::new(move |conn| listing::page(conn, &filter, None, &keyset).map(drop)));
        }
    }
    for gap in ProductGap::ALL {
        // Of a province, in so small a registry, the barcodes are a good part of all there are.
        let place = Some(PlaceFilter::CommuneNow("VN34-24-07210".into()));
        let filter = ListingFilter { day: number(TODAY), place, stars_min: Some(3), ..ListingFilter::default() };
        let counted = filter.clone();
        ask(format!("quality, count {gap}"), Box::new(move |conn| quality::count_products(conn, &counted, *gap).map(drop)));
        ask(format!("quality, list {gap}"), Box::new(move |conn| quality::products(conn, &filter, *gap, Some(500), false, 21).map(drop)));
    }
    for gap in DecisionGap::ALL {
        let issuers = ["VN34-51", "VN63-51", "VN63-49"].map(str::to_owned);
        let counted = issuers.clone();
        ask(format!("quality, count {gap}"), Box::new(move |conn| quality::count_decisions(conn, Some(&counted), *gap).map(drop)));
        ask(
            format!("quality, list {gap}"),
            Box::new(move |conn| quality::decisions(conn, Some(&issuers), *gap, Some(50), false, 21).map(drop)),
        );
    }
    ask("label reports of a council".into(), Box::new(|conn| label_report::list(conn, Some("VN34-51"), Some(9), false, 21).map(drop)));
    ask("commands of a council".into(), Box::new(|conn| command::list(conn, "VN34-51", Some(9), false, 21).map(drop)));
    ask("the position".into(), Box::new(|conn| ledger::position(conn).map(drop)));
    asked
}

/// Runs every question and judges every statement that it sent; the faults found, one a line.
fn faults(database: &Database, judge: impl Fn(&Sent) -> Vec<String>) -> Vec<String> {
    let (mut conn, sent) = overheard(database);
    let mut faults = Vec::new();
    for (name, question) in questions() {
        question(&mut conn).unwrap_or_else(|error| panic!("{name}: {error}"));
        let statements = std::mem::take(&mut *sent.lock().expect("the list"));
        assert!(!statements.is_empty(), "{name} sends nothing");
        for statement in &statements {
            faults.extend(judge(statement).into_iter().map(|fault| format!("{name}: {fault}\n    {}", statement.0)));
        }
    }
    faults
}

#[test]
fn sqlite_never_reads_or_sorts_everything() {
    let database = Database::sqlite();
    filled(&database);
    let faults = faults(&database, |statement| {
        let plan = sqlite_plan(&database, statement);
        fault_of_sqlite(&plan, is_narrowed(&statement.0)).map(|fault| format!("{fault}: {plan:#?}")).into_iter().collect()
    });
    assert!(faults.is_empty(), "{} plans\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn postgres_never_reads_or_sorts_everything() {
    let database = Database::postgres("plans");
    filled(&database);
    database.tamper(EXPLAINED);
    let faults = faults(&database, |statement| {
        // The farthest step of a walk is most of so small a registry, and then better sorted.
        if statement.1.last().and_then(serde_json::Value::as_u64).is_some_and(|limit| limit > PRODUCTS / 2) {
            return Vec::new();
        }
        let plans = postgres_plans(&database, statement);
        let fault = |plan: &String| fault_of_postgres(plan, is_narrowed(&statement.0)).map(|fault| format!("{fault}:\n{plan}"));
        plans.iter().filter_map(fault).collect()
    });
    assert!(faults.is_empty(), "{} plans\n{}", faults.len(), faults.join("\n"));
}

/// Whether a statement asks for certain values, words or numbers: what is narrowed down so may be sorted.
fn is_narrowed(statement: &str) -> bool {
    let conditions = statement.split_once(" WHERE ").map_or("", |(_, conditions)| conditions);
    [" = ", " IN (", "ANY(", " MATCH ", " @@ "].iter().any(|sign| conditions.contains(sign))
}
