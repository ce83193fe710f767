//! Builds runs for tests, here and in other crates: the facts of a crew at work, without an engine.

use std::collections::BTreeMap;

use uuid::Uuid;
use wheelhouse_domain::{
    AgentDesign, AgentKind, AgentName, AgentUid, Assignment, CallKey, CallKind, Citation, CitationLabel,
    ContentHash, EVENT_VERSION, Event, EventBody, Failure, FailureCode, Limits, Millis, Origin, Plan,
    QuestionKind, Seq, Setup, SourceUid, Step, StepId, SubTask, TaskAnswer, TaskKey, TaskOf, Usage,
    WorkflowFailure, WorkflowUid, crew_template,
};

use crate::journal::{AgentRow, Commit, RequestRecord, RunCommit, Target};

/// Facts and texts of one run, under way.
#[derive(Debug, Clone)]
pub struct RunBuilder {
    uid: WorkflowUid,
    crew: BTreeMap<String, AgentUid>,
    seq: u32,
    at: i64,
    events: Vec<Event>,
    contents: Vec<String>,
}

/// The permanent crew, as `workflow_created` names it.
#[must_use]
pub fn crew_of(agents: &[AgentRow]) -> BTreeMap<String, AgentUid> {
    agents
        .iter()
        .filter(|agent| agent.kind != AgentKind::Specialist)
        .map(|agent| (agent.kind.as_str().to_owned(), agent.uid))
        .collect()
}

/// A wish with this key.
#[must_use]
pub fn request(key: &str) -> RequestRecord {
    RequestRecord {
        key: key.to_owned(),
        operation: "test".to_owned(),
        workflow_id: None,
        question_id: None,
        at: Millis(1),
    }
}

/// A failure that may be over when tried again.
#[must_use]
pub fn outage() -> Failure {
    Failure::passing(
        FailureCode::ModelUnavailable,
        "The model did not answer.",
        "Try again.",
    )
}

impl RunBuilder {
    /// A run that was just created by this crew.
    #[must_use]
    pub fn new(name: &str, crew: &BTreeMap<String, AgentUid>) -> Self {
        let mut run = Self {
            uid: WorkflowUid(Uuid::now_v7()),
            crew: crew.clone(),
            seq: 0,
            at: 1_000,
            events: Vec::new(),
            contents: Vec::new(),
        };
        let template = crew_template();
        run.push(EventBody::WorkflowCreated {
            uid: run.uid,
            name: name.to_owned(),
            description: format!("Do what {name} says"),
            template: template.reference(),
            steps: template.document.steps,
            crew: crew.clone(),
            limits: Limits::default(),
            setup: Box::default(),
        });
        run
    }

    /// Changes what the run is set up with. Only before its first commit.
    pub fn set_up(&mut self, change: impl FnOnce(&mut Setup)) -> &mut Self {
        if let Some(Event {
            body: EventBody::WorkflowCreated { setup, .. },
            ..
        }) = self.events.first_mut()
        {
            change(setup);
        }
        self
    }

    /// Makes it a sub-workflow. Only before its first commit.
    pub fn started_for(&mut self, task: TaskOf) -> &mut Self {
        self.set_up(|setup| setup.parent = Some(task))
    }

    /// Identity of the run.
    #[must_use]
    pub fn uid(&self) -> WorkflowUid {
        self.uid
    }

    /// One more fact, a second after the one before.
    pub fn push(&mut self, body: EventBody) -> &mut Self {
        self.seq += 1;
        self.at += 1_000;
        self.events.push(Event {
            v: EVENT_VERSION,
            seq: Seq(self.seq),
            at: Millis(self.at),
            body,
        });
        self
    }

    /// From here on it is this time.
    pub fn at(&mut self, now: i64) -> &mut Self {
        self.at = now;
        self
    }

    /// A text for a fact to point at.
    pub fn content(&mut self, text: String) -> ContentHash {
        let hash = ContentHash::of(&text);
        self.contents.push(text);
        hash
    }

    /// What came since the last time, as one commit.
    pub fn commit(&mut self, target: Target) -> Commit {
        Commit {
            runs: vec![RunCommit {
                target,
                events: std::mem::take(&mut self.events),
            }],
            contents: std::mem::take(&mut self.contents),
            request: None,
        }
    }

    /// What came since the last time, one commit for each fact. The first creates the run if that is still to do;
    /// put the number that it got into the others.
    pub fn commits(&mut self) -> Vec<(Vec<Event>, Vec<String>)> {
        let mut contents = std::mem::take(&mut self.contents);
        std::mem::take(&mut self.events)
            .into_iter()
            .map(|event| {
                let wanted = event.body.content().cloned();
                let used = contents
                    .iter()
                    .position(|text| Some(ContentHash::of(text)) == wanted)
                    .map(|index| contents.remove(index));
                (vec![event], used.into_iter().collect())
            })
            .collect()
    }

    /// Starts the run with the tasks of the template's steps.
    pub fn started(&mut self) -> &mut Self {
        self.push(EventBody::WorkflowStarted);
        for step in crew_template().document.steps {
            if step.id.as_str() != "work" {
                self.step_task(step);
            }
        }
        self
    }

    fn step_task(&mut self, step: Step) {
        let kind = step.kind.agent().map(AgentName::kind);
        self.push(EventBody::TaskAdded {
            task: step.id.as_str().into(),
            step: step.id,
            title: step.title,
            description: step.description,
            agent_kind: kind,
            agent: kind.and_then(|kind| self.crew.get(kind.as_str()).copied()),
            needs: step.needs.iter().map(|need| need.as_str().into()).collect(),
            done_when: String::new(),
            place: None,
        });
    }

    /// An attempt begins.
    pub fn attempt(&mut self, task: &str, attempt: u32) -> &mut Self {
        self.push(EventBody::TaskStarted {
            task: task.into(),
            attempt,
        })
    }

    /// A model call is about to be made. Gives its name.
    pub fn call_started(&mut self, task: &str, attempt: u32, turn: u32) -> CallKey {
        let task: TaskKey = task.into();
        let call = CallKey::new(&task, attempt, turn, 0, 0);
        let request = self.content(format!("{{\"prompt\":\"{} {call}\"}}", self.uid));
        self.push(EventBody::CallStarted {
            call: call.clone(),
            task,
            attempt,
            turn,
            index: 0,
            kind: CallKind::model("rehearsal"),
            request,
            reserved: None,
            elsewhere: false,
            holds: Vec::new(),
            sees: Vec::new(),
            leave: None,
        });
        call
    }

    /// A model call with its answer.
    pub fn call(&mut self, task: &str, attempt: u32, turn: u32) -> &mut Self {
        let call = self.call_started(task, attempt, turn);
        let response = self.content(format!("{{\"answer\":\"{} {call}\"}}", self.uid));
        self.push(EventBody::CallFinished {
            call,
            response,
            usage: Usage {
                input_tokens: Some(10),
                output_tokens: None,
                cached_tokens: None,
                cache_written_tokens: None,
            },
            spent: None,
            gist: None,
            stays_here: Vec::new(),
        })
    }

    /// A task ends with an output that cites so many passages.
    pub fn completed(&mut self, task: &str, citations: u32) -> &mut Self {
        let output = self.answer(&format!("Answer of {task} in {}", self.uid), citations);
        self.push(EventBody::TaskCompleted {
            task: task.into(),
            output,
        })
    }

    /// A stored answer that cites so many passages.
    pub fn answer(&mut self, text: &str, citations: u32) -> ContentHash {
        let citations = (0..citations)
            .map(|number| Citation {
                label: CitationLabel(format!("s{number:06x}")),
                source: SourceUid(Uuid::nil()),
                source_name: "Handbook".to_owned(),
                path: "page.md".to_owned(),
                start_line: 1,
                end_line: 2,
                quote: "Words.".to_owned(),
                stays_here: false,
            })
            .collect();
        let answer = TaskAnswer {
            text: text.to_owned(),
            citations,
            data: None,
        };
        // A struct of strings and numbers always has a JSON form.
        self.content(serde_json::to_string(&answer).unwrap_or_default())
    }

    /// The driver plans, and the parts of the plan become tasks.
    pub fn planned(&mut self, parts: &[&str]) -> &mut Self {
        self.attempt("analyse", 1).call("analyse", 1, 0);
        self.push(EventBody::PlanAccepted {
            task: "analyse".into(),
            plan: plan(parts),
            origin: Origin::Answered,
        });
        self.completed("analyse", 0);
        for part in parts {
            self.push(EventBody::TaskAdded {
                task: TaskKey::expanded(&"work".into(), part),
                step: StepId::from("work"),
                title: format!("Part {part}"),
                description: format!("Do {part}"),
                agent_kind: Some(AgentKind::Specialist),
                agent: None,
                needs: vec!["research".into(), "staff".into()],
                done_when: "It is done.".to_owned(),
                place: None,
            });
        }
        self
    }

    /// The generator hires one specialist for all parts. Gives its identity.
    pub fn staffed(&mut self, parts: &[&str]) -> AgentUid {
        let agent = AgentUid(Uuid::now_v7());
        self.attempt("staff", 1).call("staff", 1, 0);
        self.push(EventBody::StaffAccepted {
            task: "staff".into(),
            assignments: parts.iter().map(|part| assignment(part, agent)).collect(),
            origin: Origin::Repaired {
                problem: "It was not JSON.".to_owned(),
            },
            stays_here: Vec::new(),
        });
        self.completed("staff", 0);
        agent
    }

    /// A whole run with everything that can happen on the way: a question, a failed attempt, an interrupted call,
    /// a new specialist.
    pub fn whole_run(&mut self) -> &mut Self {
        self.started().planned(&["draft", "check"]);
        self.attempt("research", 1).call("research", 1, 0);
        self.asked("research", "Which year?")
            .answered("research", "This one.");
        self.call("research", 1, 1).completed("research", 2);
        self.staffed(&["draft", "check"]);
        self.attempt("work/draft", 1).attempt("work/check", 1);
        let lost = self.call_started("work/draft", 1, 0);
        self.push(EventBody::CallInterrupted { call: lost });
        let broken = self.call_started("work/check", 1, 0);
        self.push(EventBody::CallFailed {
            call: broken,
            failure: outage(),
        });
        self.attempt_failed("work/check", 1).attempt("work/check", 2);
        self.call("work/check", 2, 0).completed("work/check", 0);
        self.call("work/draft", 1, 1).completed("work/draft", 1);
        self.attempt("aggregate", 1).completed("aggregate", 3);
        self.attempt("report", 1).call("report", 1, 0).reported()
    }

    /// The last task ends, and the run with it.
    pub fn reported(&mut self) -> &mut Self {
        let report = self.answer(&format!("Report of {}", self.uid), 3);
        self.push(EventBody::TaskCompleted {
            task: "report".into(),
            output: report.clone(),
        });
        self.push(EventBody::WorkflowCompleted { report })
    }

    /// An attempt fails, another follows.
    pub fn attempt_failed(&mut self, task: &str, attempt: u32) -> &mut Self {
        let retry_at = Millis(self.at + 5_000);
        self.push(EventBody::TaskAttemptFailed {
            task: task.into(),
            attempt,
            failure: outage(),
            retry_at,
        })
    }

    /// A task fails for good, those that need it are skipped, and the run fails.
    pub fn failed(&mut self, task: &str, skipped: &[&str]) -> &mut Self {
        self.push(EventBody::TaskFailed {
            task: task.into(),
            failure: outage(),
        });
        for key in skipped {
            self.push(EventBody::TaskSkipped {
                task: (*key).into(),
                because: task.into(),
                reason: wheelhouse_domain::WhySkipped::Impossible,
            });
        }
        self.push(EventBody::WorkflowFailed {
            failure: WorkflowFailure {
                task: task.into(),
                task_title: task.to_owned(),
                failure: outage(),
            },
        })
    }

    /// A task asks the operator; the question is named after it.
    pub fn asked(&mut self, task: &str, text: &str) -> &mut Self {
        self.push(EventBody::QuestionAsked {
            question: format!("{task}?1").as_str().into(),
            task: task.into(),
            kind: QuestionKind::Input,
            text: text.to_owned(),
            form: None,
        })
    }

    /// The operator answers that question.
    pub fn answered(&mut self, task: &str, answer: &str) -> &mut Self {
        self.push(EventBody::QuestionAnswered {
            question: format!("{task}?1").as_str().into(),
            answer: answer.to_owned(),
            reply: None,
        })
    }
}

fn plan(parts: &[&str]) -> Plan {
    Plan {
        summary: "Divide the work.".to_owned(),
        research: "Look it up.".to_owned(),
        sub_tasks: parts
            .iter()
            .map(|part| SubTask {
                id: (*part).to_owned(),
                title: format!("Part {part}"),
                description: format!("Do {part}"),
                role: "Writer".to_owned(),
                needs: Vec::new(),
                done_when: "It is done.".to_owned(),
            })
            .collect(),
    }
}

fn assignment(part: &str, agent: AgentUid) -> Assignment {
    Assignment {
        sub_task: part.to_owned(),
        agent,
        agent_name: "Wren".to_owned(),
        why: "Writes well.".to_owned(),
        design: Some(AgentDesign {
            name: "Wren".to_owned(),
            role: "Writer".to_owned(),
            instructions: "Write plainly.".to_owned(),
            why: "Nobody writes.".to_owned(),
            tools: vec!["knowledge_search".to_owned()],
            model: None,
            budget: None,
        }),
        once: false,
    }
}
