//! From an agent's answer to what is recorded: text for people, checked sources, structured parts.

use super::conversation::Conversation;
use super::helping;
use super::sight::shown;
use std::fmt::Write;
use wheelhouse_agents::{Answer, Recorded, Unfit};
use wheelhouse_domain::{
    AgentUid, Assignment, Citation, ContentHash, Json, Origin, Plan, QuestionKind, TaskAnswer, ToolResponse,
    cited_labels,
};
use wheelhouse_engine::template::answer_problems;
use wheelhouse_engine::{Fact, plan, staffing};

/// Whether an answer can be accepted; the reason goes back to the model.
pub(super) fn check(
    answer: &Answer,
    conversation: &Conversation,
    limits: wheelhouse_domain::Limits,
) -> Result<(), Unfit> {
    let brief = &conversation.first.brief;
    match answer {
        Answer::Markdown(_) => Ok(()),
        Answer::Data(value) => {
            let problems = match &brief.answer {
                Some(schema) => answer_problems(schema, &Json(value.clone())),
                None => Vec::new(),
            };
            match problems.len() {
                0 => Ok(()),
                _ => Err(Unfit(format!(
                    "It does not fit the schema. {}",
                    problems.join(" ")
                ))),
            }
        }
        Answer::Plan(made) => plan::check(made, limits).map_err(|problem| Unfit(format!("{problem}."))),
        Answer::Staffing(made) => match &brief.plan {
            Some(plan) => {
                let models = brief
                    .terms
                    .as_ref()
                    .map(|terms| terms.models.as_slice())
                    .unwrap_or_default();
                staffing::check(made, plan, &brief.candidates, models)
                    .map_err(|problem| Unfit(format!("{problem}.")))
            }
            None => Err(Unfit::because("There is no plan to staff.")),
        },
        Answer::Question(_) if brief.clarifications.is_empty() => Ok(()),
        Answer::Question(_) => Err(Unfit::because(
            "The operator has answered already. Make a plan from what is known.",
        )),
    }
}

/// The fact that an accepted answer becomes, with the text that it points at.
pub(super) fn fact(
    answer: Answer,
    origin: Origin,
    conversation: &Conversation,
    new_uid: impl FnMut() -> AgentUid,
) -> Result<(Fact, Vec<String>), serde_json::Error> {
    match answer {
        Answer::Markdown(text) => {
            let (output, content) = stored(&with_sources(&text, &known_sources(conversation)))?;
            Ok((Fact::Answered { output }, vec![content]))
        }
        Answer::Data(value) => {
            let mut answer = with_sources(&shown(&value), &known_sources(conversation));
            answer.data = Some(Json(value));
            let (output, content) = stored(&answer)?;
            Ok((Fact::Answered { output }, vec![content]))
        }
        Answer::Plan(plan) => {
            let (output, content) = stored(&TaskAnswer {
                text: plan_text(&plan),
                citations: Vec::new(),
                data: None,
            })?;
            Ok((Fact::Planned { plan, origin, output }, vec![content]))
        }
        Answer::Staffing(made) => {
            let assignments = staffing::resolve(&made, &conversation.first.brief.candidates, new_uid);
            let text = staffing_text(
                &made.summary,
                &assignments,
                conversation.first.brief.plan.as_ref(),
            );
            let (output, content) = stored(&TaskAnswer {
                text,
                citations: Vec::new(),
                data: None,
            })?;
            Ok((
                Fact::Staffed {
                    assignments,
                    origin,
                    output,
                },
                vec![content],
            ))
        }
        Answer::Question(text) => Ok((
            Fact::Asked {
                kind: QuestionKind::Input,
                text,
                form: None,
            },
            Vec::new(),
        )),
    }
}

fn stored(answer: &TaskAnswer) -> Result<(ContentHash, String), serde_json::Error> {
    let content = serde_json::to_string(answer)?;
    Ok((ContentHash::of(&content), content))
}

/// What the agent was shown and may refer to: its own search results and the sources of its inputs.
fn known_sources(conversation: &Conversation) -> Vec<Citation> {
    let mut sources: Vec<Citation> = Vec::new();
    for record in &conversation.recorded {
        let Recorded::Tool { response, .. } = record else {
            continue;
        };
        if let ToolResponse::Passages { passages, .. } = response {
            sources.extend(passages.iter().map(Citation::from));
        }
        sources.extend(helping::sources(response));
    }
    sources.extend(
        conversation
            .first
            .brief
            .inputs
            .iter()
            .flat_map(|input| input.citations.iter().cloned()),
    );
    sources.extend(conversation.first.brief.sources.iter().cloned());
    sources
}

/// Pairs the marks in `text` with their sources. A mark that points at nothing the agent was shown is
/// replaced by words that say so: an invented source must not look like one.
pub(super) fn with_sources(text: &str, sources: &[Citation]) -> TaskAnswer {
    let mut text = text.to_owned();
    let mut citations = Vec::new();
    for label in cited_labels(&text) {
        match sources.iter().find(|source| source.label == label) {
            Some(source) => citations.push(source.clone()),
            None => text = text.replace(&format!("[{label}]"), "(no such source)"),
        }
    }
    TaskAnswer {
        text,
        citations,
        data: None,
    }
}

fn plan_text(plan: &Plan) -> String {
    let mut text = format!("{}\n", plan.summary.trim());
    for part in &plan.sub_tasks {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "\n- **{}** ({}): {}",
            part.title, part.role, part.description
        );
        let titles: Vec<&str> = plan
            .sub_tasks
            .iter()
            .filter(|other| part.needs.contains(&other.id))
            .map(|other| other.title.as_str())
            .collect();
        if !titles.is_empty() {
            let _ = write!(text, " Builds on: {}.", titles.join(", "));
        }
        if !part.done_when.trim().is_empty() {
            let _ = write!(text, " Done when: {}", part.done_when.trim());
        }
    }
    text
}

fn staffing_text(summary: &str, assignments: &[Assignment], plan: Option<&Plan>) -> String {
    let mut text = format!("{}\n", summary.trim());
    for assignment in assignments {
        let title = plan
            .and_then(|plan| plan.sub_tasks.iter().find(|part| part.id == assignment.sub_task))
            .map_or(assignment.sub_task.as_str(), |part| part.title.as_str());
        let new = if assignment.design.is_some() { ", new" } else { "" };
        let _ = write!(
            text,
            "\n- **{title}**: {}{new}. {}",
            assignment.agent_name,
            assignment.why.trim()
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{CitationLabel, SourceUid};

    fn source(label: &str) -> Citation {
        Citation {
            label: CitationLabel(label.to_owned()),
            source: SourceUid(uuid::Uuid::nil()),
            source_name: "Notes".to_owned(),
            path: "a.md".to_owned(),
            start_line: 1,
            end_line: 2,
            quote: "words".to_owned(),
            stays_here: false,
        }
    }

    #[test]
    fn sources_stand_in_the_order_of_their_first_mention_and_invented_ones_are_named() {
        let answer = with_sources(
            "B [sbbbbbb], A [saaaaaa], B [sbbbbbb], none [scccccc].",
            &[source("saaaaaa"), source("sbbbbbb")],
        );
        let labels: Vec<&str> = answer
            .citations
            .iter()
            .map(|citation| citation.label.0.as_str())
            .collect();
        assert_eq!(labels, ["sbbbbbb", "saaaaaa"]);
        assert_eq!(
            answer.text,
            "B [sbbbbbb], A [saaaaaa], B [sbbbbbb], none (no such source)."
        );
    }
}
