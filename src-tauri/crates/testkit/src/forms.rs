//! Structured answers as a model would write them.

use wheelhouse_domain::{Plan, StaffingAnswer, StaffingChoice, SubTask};

/// A part of a plan, for an agent of this role.
#[must_use]
pub fn part(id: &str, role: &str) -> SubTask {
    SubTask {
        id: id.to_owned(),
        title: format!("Part {id}"),
        description: format!("Do what {id} asks for."),
        role: role.to_owned(),
        needs: Vec::new(),
        done_when: format!("{id} is done."),
    }
}

/// The same part, after others.
#[must_use]
pub fn needing(mut part: SubTask, needs: &[&str]) -> SubTask {
    part.needs = needs.iter().map(|&need| need.to_owned()).collect();
    part
}

/// So many parts that need nothing of each other: `part-1`, `part-2` and so on, each with a role of its own.
#[must_use]
pub fn parts(count: usize) -> Vec<SubTask> {
    (1..=count)
        .map(|number| part(&format!("part-{number}"), &format!("Specialist {number}")))
        .collect()
}

/// The JSON of a plan of these parts.
///
/// # Panics
/// Never: plans are plain data.
#[must_use]
pub fn plan(sub_tasks: Vec<SubTask>) -> String {
    let plan = Plan {
        summary: "Divided as the test wants it.".to_owned(),
        research: "What is known about it?".to_owned(),
        sub_tasks,
    };
    serde_json::to_string(&plan).expect("plain data")
}

/// The JSON of a staffing.
///
/// # Panics
/// Never: staffings are plain data.
#[must_use]
pub fn staffing(assignments: Vec<StaffingChoice>) -> String {
    let answer = StaffingAnswer {
        summary: "Staffed as the test wants it.".to_owned(),
        assignments,
    };
    serde_json::to_string(&answer).expect("plain data")
}
