//! `ocop-registry token`: tokens of the registry's own, for a start without an identity provider.

use super::{Failure, keys};
use crate::auth::issue::{Grant, issue};
use crate::auth::{Council, CouncilKind, Role, Roles};
use crate::config::TokenSettings;
use crate::domain::day::civil_day;
use crate::error::Problem;
use chrono::{TimeDelta, Utc};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

/// The shortest and the longest time that a token may be good for.
const SHORTEST: TimeDelta = TimeDelta::minutes(1);
const LONGEST: TimeDelta = TimeDelta::days(31);

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Sign a token for one person or machine of one council, and print it alone.
    ///
    /// Whoever has the token may do what it says until it ends; it cannot be taken back, so keep it short.
    #[command(after_help = "Examples:\n  \
        TOKEN=$(ocop-registry token issue --council province --unit VN34-24 --role approver --ttl 8h)\n  \
        curl -H \"authorization: Bearer $TOKEN\" http://127.0.0.1:8081/council/v1/me\n\n  \
        ocop-registry token issue --council province --unit VN34-24 --role clerk --subject lan@bacninh\n  \
        ocop-registry token issue --council ministry --role approver --role auditor --ttl 30m")]
    Issue(IssueArgs),
}

/// What a token says.
#[derive(Debug, Args)]
pub struct IssueArgs {
    /// The kind of council.
    #[arg(long, value_name = "KIND", value_parser = council())]
    council: CouncilKind,
    /// Key of the province (VN34-24) or commune (VN34-24-07210); none for the ministry. /v1/places?q= finds keys.
    #[arg(long, value_name = "KEY")]
    unit: Option<String>,
    /// A role: clerk prepares, approver publishes, auditor reads. May be given several times.
    #[arg(long = "role", value_name = "ROLE", required = true, value_parser = role())]
    roles: Vec<Role>,
    /// How long the token is good for: 30m, 8h, 7d; 31 days at most.
    #[arg(long, value_name = "TIME", default_value = "8h", value_parser = span)]
    ttl: TimeDelta,
    /// Who holds it; by default the roles and the unit, such as approver@VN34-24. Two people need two names.
    #[arg(long, value_name = "NAME", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    subject: Option<String>,
    /// The private key that signs it.
    #[arg(long, env = "OCOP_TOKEN_KEY", default_value = keys::PRIVATE, value_name = "FILE")]
    key: PathBuf,
    /// Issuer and audience.
    #[command(flatten)]
    tokens: TokenSettings,
}

fn council() -> impl TypedValueParser<Value = CouncilKind> {
    PossibleValuesParser::new(CouncilKind::ALL.iter().map(|kind| kind.as_str()))
        .try_map(|word| CouncilKind::parse(&word).ok_or("no kind of council"))
}

fn role() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.iter().map(|role| role.as_str())).try_map(|word| Role::parse(&word).ok_or("no role"))
}

/// Reads a time such as `8h`.
fn span(text: &str) -> Result<TimeDelta, String> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = match &text[number.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err("write a number and s, m, h or d, such as 8h".into()),
    };
    let seconds = number.parse::<u32>().map_err(|_| "write a whole number and s, m, h or d, such as 8h")?;
    let span = TimeDelta::seconds(i64::from(seconds) * unit);
    if (SHORTEST..=LONGEST).contains(&span) { Ok(span) } else { Err("a token is good for 1m to 31d".into()) }
}

pub(super) fn run(command: &TokenCommand) -> Result<ExitCode, Failure> {
    let TokenCommand::Issue(args) = command;
    let now = Utc::now();
    let council = Council::of(args.council, args.unit.as_deref(), civil_day(now)).map_err(told)?;
    let roles = Roles::of(args.roles.iter().map(|role| role.as_str())).map_err(told)?;
    let subject = args.subject.clone().unwrap_or_else(|| {
        let words = roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join("+");
        format!("{words}@{}", council.unit().map_or(council.kind().as_str(), |unit| unit.key()))
    });
    let file = args.key.display();
    let key =
        std::fs::read(&args.key).map_err(|e| Failure(format!("cannot read the key {file}: {e}. `ocop-registry keys new` makes one.")))?;
    let grant = Grant {
        issuer: &args.tokens.token_issuer,
        audience: &args.tokens.token_audience,
        subject: &subject,
        council: &council,
        roles: &roles,
        from: now,
        ttl: args.ttl,
    };
    let token = issue(&key, &grant).map_err(|e| Failure(format!("cannot sign with {file}: {e}")))?;
    let mode = std::fs::metadata(&args.key)?.permissions().mode();
    if mode & 0o077 != 0 {
        eprintln!("ocop-registry: warning: others on this machine can read {file}; run chmod 600 {file}");
    }
    tell!("{token}");
    Ok(ExitCode::SUCCESS)
}

fn told(refusal: crate::auth::Refusal) -> Failure {
    Failure(Problem::from(refusal).detail.en.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("8h", 28_800), ("31d", 31 * 86_400)] {
            assert_eq!(span(text), Ok(TimeDelta::seconds(seconds)), "{text}");
        }
        for bad in ["", "8", "h", "8 h", "-8h", "8.5h", "32d", "59s", "99999999999d", "8w", "8hh", "8ｈ"] {
            assert!(span(bad).is_err(), "{bad}");
        }
    }
}
