//! What each profession makes of its part: its method applied to the task's own nouns.
//!
//! Everything here is proposal and method. What is stated as known comes with a source, from elsewhere.

mod checking;
mod deciding;
mod facets;
mod planning;
mod software;
mod writing;

use super::evidence::Finding;
use super::family::Family;
use super::grammar;
use super::task::{Kind, Task};
use super::text::{capital, inline, shorten, stems, words};
use wheelhouse_domain::Brief;

/// Things that systems of a known sort usually deal with. Proposals, and marked as such where they are shown.
const THINGS: &[(&str, &[&str])] = &[
    ("blog", &["posts", "comments", "authors", "tags"]),
    ("shop", &["products", "carts", "orders", "customers"]),
    ("store", &["products", "carts", "orders", "customers"]),
    ("booking", &["offers", "bookings", "guests", "payments"]),
    ("library", &["titles", "copies", "members", "loans"]),
    ("todo", &["lists", "items", "labels"]),
    ("task", &["projects", "tasks", "people", "labels"]),
    ("chat", &["rooms", "messages", "members"]),
    ("forum", &["topics", "replies", "members"]),
    ("school", &["courses", "students", "teachers", "grades"]),
    ("clinic", &["patients", "appointments", "practitioners"]),
    ("inventory", &["items", "places", "movements"]),
    ("recipe", &["recipes", "ingredients", "steps"]),
    ("event", &["events", "places", "registrations"]),
    ("invoice", &["invoices", "customers", "payments"]),
    ("note", &["notes", "folders", "tags"]),
    ("weather", &["places", "readings", "forecasts"]),
    ("expense", &["expenses", "categories", "receipts"]),
];

/// What a specialist knows when it begins.
pub(super) struct Work<'a> {
    /// The whole task.
    pub(super) task: &'a Task,
    /// The task's object, ready to stand in a sentence.
    pub(super) subject: &'a str,
    /// The part.
    pub(super) title: String,
    /// What this part is about: what the operator named, narrowed to the part where its title names it.
    pub(super) named: Vec<String>,
    /// Whether `named` is this part's own matter rather than the whole task's.
    pub(super) narrowed: bool,
    /// Things that the system deals with.
    pub(super) things: Vec<String>,
    /// Whether the task itself names none of them.
    pub(super) things_proposed: bool,
    /// What the knowledge says on the part.
    pub(super) findings: &'a [Finding],
}

impl<'a> Work<'a> {
    /// The part of `brief`.
    pub(super) fn new(brief: &Brief, task: &'a Task, findings: &'a [Finding]) -> Self {
        let title = inline(&brief.title);
        let all = task.requirements();
        let mut own = told_by(&title, &all);
        if own.is_empty() {
            own = told_by(&brief.description, &all);
        }
        let narrowed = !own.is_empty() || !mentions(&title, &task.object);
        let named = match (own.is_empty(), narrowed) {
            (false, _) => own,
            // Somebody else planned this part: its title is all that is known of it.
            (true, true) => vec![super::text::small(&title)],
            (true, false) if all.is_empty() => vec![task.object.clone()],
            (true, false) => all,
        };
        let (things, things_proposed) = things(task);
        let mut named: Vec<String> = named.into_iter().filter(|one| !grammar::is_action(one)).collect();
        if named.is_empty() {
            // A demand is no name of anything; in quotes it can stand for one.
            named.push(if narrowed {
                format!("“{title}”")
            } else {
                task.object.clone()
            });
        }
        let named = named
            .into_iter()
            .take(5)
            .map(|one| shorten(&inline(&one), 70))
            // A whole clause cannot stand where a name is expected; in quotes it can.
            .map(|one| {
                if grammar::is_clause(&one) {
                    format!("“{one}”")
                } else {
                    one
                }
            })
            .collect();
        Self {
            task,
            subject: &task.object,
            title,
            named,
            narrowed,
            things,
            things_proposed,
            findings,
        }
    }

    /// The first thing that the part is about.
    pub(super) fn matter(&self) -> &str {
        self.named.first().map_or(self.subject, String::as_str)
    }

    /// Whether people sign in to what the task is about.
    pub(super) fn signs_in(&self) -> bool {
        const SIGNS: [&str; 8] = [
            "authentication",
            "login",
            "auth",
            "sign-in",
            "password",
            "account",
            "accounts",
            "session",
        ];
        words(&self.task.said)
            .iter()
            .chain(&words(&self.title))
            .any(|word| SIGNS.contains(&word.to_lowercase().as_str()))
    }

    /// The operator's bounds as a sentence, if there are any.
    pub(super) fn bounds(&self) -> String {
        match self.task.limits.as_slice() {
            [] => String::new(),
            limits => {
                let limits: Vec<String> = limits.iter().map(|one| super::text::small(one)).collect();
                format!("Bounds set by the operator: {}.", limits.join("; "))
            }
        }
    }
}

/// Those of `all` whose words all stand in `text`.
fn told_by(text: &str, all: &[String]) -> Vec<String> {
    let told = stems(text);
    let whole = |one: &&String| {
        let stems = stems(one);
        !stems.is_empty() && stems.iter().all(|stem| told.contains(stem))
    };
    all.iter().filter(whole).cloned().collect()
}

fn mentions(title: &str, object: &str) -> bool {
    let told = stems(title);
    stems(object).iter().any(|stem| told.contains(stem))
}

/// What the system deals with, and whether that is a proposal.
fn things(task: &Task) -> (Vec<String>, bool) {
    let said = stems(&task.said);
    let found = THINGS
        .iter()
        .find(|(sort, _)| said.contains(&super::text::stem(sort)));
    let mut things: Vec<String> = found
        .map(|(_, things)| things.iter().map(|&one| one.to_owned()).collect())
        .unwrap_or_default();
    let people = words(&task.said).into_iter().any(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "user" | "users" | "login" | "account" | "accounts" | "authentication"
        )
    });
    if people && !things.iter().any(|one| one == "users") {
        things.insert(0, "users".to_owned());
    }
    if things.is_empty() && task.kind != Kind::Software {
        return (things, false);
    }
    if things.is_empty() {
        things = super::text::content_words(&task.full)
            .into_iter()
            .filter(|word| {
                Family::called_by(word).is_none() && !super::vocabulary::is_filler(word) && word.is_ascii()
            })
            .take(3)
            .collect();
        return (things, false);
    }
    (things, true)
}

/// A profession's work on one part.
pub(super) struct Craft {
    /// What it did, in one or two sentences.
    pub(super) opening: String,
    /// Heading of the result.
    pub(super) heading: &'static str,
    /// The result.
    pub(super) body: String,
    /// What only the operator can decide.
    pub(super) questions: Vec<String>,
}

impl Craft {
    /// What `family` makes of the part.
    pub(super) fn of(family: Family, work: &Work<'_>) -> Self {
        match family {
            Family::Api => software::api(work),
            Family::Data => software::data(work),
            Family::Interface => software::interface(work),
            Family::Security => checking::security(work),
            Family::Testing => checking::testing(work),
            Family::Operations => software::operations(work),
            Family::Architecture => software::architecture(work),
            Family::Requirements => checking::requirements(work),
            Family::Diagnosis => checking::diagnosis(work),
            Family::Communication => planning::communication(work),
            Family::Logistics => planning::logistics(work),
            Family::Planning => planning::order(work),
            Family::Risk => planning::risks(work),
            Family::Editing => writing::editing(work),
            Family::Audience => writing::audience(work),
            Family::Writing => writing::outline(work),
            Family::Facts => writing::facts(work),
            Family::Explaining => writing::explaining(work),
            Family::Measures => deciding::measures(work),
            Family::Criteria => deciding::criteria(work),
            Family::Options => deciding::option(work),
            Family::Decision => deciding::decision(work),
            Family::Review => deciding::review(work),
            Family::General => deciding::general(work),
        }
    }

    fn new(opening: String, heading: &'static str, body: String, questions: &[String]) -> Self {
        Self {
            opening,
            heading,
            body,
            questions: questions.to_vec(),
        }
    }
}

/// A Markdown table.
fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: Vec<&str>| format!("| {} |", cells.join(" | "));
    let mut lines = vec![line(head.to_vec()), line(vec!["---"; head.len()])];
    lines.extend(
        rows.iter()
            .map(|row| line(row.iter().map(String::as_str).collect())),
    );
    lines.join("\n")
}

/// A row of a table.
fn row(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| cell.replace('|', "/")).collect()
}

/// A numbered list.
fn steps(items: &[String]) -> String {
    items
        .iter()
        .enumerate()
        .map(|(index, item)| format!("{}. {item}", index + 1))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A list.
fn points(items: &[String]) -> String {
    items
        .iter()
        .map(|item| format!("- {item}"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// A phrase at the beginning of a cell.
fn cell(text: &str) -> String {
    capital(&shorten(text, 60))
}
