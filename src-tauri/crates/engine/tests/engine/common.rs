//! A run under test, and short ways to say what happens to it.

use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;
use wheelhouse_domain::{
    AgentDesign, AgentKind, AgentUid, Assignment, Budget, CallKind, ContentHash, Document, Event, EventBody,
    Failure, FailureCode, Json, Limits, Millis, Origin, Plan, QuestionKey, QuestionKind, Reply, Setup, Step,
    StepKind, SubTask, TEMPLATE_SCHEMA, TaskKey, TaskStatus, Template, TemplateUid, Usage, WorkflowStatus,
    WorkflowUid, crew_template,
};
use wheelhouse_engine::{CallPlace, Effect, Fact, Input, Refusal, Run, create, decide, outstanding};

pub(crate) const START: Millis = Millis(1_000_000);

pub(crate) fn agent_uid(number: u128) -> AgentUid {
    AgentUid(Uuid::from_u128(number))
}

/// The permanent crew: driver 1, creator 2, generator 3.
pub(crate) fn crew() -> BTreeMap<String, AgentUid> {
    [AgentKind::Driver, AgentKind::Creator, AgentKind::Generator]
        .into_iter()
        .zip(1..)
        .map(|(kind, number)| (kind.as_str().to_owned(), agent_uid(number)))
        .collect()
}

pub(crate) fn step(id: &str, kind: StepKind, needs: &[&str]) -> Step {
    let (title, description) = (format!("Title of {id}"), format!("Description of {id}"));
    Step::new(id, &title, &description, kind, needs)
}

/// An agent's work with nothing but its description.
pub(crate) fn agent_kind(agent: AgentKind) -> StepKind {
    StepKind::Agent {
        agent: agent.into(),
        prompt: None,
        model: None,
        tools: None,
        answer: None,
    }
}

/// A step that the creator does.
pub(crate) fn agent_step(id: &str, needs: &[&str]) -> Step {
    step(id, agent_kind(AgentKind::Creator), needs)
}

pub(crate) fn template(steps: Vec<Step>) -> Template {
    Template {
        version: 1,
        document: Document {
            schema: TEMPLATE_SCHEMA,
            uid: TemplateUid(Uuid::from_u128(9)),
            name: "test".to_owned(),
            title: "Test".to_owned(),
            description: String::new(),
            inputs: Vec::new(),
            agents: Vec::new(),
            steps,
            output: BTreeMap::new(),
            limits: Limits::default(),
            budget: Budget::default(),
        },
    }
}

pub(crate) fn created(template: &Template, limits: Limits) -> Event {
    let uid = WorkflowUid(Uuid::from_u128(7));
    let (name, task) = ("Test".to_owned(), "Do it".to_owned());
    create(uid, name, task, template, crew(), limits, Setup::default(), START)
}

pub(crate) fn hash(text: &str) -> ContentHash {
    ContentHash::of(text)
}

pub(crate) fn model() -> CallKind {
    CallKind::model("rehearsal")
}

/// May be over when tried again.
pub(crate) fn passing() -> Failure {
    Failure::passing(FailureCode::ModelUnavailable, "The model is away.", "Wait.")
}

/// Will not be over when tried again.
pub(crate) fn lasting() -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        "The key is not accepted.",
        "Enter another key.",
    )
}

/// The answer could not be used; another may be.
pub(crate) fn unusable() -> Failure {
    Failure::passing(
        FailureCode::AnswerInvalid,
        "The answer is not a plan.",
        "Try again.",
    )
}

pub(crate) fn place(turn: u32, index: u32) -> CallPlace {
    CallPlace { turn, index }
}

pub(crate) fn call_started(turn: u32, index: u32) -> Fact {
    Fact::CallStarted {
        place: place(turn, index),
        kind: model(),
        request: hash("request"),
        reserved: None,
        elsewhere: false,
        holds: Vec::new(),
        sees: Vec::new(),
        leave: None,
    }
}

pub(crate) fn call_finished(turn: u32, index: u32) -> Fact {
    Fact::CallFinished {
        place: place(turn, index),
        response: hash("response"),
        usage: Usage::default(),
        spent: None,
        gist: None,
        stays_here: Vec::new(),
    }
}

pub(crate) fn call_failed(turn: u32, index: u32) -> Fact {
    Fact::CallFailed {
        place: place(turn, index),
        failure: passing(),
    }
}

pub(crate) fn answered(text: &str) -> Fact {
    Fact::Answered { output: hash(text) }
}

pub(crate) fn asked(text: &str) -> Fact {
    Fact::Asked {
        kind: QuestionKind::Input,
        text: text.to_owned(),
        form: None,
    }
}

pub(crate) fn sub_task(id: &str, needs: &[&str]) -> SubTask {
    SubTask {
        id: id.to_owned(),
        title: format!("Title of {id}"),
        description: format!("Description of {id}"),
        role: format!("Role of {id}"),
        needs: needs.iter().map(|&need| need.to_owned()).collect(),
        done_when: format!("{id} is done"),
    }
}

pub(crate) fn plan(sub_tasks: Vec<SubTask>) -> Plan {
    Plan {
        summary: "A plan".to_owned(),
        research: "Find out".to_owned(),
        sub_tasks,
    }
}

pub(crate) fn planned(plan: Plan) -> Fact {
    Fact::Planned {
        plan,
        origin: Origin::Answered,
        output: hash("plan"),
    }
}

pub(crate) fn design(role: &str) -> AgentDesign {
    AgentDesign {
        name: format!("The {role}"),
        role: role.to_owned(),
        instructions: "Work well.".to_owned(),
        why: "Nobody fits.".to_owned(),
        tools: Vec::new(),
        model: None,
        budget: None,
    }
}

pub(crate) fn assignment(part: &str) -> Assignment {
    Assignment {
        sub_task: part.to_owned(),
        agent: agent_uid(100),
        agent_name: "Specialist".to_owned(),
        why: "Fits.".to_owned(),
        design: Some(design("Specialist")),
        once: false,
    }
}

pub(crate) fn staffed(parts: &[&str]) -> Fact {
    Fact::Staffed {
        assignments: parts.iter().map(|part| assignment(part)).collect(),
        origin: Origin::Answered,
        output: hash("staffing"),
    }
}

/// A run with its journal and a clock that the test moves.
pub(crate) struct Bench {
    pub(crate) run: Run,
    pub(crate) events: Vec<Event>,
    pub(crate) now: Millis,
}

impl Bench {
    pub(crate) fn created(steps: Vec<Step>, limits: Limits) -> Self {
        Self::of(created(&template(steps), limits))
    }

    /// A run that begins with this event.
    pub(crate) fn of(first: Event) -> Self {
        let events = vec![first];
        let run = Run::fold(&events).unwrap();
        let now = START;
        Self { run, events, now }
    }

    pub(crate) fn started(steps: Vec<Step>) -> Self {
        Self::started_with(steps, Limits::default())
    }

    pub(crate) fn started_with(steps: Vec<Step>, limits: Limits) -> Self {
        let mut bench = Self::created(steps, limits);
        bench.input(Input::Start);
        bench
    }

    /// The built-in template, with its plan of two parts accepted, the second needing the first.
    pub(crate) fn crew_planned() -> Self {
        let mut bench = Self::started(crew_template().document.steps);
        let parts = vec![sub_task("one", &[]), sub_task("two", &["one"])];
        bench.report("analyse", [planned(plan(parts))]);
        bench
    }

    /// Takes `input`, records what follows and gives its bodies.
    pub(crate) fn input(&mut self, input: Input) -> Vec<EventBody> {
        let known = self.events.len();
        self.tell(input).unwrap();
        assert_eq!(Run::fold(&self.events).as_ref(), Ok(&self.run));
        let new = self.events[known..].iter();
        new.map(|event| event.body.clone()).collect()
    }

    /// Takes `input` and records what follows, unless it is refused.
    pub(crate) fn tell(&mut self, input: Input) -> Result<(), Refusal> {
        for event in decide(&self.run, input, self.now)? {
            self.run.apply(&event).unwrap();
            self.events.push(event);
        }
        Ok(())
    }

    /// The same for what a performer of the newest attempt tells.
    pub(crate) fn tell_facts(&mut self, task: &str, facts: Vec<Fact>) -> Result<(), Refusal> {
        let input = self.report_of(task, facts);
        self.tell(input)
    }

    /// The same for an answer to the newest question.
    pub(crate) fn reply(&mut self, outcome: &str, fields: Value) -> Result<(), Refusal> {
        let question = self.run.questions.last().unwrap().key.clone();
        self.tell(Input::Answer {
            question,
            answer: outcome.to_owned(),
            reply: Some(Reply {
                outcome: Some(outcome.to_owned()),
                fields: Json(fields),
                expired: false,
            }),
        })
    }

    pub(crate) fn refusal(&self, input: Input) -> Refusal {
        decide(&self.run, input, self.now).unwrap_err()
    }

    /// What a performer of the newest attempt tells.
    pub(crate) fn report(&mut self, task: &str, facts: impl Into<Vec<Fact>>) -> Vec<EventBody> {
        let input = self.report_of(task, facts);
        self.input(input)
    }

    pub(crate) fn report_of(&self, task: &str, facts: impl Into<Vec<Fact>>) -> Input {
        Input::Report {
            task: task.into(),
            attempt: self.task(task).attempt,
            facts: facts.into(),
        }
    }

    pub(crate) fn answer(&mut self, question: &str, answer: &str) -> Vec<EventBody> {
        self.input(answer_to(question, answer))
    }

    pub(crate) fn stopped(&mut self, task: &str) -> Vec<EventBody> {
        self.input(Input::Stopped { task: task.into() })
    }

    pub(crate) fn task(&self, key: &str) -> &wheelhouse_engine::Task {
        self.run.task(&key.into()).unwrap()
    }

    pub(crate) fn task_status(&self, key: &str) -> TaskStatus {
        self.task(key).status
    }

    pub(crate) fn status(&self) -> WorkflowStatus {
        self.run.status()
    }

    pub(crate) fn effects(&self) -> Vec<Effect> {
        outstanding(&self.run)
    }

    pub(crate) fn running(&self) -> Vec<&str> {
        self.run
            .tasks
            .iter()
            .filter(|task| task.status == TaskStatus::Running)
            .map(|task| task.key.as_str())
            .collect()
    }

    /// Lets the time of the next wake come.
    pub(crate) fn wake(&mut self) -> Vec<EventBody> {
        let wake = self.effects().into_iter().find_map(|effect| match effect {
            Effect::Wake { at } => Some(at),
            _ => None,
        });
        self.now = wake.expect("something waits for a time");
        self.input(Input::Advance)
    }
}

pub(crate) fn answer_to(question: &str, answer: &str) -> Input {
    Input::Answer {
        question: QuestionKey::from(question),
        answer: answer.to_owned(),
        reply: None,
    }
}

pub(crate) fn work(task: &str, attempt: u32, first_turn: u32) -> Effect {
    Effect::Work {
        task: task.into(),
        attempt,
        first_turn,
    }
}

pub(crate) fn stop(task: &str) -> Effect {
    Effect::Stop { task: task.into() }
}

pub(crate) fn stale(task: &str, attempt: u32) -> Refusal {
    Refusal::Stale {
        task: task.into(),
        attempt,
    }
}

pub(crate) fn wrong_status(status: WorkflowStatus) -> Refusal {
    Refusal::Status { status }
}

pub(crate) fn kinds(bodies: &[EventBody]) -> Vec<&'static str> {
    bodies.iter().map(EventBody::kind).collect()
}

pub(crate) fn keys(keys: &[&str]) -> Vec<TaskKey> {
    keys.iter().map(|&key| key.into()).collect()
}
