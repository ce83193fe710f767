//! A JSON value whose form is not known here.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use specta::Type;

/// Any JSON value. It comes out as `unknown` in TypeScript, which is what untrusted content should be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct Json(#[specta(type = specta_typescript::Unknown)] pub Value);
