//! Who may run which command, from the actor alone. A clerk prepares: drafts, new producers and
//! products, planned checks. Whatever changes what the public is told of a thing takes an approver.
//! An auditor reads. The ministry writes only what the law gives it: decisions on five stars, and
//! the checks of their products.

use super::WriteResult;
use crate::auth::actor::CouncilKind;
use crate::auth::{Actor, Role};
use crate::domain::authority::Level;
use crate::domain::day::Day;
use crate::error::{At, Code, Fault, Problem, Text, say};

/// The key under which the ministry's papers are kept.
pub const MINISTRY: &str = "VN";

/// The key of the unit for which somebody acts.
pub fn unit_key(actor: &Actor) -> &'static str {
    actor.unit_key().unwrap_or(MINISTRY)
}

/// The name under which the ledger knows an actor: council and role, never a person.
pub(super) fn public_name(actor: &Actor, role: Role) -> String {
    format!("{}/{role}", unit_key(actor))
}

/// The level on which an actor decides.
///
/// # Errors
/// 403 for a commune.
pub fn level(actor: &Actor) -> Result<Level, Problem> {
    match actor.council.kind() {
        CouncilKind::Ministry => Ok(Level::National),
        CouncilKind::Province => Ok(Level::Province),
        CouncilKind::Commune => Err(Problem::new(
            Code::Forbidden,
            say("Cấp xã không ban hành quyết định ở đây.", "A commune decides nothing here; it may read what lies in its unit."),
        )),
    }
}

/// The role in which somebody prepares.
///
/// # Errors
/// 403 for a commune, and for whoever is neither clerk nor approver.
pub fn prepares(actor: &Actor) -> Result<Role, Problem> {
    level(actor)?;
    [Role::Clerk, Role::Approver].into_iter().find(|role| actor.has(*role)).ok_or_else(|| lacks("clerk, approver"))
}

/// The role in which somebody publishes.
///
/// # Errors
/// 403 for a commune, and for whoever is no approver.
pub fn approves(actor: &Actor) -> Result<Role, Problem> {
    level(actor)?;
    Some(Role::Approver).filter(|role| actor.has(*role)).ok_or_else(|| lacks("approver"))
}

/// For what only a province does.
///
/// # Errors
/// 403 for all others.
pub fn province(actor: &Actor) -> Result<(), Problem> {
    if level(actor)? == Level::Province {
        return Ok(());
    }
    let detail = say(
        "Việc này do hội đồng cấp tỉnh thực hiện; Bộ chỉ quyết định về 5 sao.",
        "This is done by provincial councils; the ministry decides on five stars only.",
    );
    Err(Problem::new(Code::Forbidden, detail))
}

/// For places that the actor's council looks after.
///
/// # Errors
/// 403 at the pointer for all others.
pub fn looks_after(actor: &Actor, place: &str, day: Day, pointer: &str) -> WriteResult<()> {
    if actor.looks_after(place, day) {
        return Ok(());
    }
    Err(Problem::of_faults(vec![outside(place, At::Pointer(pointer.into()))]).into())
}

/// The fault of reaching into another council's places.
pub(super) fn outside(place: &str, at: At) -> Fault {
    let detail =
        say(format!("{place} không thuộc địa bàn của hội đồng này."), format!("{place} is not a place that this council looks after."));
    Fault { at, code: Code::OutsideJurisdiction, detail }
}

fn lacks(roles: &str) -> Problem {
    let detail: Text = say(format!("Cần vai trò: {roles}."), format!("This takes one of the roles: {roles}."));
    Problem::new(Code::Forbidden, detail)
}
