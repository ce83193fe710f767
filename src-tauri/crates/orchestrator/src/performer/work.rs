//! An agent works on a task, turn by turn.

use super::answer;
use super::brief::worker_of;
use super::conversation::{Conversation, in_doubt, interrupted};
use super::failure::Stop;
use super::guarding::{Decision, Guarding};
use super::helping::{self, Asker, Beginning, Circle, NewHelp};
use super::hiring::{Hiring, hiring};
use super::tools::{self, Broken};
use crate::knowledge::Audience;
use crate::live::Live;
use crate::points::Point;
use crate::run::{Reporter, Unwanted};
use crate::service::Inner;
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use std::sync::Arc;
use tracing::warn;
use wheelhouse_agents::{Answer, Recorded, Turn, next_turn};
use wheelhouse_domain::{
    ASK_AGENT, AgentProfile, AgentUid, CallKind, ContentHash, Expects, Failure, FailureCode, Json, Leave,
    Origin, Outside, QuestionKind, Spend, StaffingAnswer, TaskId, ToolCall, ToolRequest, ToolResponse, Usage,
    WorkflowId, is_served,
};
use wheelhouse_engine::{CallPlace, Fact, Run, plan, staffing};
use wheelhouse_store::{RunCommit, Target};

pub(crate) async fn work(inner: Arc<Inner>, workflow: WorkflowId, run: Arc<Run>, reporter: Reporter) {
    let end = match Worker::new(&inner, workflow, &run, &reporter).await {
        Ok(mut worker) => {
            let _shown = Shown {
                live: &inner.live,
                task: worker.task_id,
                attempt: reporter.attempt,
            };
            match worker.converse().await {
                // With what was obtained before: it was paid for, and must not be obtained again.
                Err(Stop::Failed(failure)) => {
                    warn!(code = ?failure.code, message = %failure.message, "the attempt failed");
                    worker.facts.push(Fact::Failed(failure));
                    worker.record().await
                }
                end => end,
            }
        }
        Err(stop) => Err(stop),
    };
    if let Err(Stop::Failed(failure)) = end {
        warn!(code = ?failure.code, message = %failure.message, "the attempt failed");
        // Too late is no fault: the run went on without it.
        let _ = reporter.report(vec![Fact::Failed(failure)], Vec::new()).await;
    }
}

/// A task's text is shown while this is held. A performer is stopped as soon as its task has ended, so the end
/// of its code is not reached; letting go of this is.
struct Shown<'a> {
    live: &'a Live,
    task: TaskId,
    attempt: u32,
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.live.end(self.task, self.attempt);
    }
}

/// What is said of a call beside what is called.
#[derive(Debug, Default)]
pub(super) struct Intent {
    /// What is reserved for it.
    pub(super) reserved: Option<Spend>,
    /// Whether something leaves this machine with it.
    pub(super) elsewhere: bool,
    /// By whose leave it is made.
    pub(super) leave: Option<Leave>,
}

/// A call of a tool that is answered now.
struct Wanted {
    call: ToolCall,
    place: CallPlace,
    request: ToolRequest,
    decision: Decision,
}

impl Wanted {
    /// By whose leave it is made, and whether something leaves this machine with it.
    fn on_record(&self) -> (Option<Leave>, bool) {
        match &self.decision {
            Decision::Make(ready) => (ready.leave.clone(), ready.elsewhere),
            Decision::Refuse(_)
            | Decision::Fail(_)
            | Decision::Ask(_)
            | Decision::Help(_)
            | Decision::Known(_) => (None, false),
        }
    }

    /// Whether it may be made again unasked when its answer was lost.
    fn is_repeatable(&self) -> bool {
        match &self.decision {
            Decision::Make(ready) if is_served(&self.call.tool) => ready.repeatable,
            _ => tools::is_repeatable(&self.call.tool),
        }
    }

    async fn outcome(&self, inner: &Inner, audience: Audience) -> Result<ToolResponse, Broken> {
        match &self.decision {
            Decision::Make(ready) => tools::call(inner, &self.request, audience, ready).await,
            Decision::Refuse(reason) => Ok(tools::refused(reason.clone())),
            Decision::Fail(failure) => Err(failure.clone().into()),
            Decision::Known(response) => Ok((**response).clone()),
            // It is asked about, and not answered now.
            Decision::Ask(_) => Ok(tools::refused("The operator was not asked yet.".to_owned())),
            // The same with another agent.
            Decision::Help(_) => Ok(tools::refused("The agent was not asked yet.".to_owned())),
        }
    }
}

/// A call that asks another agent.
struct WantedHelp {
    call: ToolCall,
    place: CallPlace,
    request: ToolRequest,
    new: NewHelp,
}

/// What becomes of the calls of one turn.
struct Decided {
    /// Those that are answered now.
    wanted: Vec<Wanted>,
    /// What the operator is asked first.
    question: Option<Fact>,
    /// What another agent is asked after that.
    help: Option<WantedHelp>,
    /// What the model that wants them has seen that the operator did not write.
    seen: Vec<Outside>,
}

pub(super) struct Worker<'a> {
    pub(super) inner: &'a Inner,
    pub(super) workflow: WorkflowId,
    pub(super) run: &'a Run,
    pub(super) reporter: &'a Reporter,
    pub(super) task_id: TaskId,
    agent: AgentProfile,
    /// What the operator did not write that its model reads by way of the agent.
    sees: Vec<Outside>,
    pub(super) conversation: Conversation,
    /// The models that are asked in order.
    pub(super) chain: Vec<String>,
    /// Which of them is asked now. Those before could not answer, and are not asked again in this attempt.
    pub(super) chosen: usize,
    /// Results that go to disk together with the next intent.
    pub(super) facts: Vec<Fact>,
    contents: Vec<String>,
}

impl<'a> Worker<'a> {
    async fn new(
        inner: &'a Inner,
        workflow: WorkflowId,
        run: &'a Run,
        reporter: &'a Reporter,
    ) -> Result<Self, Stop> {
        let task = run.task(&reporter.task).ok_or(Stop::Unwanted)?;
        let (task_id, agent, chain) = worker_of(inner, workflow, run, task).await?;
        let granted = helping::reach_of(inner, run, agent.uid).await?;
        let asker = Asker {
            run,
            task,
            agent: &agent,
            chain: &chain,
            holds: &helping::held(run, &agent, &[]),
        };
        let (mut helpers, mut is_designed) = (None, granted.is_designed);
        if agent.tools.iter().any(|tool| tool == ASK_AGENT) {
            let circle = Circle::of(inner, asker).await?;
            // The names of those that a model designed are that model's words.
            is_designed |= circle.is_designed(inner).await?;
            helpers = circle.offer();
        }
        let offer = (&granted.grant, helpers.as_deref());
        let conversation = Conversation::load(inner, run, task, &agent, offer).await?;
        let sees = conversation.sees(is_designed);
        let facts = interrupted(task);
        Ok(Self {
            inner,
            workflow,
            run,
            reporter,
            task_id,
            agent,
            sees,
            conversation,
            chain,
            chosen: 0,
            facts,
            contents: Vec::new(),
        })
    }

    async fn converse(&mut self) -> Result<(), Stop> {
        if self.facts.iter().any(|fact| matches!(fact, Fact::Asked { .. })) {
            return self.record().await;
        }
        self.take_help().await?;
        loop {
            let check = |answer: &Answer| answer::check(answer, &self.conversation, self.run.limits);
            let turns = self.inner.options.turns;
            match next_turn(
                &self.conversation.first,
                &self.conversation.recorded,
                turns,
                &check,
            ) {
                Turn::Model(request) => self.ask(request).await?,
                Turn::Tools(calls) => self.call_tools(&calls).await?,
                Turn::Done { answer, origin } => return self.conclude(answer, origin).await,
                Turn::Unusable { problem, .. } => return self.fall_back(problem).await,
                Turn::Failed(failure) => {
                    self.facts.push(Fact::Failed(failure));
                    return self.record().await;
                }
            }
        }
    }

    /// The task waits until the operator has opened the keys; then the same conversation goes on.
    pub(super) async fn ask_for_keys(&mut self, provider: &str) -> Result<(), Stop> {
        self.facts.push(Fact::Asked {
            kind: QuestionKind::KeysLocked,
            text: format!(
                "The key of the provider “{provider}” is locked. Open the keys, and the work goes on."
            ),
            form: None,
        });
        self.record().await?;
        Err(Stop::Unwanted)
    }

    /// All calls of one turn that may be made are put on record together and made at the same time; their results come in any
    /// order. Then the operator is asked about the first of those that need it, or, where none does, the first of the agents.
    async fn call_tools(&mut self, calls: &[ToolCall]) -> Result<(), Stop> {
        let Decided {
            wanted,
            question,
            help,
            seen,
        } = self.decide(calls).await?;
        let audience = self.audience().await?;
        for one in &wanted {
            let kind = CallKind::Tool {
                tool: one.call.tool.clone(),
                call_id: one.call.call_id.clone(),
                repeatable: one.is_repeatable(),
            };
            let request = serde_json::to_string(&one.request)?;
            let (leave, elsewhere) = one.on_record();
            self.intend(
                one.place,
                kind,
                request,
                Intent {
                    elsewhere,
                    leave,
                    ..Intent::default()
                },
            );
        }
        if !wanted.is_empty() {
            self.record().await?;
            self.make(wanted, audience).await?;
        }
        match (question, help) {
            (None, None) => Ok(()),
            (None, Some(help)) => self.ask_agent(help, seen).await,
            (Some(question), _) => {
                self.facts.push(question);
                self.record().await?;
                Err(Stop::Unwanted)
            }
        }
    }

    /// Puts the call and the first events of the help that it asks for on record together. What comes of it is told by the
    /// sub-workflow, and taken up by whoever goes on with the task then.
    async fn ask_agent(&mut self, wanted: WantedHelp, seen: Vec<Outside>) -> Result<(), Stop> {
        let WantedHelp {
            call,
            place,
            request,
            new,
        } = wanted;
        let task = self.run.task(&self.reporter.task).ok_or(Stop::Unwanted)?;
        let asker = Asker {
            run: self.run,
            task,
            agent: &self.agent,
            chain: &self.chain,
            holds: &helping::held(self.run, &self.agent, &self.conversation.recorded),
        };
        let beginning = Beginning {
            call: task.next_call(place),
            seen,
            told_elsewhere: self.audience().await? == Audience::Elsewhere,
        };
        let (child, events) = new.begin(self.inner, asker, beginning)?;
        let kind = CallKind::Tool {
            repeatable: tools::is_repeatable(&call.tool),
            tool: call.tool,
            call_id: call.call_id,
        };
        self.intend(place, kind, serde_json::to_string(&request)?, Intent::default());
        self.facts.push(Fact::ChildStarted {
            child,
            call: Some(place),
        });
        let facts = std::mem::take(&mut self.facts);
        let contents = std::mem::take(&mut self.contents);
        let beside = RunCommit {
            target: Target::New,
            events,
        };
        self.inner.options.points.reach(Point::HelpMade);
        self.reporter.report_with(facts, contents, vec![beside]).await?;
        Err(Stop::Unwanted)
    }

    /// What came of the help that was asked for last is the result of its call.
    async fn take_help(&mut self) -> Result<(), Stop> {
        let task = self.run.task(&self.reporter.task).ok_or(Stop::Unwanted)?;
        let Some((asked, end)) = task.waits_for_help().zip(task.child_end.as_ref()) else {
            return Ok(());
        };
        let CallKind::Tool { tool, call_id, .. } = &asked.kind else {
            return Ok(());
        };
        self.inner.options.points.reach(Point::HelpEnded);
        let response = helping::told(self.inner, end).await?;
        let call = ToolCall {
            call_id: call_id.clone(),
            tool: tool.clone(),
            arguments: Json::default(),
        };
        let place = CallPlace {
            turn: asked.turn,
            index: asked.index,
        };
        self.take_result(&call, place, Ok(response)).map(drop)
    }

    /// What becomes of each call, with the first question that stands in front of one, and the first help that one asks for.
    async fn decide(&mut self, calls: &[ToolCall]) -> Result<Decided, Stop> {
        let places = self.conversation.tool_places(calls);
        let task = self.run.task(&self.reporter.task).ok_or(Stop::Unwanted)?;
        let audience = self.audience().await?;
        let recorded = &self.conversation.recorded;
        let about = Asker {
            run: self.run,
            task,
            agent: &self.agent,
            chain: &self.chain,
            holds: &helping::held(self.run, &self.agent, recorded),
        };
        let guarding = Guarding::new(self.inner, about, audience, &self.sees, recorded).await?;
        let (mut wanted, mut question, mut help) = (Vec::with_capacity(calls.len()), None, None);
        for (call, place) in calls.iter().zip(places) {
            let request = ToolRequest {
                tool: call.tool.clone(),
                arguments: call.arguments.clone(),
            };
            match guarding.decide(&request, place).await? {
                Decision::Ask(fact) => question = question.or(Some(*fact)),
                Decision::Help(new) => {
                    let call = call.clone();
                    help = help.or(Some(WantedHelp {
                        call,
                        place,
                        request,
                        new: *new,
                    }));
                }
                decision => wanted.push(Wanted {
                    call: call.clone(),
                    place,
                    request,
                    decision,
                }),
            }
        }
        Ok(Decided {
            wanted,
            question,
            help,
            seen: guarding.seen(),
        })
    }

    /// Each result goes to disk when it is there, so that none of them is lost with another that takes longer; the last one
    /// together with what follows from it.
    async fn make(&mut self, wanted: Vec<Wanted>, audience: Audience) -> Result<(), Stop> {
        let inner = self.inner;
        let mut at_work: FuturesUnordered<_> = wanted
            .into_iter()
            .map(|one| async move {
                let outcome = one.outcome(inner, audience).await;
                (one, outcome)
            })
            .collect();
        let mut ending = None;
        while let Some((one, outcome)) = at_work.next().await {
            let follows = self.take_result(&one.call, one.place, outcome)?;
            // A question goes before a failure: it must not be passed over by another attempt.
            let is_question = matches!(follows, Some(Fact::Asked { .. }));
            ending = if is_question { follows } else { ending.or(follows) };
            if !at_work.is_empty() {
                self.record().await?;
                inner.options.points.reach(Point::ToolWritten);
            }
        }
        match ending {
            None => Ok(()),
            Some(ending) => {
                self.facts.push(ending);
                self.record().await?;
                Err(Stop::Unwanted)
            }
        }
    }

    /// Takes what a tool gave; gives what follows for the task from one that gave nothing.
    fn take_result(
        &mut self,
        call: &ToolCall,
        place: CallPlace,
        outcome: Result<ToolResponse, Broken>,
    ) -> Result<Option<Fact>, Stop> {
        let response = match outcome {
            Ok(response) => response,
            Err(Broken::Failed(failure)) => {
                self.facts.push(Fact::CallFailed {
                    place,
                    failure: failure.clone(),
                });
                return Ok(Some(Fact::Failed(failure)));
            }
            Err(Broken::Lost { why }) => {
                self.facts.push(Fact::CallInterrupted { place });
                return Ok(Some(in_doubt(&format!(
                    "The tool “{}” gave no answer, so nobody knows whether it did its work. {why}",
                    call.tool
                ))));
            }
        };
        let kept = self.keep(serde_json::to_string(&response)?);
        let stays_here = response.stays_here();
        self.facts.push(Fact::CallFinished {
            place,
            response: kept,
            usage: Usage::default(),
            spent: None,
            gist: None,
            stays_here,
        });
        self.conversation.recorded.push(Recorded::Tool {
            call_id: call.call_id.clone(),
            tool: call.tool.clone(),
            response,
        });
        Ok(None)
    }

    async fn conclude(&mut self, answer: Answer, origin: Origin) -> Result<(), Stop> {
        let (answer, once) = match answer {
            Answer::Staffing(made) => match self.hire(&made).await? {
                Some((made, once)) => (Answer::Staffing(made), once),
                // The operator is asked first, and the same answer is taken up again then.
                None => return self.record().await,
            },
            other => (other, false),
        };
        let world = &self.inner.options.world;
        let (mut fact, contents) =
            answer::fact(answer, origin, &self.conversation, || AgentUid(world.new_uid()))?;
        if let Fact::Staffed { assignments, .. } = &mut fact {
            for one in assignments.iter_mut().filter(|one| one.design.is_some()) {
                one.once = once;
            }
        }
        self.facts.push(fact);
        self.contents.extend(contents);
        self.record().await
    }

    /// The staffing that can be carried out, and whether whoever is new works in this workflow only; none where the operator
    /// is asked first.
    async fn hire(&mut self, made: &StaffingAnswer) -> Result<Option<(StaffingAnswer, bool)>, Stop> {
        let brief = &self.conversation.first.brief;
        match hiring(self.inner, self.run, &self.reporter.task, brief, made).await? {
            Hiring::Go {
                answer,
                once,
                stand_in,
            } => {
                self.conversation.first.brief.candidates.extend(stand_in);
                Ok(Some((answer, once)))
            }
            Hiring::Ask(fact) => {
                self.facts.push(*fact);
                Ok(None)
            }
        }
    }

    /// Twice unusable: a simple answer made by rule takes its place, and says so.
    async fn fall_back(&mut self, problem: String) -> Result<(), Stop> {
        let brief = &self.conversation.first.brief;
        let answer = match (self.conversation.first.expects, &brief.plan) {
            (Expects::Staffing, Some(plan)) => Answer::Staffing(staffing::fallback(plan)),
            (Expects::Plan, _) => Answer::Plan(plan::fallback(&brief.operator_task, self.run.limits)),
            _ => {
                return Err(Stop::Failed(Failure::lasting(
                    FailureCode::AnswerInvalid,
                    format!("The answer could not be used. {problem}"),
                    "Retry the task. If it happens again, choose another model for this agent.",
                )));
            }
        };
        self.conclude(answer, Origin::Fallback { problem }).await
    }

    pub(super) async fn fail_call(&mut self, place: CallPlace, failure: Failure) -> Result<(), Stop> {
        self.facts.push(Fact::CallFailed {
            place,
            failure: failure.clone(),
        });
        self.facts.push(Fact::Failed(failure));
        self.record().await?;
        Err(Stop::Unwanted)
    }

    /// Who hears what the tools give: the model that is asked next.
    async fn audience(&self) -> Result<Audience, Stop> {
        let here = self.inner.models.run_here(&self.conversation.first.model).await?;
        // What it makes of them is told to whoever asked for it.
        let told_on = self
            .run
            .setup
            .help
            .as_ref()
            .is_some_and(|help| help.told_elsewhere);
        Ok(if here && !told_on {
            Audience::Here
        } else {
            Audience::Elsewhere
        })
    }

    pub(super) fn intend(&mut self, place: CallPlace, kind: CallKind, request: String, intent: Intent) {
        let request = self.keep(request);
        // What a model reads is read by all who build on its answer.
        let sees = match &kind {
            CallKind::Model { .. } => self.sees.clone(),
            CallKind::Tool { .. } => Vec::new(),
        };
        self.facts.push(Fact::CallStarted {
            place,
            kind,
            request,
            reserved: intent.reserved,
            elsewhere: intent.elsewhere,
            holds: self.agent.stays_here.clone(),
            sees,
            leave: intent.leave,
        });
    }

    /// Keeps a text until it goes to disk, and gives its address.
    pub(super) fn keep(&mut self, content: String) -> ContentHash {
        let hash = ContentHash::of(&content);
        self.contents.push(content);
        hash
    }

    pub(super) async fn record(&mut self) -> Result<(), Stop> {
        let facts = std::mem::take(&mut self.facts);
        let contents = std::mem::take(&mut self.contents);
        self.reporter
            .report(facts, contents)
            .await
            .map_err(|Unwanted| Stop::Unwanted)
    }
}
