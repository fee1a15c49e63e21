//! QR codes, badges, pictures.

use super::{code, registry};
use crate::support::registry::{BASE, Database, get, on_both};
use std::io::Cursor;

on_both!(badges_turn_grey_by_themselves, codes_and_pictures);

async fn badges_turn_grey_by_themselves(database: Database) {
    let registry = registry(database).await;
    let address = format!("/{}/badge.svg", code(&registry, "Nem nướng").await);
    let badge = async |moment: &str| {
        registry.at(moment);
        registry.get(&address).await
    };
    let last = badge("2027-02-28T16:59:30Z").await;
    assert_eq!((last.status, last.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(last.header("cache-control"), "public, max-age=30, stale-while-revalidate=0, stale-if-error=0");
    assert!(last.text().contains("#14532d") && last.text().contains("đến hết 28/02/2027") && last.text().matches("#fbbf24").count() > 5);
    assert!(last.header("cross-origin-resource-policy") == "cross-origin" && last.header("content-security-policy").contains("sandbox"));
    let over = badge("2027-02-28T17:00:00Z").await;
    assert!(over.text().contains("#57534e") && !over.text().contains("#14532d") && !over.text().contains("#fbbf24"), "{}", over.text());
    assert!(over.text().contains("đã hết hạn 28/02/2027"));
    assert_ne!(over.header("etag"), last.header("etag"));
    // The language is that of the page that shows it, never the reader's own.
    let english = registry.ask(get(&format!("{address}?lang=en")).insert_header(("accept-language", "vi"))).await;
    assert!(english.text().contains("expired 28 February 2027"));
    registry.at("2026-11-21T03:00:00Z");
    for (name, said) in [("Nem thính", "đã bị thu hồi"), ("Mắm tép", "đã bị hủy bỏ"), ("Trà sen", "chưa xác định thời hạn")]
    {
        let badge = registry.get(&format!("/{}/badge.svg", code(&registry, name).await)).await;
        assert!(badge.text().contains(said) && badge.text().contains("#57534e") && !badge.text().contains("sao"), "{name}");
    }
    assert_eq!(registry.get("/M000007J/badge.svg").await.status, 404, "a producer has none");
}

async fn codes_and_pictures(database: Database) {
    let registry = registry(database).await;
    let nem = code(&registry, "Nem chua").await;
    for (file, width, height) in [("qr.png", None, None), ("picture.png", Some(1200), Some(630))] {
        let answer = registry.get(&format!("/{nem}/{file}")).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "{file}");
        let mut reader = png::Decoder::new(Cursor::new(answer.body)).read_info().expect("a PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let frame = reader.next_frame(&mut pixels).expect("its pixels");
        assert!(width.is_none_or(|w| w == frame.width) && height.is_none_or(|h| h == frame.height), "{file}");
        assert!(frame.width >= 300);
    }
    // Capitals need the smaller code: 29 letters fit into version 2 (25 modules) with its quiet zone of 4.
    assert_eq!(format!("{BASE}/{nem}").len(), 29);
    let svg = registry.get(&format!("/{nem}/qr.svg")).await;
    assert!(svg.text().contains("viewBox=\"0 0 33 33\""), "{}", svg.text());
    let moved = registry.get(&format!("/{}/qr.svg", nem.to_lowercase())).await;
    assert_eq!((moved.status, moved.header("location")), (308, format!("/{nem}/qr.svg").as_str()));
}
