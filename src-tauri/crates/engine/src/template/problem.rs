//! Making problems.

use wheelhouse_domain::{ProblemCode, StepId, TemplateProblem};

/// What was found.
pub(super) type Found = TemplateProblem;

pub(super) fn problem(
    step: Option<StepId>,
    field: &str,
    code: ProblemCode,
    message: impl Into<String>,
    next_step: impl Into<String>,
) -> Found {
    TemplateProblem {
        step,
        field: field.to_owned(),
        code,
        message: message.into(),
        next_step: next_step.into(),
    }
}
