//! What the operator is asked where a model elsewhere would be told what stays on this machine. That nothing is sent is the
//! engine's business (`wheelhouse_engine::stays`).

use crate::error::Error;
use crate::service::Inner;
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentKind, CallKind, Field, FieldKind, Form, Json, Outcome, PassedOver, QuestionKind, StaysHere,
    rehearsal_model,
};
use wheelhouse_engine::stays::{ALL_HERE, HERE, MODEL, SKIP, STOP};
use wheelhouse_engine::{Fact, Input, Run};

/// The question that a task asks in place of its call.
///
/// # Errors
/// [`Error`] where the models of this machine can't be read.
pub(crate) async fn ask(
    inner: &Inner,
    run: &Run,
    input: &Input,
    sources: &[StaysHere],
) -> Result<Fact, Error> {
    let (model, instead) = called(input).unwrap_or(("a model", &[]));
    let instead: String = instead
        .iter()
        .map(|over| format!(" {} could not do it: {}", over.model, over.why))
        .collect();
    let names: Vec<String> = sources.iter().map(|one| format!("“{}”", one.name)).collect();
    let (stays, names) = match names.as_slice() {
        [one] => ("stays", one.clone()),
        _ => ("stay", names.join(", ")),
    };
    Ok(Fact::Asked {
        kind: QuestionKind::StaysHere,
        text: format!(
            "This task would be done by {model}, which is not on this machine. The workflow has read text of {names}, \
             which {stays} here. Nothing was sent.{instead} How shall it go on?"
        ),
        form: Some(form(&models_here(inner, run).await?)),
    })
}

/// The model elsewhere that a report wants to call, and those that could not be called before it.
fn called(input: &Input) -> Option<(&str, &[PassedOver])> {
    let Input::Report { facts, .. } = input else {
        return None;
    };
    facts.iter().find_map(|fact| match fact {
        Fact::CallStarted {
            kind: CallKind::Model {
                model, passed_over, ..
            },
            elsewhere: true,
            ..
        } => Some((model.as_str(), passed_over.as_slice())),
        Fact::CallStarted {
            kind: CallKind::Tool { tool, .. },
            elsewhere: true,
            ..
        } => Some((tool.as_str(), [].as_slice())),
        _ => None,
    })
}

/// The models of this machine that somebody names, then what is built in.
async fn models_here(inner: &Inner, run: &Run) -> Result<Vec<String>, Error> {
    let mut named: BTreeSet<String> = BTreeSet::new();
    named.extend(run.tasks.iter().filter_map(|task| task.model.clone()));
    named.extend(inner.store.agents().await?.into_iter().map(|agent| agent.model));
    let defaults = inner.store.default_models().await?;
    named.extend(AgentKind::ALL.iter().map(|kind| defaults.of(*kind).to_owned()));
    let builtin = inner.models.builtin_names();
    let mut here = Vec::new();
    for model in named.into_iter().chain(builtin) {
        if !here.contains(&model) && inner.models.run_here(&model).await? {
            here.push(model);
        }
    }
    // It takes no part in thinking, so it is never the first choice.
    let rehearsal = rehearsal_model();
    here.sort_by_key(|model| *model == rehearsal);
    Ok(here)
}

fn form(models: &[String]) -> Form {
    let outcome = |name: &str, title: &str| Outcome {
        name: name.to_owned(),
        title: title.to_owned(),
    };
    let model = Field {
        name: MODEL.to_owned(),
        title: "Model on this machine".to_owned(),
        kind: FieldKind::Choice,
        help: String::new(),
        required: true,
        default: models.first().map(|model| Json(model.clone().into())),
        choices: models.to_vec(),
        min: None,
        max: None,
    };
    let (outcomes, fields) = if models.is_empty() {
        (Vec::new(), Vec::new())
    } else {
        let here = [
            outcome(HERE, "Use it for this task"),
            outcome(ALL_HERE, "Use it for the whole workflow"),
        ];
        (here.to_vec(), vec![model])
    };
    Form {
        outcomes: outcomes
            .into_iter()
            .chain([
                outcome(SKIP, "Skip this task"),
                outcome(STOP, "Stop the workflow"),
            ])
            .collect(),
        fields,
        ..Form::default()
    }
}
