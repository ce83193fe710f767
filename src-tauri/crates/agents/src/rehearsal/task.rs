//! Understands an operator's task as far as rules can: what kind of work, on what, with which parts and limits.

use super::clauses::{self, Clauses};
use super::grammar;
use super::prose;
use super::text::{capital, content_words, inline, shorten, small, words};
use super::vocabulary::{self, Verb};
use wheelhouse_domain::Brief;

/// What kind of work a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Something that runs is designed or made.
    Software,
    /// A text for readers.
    Writing,
    /// A choice between things.
    Comparison,
    /// A question is answered or a subject explained.
    Research,
    /// Something is to happen: an event, a launch, a move.
    Planning,
    /// Something that exists is judged.
    Review,
    /// Something that exists is mended.
    Repair,
    /// Figures are made to speak.
    Data,
    /// None of these can be told.
    General,
}

/// A task as it was understood. All texts are single lines without markup.
#[derive(Debug, Clone)]
pub(super) struct Task {
    /// What kind of work.
    pub(super) kind: Kind,
    /// What it is about, short, ready to stand in a sentence: "the REST API".
    pub(super) object: String,
    /// The same with what it is for: "the REST API for a blog platform".
    pub(super) full: String,
    /// What it is for, or what it is about.
    pub(super) purpose: String,
    /// What it must have.
    pub(super) features: Vec<String>,
    /// What else was asked for, each in the operator's words.
    pub(super) parts: Vec<String>,
    /// What is to be compared.
    pub(super) options: Vec<String>,
    /// Bounds: "without a database", "in Python", "by Friday".
    pub(super) limits: Vec<String>,
    /// The question, where the task is one.
    pub(super) question: Option<String>,
    /// Everything that was said, on one line.
    pub(super) said: String,
}

impl Task {
    /// What the brief's task is, the operator's later answers included.
    pub(super) fn of(brief: &Brief) -> Self {
        let answers: Vec<&str> = brief
            .clarifications
            .iter()
            .map(|one| one.answer.as_str())
            .collect();
        let answers = answers.join("\n");
        if says_nothing(&brief.operator_task) && !says_nothing(&answers) {
            Self::parse(&answers)
        } else {
            Self::parse(&format!("{}\n\n{answers}", brief.operator_task))
        }
    }

    /// What `text` asks for.
    pub(super) fn parse(text: &str) -> Self {
        let (bullets, sentences) = pieces(text);
        let said = inline(text);
        let main = sentences
            .iter()
            .position(|sentence| grammar::lead(sentence).verb != Verb::None)
            .or_else(|| {
                sentences
                    .iter()
                    .position(|sentence| !content_words(sentence).is_empty())
            });
        let lead = grammar::lead(main.map_or(said.as_str(), |index| sentences[index].as_str()));
        let clauses = Clauses::of(&lead.rest);
        let kind = grammar::kind(lead.verb, &clauses.object, &said);
        let mut task = Self {
            kind,
            object: grammar::definite(&shorten(&clauses.object, 70)),
            full: String::new(),
            purpose: shorten(&clauses.purpose, 80),
            features: clauses.features,
            parts: clauses.actions,
            options: Vec::new(),
            limits: clauses.limits,
            question: None,
            said,
        };
        task.parts.extend(bullets);
        let rest = sentences
            .iter()
            .enumerate()
            .filter(|(index, _)| main.is_some_and(|main| *index != main));
        task.take_further(rest.map(|(_, sentence)| sentence.as_str()));
        task.settle(&lead);
        task
    }

    /// Sentences besides the main one: what they demand becomes a part.
    fn take_further<'a>(&mut self, sentences: impl Iterator<Item = &'a str>) {
        for sentence in sentences {
            if let Some(limit) = grammar::limit(sentence) {
                self.limits.push(shorten(&limit, 90));
            } else if let Some(part) = grammar::demand(sentence) {
                self.parts.push(part);
            }
        }
    }

    fn settle(&mut self, lead: &grammar::Lead) {
        if self.kind == Kind::Comparison {
            let (options, purpose) = clauses::options(&lead.rest);
            self.options = if options.len() < 2 {
                std::mem::take(&mut self.parts)
            } else {
                options
            };
            self.options.truncate(4);
            self.features.clear();
            if !purpose.is_empty() {
                self.purpose = shorten(&purpose, 80);
            }
        }
        if lead.question && self.kind != Kind::Comparison {
            let question = shorten(&capital(&lead.whole), 90);
            self.object = "the answer".to_owned();
            self.question = Some(question);
            self.purpose.clear();
            self.features.clear();
            self.limits.clear();
        }
        if self.object.is_empty() {
            self.object = if self.said.is_empty() || content_words(&self.said).is_empty() {
                "the task".to_owned()
            } else {
                format!("“{}”", shorten(&self.said, 70))
            };
        }
        if self.kind == Kind::Comparison && !self.options.is_empty() {
            self.object = super::text::listed(&self.options);
        }
        let purpose = self.question.as_ref().map_or_else(
            || grammar::addressed(&self.purpose),
            |question| format!("to “{question}”"),
        );
        self.full = match purpose.as_str() {
            "" => self.object.clone(),
            purpose => shorten(&format!("{} {}", self.object, purpose), 130),
        };
        dedupe(&mut self.features, 60);
        dedupe(&mut self.parts, 140);
        dedupe(&mut self.limits, 90);
        let features = self.features.clone();
        self.parts
            .retain(|part| !features.iter().any(|feature| feature.eq_ignore_ascii_case(part)));
    }

    /// `phrase` inside a sentence: begun small, unless the task's language gives nouns a capital.
    pub(super) fn inside(&self, phrase: &str) -> String {
        let said = format!(" {} ", self.said.to_lowercase());
        let german = [
            " und ", " für ", " eine ", " einen ", " der ", " die ", " das ", " mit ",
        ]
        .iter()
        .filter(|word| said.contains(**word))
        .count();
        if german >= 2 {
            phrase.to_owned()
        } else {
            small(phrase)
        }
    }

    /// What must be there: features and parts, in the operator's words.
    pub(super) fn requirements(&self) -> Vec<String> {
        self.features
            .iter()
            .chain(&self.parts)
            .map(|one| self.inside(one))
            .collect()
    }

    /// The words that all parts share, so that they tell no part from another.
    pub(super) fn common(&self) -> Vec<String> {
        content_words(if self.kind == Kind::Comparison {
            &self.purpose
        } else {
            &self.full
        })
    }

    /// Who it is for, if that was said.
    pub(super) fn audience(&self) -> Option<String> {
        let rest = self
            .purpose
            .strip_prefix("for ")
            .or_else(|| self.purpose.strip_prefix("to "))?;
        let rest = [" about ", " who ", " in ", " on ", " with ", " at "]
            .iter()
            .filter_map(|mark| rest.split_once(mark))
            .map(|(people, _)| people)
            .min_by_key(|people| people.len())
            .unwrap_or(rest);
        let people = words(rest).into_iter().any(vocabulary::is_people);
        people.then(|| rest.to_owned())
    }
}

fn dedupe(items: &mut Vec<String>, limit: usize) {
    let mut kept: Vec<String> = Vec::new();
    for item in items.drain(..) {
        let item = shorten(item.trim().trim_end_matches(['.', ';', ',', ':', '!']), limit);
        let known = says_nothing(&item) || kept.iter().any(|one| one.to_lowercase() == item.to_lowercase());
        if !known && words(&item).len() < 40 && !words(&item).is_empty() {
            kept.push(item);
        }
    }
    *items = kept;
}

/// List items and sentences of a task.
fn pieces(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut bullets, mut sentences, mut paragraph) = (Vec::new(), Vec::new(), String::new());
    let mut fenced = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            continue;
        }
        let item = prose::item(line);
        if line.is_empty() || item.is_some() {
            finish(&mut sentences, &mut paragraph);
        }
        match item {
            Some(item) => bullets.push(inline(item)),
            None => {
                paragraph.push_str(line.trim_start_matches('#'));
                paragraph.push(' ');
            }
        }
    }
    finish(&mut sentences, &mut paragraph);
    bullets.retain(|item| !words(item).is_empty());
    (bullets, sentences)
}

fn finish(sentences: &mut Vec<String>, paragraph: &mut String) {
    for sentence in prose::split(paragraph.trim()) {
        // "The plan must cover:" only leads to a list; alone at the beginning it may be the task.
        let leads = sentence.ends_with(':') && !sentences.is_empty();
        let sentence = inline(sentence.trim_end_matches(':'));
        if !words(&sentence).is_empty() && !leads {
            sentences.push(sentence);
        }
    }
    paragraph.clear();
}

/// Whether nothing can be planned from `text`: no words, or only verbs without an object, or keys hit at random.
pub(super) fn says_nothing(text: &str) -> bool {
    content_words(text).iter().all(|word| vocabulary::is_filler(word))
}
