//! Answers for programs. [`Answer`] itself is the format `openly/answer/v1`: fields may be added to it, and none is removed or
//! changes its meaning within v1.

use super::Answer;

/// The answers as a JSON array, ending with a line feed.
///
/// # Errors
/// Never in practice: every value of an answer can be written as JSON.
pub fn render(answers: &[Answer]) -> serde_json::Result<String> {
    serde_json::to_string_pretty(answers).map(|json| json + "\n")
}

/// The JSON Schema of one answer.
pub fn schema() -> serde_json::Value {
    schemars::generate::SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<Answer>()
        .to_value()
}
