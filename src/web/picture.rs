//! The picture for shared links (1200 × 630, as the Open Graph protocol is used).
//!
//! Networks keep such pictures for months, so it says nothing that may change: no stars and no
//! verdict, only the registry's mark and the code with which anybody looks it up today.

use super::qr::Squares;
use super::{Registry, Told, canonical, coded, keep, parameters};
use crate::domain::code::code_of;
use crate::error::{Code, Problem, say};
use crate::read::answer::{Answer, Media};
use actix_web::HttpRequest;
use actix_web::web::Path;
use std::sync::LazyLock;

const WIDTH: u16 = 1_200;
const HEIGHT: u16 = 630;
/// The colours: ground, mark, star, paper, ink.
const PALETTE: [u8; 15] = [0x14, 0x53, 0x2d, 0x1f, 0x7a, 0x45, 0xfb, 0xbf, 0x24, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00];
const GROUND: u8 = 0;
const MARK: u8 = 1;
const STAR: u8 = 2;
const PAPER: u8 = 3;
const INK: u8 = 4;

/// `…/picture.png`.
pub(super) async fn png(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let (noun, id) = coded(&code)?;
    if let Some(elsewhere) = canonical(&request, &code, noun, id, "/picture.png") {
        return Ok(elsewhere);
    }
    parameters(&request).finish()?;
    let squares = Squares::of(&registry.base_url, &code_of(noun, id))?;
    let body = encoded(WIDTH.into(), HEIGHT.into(), png::ColorType::Indexed, png::BitDepth::Eight, &PALETTE, &drawn(&squares))?;
    Ok(registry.reply(&request, Answer::rendered(body, Media::Png, registry.reader.position()), keep(&request), &[]))
}

/// Side of the card with the code, and its distance from the edge.
const CARD: usize = 510;
const EDGE: usize = (HEIGHT as usize - CARD) / 2;

/// Everything but the code: the same for all.
static BACKDROP: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (middle, radius) = ((330.0, 315.0), 235.0);
    let corners = star(middle, radius * 0.78);
    let pixel = |(x, y): (u16, u16)| {
        let at = (f64::from(x), f64::from(y));
        if inside(&corners, at) {
            STAR
        } else if (at.0 - middle.0).hypot(at.1 - middle.1) < radius {
            MARK
        } else {
            GROUND
        }
    };
    (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y))).map(pixel).collect()
});

fn drawn(squares: &Squares) -> Vec<u8> {
    let mut pixels = BACKDROP.clone();
    let scale = CARD / squares.side;
    let indent = (CARD - scale * squares.side) / 2;
    let module = |v: usize| v.checked_sub(indent).map(|v| v / scale).filter(|v| *v < squares.side);
    for y in 0..CARD {
        let row = (EDGE + y + 1) * usize::from(WIDTH) - EDGE - CARD;
        for (x, pixel) in pixels[row..row + CARD].iter_mut().enumerate() {
            *pixel = match (module(x), module(y)) {
                (Some(x), Some(y)) if squares.is_dark(x, y) => INK,
                _ => PAPER,
            };
        }
    }
    pixels
}

/// The ten corners of a star.
fn star(middle: (f64, f64), radius: f64) -> Vec<(f64, f64)> {
    (0..10_u8)
        .map(|corner| {
            let radius = if corner % 2 == 0 { radius } else { radius * 0.45 };
            let angle = f64::from(corner) * std::f64::consts::PI / 5.0 - std::f64::consts::FRAC_PI_2;
            (middle.0 + radius * angle.cos(), middle.1 + radius * angle.sin())
        })
        .collect()
}

/// Whether a point lies in a polygon: a ray from it meets the outline an odd number of times.
fn inside(corners: &[(f64, f64)], at: (f64, f64)) -> bool {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    edges.filter(|(a, b)| (a.1 > at.1) != (b.1 > at.1) && at.0 < (b.0 - a.0) * (at.1 - a.1) / (b.1 - a.1) + a.0).count() % 2 == 1
}

/// A picture as PNG.
pub(super) fn encoded(
    width: usize,
    height: usize,
    color: png::ColorType,
    depth: png::BitDepth,
    palette: &'static [u8],
    pixels: &[u8],
) -> Result<Vec<u8>, Problem> {
    let mut body = Vec::new();
    let size = |side: usize| u32::try_from(side).unwrap_or(0);
    let mut encoder = png::Encoder::new(&mut body, size(width), size(height));
    encoder.set_color(color);
    encoder.set_depth(depth);
    if !palette.is_empty() {
        encoder.set_palette(palette);
    }
    let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(pixels));
    match written {
        Ok(()) => Ok(body),
        Err(error) => {
            tracing::error!(%error, "no picture can be made");
            Err(Problem::new(Code::Internal, say("Không tạo được hình.", "The picture cannot be made.")))
        }
    }
}
