//! The table itself.

use super::Presence::{Nullable, Optional, Required};
use super::Shape::{
    Any, Boolean, Expression, List, Named, Record as Of, Schema, Template, Text, Uid, Whole, Word,
};
use super::{Entry, Presence, Record, Shape, Variant, Variants};

const COUNT: Shape = Whole(0, u32::MAX as i64);
const LARGE: Shape = Whole(0, i64::MAX);
const BOUND: Shape = Whole(i32::MIN as i64, i32::MAX as i64);

const fn entry(name: &'static str, shape: Shape, presence: Presence, doc: &'static str) -> Entry {
    Entry {
        name,
        shape,
        presence,
        doc,
    }
}

const fn record(name: &'static str, doc: &'static str, entries: &'static [Entry]) -> Record {
    Record {
        name,
        doc,
        entries,
        is_step: false,
        variants: None,
    }
}

/// The whole file.
pub(in crate::template) static DOCUMENT: Record = record(
    "document",
    "A template: a graph of steps with typed inputs.",
    &[
        entry(
            "schema",
            Whole(1, u32::MAX as i64),
            Required,
            "Version of this form: 1.",
        ),
        entry(
            "uid",
            Uid,
            Required,
            "Identity of the template, wherever it is shared. A UUID.",
        ),
        entry(
            "name",
            Text,
            Required,
            "Short name: lower-case letters, digits and hyphens.",
        ),
        entry("title", Text, Required, "What people read."),
        entry("description", Text, Optional, "What it is good for."),
        entry(
            "inputs",
            List(&Of(&FIELD)),
            Optional,
            "What it must be given. Expressions read it as inputs.<name>.",
        ),
        entry(
            "agents",
            List(&Of(&AGENT)),
            Optional,
            "Agents that it brings along.",
        ),
        entry("steps", List(&A_STEP), Required, "The nodes."),
        entry(
            "output",
            Named(&Expression),
            Optional,
            "What a run gives, by name. Left out: the answer of the last step that nothing else needs.",
        ),
        entry("limits", Of(&LIMITS), Optional, "Bounds of a run."),
        entry("budget", Of(&BUDGET), Optional, "What a run may spend at most."),
    ],
);

static FIELD: Record = record(
    "field",
    "One value that is asked for.",
    &[
        entry(
            "name",
            Text,
            Required,
            "Name in expressions: a lower-case letter, then lower-case letters, digits and underscores.",
        ),
        entry("title", Text, Required, "What people read."),
        entry(
            "type",
            Word(&[
                "text",
                "long_text",
                "number",
                "integer",
                "boolean",
                "choice",
                "list",
            ]),
            Required,
            "What kind of value; a list is one of texts.",
        ),
        entry("help", Text, Optional, "Explains it in a sentence."),
        entry(
            "required",
            Boolean,
            Optional,
            "Whether it must be given. Default: no.",
        ),
        entry("default", Any, Nullable, "Taken when nothing is given."),
        entry(
            "choices",
            List(&Text),
            Optional,
            "What can be chosen, for the type choice.",
        ),
        entry(
            "min",
            BOUND,
            Nullable,
            "Least value of a number, least length of a text in characters or of a list in items.",
        ),
        entry(
            "max",
            BOUND,
            Nullable,
            "Greatest value of a number, greatest length of a text in characters or of a list in items.",
        ),
    ],
);

static AGENT: Record = record(
    "agent",
    "An agent that the template brings along. It is hired when the template is first run.",
    &[
        entry("name", Text, Required, "Name, by which steps speak of it."),
        entry(
            "role",
            Text,
            Required,
            "Its profession, for example API designer.",
        ),
        entry("instructions", Text, Required, "How it should work."),
        entry(
            "model",
            Text,
            Optional,
            "default (whatever is set for specialists), rehearsal, or <provider>/<model>.",
        ),
        entry("tools", List(&Text), Optional, "Tools that it may call."),
    ],
);

static LIMITS: Record = record(
    "limits",
    "Bounds of a run.",
    &[
        entry(
            "parallel_tasks",
            COUNT,
            Optional,
            "Tasks at work at the same time. Default: 4.",
        ),
        entry(
            "attempts",
            COUNT,
            Optional,
            "Attempts of one task, the first included. Default: 3.",
        ),
        entry(
            "sub_tasks",
            COUNT,
            Optional,
            "Sub-tasks that a plan may have. Default: 12.",
        ),
        entry(
            "retry_base_ms",
            COUNT,
            Optional,
            "Wait before the second attempt, in milliseconds; it doubles. Default: 1000.",
        ),
    ],
);

static BUDGET: Record = record(
    "budget",
    "What may be spent at most. What is left out has no limit of its own; what is above in the tree holds all the same.",
    &[
        entry("money", LARGE, Nullable, "Money, in millionths of a US dollar."),
        entry("tokens", LARGE, Nullable, "Tokens read and written together."),
        entry("steps", COUNT, Nullable, "Tasks that may begin."),
        entry(
            "seconds",
            COUNT,
            Nullable,
            "Wall time in seconds; waiting for the operator and pauses do not count.",
        ),
        entry("depth", COUNT, Nullable, "How deep sub-workflows may nest."),
        entry(
            "fan_out",
            COUNT,
            Nullable,
            "Items or sub-tasks that one step may become.",
        ),
    ],
);

static RETRY: Record = record(
    "retry",
    "When a failed attempt is followed by another.",
    &[
        entry("attempts", COUNT, Required, "Attempts, the first included."),
        entry(
            "base_ms",
            COUNT,
            Optional,
            "Wait before the second attempt, in milliseconds. Default: 1000.",
        ),
        entry(
            "max_ms",
            COUNT,
            Optional,
            "Longest wait, in milliseconds. Default: 60000.",
        ),
        entry(
            "backoff",
            Word(&["fixed", "doubling"]),
            Optional,
            "How the wait grows. Default: doubling.",
        ),
    ],
);

const INNER: Entry = entry(
    "steps",
    List(&A_STEP),
    Required,
    "The nodes of the block. They need only each other.",
);
const GIVES: Entry = entry(
    "output",
    Expression,
    Nullable,
    "What the block gives. Left out: the answer of its last step that no other of it needs.",
);

static BLOCK: Record = record("block", "Steps that belong to a step.", &[INNER, GIVES]);

static CASE: Record = record(
    "case",
    "One way that a branch can take.",
    &[
        entry("name", Text, Required, "Name, unique in its branch."),
        entry(
            "when",
            Expression,
            Required,
            "Taken when this is true and no earlier case was.",
        ),
        INNER,
        GIVES,
    ],
);

static OUTCOME: Record = record(
    "outcome",
    "One way to answer an approval.",
    &[
        entry(
            "name",
            Text,
            Required,
            "Name in expressions: steps.<id>.data.outcome.",
        ),
        entry("title", Text, Required, "What the button says."),
    ],
);

static EXPIRES: Record = record(
    "expires",
    "What follows when nobody answers in time.",
    &[
        entry("after_s", COUNT, Required, "Wait, in seconds."),
        entry(
            "outcome",
            Text,
            Nullable,
            "The outcome that is taken then. Left out: the step fails.",
        ),
    ],
);

static ON_ERROR: Record = Record {
    name: "on_error",
    doc: "What follows when a step has failed for good.",
    entries: &[],
    is_step: false,
    variants: Some(Variants {
        tag: "do",
        doc: "What follows.",
        of: &[
            Variant {
                word: "stop",
                doc: "What contains the step fails too.",
                entries: &[],
            },
            Variant {
                word: "default",
                doc: "The step ends with a value.",
                entries: &[entry("value", Any, Required, "The value.")],
            },
            Variant {
                word: "branch",
                doc: "Other steps are done; what they give is the step's answer.",
                entries: &[entry(
                    "block",
                    Of(&BLOCK),
                    Required,
                    "The steps. They can read error.code, error.message and error.next_step.",
                )],
            },
        ],
    }),
};

/// Steps contain blocks, and blocks contain steps.
static A_STEP: Shape = Shape::Later(|| &STEP);

static STEP: Record = Record {
    name: "step",
    doc: "One node of a template.",
    entries: &[
        entry(
            "id",
            Text,
            Required,
            "Name, unique in the whole template: a lower-case letter, then lower-case letters, digits and underscores.",
        ),
        entry("title", Text, Required, "What people read in the list."),
        entry("description", Text, Optional, "What is to be done."),
        entry(
            "needs",
            List(&Text),
            Optional,
            "Steps of the same block that must have ended before.",
        ),
        entry(
            "when",
            Expression,
            Nullable,
            "Done only when this is true; else it is skipped, and what needs it goes on without its answer.",
        ),
        entry(
            "retry",
            Of(&RETRY),
            Nullable,
            "When a failed attempt is followed by another. Left out: the limits say.",
        ),
        entry(
            "timeout_s",
            COUNT,
            Nullable,
            "Longest time of one attempt, in seconds. Waiting for the operator does not count.",
        ),
        entry(
            "on_error",
            Of(&ON_ERROR),
            Optional,
            "What follows when it has failed for good. Default: stop.",
        ),
        entry(
            "budget",
            Of(&BUDGET),
            Optional,
            "What it may spend at most, all attempts and everything in it together.",
        ),
    ],
    is_step: true,
    variants: Some(Variants {
        tag: "kind",
        doc: "What the step does.",
        of: KINDS,
    }),
};

const WHO: Entry = entry(
    "agent",
    Text,
    Required,
    "Who does it: driver, creator, generator, or the name of an agent of the template.",
);
const PROMPT: Entry = entry(
    "prompt",
    Template,
    Nullable,
    "What the agent is told, in place of the description.",
);
const PLAN: Entry = entry("plan", Text, Required, "The step that gave the plan.");
const ASKS: Entry = entry("text", Template, Required, "What is asked.");

static KINDS: &[Variant] = &[
    Variant {
        word: "agent",
        doc: "An agent answers.",
        entries: &[
            WHO,
            PROMPT,
            entry(
                "model",
                Text,
                Nullable,
                "Model for this step, in place of the agent's.",
            ),
            entry(
                "tools",
                List(&Text),
                Nullable,
                "Tools for this step: a part of the agent's.",
            ),
            entry(
                "answer",
                Schema,
                Nullable,
                "JSON Schema of the answer, read as steps.<id>.data. Left out: Markdown.",
            ),
        ],
    },
    Variant {
        word: "tool",
        doc: "A tool is called.",
        entries: &[
            entry(
                "tool",
                Text,
                Required,
                "Which one: knowledge_search, calculator or date.",
            ),
            entry(
                "arguments",
                Any,
                Optional,
                "Its arguments; texts in them may have {{ expressions }}.",
            ),
        ],
    },
    Variant {
        word: "plan",
        doc: "An agent answers with a list of sub-tasks.",
        entries: &[WHO, PROMPT],
    },
    Variant {
        word: "staff",
        doc: "An agent says who does each part of a plan.",
        entries: &[WHO, PLAN],
    },
    Variant {
        word: "expand",
        doc: "Becomes one task for each part of a plan. Give staff or agent.",
        entries: &[
            PLAN,
            entry("staff", Text, Nullable, "The step that said who does what."),
            entry("agent", Text, Nullable, "Who does every part."),
        ],
    },
    Variant {
        word: "aggregate",
        doc: "Gathers the answers of what it needs into one. No model takes part.",
        entries: &[],
    },
    Variant {
        word: "branch",
        doc: "The first case that holds is done.",
        entries: &[
            entry("cases", List(&Of(&CASE)), Required, "The ways, tried in order."),
            entry(
                "else",
                Of(&BLOCK),
                Nullable,
                "Done when no case holds. Left out: the branch gives null then.",
            ),
        ],
    },
    Variant {
        word: "map",
        doc: "The block is done for every item of a list. Steps in it read item and index.",
        entries: &[
            entry("over", Expression, Required, "The list."),
            entry(
                "parallel",
                COUNT,
                Optional,
                "Items at work at the same time, 1 to 64. Default: 4.",
            ),
            entry(
                "on_failure",
                Word(&["stop", "skip", "collect"]),
                Optional,
                "When an item fails: the map fails (default), the item is left out, or its place holds the error.",
            ),
            INNER,
            GIVES,
        ],
    },
    Variant {
        word: "loop",
        doc: "The block is done again and again. Steps in it read round (from 1) and previous (null in the first).",
        entries: &[
            entry(
                "until",
                Expression,
                Required,
                "Ends when this is true after a round; it reads the round's steps.",
            ),
            entry("max", COUNT, Required, "Rounds at most, 1 to 1000."),
            INNER,
            GIVES,
        ],
    },
    Variant {
        word: "approval",
        doc: "Asks the operator for a decision.",
        entries: &[
            ASKS,
            entry("show", Template, Nullable, "What is decided about, as Markdown."),
            entry(
                "outcomes",
                List(&Of(&OUTCOME)),
                Optional,
                "Ways to answer. Left out: approved and rejected.",
            ),
            entry(
                "fields",
                List(&Of(&FIELD)),
                Optional,
                "Values that are asked for with it.",
            ),
            entry(
                "expires",
                Of(&EXPIRES),
                Nullable,
                "What follows when nobody answers.",
            ),
        ],
    },
    Variant {
        word: "input",
        doc: "Asks the operator for values.",
        entries: &[
            ASKS,
            entry("fields", List(&Of(&FIELD)), Required, "The values."),
            entry(
                "expires",
                Of(&EXPIRES),
                Nullable,
                "What follows when nobody answers: the defaults are taken if it has an outcome.",
            ),
        ],
    },
    Variant {
        word: "wait",
        doc: "Waits. Give for or until.",
        entries: &[
            entry("for", Expression, Nullable, "How long, in seconds."),
            entry(
                "until",
                Expression,
                Nullable,
                "Until when, for example '2026-05-01T09:00:00Z'.",
            ),
        ],
    },
    Variant {
        word: "workflow",
        doc: "Runs another template as a workflow of its own.",
        entries: &[
            entry("template", Uid, Required, "Which template, by its uid."),
            entry(
                "version",
                Whole(1, u32::MAX as i64),
                Nullable,
                "Which version. Left out: the newest when the step begins.",
            ),
            entry(
                "inputs",
                Named(&Expression),
                Optional,
                "What it is given, by the name of its inputs.",
            ),
        ],
    },
    Variant {
        word: "transform",
        doc: "Makes a value from values. No model takes part.",
        entries: &[entry("value", Expression, Required, "The value.")],
    },
];
