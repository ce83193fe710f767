//! A crew in memory: the whole flow on a small set of documents, with the real loop and no store.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    dead_code
)]

use std::collections::BTreeSet;
use uuid::Uuid;
use wheelhouse_agents::{Answer, LoopLimits, Recorded, Turn, gather, next_turn, prompt, rehearsal};
use wheelhouse_domain::{
    AgentKind, AgentUid, Brief, BriefInput, Candidate, Citation, Clarification, Expects, ModelMessage,
    Passage, Plan, SourceUid, StaffingAnswer, SubTask, TaskKey, ToolCall, ToolResponse, citation_label,
    cited_labels,
};

pub const DOCUMENTS: &[(&str, &str)] = &[
    ("rest-api.md", include_str!("documents/rest-api.md")),
    ("product-launch.md", include_str!("documents/product-launch.md")),
    ("runs.md", include_str!("documents/runs.md")),
    ("databases.md", include_str!("documents/databases.md")),
    ("reviewing.md", include_str!("documents/reviewing.md")),
];

/// Everything that a run of the crew gave.
#[derive(Debug, Clone)]
pub struct Run {
    pub plan: Plan,
    pub research: BriefInput,
    pub staffing: StaffingAnswer,
    pub parts: Vec<BriefInput>,
    pub report: String,
    pub given: BTreeSet<String>,
}

impl Run {
    /// All of it as one text, for snapshots and for reading.
    pub fn print(&self) -> String {
        let mut out = format!("PLAN\n{}\n", serde_json::to_string_pretty(&self.plan).unwrap());
        out += &format!("\nRESEARCH\n{}\n", self.research.text);
        out += &format!(
            "\nSTAFFING\n{}\n",
            serde_json::to_string_pretty(&self.staffing).unwrap()
        );
        for part in &self.parts {
            out += &format!("\nPART {} ({})\n{}\n", part.title, part.role, part.text);
        }
        out + &format!("\nREPORT\n{}\n", self.report)
    }
}

pub struct Crew {
    pub documents: &'static [(&'static str, &'static str)],
    pub candidates: Vec<Candidate>,
    pub clarifications: Vec<Clarification>,
}

impl Default for Crew {
    fn default() -> Self {
        Self {
            documents: DOCUMENTS,
            candidates: Vec::new(),
            clarifications: Vec::new(),
        }
    }
}

impl Crew {
    pub fn brief(&self, task: &str, step: &str, kind: AgentKind, name: &str, role: &str) -> Brief {
        Brief {
            operator_task: task.to_owned(),
            agent_name: name.to_owned(),
            agent_kind: kind,
            role: role.to_owned(),
            instructions: String::new(),
            step: step.to_owned(),
            title: step.to_owned(),
            description: String::new(),
            done_when: String::new(),
            inputs: Vec::new(),
            plan: None,
            candidates: Vec::new(),
            clarifications: self.clarifications.clone(),
            max_sub_tasks: 12,
            terms: None,
            answer: None,
            sources: Vec::new(),
            talk: None,
        }
    }

    /// The plan or the question that a task gives.
    pub fn analyse(&self, task: &str) -> Answer {
        let brief = self.brief(task, "analyse", AgentKind::Driver, "Driver", "CEO");
        self.agent(brief, Expects::Plan).0
    }

    pub fn run(&self, task: &str) -> Run {
        let Answer::Plan(plan) = self.analyse(task) else {
            panic!("a plan expected for {task:?}")
        };
        let mut given = BTreeSet::new();

        let mut brief = self.brief(task, "research", AgentKind::Creator, "Researcher", "Researcher");
        brief.title = "Research the knowledge".to_owned();
        brief.plan = Some(plan.clone());
        let research = self.work(brief, "research", &mut given);

        let mut brief = self.brief(task, "staff", AgentKind::Generator, "HR manager", "HR manager");
        brief.plan = Some(plan.clone());
        brief.candidates = self.candidates.clone();
        brief.inputs = vec![research.clone()];
        let Answer::Staffing(staffing) = self.agent(brief, Expects::Staffing).0 else {
            panic!("a staffing")
        };

        let mut parts: Vec<BriefInput> = Vec::new();
        for part in &plan.sub_tasks {
            let mut brief = self.part(task, part, &staffing);
            brief.plan = Some(plan.clone());
            brief.inputs = vec![research.clone()];
            let needed = parts.iter().filter(|done| {
                part.needs
                    .iter()
                    .any(|need| done.task.as_str() == format!("work/{need}"))
            });
            brief.inputs.extend(needed.cloned());
            parts.push(self.work(brief, &format!("work/{}", part.id), &mut given));
        }

        let mut brief = self.brief(task, "report", AgentKind::Driver, "Driver", "CEO");
        brief.plan = Some(plan.clone());
        brief.inputs = std::iter::once(&research).chain(&parts).cloned().collect();
        let Answer::Markdown(report) = self.agent(brief.clone(), Expects::Markdown).0 else {
            panic!("a report")
        };

        // The same from one gathered input: who hands it in that way loses nothing that matters.
        let gathered = gather(&brief.inputs);
        brief.inputs = vec![BriefInput {
            task: TaskKey::from("aggregate"),
            title: "Aggregate".to_owned(),
            agent_name: String::new(),
            role: String::new(),
            text: gathered.text,
            citations: gathered.citations,
        }];
        let Answer::Markdown(second) = self.agent(brief, Expects::Markdown).0 else {
            panic!("a report")
        };
        assert_eq!(report, second, "gathered inputs give the same report");
        Run {
            plan,
            research,
            staffing,
            parts,
            report,
            given,
        }
    }

    fn part(&self, task: &str, part: &SubTask, staffing: &StaffingAnswer) -> Brief {
        let choice = staffing
            .assignments
            .iter()
            .find(|choice| choice.sub_task == part.id)
            .expect("staffed");
        let (name, role, instructions) = match (&choice.design, choice.agent) {
            (Some(design), None) => (
                design.name.clone(),
                design.role.clone(),
                design.instructions.clone(),
            ),
            (None, Some(uid)) => {
                let agent = self
                    .candidates
                    .iter()
                    .find(|one| one.uid == uid)
                    .expect("a candidate");
                (agent.name.clone(), agent.role.clone(), agent.instructions.clone())
            }
            _ => panic!("exactly one of agent and design"),
        };
        let mut brief = self.brief(task, "work", AgentKind::Specialist, &name, &role);
        brief.title = part.title.clone();
        brief.description = part.description.clone();
        brief.done_when = part.done_when.clone();
        brief.instructions = instructions;
        brief
    }

    fn work(&self, brief: Brief, key: &str, given: &mut BTreeSet<String>) -> BriefInput {
        let (title, name, role) = (brief.title.clone(), brief.agent_name.clone(), brief.role.clone());
        let inherited: Vec<Citation> = brief
            .inputs
            .iter()
            .flat_map(|input| input.citations.clone())
            .collect();
        let (answer, passages) = self.agent(brief, Expects::Markdown);
        let Answer::Markdown(text) = answer else {
            panic!("Markdown")
        };
        given.extend(passages.iter().map(|passage| passage.label.0.clone()));
        let known: Vec<Citation> = passages.iter().map(Citation::from).chain(inherited).collect();
        let citations = cited_labels(&text)
            .into_iter()
            .map(|label| {
                known
                    .iter()
                    .find(|one| one.label == label)
                    .unwrap_or_else(|| panic!("{label} was not given"))
                    .clone()
            })
            .collect();
        BriefInput {
            task: TaskKey::from(key),
            title,
            agent_name: name,
            role,
            text,
            citations,
        }
    }

    /// One agent's loop to its end, and the passages that it was given.
    pub fn agent(&self, brief: Brief, expects: Expects) -> (Answer, Vec<Passage>) {
        let tools = if brief.agent_kind == AgentKind::Creator || brief.agent_kind == AgentKind::Specialist {
            vec![prompt::knowledge_search()]
        } else {
            Vec::new()
        };
        let first = prompt::request(brief, "rehearsal", &tools, expects);
        let (mut recorded, mut passages) = (Vec::new(), Vec::new());
        loop {
            match next_turn(&first, &recorded, LoopLimits::default(), &|_| Ok(())) {
                Turn::Model(request) => {
                    let response = rehearsal::respond(&request);
                    assert_eq!(
                        response,
                        rehearsal::respond(&request),
                        "the same request gives the same answer"
                    );
                    assert!(request.messages.iter().all(|message| !matches!(message, ModelMessage::Assistant { text, .. } if text.contains("cannot be used"))));
                    recorded.push(Recorded::Model(response));
                }
                Turn::Tools(calls) => {
                    for call in calls {
                        let response = self.search(&call);
                        if let ToolResponse::Passages { passages: found, .. } = &response {
                            passages.extend(found.iter().cloned());
                        }
                        recorded.push(Recorded::Tool {
                            call_id: call.call_id,
                            tool: call.tool,
                            response,
                        });
                    }
                }
                Turn::Done { answer, .. } => return (answer, passages),
                other => panic!("{other:?}"),
            }
        }
    }

    /// A plain search: sections of documents that share at least two words with the query, most first.
    fn search(&self, call: &ToolCall) -> ToolResponse {
        let query = call.arguments.0["query"].as_str().expect("a query").to_owned();
        let wanted: BTreeSet<String> = terms(&query);
        let mut found: Vec<(usize, Passage)> = Vec::new();
        for (path, text) in self.documents {
            for (heading, start, section) in sections(text) {
                let title = text.lines().next().unwrap_or_default().trim_start_matches("# ");
                let shared = terms(&format!("{title} {section}")).intersection(&wanted).count();
                if shared >= 2.min(wanted.len().max(1)) {
                    found.push((shared, passage(path, &[title, &heading], start, &section)));
                }
            }
        }
        found.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
        let passages = found.into_iter().take(6).map(|(_, passage)| passage).collect();
        ToolResponse::Passages {
            query,
            passages,
            documents: u32::try_from(self.documents.len()).unwrap(),
            left_out: 0,
        }
    }
}

fn terms(text: &str) -> BTreeSet<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 3)
        .map(|word| word.trim_end_matches('s').to_owned())
        .collect()
}

fn sections(text: &str) -> Vec<(String, u32, String)> {
    let mut all: Vec<(String, u32, String)> = Vec::new();
    for (number, line) in (1_u32..).zip(text.lines()) {
        if let Some(heading) = line.strip_prefix("## ").or_else(|| line.strip_prefix("# ")) {
            all.push((heading.to_owned(), number, line.to_owned()));
        } else if let Some((_, _, section)) = all.last_mut() {
            section.push('\n');
            section.push_str(line);
        }
    }
    all
}

fn passage(path: &str, headings: &[&str], start: u32, text: &str) -> Passage {
    let source = SourceUid(Uuid::nil());
    let end = start + u32::try_from(text.lines().count()).unwrap() - 1;
    Passage {
        label: citation_label(source, path, start, end, text),
        source,
        source_name: "Handbook".to_owned(),
        path: path.to_owned(),
        headings: headings.iter().map(|&heading| heading.to_owned()).collect(),
        start_line: start,
        end_line: end,
        text: text.to_owned(),
        score: 1.0,
        stays_here: false,
    }
}

pub fn candidate(number: u128, name: &str, role: &str, instructions: &str) -> Candidate {
    Candidate {
        uid: AgentUid(Uuid::from_u128(number)),
        name: name.to_owned(),
        role: role.to_owned(),
        instructions: instructions.to_owned(),
        record: wheelhouse_domain::WorkRecord::default(),
    }
}
