//! What an answer about a budget or a price changes before its task goes on. It is on record first: where the process ends
//! in between, the question is open still, and answering it again with the same wish changes nothing twice.

use super::words::PRICE;
use crate::error::Error;
use crate::handle::{Handle, Wish};
use wheelhouse_domain::{
    AgentUid, Budget, BudgetOf, Budgets, DayExtra, FormAbout, LimitKind, Millis, Money, Price, ProblemCode,
    Reply, Tally, TaskKey, TemplateProblem, WorkflowId, WorkflowUid,
};
use wheelhouse_engine::Input;
use wheelhouse_engine::budget::{Day, Node, RAISE};
use wheelhouse_store::{NewPrice, QuestionRow};

/// What the operator gives on top.
#[derive(Debug, Clone, Copy, Default)]
struct More {
    money: Money,
    tokens: i64,
    steps: u32,
    seconds: u32,
    depth: u32,
    fan_out: u32,
}

impl More {
    fn of(limit: LimitKind, more: u32) -> Self {
        let none = Self::default();
        match limit {
            LimitKind::Steps => Self { steps: more, ..none },
            LimitKind::Seconds => Self {
                seconds: more,
                ..none
            },
            LimitKind::Depth => Self { depth: more, ..none },
            LimitKind::FanOut => Self {
                fan_out: more,
                ..none
            },
        }
    }
}

/// The limits of the whole application, and how today's stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Today {
    /// The limits.
    pub limits: Budgets,
    /// The beginning of the day, in UTC.
    pub day: Millis,
    /// What was spent.
    pub spent: Tally,
    /// What is reserved for calls in flight.
    pub reserved: Tally,
}

impl Handle {
    /// Does what the answer of a question about a budget, a price or a call wants beside letting the task go on.
    ///
    /// # Errors
    /// [`Error`] where it could not be written; the question is open still.
    pub(crate) async fn before_reply(
        &self,
        wish: Wish<'_>,
        question: &QuestionRow,
        reply: &Reply,
    ) -> Result<(), Error> {
        let about = question.form.as_ref().and_then(|form| form.about.as_ref());
        let key = format!("{}-first", wish.key);
        let first = Wish {
            key: &key,
            operation: wish.operation,
        };
        match (about, reply.outcome.as_deref()) {
            (Some(FormAbout::Budget { whose }), Some(RAISE)) => self.raise(first, whose, more(reply)).await,
            (Some(FormAbout::Limit { whose, limit }), Some(RAISE)) => {
                let more = More::of(*limit, more_of(question, reply, limit.as_str()));
                self.raise(first, whose, more).await
            }
            (Some(FormAbout::Tool { approval }), Some(_)) => {
                self.keep_rule(first, question, approval, reply).await
            }
            (Some(FormAbout::Price { model }), Some(PRICE)) => self.price(first, model, reply).await,
            _ => Ok(()),
        }
    }

    async fn raise(&self, wish: Wish<'_>, whose: &BudgetOf, more: More) -> Result<(), Error> {
        match whose {
            BudgetOf::Day { day } => self.allow_for_day(wish, *day, None, more).await,
            BudgetOf::Agent { agent, day } => self.allow_for_day(wish, *day, Some(*agent), more).await,
            BudgetOf::Workflow { workflow } => self.raise_in_run(wish, *workflow, None, more).await,
            BudgetOf::Task { task } => {
                let key = Some(task.task.clone());
                self.raise_in_run(wish, task.workflow, key, more).await
            }
        }
    }

    async fn raise_in_run(
        &self,
        wish: Wish<'_>,
        workflow: WorkflowUid,
        task: Option<TaskKey>,
        more: More,
    ) -> Result<(), Error> {
        // The workflow above may have been deleted by now; then its budget does not hold any more either.
        let Some(row) = self.store().workflow_by_uid(workflow).await? else {
            return Ok(());
        };
        let present = match &task {
            None => row.budget,
            Some(key) => {
                let tasks = self.store().tasks(row.id).await?;
                tasks
                    .into_iter()
                    .find(|task| task.key == *key)
                    .and_then(|task| task.budget)
            }
        };
        let present = present.unwrap_or_default();
        let budget = Budget {
            money: present
                .money
                .map(|money| Money(money.0.saturating_add(more.money.0))),
            tokens: present.tokens.map(|tokens| tokens.saturating_add(more.tokens)),
            steps: present.steps.map(|steps| steps.saturating_add(more.steps)),
            seconds: present
                .seconds
                .map(|seconds| seconds.saturating_add(more.seconds)),
            depth: present.depth.map(|depth| depth.saturating_add(more.depth)),
            fan_out: present.fan_out.map(|items| items.saturating_add(more.fan_out)),
        };
        self.steer(wish, row.id, Input::ChangeBudget { task, budget })
            .await
    }

    async fn allow_for_day(
        &self,
        wish: Wish<'_>,
        day: Millis,
        agent: Option<AgentUid>,
        more: More,
    ) -> Result<(), Error> {
        let _one_at_a_time = self.inner().accounts.changing.lock().await;
        let mut budgets = self.store().budgets().await?;
        budgets.extras.push(DayExtra {
            day,
            agent,
            money: more.money,
            tokens: more.tokens,
        });
        self.write_budgets(wish, budgets).await
    }

    /// Sets the limits of the whole application. What was allowed on top of days stays.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be written.
    pub async fn save_budgets(&self, wish: Wish<'_>, mut budgets: Budgets) -> Result<(), Error> {
        let _one_at_a_time = self.inner().accounts.changing.lock().await;
        budgets.extras = self.store().budgets().await?.extras;
        self.write_budgets(wish, budgets).await
    }

    /// Changes what a workflow, or one task of it, may spend.
    ///
    /// # Errors
    /// [`Error::Refused`] where it has ended.
    pub async fn change_budget(
        &self,
        wish: Wish<'_>,
        id: WorkflowId,
        task: Option<TaskKey>,
        budget: Budget,
    ) -> Result<(), Error> {
        self.steer(wish, id, Input::ChangeBudget { task, budget }).await
    }

    /// The limits of the whole application, and how today's stands.
    #[must_use]
    pub fn spending_today(&self) -> Today {
        let day = Day::of(self.options().world.now());
        let standing = self.inner().accounts.standing(&Node::Day(day));
        Today {
            limits: self.inner().accounts.limits(),
            day: day.begins(),
            spent: standing.spent,
            reserved: standing.reserved,
        }
    }

    async fn write_budgets(&self, wish: Wish<'_>, mut budgets: Budgets) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let today = Day::of(now).begins();
        budgets.extras.retain(|extra| extra.day >= today);
        let saved = self.store().save_budgets(budgets, request, now).await;
        saved.or_else(|error| self.unless_known(wish, error))?;
        self.inner().accounts.set_limits(self.store().budgets().await?);
        Ok(())
    }

    async fn price(&self, wish: Wish<'_>, model: &str, reply: &Reply) -> Result<(), Error> {
        let Some((provider, name)) = model.split_once('/') else {
            return Ok(());
        };
        let Some(row) = self.store().provider_by_name(provider).await? else {
            return Ok(());
        };
        let price = Price {
            kind: row.kind,
            model: name.to_owned(),
            input: given(reply, "input")?,
            output: given(reply, "output")?,
            cached: None,
            cache_write: None,
            valid_from: Day::of(self.options().world.now()).begins(),
            note: "Set when it was asked for".to_owned(),
        };
        self.save_price(wish, NewPrice { id: None, price }).await
    }
}

/// A price that was left open is not a price of nothing.
fn given(reply: &Reply, field: &str) -> Result<Money, Error> {
    dollars(reply, field).ok_or_else(|| {
        Error::Inputs(vec![TemplateProblem {
            step: None,
            field: field.to_owned(),
            code: ProblemCode::Missing,
            message: "The price is missing.".to_owned(),
            next_step: "Give both prices. For a model that costs nothing, give 0.".to_owned(),
        }])
    })
}

fn more(reply: &Reply) -> More {
    More {
        money: dollars(reply, "money").unwrap_or_default(),
        tokens: reply
            .fields
            .0
            .get("tokens")
            .and_then(serde_json::Value::as_i64)
            .unwrap_or_default()
            .max(0),
        ..More::default()
    }
}

/// How much more of one limit: what was given, else what the form suggests.
fn more_of(question: &QuestionRow, reply: &Reply, field: &str) -> u32 {
    let suggested = || {
        let fields = &question.form.as_ref()?.fields;
        let asked = fields.iter().find(|asked| asked.name == field)?;
        asked.default.as_ref()?.0.as_u64()
    };
    let given = reply.fields.0.get(field).and_then(serde_json::Value::as_u64);
    given
        .or_else(suggested)
        .map_or(0, |more| u32::try_from(more).unwrap_or(u32::MAX))
}

fn dollars(reply: &Reply, field: &str) -> Option<Money> {
    let amount = reply.fields.0.get(field)?.as_f64()?;
    let millionths = (amount * 1_000_000.0).round();
    // What a person types fits by far; more than fits is the most that fits.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a cast of a float stops at the ends of the range"
    )]
    Some(Money((millionths as i64).max(0)))
}
