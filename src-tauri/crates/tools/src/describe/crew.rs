//! The tools by which an agent turns to others. The orchestrator carries them out.

use super::{ASK_AGENT, ASK_OPERATOR, Description, Role, argument, schema};
use serde_json::json;
use wheelhouse_domain::Risk;

pub(super) fn ask_operator() -> Description {
    Description {
        name: ASK_OPERATOR,
        purpose: "Asks the operator one question and waits for the answer, which may take long. Only for what you can't find \
                  out, what changes your work, and what nobody but the operator can decide. Give \"choices\" where the \
                  likely answers are known; other words can be answered too. At most 3 questions in a task. The operator \
                  may let you go on without an answer.",
        parameters: schema(
            &["question"],
            &json!({
                "question": {
                    "type": "string", "minLength": 1, "maxLength": 1000,
                    "description": "One question in plain words, with what the operator must know to answer it."
                },
                "choices": {
                    "type": "array", "minItems": 2, "maxItems": 6, "uniqueItems": true,
                    "items": { "type": "string", "minLength": 1, "maxLength": 120 },
                    "description": "Short answers to choose from, each different."
                }
            }),
        ),
        arguments: const {
            &[
                argument("question", Role::Content),
                argument("choices", Role::Content),
            ]
        },
        limits: "3 questions in a task; 1000 characters; 2 to 6 choices of 120 characters.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: false,
    }
}

pub(super) fn ask_agent() -> Description {
    Description {
        name: ASK_AGENT,
        purpose: "Hands a piece of your work to another agent and gives you its answer, which may take long. Only for what \
                  another agent can do better than you. It knows nothing of your work but what you write, has no tools that \
                  you do not have, and spends from your budget. At most 5 times in a task.",
        parameters: schema(
            &["agent", "task"],
            &json!({
                "agent": {
                    "type": "string", "minLength": 1, "maxLength": 100,
                    "description": "Its name, exactly as it is given here."
                },
                "task": {
                    "type": "string", "minLength": 1, "maxLength": 8000,
                    "description": "What it is to do, with all that it must know, and what its answer should hold."
                }
            }),
        ),
        arguments: const { &[argument("agent", Role::Target), argument("task", Role::Content)] },
        limits: "5 times in a task; 8000 characters; 3 agents that wait for one another.",
        risk: Risk::Read,
        repeatable: true,
        untrusted: true,
    }
}
