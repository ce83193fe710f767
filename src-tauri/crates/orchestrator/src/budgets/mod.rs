//! The one ledger of this process: every model call reserves in it before it is on record, and is settled in it from what
//! is on record.
//!
//! A run's actor reserves, because it alone puts calls on record: what it reserved is held until the commit is known, so
//! that nothing is reserved twice or lost, whoever is stopped in between. After a restart the ledger is made anew from the
//! journal: a workflow's tree when the first of it goes on, the sums of today at once.
//!
//! Deliberately absent: the rules of the ledger (the engine's `budget`), and what follows from an answer (`answers`).

mod answers;
mod tree;
mod warnings;
mod words;

use crate::error::Error;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use wheelhouse_domain::{
    AgentUid, Budget, Budgets, CallKey, CallKind, DayLimit, Event, EventBody, Millis, PartBudget, Spend,
    Tally, TaskKey, WorkflowUid,
};
use wheelhouse_engine::budget::{Allowance, Day, Ledger, Node, Refused, Reservation, Standing};
use wheelhouse_engine::{Fact, Input, Run};
use wheelhouse_store::Store;

pub use answers::Today;
pub use warnings::BudgetWarning;
pub(crate) use warnings::tell;
pub(crate) use words::{FREE, ask};

/// The budgets of everything that runs.
#[derive(Default)]
pub(crate) struct Accounts {
    state: Mutex<State>,
    /// Held while a tree is loaded, so that it is loaded once.
    loading: tokio::sync::Mutex<()>,
    /// Held while the limits are read, changed and written.
    changing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    ledger: Ledger,
    limits: Budgets,
    /// Reservations of calls in flight.
    open: HashMap<(WorkflowUid, CallKey), (Reservation, Spend)>,
    /// Workflows whose spending is in the ledger, by the topmost one above them.
    trees: HashMap<WorkflowUid, BTreeSet<WorkflowUid>>,
    /// Who of this store stands for which agent of another.
    aliases: HashMap<AgentUid, AgentUid>,
}

/// A budget has no room, or a price is missing.
#[derive(Debug)]
pub(crate) struct NoRoom {
    /// Why.
    pub(crate) refused: Refused,
    /// The model that was to be called.
    pub(crate) model: String,
}

impl Accounts {
    /// The ledger with the sums of the day that `now` is in.
    pub(crate) async fn open(store: &Store, now: Millis) -> Result<Self, Error> {
        let accounts = Self::default();
        accounts.set_limits(store.budgets().await?);
        let day = Day::of(now);
        let spent = store.spent_on(day.begins()).await?;
        accounts.stand_for(store.agent_aliases().await?);
        let mut state = accounts.state();
        for (agent, spent) in spent {
            let at = state.open_agent(agent, day);
            state.ledger.book(&[at], spent);
        }
        drop(state);
        Ok(accounts)
    }

    /// From here on these limits hold.
    pub(crate) fn set_limits(&self, limits: Budgets) {
        self.state().limits = limits;
    }

    /// The limits of the whole application.
    pub(crate) fn limits(&self) -> Budgets {
        self.state().limits.clone()
    }

    /// What a new workflow may spend: what its template says, and where that says nothing, what is set for all. What stands
    /// below another is held by that one's.
    pub(crate) fn for_new(&self, own: Budget, has_parent: bool) -> Budget {
        if has_parent {
            return own;
        }
        let general = self.state().limits.workflow;
        Budget {
            money: own.money.or(general.money),
            tokens: own.tokens.or(general.tokens),
            ..own
        }
    }

    /// How a budget stands.
    pub(crate) fn standing(&self, node: &Node) -> Standing {
        self.state().ledger.standing(node).unwrap_or_default()
    }

    /// What may still be spent where `task` stands: what stands above it has left, and the whole application today. The run
    /// must have been loaded.
    pub(crate) fn left_around(&self, run: &Run, task: &TaskKey, now: Millis) -> PartBudget {
        let mut state = self.state();
        let place = run.task(task).and_then(|task| task.place.as_ref());
        let around = match place {
            Some(place) => state.open_task(run, &place.container),
            None => state.open_workflow(run),
        };
        let today = state.open_day(Day::of(now));
        let Allowance { money, tokens } = state.ledger.left(&[around, today]);
        PartBudget { money, tokens }
    }

    /// What each of some agents, and the whole application, may still spend today.
    pub(crate) fn left_today(&self, agents: &[AgentUid], now: Millis) -> PartBudget {
        let mut state = self.state();
        let day = Day::of(now);
        let at: Vec<Node> = agents.iter().map(|agent| state.open_agent(*agent, day)).collect();
        let Allowance { money, tokens } = state.ledger.left(&at);
        PartBudget { money, tokens }
    }

    /// Whether the run is in the ledger.
    pub(super) fn knows(&self, run: &Run) -> bool {
        self.state().ledger.knows(&Node::Workflow(run.uid))
    }

    /// Reserves for every call that `input` wants to put on record, or for none. The run must have been loaded.
    pub(crate) fn reserve(&self, run: &Run, input: &Input, now: Millis) -> Result<Held, NoRoom> {
        let Input::Report { task, facts, .. } = input else {
            return Ok(Held::default());
        };
        let mut held = Held::default();
        let mut state = self.state();
        for fact in facts {
            let Fact::CallStarted { kind, reserved, .. } = fact else {
                continue;
            };
            held.calls += 1;
            let Some(estimate) = reserved else { continue };
            let at = state.open_path(run, task, Day::of(now));
            match state.ledger.reserve(&at, *estimate) {
                Ok(reservation) => held.reservations.push(reservation),
                Err(refused) => {
                    state.give_back(held);
                    return Err(NoRoom {
                        refused,
                        model: model_of(kind),
                    });
                }
            }
        }
        Ok(held)
    }

    /// Nothing of it is on record.
    pub(crate) fn release(&self, held: Held) {
        self.state().give_back(held);
    }

    /// These events of the run are on record. Says whether every call that something was reserved for is among them.
    pub(crate) fn recorded(&self, run: &Run, events: &[Event], held: Held) -> bool {
        let mut state = self.state();
        let mut waiting = held.reservations.into_iter();
        let mut begun = 0;
        for event in events {
            if matches!(event.body, EventBody::CallStarted { .. }) {
                begun += 1;
            }
            state.follow(run.uid, &event.body, &mut waiting);
        }
        let rest = Held {
            reservations: waiting.collect(),
            calls: 0,
        };
        state.give_back(rest);
        begun >= held.calls
    }

    /// Forgets a workflow that has ended, unless another stands above it.
    pub(crate) fn leave(&self, run: &Run, now: Millis) {
        let mut state = self.state();
        if run.setup.parent.is_none() && run.status().is_final() {
            for uid in state.trees.remove(&run.uid).unwrap_or_default() {
                state.ledger.forget(uid);
            }
        }
        state.ledger.forget_days_before(Day::of(now));
    }

    /// Agents of other stores, and who of this store stands for each.
    pub(crate) fn stand_for(&self, aliases: Vec<(AgentUid, AgentUid)>) {
        self.state().aliases = aliases.into_iter().collect();
    }

    /// Forgets workflows that left for another store. What was reserved for their calls in flight is given back: whoever
    /// owns them books those.
    pub(crate) fn depart(&self, family: &[WorkflowUid]) {
        let mut state = self.state();
        let open: Vec<(WorkflowUid, CallKey)> = state
            .open
            .keys()
            .filter(|(run, _)| family.contains(run))
            .cloned()
            .collect();
        for key in open {
            if let Some((reservation, _)) = state.open.remove(&key) {
                state.ledger.release(reservation);
            }
        }
        for uid in family {
            for below in state.trees.remove(uid).unwrap_or_default() {
                state.ledger.forget(below);
            }
            state.ledger.forget(*uid);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The ledger is changed in single steps that can't panic in between.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was reserved for calls that are not on record yet.
#[derive(Debug, Default)]
pub(crate) struct Held {
    reservations: Vec<Reservation>,
    /// Calls that are to be put on record, those that nothing is reserved for included.
    calls: usize,
}

impl State {
    fn give_back(&mut self, held: Held) {
        for reservation in held.reservations {
            self.ledger.release(reservation);
        }
    }

    fn follow(
        &mut self,
        run: WorkflowUid,
        body: &EventBody,
        waiting: &mut impl Iterator<Item = Reservation>,
    ) {
        match body {
            EventBody::CallStarted {
                call,
                reserved: Some(reserved),
                ..
            } => {
                if let Some(reservation) = waiting.next() {
                    self.open.insert((run, call.clone()), (reservation, *reserved));
                }
            }
            EventBody::CallFinished { call, spent, .. } => {
                self.settle(run, call, |reserved| Tally::finished(reserved, *spent));
            }
            EventBody::CallFailed { call, failure } => {
                self.settle(run, call, |reserved| Tally::failed(reserved, failure));
            }
            EventBody::CallInterrupted { call } => self.settle(run, call, Tally::lost),
            EventBody::BudgetChanged { task, budget } => {
                let node = task
                    .as_ref()
                    .map_or(Node::Workflow(run), |task| Node::Task(run, task.clone()));
                self.ledger.limit(&node, Allowance::from(*budget));
            }
            _ => {}
        }
    }

    fn settle(&mut self, run: WorkflowUid, call: &CallKey, count: impl Fn(Option<Spend>) -> Tally) {
        if let Some((reservation, reserved)) = self.open.remove(&(run, call.clone())) {
            self.ledger.settle(reservation, count(Some(reserved)));
        }
    }

    /// Opens the budgets above a task with the limits that hold now, and names where its calls count.
    fn open_path(&mut self, run: &Run, task: &TaskKey, day: Day) -> Vec<Node> {
        let mut at = vec![self.open_task(run, task)];
        if let Some(agent) = run.task(task).and_then(|task| task.agent) {
            at.push(self.open_agent(agent, day));
        }
        at
    }

    /// Opens a task, the tasks around it, and the workflow.
    fn open_task(&mut self, run: &Run, key: &TaskKey) -> Node {
        let node = Node::Task(run.uid, key.clone());
        let task = run.task(key);
        let above = match task.and_then(|task| task.place.as_ref()) {
            Some(place) => self.open_task(run, &place.container),
            None => self.open_workflow(run),
        };
        let limit = task.map(|task| run.budget_of(task)).unwrap_or_default();
        self.ledger.open(&node, Some(above), limit.into());
        node
    }

    fn open_workflow(&mut self, run: &Run) -> Node {
        let node = Node::Workflow(run.uid);
        let parent = run.setup.parent.as_ref();
        let above = parent.map(|parent| Node::Task(parent.workflow, parent.task.clone()));
        self.ledger.open(&node, above, run.budget().into());
        node
    }

    fn open_day(&mut self, day: Day) -> Node {
        let all = Node::Day(day);
        let limit = with_extra(&self.limits, self.limits.day, None, day);
        self.ledger.open(&all, None, limit);
        all
    }

    fn open_agent(&mut self, agent: AgentUid, day: Day) -> Node {
        let agent = self.aliases.get(&agent).copied().unwrap_or(agent);
        let all = self.open_day(day);
        let own = self.limits.agents.get(&agent).copied();
        let limit = with_extra(
            &self.limits,
            own.unwrap_or(self.limits.agent_day),
            Some(agent),
            day,
        );
        let node = Node::Agent(agent, day);
        self.ledger.open(&node, Some(all), limit);
        node
    }
}

/// A day's limit, and what was allowed on top of it.
fn with_extra(limits: &Budgets, limit: DayLimit, agent: Option<AgentUid>, day: Day) -> Allowance {
    let mut allowance = Allowance::from(limit);
    for extra in &limits.extras {
        if extra.day == day.begins() && extra.agent == agent {
            if let Some(money) = &mut allowance.money {
                money.0 = money.0.saturating_add(extra.money.0);
            }
            allowance.tokens = allowance.tokens.map(|tokens| tokens.saturating_add(extra.tokens));
        }
    }
    allowance
}

fn model_of(kind: &CallKind) -> String {
    match kind {
        CallKind::Model { model, .. } => model.clone(),
        CallKind::Tool { tool, .. } => tool.clone(),
    }
}
