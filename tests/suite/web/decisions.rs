//! Decisions that withdraw, annul or extend: what they did is told on their pages, in JSON, and by
//! the pages of what they did it to.

use super::{code, registry, text};
use crate::support::registry::{Database, Registry, day, on_both};
use ocop_registry::domain::code::{Noun, code_of, parse};
use ocop_registry::domain::record::{ActKind, DecisionKind, Ground};
use ocop_registry::store::certificate::{ActRow, product_of};
use ocop_registry::store::decision::DecisionRow;
use serde_json::{Value, json};

on_both!(what_a_decision_did, an_annulled_decision_says_so_first, the_act_is_named);

fn number(code: &Value) -> i64 {
    parse(code.as_str().expect("a code")).expect("a code").1
}

async fn record(registry: &Registry, name: &str) -> Value {
    registry.json(&format!("/v1/products/{}", code(registry, name).await)).await
}

/// Records a decision and what it does to the certificate of each product of a name.
pub(super) async fn decide(
    registry: &Registry,
    kind: ActKind,
    number_of: &str,
    names: &[&str],
    days: (&str, Option<&str>),
    annuls: Option<i64>,
) -> String {
    let mut certificates = Vec::new();
    for name in names {
        certificates.push(number(&record(registry, name).await["certificates"][0]["code"]));
    }
    let decided = DecisionKind::parse(kind.as_str()).expect("a kind");
    let (from, until) = (day(days.0), days.1.map(day));
    let write = |tx: &mut ocop_registry::store::WriteTx<'_>| {
        let id = tx.next_coded_id::<DecisionRow>(Noun::Decision)?;
        tx.create(&[DecisionRow {
            id,
            kind: decided.as_str().into(),
            number: Some(number_of.into()),
            number_key: ocop_registry::domain::decision_number::key(number_of),
            issuer: Some("VN63-38".into()),
            signed_on: Some(from.pred_opt().expect("a day")),
            round_year: None,
            source: "signed_decision".into(),
            source_url: None,
            document_sha256: Some("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into()),
            annuls,
        }])?;
        for certificate_id in &certificates {
            let ground = (kind == ActKind::Withdrawal).then(|| Ground::LawBreach.as_str().to_owned());
            let act = ActRow {
                id: tx.next_id::<ActRow>()?,
                certificate_id: *certificate_id,
                decision_id: Some(id),
                kind: kind.as_str().into(),
                effective_on: from,
                until,
                ground,
            };
            tx.create(&[act])?;
            let product = product_of(tx.conn(), *certificate_id)?.expect("it is known");
            tx.touch([product]);
        }
        Ok(id)
    };
    code_of(Noun::Decision, registry.write("operator", None, write).await).into()
}

async fn what_a_decision_did(database: Database) {
    let registry = registry(database).await;
    for (kind, names, days, heading, told) in [
        (
            ActKind::Withdrawal,
            &["Nem chua", "Nem nướng"][..],
            ("2026-11-01", None),
            "Sản phẩm bị thu hồi theo quyết định này",
            "Từ ngày <time datetime=\"2026-11-01\">01/11/2026</time>. Lý do: Vi phạm pháp luật",
        ),
        (
            ActKind::Annulment,
            &["Cao lá vối"][..],
            ("2026-11-01", None),
            "Sản phẩm bị hủy bỏ công nhận theo quyết định này",
            "Từ ngày <time datetime=\"2026-11-01\">",
        ),
        (
            ActKind::Extension,
            &["Nem rán"][..],
            ("2023-03-10", Some("2023-08-01")),
            "Sản phẩm được gia hạn theo quyết định này",
            " đến hết <time datetime=\"2023-08-01\">01/08/2023</time>",
        ),
    ] {
        let decision = decide(&registry, kind, "2001/QĐ-UBND", names, days, None).await;
        let page = text(&registry, &format!("/{decision}")).await;
        assert!(page.contains(heading) && page.contains(told), "{heading}: {page}");
        assert_eq!(page.matches("<span class=\"chip").count(), names.len(), "{heading}");
        let items = registry.all(&format!("/v1/decisions/{decision}/products")).await;
        assert_eq!(items.len(), names.len());
        for (item, name) in items.iter().zip(names) {
            assert_eq!(item["name"]["vi"], *name);
            let acts =
                item["certificates"].as_array().expect("its certificates").iter().flat_map(|one| one["acts"].as_array().expect("acts"));
            let by_it: Vec<&Value> = acts.filter(|act| act["decision"]["code"] == *decision).collect();
            assert_eq!(by_it.len(), 1, "{name}");
            assert_eq!(json!([by_it[0]["kind"], by_it[0]["effectiveOn"], by_it[0]["until"]]), json!([kind.as_str(), days.0, days.1]));
        }
        // Page by page it is the same list.
        let first = registry.json(&format!("/v1/decisions/{decision}/products?first=1")).await;
        assert_eq!(first["pageInfo"]["hasNextPage"], names.len() > 1);
    }
    let recognition = record(&registry, "Nem chua").await["certification"]["decision"]["code"].take();
    let recognised = registry.all(&format!("/v1/decisions/{}/products", recognition.as_str().expect("a code"))).await;
    assert_eq!((recognised.len(), recognised[0].get("certificates")), (1, None));
}

async fn an_annulled_decision_says_so_first(database: Database) {
    let registry = registry(database).await;
    let annulled = record(&registry, "Nem chua").await["certification"]["decision"]["code"].take();
    let code = annulled.as_str().expect("a code");
    assert!(text(&registry, &format!("/{code}")).await.contains("<main id=\"main\"><h1>Quyết định công nhận 12/QĐ-UBND</h1>"));
    let by = decide(&registry, ActKind::Annulment, "3001/QĐ-UBND", &["Nem chua"], ("2025-08-08", None), Some(number(&annulled))).await;
    for (lang, headline) in [("vi", "Quyết định này đã bị hủy bỏ"), ("en", "This decision was annulled")] {
        let page = text(&registry, &format!("/{code}?lang={lang}")).await;
        let main = page.split("<main id=\"main\">").nth(1).expect("a page");
        assert!(main.starts_with("<div class=\"verdict no\"><div class=\"answer\"><svg class=\"sign\""), "{main}");
        assert!(main.contains(&format!("<h1>{headline}</h1>")) && main.matches("<h1>").count() == 1, "{main}");
        let head = main.split("<dl>").next().expect("its head");
        assert!(head.contains(&format!("/{by}")) && head.contains("3001/QĐ-UBND") && head.contains("12/QĐ-UBND"), "{head}");
    }
    // What it recognised never counted, and the page of that says so instead of giving it days.
    let product = text(&registry, &format!("/{}", super::code(&registry, "Nem chua").await)).await;
    assert!(product.contains("Công nhận OCOP đã bị hủy bỏ") && product.contains("Chưa từng: bị hủy bỏ từ ngày đầu"), "{product}");
}

async fn the_act_is_named(database: Database) {
    let registry = registry(database).await;
    let decision = decide(&registry, ActKind::Withdrawal, "2001/QĐ-UBND", &["Nem chua"], ("2026-11-01", None), None).await;
    let record = record(&registry, "Nem chua").await;
    let certificate = record["certificates"][0]["code"].as_str().expect("a code");
    for (address, panels) in [(record["code"].as_str().expect("a code"), 1), (certificate, 1)] {
        let page = text(&registry, &format!("/{address}")).await;
        let main = page.split("<main id=\"main\">").nth(1).expect("a page");
        assert_eq!(main.matches("class=\"verdict no\"").count(), panels);
        // First of all: from which day, by what, why.
        let head = main.split("<dl>").next().expect("its head");
        assert!(head.contains("Đã bị thu hồi công nhận OCOP") && head.contains("01/11/2026</time>, theo <a href=\"/"), "{head}");
        assert!(head.contains(&decision) && head.contains("2001/QĐ-UBND") && head.contains("của UBND tỉnh Thanh Hóa"), "{head}");
        assert!(head.contains("Lý do: Vi phạm pháp luật"), "{head}");
        // The printed term is called so; the days in force end with the eve of the withdrawal.
        let facts = main.split("id=\"history\"").next().expect("the facts");
        assert!(
            facts.contains(
                "<dt>Thời hạn ghi trên giấy</dt><dd><time datetime=\"2025-08-08\">08/08/2025</time> – <time datetime=\"2028-08-08\">"
            ),
            "{facts}"
        );
        assert!(
            facts.contains(
                "<dt>Có giá trị thực tế</dt><dd><time datetime=\"2025-08-08\">08/08/2025</time> – <time datetime=\"2026-10-31\">"
            ),
            "{facts}"
        );
        assert!(!facts.contains("<dt>Thời hạn</dt>"));
        let history = main.split("id=\"history\"").nth(1).expect("the history").split("</section>").next().expect("its end");
        assert!(history.contains("Đã bị thu hồi</strong> từ ngày <time datetime=\"2026-11-01\">"), "{history}");
        assert!(
            history.contains("thời hạn ghi trên giấy: đến hết <time datetime=\"2028-08-08\">") && !history.contains(", đến hết"),
            "{history}"
        );
    }
    // A certificate that the calendar ends has one term, called by its name.
    let other = text(&registry, &format!("/{}", code(&registry, "Bánh gai").await)).await;
    assert!(other.contains("<dt>Thời hạn</dt>") && !other.contains("ghi trên giấy") && !other.contains("thực tế"), "{other}");
}
