//! Questions that wait, that were answered lately, and answers in words.

use crate::check;
use crate::error::Wrapped;
use crate::local::{Local, wish};
use crate::views;
use wheelhouse_contract::{AnswerQuestion, ApiError, ListAnsweredQuestions, QuestionView};

impl Local {
    pub(crate) async fn open_questions(&self) -> Result<Vec<QuestionView>, ApiError> {
        let rows = self
            .handle()
            .store()
            .open_questions()
            .await
            .map_err(Wrapped::from)?;
        Ok(rows.into_iter().map(views::question).collect())
    }

    pub(crate) async fn answered_questions(
        &self,
        request: ListAnsweredQuestions,
    ) -> Result<Vec<QuestionView>, ApiError> {
        let limit = check::limit(request.limit, 200)?;
        let rows = self.handle().store().answered_questions(limit).await;
        Ok(rows
            .map_err(Wrapped::from)?
            .into_iter()
            .map(views::question)
            .collect())
    }

    pub(crate) async fn answer(&self, request: AnswerQuestion) -> Result<QuestionView, ApiError> {
        let wish = wish(&request.request_key, "answer_question")?;
        let answer = check::answer(&request.answer)?;
        self.handle()
            .answer(wish, request.id, answer)
            .await
            .map_err(Wrapped::from)?;
        self.question_view(request.id).await
    }
}
