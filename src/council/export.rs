//! `/council/v1/exports`: what a council takes away as a file.

use super::{Registry, Told};
use crate::auth::{Actor, Council};
use crate::http::params::Params;
use crate::read::workbook::{Make, Whose, made, products as product_workbook, ptnt_ocop as ministry_table};
use crate::write::workbook::Media;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get};

/// The council's own products in the provincial workbook. Handed in again as an import, it changes nothing.
///
/// A province's are those that lie in it, the ministry's those that it has recognised, a commune's those
/// that lie there. A product takes a row for every two recognitions.
#[utoipa::path(
    operation_id = "exportOwnProducts", tag = "exports",
    params(("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out.")),
    responses((status = 200, description = "The workbook.", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))),
)]
#[get("/council/v1/exports/products.xlsx")]
pub(super) async fn products(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    file(actor, request, registry, Media::XLSX, "san-pham-ocop", "xlsx", product_workbook).await
}

/// The council's own products in the ministry's table PTNT_OCOP (QĐ 5277/QĐ-BNNMT), as CSV.
///
/// `Ma_DonViHanhChinh` is the code of today's commune, else province; `Ma_ThoiGian` the year of the status;
/// `Ma_SanPham` the number of the product's set. `DoanhThuNam` stays empty: the registry knows no turnover.
#[utoipa::path(
    operation_id = "exportPtntOcop", tag = "exports",
    params(("on" = Option<chrono::NaiveDate>, Query, description = "The day that statuses are about; today when left out.")),
    responses((status = 200, description = "The table (RFC 4180, UTF-8).", content((String = "text/csv")))),
)]
#[get("/council/v1/exports/ptnt-ocop.csv")]
pub(super) async fn ptnt_ocop(actor: Actor, request: HttpRequest, registry: Registry) -> Told {
    file(actor, request, registry, "text/csv; charset=utf-8; header=present", "PTNT_OCOP", "csv", ministry_table).await
}

/// Answers with a file of the council's products.
async fn file(actor: Actor, request: HttpRequest, registry: Registry, media: &'static str, name: &str, ending: &str, make: Make) -> Told {
    let mut params = Params::of(request.query_string());
    let on = params.day("on").unwrap_or_else(|| registry.today(&request));
    params.finish()?;
    let whose = match &actor.council {
        Council::Ministry => Whose::Ministry,
        Council::Province(unit) => Whose::Province(unit.place()),
        Council::Commune(unit) => Whose::Commune(unit.place()),
    };
    let (file, position) = made(&registry.reader, whose, on, make).await?;
    let mut response = attachment(file, media, &format!("{name}-{on}.{ending}"));
    for (header, value) in [("x-data-version", position.to_string()), ("x-as-of", on.to_string())] {
        if let Ok(value) = header::HeaderValue::try_from(value) {
            response.headers_mut().insert(header::HeaderName::from_static(header), value);
        }
    }
    Ok(response)
}

/// A file to be kept by who asked for it.
pub(super) fn attachment(file: Vec<u8>, media: &'static str, name: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(file)
}
