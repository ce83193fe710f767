//! Random documents: of the right types, mostly without sense.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;
use wheelhouse_domain::*;

fn name() -> BoxedStrategy<String> {
    prop_oneof![8 => "[a-f]", 1 => "[a-z][a-z0-9_]{0,6}", 1 => "[A-Z -]{0,4}"].boxed()
}

fn id() -> BoxedStrategy<StepId> {
    name().prop_map(StepId).boxed()
}

fn words() -> BoxedStrategy<String> {
    prop_oneof![6 => "[a-z ]{1,12}", 1 => any::<String>().prop_map(|text| text.chars().take(20).collect())]
        .boxed()
}

fn expression() -> BoxedStrategy<Expression> {
    prop_oneof![
        name().prop_map(|name| format!("steps.{name}.text")),
        name().prop_map(|name| format!("inputs.{name}")),
        Just("item".to_owned()),
        Just("previous".to_owned()),
        Just("true".to_owned()),
        Just("1 > 2".to_owned()),
        Just("[1, 2".to_owned()),
        "[a-z.|() ]{0,12}",
    ]
    .prop_map(Expression)
    .boxed()
}

fn text() -> BoxedStrategy<Text> {
    prop_oneof![
        words(),
        expression().prop_map(|inner| format!("Do {{{{ {inner} }}}}.")),
        Just("{% if".to_owned())
    ]
    .prop_map(Text)
    .boxed()
}

fn value() -> BoxedStrategy<Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-1e9..1e9_f64).prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            btree_map("[a-z]{1,4}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
    .prop_map(Json)
    .boxed()
}

fn field() -> BoxedStrategy<Field> {
    let kind = prop_oneof![
        Just(FieldKind::Text),
        Just(FieldKind::LongText),
        Just(FieldKind::Number),
        Just(FieldKind::Integer),
        Just(FieldKind::Boolean),
        Just(FieldKind::Choice),
        Just(FieldKind::List),
    ];
    let bounds = (option::of(-3..9_i32), option::of(-3..9_i32));
    (
        name(),
        words(),
        kind,
        words(),
        any::<bool>(),
        option::of(value()),
        vec(words(), 0..3),
        bounds,
    )
        .prop_map(
            |(name, title, kind, help, required, default, choices, (min, max))| Field {
                name,
                title,
                kind,
                help,
                required,
                default,
                choices,
                min,
                max,
            },
        )
        .boxed()
}

fn agent() -> BoxedStrategy<AgentName> {
    prop_oneof![Just("driver".to_owned()), Just("creator".to_owned()), name()]
        .prop_map(AgentName)
        .boxed()
}

fn budget() -> BoxedStrategy<Budget> {
    (
        option::of(0..9_i64),
        option::of(0..9_i64),
        option::of(0..9_u32),
        option::of(0..9_u32),
    )
        .prop_map(|(money, tokens, steps, depth)| Budget {
            money: money.map(Money),
            tokens,
            steps,
            seconds: steps,
            depth,
            fan_out: depth,
        })
        .boxed()
}

fn uid() -> BoxedStrategy<TemplateUid> {
    (1..4_u128)
        .prop_map(|number| TemplateUid(Uuid::from_u128(number)))
        .boxed()
}

fn expires() -> BoxedStrategy<Option<QuestionTimeout>> {
    option::of(
        (0..99_u32, option::of(name())).prop_map(|(after_s, outcome)| QuestionTimeout { after_s, outcome }),
    )
    .boxed()
}

fn leaf() -> BoxedStrategy<StepKind> {
    let tools = option::of(vec(words(), 0..2));
    prop_oneof![
        (
            agent(),
            option::of(text()),
            option::of(words()),
            tools,
            option::of(value())
        )
            .prop_map(|(agent, prompt, model, tools, answer)| StepKind::Agent {
                agent,
                prompt,
                model,
                tools,
                answer: answer.map(|answer| Json(json!({ "const": answer.0 }))),
            }),
        (words(), value()).prop_map(|(tool, arguments)| StepKind::Tool { tool, arguments }),
        (agent(), option::of(text())).prop_map(|(agent, prompt)| StepKind::Plan { agent, prompt }),
        (agent(), id()).prop_map(|(agent, plan)| StepKind::Staff { agent, plan }),
        (id(), option::of(id()), option::of(agent())).prop_map(|(plan, staff, agent)| StepKind::Expand {
            plan,
            staff,
            agent
        }),
        Just(StepKind::Aggregate),
        (
            text(),
            option::of(text()),
            vec((name(), words()), 0..3),
            vec(field(), 0..2),
            expires()
        )
            .prop_map(|(text, show, outcomes, fields, expires)| StepKind::Approval {
                text,
                show,
                outcomes: outcomes
                    .into_iter()
                    .map(|(name, title)| Outcome { name, title })
                    .collect(),
                fields,
                expires,
            }),
        (text(), vec(field(), 0..2), expires()).prop_map(|(text, fields, expires)| StepKind::Input {
            text,
            fields,
            expires
        }),
        (option::of(expression()), option::of(expression()))
            .prop_map(|(seconds, until)| StepKind::Wait { seconds, until }),
        (uid(), option::of(1..4_u32), btree_map(name(), expression(), 0..2)).prop_map(
            |(template, version, inputs)| StepKind::Workflow {
                template,
                version,
                inputs
            }
        ),
        expression().prop_map(|value| StepKind::Transform { value }),
    ]
    .boxed()
}

fn with(
    kind: impl Strategy<Value = StepKind> + 'static,
    on_error: impl Strategy<Value = OnError> + 'static,
) -> BoxedStrategy<Step> {
    let retry = (0..30_u32, any::<u32>(), any::<u32>(), any::<bool>()).prop_map(
        |(attempts, base_ms, max_ms, fixed)| Retry {
            attempts,
            base_ms,
            max_ms,
            backoff: if fixed { Backoff::Fixed } else { Backoff::Doubling },
        },
    );
    let policies = (
        option::of(expression()),
        option::of(retry),
        option::of(any::<u32>()),
        on_error,
        budget(),
    );
    (id(), words(), kind, vec(id(), 0..3), policies)
        .prop_map(
            |(id, title, kind, needs, (when, retry, timeout_s, on_error, budget))| Step {
                id,
                description: title.clone(),
                title,
                kind,
                needs,
                when,
                retry,
                timeout_s,
                on_error,
                budget,
            },
        )
        .boxed()
}

fn block(step: impl Strategy<Value = Step> + 'static) -> BoxedStrategy<Block> {
    (vec(step, 0..4), option::of(expression()))
        .prop_map(|(steps, output)| Block { steps, output })
        .boxed()
}

fn step() -> BoxedStrategy<Step> {
    let plain = prop_oneof![
        3 => Just(OnError::Stop),
        1 => value().prop_map(|value| OnError::Default { value }),
    ];
    with(leaf(), plain)
        .prop_recursive(3, 24, 4, |inner| {
            let case = (name(), expression(), block(inner.clone())).prop_map(|(name, when, block)| Case {
                name,
                when,
                block,
            });
            let failure = prop_oneof![
                Just(MapFailure::Stop),
                Just(MapFailure::Skip),
                Just(MapFailure::Collect)
            ];
            let kind = prop_oneof![
                (vec(case, 0..3), option::of(block(inner.clone())))
                    .prop_map(|(cases, otherwise)| StepKind::Branch { cases, otherwise }),
                (expression(), 0..70_u32, failure, block(inner.clone())).prop_map(
                    |(over, parallel, on_failure, block)| {
                        StepKind::Map {
                            over,
                            parallel,
                            on_failure,
                            block,
                        }
                    }
                ),
                (expression(), 0..1100_u32, block(inner.clone()))
                    .prop_map(|(until, max, block)| StepKind::Loop { until, max, block }),
                leaf(),
            ];
            let on_error = prop_oneof![
                2 => Just(OnError::Stop),
                1 => block(inner).prop_map(|block| OnError::Branch { block }),
            ];
            with(kind, on_error)
        })
        .boxed()
}

/// Any document.
pub(super) fn document() -> BoxedStrategy<Document> {
    let brought =
        (name(), words(), words(), vec(words(), 0..2)).prop_map(|(name, role, model, tools)| TemplateAgent {
            name,
            instructions: role.clone(),
            role,
            model,
            tools,
        });
    let limits = (0..70_u32, 0..30_u32, 0..200_u32, any::<u32>()).prop_map(
        |(parallel_tasks, attempts, sub_tasks, retry_base_ms)| Limits {
            parallel_tasks,
            attempts,
            sub_tasks,
            retry_base_ms,
        },
    );
    let parts = (
        vec(step(), 0..6),
        btree_map(name(), expression(), 0..3),
        limits,
        budget(),
    );
    (
        uid(),
        name(),
        words(),
        vec(field(), 0..3),
        vec(brought, 0..2),
        parts,
    )
        .prop_map(
            |(uid, name, title, inputs, agents, (steps, output, limits, budget))| Document {
                schema: TEMPLATE_SCHEMA,
                uid,
                name,
                description: title.clone(),
                title,
                inputs,
                agents,
                steps,
                output,
                limits,
                budget,
            },
        )
        .boxed()
}

/// A document whose steps only need each other: often one that can be run.
pub(super) fn graph() -> BoxedStrategy<Document> {
    let steps = vec((0..6_usize, vec(0..6_usize, 0..3), 0..6_usize), 1..7);
    (document(), steps)
        .prop_map(|(mut document, steps)| {
            let id = |index: usize| StepId(format!("s{index}"));
            document.steps = steps
                .into_iter()
                .enumerate()
                .map(|(index, (_, needs, read))| {
                    let value = Expression(format!("steps.s{read}.text | default('')"));
                    let mut step = Step::new(
                        id(index).as_str(),
                        "A step",
                        "",
                        StepKind::Transform { value },
                        &[],
                    );
                    step.needs = needs.into_iter().map(id).collect();
                    step.needs.dedup();
                    step
                })
                .collect();
            document.name = "graph".to_owned();
            document.title = "Graph".to_owned();
            document.output.clear();
            document.inputs.clear();
            document.agents.clear();
            document.limits = Limits::default();
            document.budget = Budget::default();
            document
        })
        .boxed()
}
