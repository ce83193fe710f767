//! A job offer as the operator is shown it: what for, why nobody at hand fits, and what the new agent gets against what the
//! crew has.

use super::capability::{Capability, Compared, MODEL};
use std::fmt::Write;
use wheelhouse_domain::{AgentDesign, Form, Outcome, Plan, StaffingAnswer};

/// The outcome that hires for good.
pub const KEEP: &str = "hire_and_keep";
/// The outcome that hires for the workflow only.
pub const ONCE: &str = "hire_once";
/// The outcome that hires nobody.
pub const REFUSE: &str = "refuse";

/// Longest name that is shown, in characters.
const LONGEST: usize = 160;

/// A new agent that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it would be.
    pub design: AgentDesign,
    /// Titles of the parts that it would do.
    pub parts: Vec<String>,
}

/// The new agents of a staffing. Designs of the same profession are one.
#[must_use]
pub fn offers(answer: &StaffingAnswer, plan: &Plan) -> Vec<Offer> {
    let mut offers: Vec<Offer> = Vec::new();
    for choice in &answer.assignments {
        let Some(design) = &choice.design else {
            continue;
        };
        let part = plan.sub_tasks.iter().find(|part| part.id == choice.sub_task);
        let title = part.map_or(choice.sub_task.as_str(), |part| part.title.as_str());
        let role = design.role.trim().to_lowercase();
        let known = offers
            .iter_mut()
            .find(|offer| offer.design.role.trim().to_lowercase() == role);
        match known {
            Some(offer) => offer.parts.push(title.to_owned()),
            None => offers.push(Offer {
                design: design.clone(),
                parts: vec![title.to_owned()],
            }),
        }
    }
    offers
}

/// The question in words.
#[must_use]
pub fn text(offers: &[Offer]) -> String {
    match offers {
        [one] => format!("The generator wants to hire {}.", one.design.name.trim()),
        several => format!("The generator wants to hire {} new agents.", several.len()),
    }
}

/// The question's form: the offers, and the ways to answer. `usual_model` is that of new agents whose design names none.
#[must_use]
pub fn form(offers: &[Offer], requester: &Capability, usual_model: &str) -> Form {
    let shown: Vec<String> = offers
        .iter()
        .map(|offer| shown(offer, requester, usual_model))
        .collect();
    let outcome = |name: &str, title: &str| Outcome {
        name: name.to_owned(),
        title: title.to_owned(),
    };
    Form {
        show: Some(shown.join("\n\n")),
        outcomes: vec![
            outcome(KEEP, "Hire and keep"),
            outcome(ONCE, "Hire for this workflow"),
            outcome(REFUSE, "Refuse"),
        ],
        ..Form::default()
    }
}

fn shown(offer: &Offer, requester: &Capability, usual_model: &str) -> String {
    let Offer { design, parts } = offer;
    let parts: Vec<String> = parts.iter().map(|part| format!("“{}”", plain(part))).collect();
    let gets = gets(design, requester, usual_model);
    let mut text = format!("**{}** for {}\n\n", plain(&design.name), parts.join(", "));
    // Writing to a string cannot fail.
    let _ = write!(text, "{}\n\nIt gets:\n\n", plain(&design.why));
    for part in gets.compared_with(requester) {
        let against = match part.compared {
            Compared::Same => "the same as the crew has".to_owned(),
            Compared::Less if part.what == MODEL => {
                format!("one of those that the crew has: {}", plain(&part.has))
            }
            other => format!("{} than the crew has: {}", other.as_str(), plain(&part.has)),
        };
        let _ = writeln!(text, "- {}: {}. *{against}*", part.what, plain(&part.gets));
    }
    let fence = fence(&design.instructions);
    let _ = write!(
        text,
        "\nIt is told:\n\n{fence}\n{}\n{fence}",
        design.instructions.trim()
    );
    text
}

/// What a new agent would have: a day's budget as every agent has, and on a part no more than what stands above it allows.
fn gets(design: &AgentDesign, requester: &Capability, usual_model: &str) -> Capability {
    let model = design.model.as_deref().unwrap_or(usual_model);
    Capability {
        tools: design.tools.iter().cloned().collect(),
        models: [model.to_owned()].into(),
        part: design.budget.unwrap_or_default().attenuated(requester.part),
        day: requester.day,
    }
}

/// Words of somebody else on one line, with nothing in them that Markdown reads.
fn plain(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut plain = String::with_capacity(line.len());
    for letter in line.chars().take(LONGEST) {
        if matches!(
            letter,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '!' | '~'
        ) {
            plain.push('\\');
        }
        plain.push(letter);
    }
    if line.chars().count() > LONGEST {
        plain.push('…');
    }
    plain
}

/// A fence that the text can't close.
fn fence(text: &str) -> String {
    let longest = text
        .split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or_default();
    "`".repeat(longest.max(2) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{DayLimit, KNOWLEDGE_SEARCH, Money, PartBudget, StaffingChoice, SubTask};

    fn design(role: &str) -> AgentDesign {
        AgentDesign {
            name: format!("The {role}"),
            role: role.to_owned(),
            instructions: "Work.\n```\n| x |".to_owned(),
            why: "Nobody | *fits*.".to_owned(),
            tools: vec![KNOWLEDGE_SEARCH.to_owned()],
            model: None,
            budget: None,
        }
    }

    fn choice(part: &str, role: &str) -> StaffingChoice {
        StaffingChoice {
            sub_task: part.to_owned(),
            agent: None,
            design: Some(design(role)),
            why: String::new(),
        }
    }

    fn plan() -> Plan {
        let part = |id: &str| SubTask {
            id: id.to_owned(),
            title: format!("Part {id}"),
            description: String::new(),
            role: String::new(),
            needs: Vec::new(),
            done_when: String::new(),
        };
        Plan {
            summary: String::new(),
            research: String::new(),
            sub_tasks: vec![part("one"), part("two"), part("three")],
        }
    }

    #[test]
    fn an_offer_says_what_for_why_and_how_far_it_reaches() {
        let answer = StaffingAnswer {
            summary: String::new(),
            assignments: vec![
                choice("one", "Writer"),
                choice("two", "Cook"),
                choice("three", "writer "),
            ],
        };
        let offers = offers(&answer, &plan());
        assert_eq!(super::super::new_agents(&answer).len(), 2);
        assert_eq!(offers[0].parts, ["Part one", "Part three"]);
        assert_eq!(text(&offers), "The generator wants to hire 2 new agents.");
        assert_eq!(text(&offers[..1]), "The generator wants to hire The Writer.");
        let crew = crew();
        let form = form(&offers, &crew, "rehearsal");
        let outcomes: Vec<&str> = form
            .outcomes
            .iter()
            .map(|outcome| outcome.name.as_str())
            .collect();
        assert_eq!(outcomes, [KEEP, ONCE, REFUSE]);
        let shown = form.show.expect("offers");
        assert!(
            shown.starts_with("**The Writer** for “Part one”, “Part three”"),
            "{shown}"
        );
        assert!(shown.contains("Nobody \\| \\*fits\\*."), "{shown}");
        assert!(
            shown.contains("- Tools: knowledge search. *less than the crew has: date, knowledge search*"),
            "{shown}"
        );
        assert!(
            shown.contains("- Network: none. *the same as the crew has*"),
            "{shown}"
        );
        assert!(
            shown.contains("- Model: rehearsal. *one of those that the crew has: one/large, rehearsal*"),
            "{shown}"
        );
        assert!(
            shown.contains("- Budget for each part: $2.50. *the same as the crew has*"),
            "{shown}"
        );
        assert!(shown.contains("````\nWork."), "{shown}");
    }

    fn crew() -> Capability {
        Capability {
            tools: [KNOWLEDGE_SEARCH.to_owned(), "date".to_owned()].into(),
            models: ["rehearsal".to_owned(), "one/large".to_owned()].into(),
            part: PartBudget {
                money: Some(Money(2_500_000)),
                tokens: None,
            },
            day: DayLimit::default(),
        }
    }

    #[test]
    fn an_offer_with_a_model_and_a_budget_says_so() {
        let wants = AgentDesign {
            model: Some("one/large".to_owned()),
            budget: Some(PartBudget {
                money: Some(Money(1_234_567)),
                tokens: Some(9_000),
            }),
            ..design("Writer")
        };
        let offer = Offer {
            design: wants,
            parts: vec!["Part one".to_owned()],
        };
        let shown = form(&[offer], &crew(), "rehearsal").show.expect("offers");
        assert!(shown.contains("- Model: one/large. *one of those"), "{shown}");
        let budget = "- Budget for each part: $1.234567 and 9000 tokens. *less than the crew has: $2.50*";
        assert!(shown.contains(budget), "{shown}");
    }
}
