//! The templates that every installation has. They are files, so that people can read and copy them, and are part of
//! the program, so that they are always there.

use crate::template::read;
use wheelhouse_domain::{Template, TemplateProblem, crew_template};

/// The files, the crew's left out: its steps are what old runs mean, so that they stand in the domain.
const FILES: [&str; 7] = [
    include_str!("../gallery/research-brief.json"),
    include_str!("../gallery/compare-options.json"),
    include_str!("../gallery/draft-critique-revise.json"),
    include_str!("../gallery/read-and-synthesise.json"),
    include_str!("../gallery/triage.json"),
    include_str!("../gallery/approved-publication.json"),
    include_str!("../gallery/nightly-digest.json"),
];

/// The built-in templates, the crew first. Each has a uid of its own that never changes, and version 1.
#[must_use]
pub fn built_in() -> Vec<Template> {
    // A file that can't be read would be left out; a test sees to it that none is.
    let files = FILES.iter().filter_map(|file| template(file).ok());
    std::iter::once(crew_template()).chain(files).collect()
}

fn template(file: &str) -> Result<Template, Vec<TemplateProblem>> {
    read(file).map(|document| Template { version: 1, document })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::{Scope, evaluate, step_value};
    use crate::template::{Known, check, write};
    use serde_json::{Value, json};
    use std::collections::BTreeSet;
    use wheelhouse_domain::{Json, OnError, Step, StepKind, TaskAnswer, TaskStatus, TemplateUid, all_steps};

    /// The crew as a file, for people to read.
    const CREW: &str = include_str!("../gallery/crew.json");

    fn known() -> Known {
        let mut known = Known::default();
        for template in built_in() {
            let used = |step: &Step| match &step.kind {
                StepKind::Workflow { template, .. } => Some(*template),
                _ => None,
            };
            let document = template.document;
            let runs = all_steps(&document.steps).into_iter().filter_map(used).collect();
            known.templates.insert(document.uid, runs);
            known.inputs.insert(document.uid, document.inputs);
        }
        known
    }

    #[test]
    fn every_file_can_be_read_and_makes_sense() {
        for file in FILES {
            let template = template(file).unwrap_or_else(|problems| panic!("{problems:#?}"));
            let problems = check(&template.document, &known());
            assert!(problems.is_empty(), "{}: {problems:#?}", template.document.name);
        }
        assert_eq!(check(&crew_template().document, &known()), []);
    }

    #[test]
    fn the_crew_is_the_one_that_old_runs_mean() {
        assert_eq!(built_in()[0], crew_template());
        assert_eq!(read(CREW).as_ref(), Ok(&crew_template().document));
        assert_eq!(CREW, write(&crew_template().document));
    }

    #[test]
    fn names_and_uids_are_their_own() {
        let all = built_in();
        let names: BTreeSet<&str> = all.iter().map(|one| one.document.name.as_str()).collect();
        let uids: BTreeSet<TemplateUid> = all.iter().map(|one| one.document.uid).collect();
        assert_eq!((names.len(), uids.len(), all.len()), (8, 8, 8));
        assert_eq!(
            all[1].document.uid.to_string(),
            "01920000-0000-7000-8000-000000000002"
        );
    }

    #[test]
    fn together_they_show_everything_that_a_step_can_be() {
        let all = built_in();
        let steps: Vec<&Step> = all.iter().flat_map(|one| one.document.all_steps()).collect();
        let kinds: BTreeSet<&str> = steps.iter().map(|step| step.kind.as_str()).collect();
        assert_eq!(kinds.len(), 14, "{kinds:?}");
        assert!(steps.iter().any(|step| step.when.is_some()));
        assert!(steps.iter().any(|step| step.retry.is_some()));
        assert!(steps.iter().any(|step| step.timeout_s.is_some()));
        assert!(steps.iter().any(|step| !step.budget.is_unlimited()));
        assert!(
            steps
                .iter()
                .any(|step| matches!(step.on_error, OnError::Default { .. }))
        );
        assert!(
            steps
                .iter()
                .any(|step| matches!(step.on_error, OnError::Branch { .. }))
        );
    }

    /// What the transform `step` of the template `name` gives, where other steps gave these values.
    fn worked_out(name: &str, step: &str, given: &[(&str, Value)]) -> Value {
        let all = built_in();
        let template = all
            .iter()
            .find(|one| one.document.name == name)
            .expect("a template");
        let step = template
            .document
            .all_steps()
            .into_iter()
            .find(|one| one.id.as_str() == step);
        let Some(StepKind::Transform { value }) = step.map(|step| &step.kind) else {
            panic!("a transform")
        };
        let scope = given
            .iter()
            .fold(Scope::new(&Json::default()), |scope, (id, value)| {
                let answer = TaskAnswer {
                    text: value.to_string(),
                    data: Some(Json(value.clone())),
                    ..TaskAnswer::default()
                };
                let status = TaskStatus::Completed;
                scope.with_step(
                    &(*id).into(),
                    step_value(status, (!value.is_null()).then_some(&answer)),
                )
            });
        evaluate(value, &scope).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn what_people_read_at_the_end_is_text() {
        let sorted = json!({"subject": "Late ferry", "kind": "fault", "urgency": 4, "missing": ""});
        let handled = json!({"action": "fault written up", "report": "It is late.", "reply": "Thank you."});
        assert_eq!(
            worked_out(
                "triage",
                "result",
                &[("sort", sorted.clone()), ("handle", handled)]
            ),
            "**Late ferry**\n\nSorted as fault, urgency 4 of 5; fault written up.\n\n## Report\n\nIt is late.\n\n## Reply\n\nThank you."
        );
        let asked = json!({"action": "asked you", "reply": ""});
        assert_eq!(
            worked_out("triage", "result", &[("sort", sorted), ("handle", asked)]),
            "**Late ferry**\n\nSorted as fault, urgency 4 of 5; asked you."
        );
        let act = |state: &str| [("act", json!({"state": state, "text": "The piece."}))];
        assert_eq!(
            worked_out("approved-publication", "result", &act("published")),
            "The piece."
        );
        assert_eq!(
            worked_out("approved-publication", "result", &act("not published")),
            "*Not published.*\n\nThe piece."
        );
    }
}
