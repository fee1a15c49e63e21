//! QR codes, badges, pictures.

use super::{VERDICTS, code, registry};
use crate::support::registry::{BASE, Database, get, on_both};
use std::io::Cursor;

on_both!(badges_turn_grey_by_themselves, codes_and_pictures, pictures_show_the_verdict);

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

/// Ground colour and pixels of a picture, each the number of its colour.
fn painted(body: &[u8]) -> ([u8; 3], Vec<u8>) {
    let mut reader = png::Decoder::new(Cursor::new(body)).read_info().expect("a PNG");
    let palette = reader.info().palette.as_deref().expect("a palette").to_vec();
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("its pixels");
    ([palette[0], palette[1], palette[2]], pixels)
}

async fn pictures_show_the_verdict(database: Database) {
    const STAR: u8 = 3;
    let registry = registry(database).await;
    let stars = async |address: &str| {
        let answer = registry.get(address).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/png"), "{address}");
        let (ground, pixels) = painted(&answer.body);
        (ground, pixels.iter().filter(|pixel| **pixel == STAR).count(), pixels)
    };
    let mut of_four = 0;
    for (name, class, headline, _) in VERDICTS {
        let (ground, gold, _) = stars(&format!("/{}/picture.png", code(&registry, name).await)).await;
        let colour = match class {
            "yes" => [0x14, 0x53, 0x2d],
            "soon" => [0x7a, 0x3e, 0x00],
            "over" => [0x44, 0x40, 0x3c],
            "no" => [0x9b, 0x1c, 0x1c],
            _ => [0x3b, 0x37, 0x87],
        };
        assert_eq!(ground, colour, "{name}");
        assert_eq!(gold > 0, ["yes", "soon"].contains(&class), "{name}: stars only where it is certified");
        if headline.contains("4 sao") {
            of_four = gold;
        }
    }
    assert!(of_four > 4_000);
    let five = stars(&format!("/{}/picture.png", code(&registry, "Cao lá vối").await)).await.1;
    assert_eq!(five / 5, of_four / 4, "as many stars as there are");
    // The sign alone, left of the card: another shape for each kind.
    let kinds = ["Nem chua", "Nem nướng", "Nem rán", "Nem thính", "Mắm tép", "Trà sen"];
    let mut shapes = std::collections::BTreeSet::new();
    for name in kinds {
        let (_, _, pixels) = stars(&format!("/{}/picture.png", code(&registry, name).await)).await;
        shapes.insert(pixels.chunks(1_200).take(390).flat_map(|row| row[..600].to_vec()).collect::<Vec<u8>>());
    }
    assert_eq!(shapes.len(), kinds.len(), "two kinds share a shape");
    // It turns with the day, as asked for and as the clock goes.
    let nem = code(&registry, "Nem nướng").await;
    assert_eq!(stars(&format!("/{nem}/picture.png?on=2027-03-01")).await.0, [0x44, 0x40, 0x3c]);
    registry.at("2027-02-28T16:59:30Z");
    let last = registry.get(&format!("/{nem}/picture.png")).await;
    assert_eq!(last.header("cache-control"), "public, max-age=30, stale-while-revalidate=0, stale-if-error=0");
    registry.at("2027-02-28T17:00:00Z");
    assert_eq!(stars(&format!("/{nem}/picture.png")).await.0, [0x44, 0x40, 0x3c]);
    assert_eq!(registry.get("/M000007J/picture.png").await.status, 404, "a producer has no verdict");
}
