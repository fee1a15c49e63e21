//! The council side, asked as councils ask it, on both databases.

mod decisions;
mod faults;
mod identity;
mod imports;
mod keys;
mod openapi;
mod oversight;
mod permissions;
mod post_checks;
mod program;
mod races;
mod rules;
mod walk;
