//! Brings the spending of a workflow into the ledger: of the topmost workflow above it, and of everything below that one.

use super::{Accounts, State};
use crate::error::Error;
use crate::run::load;
use crate::service::Inner;
use std::collections::{BTreeSet, HashMap};
use wheelhouse_domain::{TaskKey, WorkflowUid};
use wheelhouse_engine::Run;
use wheelhouse_engine::budget::{Allowance, Day, Node};
use wheelhouse_store::{SpendingTree, SpentCall};

impl Accounts {
    /// Makes the ledger know `run` with all that is above it and what was spent there. Harmless when done twice.
    ///
    /// # Errors
    /// [`Error`] where the journal can't be read.
    pub(crate) async fn load(&self, inner: &Inner, run: &Run) -> Result<(), Error> {
        if self.knows(run) {
            return Ok(());
        }
        let _one_at_a_time = self.loading.lock().await;
        let above = above(inner, run).await?;
        let top = above.last().map_or(run.uid, |run| run.uid);
        let is_there = self.state().trees.contains_key(&top);
        let tree = if is_there {
            None
        } else {
            Some(inner.store.spending_below(top).await?)
        };
        let mut state = self.state();
        for run in above.iter().rev() {
            state.open_workflow(run);
        }
        // Limits first: what is booked must find the nodes that stand above it.
        for (below, run) in std::iter::once(run).chain(above.iter()).zip(above.iter()) {
            if let Some(parent) = &below.setup.parent {
                state.open_task(run, &parent.task);
            }
        }
        state.open_workflow(run);
        if let Some(tree) = tree {
            state.take_in(top, &tree);
        }
        state.trees.entry(top).or_default().insert(run.uid);
        Ok(())
    }
}

/// The runs above one, nearest first. One that was deleted ends the chain.
async fn above(inner: &Inner, run: &Run) -> Result<Vec<Run>, Error> {
    let mut above: Vec<Run> = Vec::new();
    let mut parent = run.setup.parent.as_ref().map(|parent| parent.workflow);
    while let Some(uid) = parent {
        let Some(row) = inner.store.workflow_by_uid(uid).await? else {
            break;
        };
        let run = load(inner, row.id).await?;
        parent = run.setup.parent.as_ref().map(|parent| parent.workflow);
        above.push(run);
    }
    Ok(above)
}

impl State {
    fn take_in(&mut self, top: WorkflowUid, tree: &SpendingTree) {
        let around: HashMap<(WorkflowUid, &TaskKey), &TaskKey> = tree
            .containers
            .iter()
            .map(|(run, task, container)| ((*run, task), container))
            .collect();
        for (uid, started_for) in &tree.workflows {
            let above = started_for.as_ref().map(|(run, task)| {
                self.place(&around, *run, task);
                Node::Task(*run, task.clone())
            });
            self.place_node(&Node::Workflow(*uid), above);
        }
        for call in &tree.calls {
            self.place(&around, call.workflow, &call.task);
            self.take_in_call(call);
        }
        let uids: BTreeSet<WorkflowUid> = tree.workflows.iter().map(|(uid, _)| *uid).collect();
        self.trees.insert(top, uids);
    }

    /// Sums of days are there already; only what is still in flight counts for its day too.
    fn take_in_call(&mut self, call: &SpentCall) {
        let at = Node::Task(call.workflow, call.task.clone());
        match call.counted {
            Some(counted) => self.ledger.book(&[at], counted),
            None => {
                let agent = call
                    .agent
                    .map(|agent| self.open_agent(agent, Day::of(call.started_at)));
                let at: Vec<Node> = std::iter::once(at).chain(agent).collect();
                let reservation = self.ledger.hold(&at, call.reserved);
                let key = (call.workflow, call.call.clone());
                self.open.insert(key, (reservation, call.reserved));
            }
        }
    }

    /// Places a task and the tasks around it. Limits of those that are there stay.
    fn place(
        &mut self,
        around: &HashMap<(WorkflowUid, &TaskKey), &TaskKey>,
        run: WorkflowUid,
        task: &TaskKey,
    ) {
        let above = match around.get(&(run, task)) {
            Some(container) => {
                self.place(around, run, container);
                Node::Task(run, (*container).clone())
            }
            None => Node::Workflow(run),
        };
        self.place_node(&Node::Task(run, task.clone()), Some(above));
    }

    fn place_node(&mut self, node: &Node, above: Option<Node>) {
        if !self.ledger.knows(node) {
            self.ledger.open(node, above, Allowance::default());
        }
    }
}
