//! The generator's staffing: who is there and fits is re-hired, who is missing is designed from the request.

use super::family::{Family, Profession};
use super::plan::json;
use super::task::Task;
use super::text::{capital, content_words, counted, ended, listed, shorten, small, stems, with_article};
use wheelhouse_domain::{
    AgentDesign, Brief, Candidate, KNOWLEDGE_SEARCH, StaffingAnswer, StaffingChoice, SubTask, WorkRecord,
};

/// A staffing of the brief's plan as JSON.
pub(super) fn answer(brief: &Brief) -> String {
    json(&staffing(brief))
}

fn staffing(brief: &Brief) -> StaffingAnswer {
    let task = Task::of(brief);
    let parts = brief
        .plan
        .as_ref()
        .map(|plan| plan.sub_tasks.as_slice())
        .unwrap_or_default();
    let mut designs: Vec<AgentDesign> = Vec::new();
    let mut hired: Vec<String> = Vec::new();
    let mut assignments = Vec::new();
    for part in parts {
        let choice = match fitting(part, &brief.candidates) {
            Some(candidate) => {
                if !hired.contains(&candidate.name) {
                    hired.push(candidate.name.clone());
                }
                rehired(part, candidate)
            }
            None => designed(part, parts, &task, &brief.candidates, &mut designs),
        };
        assignments.push(choice);
    }
    StaffingAnswer {
        summary: summary(&hired, &designs),
        assignments,
    }
}

/// Who has the profession that a part asks for; of several, who is told most about the part, then who did best. Whom the
/// operator called poor more often than good is not taken again.
fn fitting<'a>(part: &SubTask, candidates: &'a [Candidate]) -> Option<&'a Candidate> {
    let wanted = stems(&format!("{} {}", part.title, part.description));
    let known = |one: &Candidate| {
        let told = stems(&one.instructions);
        wanted.iter().filter(|stem| told.contains(stem)).count()
    };
    let mut best: Option<(&Candidate, (usize, i64))> = None;
    for candidate in candidates
        .iter()
        .filter(|one| same_profession(&one.role, &part.role) && !one.record.speaks_against())
    {
        let score = (known(candidate), standing(candidate.record));
        if best.is_none_or(|(_, seen)| score > seen) {
            best = Some((candidate, score));
        }
    }
    best.map(|(candidate, _)| candidate)
}

/// How well somebody did. What the operator says counts more than that nothing failed.
fn standing(record: WorkRecord) -> i64 {
    let said = i64::from(record.good) - i64::from(record.poor);
    let done = i64::from(record.completed) - i64::from(record.failed);
    said * 1_000 + done.clamp(-100, 100)
}

/// What is on record of somebody, in a sentence.
fn did(record: WorkRecord) -> String {
    if record.is_empty() {
        return String::new();
    }
    let tasks = counted(record.completed as usize, "task");
    match record.good {
        0 => format!(" It has completed {tasks}."),
        good => format!(" It has completed {tasks}, and {good} of its results were called good."),
    }
}

fn same_profession(have: &str, want: &str) -> bool {
    let (ours, theirs) = (stems(have), stems(want));
    let same_words =
        !ours.is_empty() && ours.len() == theirs.len() && ours.iter().all(|stem| theirs.contains(stem));
    let same_kind = || {
        let (have, want) = (Family::of_role(have), Family::of_role(want));
        have.is_some() && have == want && ours.iter().any(|stem| theirs.contains(stem))
    };
    same_words || same_kind()
}

fn rehired(part: &SubTask, candidate: &Candidate) -> StaffingChoice {
    let shared: Vec<String> = {
        let told = stems(&candidate.instructions);
        content_words(&part.title)
            .into_iter()
            .filter(|word| told.contains(&super::text::stem(word)))
            .take(3)
            .collect()
    };
    let more = if shared.is_empty() {
        String::new()
    } else {
        format!(" Its instructions also speak of {}.", listed(&shared))
    };
    StaffingChoice {
        sub_task: part.id.clone(),
        agent: Some(candidate.uid),
        design: None,
        why: format!(
            "The part asks for {}, and {} works as {}.{more}{}",
            with_article(&small(&part.role)),
            candidate.name,
            with_article(&small(&candidate.role)),
            did(candidate.record)
        ),
    }
}

fn designed(
    part: &SubTask,
    parts: &[SubTask],
    task: &Task,
    candidates: &[Candidate],
    designs: &mut Vec<AgentDesign>,
) -> StaffingChoice {
    let role = role(part);
    let known = designs
        .iter()
        .find(|design| design.role.eq_ignore_ascii_case(&role))
        .cloned();
    let why = match &known {
        Some(_) => format!(
            "The new {} does this part too, because it asks for the same profession.",
            small(&role)
        ),
        None => wanted(&role, part, candidates),
    };
    let design = known.unwrap_or_else(|| {
        let design = design(&role, parts, task, candidates);
        designs.push(design.clone());
        design
    });
    StaffingChoice {
        sub_task: part.id.clone(),
        agent: None,
        design: Some(design),
        why,
    }
}

/// Why a part needs somebody new.
fn wanted(role: &str, part: &SubTask, candidates: &[Candidate]) -> String {
    let asked = with_article(&small(role));
    let passed_over = candidates
        .iter()
        .find(|one| same_profession(&one.role, &part.role));
    match passed_over {
        Some(one) => format!(
            "The part asks for {asked}. {} is one, and its results were called poor more often than good.",
            one.name
        ),
        None => format!("The part asks for {asked}, and nobody at hand is one."),
    }
}

fn role(part: &SubTask) -> String {
    let role = super::text::inline(&part.role);
    if role.is_empty() {
        Family::called_by(&part.title)
            .unwrap_or(Family::General)
            .role()
            .to_owned()
    } else {
        capital(&role)
    }
}

fn design(role: &str, parts: &[SubTask], task: &Task, candidates: &[Candidate]) -> AgentDesign {
    let titles: Vec<String> = parts
        .iter()
        .filter(|part| self::role(part).eq_ignore_ascii_case(role))
        .map(|part| format!("“{}”", part.title))
        .collect();
    let why = if candidates.is_empty() {
        format!(
            "There are no specialists yet, and {} {} {}.",
            listed(&titles),
            if titles.len() == 1 { "needs" } else { "need" },
            with_article(&small(role))
        )
    } else {
        let roles: Vec<String> = candidates.iter().take(5).map(|one| one.role.clone()).collect();
        format!(
            "Of the {} at hand ({}) none fits as {}.",
            counted(candidates.len(), "specialist"),
            roles.join(", "),
            with_article(&small(role))
        )
    };
    AgentDesign {
        name: role.to_owned(),
        role: role.to_owned(),
        instructions: instructions(role, &titles, task),
        why,
        tools: vec![KNOWLEDGE_SEARCH.to_owned()],
        model: None,
        budget: None,
    }
}

fn instructions(role: &str, titles: &[String], task: &Task) -> String {
    let profession = Family::of_role(role).and_then(Family::profession);
    let subject = shorten(&task.full, 110);
    let mut lines = vec![mission(role, &subject, profession)];
    lines.push(format!("First engagement: {}.", listed(titles)));
    match profession {
        Some(profession) => {
            lines.extend(profession.method.iter().map(|rule| format!("- {rule}")));
            lines.push(format!("A good result has {}.", profession.good));
            lines.push(format!("Leave {} to others.", profession.leaves));
        }
        None => {
            lines.push("- Say first what the result is for.\n- Go from what is given to what is missing.\n- Check the result against the operator's words.".to_owned());
            lines.push("A good result can be acted on without asking again.".to_owned());
        }
    }
    if !task.limits.is_empty() {
        lines.push(format!(
            "Keep to the operator's bounds: {}.",
            task.limits.join("; ")
        ));
    }
    lines.push("Search the knowledge before writing. Put the label of its passage behind every statement taken from it, and never state as a fact what has no source.".to_owned());
    lines.join("\n")
}

fn mission(role: &str, subject: &str, profession: Option<&Profession>) -> String {
    let what = profession.map_or("do the part that you are given", |one| one.mission);
    ended(&format!(
        "You are {}. You {what}, here for {subject}",
        with_article(&small(role))
    ))
}

fn summary(hired: &[String], designs: &[AgentDesign]) -> String {
    let new: Vec<String> = designs.iter().map(|design| design.name.clone()).collect();
    match (hired, new.as_slice()) {
        ([], []) => "The plan has no parts, so nobody was needed.".to_owned(),
        (hired, []) => format!(
            "Nobody new was needed: {} {} re-hired.",
            listed(hired),
            if hired.len() == 1 { "is" } else { "are" }
        ),
        ([], new) => format!(
            "Nobody at hand has the professions that the plan asks for. New: {}.",
            listed(new)
        ),
        (hired, new) => format!(
            "Re-hired: {}. New, because nobody at hand fits: {}.",
            listed(hired),
            listed(new)
        ),
    }
}
