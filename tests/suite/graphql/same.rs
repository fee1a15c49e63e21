//! GraphQL and REST say the same: every member of every record of the sample, compared.

use super::data;
use crate::support::registry::{Database, Registry, on_both};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

on_both!(
    products,
    producers,
    decisions_and_certificates,
    places_and_lists,
    what_belongs_to_something,
    keys_lead_on,
    counts_and_changes,
    verifications,
    verdicts_tell_their_day
);

/// What is selected: members by name, each with what is selected of it.
#[derive(Default)]
struct Selection(BTreeMap<String, Self>);

impl Selection {
    /// Everything that occurs in an answer of REST.
    fn meet(&mut self, value: &Value) {
        match value {
            Value::Object(members) => members.iter().for_each(|(name, value)| self.0.entry(name.clone()).or_default().meet(value)),
            Value::Array(items) => items.iter().for_each(|item| self.meet(item)),
            _ => {}
        }
    }

    fn write(&self, of: &str, types: &BTreeMap<String, BTreeMap<String, (String, bool)>>) -> String {
        let member = |(name, inner): (&String, &Self)| {
            let (ty, object) = types[of].get(name).unwrap_or_else(|| panic!("{of} has no {name}"));
            match (object, inner.0.is_empty()) {
                (false, _) => name.clone(),
                // Nowhere anything but null.
                (true, true) => format!("{name} {{ __typename }}"),
                (true, false) => format!("{name} {{ {} }}", inner.write(ty, types)),
            }
        };
        self.0.iter().map(member).collect::<Vec<_>>().join(" ")
    }
}

/// Every object type with its fields: the type's name, and whether it has fields itself.
async fn types(registry: &Registry) -> BTreeMap<String, BTreeMap<String, (String, bool)>> {
    let inner = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
    let schema = data(registry, &format!("{{ __schema {{ types {{ name fields {{ name type {{ {inner} }} }} }} }} }}"), json!({})).await;
    let innermost = |ty: &Value| {
        let mut ty = ty;
        while ty["ofType"].is_object() {
            ty = &ty["ofType"];
        }
        (ty["name"].as_str().expect("a name").to_owned(), matches!(ty["kind"].as_str(), Some("OBJECT" | "UNION" | "INTERFACE")))
    };
    let field = |field: &Value| (field["name"].as_str().expect("a name").to_owned(), innermost(&field["type"]));
    let fields = |ty: &Value| ty["fields"].as_array().map(|fields| fields.iter().map(field).collect()).unwrap_or_default();
    schema["__schema"]["types"]
        .as_array()
        .expect("types")
        .iter()
        .map(|ty| (ty["name"].as_str().expect("a name").to_owned(), fields(ty)))
        .collect()
}

/// Members of a product in a list of another thing: its own, then those of its certification.
const SUMMARY: [&str; 8] = ["code", "name", "outcome", "status", "stars", "validUntil", "endsBy", "renewal"];

/// An answer of REST in the words of GraphQL: short forms of products show there what products have
/// elsewhere, and codes lead to things.
fn translated(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(translated).collect(),
        Value::Object(members) => {
            let mut members: Map<String, Value> = members.iter().map(|(name, value)| (name.clone(), translated(value))).collect();
            if members.len() == 8 && SUMMARY.iter().all(|name| members.contains_key(*name)) {
                let mut certification = Map::new();
                for name in SUMMARY.into_iter().skip(2) {
                    certification.extend(members.remove_entry(name));
                }
                members.insert("certification".into(), certification.into());
            }
            if members.contains_key("ocopLabelAllowed") {
                cited(&mut members, "certificate");
            }
            if members.contains_key("position") {
                cited(&mut members, "product");
                cited(&mut members, "producer");
            }
            members.into()
        }
        scalar => scalar.clone(),
    }
}

fn cited(members: &mut Map<String, Value>, name: &str) {
    if let Some(code @ Value::String(_)) = members.get_mut(name) {
        *code = json!({"code": code.take()});
    }
}

/// Every member of the first is one of the second.
fn covered(rest: &Value, graph: &Value, at: &str) {
    match (rest, graph) {
        (Value::Object(rest), Value::Object(graph)) => {
            for (name, value) in rest {
                covered(value, graph.get(name).unwrap_or_else(|| panic!("{at}.{name} is missing")), &format!("{at}.{name}"));
            }
        }
        (Value::Array(rest), Value::Array(graph)) => {
            assert_eq!(rest.len(), graph.len(), "{at}");
            rest.iter().zip(graph).enumerate().for_each(|(nth, (rest, graph))| covered(rest, graph, &format!("{at}[{nth}]")));
        }
        _ => assert_eq!(rest, graph, "{at}"),
    }
}

/// Compares records of REST with what GraphQL says of the same, in the same order.
async fn compare(registry: &Registry, ty: &str, rest: &[Value], leave: &[&str]) {
    assert!(!rest.is_empty(), "{ty}");
    let mut rest: Vec<Value> = rest.iter().map(translated).collect();
    let mut selection = Selection::default();
    for record in &mut rest {
        let members = record.as_object_mut().expect("a record");
        leave.iter().for_each(|name| drop(members.remove(*name)));
        selection.meet(record);
    }
    let fields = selection.write(ty, &types(registry).await);
    let query = format!("query($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id ... on {ty} {{ {fields} }} }} }}");
    for chunk in rest.chunks(100) {
        let ids: Vec<&Value> = chunk.iter().map(|record| record.get("code").filter(|_| ty != "Place").unwrap_or(&record["key"])).collect();
        let answer = data(registry, &query, json!({"ids": ids})).await;
        for ((rest, graph), id) in chunk.iter().zip(answer["nodes"].as_array().expect("nodes")).zip(ids) {
            assert_eq!((&graph["id"], graph["__typename"].as_str()), (id, Some(ty)));
            covered(rest, graph, &format!("{ty} {id}"));
        }
    }
}

const ENVELOPE: [&str; 2] = ["dataVersion", "asOf"];

async fn products(database: Database) {
    let registry = database.sample().await;
    let listed = registry.all("/v1/products").await;
    assert_eq!(listed.len(), 1_233);
    compare(&registry, "Product", &listed, &[]).await;
    // Single records have their certificates too, newest first.
    let mut single = Vec::new();
    for product in &listed {
        single.push(registry.json(&format!("/v1/products/{}", product["code"].as_str().expect("a code"))).await);
    }
    compare(&registry, "Product", &single, &["dataVersion"]).await;
    // A registry in which every status and act occurs.
    let generated = database.generated().await;
    compare(&generated, "Product", &generated.all("/v1/products").await, &[]).await;
}

async fn producers(database: Database) {
    let registry = database.sample().await;
    let listed = registry.all("/v1/producers").await;
    compare(&registry, "Producer", &listed, &[]).await;
    let mut single = Vec::new();
    for producer in &listed {
        let mut record = registry.json(&format!("/v1/producers/{}", producer["code"].as_str().expect("a code"))).await;
        // A page here, a list there.
        let products = record["products"].take();
        record["products"] = json!({"nodes": products});
        single.push(record);
    }
    let shown = single.iter().filter(|record| record["products"]["nodes"].as_array().is_some_and(|nodes| nodes.len() <= 20));
    compare(&registry, "Producer", &shown.cloned().collect::<Vec<_>>(), &ENVELOPE).await;
}

async fn decisions_and_certificates(database: Database) {
    for registry in [database.sample().await, database.generated().await] {
        let decisions = registry.all("/v1/decisions").await;
        compare(&registry, "Decision", &decisions, &[]).await;
        let mut single = Vec::new();
        for decision in decisions.iter().take(300) {
            single.push(registry.json(&format!("/v1/decisions/{}", decision["code"].as_str().expect("a code"))).await);
        }
        compare(&registry, "Decision", &single, &ENVELOPE).await;
        products_of_decisions(&registry, &decisions).await;
        let certificates = registry.all("/v1/certificates").await;
        compare(&registry, "Certificate", &certificates, &[]).await;
    }
}

/// What decisions recognised, and what those acted on that withdraw, annul or extend.
async fn products_of_decisions(registry: &Registry, decisions: &[Value]) {
    let query = "query($code: ID!) { decision(code: $code) { products(first: 100) { totalCount nodes { code } } } }";
    let (acting, recognising): (Vec<_>, Vec<_>) = decisions.iter().partition(|decision| decision["kind"] != "recognition");
    for decision in acting.into_iter().take(30).chain(recognising.into_iter().take(30)) {
        let code = decision["code"].as_str().expect("a code");
        let rest = registry.all(&format!("/v1/decisions/{code}/products")).await;
        let codes: Vec<Value> = rest.iter().map(|product| json!({"code": product["code"]})).collect();
        let graph = data(registry, query, json!({"code": code})).await;
        assert_eq!(graph["decision"]["products"]["nodes"], json!(codes.iter().take(100).collect::<Vec<_>>()), "{code}");
        assert_eq!(graph["decision"]["products"]["totalCount"], codes.len(), "{code}");
    }
}

async fn places_and_lists(database: Database) {
    let registry = database.sample().await;
    let mut places = registry.all("/v1/places?level=province").await;
    places.extend(registry.all("/v1/places?within=VN63-24").await);
    places.extend(registry.all("/v1/places?within=VN34-91").await);
    compare(&registry, "Place", &places, &[]).await;
    let types = types(&registry).await;
    for (list, ty) in [("groups", "Group"), ("regimes", "Regime")] {
        let rest = registry.json(&format!("/v1/{list}")).await["items"].take();
        let mut selection = Selection::default();
        selection.meet(&rest);
        let graph = data(&registry, &format!("{{ {list} {{ {} }} }}", selection.write(ty, &types)), json!({})).await;
        covered(&rest, &graph[list], list);
    }
    // The day on which places existed is the day that all within them is about.
    let query = "{ places(first: 1, q: \"Thanh Hóa\", level: province, on: \"2022-01-01\") { nodes { key products(first: 1, status: [valid]) { totalCount nodes { asOf } } } } }";
    let then = data(&registry, query, json!({})).await["places"]["nodes"][0].take();
    let rest = registry.all("/v1/products?province=VN63-38&status=valid&on=2022-01-01").await.len();
    assert_eq!((&then["key"], &then["products"]["totalCount"]), (&json!("VN63-38"), &json!(rest)));
    assert_eq!((rest > 0, &then["products"]["nodes"][0]["asOf"]), (true, &json!("2022-01-01")));
}

/// Walks a relation of a thing to its end and compares it with a list of REST.
async fn related(registry: &Registry, of: &str, relation: &str, arguments: &str, rest: &str) -> usize {
    let key = if relation == "places" { "key" } else { "code" };
    let expected: Vec<Value> = registry.all(rest).await.iter().map(|item| json!({key: item[key]})).collect();
    let (mut nodes, mut after) = (Vec::new(), Value::Null);
    loop {
        let query = format!(
            "query($after: String) {{ of: {of} {{ list: {relation}(first: 7, after: $after {arguments}) {{ totalCount nodes {{ {key} }} pageInfo {{ endCursor hasNextPage }} }} }} }}"
        );
        let list = data(registry, &query, json!({"after": after})).await["of"]["list"].take();
        assert_eq!(list["totalCount"], expected.len(), "{query} {rest}");
        nodes.extend(list["nodes"].as_array().expect("nodes").clone());
        after = list["pageInfo"]["endCursor"].clone();
        if list["pageInfo"]["hasNextPage"] == false {
            assert_eq!(nodes, expected, "{query} {rest}");
            return nodes.len();
        }
    }
}

async fn what_belongs_to_something(database: Database) {
    for registry in [database.sample().await, database.generated().await] {
        // Units of today and of before, at every level.
        let mut places = ["VN34-38", "VN63-38", "VN34-24", "VN63-24"].map(|key| ("province", key.to_owned())).to_vec();
        for (level, within) in [("district", "VN63-38"), ("commune", "VN63-38"), ("commune", "VN34-38")] {
            let listed = registry.all(&format!("/v1/products?province={within}")).await;
            let units = registry.all(&format!("/v1/places?within={within}&level={level}")).await;
            let told = json!(listed).to_string();
            let some = units.iter().filter_map(|unit| unit["key"].as_str()).filter(|key| told.contains(&format!("\"{key}")));
            places.extend(some.take(2).map(|key| (level, key.to_owned())));
        }
        let owners: Vec<(String, String)> =
            places.iter().map(|(level, key)| (format!("place(key: \"{key}\" ON)"), format!("{level}={key}"))).collect();
        let mut found = [0; 3];
        for (of, by) in &owners {
            for (nth, (arguments, filter)) in FILTERS.iter().enumerate() {
                for (on, day) in [("", ""), (", on: \"2024-06-01\"", "&on=2024-06-01")] {
                    let rest = format!("/v1/products?{by}{filter}{day}&sort=code");
                    found[nth] += related(&registry, &of.replace(" ON", on), "products", arguments, &rest).await;
                }
            }
        }
        assert!(found.iter().all(|found| *found > 4), "{found:?}");
        let (mut producers, mut decisions) = (0, 0);
        for (level, key) in &places {
            let of = format!("place(key: \"{key}\")");
            let units = format!("/v1/places?within={key}&on=2025-01-01&level=commune");
            related(&registry, &of, "places", ", on: \"2025-01-01\", level: commune", &units).await;
            if *level != "commune" {
                decisions += related(&registry, &of, "decisions", "", &format!("/v1/decisions?issuer={key}")).await;
                let recognitions = format!("/v1/decisions?issuer={key}&kind=recognition&year=2023");
                related(&registry, &of, "decisions", ", kind: recognition, year: 2023", &recognitions).await;
            }
            if *level == "province" {
                producers += related(&registry, &of, "producers", "", &format!("/v1/producers?province={key}")).await;
                let forms = format!("/v1/producers?province={key}&form=cooperative,household");
                producers += related(&registry, &of, "producers", ", form: [cooperative, household]", &forms).await;
            } else {
                let query = format!("{{ {of} {{ producers {{ totalCount }} }} }}");
                assert_eq!(data(&registry, &query, json!({})).await["place"]["producers"], Value::Null, "{key}");
            }
        }
        assert!(producers > 20 && decisions > 4, "{producers} producers, {decisions} decisions");
        together(&registry).await;
    }
}

/// What lists are narrowed down by, here and in REST: not at all, to much, and to little.
const FILTERS: [(&str, &str); 3] = [
    ("", ""),
    (", starsMin: 3, status: [valid, expired]", "&starsMin=3&status=valid,expired"),
    (", form: [cooperative], expiredSince: \"2020-01-01\"", "&form=cooperative&expiredSince=2020-01-01"),
];

/// Many owners at once: each has its own page.
async fn together(registry: &Registry) {
    for (arguments, filter) in FILTERS {
        let products = format!("products(first: 3 {arguments}) {{ totalCount nodes {{ code }} pageInfo {{ hasNextPage }} }}");
        let query = format!("{{ groups {{ number {products} sets {{ number {products} }} }} regimes {{ code {products} }} }}");
        let mut told = data(registry, &query, json!({})).await;
        // The same group of several sets.
        let query = format!("{{ sets {{ number group {{ number {products} }} }} }}");
        told["sets"] = data(registry, &query, json!({})).await["sets"].take();
        let mut lists: Vec<(String, &Value)> = Vec::new();
        for group in told["groups"].as_array().expect("groups") {
            lists.push((format!("group={}", group["number"]), &group["products"]));
            lists.extend(group["sets"].as_array().expect("sets").iter().map(|set| (format!("set={}", set["number"]), &set["products"])));
        }
        let sets = told["sets"].as_array().expect("sets");
        lists.extend(sets.iter().map(|set| (format!("group={}", set["group"]["number"]), &set["group"]["products"])));
        let regimes = told["regimes"].as_array().expect("regimes");
        lists.extend(regimes.iter().map(|regime| (format!("regime={}", regime["code"].as_str().expect("a code")), &regime["products"])));
        assert_eq!(lists.len(), 6 + 26 + 26 + 4);
        let mut known: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for (by, list) in &lists {
            if !known.contains_key(by.as_str()) {
                let rest = registry.all(&format!("/v1/products?{by}{filter}&sort=code")).await;
                known.insert(by, rest.iter().map(|product| json!({"code": product["code"]})).collect());
            }
            let rest = &known[by.as_str()];
            let expected = json!({
                "totalCount": rest.len(),
                "nodes": rest.iter().take(3).collect::<Vec<_>>(),
                "pageInfo": {"hasNextPage": rest.len() > 3},
            });
            assert_eq!(**list, expected, "{by} {filter}");
        }
        assert!(known.values().any(|rest| rest.len() > 3), "{filter}");
    }
}

/// What views name by key or number leads on to it.
async fn keys_lead_on(database: Database) {
    let registry = database.sample().await;
    let query = "{
        certificates(first: 200) {
            nodes { regime legalRegime { code instrument } issuer { key place { key } } decision { issuer { key place { key level } } } }
        }
        groups { formerGroups { set became { number group { number } } } }
        stats(by: [province, provinceThen, group]) { breakdowns { by values { value place { key } } } }
        products(first: 1, facets: [province]) { facets { values { value place { key } } } }
    }";
    let told = data(&registry, query, json!({})).await;
    let certificates = told["certificates"]["nodes"].as_array().expect("certificates");
    let mut of_a_ministry = 0;
    for certificate in certificates {
        assert_eq!(certificate["regime"], certificate["legalRegime"]["code"]);
        match certificate["issuer"]["key"].as_str() {
            // A ministry is no place.
            Some(key) if key.starts_with("VN-") => {
                assert_eq!(certificate["issuer"]["place"], Value::Null);
                of_a_ministry += 1;
            }
            _ => assert_eq!(certificate["issuer"]["key"], certificate["issuer"]["place"]["key"]),
        }
    }
    assert!(certificates.iter().any(|one| one["regime"].is_string() && one["issuer"]["place"].is_object()) && of_a_ministry > 0);
    for former in
        told["groups"].as_array().expect("groups").iter().flat_map(|group| group["formerGroups"].as_array().expect("former groups"))
    {
        assert_eq!(former["set"], former["became"]["number"]);
    }
    for by in told["stats"]["breakdowns"].as_array().expect("properties") {
        for row in by["values"].as_array().expect("values") {
            let expected = if by["by"] == "group" { &Value::Null } else { &row["value"] };
            assert_eq!(&row["place"]["key"], expected, "{by}");
        }
    }
    let facet = &told["products"]["facets"][0]["values"][0];
    assert_eq!(facet["value"], facet["place"]["key"]);
    // Products of several sets.
    let query = "{ sets { number products(first: 1) { nodes { set { number group { number sets { number } } } } } } }";
    let told = data(&database.generated().await, query, json!({})).await;
    let mut known = 0;
    for set in told["sets"].as_array().expect("sets") {
        for product in set["products"]["nodes"].as_array().expect("products") {
            let own = &product["set"];
            assert_eq!(own["number"], set["number"]);
            assert!(own["group"]["sets"].as_array().expect("sets").iter().any(|one| one["number"] == set["number"]), "{own}");
            known += 1;
        }
    }
    assert!(known > 3, "{known} sets have products");
}
async fn counts_and_changes(database: Database) {
    let registry = database.sample().await;
    let types = types(&registry).await;
    let all = "province,provinceThen,stars,status,group,set,form,regime";
    for (rest, graph, ty, field) in [
        (format!("/v1/stats?by={all}"), format!("stats(by: [{all}])"), "Stats", "stats"),
        ("/v1/stats?by=stars&province=VN34-38".into(), "stats(by: [stars], province: \"VN34-38\")".into(), "Stats", "stats"),
        ("/v1/changes?first=1000".into(), "changes(first: 1000)".into(), "Changes", "changes"),
        ("/v1/changes?first=1000&after=2500".into(), "changes(first: 1000, after: 2500)".into(), "Changes", "changes"),
    ] {
        let rest = translated(&registry.json(&rest).await);
        let mut selection = Selection::default();
        selection.meet(&rest);
        let graph = data(&registry, &format!("{{ {graph} {{ {} }} }}", selection.write(ty, &types)), json!({})).await;
        covered(&rest, &graph[field], field);
    }
    let list = registry.json("/v1/products?q=mat ong&province=VN34-51&facets=stars,status&first=3").await;
    let query = "{ products(q: \"mat ong\", province: \"VN34-51\", facets: [stars, status], first: 3) { nodes { code } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } facets { by values { value products producers } } } }";
    let graph = data(&registry, query, json!({})).await;
    covered(&list["facets"], &graph["products"]["facets"], "facets");
    covered(&list["pageInfo"], &graph["products"]["pageInfo"], "pageInfo");
    assert_eq!(graph["products"]["nodes"].as_array().map(Vec::len), list["items"].as_array().map(Vec::len));
}

async fn verifications(database: Database) {
    for registry in [database.sample().await, database.generated().await] {
        let codes: Vec<Value> = registry.all("/v1/products").await.iter().map(|product| product["code"].clone()).collect();
        let mut identifiers = codes.clone();
        identifiers.extend([
            json!("8930000000002"),
            json!("8930000000003"),
            json!("mật ong"),
            json!("M000007J"),
            json!("83-829-28780-3-2022"),
        ]);
        let types = types(&registry).await;
        for on in ["2022-01-01", "2026-11-21"] {
            let rest = registry.post("/v1/verifications", &json!({"identifiers": identifiers, "on": on})).await.json();
            let items = translated(&rest["items"]);
            let (mut verified, mut failed) = (Selection::default(), Selection::default());
            for item in items.as_array().expect("items") {
                if item.get("error").is_some() { failed.meet(item) } else { verified.meet(item) }
            }
            let (verified, failed) = (verified.write("Verification", &types), failed.write("BatchFailure", &types));
            let query = format!(
                "query($all: [String!]!, $on: Date) {{ verifyBatch(identifiers: $all, on: $on) {{ ... on Verification {{ {verified} }} ... on BatchFailure {{ {failed} }} }} }}"
            );
            let answer = registry.ask(super::post(&query, &json!({"all": identifiers, "on": on}))).await.json();
            assert_eq!(answer.get("errors"), None);
            covered(&items, &answer["data"]["verifyBatch"], "verifyBatch");
        }
        // One by one there is more to say.
        for code in codes.iter().step_by(40) {
            let code = code.as_str().expect("a code");
            let mut rest = registry.json(&format!("/v1/verifications/{code}?on=2024-06-01")).await;
            // The day is that of the verdict, in REST and here.
            rest.as_object_mut().expect("a verdict").remove("dataVersion");
            assert_eq!(rest["asOf"], "2024-06-01");
            let rest = translated(&rest);
            let mut selection = Selection::default();
            selection.meet(&rest);
            let query =
                format!("{{ verify(identifier: \"{code}\", on: \"2024-06-01\") {{ {} }} }}", selection.write("Verification", &types));
            covered(&rest, &data(&registry, &query, json!({})).await["verify"], code);
        }
    }
    let registry = database.sample().await;
    let rest = registry.json("/v1/verifications?number=2942/QĐ-UBND&issuer=Thanh Hóa&name=Viên nang sâm báo Triso&on=2022-01-01").await;
    let query = "query($decision: DecisionIdentifier!) { verify(decision: $decision, on: \"2022-01-01\") { outcome identifier identifierType product { code } } }";
    let decision = json!({"number": "2942/QĐ-UBND", "issuer": "Thanh Hóa", "name": "Viên nang sâm báo Triso"});
    let graph = data(&registry, query, json!({"decision": decision})).await;
    for name in ["outcome", "identifier", "identifierType"] {
        assert_eq!(rest[name], graph["verify"][name]);
    }
    assert_eq!(rest["product"]["code"], graph["verify"]["product"]["code"]);
}

async fn verdicts_tell_their_day(database: Database) {
    let registry = database.sample().await;
    let query = "query($on: Date) {
        verify(identifier: \"P00000MC\", on: $on) { asOf outcome product { asOf } }
        verifyBatch(identifiers: [\"P00000MC\", \"P00000BY\"], on: $on) { ... on Verification { asOf product { asOf code } } }
        node(id: \"P00000BY\", on: $on) { ... on Product { asOf certificates { asOf product { asOf name { vi } } } } }
        products(first: 1, on: $on) { nodes { asOf } }
        certificates(first: 1, on: $on) { nodes { asOf product { asOf formerNames } } }
        producer(code: \"M000007J\", on: $on) { products(first: 1) { nodes { asOf } } }
        today: product(code: \"P00000BY\") { asOf }
    }";
    for (on, expected) in [(json!("2019-01-02"), "2019-01-02"), (json!("2031-12-31"), "2031-12-31"), (Value::Null, "2026-11-21")] {
        let answer = super::asked(&registry, query, json!({"on": on})).await;
        assert_eq!((answer.get("errors"), &answer["extensions"]["asOf"]), (None, &json!("2026-11-21")));
        let mut told = Vec::new();
        days_of(&answer["data"], &mut told);
        let (today, others) = told.split_last().expect("days");
        assert!(others.len() >= 10 && others.iter().all(|day| day == expected) && today == "2026-11-21", "{on}: {told:?}");
    }
}

fn days_of(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| match value {
            Value::String(day) if name == "asOf" => all.push(day.clone()),
            inner => days_of(inner, all),
        }),
        Value::Array(items) => items.iter().for_each(|item| days_of(item, all)),
        _ => {}
    }
}
