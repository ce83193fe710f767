//! An agent asks a model, and others in its place where it can't answer.
//!
//! Which model was asked, in whose place and why, and what was left out of the request, stand in the record of the call
//! before anything is sent.

use super::failure::Stop;
use super::work::{Intent, Worker};
use crate::error::Error;
use crate::lines::{Held, Pass};
use crate::live::Live;
use crate::models::NoModel;
use crate::prices;
use std::time::Duration;
use wheelhouse_agents::{Model, Piece, Recorded, TooLong, collect, fit};
use wheelhouse_domain::{
    CallKind, Expects, Failure, FailureCode, Gist, LeftOut, ModelRequest, PassedOver, ProviderWait, TaskId,
    WorkflowId,
};
use wheelhouse_engine::{CallPlace, Fact, budget};

/// A pause that is longer is not waited for where another model may answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why a model gave no answer.
enum NoAnswer {
    /// Nothing more is to be done here.
    Stop(Stop),
    /// Its provider's key is locked.
    Locked(String),
    /// It failed, maybe in a call that is on record.
    Failed {
        failure: Failure,
        call: Option<CallPlace>,
        shown: bool,
    },
}

impl From<Stop> for NoAnswer {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

impl From<Error> for NoAnswer {
    fn from(error: Error) -> Self {
        Self::Stop(error.into())
    }
}

impl From<serde_json::Error> for NoAnswer {
    fn from(error: serde_json::Error) -> Self {
        Self::Stop(error.into())
    }
}

impl NoAnswer {
    fn before_asking(failure: Failure) -> Self {
        Self::Failed {
            failure,
            call: None,
            shown: false,
        }
    }
}

/// A task is said to wait as long as this is held.
struct Waiting<'a> {
    live: &'a Live,
    workflow: WorkflowId,
    task: TaskId,
}

impl Waiting<'_> {
    fn say(&self, wait: ProviderWait) {
        self.live.wait(self.workflow, self.task, Some(wait));
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.live.wait(self.workflow, self.task, None);
    }
}

impl Worker<'_> {
    /// Asks the model that is chosen, or the next ones in its place.
    pub(super) async fn ask(&mut self, request: ModelRequest) -> Result<(), Stop> {
        let mut passed_over = Vec::new();
        loop {
            let model = self.conversation.first.model.clone();
            let next = self.chain.get(self.chosen + 1).cloned();
            let request = ModelRequest {
                model: model.clone(),
                ..request.clone()
            };
            let (failure, call, shown) = match self.ask_one(request, &passed_over, next.is_some()).await {
                Ok(()) => return Ok(()),
                Err(NoAnswer::Stop(stop)) => return Err(stop),
                Err(NoAnswer::Locked(provider)) => return self.ask_for_keys(&provider).await,
                Err(NoAnswer::Failed { failure, call, shown }) => (failure, call, shown),
            };
            let Some(next) = next.filter(|_| is_for_another(&failure, self.reporter.attempt)) else {
                return match call {
                    Some(place) => self.fail_call(place, failure).await,
                    None => Err(failure.into()),
                };
            };
            passed_over.push(PassedOver {
                model,
                why: failure.message.clone(),
                shown,
            });
            self.facts
                .extend(call.map(|place| Fact::CallFailed { place, failure }));
            self.chosen += 1;
            // The exchange goes on with this one: what tools give is for it as well.
            self.conversation.first.model = next;
        }
    }

    async fn ask_one(
        &mut self,
        request: ModelRequest,
        passed_over: &[PassedOver],
        next: bool,
    ) -> Result<(), NoAnswer> {
        let pass = self.stand_in_line(&request.model, next).await?;
        let _place = self
            .inner
            .model_calls
            .acquire()
            .await
            .map_err(|_| NoAnswer::Stop(Stop::Unwanted))?;
        // Only now: while it waited in line, its provider may have moved and its key may have been replaced.
        let model = self.inner.models.get(&request.model).await.map_err(no_answer)?;
        let (request, left_out) = self.fitted(request).await?;
        let place = self.conversation.model_place();
        let kind = CallKind::Model {
            model: request.model.clone(),
            passed_over: passed_over.to_vec(),
            left_out,
        };
        let now = self.inner.options.world.now();
        let pricing = prices::pricing(&self.inner.store, self.run, &request.model, now).await?;
        let estimate = pricing.spend(budget::expected_usage(budget::prompt_tokens(&request)));
        // Of the model that is really asked: those of a chain may be on different machines.
        let elsewhere = !model.runs_here();
        self.intend(
            place,
            kind,
            serde_json::to_string(&request)?,
            Intent {
                reserved: Some(estimate),
                elsewhere,
                leave: None,
            },
        );
        self.record().await?;
        let (outcome, shown) = self
            .listen(model.as_ref(), request, passed_over.last(), pass.as_ref())
            .await;
        if let Some(pass) = pass {
            match &outcome {
                Ok(_) => pass.went_well(),
                Err(failure) => pass.failed(failure),
            }
        }
        let response = outcome.map_err(|failure| NoAnswer::Failed {
            failure,
            call: Some(place),
            shown,
        })?;
        let kept = self.keep(serde_json::to_string(&response)?);
        self.facts.push(Fact::CallFinished {
            place,
            response: kept,
            usage: response.usage,
            spent: Some(pricing.spend(response.usage)),
            gist: Some(Gist::of(&response)),
            stays_here: Vec::new(),
        });
        self.conversation.recorded.push(Recorded::Model(response));
        Ok(())
    }

    /// Reads the answer as it comes and shows it; says whether anything of it was shown. Who saw the beginning of another
    /// answer reads why a new one begins.
    async fn listen(
        &self,
        model: &dyn Model,
        request: ModelRequest,
        before: Option<&PassedOver>,
        pass: Option<&Pass>,
    ) -> (Result<wheelhouse_domain::ModelResponse, Failure>, bool) {
        let prose = request.expects == Expects::Markdown;
        let live = &self.inner.live;
        live.begin(self.task_id, self.reporter.attempt);
        if let Some(before) = before.filter(|before| before.shown) {
            let words = format!(
                "*{} broke off here. {} writes the answer anew.*\n\n",
                before.model, request.model
            );
            live.add(self.workflow, self.task_id, &words);
        }
        let mut shown = false;
        let outcome = collect(model.stream(request), |piece| match piece {
            Piece::Text(text) if prose => {
                shown = true;
                live.add(self.workflow, self.task_id, text);
            }
            Piece::Text(_) => {}
            Piece::Thought(text) => live.think(self.workflow, self.task_id, text),
            // At once: others would be sent while this answer is still being written.
            Piece::UsedUp(wait) => {
                if let Some(pass) = pass {
                    pass.used_up(wait);
                }
            }
        })
        .await;
        (outcome, shown)
    }

    /// The request as the model can read it.
    async fn fitted(&self, request: ModelRequest) -> Result<(ModelRequest, Option<LeftOut>), NoAnswer> {
        let Some(window) = self.inner.models.window(&request.model).await else {
            return Ok((request, None));
        };
        let model = request.model.clone();
        fit(request, window, budget::OUTPUT_RESERVE, &budget::prompt_tokens)
            .map_err(|long| NoAnswer::before_asking(too_long(&model, window, long)))
    }

    /// Waits until the model's provider takes another call, and says so where the operator looks. Where there is a next
    /// model, a long pause is not waited for.
    async fn stand_in_line(&self, model: &str, next: bool) -> Result<Option<Pass>, NoAnswer> {
        let inner = self.inner;
        let Some(door) = inner.models.door(model).await.map_err(no_answer)? else {
            return Ok(None);
        };
        let shown = Waiting {
            live: &inner.live,
            workflow: self.workflow,
            task: self.task_id,
        };
        let told = |held: Held| {
            shown.say(ProviderWait {
                provider: door.name.clone(),
                model: model.to_owned(),
                why: held.why(),
                until: held.until(inner.options.world.now()),
            });
        };
        let entered = inner
            .lines
            .enter_unless(&door, |pause| next && pause >= PATIENCE, told)
            .await;
        entered
            .map(Some)
            .map_err(|_| NoAnswer::before_asking(paused(model)))
    }
}

fn no_answer(why: NoModel) -> NoAnswer {
    match why {
        NoModel::Locked { provider } => NoAnswer::Locked(provider),
        NoModel::Failed(failure) => NoAnswer::before_asking(failure),
    }
}

/// Whether the next model is asked. A short pause is waited for, like any other, but not in a second attempt.
fn is_for_another(failure: &Failure, attempt: u32) -> bool {
    let wait = failure.retry_after_ms.map(u64::from).map(Duration::from_millis);
    let for_long = attempt > 1 || wait.is_some_and(|wait| wait >= PATIENCE);
    failure.elsewhere && (failure.code != FailureCode::ModelRateLimited || for_long)
}

fn paused(model: &str) -> Failure {
    Failure::passing(
        FailureCode::ModelRateLimited,
        format!("The provider of “{model}” asked for a long pause."),
        "Nothing to do: it is tried again after the pause.",
    )
    .for_another_model()
    .after(PATIENCE)
}

fn too_long(model: &str, window: u32, long: TooLong) -> Failure {
    Failure::lasting(
        FailureCode::ModelRefused,
        format!(
            "The task is too long for “{model}”, which reads and writes {window} tokens in one call: it takes about {} \
             with all older results and turns left out, and there is room for {}.",
            long.needed, long.room
        ),
        "Choose a model that reads more, or make the task or what it builds on shorter. If the model reads more than \
         that, correct it in Settings, with its provider.",
    )
    .for_another_model()
}
