//! Post-checks (hậu kiểm): planned in private, recorded when they took place, concluded.
//!
//! The province leads them; of products with five stars, the ministry does.

use super::permit::{approves, level, looks_after, prepares, unit_key};
use super::producer::text;
use super::product::records;
use super::state::{self, PostCheckState, coded, done, expect, unknown};
use super::{Ask, Done, Work, WriteResult, Writer};
use crate::domain::authority::Level;
use crate::domain::code::{Noun, code_of};
use crate::domain::day::{Day, plus_days};
use crate::domain::record::ActKind;
use crate::domain::transition::keeper;
use crate::domain::verdict::verdict;
use crate::domain::vocabulary::vocabulary;
use crate::error::{Code, Problem, say};
use crate::store::post_check::{self, PlannedCheckRow, PostCheckRow};
use crate::store::{Conn, StoreResult};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

vocabulary! {
    /// How a post-check ended.
    Outcome {
        /// Everything is as it was recognised.
        Kept = "kept",
        /// What was found has been put right.
        Corrected = "corrected",
        /// The certificate was withdrawn.
        Withdrawn = "withdrawn",
    }
}

/// A check that is planned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlanBody {
    /// Code of the product.
    #[schema(example = "P00000BY")]
    pub product: String,
    /// The day by which it should take place.
    pub due_on: NaiveDate,
    /// Why this product; never public.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// A check that took place.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckBody {
    /// Code of the product.
    #[schema(example = "P00000BY")]
    pub product: String,
    /// Number of the plan that it comes of; an ad hoc check has none.
    pub plan: Option<i64>,
    /// The day it took place.
    pub carried_out_on: NaiveDate,
    /// What was found; never public.
    #[schema(max_length = 5000)]
    pub findings: String,
    /// By when what was found has to be put right.
    pub deadline: Option<NaiveDate>,
}

/// The end of a check.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConclusionBody {
    /// `kept`, `corrected` or `withdrawn`.
    #[schema(example = "kept")]
    pub outcome: String,
    /// The day it ended.
    pub concluded_on: NaiveDate,
    /// Code of the decision that withdrew, of the outcome `withdrawn`.
    pub decision: Option<String>,
}

/// A planned check, as its council sees it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlanState {
    /// Its number.
    pub id: i64,
    /// Code of the product.
    pub product: String,
    /// The day by which it should take place.
    pub due_on: NaiveDate,
    /// Why this product.
    pub reason: String,
    /// `planned`, `carried_out` or `dropped`.
    pub state: String,
    /// Number of the check that came of it.
    pub post_check: Option<i64>,
}

/// The most plans that are shown; the next due come first.
const MOST_PLANS: i64 = 500;

/// A council's plans, the next due first.
///
/// # Errors
/// When the store fails.
pub fn plans(conn: &mut Conn, unit: &str) -> StoreResult<Vec<PlanState>> {
    Ok(post_check::planned(conn, unit, MOST_PLANS)?.into_iter().map(plan_state).collect())
}

/// A post-check of a council.
///
/// # Errors
/// When the store fails.
pub fn find(conn: &mut Conn, unit: &str, id: i64) -> StoreResult<Option<PostCheckState>> {
    Ok(post_check::find(conn, id)?.filter(|row| row.unit == unit).map(state::post_check))
}

/// A page of a council's post-checks, as [`post_check::list`].
///
/// # Errors
/// When the store fails.
pub fn list(conn: &mut Conn, unit: &str, open: bool, from: Option<i64>, backwards: bool, limit: i64) -> StoreResult<Vec<PostCheckState>> {
    Ok(post_check::list(conn, unit, open, from, backwards, limit)?.into_iter().map(state::post_check).collect())
}

/// The state of a planned check.
fn plan_state(row: PlannedCheckRow) -> PlanState {
    PlanState {
        id: row.id,
        product: code_of(Noun::Product, row.product_id).into(),
        due_on: row.due_on,
        reason: row.reason,
        state: row.state,
        post_check: row.post_check_id,
    }
}

/// Plans a check. 201 with its state. The public never learns of it.
///
/// # Errors
/// 400, 403, 422.
pub async fn plan(writer: &Arc<Writer>, ask: Ask, body: PlanBody) -> Result<Done, Problem> {
    let role = prepares(&ask.actor)?;
    writer
        .run(ask, ("plan_check", role, None), move |work| {
            let product_id = checked_product(work, &body.product)?;
            let today = work.ask.today();
            if body.due_on < today || body.due_on > plus_days(today, 1_100) {
                let detail = say("Hạn kiểm tra từ hôm nay đến 3 năm tới.", "It is due between today and three years from now.");
                return Err(Problem::pointer("/dueOn", Code::RuleBroken, detail).into());
            }
            let row = PlannedCheckRow {
                id: post_check::last_planned_id(work.tx.conn())? + 1,
                unit: unit_key(&work.ask.actor).into(),
                product_id,
                due_on: body.due_on,
                reason: text(&body.reason, "/reason", 500)?,
                state: "planned".into(),
                post_check_id: None,
            };
            post_check::keep_planned(work.tx.conn(), &row)?;
            let location = format!("/council/v1/planned-checks/{}", row.id);
            Ok(done(201, Some(location), row.id.to_string(), &plan_state(row)))
        })
        .await
}

/// Drops a planned check. 200 with its state.
///
/// # Errors
/// 403, 404, 409 when it is not planned any more, 412, 428.
pub async fn drop_plan(writer: &Arc<Writer>, ask: Ask, id: i64) -> Result<Done, Problem> {
    let role = prepares(&ask.actor)?;
    writer
        .run(ask, ("drop_plan", role, None), move |work| {
            let row = planned(work, id)?;
            expect(work.ask, &plan_state(row.clone()))?;
            let row = PlannedCheckRow { state: "dropped".into(), ..row };
            post_check::keep_planned(work.tx.conn(), &row)?;
            Ok(done(200, None, id.to_string(), &plan_state(row)))
        })
        .await
}

/// Records that a check took place: public from now on, but for what was found. 201 with its state.
///
/// # Errors
/// 400, 403, 404 for an unknown plan, 409, 422.
pub async fn record(writer: &Arc<Writer>, ask: Ask, body: CheckBody) -> Result<Done, Problem> {
    let role = approves(&ask.actor)?;
    writer
        .run(ask, ("record_check", role, None), move |work| {
            let product_id = checked_product(work, &body.product)?;
            let today = work.ask.today();
            if body.carried_out_on > today {
                let detail = say("Ngày kiểm tra chưa đến.", "That day has not come yet; plan the check instead.");
                return Err(Problem::pointer("/carriedOutOn", Code::InTheFuture, detail).into());
            }
            let first = recognised(work, product_id)?;
            if first.is_some_and(|first| body.carried_out_on < first) {
                let detail = say("Ngày kiểm tra trước lần công nhận đầu tiên.", "On that day the product was not recognised yet.");
                return Err(Problem::pointer("/carriedOutOn", Code::RuleBroken, detail).into());
            }
            if body.deadline.is_some_and(|deadline| deadline < body.carried_out_on) {
                let detail = say("Thời hạn khắc phục trước ngày kiểm tra.", "The deadline lies before the check.");
                return Err(Problem::pointer("/deadline", Code::RuleBroken, detail).into());
            }
            let id = work.tx.next_id::<PostCheckRow>()?;
            let row = PostCheckRow {
                id,
                product_id,
                unit: unit_key(&work.ask.actor).into(),
                basis: if body.plan.is_some() { "planned" } else { "ad_hoc" }.into(),
                carried_out_on: body.carried_out_on,
                findings: text(&body.findings, "/findings", 5_000)?,
                deadline: body.deadline,
                outcome: None,
                concluded_on: None,
                decision_id: None,
            };
            work.tx.create(std::slice::from_ref(&row))?;
            if let Some(plan) = body.plan {
                let plan = planned(work, plan)?;
                if plan.product_id != product_id {
                    let detail = say("Kế hoạch này là của sản phẩm khác.", "That plan is of another product.");
                    return Err(Problem::pointer("/plan", Code::RuleBroken, detail).into());
                }
                let plan = PlannedCheckRow { state: "carried_out".into(), post_check_id: Some(id), ..plan };
                post_check::keep_planned(work.tx.conn(), &plan)?;
            }
            work.tx.touch([product_id]);
            let location = format!("/council/v1/post-checks/{id}");
            Ok(done(201, Some(location), id.to_string(), &state::post_check(row)))
        })
        .await
}

/// Concludes a check. 200 with its state.
///
/// # Errors
/// 400, 403, 404, 409 when it is concluded already, 412, 422, 428.
pub async fn conclude(writer: &Arc<Writer>, ask: Ask, id: i64, body: ConclusionBody) -> Result<Done, Problem> {
    let role = approves(&ask.actor)?;
    writer
        .run(ask, ("conclude_check", role, None), move |work| {
            let row = post_check::find(work.tx.conn(), id)?.filter(|row| row.unit == unit_key(&work.ask.actor));
            let row = row.ok_or_else(|| Problem::not_found(&id.to_string()))?;
            expect(work.ask, &state::post_check(row.clone()))?;
            if let Some(outcome) = &row.outcome {
                let detail = say(
                    format!("Cuộc kiểm tra đã kết thúc ({outcome})."),
                    format!("The check is concluded ({outcome}); record another one."),
                );
                return Err(Problem::new(Code::IllegalTransition, detail).into());
            }
            let outcome = Outcome::parse(&body.outcome).ok_or_else(|| {
                let words = Outcome::ALL.iter().map(|outcome| outcome.as_str()).collect::<Vec<_>>().join(", ");
                let detail = say(format!("Kết quả là một trong: {words}."), format!("The outcome is one of: {words}."));
                Problem::pointer("/outcome", Code::InvalidValue, detail)
            })?;
            if body.concluded_on < row.carried_out_on || body.concluded_on > work.ask.today() {
                let detail = say("Ngày kết luận từ ngày kiểm tra đến hôm nay.", "It ended between the day of the check and today.");
                return Err(Problem::pointer("/concludedOn", Code::RuleBroken, detail).into());
            }
            let decision_id = withdrawal(work, &row, outcome, body.decision.as_deref())?;
            let product = row.product_id;
            let row = PostCheckRow { outcome: Some(outcome.as_str().into()), concluded_on: Some(body.concluded_on), decision_id, ..row };
            work.tx.correct(row.clone())?;
            work.tx.touch([product]);
            Ok(done(200, None, id.to_string(), &state::post_check(row)))
        })
        .await
}

/// The first day on which a product was recognised, where it is known: what never was cannot be checked afterwards.
fn recognised(work: &mut Work<'_, '_>, product: i64) -> WriteResult<Option<Day>> {
    let certificates = records(work, &[product])?.pop().map(|record| record.certificates).unwrap_or_default();
    if certificates.is_empty() {
        let detail = say("Sản phẩm này chưa từng được công nhận.", "This product was never recognised, so there is nothing to check.");
        return Err(Problem::pointer("/product", Code::RuleBroken, detail).into());
    }
    // One without a date may be older than all others.
    Ok(certificates.iter().map(|certificate| certificate.valid_from).min().flatten())
}

/// The product of a check: one that this council checks.
fn checked_product(work: &mut Work<'_, '_>, code: &str) -> WriteResult<i64> {
    let id = coded(code, Noun::Product, "/product")?;
    let record = records(work, &[id])?.pop().ok_or_else(|| unknown(code, "/product"))?;
    looks_after(&work.ask.actor, &record.product.place, work.ask.today(), "/product")?;
    let verdict = verdict(&record, work.ask.today());
    let stars = verdict.certificate.and_then(|i| record.certificates[i].stars);
    let leads = keeper(stars);
    if leads != level(&work.ask.actor)? {
        let who = if leads == Level::National { ("Bộ", "the ministry") } else { ("tỉnh", "the province") };
        let detail =
            say(format!("Hậu kiểm sản phẩm này do {} thực hiện.", who.0), format!("Post-checks of this product are led by {}.", who.1));
        return Err(Problem::pointer("/product", Code::Forbidden, detail).into());
    }
    Ok(id)
}

fn planned(work: &mut Work<'_, '_>, id: i64) -> WriteResult<PlannedCheckRow> {
    let row = post_check::find_planned(work.tx.conn(), id)?.filter(|row| row.unit == unit_key(&work.ask.actor));
    let row = row.ok_or_else(|| Problem::not_found(&id.to_string()))?;
    if row.state != "planned" {
        let detail = say(format!("Kế hoạch đã ở trạng thái {}.", row.state), format!("The plan is {} already.", row.state));
        return Err(Problem::new(Code::IllegalTransition, detail).into());
    }
    Ok(row)
}

/// The decision that withdrew because of the check.
fn withdrawal(work: &mut Work<'_, '_>, row: &PostCheckRow, outcome: Outcome, told: Option<&str>) -> WriteResult<Option<i64>> {
    let told = match (outcome, told) {
        (Outcome::Withdrawn, Some(told)) => told,
        (Outcome::Withdrawn, None) => {
            let detail = say("Ghi mã quyết định thu hồi; hãy ban hành trước.", "Name the decision that withdrew; publish it first.");
            return Err(Problem::pointer("/decision", Code::InvalidValue, detail).into());
        }
        (_, Some(_)) => {
            let detail = say("Chỉ kết quả \"withdrawn\" có quyết định.", "Only the outcome \"withdrawn\" has a decision.");
            return Err(Problem::pointer("/decision", Code::RuleBroken, detail).into());
        }
        (_, None) => return Ok(None),
    };
    let id = coded(told, Noun::Decision, "/decision")?;
    let record = records(work, &[row.product_id])?.pop();
    let withdrew = record
        .iter()
        .flat_map(|record| &record.certificates)
        .flat_map(|certificate| &certificate.acts)
        .filter(|act| act.kind == ActKind::Withdrawal)
        .filter_map(|act| act.decision.as_ref())
        .find(|decision| decision.id == id);
    if let Some(signed_on) = withdrew.and_then(|decision| decision.signed_on).filter(|day| *day < row.carried_out_on) {
        let detail = say(
            format!("{told} được ký ngày {signed_on}, trước cuộc kiểm tra."),
            format!("{told} was signed on {signed_on}, before the check: it cannot have led to it."),
        );
        return Err(Problem::pointer("/decision", Code::RuleBroken, detail).into());
    }
    if withdrew.is_none() {
        let detail = say(
            format!("{told} không thu hồi giấy chứng nhận nào của sản phẩm này."),
            format!("{told} withdrew no certificate of this product."),
        );
        return Err(Problem::pointer("/decision", Code::RuleBroken, detail).into());
    }
    Ok(Some(id))
}
