//! The JSON Schemas of the files that people write.

use schemars::generate::SchemaSettings;
use serde_json::Value;

/// A file format with a published schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.openly.yml`
    Config,
    /// `rule.yml`
    Rule,
    /// A file of `frameworks/`.
    Framework,
    /// A file of `profiles/`.
    Profile,
}

/// The JSON Schema (draft 2020-12) of a format.
pub fn schema(format: Format) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let schema = match format {
        Format::Config => generator.into_root_schema_for::<crate::config::ConfigDef>(),
        Format::Rule => generator.into_root_schema_for::<crate::definition::RuleDef>(),
        Format::Framework => generator.into_root_schema_for::<crate::definition::FrameworkDef>(),
        Format::Profile => generator.into_root_schema_for::<crate::definition::ProfileDef>(),
    };
    schema.to_value()
}
