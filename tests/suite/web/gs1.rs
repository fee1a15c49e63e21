//! The barcode as an address (GS1 Digital Link).

use super::{code, page, registry};
use crate::support::registry::{BASE, Database, get, on_both};

on_both!(people_are_led, machines_get_links, the_resolver_describes_itself);

async fn people_are_led(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    for (address, to) in [
        ("/01/08930000000002", format!("{BASE}/{nem}")),
        ("/01/8930000000002", format!("{BASE}/{nem}")),
        ("/01/08930000000002/10/LOT1/21/7", format!("{BASE}/{nem}")),
        ("/01/08930000000002?lang=en", format!("{BASE}/{nem}?lang=en")),
        ("/01/08930000000002?linkType=gs1:certificationInfo", format!("{BASE}/{nem}")),
        ("/01/08930000000002?linkType=gs1:masterData", format!("{BASE}/v1/products/{nem}")),
        ("/01/08930000000002?linkType=https://ref.gs1.org/voc/masterData", format!("{BASE}/v1/products/{nem}")),
    ] {
        let answer = page(&registry, address).await;
        assert_eq!((answer.status, answer.header("location")), (307, to.as_str()), "{address}");
        assert!(answer.header("link").contains("rel=\"linkset\"") && answer.header("cache-control").contains("max-age="), "{address}");
    }
    assert_eq!(page(&registry, "/01/893").await.status, 400);
}

async fn machines_get_links(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    for (address, accept) in [
        ("/01/08930000000002", "application/linkset+json"),
        ("/01/08930000000002", "application/json"),
        ("/01/08930000000002?linkType=linkset", "text/html"),
        ("/01/08930000000002?linkType=all", "*/*"),
    ] {
        let answer = registry.ask(get(address).insert_header(("accept", accept))).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "application/linkset+json"), "{address} {accept}");
        let set = answer.json()["linkset"][0].clone();
        assert_eq!(set["anchor"], format!("{BASE}/01/08930000000002"));
        assert_eq!(set["https://ref.gs1.org/voc/defaultLink"][0]["href"], format!("{BASE}/{nem}"));
        assert_eq!(set["https://ref.gs1.org/voc/certificationInfo"][2]["href"], format!("{BASE}/v1/verifications/{nem}"));
    }
    let unknown = registry.ask(get("/01/9520000000004").insert_header(("accept", "application/linkset+json"))).await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, "application/problem+json"));
    let wrong = registry.ask(get("/01/08930000000003").insert_header(("accept", "application/linkset+json"))).await;
    assert_eq!((wrong.status, wrong.json()["errors"][0]["code"].as_str()), (400, Some("checksum-failed")));
}

async fn the_resolver_describes_itself(database: Database) {
    let registry = registry(database).await;
    let said = registry.json("/.well-known/gs1resolver").await;
    assert_eq!((said["resolverRoot"].as_str(), &said["supportedPrimaryKeys"]), (Some(BASE), &serde_json::json!(["01"])));
    assert_eq!(said["supportedLinkType"][0]["prefix"], "gs1:");
}
