//! The tools by which an agent turns to others. The orchestrator carries them out.

use super::{ASK_OPERATOR, Description, Role, argument, schema};
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
