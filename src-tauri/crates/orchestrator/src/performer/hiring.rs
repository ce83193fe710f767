//! Before anybody new is hired: no more than the crew has, and the operator is asked where their rule says so.

use super::failure::Stop;
use crate::service::Inner;
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentKind, AgentUid, Brief, Candidate, QuestionKind, StaffingAnswer, TaskKey, WorkRecord,
};
use wheelhouse_engine::hiring::{self, Capability};
use wheelhouse_engine::{Fact, Run};

/// What becomes of a staffing.
pub(super) enum Hiring {
    /// It is carried out.
    Go {
        /// The staffing, which may have become another one.
        answer: StaffingAnswer,
        /// Whether whoever is new works in this workflow only.
        once: bool,
        /// Who takes parts beside those that were offered to the generator.
        stand_in: Option<Candidate>,
    },
    /// The operator is asked first.
    Ask(Box<Fact>),
}

/// Whether a staffing can be carried out.
pub(super) async fn hiring(
    inner: &Inner,
    run: &Run,
    task: &TaskKey,
    brief: &Brief,
    made: &StaffingAnswer,
) -> Result<Hiring, Stop> {
    let go = |answer, once| Hiring::Go {
        answer,
        once,
        stand_in: None,
    };
    let requester = capability_of_crew(inner, run).await?;
    let answer = hiring::attenuated(made, &requester);
    let policy = inner.store.hire_policy().await?;
    let Some(plan) = brief
        .plan
        .as_ref()
        .filter(|_| policy.asks_for(hiring::new_agents(&answer)) || was_asked(run, task))
    else {
        return Ok(go(answer, false));
    };
    let offers = hiring::offers(&answer, plan);
    if offers.is_empty() {
        return Ok(go(answer, false));
    }
    let form = hiring::form(&offers, &requester);
    match outcome(run, task, form.show.as_deref()) {
        Some(hiring::KEEP) => Ok(go(answer, false)),
        Some(hiring::ONCE) => Ok(go(answer, true)),
        Some(_) => {
            let stand_in = researcher(inner, run).await?;
            Ok(Hiring::Go {
                answer: hiring::refused(&answer, &brief.candidates, &stand_in),
                once: false,
                stand_in: Some(stand_in),
            })
        }
        None => Ok(Hiring::Ask(Box::new(Fact::Asked {
            kind: QuestionKind::Approval,
            text: hiring::text(&offers),
            form: Some(form),
        }))),
    }
}

/// What the permanent crew of this workflow has together: on whose behalf the generator hires.
async fn capability_of_crew(inner: &Inner, run: &Run) -> Result<Capability, Stop> {
    let crew: Vec<AgentUid> = run.crew.values().copied().collect();
    let profiles = inner.store.profiles(&crew).await?;
    let tools: BTreeSet<String> = profiles
        .into_iter()
        .filter(|one| one.kind != AgentKind::Specialist)
        .flat_map(|one| one.tools)
        .collect();
    let day = inner.store.budgets().await?.agent_day;
    Ok(Capability::of(tools, day))
}

/// What the operator answered to these very offers; none where they were not asked for them.
fn outcome<'a>(run: &'a Run, task: &TaskKey, shown: Option<&str>) -> Option<&'a str> {
    let asked = run
        .questions
        .iter()
        .rev()
        .find(|question| question.task == *task && question.kind == QuestionKind::Approval)?;
    let same = asked.form.as_ref()?.show.as_deref() == shown;
    let reply = asked.reply.as_ref().filter(|_| same)?;
    reply.outcome.as_deref()
}

/// Whether a question about hiring was answered for this task. Its answer holds, whatever the rule is by now.
fn was_asked(run: &Run, task: &TaskKey) -> bool {
    run.questions.iter().any(|question| {
        question.task == *task && question.kind == QuestionKind::Approval && question.reply.is_some()
    })
}

/// Who does the parts of those that were refused, where nobody has their profession: the researcher. The driver would report
/// on the parts instead of doing them.
async fn researcher(inner: &Inner, run: &Run) -> Result<Candidate, Stop> {
    let uid = run.crew.get(AgentKind::Creator.as_str()).copied();
    let found = match uid {
        Some(uid) => inner.store.profiles(&[uid]).await?.pop(),
        None => None,
    };
    let missing = || crate::error::Error::CrewIncomplete(AgentKind::Creator.as_str());
    let profile = found.ok_or_else(missing)?;
    Ok(Candidate {
        uid: profile.uid,
        name: profile.name,
        role: profile.role,
        instructions: profile.instructions,
        record: WorkRecord::default(),
    })
}
