//! What an agent reads of the conversation that it replies in.

use super::ConversationError;
use crate::error::Error;
use crate::service::Inner;
use std::collections::BTreeMap;
use wheelhouse_domain::{
    Author, Citation, ContentHash, InConversation, MessageFile, Said, SaidFile, Talk, TaskAnswer,
    WorkflowStatus,
};
use wheelhouse_store::MessageRow;

/// Messages before the newest one that an agent is told at most. What its model can't read of them is left out later.
const MOST_TOLD: u32 = 200;

/// The conversation up to the message at `place`, and the sources of what was replied in it.
pub(crate) async fn talk(inner: &Inner, place: &InConversation) -> Result<(Talk, Vec<Citation>), Error> {
    let (rows, older) = match place.parent {
        Some(parent) => inner.store.messages_before(parent, MOST_TOLD).await?,
        None => (Vec::new(), 0),
    };
    if place.parent.is_some() && rows.is_empty() {
        return Err(ConversationError::Missing(place.conversation).into());
    }
    let texts = texts(inner, &rows, &place.files).await?;
    let mut sources: Vec<Citation> = Vec::new();
    let mut before = Vec::with_capacity(rows.len());
    for row in rows {
        let (text, cited) = words_of(&row, &texts)?;
        for source in cited {
            if !sources.iter().any(|known| known.label == source.label) {
                sources.push(source);
            }
        }
        before.push(Said {
            by: row.author,
            text,
            files: files(&row.files, &texts),
        });
    }
    let talk = Talk {
        before,
        older,
        files: files(&place.files, &texts),
        ..Talk::default()
    };
    Ok((talk, sources))
}

type Texts = BTreeMap<ContentHash, String>;

async fn texts(inner: &Inner, rows: &[MessageRow], newest: &[MessageFile]) -> Result<Texts, Error> {
    let reports = rows
        .iter()
        .filter_map(|row| row.reply.as_ref()?.workflow.report.clone());
    let attached = rows.iter().flat_map(|row| &row.files).chain(newest);
    let hashes: Vec<ContentHash> = reports.chain(attached.map(|file| file.content.clone())).collect();
    Ok(inner.store.contents(&hashes).await?)
}

fn files(files: &[MessageFile], texts: &Texts) -> Vec<SaidFile> {
    let said = |file: &MessageFile| SaidFile {
        name: file.name.clone(),
        text: texts.get(&file.content).cloned().unwrap_or_default(),
    };
    files.iter().map(said).collect()
}

/// The words of a message and the sources that they name. A reply that is not whole says so, so that the agent does not
/// take half a sentence for what it meant to say.
fn words_of(row: &MessageRow, texts: &Texts) -> Result<(String, Vec<Citation>), Error> {
    let Some(reply) = row.reply.as_ref().filter(|_| row.author == Author::Agent) else {
        return Ok((row.said.clone(), Vec::new()));
    };
    let report = reply.workflow.report.as_ref().and_then(|hash| texts.get(hash));
    Ok(match (reply.workflow.status, report) {
        (WorkflowStatus::Completed, Some(report)) => {
            let answer: TaskAnswer = serde_json::from_str(report)?;
            (answer.text, answer.citations)
        }
        (WorkflowStatus::Cancelled, _) if !row.said.trim().is_empty() => (
            format!(
                "{}\n\n(The operator stopped this reply here.)",
                row.said.trim_end()
            ),
            Vec::new(),
        ),
        _ => ("(This reply did not come about.)".to_owned(), Vec::new()),
    })
}
