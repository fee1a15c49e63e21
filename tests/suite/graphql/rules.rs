//! The rules of the specification that decide what is answered: what breaks one is not carried out.

use super::post;
use crate::support::registry::{Database, Registry, on_both};
use serde_json::{Value, json};

on_both!(
    fields_under_one_name_are_one_field,
    nothing_stands_twice,
    variables_are_of_their_types,
    values_fit_where_they_stand,
    what_was_meant_is_told,
    a_wrong_argument_fails_its_field,
);

/// Asks as a client of GraphQL's own media type does: status, and the first error with its code and
/// whether it has a place.
async fn refused(registry: &Registry, query: &str, variables: Value) -> (u16, String) {
    let ask =
        post(query, &variables).insert_header(("accept", "application/graphql-response+json")).insert_header(("accept-language", "en"));
    let answer = registry.ask(ask).await;
    let told = answer.json();
    if answer.status == 400 {
        assert_eq!(told.get("data"), None, "{query}");
        assert!(told["errors"][0]["locations"][0]["line"].is_u64(), "{query}: {told}");
    }
    (answer.status, told["errors"][0]["message"].as_str().unwrap_or_default().to_owned())
}

async fn fields_under_one_name_are_one_field(database: Database) {
    let registry = database.sample().await;
    let (arguments, fields, types) = ("differing arguments", "are different fields", "conflicting types");
    for (query, told) in [
        (
            "{ verify(identifier: \"P00000MC\") { permittedClaim { allowed } } ...Card } fragment Card on Query { verify(identifier: \"P00000BY\") { outcome } }",
            arguments,
        ),
        (
            "{ ...Card verify(identifier: \"P00000MC\") { outcome } } fragment Card on Query { verify(identifier: \"P00000BY\") { outcome } }",
            arguments,
        ),
        (
            "{ ...A ...B } fragment A on Query { v: verify(identifier: \"P00000MC\") { outcome } } fragment B on Query { ... { v: verify(identifier: \"P00000BY\") { outcome } } }",
            arguments,
        ),
        (
            "{ product(code: \"P00000BY\", on: \"2022-01-01\") { code } ... on Query { product(code: \"P00000BY\", on: \"2023-01-01\") { code } } }",
            arguments,
        ),
        (
            "{ product(code: \"P00000BY\") { code } ...F } fragment F on Query { product(code: \"P00000BY\", on: \"2023-01-01\") { code } }",
            arguments,
        ),
        (
            "{ product(code: \"P00000BY\") { producer { products(first: 1) { nodes { code } } ...F } } } fragment F on Producer { products(last: 1) { nodes { code } } }",
            arguments,
        ),
        (
            "query($a: Int, $b: Int) { product(code: \"P00000BY\") { producer { products(first: $a) { totalCount } } producer { ...F } } } fragment F on Producer { products(first: $b) { totalCount } }",
            arguments,
        ),
        ("{ product(code: \"P00000BY\") { x: code ...F } } fragment F on Product { x: formerNames }", types),
        ("{ product(code: \"P00000BY\") { x: status { code } ...F } } fragment F on Product { x: code }", "Cannot query field"),
        ("{ product(code: \"P00000BY\") { x: code ...F } } fragment F on Product { x: id }", types),
        (
            "{ product(code: \"P00000BY\") { certification { x: outcome } ...F } } fragment F on Product { certification { x: status } }",
            types,
        ),
        ("{ place(key: \"VN34-24\") { x: key ...F } } fragment F on Place { ...G } fragment G on Place { x: id }", types),
        ("{ a: asOf ...F } fragment F on Query { a: dataVersion }", types),
        ("{ a: producer(code: \"M0000003\") { code } ...F } fragment F on Query { a: product(code: \"P00000BY\") { code } }", fields),
        ("{ node(id: \"C0000234\") { ... on Product { x: formerNames } ... on Certificate { x: stars } } }", types),
        ("{ node(id: \"C0000234\") { ... on Product { x: name { y: vi } } ... on Producer { x: name } } }", types),
        ("{ node(id: \"C0000234\") { ... on Node { x: id } ... on Product { x: code } } }", types),
        (
            "{ node(id: \"C0000234\") { ... on Product { x: producer { y: name } } ... on Certificate { x: product { y: formerNames } } } }",
            types,
        ),
        ("{ verifyBatch(identifiers: [\"P00000BY\"]) { ... on Verification { r: stars } ... on BatchFailure { r: identifier } } }", types),
        ("{ node(id: \"C0000234\") { ... on Product { x: producer { code } } ... on Certificate { x: product { code } } } }", types),
        ("query A { asOf } query B { x: asOf ...F } fragment F on Query { x: dataVersion }", types),
        ("{ __type(name: \"Product\") { x: name } ...F } fragment F on Query { __type(name: \"Producer\") { name } }", arguments),
        ("{ __type(name: \"Product\") { x: name ...F } } fragment F on __Type { x: description }", fields),
    ] {
        let (status, message) = refused(&registry, query, json!({})).await;
        assert!(status == 400 && message.contains(told), "{query}: {status} {message}");
    }
    // The same field however often and wherever, and other fields of things that are not the same.
    for query in [
        "{ verify(identifier: \"P00000MC\") { outcome } ...Card } fragment Card on Query { verify(identifier: \"P00000MC\") { permittedClaim { allowed } } }",
        "{ a: places(q: \"lao\", on: \"2024-01-01\") { totalCount } ...F } fragment F on Query { a: places(on: \"2024-01-01\", q: \"lao\") { nodes { key } } }",
        "{ node(id: \"P00000BY\") { ... on Product { x: code } ... on Producer { x: name } ... on Node { id } } }",
        "{ nodes(ids: [\"P00000BY\"]) { id ... on Product { code } ... on Producer { code products(first: 1) { totalCount } } ... on Decision { products(first: 2) { totalCount } } } }",
        "{ verifyBatch(identifiers: [\"P00000BY\"]) { ... on Verification { identifier } ... on BatchFailure { identifier } } }",
    ] {
        let (status, message) = refused(&registry, query, json!({})).await;
        assert_eq!((status, message.as_str()), (200, ""), "{query}");
    }
    // However many: in little time.
    let same = format!("{{ {} ...F }} fragment F on Query {{ asOf: dataVersion }}", "asOf ".repeat(1_900));
    assert_eq!(refused(&registry, &same, json!({})).await.0, 400);
}

async fn nothing_stands_twice(database: Database) {
    let registry = database.sample().await;
    for query in [
        "{ verify(decision: {number: \"bogus\", number: \"2585/QĐ-UBND\", issuer: \"Lào Cai\", name: \"x\"}) { outcome } }",
        "query($d: DecisionIdentifier = {number: \"1\", issuer: \"a\", name: \"x\", number: \"2\"}) { verify(decision: $d) { outcome } }",
        "{ verifyBatch(decisions: [{number: \"1\", issuer: \"a\", name: \"x\"}, {number: \"1\", issuer: \"a\", name: \"x\", name: \"y\"}]) { __typename } }",
    ] {
        let (status, message) = refused(&registry, query, json!({})).await;
        assert!(status == 400 && message.contains("only one input field named"), "{query}: {status} {message}");
    }
    let good = "{ verifyBatch(decisions: [{number: \"1\", issuer: \"a\", name: \"x\"}, {number: \"2\", issuer: \"a\", name: \"x\"}]) { __typename } }";
    assert_eq!(refused(&registry, good, json!({})).await.0, 200);
    for body in [
        r#"{"query": "{ asOf }", "query": "{ licence }"}"#,
        r#"{"query": "query($d: ID!) { product(code: $d) { code } }", "variables": {"d": "P00000BY", "d": "P00000CW"}}"#,
        r#"{"query": "query($d: DecisionIdentifier!) { verify(decision: $d) { outcome } }", "variables": {"d": {"number": "1", "number": "2"}}}"#,
    ] {
        let ask =
            crate::support::registry::request("POST", "/graphql").insert_header(("content-type", "application/json")).set_payload(body);
        let answer = registry.ask(ask.insert_header(("accept-language", "en"))).await;
        assert!(answer.status == 400 && answer.text().contains("stands twice"), "{body}: {}", answer.text());
    }
    for (address, code) in [
        ("/graphql?query={asOf}&query={licence}", "repeated-parameter"),
        ("/graphql?query={asOf}&x=1", "unknown-parameter"),
        ("/graphql?query=query($c:ID!){product(code:$c){code}}&variables={\"c\":\"P00000BY\",\"c\":\"P00000CW\"}", "invalid-value"),
    ] {
        let answer = registry.get(address).await;
        assert_eq!((answer.status, &answer.json()["errors"][0]["extensions"]["code"]), (400, &json!(code)), "{address}");
    }
    // Members of a body that are not known are passed over.
    let ask = crate::support::registry::request("POST", "/graphql").set_json(json!({"query": "{ asOf }", "onError": "NULL"}));
    assert_eq!(registry.ask(ask).await.status, 200);
}

async fn variables_are_of_their_types(database: Database) {
    let registry = database.sample().await;
    let first = "query($x: Int) { products(first: $x) { nodes { code } } }";
    let id = "query($x: ID!) { product(code: $x) { code } }";
    let status = "query($x: [Standing!]) { products(status: $x, first: 1) { nodes { code } } }";
    let decision = "query($x: DecisionIdentifier!) { verify(decision: $x) { outcome } }";
    let good = json!({"number": "1", "issuer": "Lào Cai", "name": "x"});
    for (query, value, told) in [
        (first, json!("1"), "$x: \"1\" is no Int."),
        (first, json!(true), "$x: true is no Int."),
        (first, json!(1.5), "$x: 1.5 is no Int."),
        (first, json!([1]), "is no Int."),
        (first, json!(2_147_483_648_i64), "$x: 2147483648 is no Int."),
        (first, json!(-1e300), "is no Int."),
        (id, json!(1.5), "$x: 1.5 is no ID."),
        (id, json!(true), "$x: true is no ID."),
        (id, json!({}), "is no ID."),
        (id, json!(null), "$x: must not be null."),
        (status, json!("VALID"), "$x: \"VALID\" is no Standing. Did you mean \"valid\"?"),
        (status, json!(["valid", null]), "$x[1]: must not be null."),
        (status, json!(["valid", 4]), "$x[1]: 4 is no Standing."),
        (
            decision,
            json!({"number": "1", "issuer": "a", "name": "x", "yaer": 1}),
            "$x.yaer: is no member of DecisionIdentifier. Did you mean \"year\"?",
        ),
        (decision, json!({"number": "1", "issuer": "a"}), "$x.name: is missing."),
        (decision, json!({"number": null, "issuer": "a", "name": "x"}), "$x.number: must not be null."),
        (decision, json!({"number": 1, "issuer": "a", "name": "x"}), "$x.number: 1 is no String."),
        (decision, json!("x"), "$x: \"x\" is no DecisionIdentifier."),
    ] {
        let (code, message) = refused(&registry, query, json!({"x": value})).await;
        assert!(code == 400 && message.ends_with(told), "{query} {value}: {code} {message}");
    }
    for (query, value) in [
        (first, json!(1.0)),
        (first, json!(null)),
        (id, json!("P00000BY")),
        (status, json!("valid")),
        (status, json!(["valid", "expired"])),
        (decision, good),
    ] {
        assert_eq!(refused(&registry, query, json!({"x": value})).await, (200, String::new()), "{query} {value}");
    }
    // One of a list is a list of one, and 1.0 is 1.
    let found = super::data(&registry, first, json!({"x": 2.0})).await;
    assert_eq!(found["products"]["nodes"].as_array().map(Vec::len), Some(2));
}

async fn values_fit_where_they_stand(database: Database) {
    let registry = database.sample().await;
    for (query, told) in [
        ("{ verify(decision: {yaer: 1}) { outcome } }", "decision.yaer: is no member of DecisionIdentifier"),
        ("{ verify(decision: {number: \"1\", issuer: \"a\"}) { outcome } }", "decision.name: is missing."),
        ("{ products(first: 2147483648) { totalCount } }", "first: 2147483648 is no Int."),
        ("{ products(first: 1.0) { totalCount } }", "first: 1.0 is no Int."),
        ("{ products(status: \"valid\") { totalCount } }", "status: write valid without quotes"),
        ("{ products(status: [valid, valdi]) { totalCount } }", "status[1]: valdi is no Standing. Did you mean \"valid\"?"),
        ("{ products(q: tea) { totalCount } }", "q: tea is no String."),
        ("{ nodes(ids: [\"P00000BY\", null]) { id } }", "ids[1]: must not be null."),
        ("{ asOf @skip(if: \"true\") }", "if: \"true\" is no Boolean."),
        ("query($f: Int = \"1\") { products(first: $f) { totalCount } }", "$f: \"1\" is no Int."),
        (
            "query($f: String) { products(first: $f) { totalCount } }",
            "Variable \"$f\" of type \"String\" used in position expecting type \"Int\".",
        ),
        ("query($s: Standing!) { products(status: $s) { totalCount } }", "\"Standing!\" used in position expecting type \"[Standing!]\"."),
        ("query($s: [Standing]) { products(status: $s) { totalCount } }", "\"[Standing]\" used in position"),
        ("query($x: String) { products(on: $x) { totalCount } }", "\"String\" used in position expecting type \"Date\"."),
        ("query($c: ID) { product(code: $c) { code } }", "\"ID\" used in position expecting type \"ID!\"."),
        ("query($c: ID) { nodes(ids: [$c]) { id } }", "\"ID\" used in position expecting type \"ID!\"."),
        ("query($n: Int) { verify(decision: {number: $n, issuer: \"a\", name: \"x\"}) { outcome } }", "expecting type \"String!\"."),
        ("query($b: Boolean) { asOf @skip(if: $b) }", "expecting type \"Boolean!\"."),
        ("query($f: String) { ...F } fragment F on Query { products(first: $f) { totalCount } }", "expecting type \"Int\"."),
        ("query A($f: Int) { ...F } query B { ...F } fragment F on Query { products(first: $f) { totalCount } }", "\"$f\" is not defined"),
        ("query($p: Product) { products { totalCount } }", "which is no input type"),
    ] {
        let (status, message) = refused(&registry, query, json!({})).await;
        assert!(status == 400 && message.contains(told), "{query}: {status} {message}");
    }
    for query in [
        "query($c: ID = \"P00000BY\") { product(code: $c) { code } }",
        "query($s: [Standing!]! = [valid]) { products(status: $s) { totalCount } }",
        "query($s: Standing! = valid) { products(status: [$s, expired]) { totalCount } }",
        "{ products(status: valid) { totalCount } }",
        "query($b: Boolean = true) { asOf @skip(if: $b) licence }",
        "query($d: Boolean = true) { __type(name: \"Product\") { fields(includeDeprecated: $d) { name } } }",
    ] {
        assert_eq!(refused(&registry, query, json!({})).await, (200, String::new()), "{query}");
    }
}

async fn what_was_meant_is_told(database: Database) {
    let registry = database.sample().await;
    for (query, en, vi) in [
        (
            "{ product(code: \"P00000BY\") { producer { nmae } } }",
            "Cannot query field \"nmae\" on type \"Producer\". Did you mean \"name\"?",
            "Không có trường",
        ),
        (
            "{ product(code: \"P00000BY\") { producer { products(frist: 1) { totalCount } } } }",
            "Did you mean \"first\"?",
            "Không có đối số",
        ),
        ("{ node(id: \"P00000BY\") { ... on Prodct { code } } }", "Unknown type \"Prodct\". Did you mean \"Product\"?", "Không có kiểu"),
        ("query($d: Dat) { products(on: $d) { totalCount } }", "Unknown type \"Dat\". Did you mean \"Date\"?", "Không có kiểu"),
        ("{ ...Crad } fragment Card on Query { asOf }", "Unknown fragment \"Crad\". Did you mean \"Card\"?", "Không có fragment"),
        ("query($one: ID!) { product(code: $on) { code } }", "is not defined by the operation. Did you mean \"one\"?", "Không có biến"),
        (
            "{ verifyBatch(identifiers: [\"P00000BY\"]) { outcome } }",
            "Use fragments on \"Verification\", \"BatchFailure\".",
            "hãy dùng fragment",
        ),
        ("{ asOf\n  product(code \"x\") }", "Syntax error at line 2, column", "Lỗi cú pháp ở dòng 2"),
        ("{ groups }", "must have a selection of subfields", "Cần chọn trường"),
        (
            "query($one: Int, $two: Int) { products(first: $one) { totalCount } }",
            "Variable \"$two\" is never used.",
            "\"$two\" không được dùng",
        ),
        ("{ asOf } fragment Card on Query { asOf }", "Fragment \"Card\" is never used.", "\"Card\" không được dùng"),
        (
            "{ asOf } fragment A on Product { ...B } fragment B on Product { code }",
            "Fragment \"A\" is never used.",
            "\"A\" không được dùng",
        ),
        (
            "{ product(code: \"P00000BY\") { ... on Producer { code } } }",
            "objects of type \"Product\" can never be of type \"Producer\".",
            "\"Product\" không bao giờ là \"Producer\"",
        ),
        (
            "{ node(id: \"P00000BY\") { ...F } } fragment F on Group { number }",
            "Fragment \"F\" cannot be spread here as objects of type \"Node\" can never be of type \"Group\".",
            "Fragment \"F\" không thể đặt ở đây",
        ),
        ("{ asOf @skpi(if: true) }", "Unknown directive \"@skpi\". Did you mean \"skip\"?", "Không có chỉ thị \"@skpi\""),
        ("query @cached { asOf }", "Unknown directive \"@cached\".", "Không có chỉ thị"),
    ] {
        for (language, told) in [("en", en), ("vi", vi)] {
            let answer = registry.ask(post(query, &json!({})).insert_header(("accept-language", language))).await.json();
            let error = &answer["errors"][0];
            let message = error["message"].as_str().unwrap_or_default();
            assert!(message.contains(told) && !message.contains(['\n', '|']), "{query}: {message}");
            assert!(error["locations"][0]["column"].is_u64(), "{query}: {answer}");
        }
    }
    let unknown = registry.ask(post("{ node(id: \"x\") { ... on Prodct { code } } }", &json!({}))).await.json();
    assert_eq!(unknown["errors"].as_array().map(Vec::len), Some(1), "{unknown}");
}

async fn a_wrong_argument_fails_its_field(database: Database) {
    let registry = database.sample().await;
    for (query, path, data) in [
        ("{ asOf products(first: 0) { totalCount } }", json!(["products"]), json!({"asOf": "2026-11-21", "products": null})),
        (
            "{ asOf producer(code: \"M000007J\") { code products(first: 0) { totalCount } } }",
            json!(["producer", "products"]),
            json!({"asOf": "2026-11-21", "producer": null}),
        ),
        (
            "{ product(code: \"P00000BY\") { code p: producer { code products(first: 0) { totalCount } } name { vi } } }",
            json!(["product", "p", "products"]),
            json!({"product": {"code": "P00000BY", "p": null, "name": {"vi": "Trà xanh"}}}),
        ),
        (
            "{ asOf products(first: 2) { nodes { producer { products(first: 0) { totalCount } } } } }",
            json!(["products", "nodes", 0, "producer", "products"]),
            json!({"asOf": "2026-11-21", "products": {"nodes": [{"producer": null}, {"producer": null}]}}),
        ),
        (
            "{ verifyBatch(identifiers: [\"P00000MC\"]) { ... on Verification { outcome product { producer { products(first: 0) { totalCount } } } } } }",
            json!(["verifyBatch", 0, "product", "producer", "products"]),
            json!({"verifyBatch": [{"outcome": "certified", "product": {"producer": null}}]}),
        ),
        ("{ asOf verifyBatch { __typename } }", json!(["verifyBatch"]), json!({"asOf": "2026-11-21", "verifyBatch": null})),
        // What may not be null takes all around it along.
        ("{ asOf groups { products(first: 0) { totalCount } } }", json!(["groups", 0, "products"]), Value::Null),
        ("{ asOf regimes(on: \"2026-02-30\") { code } }", json!(["regimes"]), Value::Null),
        (
            "{ node(id: \"P00000BY\") { id ... on Producer { products(first: 0) { totalCount } } } }",
            Value::Null,
            json!({"node": {"id": "P00000BY"}}),
        ),
        ("{ node(id: \"P00000BX\") { id } asOf }", json!(["node"]), json!({"node": null, "asOf": "2026-11-21"})),
        (
            "{ nodes(ids: [\"P00000BY\", \"P00000BX\", \"x\"]) { id } }",
            json!(["nodes", 1]),
            json!({"nodes": [{"id": "P00000BY"}, null, null]}),
        ),
        ("{ products(before: \"x\") { totalCount } }", json!(["products"]), json!({"products": null})),
    ] {
        let ask = post(query, &json!({})).insert_header(("accept", "application/graphql-response+json"));
        let answer = registry.ask(ask).await;
        let told = answer.json();
        assert_eq!((answer.status, &told["data"], &told["errors"][0]["path"]), (200, &data, &path), "{query}: {told}");
        assert_eq!(told["errors"][0]["locations"][0]["line"].is_u64(), path != Value::Null, "{query}: {told}");
        if path != Value::Null {
            assert_eq!(told["errors"].as_array().map(Vec::len), Some(1));
        }
    }
    for wrong in ["{ node(id: \"P00000BX\") { id } }", "{ nodes(ids: [\"P00000BX\"]) { id } }"] {
        assert_eq!(super::code(&registry, wrong, json!({})).await, "checksum-failed");
    }
    // The other end of what lies before is no page that is answered.
    let cursor =
        super::data(&registry, "{ products(first: 6) { pageInfo { endCursor } } }", json!({})).await["products"]["pageInfo"]["endCursor"]
            .take();
    let both = format!("{{ products(first: 2, before: {cursor}) {{ nodes {{ code }} }} }}");
    assert_eq!(super::code(&registry, &both, json!({})).await, "conflicting-parameters");
}
