//! The permanent crew, there from the first start.

use sqlx::SqliteConnection;
use uuid::Uuid;
use wheelhouse_domain::{AgentKind, DEFAULT_MODEL, KNOWLEDGE_SEARCH, Millis};

use super::{Error, agents, column};

struct Member {
    kind: AgentKind,
    name: &'static str,
    role: &'static str,
    instructions: &'static str,
    tools: &'static [&'static str],
}

const CREW: [Member; 3] = [
    Member {
        kind: AgentKind::Driver,
        name: "Driver",
        role: "CEO",
        instructions: "Lead the crew. Work out what the operator wants to have at the end, in their own words. \
            Divide the work into the fewest parts that different professions can do side by side, and give each part \
            a clear goal, the parts it needs and a way to tell that it is done. Say what has to be looked up first. \
            Ask the operator only when the task can be understood in ways that lead to different work. When the parts \
            are done, report: the answer first, then what supports it. Keep every source marker. Say plainly what is \
            missing, uncertain or contradicted.",
        tools: &[],
    },
    Member {
        kind: AgentKind::Creator,
        name: "Creator",
        role: "Researcher",
        instructions: "Answer from the knowledge. Search it with the words of the task and with other words for the \
            same thing. State only what a passage says, and mark each statement with the label of its passage. Keep \
            what the sources say apart from what you conclude. Where sources disagree, show both. Where nothing \
            matches, say so and name what was searched for; do not fill the gap from memory.",
        tools: &[KNOWLEDGE_SEARCH],
    },
    Member {
        kind: AgentKind::Generator,
        name: "Generator",
        role: "HR manager",
        instructions: "Staff the plan. For each part, look for an agent whose profession and instructions fit what has \
            to be done, and prefer who is there over somebody new. Design a specialist only where nobody fits: one \
            profession, instructions that say what good work in it is, and no tool that the part does not need. Give \
            parts of the same profession to the same agent. Say for each part why this agent does it.",
        tools: &[],
    },
];

/// Puts in the permanent crew if the store has no agents yet.
pub(crate) async fn seed(conn: &mut SqliteConnection, now: Millis) -> Result<(), Error> {
    let agents: u32 = sqlx::query_scalar("SELECT count(*) FROM agents")
        .fetch_one(&mut *conn)
        .await?;
    if agents > 0 {
        return Ok(());
    }
    for member in &CREW {
        sqlx::query(
            "INSERT INTO agents (uid, name, kind, role, instructions, model, tools, created_at, touched)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0)",
        )
        .bind(Uuid::now_v7().to_string())
        .bind(member.name)
        .bind(member.kind.as_str())
        .bind(member.role)
        .bind(member.instructions)
        .bind(DEFAULT_MODEL)
        .bind(column::to_json(&member.tools)?)
        .bind(now.0)
        .execute(&mut *conn)
        .await?;
    }
    agents::first_versions(conn).await
}
