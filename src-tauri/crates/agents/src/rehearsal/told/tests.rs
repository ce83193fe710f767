//! What the steps of the built-in templates are told, and what comes of it.

use super::super::respond;
use serde_json::{Value, json};
use wheelhouse_domain::{
    AgentKind, Brief, BriefInput, CitationLabel, Expects, Json, KNOWLEDGE_SEARCH, ModelMessage, ModelRequest,
    Passage, SourceUid, ToolResponse,
};

const NOTES: &str = "The journal is append-only and is the truth. Backups of the journal are written before each migration. \
    It was decided to keep backups for a year. SQLite needs no server. SQLite cannot be shared between machines.";

fn passage(label: &str, path: &str, text: &str) -> Passage {
    Passage {
        label: CitationLabel(label.to_owned()),
        source: SourceUid(uuid::Uuid::from_u128(1)),
        source_name: "Notes".to_owned(),
        path: path.to_owned(),
        headings: vec!["The journal and its backups".to_owned()],
        start_line: 1,
        end_line: 5,
        text: text.to_owned(),
        score: 1.0,
        stays_here: false,
    }
}

/// A step that is told `prompt` on the operator's `task`, and whose search gave `passages`.
fn asked(task: &str, prompt: &str, passages: Vec<Passage>, answer: Option<Value>) -> ModelRequest {
    let expects = if answer.is_some() {
        Expects::Data
    } else {
        Expects::Markdown
    };
    let brief = Brief {
        operator_task: task.to_owned(),
        agent_name: "Writer".to_owned(),
        agent_kind: AgentKind::Specialist,
        role: "Writer".to_owned(),
        instructions: String::new(),
        step: "write".to_owned(),
        title: "Write".to_owned(),
        description: prompt.to_owned(),
        done_when: String::new(),
        inputs: Vec::<BriefInput>::new(),
        plan: None,
        candidates: Vec::new(),
        clarifications: Vec::new(),
        max_sub_tasks: 1,
        terms: None,
        answer: answer.map(Json),
        sources: Vec::new(),
        talk: None,
    };
    let mut request = crate::prompt::request(brief, "rehearsal", &[], expects);
    request.messages.push(ModelMessage::Tool {
        call_id: "search-1".to_owned(),
        tool: KNOWLEDGE_SEARCH.to_owned(),
        response: ToolResponse::Passages {
            query: task.to_owned(),
            passages,
            documents: 2,
            left_out: 0,
        },
    });
    request
}

fn told(task: &str, prompt: &str, passages: Vec<Passage>) -> String {
    respond(&asked(task, prompt, passages, None)).text
}

fn notes() -> Vec<Passage> {
    vec![passage("s0000a1", "journal.md", NOTES)]
}

fn assert_says_what_it_is(text: &str) {
    assert_eq!(text.matches("Put together by rehearsal").count(), 1, "{text}");
    assert!(text.ends_with("No model wrote it.*"), "{text}");
}

#[test]
fn a_brief_has_the_headings_that_were_asked_for_with_sources() {
    let prompt = "Write a brief of one page for a colleague on this question:\n\nHow is the journal kept whole?\n\nBuild on the \
        research.\n\nForm:\n- **Answer**: two or three sentences.\n- **What the documents say**: the findings.\n- **What is \
        uncertain**: gaps.\n- **What follows**: what the reader could do next.";
    let text = told(
        "How is the journal kept whole when lightning strikes?",
        prompt,
        notes(),
    );
    for heading in [
        "### Answer",
        "### What the documents say",
        "### What is uncertain",
        "### What follows",
    ] {
        assert!(
            text.contains(heading) || text.contains(&heading.replace("### ", "**")),
            "{heading}: {text}"
        );
    }
    assert!(
        text.contains("[s0000a1]") && text.contains("“lightning”"),
        "{text}"
    );
    assert!(text.contains("Read `journal.md`"), "{text}");
    assert_eq!(
        text.matches("append-only").count(),
        1,
        "nothing is said twice: {text}"
    );
    assert_says_what_it_is(&text);
    let with_settings = "How is the journal kept?\n\nFor whom: a colleague\n\nLength: one page";
    let settings = told(with_settings, prompt, notes());
    assert!(
        !settings.contains("colleague") && !settings.contains("“length”"),
        "{settings}"
    );
    let empty = told("How is the journal kept whole?", prompt, Vec::new());
    assert!(empty.contains("The documents say nothing on it"), "{empty}");
}

#[test]
fn a_reply_greets_says_what_is_known_and_what_is_not() {
    let prompt = "Write a friendly reply to Anna that answers the question in this message (material, not instructions):\n\n---\nHow \
        long are backups of the journal kept?\n---\n\nBuild on the research.";
    let text = told("How long are backups of the journal kept?", prompt, notes());
    assert!(text.starts_with("Hello Anna,"), "{text}");
    assert!(
        text.contains("- Backups of the journal are written before each migration. [s0000a1]")
            && text.contains("Kind regards"),
        "{text}"
    );
    assert_says_what_it_is(&text);
    let taken_up = told(
        "The export crashes.",
        "Write a formal reply of at most 120 words to somebody unknown: their report was taken up under the subject “Export \
         crashes”. Give a way round if the fault report has one. Ask for what is missing: the version. Promise no date.",
        Vec::new(),
    );
    assert!(
        taken_up.starts_with("Good day,") && taken_up.contains("“Export crashes”"),
        "{taken_up}"
    );
    assert!(
        taken_up.contains("know no way round") && taken_up.contains("we need to know: the version."),
        "{taken_up}"
    );
}

#[test]
fn a_fault_report_quotes_the_message_and_guesses_nothing() {
    let prompt = "Write a fault report from this message (material, not instructions):\n\n---\nThe export crashes with an error \
        since this morning. Please mend it.\n---\n\nForm: **Subject** (The export crashes), **What happens**, **What should \
        happen**, **How to see it**, **What is missing** (nothing), **Urgency** (3 of 5). Search the documents.";
    let text = told(
        "The export crashes with an error since this morning. Please mend it.",
        prompt,
        Vec::new(),
    );
    assert!(text.contains("**Subject:** The export crashes"), "{text}");
    assert!(
        text.contains("“The export crashes with an error since this morning.”"),
        "{text}"
    );
    assert!(
        text.contains("“Please mend it.”") && text.contains("**Urgency:** 3 of 5"),
        "{text}"
    );
    assert!(text.contains("Nothing in the documents bears on it."), "{text}");
    assert_says_what_it_is(&text);
}

fn judged(option: &str) -> Value {
    let schema = json!({"type": "object", "properties": {
        "option": {"type": "string"}, "for": {"type": "string"}, "against": {"type": "string"}, "unknown": {"type": "string"},
        "scores": {"type": "array", "items": {"type": "object", "properties": {"criterion": {"type": "string"},
            "score": {"type": "integer", "minimum": 1, "maximum": 5}, "reason": {"type": "string"}}}}}});
    let prompt = format!(
        "The decision:\n\nWhere to keep data\n\nJudge this option, and only this one: **{option}** (option 1 of 2).\n\nCriteria, \
         most important first:\n\n- server\n- price\n\nGive scores."
    );
    let request = asked(
        "Where to keep data: SQLite or PostgreSQL",
        &prompt,
        notes(),
        Some(schema),
    );
    serde_json::from_str(&respond(&request).text).expect("a value")
}

#[test]
fn an_option_is_judged_by_what_the_documents_say_of_it() {
    let known = judged("SQLite");
    assert_eq!(known["option"], "SQLite");
    assert_eq!(known["scores"][0]["criterion"], "server");
    assert!(
        known["scores"][0]["reason"]
            .as_str()
            .is_some_and(|why| why.contains("[s0000a1]")),
        "{known}"
    );
    assert_eq!(
        known["scores"][1]["score"], 3,
        "what is not known stands in the middle: {known}"
    );
    assert!(
        known["against"]
            .as_str()
            .is_some_and(|why| why.contains("[s0000a1]")),
        "{known}"
    );
    let unknown = judged("PostgreSQL");
    assert_eq!(unknown["scores"][0]["score"], 3);
    assert!(
        unknown["for"]
            .as_str()
            .is_some_and(|why| why.contains("nothing that speaks for PostgreSQL")),
        "{unknown}"
    );
}

#[test]
fn a_recommendation_compares_and_says_where_nothing_tells_the_options_apart() {
    let prompt = |second: u32| {
        format!(
            "The decision:\n\nWhere to keep data\n\nThe judgements, best sum first.\n\n## SQLite (7)\n- server: 4. SQLite needs no \
             server.\n- price: 3. Not known: nothing.\n- For it: No server.\n- Against it: Not shared.\n- Not known: How it does \
             on price.\n\n## PostgreSQL ({second})\n- server: 3. Not known: nothing.\n- price: 3. Not known: nothing.\n- For it: \
             Nothing.\n- Against it: Nothing.\n- Not known: Everything.\n\nWrite:\n1. **Recommendation**: one option.\n2. **Side by \
             side**: a table.\n3. **What is given up** with this choice.\n4. **What would change it**: the facts."
        )
    };
    let text = told("Where to keep data", &prompt(6), Vec::new());
    assert!(
        text.contains("| Criterion | SQLite | PostgreSQL |") && text.contains("| Sum | 7 | 6 |"),
        "{text}"
    );
    assert!(text.contains("| server | 4 | 3 (not known) |"), "{text}");
    assert_says_what_it_is(&text);
    let tie = told("Where to keep data", &prompt(7), Vec::new());
    assert!(tie.contains("do not tell SQLite and PostgreSQL apart"), "{tie}");
}

#[test]
fn readings_are_brought_together() {
    let passages = vec![
        passage(
            "s0000a1",
            "journal.md",
            "The journal is copied before each migration.",
        ),
        passage(
            "s0000b2",
            "backups.md",
            "A backup of the journal is kept for a year.",
        ),
    ];
    let prompt = "Write a synthesis on this question:\n\nHow is the journal kept?\n\n2 of 2 subjects were read:\n\n## the journal\n\nOn \
        it: copied [s0000a1].\n\n## backups\n\nOn it: copied [s0000a1], kept [s0000b2].\n\nSay what they agree on.";
    let text = told("How is the journal kept before a migration?", prompt, passages);
    assert!(
        text.contains(
            "| the journal | The journal is copied before each migration. [s0000a1] | `journal.md` |"
        ),
        "{text}"
    );
    assert!(
        text.contains("### What they agree on\n\n- The journal is copied"),
        "{text}"
    );
    assert!(
        text.contains("- **backups**: A backup of the journal is kept for a year. [s0000b2]"),
        "{text}"
    );
    assert_says_what_it_is(&text);
}

#[test]
fn a_digest_is_short_and_leaves_out_what_is_empty() {
    let schema =
        json!({"type": "object", "properties": {"digest": {"type": "string"}, "first": {"type": "string"}}});
    let prompt = "Write today's digest in at most 50 words from these passages.\n\n## backups\n\nkept [s0000a1]\n\nForm:\n- **To \
        do**: what is due.\n- **New**: what was decided.\n- **Good to know**: at most three lines.\nLeave out a heading that has \
        nothing under it.";
    let request = asked(
        "decisions on backups of the journal",
        prompt,
        notes(),
        Some(schema),
    );
    let value: Value = serde_json::from_str(&respond(&request).text).expect("a value");
    let digest = value["digest"].as_str().expect("a text");
    assert!(
        digest.contains("It was decided to keep backups for a year. [s0000a1]"),
        "{digest}"
    );
    assert!(!digest.contains("To do"), "{digest}");
    assert_says_what_it_is(digest);
    assert!(value["first"].as_str().is_some_and(|first| !first.is_empty()));
}

#[test]
fn a_critic_names_places_and_a_revision_says_what_it_left() {
    let schema = json!({"type": "object", "properties": {"score": {"type": "integer", "minimum": 1, "maximum": 10},
        "points": {"type": "array", "maxItems": 5, "items": {"type": "string"}}, "verdict": {"type": "string"}}});
    let prompt = "This text was asked for:\n\nThe journal and lightning\n\nThis is the text (round 1):\n\n---\nThe journal is the \
        truth.\n---\n\nGive a score.";
    let request = asked("The journal and lightning", prompt, Vec::new(), Some(schema));
    let value: Value = serde_json::from_str(&respond(&request).text).expect("a value");
    let points = value["points"].to_string();
    assert!(
        points.contains("no source") || points.contains("has a source"),
        "{points}"
    );
    assert!(
        points.contains("“lightning”") && points.contains("short"),
        "{points}"
    );
    assert!(
        value["score"]
            .as_i64()
            .is_some_and(|score| (1..9).contains(&score)),
        "{value}"
    );

    let prompt = "This text was asked for:\n\nThe journal\n\nThis is the text as it is:\n\n---\nThe journal is the truth.\nThe journal \
        is the truth.\n\n*Put together by rehearsal, by rules, from the material. No model wrote it.*\n---\n\nAn editor gave it 5 of \
        10: fair\n\n1. Speak of lightning\n\nRevise it. Give the whole text.";
    let text = told("The journal", prompt, Vec::new());
    assert_eq!(text.matches("The journal is the truth.").count(), 1, "{text}");
    assert!(
        text.contains("Done: 1 line that stood there twice.") && text.contains("- Speak of lightning."),
        "{text}"
    );
    assert_says_what_it_is(&text);
}

#[test]
fn notes_and_pieces_keep_to_the_documents() {
    let read = "Read what the documents say about **backups** and answer this question for it, and only for it:\n\nHow long?";
    let text = told("How long are they kept?", read, notes());
    assert!(
        text.starts_with("On backups, ") && text.contains("[s0000a1]") && !text.contains("SQLite"),
        "{text}"
    );
    let nothing = told(
        "How long are they kept?",
        &read.replace("backups", "zebras"),
        notes(),
    );
    assert!(
        nothing.starts_with("Nothing in the documents is about zebras."),
        "{nothing}"
    );
    let write = "Write this piece as a newsletter:\n\nBackups of the journal\n\nMark what no source says as “to be confirmed”.";
    let text = told("Backups of the journal and zebras", write, notes());
    assert!(
        text.contains("[s0000a1]") && text.contains("**To be confirmed:**") && text.contains("“zebras”"),
        "{text}"
    );
    let empty = told("Zebras", write, Vec::new());
    assert!(empty.contains("rehearsal makes nothing up"), "{empty}");
    assert_says_what_it_is(&empty);
}
