//! Attaching the signed document to a decision that the registry knows from elsewhere: the record is
//! confirmed by its first source, and says so.

use super::permit::{approves, level, looks_after};
use super::producer::reason;
use super::state::{self, done, expect};
use super::{Ask, Done, Writer};
use crate::domain::authority::{Level, authority};
use crate::domain::code::{Noun, code_of};
use crate::domain::record::Source;
use crate::error::{Code, Problem, say};
use crate::store::certificate::{self, CertificateFilter, CertificateRow};
use crate::store::decision::{self, DecisionRow};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A signed document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentBody {
    /// SHA-256 of the signed PDF, in hexadecimal.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
    /// Where the document is published.
    pub url: Option<String>,
    /// How it was compared with the record: a sentence that is public.
    #[schema(min_length = 5, max_length = 500)]
    pub reason: String,
}

/// Attaches the signed document; the decision and its certificates then rest on it. 200 with the
/// decision's state.
///
/// # Errors
/// 400, 403, 404, 409 for a decision without number or day, 412, 428.
pub async fn attach(writer: &Arc<Writer>, ask: Ask, id: i64, body: DocumentBody) -> Result<Done, Problem> {
    let role = approves(&ask.actor)?;
    let cause = reason(Some(&body.reason))?;
    if body.sha256.len() != 64 || !body.sha256.bytes().all(|b| b.is_ascii_hexdigit()) {
        let detail = say("Cần 64 ký tự thập lục phân.", "64 hexadecimal digits are needed (sha256sum decision.pdf).");
        return Err(Problem::pointer("/sha256", Code::InvalidValue, detail));
    }
    if body.url.as_deref().is_some_and(|url| !url.starts_with("https://") || url.len() > 2_000 || url.contains(char::is_whitespace)) {
        let detail = say("Địa chỉ bắt đầu bằng https://.", "The address begins with https:// and has no blanks.");
        return Err(Problem::pointer("/url", Code::InvalidValue, detail));
    }
    writer
        .run(ask, ("attach_document", role, Some(cause)), move |work| {
            let code = code_of(Noun::Decision, id);
            let row = decision::find(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
            let issuer = row.issuer.as_deref().and_then(authority);
            match (level(&work.ask.actor)?, issuer) {
                (Level::National, Some(issuer)) if issuer.level == Level::National => {}
                (Level::Province, Some(issuer)) if issuer.level != Level::National => {
                    looks_after(&work.ask.actor, &issuer.key, work.ask.today(), "")?;
                }
                _ => {
                    let detail = say(
                        format!("{code} không do cơ quan của hội đồng này ký."),
                        format!("{code} was not signed by an authority of this council."),
                    );
                    return Err(Problem::new(Code::OutsideJurisdiction, detail).into());
                }
            }
            let state = state::decision(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
            expect(work.ask, &state)?;
            if row.number.is_none() || row.signed_on.is_none() {
                let detail = say(
                    format!("{code} chưa có số hoặc ngày ký; hãy ban hành quyết định đầy đủ."),
                    format!("{code} has no number or no day of signing; publish the whole decision instead."),
                );
                return Err(Problem::new(Code::IllegalTransition, detail).into());
            }
            let source = || Source::SignedDecision.as_str().to_owned();
            let url = body.url.clone().or_else(|| row.source_url.clone());
            let document_sha256 = Some(body.sha256.to_ascii_lowercase());
            work.tx.correct(DecisionRow { document_sha256, source: source(), source_url: url.clone(), ..row })?;
            let filter = CertificateFilter { decision: Some(id), ..CertificateFilter::default() };
            for (certificate, product) in certificate::list(work.tx.conn(), &filter, None, false, i64::from(i32::MAX))? {
                if let Some(row) = certificate::find(work.tx.conn(), certificate)? {
                    work.tx.correct(CertificateRow { source: source(), source_url: url.clone(), ..row })?;
                }
                work.tx.touch([product]);
            }
            let state = state::decision(work.tx.conn(), id)?.ok_or_else(|| Problem::not_found(&code))?;
            Ok(done(200, None, code, &state))
        })
        .await
}
