//! QR codes (ISO/IEC 18004) of the short addresses, as SVG and PNG.

use super::{Registry, Told, canonical, coded, keep, parameters};
use crate::domain::code::code_of;
use crate::error::{Code, Problem, say};
use crate::read::answer::{Answer, Media};
use actix_web::HttpRequest;
use actix_web::web::Path;
use qrcode::{Color, EcLevel, QrCode};

/// Light modules around a code, as the standard asks.
const QUIET: usize = 4;
/// Pixels of a module in PNG: about 2 cm at 300 dpi.
const PIXELS: usize = 12;

/// A code as rows of modules, true where dark, with its quiet zone.
pub(super) struct Squares {
    /// Modules on a side.
    pub(super) side: usize,
    dark: Vec<bool>,
}

impl Squares {
    /// The code of an address. Scheme, host and registry code say the same in capitals, and capitals
    /// need a smaller code.
    pub(super) fn of(base: &str, code: &str) -> Result<Self, Problem> {
        let address = format!("{}/{code}", base.to_ascii_uppercase());
        let failed = |error: qrcode::types::QrError| {
            tracing::error!(%error, address, "no QR code can be made");
            Problem::new(Code::Internal, say("Không tạo được mã QR.", "The QR code cannot be made."))
        };
        let made = QrCode::with_error_correction_level(address.as_bytes(), EcLevel::Q).map_err(failed)?;
        let (width, colors) = (made.width(), made.to_colors());
        let side = width + 2 * QUIET;
        let mut dark = vec![false; side * side];
        for (i, color) in colors.into_iter().enumerate() {
            dark[(i / width + QUIET) * side + i % width + QUIET] = color == Color::Dark;
        }
        Ok(Self { side, dark })
    }

    /// Whether a module is dark.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark[y * self.side + x]
    }

    /// The dark modules as one path, run by run.
    fn path(&self) -> String {
        use std::fmt::Write as _;
        let mut path = String::new();
        for y in 0..self.side {
            let mut x = 0;
            while x < self.side {
                let run = (x..self.side).take_while(|x| self.is_dark(*x, y)).count();
                if run > 0 {
                    // Writing to a string cannot fail.
                    let _ = write!(path, "M{x} {y}h{run}v1h-{run}z");
                }
                x += run.max(1);
            }
        }
        path
    }
}

/// `…/qr.svg`.
pub(super) async fn svg(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    drawn(&request, &registry, &code, "/qr.svg", Media::Svg, |squares| {
        let (side, path) = (squares.side, squares.path());
        Ok(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
        )
        .into_bytes())
    })
}

/// `…/qr.png`, one bit a pixel.
pub(super) async fn png(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    drawn(&request, &registry, &code, "/qr.png", Media::Png, |squares| {
        let pixels = squares.side * PIXELS;
        let mut rows = Vec::with_capacity(pixels * pixels.div_ceil(8));
        for y in 0..squares.side {
            let mut row = vec![0xff_u8; pixels.div_ceil(8)];
            for x in (0..pixels).filter(|x| squares.is_dark(x / PIXELS, y)) {
                row[x / 8] &= !(0x80 >> (x % 8));
            }
            (0..PIXELS).for_each(|_| rows.extend_from_slice(&row));
        }
        super::picture::encoded(pixels, pixels, ::png::ColorType::Grayscale, ::png::BitDepth::One, &[], &rows)
    })
}

fn drawn(
    request: &HttpRequest,
    registry: &Registry,
    written: &str,
    file: &str,
    media: Media,
    draw: impl FnOnce(&Squares) -> Result<Vec<u8>, Problem>,
) -> Told {
    let (noun, id) = coded(written)?;
    if let Some(elsewhere) = canonical(request, written, noun, id, file) {
        return Ok(elsewhere);
    }
    parameters(request).finish()?;
    // The drawing is of an address alone: nothing of the registry stands in it, and it is true whether or
    // not anything is known there.
    let body = draw(&Squares::of(&registry.base_url, &code_of(noun, id))?)?;
    Ok(registry.reply(request, Answer::rendered(body, media, registry.reader.position()), keep(request), &[]))
}
