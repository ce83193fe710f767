//! What becomes of a call that an agent wants: made, refused, or asked about first.
//!
//! What an agent was granted is read for each turn, so that what the operator takes away counts at once. What a call would
//! do is looked at before it is judged, and it is only made if it would still do the same.
//!
//! Deliberately absent: the judgement (`wheelhouse_tools::judge`), how often an answer counts (`wheelhouse_engine::leave`).

use super::approval;
use super::asking;
use super::failure::Stop;
use super::helping::{self, Asker, NewHelp};
use super::tools::{self, guarded};
use crate::knowledge::Audience;
use crate::service::Inner;
use crate::tool_servers::GivenTool;
use std::collections::BTreeSet;
use wheelhouse_agents::Recorded;
use wheelhouse_domain::{
    ASK_AGENT, ASK_OPERATOR, AgentGrant, AgentProfile, AllowedInRun, Failure, Fingerprint, GRANTED_TOOLS,
    Leave, Outside, Risk, StaysHere, ToolApproval, ToolEffect, ToolRequest, ToolResponse, is_served,
};
use wheelhouse_engine::{CallPlace, Fact, Question, Run, Task};
use wheelhouse_tools::{Call, Judgement, Preview, Role, Rules, ToolError, carries_away, description, judge};

/// Longest change of a file that the operator is asked about, in bytes: nobody reads more than that, and it is kept with the
/// question.
const MOST_SHOWN: usize = 200_000;

/// What a call that is made may reach, and by whose leave it is made.
#[derive(Debug, Default)]
pub(super) struct Ready {
    /// What may be reached.
    pub(super) grant: AgentGrant,
    /// By whose leave, where it does more than read.
    pub(super) leave: Option<Leave>,
    /// What it must still be, where it was looked at before.
    pub(super) fingerprint: Option<Fingerprint>,
    /// Whether something may leave this machine with it.
    pub(super) elsewhere: bool,
    /// Whether it may be made again unasked when its answer was lost, for a tool of a tool server.
    pub(super) repeatable: bool,
    /// What marks its result as staying on this machine.
    pub(super) stays: Vec<StaysHere>,
}

/// What becomes of a call.
#[derive(Debug)]
pub(super) enum Decision {
    /// It is made.
    Make(Box<Ready>),
    /// It is not made. Why, in words for the model.
    Refuse(String),
    /// The tool is at fault.
    Fail(Failure),
    /// The operator is asked first.
    Ask(Box<Fact>),
    /// Another agent is asked.
    Help(Box<NewHelp>),
    /// It needs nothing done: what it gives is on record.
    Known(Box<ToolResponse>),
}

/// What decides about the calls of one turn.
pub(super) struct Guarding<'a> {
    inner: &'a Inner,
    run: &'a Run,
    task: &'a Task,
    agent: &'a AgentProfile,
    asker: Asker<'a>,
    audience: Audience,
    grant: AgentGrant,
    /// Tools of tool servers that agents may be given.
    given: Vec<GivenTool>,
    in_run: Vec<AllowedInRun>,
    said: Vec<&'a str>,
    seen: BTreeSet<Outside>,
    holds_what_stays: bool,
}

impl<'a> Guarding<'a> {
    /// For an agent at work on `task`, whose model has seen `recorded` and what `sees` names beside what the run holds.
    pub(super) async fn new(
        inner: &'a Inner,
        asker: Asker<'a>,
        audience: Audience,
        sees: &[Outside],
        recorded: &[Recorded],
    ) -> Result<Self, Stop> {
        let Asker { run, task, agent, .. } = asker;
        let mut seen: BTreeSet<Outside> = run.seen.iter().chain(sees).copied().collect();
        let mut holds_what_stays = run.is_confined() || !agent.stays_here.is_empty();
        for record in recorded {
            if let Recorded::Tool { tool, response, .. } = record {
                seen.extend(Outside::of_tool(tool));
                holds_what_stays |= !response.stays_here().is_empty();
            }
        }
        Ok(Self {
            inner,
            run,
            task,
            agent,
            asker,
            audience,
            grant: helping::reach_of(inner, run, agent.uid).await?.grant,
            given: inner.given_among(&agent.tools).await?,
            in_run: run.allowed_to(task),
            said: run.said(),
            seen,
            holds_what_stays,
        })
    }

    /// What the model that wants the calls has seen that the operator did not write.
    pub(super) fn seen(&self) -> Vec<Outside> {
        self.seen.iter().copied().collect()
    }

    /// What becomes of a call at that place of the task.
    pub(super) async fn decide(&self, request: &ToolRequest, place: CallPlace) -> Result<Decision, Stop> {
        if request.tool == ASK_AGENT && self.agent.tools.contains(&request.tool) {
            return Ok(
                match helping::ask(self.inner, self.asker, &request.arguments.0).await? {
                    Ok(new) => Decision::Help(Box::new(new)),
                    Err(unasked) => Decision::Refuse(unasked.to_string()),
                },
            );
        }
        Ok(self.decide_alone(request, place).await)
    }

    /// What becomes of a call that asks no other agent.
    async fn decide_alone(&self, request: &ToolRequest, place: CallPlace) -> Decision {
        let tool = request.tool.as_str();
        if !self.agent.tools.contains(&request.tool) {
            return Decision::Refuse(format!("You may not use a tool called “{tool}”."));
        }
        if is_served(tool) {
            return self.decide_served(request, place);
        }
        if tool == ASK_OPERATOR {
            return self.asking(request, place);
        }
        let Some(known) = description(tool).filter(|_| GRANTED_TOOLS.contains(&tool)) else {
            return Decision::Make(Box::default());
        };
        if let Some(answer) = self.run.answer_about(&self.task.key, place.turn, place.index)
            && let Some(decision) = self.answered(answer)
        {
            return decision;
        }
        let arguments = &request.arguments.0;
        let preview = self
            .inner
            .toolbox
            .preview(&self.grant.reach, tool, arguments)
            .await;
        match preview {
            Ok(preview) => self.judged(known.risk, &|name| known.role(name), (request, place), preview),
            Err(error) => refused(tool, &error),
        }
    }

    /// What becomes of a call of a tool server's tool. All its arguments decide what is touched: nobody here knows what they
    /// mean there.
    fn decide_served(&self, request: &ToolRequest, place: CallPlace) -> Decision {
        let name = request.tool.as_str();
        let Some(given) = self.given.iter().find(|given| given.name == name) else {
            return Decision::Refuse(format!(
                "The tool “{name}” is not allowed here any more: its server is gone, or the operator took the permission back. \
                 Go on without it."
            ));
        };
        if let Some(answer) = self.run.answer_about(&self.task.key, place.turn, place.index)
            && let Some(decision) = self.answered(answer)
        {
            return decision;
        }
        let allowed = &given.allowed;
        let servers = &self.inner.tool_servers;
        if servers.has_changed(given.server.uid, &allowed.tool, &allowed.hash) {
            return Decision::Refuse(given.changed().to_string());
        }
        match given.preview(&request.arguments.0) {
            Ok(preview) => self.judged(given.risk(), &|_| Role::Target, (request, place), preview),
            Err(misunderstood) => Decision::Refuse(misunderstood.to_string()),
        }
    }

    /// What the operator's answer makes of the call; none where it says nothing any more.
    fn answered(&self, question: &Question) -> Option<Decision> {
        if question.refuses() {
            return Some(Decision::Refuse(
                "The operator did not allow this call. Go on without it.".to_owned(),
            ));
        }
        let approval = question.approval()?;
        let leave = self.run.leave_of(question, self.inner.options.world.now())?;
        Some(self.made(Some(leave), &approval.effect, approval.fingerprint.clone()))
    }

    /// What becomes of a call that asks the operator something.
    fn asking(&self, request: &ToolRequest, place: CallPlace) -> Decision {
        let from = self.seen.iter().copied().collect();
        let wanted = match asking::read(&request.arguments.0, place, from) {
            Ok(wanted) => wanted,
            Err(unfit) => return Decision::Refuse(unfit.to_string()),
        };
        let before = self.run.asked_before(&self.task.key, &wanted);
        match before.and_then(Question::told) {
            Some(told) => Decision::Known(Box::new(asking::response(told))),
            None if self.run.has_asked_enough(&self.task.key) => Decision::Refuse(asking::enough()),
            None => Decision::Ask(Box::new(asking::question(wanted))),
        }
    }

    fn judged(
        &self,
        risk: Risk,
        role: &dyn Fn(&str) -> Role,
        (request, place): (&ToolRequest, CallPlace),
        preview: Preview,
    ) -> Decision {
        let call = Call {
            tool: &preview.tool,
            risk,
            role,
            arguments: &request.arguments.0,
            effect: Some(&preview.effect),
        };
        let rules = Rules {
            grant: &self.grant,
            in_run: &self.in_run,
            said: &self.said,
            seen: &self.seen,
            holds_what_stays: self.holds_what_stays,
        };
        match judge(&call, &rules) {
            Judgement::Allow(leave) => self.made(leave, &preview.effect, preview.fingerprint),
            Judgement::Refuse(reason) => Decision::Refuse(reason),
            Judgement::Ask { why, exact, exactly } => self.asked(ToolApproval {
                turn: place.turn,
                index: place.index,
                tool: preview.tool,
                fingerprint: preview.fingerprint,
                effect: preview.effect,
                exact,
                exactly,
                why,
            }),
        }
    }

    fn asked(&self, approval: ToolApproval) -> Decision {
        if let ToolEffect::Write { diff, .. } = &approval.effect
            && diff.len() > MOST_SHOWN
        {
            return Decision::Refuse(
                "The change is too long to be shown to the operator, who has to allow it. Make it in smaller parts."
                    .to_owned(),
            );
        }
        let now = self.inner.options.world.now();
        Decision::Ask(Box::new(approval::question(&self.agent.name, approval, now)))
    }

    /// A call that may be made, unless its result could not be told to the agent's model.
    fn made(&self, leave: Option<Leave>, effect: &ToolEffect, fingerprint: Fingerprint) -> Decision {
        let stays = staying(&self.grant, effect);
        if let (Audience::Elsewhere, Some(folder)) = (self.audience, stays.first()) {
            return Decision::Refuse(format!(
                "What is in “{}” stays on this machine, and your model does not run here. Go on without it.",
                folder.name
            ));
        }
        Decision::Make(Box::new(Ready {
            grant: self.grant.clone(),
            leave,
            fingerprint: Some(fingerprint),
            elsewhere: carries_away(effect),
            repeatable: matches!(effect, ToolEffect::Served { read_only: true, .. }),
            stays,
        }))
    }
}

fn refused(tool: &str, error: &ToolError) -> Decision {
    if error.is_fault() {
        Decision::Fail(tools::fault(tool, error))
    } else {
        Decision::Refuse(error.to_string())
    }
}

/// What marks the result of a call as staying on this machine: it shows what is in a folder that was marked so.
fn staying(grant: &AgentGrant, effect: &ToolEffect) -> Vec<StaysHere> {
    let of = |name: &str| {
        grant
            .reach
            .folder(name)
            .and_then(|folder| folder.source_that_stays())
    };
    match effect {
        ToolEffect::Read { path } | ToolEffect::List { path } | ToolEffect::Search { path, .. } => {
            of(path.split('/').next().unwrap_or_default())
                .into_iter()
                .collect()
        }
        ToolEffect::Run { .. } => {
            let commands = grant.reach.commands.iter();
            commands
                .flat_map(|commands| &commands.folders)
                .filter_map(|name| of(name))
                .collect()
        }
        ToolEffect::Write { .. }
        | ToolEffect::Fetch { .. }
        | ToolEffect::Served { .. }
        | ToolEffect::Compute => Vec::new(),
    }
}

/// Whether there is anything that an agent could do with a tool. What is not is not offered to its model.
pub(super) fn is_of_use(tool: &str, grant: &AgentGrant) -> bool {
    use wheelhouse_domain::{Access, FETCH_PAGE, RUN_COMMAND, Standing, WRITE_FILE};
    if is_served(tool) {
        return grant.standing(tool) != Some(Standing::Never);
    }
    if !GRANTED_TOOLS.contains(&tool) {
        return true;
    }
    let reach = &grant.reach;
    let is_granted = match tool {
        FETCH_PAGE => reach.web.is_some(),
        RUN_COMMAND => reach.commands.is_some(),
        WRITE_FILE => reach.folders.iter().any(|folder| folder.access == Access::Write),
        _ => !reach.folders.is_empty(),
    };
    is_granted && guarded(tool).is_some() && grant.standing(tool) != Some(Standing::Never)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;
    use wheelhouse_domain::{Access, CommandGrant, FolderGrant, Grant, Programs, Standing, ToolRule};

    fn grant() -> AgentGrant {
        let folder = |name: &str, stays_here| FolderGrant {
            name: name.to_owned(),
            path: PathBuf::from("/granted").join(name),
            access: Access::Read,
            hard_links: false,
            stays_here,
        };
        AgentGrant {
            reach: Grant {
                folders: vec![folder("open", false), folder("kept", true)],
                web: None,
                commands: Some(CommandGrant {
                    folders: vec!["open".to_owned(), "kept".to_owned()],
                    programs: Programs::Any,
                    path: Vec::new(),
                    environment: std::collections::BTreeMap::new(),
                    readable: Vec::new(),
                    network: false,
                    limits: wheelhouse_domain::CommandLimits::default(),
                }),
            },
            rules: Vec::new(),
        }
    }

    #[test]
    fn what_is_read_from_a_marked_folder_stays() {
        let of = |path: &str| {
            staying(
                &grant(),
                &ToolEffect::Read {
                    path: path.to_owned(),
                },
            )
        };
        assert_eq!(of("open/a.md"), []);
        assert_eq!(of("kept/a.md").len(), 1);
        assert_eq!(of("kept").len(), 1);
    }

    #[test]
    fn only_what_is_of_use_is_offered() {
        let nothing = AgentGrant::default();
        assert!(GRANTED_TOOLS.iter().all(|tool| !is_of_use(tool, &nothing)));
        assert!(is_of_use(wheelhouse_domain::CALCULATOR, &nothing));
        let some = grant();
        assert!(is_of_use("read_file", &some) && is_of_use("run_command", &some));
        assert!(!is_of_use("write_file", &some) && !is_of_use("fetch_page", &some));
        let never = some.with(ToolRule {
            tool: "run_command".to_owned(),
            standing: Standing::Never,
            only: None,
        });
        assert!(!is_of_use("run_command", &never));
    }
}
