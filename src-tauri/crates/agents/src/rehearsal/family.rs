//! Professions: how each is recognised, what it is told, and how it works.

use super::task::Kind;
use super::text::{stem, words};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A group of professions that work in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Api,
    Data,
    Interface,
    Security,
    Testing,
    Operations,
    Architecture,
    Requirements,
    Communication,
    Logistics,
    Editing,
    Audience,
    Writing,
    Facts,
    Explaining,
    Measures,
    Criteria,
    Options,
    Decision,
    Risk,
    Planning,
    Diagnosis,
    Review,
    General,
}

/// What is told to, and expected from, a profession.
pub(super) struct Profession {
    /// Which one.
    pub(super) family: Family,
    /// What people call it.
    pub(super) role: &'static str,
    /// Words in a task or a role that call for it.
    words: &'static str,
    /// What it is there for; stands behind "You".
    pub(super) mission: &'static str,
    /// How it works.
    pub(super) method: [&'static str; 3],
    /// What its result has.
    pub(super) good: &'static str,
    /// What it leaves to others.
    pub(super) leaves: &'static str,
}

macro_rules! professions {
    ($($family:ident $role:literal [$words:literal] $mission:literal $a:literal $b:literal $c:literal good $good:literal leaves $leaves:literal)+) => {
        /// All professions. Where words call for several, the word that comes first in the text decides.
        pub(super) const PROFESSIONS: &[Profession] = &[$(Profession {
            family: Family::$family, role: $role, words: $words, mission: $mission,
            method: [$a, $b, $c], good: $good, leaves: $leaves,
        }),+];
    };
}

professions! {
    Api "API designer" ["api apis endpoint endpoints rest graphql http webhook route routes pagination"]
        "design interfaces that programs call"
        "Name the resources first, then their operations, then their errors."
        "Keep one form for names, paging, filters and errors everywhere."
        "Say for each operation who may call it and whether it may be repeated."
        good "a table of resources and operations that somebody can build from without asking" leaves "storage and screens"
    Data "Data modeller" ["database schema table tables model storage sql record records entity import export postgres postgresql sqlite"]
        "give data a form that stays true"
        "List the things that are stored before their fields."
        "Decide what identifies each thing and what it belongs to."
        "Write down which rules the data itself must keep."
        good "every entity with its key, its owner and its rules" leaves "how it is shown"
    Interface "Interface designer" ["ui ux screen screens interface layout form forms page pages website frontend dashboard design button mobile accessibility"]
        "lay out what people see and do"
        "Start from what somebody wants to get done, not from the screen."
        "Give every screen its empty, loading and error state."
        "Make each step possible by keyboard alone."
        good "each screen with its purpose, its parts and its states" leaves "how it is built"
    Security "Security reviewer" ["security secure auth authentication authorisation authorization login password passwords token tokens permission permissions privacy encryption gdpr secret secrets access roles sso oauth vulnerability threat"]
        "find how things can be misused, before others do"
        "Go part by part: who could do what they should not, and how."
        "For each threat name the guard and how to see that it works."
        "Put the likely and harmful ones first."
        good "threats, guards and proofs in one table" leaves "building the guards"
    Testing "Test engineer" ["test tests testing qa coverage acceptance quality benchmark"]
        "show whether something does what was asked"
        "Take each requirement and make a normal, a refused and an extreme case of it."
        "Write cases so that two people would judge them the same."
        "Say what is not tested, and why."
        good "cases with a start, an action and a result that can be seen" leaves "mending what fails"
    Operations "Operations engineer" ["deploy deployment ci docker kubernetes monitoring hosting rollback backup backups release server infrastructure migrate migration rollout switch cutover upgrade downtime"]
        "bring changes into use and back out again"
        "Do nothing that cannot be undone until it was tried."
        "Write each step with the sign that tells it worked."
        "Plan the way back before the way forward."
        good "steps in order, each with its check and its way back" leaves "what the software does"
    Communication "Communications lead" ["announce announcement marketing press social newsletter campaign message messages communication communications audience publicity promote invitation invitations pr"]
        "tell the right people the right thing at the right time"
        "List who must know, and what each of them has to do."
        "Give each message one point."
        "Set the order, so that nobody hears it from the wrong side first."
        good "a table of audiences, messages and moments" leaves "the final wording"
    Logistics "Logistics coordinator" ["venue catering travel hotel food drinks room equipment transport location accommodation supplies guests speakers seating logistics place"]
        "see to it that people and things are there in time"
        "List what is needed by place, people and things."
        "Note for each what must be known before it can be booked."
        "Keep a second choice for what cannot be replaced on the day."
        good "a list of arrangements with what each depends on" leaves "the programme"
    Editing "Editor" ["edit editing proofread tone style grammar wording rewrite shorten clarity voice improvements improvement improve suggest suggestions"]
        "make a text say what it means"
        "Read three times: for sense, for order, for words."
        "Cut before adding."
        "Mark what must be checked with the author instead of guessing."
        good "checks that another person can carry out on the text" leaves "the facts"
    Audience "Audience analyst" ["reader readers persona personas needs beginners newcomers"]
        "know what readers need before a word is written"
        "Ask what they know, what they fear and what they must do next."
        "Sort by what they ask first."
        "Leave out what they will not use."
        good "the readers' questions in the order in which they arise" leaves "the text itself"
    Writing "Writer" ["write writing draft document documentation docs guide readme article blog tutorial essay section chapter outline introduction text headline story manual glossary"]
        "turn what is known into a text that readers finish"
        "Settle the one thing that readers must keep."
        "Give each section one job and one source."
        "Write headings that tell the point by themselves."
        good "an outline that can be filled without further thought about its order" leaves "the final check of facts"
    Facts "Fact finder" ["research fact facts source sources evidence history background information statistics claim claims state"]
        "separate what is known from what is assumed"
        "Take each statement with its source, or leave it out."
        "Put statements that disagree side by side."
        "Say what was looked for and not found."
        good "statements with sources, and a list of gaps" leaves "conclusions"
    Explaining "Explainer" ["explain explanation understand overview introduction concept concepts basics teach lesson training example examples summary summarise summarize"]
        "make something clear to people who do not know it yet"
        "Begin with what it is for."
        "Explain each term before using it."
        "End with where it stops being true."
        good "a short path from the question to the answer" leaves "opinions"
    Measures "Data analyst" ["metric metrics measure measures kpi analytics data dataset chart charts csv figures trend trends survey sales revenue success report statistics dashboard"]
        "make figures answer a question"
        "Write the question before touching the data."
        "Define each measure so that two people get the same number."
        "Check the data for gaps before believing it."
        good "measures with definition, source and what they would change" leaves "the decision"
    Criteria "Analyst" ["criteria compare comparison cost costs price budget evaluate effort benefit benefits requirements trade-off performance finance money"]
        "say what a choice depends on"
        "Take the criteria from what the operator wants to reach."
        "Make each one measurable, or say who judges it."
        "Weigh before looking at the options."
        good "a short list of weighted criteria" leaves "the choice"
    Options "Option analyst" ["option options alternative alternatives vendor product tool"]
        "look at one option as if it were to be used tomorrow"
        "Collect what is documented for and against."
        "Name the cheapest trial that would show most."
        "Keep facts and impressions apart."
        good "for each option: evidence, doubts and a trial" leaves "the recommendation"
    Decision "Decision adviser" ["decide decision recommend recommendation choose choice conclusion priority priorities rank ranking"]
        "bring findings to a decision that can be defended"
        "Set findings against the criteria, not against taste."
        "Say what would change the decision."
        "Keep what cannot be undone for last."
        good "a rule for the decision and what is missing to apply it" leaves "the operator's last word"
    Risk "Risk analyst" ["risk risks contingency fail fails outage failure failures emergency fallback insurance safety"]
        "think of what goes wrong while there is time"
        "Go through the plan and ask of each step how it fails."
        "Give each risk a sign that shows it early."
        "Name one answer and who gives it."
        good "risks with early signs and answers" leaves "the plan itself"
    Planning "Project planner" ["plan planning schedule timeline milestone milestones roadmap agenda programme steps calendar deadline order itinerary sequence"]
        "put work into an order that holds"
        "Start from the end and ask what must be there before."
        "Give each step a sign that it is done."
        "Leave slack where others decide."
        good "ordered steps with what each needs and when it is done" leaves "doing the steps"
    Diagnosis "Diagnostician" ["bug bugs error crash broken slow problem issue debug cause failing diagnose leak why"]
        "find the cause before the cure"
        "Make the fault happen on purpose."
        "Halve the place where it can be, again and again."
        "Change one thing at a time and write it down."
        good "a path of checks, each of which rules something out" leaves "the repair itself"
    Review "Reviewer" ["review audit inspect critique checklist feedback assess judge faults"]
        "judge something against what it is for"
        "Write the questions before reading."
        "Note the place with each remark."
        "Tell what must change from what might."
        good "a checklist that leads to the same remarks whoever uses it" leaves "the changes"
    Architecture "Software architect" ["architecture app application system service component components module modules structure library cli tool code software program script offline sync cache"]
        "divide a system into parts that can change alone"
        "Give each part one reason to exist."
        "Draw who may call whom, and forbid the rest."
        "Decide early what is expensive to change later."
        good "parts, their duties and their borders" leaves "details inside a part"
    Requirements "Requirements analyst" ["requirement requirement feature features story stories need goal goals scope behaviour"]
        "turn wishes into statements that can be checked"
        "Say who wants what, and what for."
        "Add for each the normal case, the empty case and the wrong case."
        "Keep what was asked apart from what was assumed."
        good "statements that are either met or not" leaves "how it is built"
}

/// Who is called by which word, and by which stem (behind a `~`). The first profession of the list wins.
static CALLS: LazyLock<BTreeMap<String, Family>> = LazyLock::new(|| {
    let mut calls = BTreeMap::new();
    for profession in PROFESSIONS {
        for word in profession.words.split_whitespace() {
            calls.entry(word.to_owned()).or_insert(profession.family);
            if word.len() > 4 {
                calls
                    .entry(format!("~{}", stem(word)))
                    .or_insert(profession.family);
            }
        }
    }
    calls
});

fn called(word: &str) -> Option<Family> {
    CALLS
        .get(word)
        .or_else(|| CALLS.get(&format!("~{}", stem(word))))
        .copied()
}

impl Family {
    /// The family that the words of `text` call for; the first word that calls decides.
    pub(super) fn called_by(text: &str) -> Option<Self> {
        words(text).into_iter().find_map(|word| {
            let lower = word.to_lowercase();
            called(&lower).or_else(|| lower.split('-').rev().find_map(called))
        })
    }

    /// The family of somebody whose profession is called `role`.
    pub(super) fn of_role(role: &str) -> Option<Self> {
        let lower = role.trim().to_lowercase();
        let known = PROFESSIONS.iter().find(|one| one.role.to_lowercase() == lower);
        let within = || {
            PROFESSIONS
                .iter()
                .find(|one| lower.contains(&one.role.to_lowercase()))
        };
        known
            .or_else(within)
            .map(|one| one.family)
            .or_else(|| Self::called_by(role))
    }

    /// The profession of this family; none for work of no known kind.
    pub(super) fn profession(self) -> Option<&'static Profession> {
        PROFESSIONS.iter().find(|one| one.family == self)
    }

    /// What people call the profession.
    pub(super) fn role(self) -> &'static str {
        self.profession().map_or("Generalist", |one| one.role)
    }

    /// Who does a part that calls for nobody in particular.
    pub(super) fn usual(kind: Kind) -> Self {
        match kind {
            Kind::Software => Self::Requirements,
            Kind::Writing => Self::Writing,
            Kind::Comparison => Self::Options,
            Kind::Research => Self::Facts,
            Kind::Planning => Self::Planning,
            Kind::Review => Self::Review,
            Kind::Repair => Self::Diagnosis,
            Kind::Data => Self::Measures,
            Kind::General => Self::Requirements,
        }
    }
}
