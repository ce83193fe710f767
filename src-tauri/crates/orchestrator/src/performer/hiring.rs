//! Before anybody new is hired: no more than the crew has, and the operator is asked where their rule says so.

use super::failure::Stop;
use crate::service::Inner;
use std::collections::BTreeSet;
use wheelhouse_domain::{
    AgentKind, AgentUid, Brief, Budget, Candidate, DEFAULT_MODEL, HireTerms, PartBudget, QuestionKind,
    StaffingAnswer, TaskKey, WorkRecord,
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
    let crew = Crew::of(inner, run).await?;
    let policy = inner.store.hire_policy().await?;
    let answer = hiring::attenuated(made, &crew.capability, policy.each());
    let now = inner.options.world.now();
    let left = inner.accounts.left_around(run, task, now);
    // No budget is above what is left now, be it less than when the operator was asked.
    let go = |answer: StaffingAnswer, once| Hiring::Go {
        answer: hiring::limited(&answer, left),
        once,
        stand_in: None,
    };
    let Some(plan) = brief
        .plan
        .as_ref()
        .filter(|_| policy.asks_for(&hiring::new_agents(&answer)) || was_asked(run, task))
    else {
        return Ok(go(answer, false));
    };
    let offers = hiring::offers(&answer, plan);
    if offers.is_empty() {
        return Ok(go(answer, false));
    }
    let form = hiring::form(&offers, &crew.capability, &crew.usual_model);
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

/// What may be given to new agents of this staffing: for who designs them.
pub(super) async fn terms(inner: &Inner, run: &Run, task: &TaskKey) -> Result<HireTerms, Stop> {
    let crew = Crew::of(inner, run).await?;
    Ok(HireTerms {
        models: crew.capability.models.into_iter().collect(),
        left: inner.accounts.left_around(run, task, inner.options.world.now()),
    })
}

/// The permanent crew of a workflow, on whose behalf the generator hires.
struct Crew {
    /// What it has together. Its budget is what the workflow may spend in all: it does not change while the operator thinks
    /// about an offer, as what is left does.
    capability: Capability,
    /// The model of new agents whose design names none.
    usual_model: String,
}

impl Crew {
    async fn of(inner: &Inner, run: &Run) -> Result<Self, Stop> {
        let uids: Vec<AgentUid> = run.crew.values().copied().collect();
        let mut profiles = inner.store.profiles(&uids).await?;
        profiles.retain(|one| one.kind != AgentKind::Specialist);
        let defaults = inner.store.default_models().await?;
        let usual_model = defaults.resolve(AgentKind::Specialist, DEFAULT_MODEL).to_owned();
        let mut named: BTreeSet<String> = profiles
            .iter()
            .flat_map(|one| defaults.chain(one.kind, &one.model, &one.fallbacks))
            .collect();
        named.extend(defaults.chain(AgentKind::Specialist, DEFAULT_MODEL, &[]));
        let mut models = BTreeSet::new();
        for model in named {
            if is_at_hand(inner, run, &model).await? {
                models.insert(model);
            }
        }
        let Budget { money, tokens, .. } = run.budget();
        let capability = Capability {
            tools: profiles.into_iter().flat_map(|one| one.tools).collect(),
            models,
            part: PartBudget { money, tokens },
            day: inner.store.budgets().await?.agent_day,
        };
        Ok(Self {
            capability,
            usual_model,
        })
    }
}

/// Whether a new agent of this run may name the model: it is there, and where text stays here it runs here.
async fn is_at_hand(inner: &Inner, run: &Run, model: &str) -> Result<bool, Stop> {
    if !inner.models.is_there(model).await? {
        return Ok(false);
    }
    Ok(!run.is_confined() || inner.models.run_here(model).await?)
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
