//! Runs that move from one backend to another and back: who has them, what goes along, and what is refused.

mod helped;
mod hostile;
mod refused;
mod restored;
mod whole;

use crate::common::assert_calls_made_once;
use serde_json::json;
use std::sync::Arc;
use wheelhouse_api::{Delivered, Local, MoveError, Mover, Progress, Side, Wish};
use wheelhouse_contract::{
    ApiError, GetWorkflow, ListQuestions, ListWorkflows, MovedPlace, Operations, QuestionView,
    ReplyToQuestion, WorkflowView,
};
use wheelhouse_domain::{Event, EventBody, Json, WorkflowId};
use wheelhouse_testkit::{Setup, TestWorld, Workbench, within};

/// Two backends that know nothing of each other.
struct Pair {
    laptop: Workbench,
    studio: Workbench,
}

impl Pair {
    async fn open() -> Self {
        Self::with(|setup| setup).await
    }

    /// The same set-up on both, with ids of their own.
    async fn with(change: impl Fn(Setup) -> Setup) -> Self {
        let seeded = |seed| {
            let mut setup = Setup::default();
            setup.world = Arc::new(TestWorld::new(seed));
            change(setup)
        };
        Self {
            laptop: seeded(1).open().await,
            studio: seeded(2).open().await,
        }
    }

    async fn mover(&self) -> Mover<Local, Local> {
        mover(&self.laptop, &self.studio).await
    }

    /// Moves a run from the laptop to the studio. Gives its number there.
    async fn there(&self, id: WorkflowId) -> WorkflowId {
        let moved = within("it moves", self.mover().await.there(id, &mut go_on)).await;
        number(moved)
    }

    /// Moves a run from the studio to the laptop. Gives its number here.
    async fn back(&self, id: WorkflowId) -> WorkflowId {
        let moved = within("it moves", self.mover().await.back(id, &mut go_on)).await;
        number(moved)
    }
}

async fn mover(one: &Workbench, other: &Workbench) -> Mover<Local, Local> {
    let one = Side::of(one.api().clone(), "laptop").await.expect("it answers");
    let other = Side::of(other.api().clone(), "studio").await.expect("it answers");
    Mover::new(one, other)
}

fn go_on(_: Progress) -> Wish {
    Wish::GoOn
}

fn number(moved: Result<Delivered, MoveError>) -> WorkflowId {
    match moved {
        Ok(Delivered::Arrived(arrival)) => arrival.workflow_id.expect("it is there"),
        other => panic!("it did not arrive: {other:?}"),
    }
}

fn refusal(moved: Result<Delivered, MoveError>) -> ApiError {
    match moved {
        Err(MoveError::Refused(error)) => error,
        other => panic!("it was not refused: {other:?}"),
    }
}

async fn view(bench: &Workbench, id: WorkflowId) -> WorkflowView {
    let detail = bench.api().get_workflow(GetWorkflow { id }).await;
    detail.expect("it is there").workflow
}

/// Where a backend says that a run is; none where it is its own.
async fn place(bench: &Workbench, id: WorkflowId) -> Option<MovedPlace> {
    view(bench, id).await.moved.map(|moved| moved.place)
}

async fn open_questions(bench: &Workbench) -> Vec<QuestionView> {
    let questions = bench.api().list_questions(ListQuestions {}).await;
    questions.expect("questions")
}

async fn answer(bench: &Workbench, outcome: &str) {
    let open = open_questions(bench).await;
    assert_eq!(open.len(), 1, "{open:#?}");
    let request = ReplyToQuestion {
        request_key: bench.key(),
        id: open[0].id,
        outcome: Some(outcome.to_owned()),
        fields: Json(json!({})),
    };
    bench.api().reply_to_question(request).await.expect("taken");
}

/// That a run went on elsewhere with everything that was on record, and nothing of it was done again.
fn assert_went_on(before: &[Event], after: &[Event]) {
    assert!(after.starts_with(before), "the history is another one");
    assert_calls_made_once(after);
}

fn hands(events: &[Event]) -> Vec<u32> {
    let hand = |event: &Event| match event.body {
        EventBody::WorkflowArrived { hand, .. } => Some(hand),
        _ => None,
    };
    events.iter().filter_map(hand).collect()
}

/// How many workflows a backend shows.
async fn shown(bench: &Workbench) -> u32 {
    let request = ListWorkflows {
        statuses: Vec::new(),
        query: String::new(),
        template: None,
        before: None,
        limit: 10,
    };
    let listed = bench.api().list_workflows(request).await;
    listed.expect("a list").matching
}
