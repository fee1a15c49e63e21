//! Products in the words of schema.org, for search engines and shops.

use crate::domain::verdict::Status;
use crate::read::view::certificate::Certificate;
use crate::read::view::product::Product;
use serde_json::{Map, Value, json};

/// `Product` with `hasCertification`, one entry a dated recognition. A recognition whose term cannot
/// be told is no certification and is left out, and so is one that was annulled from its first day.
pub(super) fn product(base: &str, product: &Product) -> Value {
    let mut node = Map::new();
    let mut set = |name: &str, value: Value| node.insert(name.into(), value);
    let address = format!("{base}/{}", product.code);
    set("@context", json!("https://schema.org"));
    set("@type", json!("Product"));
    set("@id", json!(address));
    set("url", json!(address));
    set("identifier", json!(product.code));
    set("name", json!(product.name.vi));
    if let Some(en) = &product.name.en {
        set("alternateName", json!(en));
    }
    set("image", json!(format!("{address}/picture.png")));
    if let Some(gtin) = product.gtins.first() {
        set("gtin14", json!(gtin));
    }
    if let Some(class) = product.set.as_ref().or(product.group.as_ref()) {
        set("category", json!(class.name.vi));
    }
    if let Some(producer) = &product.producer {
        set("manufacturer", json!({"@type": "Organization", "@id": format!("{base}/{}", producer.code), "name": producer.name}));
    }
    set("countryOfOrigin", json!({"@type": "Country", "name": "VN"}));
    if let Some(place) = &product.place.now {
        set("additionalProperty", json!({"@type": "PropertyValue", "name": "Nơi sản xuất", "value": place.name}));
    }
    let certifications: Vec<Value> =
        product.certificates.iter().flatten().filter_map(|certificate| certification(base, certificate)).collect();
    if !certifications.is_empty() {
        node.insert("hasCertification".into(), json!(certifications));
    }
    Value::Object(node)
}

fn certification(base: &str, certificate: &Certificate) -> Option<Value> {
    let (from, until, status) = (certificate.valid_from?, certificate.ends_on?, certificate.status?);
    let active = matches!(status, Status::Valid | Status::Extended) && certificate.stars.is_some_and(|stars| stars >= 3);
    let mut node = Map::new();
    let mut set = |name: &str, value: Value| node.insert(name.into(), value);
    set("@type", json!("Certification"));
    set("@id", json!(format!("{base}/{}", certificate.code)));
    set("url", json!(format!("{base}/{}", certificate.code)));
    set("name", json!("Sản phẩm OCOP Việt Nam"));
    set("certificationIdentification", json!(certificate.code));
    set(
        "certificationStatus",
        json!(if active { "https://schema.org/CertificationActive" } else { "https://schema.org/CertificationInactive" }),
    );
    set("validFrom", json!(from));
    set("expires", json!(until));
    if let Some(stars) = certificate.stars {
        set("certificationRating", json!({"@type": "Rating", "ratingValue": stars, "bestRating": 5, "worstRating": 1}));
    }
    if let Some(issuer) = &certificate.issuer {
        set("issuedBy", json!({"@type": "GovernmentOrganization", "name": issuer.name.vi}));
    }
    if let Some(day) = certificate.decision.as_ref().and_then(|decision| decision.signed_on) {
        set("datePublished", json!(day));
    }
    Some(Value::Object(node))
}
