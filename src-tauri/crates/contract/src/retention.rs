//! How long ended workflows are kept.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::Millis;

/// Asks how long ended workflows are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetRetention {}

/// How long ended workflows are kept. Each bound that is set counts by itself, the oldest go first; with none,
/// everything is kept. Workflows that have not ended always stay.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RetentionRule {
    /// Days after its end that a workflow is kept, 1 to 36,500.
    pub max_age_days: Option<u32>,
    /// How many ended workflows are kept, 1 to 1,000,000.
    pub max_workflows: Option<u32>,
    /// Size of the journal's file, in megabytes of a million bytes, above which the oldest go; 1 to 1,000,000.
    pub max_megabytes: Option<u32>,
}

/// Asks what a rule would delete now. Fields as in [`RetentionRule`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PreviewRetention {
    /// Days.
    pub max_age_days: Option<u32>,
    /// Workflows.
    pub max_workflows: Option<u32>,
    /// Megabytes.
    pub max_megabytes: Option<u32>,
}

/// Sets how long ended workflows are kept. Nothing is deleted by that: it counts from the next clean-up on, at the
/// next start or a day after the last one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveRetention {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The rule.
    pub rule: RetentionRule,
}

/// Deletes now what goes by the rule that is set. The same wish again finds nothing left to delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CleanUp {
    /// Names this wish.
    pub request_key: RequestKey,
}

/// What a rule would delete now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RetentionPreview {
    /// Workflows that would go.
    pub workflows: u32,
    /// About how much smaller the journal's file would be, in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
    /// When the newest of them ended.
    pub until: Option<Millis>,
    /// Ended workflows that would stay.
    pub kept: u32,
}

/// What a clean-up did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CleanUpView {
    /// When it ended.
    pub at: Millis,
    /// Workflows that were deleted.
    pub workflows: u32,
    /// By how much the journal's file got smaller, in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}

/// How far a clean-up is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CleanUpProgress {
    /// Workflows that are gone.
    pub done: u32,
    /// Workflows that go, as far as is known; 0 while that is found out.
    pub total: u32,
}

/// How long ended workflows are kept, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RetentionView {
    /// The rule that is set.
    pub rule: RetentionRule,
    /// The clean-up that is under way.
    pub running: Option<CleanUpProgress>,
    /// The last one since the start of the application.
    pub last: Option<CleanUpView>,
}
