//! The picture for shared links (1200 × 630, as the Open Graph protocol is used): the verdict of a day
//! as sign and colour, with that day, and the code with which anybody looks it up today.
//!
//! Networks keep such pictures for months. So the day stands in the picture, and pages name it in the
//! picture's address: whoever reads a page anew fetches a new picture.

use super::qr::Squares;
use super::verdict::Kind;
use super::{Registry, Told, canonical, coded, keep, or_where_it_lives_on, other_day};
use crate::domain::code::{Noun, code_of};
use crate::domain::day::Day;
use crate::error::{Code, Problem, say};
use crate::http::problem::no_such_path;
use crate::read::answer::{Answer, Media};
use crate::read::sheet::{self, Asked};
use actix_web::HttpRequest;
use actix_web::web::Path;

const WIDTH: u16 = 1_200;
const HEIGHT: u16 = 630;
const GROUND: u8 = 0;
const PAPER: u8 = 1;
const INK: u8 = 2;
const STAR: u8 = 3;

/// `…/picture.png`, of today or with `?on=` of another day.
pub(super) async fn png(request: HttpRequest, registry: Registry, code: Path<String>) -> Told {
    let (noun, id) = coded(&code)?;
    let asked = match noun {
        Noun::Product => Asked::Product(id),
        Noun::Certificate => Asked::Certificate(id),
        Noun::Producer | Noun::Decision => return Err(no_such_path()),
    };
    if let Some(elsewhere) = canonical(&request, &code, noun, id, "/picture.png") {
        return Ok(elsewhere);
    }
    let today = registry.today(&request);
    let day = other_day(&request, today)?.unwrap_or(today);
    let (sheet, position) = match sheet::product(&registry.reader, asked, day).await {
        Ok(seen) => seen,
        Err(error) => return or_where_it_lives_on(Err(error.into()), &request, &registry, (noun, id), "/picture.png").await,
    };
    let certification = &sheet.product.certification;
    let kind = Kind::of(certification, day);
    let squares = Squares::of(&registry.base_url, &code_of(noun, id))?;
    let pixels = drawn(&squares, kind, certification.stars, day);
    let body = encoded(WIDTH.into(), HEIGHT.into(), png::ColorType::Indexed, png::BitDepth::Eight, palette(kind), &pixels)?;
    Ok(registry.reply(&request, Answer::rendered(body, Media::Png, position), keep(&request), &[]))
}

/// The colours of a verdict, as pages have them by day: ground, paper, ink, star.
const fn palette(kind: Kind) -> &'static [u8] {
    match kind {
        Kind::Certified => b"\x14\x53\x2d\xff\xff\xff\x00\x00\x00\xfb\xbf\x24",
        Kind::Ending => b"\x7a\x3e\x00\xff\xff\xff\x00\x00\x00\xfb\xbf\x24",
        Kind::Expired | Kind::Ahead => b"\x44\x40\x3c\xff\xff\xff\x00\x00\x00",
        Kind::Withdrawn | Kind::Annulled | Kind::NotCertified => b"\x9b\x1c\x1c\xff\xff\xff\x00\x00\x00",
        Kind::Undetermined | Kind::NotFound | Kind::Ambiguous => b"\x3b\x37\x87\xff\xff\xff\x00\x00\x00",
    }
}

/// Side of the card with the code, and its distance from the edge.
const CARD: usize = 510;
const EDGE: usize = (HEIGHT as usize - CARD) / 2;

type Point = (f64, f64);

fn drawn(squares: &Squares, kind: Kind, stars: Option<i16>, day: Day) -> Vec<u8> {
    let mut canvas = Canvas { pixels: vec![GROUND; usize::from(WIDTH) * usize::from(HEIGHT)] };
    // Signs are drawn in a square of 48.
    let placed = |(x, y): Point| (160.0 + x * 7.0, 40.0 + y * 7.0);
    let (outline, strokes) = sign(kind);
    canvas.fill(&outline.into_iter().map(placed).collect::<Vec<_>>(), PAPER);
    strokes.iter().for_each(|stroke| canvas.line(&stroke.iter().copied().map(placed).collect::<Vec<_>>(), 31.0, GROUND));
    if let Some(stars) = stars.filter(|_| kind.is_yes()) {
        let first = 328.0 - f64::from(stars - 1) * 42.0;
        (0..stars).for_each(|n| canvas.fill(&star((first + f64::from(n) * 84.0, 452.0), 40.0), STAR));
    }
    let glyphs = day.format("%d/%m/%Y").to_string();
    for (place, glyph) in (0_u8..).zip(glyphs.chars()) {
        let placed = |(x, y): Point| (130.0 + f64::from(place) * 41.0 + x * 24.0, 530.0 + y * 24.0);
        for [from, to] in segments(glyph) {
            canvas.line(&[placed(from), placed(to)], 7.0, PAPER);
        }
    }
    canvas.card(squares);
    canvas.pixels
}

/// Outline and strokes of a verdict's sign: those of the pages, made of straight lines.
fn sign(kind: Kind) -> (Vec<Point>, &'static [&'static [Point]]) {
    let round = |waves: f64, height: f64| {
        let corner = |n: u8| {
            let angle = f64::from(n) * std::f64::consts::TAU / 96.0;
            let radius = 22.0 + height * (waves * angle).cos();
            (24.0 + radius * angle.sin(), 24.0 - radius * angle.cos())
        };
        (0..96).map(corner).collect()
    };
    let octagon = || vec![(15.0, 2.0), (33.0, 2.0), (46.0, 15.0), (46.0, 33.0), (33.0, 46.0), (15.0, 46.0), (2.0, 33.0), (2.0, 15.0)];
    let square = || vec![(3.0, 4.0), (45.0, 4.0), (45.0, 44.0), (3.0, 44.0)];
    match kind {
        Kind::Certified => (round(8.0, 1.4), &[&[(13.5, 24.5), (21.0, 32.0), (35.0, 17.0)]]),
        Kind::Ending => (round(8.0, 1.4), &[&[(24.0, 13.0), (24.0, 24.5), (31.5, 29.5)]]),
        Kind::Ahead => (square(), &[&[(13.0, 24.0), (33.0, 24.0)], &[(26.0, 16.0), (34.0, 24.0), (26.0, 32.0)]]),
        Kind::Expired => (
            square(),
            &[&[(15.0, 12.0), (33.0, 12.0)], &[(15.0, 36.0), (33.0, 36.0)], &[(17.0, 12.0), (31.0, 36.0)], &[(31.0, 12.0), (17.0, 36.0)]],
        ),
        Kind::Withdrawn => (octagon(), &[&[(15.0, 15.0), (33.0, 33.0)], &[(33.0, 15.0), (15.0, 33.0)]]),
        Kind::Annulled => (octagon(), &[&[(13.0, 24.0), (35.0, 24.0)], &[(15.0, 15.0), (33.0, 33.0)]]),
        Kind::NotCertified => (round(1.0, 0.0), &[&[(13.0, 24.0), (35.0, 24.0)]]),
        Kind::Undetermined | Kind::NotFound | Kind::Ambiguous => (
            vec![(24.0, 1.0), (47.0, 24.0), (24.0, 47.0), (1.0, 24.0)],
            &[
                &[(18.5, 18.5), (20.1, 14.6), (24.0, 13.0), (27.9, 14.6), (29.5, 18.5), (26.7, 23.3), (24.0, 27.7)],
                &[(24.0, 33.0), (24.0, 33.5)],
            ],
        ),
    }
}

/// The strokes of a digit as seven segments show it, one wide and two high; of a slash, one.
fn segments(glyph: char) -> Vec<[Point; 2]> {
    const ALL: [[Point; 2]; 7] = [
        [(0.0, 0.0), (1.0, 0.0)],
        [(1.0, 0.0), (1.0, 1.0)],
        [(1.0, 1.0), (1.0, 2.0)],
        [(0.0, 2.0), (1.0, 2.0)],
        [(0.0, 1.0), (0.0, 2.0)],
        [(0.0, 0.0), (0.0, 1.0)],
        [(0.0, 1.0), (1.0, 1.0)],
    ];
    const LIT: [&[usize]; 10] = [
        &[0, 1, 2, 3, 4, 5],
        &[1, 2],
        &[0, 1, 6, 4, 3],
        &[0, 1, 6, 2, 3],
        &[5, 6, 1, 2],
        &[0, 5, 6, 2, 3],
        &[0, 5, 4, 3, 2, 6],
        &[0, 1, 2],
        &[0, 1, 2, 3, 4, 5, 6],
        &[6, 5, 0, 1, 2, 3],
    ];
    match glyph.to_digit(10).and_then(|digit| LIT.get(usize::try_from(digit).ok()?)) {
        Some(lit) => lit.iter().map(|segment| ALL[*segment]).collect(),
        None => vec![[(0.9, 0.0), (0.1, 2.0)]],
    }
}

/// The pixels, each the number of its colour.
struct Canvas {
    pixels: Vec<u8>,
}

impl Canvas {
    /// Colours the pixels of a shape that lies within bounds.
    fn paint(&mut self, (least, most): (Point, Point), colour: u8, within: impl Fn(Point) -> bool) {
        for y in (0..HEIGHT).filter(|y| (least.1..=most.1).contains(&f64::from(*y))) {
            for x in (0..WIDTH).filter(|x| (least.0..=most.0).contains(&f64::from(*x))) {
                if within((f64::from(x), f64::from(y))) {
                    self.pixels[usize::from(y) * usize::from(WIDTH) + usize::from(x)] = colour;
                }
            }
        }
    }

    fn fill(&mut self, corners: &[Point], colour: u8) {
        self.paint(bounds(corners, 0.0), colour, |at| inside(corners, at));
    }

    /// A line through points, with round ends.
    fn line(&mut self, points: &[Point], width: f64, colour: u8) {
        for ends in points.windows(2) {
            self.paint(bounds(ends, width), colour, |at| distance(ends[0], ends[1], at) <= width / 2.0);
        }
    }

    /// The card with the code.
    fn card(&mut self, squares: &Squares) {
        let scale = CARD / squares.side;
        let indent = (CARD - scale * squares.side) / 2;
        let module = |v: usize| v.checked_sub(indent).map(|v| v / scale).filter(|v| *v < squares.side);
        for y in 0..CARD {
            let row = (EDGE + y + 1) * usize::from(WIDTH) - EDGE - CARD;
            for (x, pixel) in self.pixels[row..row + CARD].iter_mut().enumerate() {
                *pixel = match (module(x), module(y)) {
                    (Some(x), Some(y)) if squares.is_dark(x, y) => INK,
                    _ => PAPER,
                };
            }
        }
    }
}

/// The corners between which points lie, with room around them.
fn bounds(points: &[Point], room: f64) -> (Point, Point) {
    let least = points.iter().fold((f64::MAX, f64::MAX), |least, at| (least.0.min(at.0 - room), least.1.min(at.1 - room)));
    let most = points.iter().fold((f64::MIN, f64::MIN), |most, at| (most.0.max(at.0 + room), most.1.max(at.1 + room)));
    (least, most)
}

/// How far a point is from the stretch between two others.
fn distance(from: Point, to: Point, at: Point) -> f64 {
    let (along, away) = ((to.0 - from.0, to.1 - from.1), (at.0 - from.0, at.1 - from.1));
    let length = along.0.mul_add(along.0, along.1 * along.1);
    let share = if length > 0.0 { (away.0.mul_add(along.0, away.1 * along.1) / length).clamp(0.0, 1.0) } else { 0.0 };
    (away.0 - share * along.0).hypot(away.1 - share * along.1)
}

/// The ten corners of a star.
fn star(middle: Point, radius: f64) -> Vec<Point> {
    (0..10_u8)
        .map(|corner| {
            let radius = if corner % 2 == 0 { radius } else { radius * 0.45 };
            let angle = f64::from(corner) * std::f64::consts::PI / 5.0 - std::f64::consts::FRAC_PI_2;
            (middle.0 + radius * angle.cos(), middle.1 + radius * angle.sin())
        })
        .collect()
}

/// Whether a point lies in a polygon: a ray from it meets the outline an odd number of times.
fn inside(corners: &[Point], at: Point) -> bool {
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
