//! Pure types and rules: no input or output, no clock, no randomness.
//!
//! The law of the field lives here and nowhere else: terms and statuses ([`verdict`]), who may
//! recognise what ([`regime`]), how things are numbered ([`code`], [`gtin`], [`tax_code`]) and
//! where places went ([`place`]).

pub mod authority;
pub mod classification;
pub mod code;
pub mod day;
pub mod decision_number;
pub mod gtin;
pub mod history;
pub mod jurisdiction;
pub mod label_report;
pub mod lineage;
pub mod official_code;
pub mod place;
pub mod producer;
pub mod product_name;
pub mod quality;
pub mod recognition;
pub mod record;
pub mod regime;
pub mod renewal;
pub mod tax_code;
pub mod text;
pub mod timeline;
pub mod transition;
pub mod verdict;
pub mod vocabulary;
pub mod workbook;
