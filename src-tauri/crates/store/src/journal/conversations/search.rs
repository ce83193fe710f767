//! Finds messages by their words.

use sqlx::{Row, SqliteConnection};
use wheelhouse_domain::{AgentId, Author, ConversationUid, MessageUid, Millis};

use crate::journal::{Error, column};

/// Words of a query that count; further ones are ignored.
const MOST_WORDS: usize = 16;

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundMessage {
    /// Where it was said.
    pub conversation: ConversationUid,
    /// What that is called.
    pub title: String,
    /// The message.
    pub message: MessageUid,
    /// Who said it.
    pub author: Author,
    /// With whom the conversation is.
    pub agent_id: AgentId,
    /// What that agent is called.
    pub agent_name: String,
    /// When it was said.
    pub created_at: Millis,
    /// The words around what was found.
    pub excerpt: String,
}

/// Messages that have every word of `query`, or a longer one that begins with it; the best first.
pub(crate) async fn find(
    conn: &mut SqliteConnection,
    query: &str,
    limit: u32,
) -> Result<Vec<FoundMessage>, Error> {
    let expression = expression(query);
    if expression.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(
        "SELECT c.uid AS conversation, c.title, m.uid AS message, m.author, m.created_at, a.id AS agent_id,
           a.name AS agent_name, snippet(message_words, 0, '', '', '…', 24) AS excerpt
         FROM message_words JOIN messages m ON m.id = message_words.rowid
         JOIN conversations c ON c.uid = m.conversation JOIN agents a ON a.uid = c.agent
         WHERE message_words MATCH ?1 ORDER BY bm25(message_words), m.id DESC LIMIT ?2",
    )
    .bind(expression)
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(FoundMessage {
                conversation: ConversationUid(column::uid(row, "conversation")?),
                title: row.try_get("title")?,
                message: MessageUid(column::uid(row, "message")?),
                author: column::word(row, "author", Author::parse)?,
                agent_id: AgentId(row.try_get("agent_id")?),
                agent_name: row.try_get("agent_name")?,
                created_at: column::at(row, "created_at")?,
                excerpt: row.try_get("excerpt")?,
            })
        })
        .collect()
}

/// Every word in quotes, so that none of them is taken for a part of the query's language.
fn expression(query: &str) -> String {
    let words = query
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let terms: Vec<String> = words
        .take(MOST_WORDS)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    terms.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_query_is_taken_for_its_language() {
        assert_eq!(
            expression("a-b NOT \"c\" col:x*"),
            "\"a\"* \"b\"* \"NOT\"* \"c\"* \"col\"* \"x\"*"
        );
        assert_eq!(expression(" -- "), "");
    }
}
