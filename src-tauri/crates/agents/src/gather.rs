//! Gathers the results of several tasks into one text, for steps in which no model takes part.

use wheelhouse_domain::{BriefInput, TaskAnswer};

/// One answer made of many: a section for each input under its title, with every source once.
#[must_use]
pub fn gather(inputs: &[BriefInput]) -> TaskAnswer {
    let mut answer = TaskAnswer::default();
    for input in inputs {
        if !answer.text.is_empty() {
            answer.text.push_str("\n\n");
        }
        answer.text.push_str(&format!("## {}\n\n", input.title.trim()));
        // What no agent did has no name to give.
        let by = byline(&input.agent_name, &input.role);
        if !by.is_empty() {
            answer.text.push_str(&format!("*{by}*\n\n"));
        }
        answer.text.push_str(&lowered(input.text.trim()));
        for citation in &input.citations {
            if !answer.citations.iter().any(|known| known.label == citation.label) {
                answer.citations.push(citation.clone());
            }
        }
    }
    answer
}

/// Name and profession, the profession only where it says more.
fn byline(name: &str, role: &str) -> String {
    if role.is_empty() || name.eq_ignore_ascii_case(role) {
        name.to_owned()
    } else {
        format!("{name}, {role}")
    }
}

/// `markdown` with headings of the first two levels lowered to the third, so that they stay inside a section.
fn lowered(markdown: &str) -> String {
    let mut fenced = false;
    let lines: Vec<String> = markdown
        .lines()
        .map(|line| {
            if line.trim_start().starts_with("```") {
                fenced = !fenced;
            }
            match line.strip_prefix("# ").or_else(|| line.strip_prefix("## ")) {
                Some(heading) if !fenced => format!("### {heading}"),
                _ => line.to_owned(),
            }
        })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_their_headings_inside_and_code_as_it_is() {
        let input = |title: &str, text: &str| BriefInput {
            task: "work/a".into(),
            title: title.to_owned(),
            agent_name: "Ada".to_owned(),
            role: "Analyst".to_owned(),
            text: text.to_owned(),
            citations: Vec::new(),
        };
        let gathered = gather(&[
            input("One", "## Inner\n\n```\n# code\n```"),
            input("Two", "words"),
        ]);
        assert_eq!(
            gathered.text,
            "## One\n\n*Ada, Analyst*\n\n### Inner\n\n```\n# code\n```\n\n## Two\n\n*Ada, Analyst*\n\nwords"
        );
    }

    #[test]
    fn what_no_agent_did_has_no_byline() {
        let read = BriefInput {
            task: "read".into(),
            title: "Read each".to_owned(),
            agent_name: String::new(),
            role: String::new(),
            text: "words".to_owned(),
            citations: Vec::new(),
        };
        assert_eq!(gather(&[read]).text, "## Read each\n\nwords");
    }
}
