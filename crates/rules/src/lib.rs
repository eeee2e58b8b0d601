//! Rules about repositories, as data, and what the evidence proves about published frameworks.
//!
//! This crate is pure: it reads no disk and no network, prints nothing and knows no async. Files come through the trait
//! [`tree::Tree`], facts of the host as plain data.
//!
//! - [`definition`]: rules, frameworks, profiles and vocabularies as they are written in YAML;
//! - [`compile`]: from those to a validated [`Catalogue`], with every mistake at its place;
//! - [`run::check`]: a repository's outcomes and assessments;
//! - [`config`]: the configuration of a checked repository;
//! - [`delta`]: what a change does to the evidence.

mod assess;
pub mod attest;
pub mod case;
mod catalogue;
mod check;
pub mod compile;
mod components;
pub mod config;
pub mod config_change;
mod data;
pub mod definition;
pub mod delta;
mod detect;
pub mod document;
#[cfg(test)]
mod example;
mod facts;
mod format;
pub mod history;
mod hold;
pub mod host;
pub mod import;
mod inherited;
mod kind;
mod manifest;
mod paths;
mod pattern;
mod pipeline;
pub mod plan;
pub mod problem;
pub mod profile;
mod reach;
pub mod run;
pub mod schema;
mod signal;
mod text;
pub mod timing;
pub mod tree;
pub mod units;
pub mod value;
mod yaml;

pub use assess::{Assessment, Because, CriterionResult, Next, Relation, assess};
pub use catalogue::{
    Catalogue, Criterion, Framework, FrameworkSource, Level, Lever, Moves, PointByPoint, Profile, Rule, Units,
};
pub use components::{Component, Components};
pub use facts::Sources;
pub use kind::KindFound;
pub use reach::Reach;
