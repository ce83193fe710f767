//! What each kind of work begins with, may hold in its middle, and ends with.

use super::family::Family;
use super::task::{Kind, Task};
use super::text::{listed, words};

/// A part before it has an id.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// What people read in the list.
    pub(super) title: String,
    /// What is to be done.
    pub(super) text: String,
    /// Who does it.
    pub(super) family: Family,
    /// Whether it builds on the first part.
    pub(super) after_first: bool,
    /// Whether another part of the same family may stand beside it.
    pub(super) repeats: bool,
    /// How to tell that it is done.
    pub(super) done: String,
}

impl Draft {
    /// A part that needs no other.
    pub(super) fn new(title: String, text: String, family: Family) -> Self {
        Self {
            title,
            text,
            family,
            after_first: false,
            repeats: false,
            done: "The result can be acted on.".to_owned(),
        }
    }

    /// The same with a sign that it is done.
    pub(super) fn done(mut self, when: &str) -> Self {
        self.done = when.to_owned();
        self
    }

    fn after(mut self) -> Self {
        self.after_first = true;
        self
    }

    fn beside(mut self) -> Self {
        self.repeats = true;
        self
    }
}

/// Beginning, middle and end of a kind of work.
#[derive(Debug, Clone)]
pub(super) struct Outline {
    /// Always there.
    pub(super) first: Draft,
    /// Where the task leaves room.
    pub(super) middle: Vec<Draft>,
    /// Always there; builds on all others.
    pub(super) last: Draft,
    /// Whether the first part covers what the task must have, so that only further demands get parts.
    pub(super) covers_parts: bool,
}

/// What `task` needs besides the parts that it names.
pub(super) fn outline(task: &Task) -> Outline {
    let object = task.object.as_str();
    let full = task.full.as_str();
    match task.kind {
        Kind::Software => software(task, object, full),
        Kind::Writing => writing(task, object, full),
        Kind::Comparison => comparison(task),
        Kind::Research => research(full),
        Kind::Planning => planning(object, full),
        Kind::Review => review(object, full),
        Kind::Repair => repair(object, full),
        Kind::Data => data(object, full),
        Kind::General => general(object, full),
    }
}

fn whole(first: Draft, middle: Vec<Draft>, last: Draft) -> Outline {
    Outline {
        first,
        middle,
        last,
        covers_parts: false,
    }
}

fn named(task: &Task) -> String {
    match task.requirements().as_slice() {
        [] => String::new(),
        all => format!(
            " Take in what the task names: {}.",
            listed(&all[..all.len().min(5)])
        ),
    }
}

fn software(task: &Task, object: &str, full: &str) -> Outline {
    let family = match Family::called_by(object) {
        Some(family @ (Family::Api | Family::Data | Family::Interface)) => family,
        _ => Family::Architecture,
    };
    let (title, text, done) = match family {
        Family::Api => (
            format!("Design the resources of {full}"),
            "Name the resources, their operations, their errors and who may use them.",
            "Every resource has its operations, its errors and its owner.",
        ),
        Family::Data => (
            format!("Model the data of {full}"),
            "Name what is stored, what identifies it and which rules it keeps.",
            "Every entity has its key, its owner and its rules.",
        ),
        Family::Interface => (
            format!("Lay out the screens of {full}"),
            "Name the screens, what each is for and the states it can be in.",
            "Every screen has its purpose, its parts and its states.",
        ),
        _ => (
            format!("Design the structure of {full}"),
            "Divide it into parts, and say what each does and which others it may use.",
            "Every part has one duty and known neighbours.",
        ),
    };
    let middle = vec![
        Draft::new(
            format!("Write down what {object} must do"),
            format!(
                "Turn the task into statements that can be checked.{}",
                named(task)
            ),
            Family::Requirements,
        )
        .done("Each statement is either met or not."),
        Draft::new(
            format!("Check {object} for misuse"),
            "Go through the design part by part: who could do what they should not, and what stops them."
                .to_owned(),
            Family::Security,
        )
        .after()
        .done("Each threat has a guard and a way to see that it works."),
    ];
    let last = Draft::new(
        format!("Plan the tests of {object}"),
        format!(
            "Make cases from the design and from every requirement.{}",
            named(task)
        ),
        Family::Testing,
    )
    .done("Every requirement has a normal, a refused and an extreme case.");
    whole(
        Draft::new(title, format!("{text}{}", named(task)), family).done(done),
        middle,
        last,
    )
}

fn writing(task: &Task, object: &str, full: &str) -> Outline {
    let readers = task.audience().unwrap_or_else(|| "the readers".to_owned());
    let first = Draft::new(
        format!("Collect the facts for {full}"),
        format!(
            "Find the statements that {object} can rest on, each with its source, and the gaps.{}",
            named(task)
        ),
        Family::Facts,
    )
    .done("Each statement has a source, and the gaps are listed.");
    let middle = vec![
        Draft::new(
            format!("Find out what {readers} need from {object}"),
            "List the readers' questions in the order in which they arise.".to_owned(),
            Family::Audience,
        )
        .done("Each question says why it is asked and what answers it."),
        Draft::new(
            format!("Outline {full}"),
            "Put the material into sections, each with one point.".to_owned(),
            Family::Writing,
        )
        .after()
        .beside()
        .done("Each section has a point, its material and a length."),
    ];
    let last = Draft::new(
        format!("Set the final checks for {object}"),
        "Say what has to be read and checked before it goes out, in which order.".to_owned(),
        Family::Editing,
    )
    .done("Somebody who did not write it can carry the checks out.");
    whole(first, middle, last)
}

fn comparison(task: &Task) -> Outline {
    let options = if task.options.is_empty() {
        task.object.clone()
    } else {
        listed(&task.options)
    };
    let purpose = if task.purpose.is_empty() {
        String::new()
    } else {
        format!(" {}", task.purpose)
    };
    let first = Draft::new(
        format!("Set the criteria for choosing between {options}{purpose}"),
        "Say what the choice depends on, how each criterion is judged and who sets its weight.".to_owned(),
        Family::Criteria,
    )
    .done("Each criterion can be judged, and its weight has an owner.");
    let middle = task
        .options
        .iter()
        .take(3)
        .map(|option| {
            Draft::new(
                format!("Examine {option}{purpose}"),
                format!("Collect what is documented for and against {option}, and name the trial that would show most."),
                Family::Options,
            )
            .beside()
            .done("Evidence and doubts are apart, and a trial is named.")
        })
        .collect();
    let last = Draft::new(
        format!("Bring {options} to a decision"),
        "Set the findings against the criteria, and say what is missing to decide.".to_owned(),
        Family::Decision,
    )
    .done("There is a rule for the decision, and what would change it.");
    whole(first, middle, last)
}

fn research(subject: &str) -> Outline {
    let first = Draft::new(
        format!("Collect what is known for {subject}"),
        "Gather the statements that bear on it, each with its source.".to_owned(),
        Family::Facts,
    )
    .done("Each statement has a source.");
    let middle = vec![
        Draft::new(
            format!("Explain {subject} in plain words"),
            "Lead from what it is for to how it works and where it ends.".to_owned(),
            Family::Explaining,
        )
        .done("Somebody new to it can follow."),
    ];
    let last = Draft::new(
        format!("Check {subject} for gaps"),
        "Check what was found and explained for gaps, contradictions and claims without a source.".to_owned(),
        Family::Review,
    )
    .done("Each gap says what would close it.");
    whole(first, middle, last)
}

fn planning(object: &str, full: &str) -> Outline {
    let event = words(object).iter().any(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "event"
                | "trip"
                | "conference"
                | "workshop"
                | "meetup"
                | "party"
                | "offsite"
                | "retreat"
                | "wedding"
                | "hackathon"
                | "festival"
                | "hochzeit"
                | "reise"
        )
    });
    let moves = words(object).iter().any(|word| {
        matches!(
            word.to_lowercase().as_str(),
            "migration" | "move" | "rollout" | "upgrade" | "database"
        )
    });
    let first = Draft::new(
        format!("Order the steps of {full}"),
        "Work back from the end: what must be there before, who does it, and when it is done.".to_owned(),
        Family::Planning,
    )
    .done("Each step says what it needs and how to tell that it is done.");
    let special = if event {
        Draft::new(
            format!("Arrange place, people and supplies for {object}"),
            "List what has to be there, and what must be known before it can be booked.".to_owned(),
            Family::Logistics,
        )
        .done("Each arrangement says what it depends on.")
    } else if moves {
        Draft::new(
            format!("Prepare the switch and the way back for {object}"),
            "Write each step with the sign that it worked and how to undo it.".to_owned(),
            Family::Operations,
        )
        .done("Each step can be checked and undone.")
    } else {
        Draft::new(
            format!("Prepare the messages for {object}"),
            "List who must know what, from whom and when.".to_owned(),
            Family::Communication,
        )
        .done("Each audience has one message and a moment.")
    };
    let measures = Draft::new(
        format!("Set how the success of {object} is measured"),
        "Name the few measures that tell whether it reached its aim.".to_owned(),
        Family::Measures,
    )
    .done("Each measure has a definition and a source.");
    let last = Draft::new(
        format!("List the risks of {object}"),
        "Go through the plan and name what can fail, how that shows early, and the answer.".to_owned(),
        Family::Risk,
    )
    .done("Each risk has an early sign and an answer.");
    whole(first, vec![special, measures], last)
}

fn review(object: &str, full: &str) -> Outline {
    let code = !super::grammar::is_text(object)
        && matches!(
            Family::called_by(object),
            Some(Family::Architecture | Family::Api | Family::Data | Family::Interface)
        );
    let first = Draft::new(
        format!("Set the checklist for {full}"),
        "Write the questions that it is judged by, before it is read.".to_owned(),
        Family::Review,
    )
    .done("Each question can be answered with a place and a yes or no.");
    let middle = if code {
        vec![
            Draft::new(
                format!("Check {object} for misuse"),
                "Go part by part: who could do what they should not.".to_owned(),
                Family::Security,
            ),
            Draft::new(
                format!("Check how {object} is tested"),
                "Say which cases are needed, and which are missing.".to_owned(),
                Family::Testing,
            ),
        ]
    } else {
        vec![
            Draft::new(
                format!("Check the statements of {object}"),
                "Find which statements the knowledge bears out, and which it does not.".to_owned(),
                Family::Facts,
            ),
            Draft::new(
                format!("Check the order and wording of {object}"),
                "Say how to read it for sense, order and words.".to_owned(),
                Family::Editing,
            ),
        ]
    };
    let last = Draft::new(
        format!("Rank the findings on {object}"),
        "Tell what must change from what might, and in which order.".to_owned(),
        Family::Decision,
    )
    .done("Each finding has a rank and a reason.");
    whole(first, middle, last)
}

fn repair(object: &str, full: &str) -> Outline {
    let first = Draft::new(
        format!("Narrow down the cause in {full}"),
        "Give a path of checks, each of which rules something out.".to_owned(),
        Family::Diagnosis,
    )
    .done("The path ends at one cause or at a named question.");
    let middle = vec![
        Draft::new(
            format!("Plan the change of {object} and the way back"),
            "Write the steps, each with its sign of success and how to undo it.".to_owned(),
            Family::Operations,
        )
        .after()
        .done("Each step can be checked and undone."),
    ];
    let last = Draft::new(
        format!("Plan the tests that keep {object} mended"),
        "Make the cases that fail today and must pass afterwards.".to_owned(),
        Family::Testing,
    )
    .done("At least one case fails before the change and passes after it.");
    whole(first, middle, last)
}

fn data(object: &str, full: &str) -> Outline {
    let first = Draft::new(
        format!("Define the measures for {full}"),
        "Write the questions first, then the measure that answers each.".to_owned(),
        Family::Measures,
    )
    .done("Two people would compute the same number.");
    let middle = vec![
        Draft::new(
            format!("Describe the data behind {object}"),
            "Say what one row is, which fields matter and what may be missing.".to_owned(),
            Family::Data,
        )
        .done("Fields, gaps and rules are written down."),
        Draft::new(
            format!("Collect what is known on {object}"),
            "Gather statements that the figures should agree with.".to_owned(),
            Family::Facts,
        )
        .done("Each statement has a source."),
    ];
    let last = Draft::new(
        format!("Outline the report on {object}"),
        "Put the answers into an order that leads to a decision.".to_owned(),
        Family::Writing,
    )
    .done("Each section answers one question.");
    whole(first, middle, last)
}

fn general(object: &str, full: &str) -> Outline {
    let first = Draft::new(
        format!("Say what a good result of {full} is"),
        "Turn the task into statements that are either met or not.".to_owned(),
        Family::Requirements,
    )
    .done("Each statement can be checked.");
    let middle = vec![
        Draft::new(
            format!("Order the steps towards {object}"),
            "Work back from the result.".to_owned(),
            Family::Planning,
        )
        .beside()
        .done("Each step says what it needs and how to tell that it is done."),
        Draft::new(
            format!("Collect what is known on {object}"),
            "Gather the statements that bear on it, each with its source.".to_owned(),
            Family::Facts,
        )
        .done("Each statement has a source."),
    ];
    let last = Draft::new(
        format!("Review the approach to {object}"),
        "Check what was worked out against the task, and name what is missing.".to_owned(),
        Family::Review,
    )
    .done("Each gap says what would close it.");
    whole(first, middle, last)
}
