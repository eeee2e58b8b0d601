//! Rules about repositories, as data, and what the evidence proves about published frameworks.
//!
//! This crate is pure: it reads no disk and no network, prints nothing and knows no async. Files come through the trait
//! [`tree::Tree`], facts of the host as plain data.
//!
//! - [`definition`]: rules, frameworks, profiles and vocabularies as they are written in YAML;
//! - [`compile`]: from those to a validated [`Catalogue`], with every mistake at its place;
//! - [`run::check`]: a repository's outcomes and assessments;
//! - [`config`]: the configuration of a checked repository.

mod assess;
pub mod case;
mod catalogue;
mod check;
pub mod compile;
pub mod config;
mod data;
pub mod definition;
mod detect;
pub mod document;
mod facts;
mod format;
pub mod history;
pub mod host;
mod inherited;
mod kind;
mod manifest;
mod paths;
mod pattern;
mod pipeline;
pub mod problem;
pub mod profile;
pub mod run;
pub mod schema;
mod signal;
mod text;
pub mod timing;
pub mod tree;
pub mod value;
mod yaml;

pub use assess::{Assessment, Because, CriterionResult, Next, Relation, assess};
pub use catalogue::{Catalogue, Criterion, Framework, FrameworkSource, Level, Profile, Rule};
pub use facts::Sources;
pub use kind::KindFound;
