//! A value after a JSON Schema, made by rule: words are extracted from the material, figures come from bounds and from how
//! often the material speaks of something. Where there is nothing to extract, it says so.

use super::evidence::{self, Evidence};
use super::prose;
use super::text::{content_words, inline, shorten, stems, words};
use super::told;
use serde_json::{Map, Value, json};
use wheelhouse_domain::{Brief, ModelRequest};

/// Deepest nesting that is filled in.
const DEPTH: u32 = 12;

/// Items of a list where neither the schema nor the material says how many.
const ITEMS: usize = 3;

/// Longest list that is made.
const MOST_ITEMS: usize = 12;

/// Longest text that is made of extracted sentences, in characters.
const TEXT: usize = 600;

/// The answer as JSON.
pub(super) fn answer(request: &ModelRequest) -> String {
    if let Some(value) = told::value(request) {
        return value.to_string();
    }
    let empty = Value::Object(Map::new());
    let schema = request.brief.answer.as_ref().map_or(&empty, |schema| &schema.0);
    let maker = Maker::new(request, schema);
    maker.value(schema, &Wanted::default(), DEPTH).to_string()
}

/// What a value is for.
#[derive(Debug, Clone, Default)]
struct Wanted {
    /// Name of the field.
    name: String,
    /// What the schema says about it.
    says: String,
    /// Which item of a list it belongs to.
    item: usize,
    /// What that item is about.
    about: String,
}

struct Maker<'a> {
    schema: &'a Value,
    brief: &'a Brief,
    /// What is to be judged, sentence by sentence.
    sentences: Vec<String>,
    /// What is listed in the words of the task.
    listed: Vec<String>,
    material: String,
    round: u64,
}

impl<'a> Maker<'a> {
    fn new(request: &'a ModelRequest, schema: &'a Value) -> Self {
        let brief = &request.brief;
        let known = evidence::known_labels(request);
        let material = evidence::only_known(&material(brief), &known);
        let found = Evidence::of(request).with_inputs(&brief.inputs);
        let mut sentences: Vec<String> = prose::split(&plain(&material));
        sentences.extend(found.all_sentences());
        sentences.retain(|sentence| words(sentence).len() >= 3);
        Self {
            schema,
            brief,
            sentences,
            listed: listed(&brief.description),
            material,
            round: round(&brief.description),
        }
    }

    fn value(&self, schema: &Value, wanted: &Wanted, depth: u32) -> Value {
        let schema = self.resolved(schema);
        if let Some(fixed) = schema.get("const") {
            return fixed.clone();
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
            return self.choice(choices);
        }
        for name in ["anyOf", "oneOf"] {
            let ways = schema.get(name).and_then(Value::as_array);
            let way = ways.and_then(|ways| ways.iter().find(|way| kind(way) != Some("null")));
            if let Some(way) = way.filter(|_| depth > 0) {
                return self.value(way, wanted, depth - 1);
            }
        }
        match kind(schema) {
            Some("object") => self.object(schema, wanted, depth),
            Some("array") => self.array(schema, wanted, depth),
            Some("integer") => json!(self.whole(schema, wanted)),
            Some("number") => json!(f64::from(u32::try_from(self.whole(schema, wanted)).unwrap_or(0))),
            Some("boolean") => Value::Bool(self.yes(wanted)),
            Some("null") => Value::Null,
            Some(_) => Value::String(self.text(schema, wanted)),
            None if schema.get("properties").is_some() => self.object(schema, wanted, depth),
            None if schema.get("items").is_some() => self.array(schema, wanted, depth),
            None => Value::String(self.text(schema, wanted)),
        }
    }

    /// The schema that a reference inside of the whole one names.
    fn resolved<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let reference = schema.get("$ref").and_then(Value::as_str);
        reference
            .and_then(|reference| reference.strip_prefix('#'))
            .and_then(|pointer| self.schema.pointer(pointer))
            .unwrap_or(schema)
    }

    fn object(&self, schema: &Value, wanted: &Wanted, depth: u32) -> Value {
        let mut fields = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        for (name, property) in properties.into_iter().flatten().filter(|_| depth > 0) {
            let says = property.get("description").and_then(Value::as_str);
            let wanted = Wanted {
                name: name.clone(),
                says: says.unwrap_or_default().to_owned(),
                ..wanted.clone()
            };
            fields.insert(name.clone(), self.value(property, &wanted, depth - 1));
        }
        Value::Object(fields)
    }

    fn array(&self, schema: &Value, wanted: &Wanted, depth: u32) -> Value {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
        let count = |number: u64| usize::try_from(number).unwrap_or(MOST_ITEMS);
        let natural = match self.listed.len() {
            0 => ITEMS.min(self.sentences.len()),
            some => some,
        };
        let least = bound("minItems").map_or(0, count);
        let most = bound("maxItems")
            .map_or(MOST_ITEMS, count)
            .min(MOST_ITEMS.max(least));
        let number = natural.clamp(least.min(most), most);
        let any = json!({ "type": "string" });
        let items = schema.get("items").unwrap_or(&any);
        let made = (0..number.min(if depth > 0 { usize::MAX } else { 0 })).map(|item| {
            let wanted = Wanted {
                item,
                about: self.listed.get(item).cloned().unwrap_or_default(),
                ..wanted.clone()
            };
            self.value(items, &wanted, depth.saturating_sub(1))
        });
        Value::Array(made.collect())
    }

    /// The word whose explanation in the task shares most with the material; the first where nothing does.
    fn choice(&self, choices: &[Value]) -> Value {
        let said = stems(&self.material);
        let weight = |choice: &Value| {
            let word = choice.as_str().unwrap_or_default();
            let mut signs = stems(&explained(&self.brief.description, word));
            signs.extend(stems(word));
            let mut weight = signs.iter().filter(|sign| said.contains(sign)).count() * 2;
            weight += usize::from(hinted(word, &self.material)) * 3;
            weight
        };
        let best = choices
            .iter()
            .enumerate()
            .max_by_key(|(place, choice)| (weight(choice), usize::MAX - place));
        best.map(|(_, choice)| choice.clone()).unwrap_or_default()
    }

    /// From the lower middle of the bounds, more where the material speaks of it and in later rounds.
    fn whole(&self, schema: &Value, wanted: &Wanted) -> i64 {
        let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
        #[expect(clippy::cast_possible_truncation, reason = "figures of schemas are small")]
        let whole = |number: f64| number.clamp(-1e9, 1e9) as i64;
        let least = bound("minimum").map_or(0, |least| whole(least.ceil()));
        let least = bound("exclusiveMinimum").map_or(least, |least| whole(least.floor()) + 1);
        let most = bound("maximum").map_or_else(|| least.max(0) + 10, |most| whole(most.floor()));
        let most = bound("exclusiveMaximum").map_or(most, |most| whole(most.ceil()) - 1);
        let mentions = i64::try_from(self.mentions(&wanted.about).min(2)).unwrap_or(0);
        let rounds = i64::try_from(self.round.saturating_sub(1)).unwrap_or(0);
        let middle = least + (most - least) * 6 / 10;
        let found = (middle + mentions + rounds).clamp(least, most.max(least));
        match bound("multipleOf").map(whole).filter(|step| *step > 1) {
            Some(step) => (found / step * step).max(least),
            None => found,
        }
    }

    fn mentions(&self, about: &str) -> usize {
        let wanted = stems(about);
        let says = |sentence: &&String| {
            let said = stems(sentence);
            wanted.iter().any(|stem| said.contains(stem))
        };
        self.sentences.iter().filter(says).count()
    }

    /// Yes, unless the field's name says that yes would be bad.
    fn yes(&self, wanted: &Wanted) -> bool {
        let bad = [
            "error", "fail", "reject", "missing", "unclear", "harm", "spam", "block",
        ];
        let name = wanted.name.to_lowercase();
        !bad.iter().any(|word| name.contains(word))
    }

    fn text(&self, schema: &Value, wanted: &Wanted) -> String {
        let bound = |name: &str| {
            let bound = schema.get(name).and_then(Value::as_u64);
            bound.and_then(|bound| usize::try_from(bound).ok())
        };
        match schema.get("format").and_then(Value::as_str) {
            Some("date") => return "2026-01-01".to_owned(),
            Some("date-time") => return "2026-01-01T09:00:00Z".to_owned(),
            Some("time") => return "09:00:00Z".to_owned(),
            Some("email") => return "nobody@example.org".to_owned(),
            Some("uri" | "url") => return "https://example.org/".to_owned(),
            Some("uuid") => return "00000000-0000-4000-8000-000000000000".to_owned(),
            _ => {}
        }
        let most = bound("maxLength").unwrap_or(TEXT).min(TEXT);
        let mut text = shorten(&self.words(wanted), most.saturating_sub(1).max(1));
        // An ellipsis may stand where there is no room for it.
        if text.chars().count() > most {
            text = text.chars().take(most).collect();
        }
        let least = bound("minLength").unwrap_or(0);
        while text.chars().count() < least && text.chars().count() < 10_000 {
            text.push('.');
        }
        text
    }

    fn words(&self, wanted: &Wanted) -> String {
        let name = wanted.name.to_lowercase();
        let is = |names: &[&str]| names.iter().any(|one| name.contains(one));
        let named = is(&[
            "criterion",
            "option",
            "point",
            "item",
            "name",
            "subject",
            "title",
            "headline",
        ]);
        if named && !wanted.about.is_empty() {
            return wanted.about.clone();
        }
        if is(&["missing", "gap", "open"]) {
            return String::new();
        }
        if is(&["against", "risk", "unknown", "doubt"]) {
            return "Nothing in the material speaks of it.".to_owned();
        }
        if let Some(bold) = bold(&self.brief.description).filter(|_| named) {
            return bold;
        }
        if named {
            let first = self.sentences.get(wanted.item).or_else(|| self.sentences.first());
            return shorten(first.map_or(self.brief.title.as_str(), String::as_str), 70);
        }
        if !wanted.about.is_empty() {
            return self.on(&wanted.about);
        }
        if wanted.item > 0 || wanted.name.is_empty() || is(&["first", "verdict", "why", "reason"]) {
            let sentence = self.sentences.get(wanted.item).or_else(|| self.sentences.first());
            return sentence.cloned().unwrap_or_else(|| self.nothing());
        }
        self.summary(&wanted.says)
    }

    /// The sentence that says most about something.
    fn on(&self, about: &str) -> String {
        let wanted = stems(about);
        let shared = |sentence: &String| {
            let said = stems(sentence);
            wanted.iter().filter(|stem| said.contains(stem)).count()
        };
        let best = self
            .sentences
            .iter()
            .enumerate()
            .max_by_key(|(place, sentence)| (shared(sentence), usize::MAX - place));
        match best {
            Some((_, sentence)) if shared(sentence) > 0 => sentence.clone(),
            _ => format!("The material says nothing about {about}."),
        }
    }

    fn summary(&self, says: &str) -> String {
        let wanted = content_words(says);
        let fits = |sentence: &&String| {
            wanted.is_empty() || wanted.iter().any(|word| sentence.to_lowercase().contains(word))
        };
        let mut picked: Vec<&String> = self.sentences.iter().filter(fits).take(4).collect();
        if picked.is_empty() {
            picked = self.sentences.iter().take(4).collect();
        }
        let mut text = String::new();
        for sentence in picked {
            if !text.is_empty() && text.chars().count() + sentence.chars().count() > TEXT {
                break;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(sentence);
        }
        if text.is_empty() { self.nothing() } else { text }
    }

    fn nothing(&self) -> String {
        "There was nothing to work from.".to_owned()
    }
}

/// The one type of a schema; where there are several, the first that is not null.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(kind) => Some(kind),
        Value::Array(kinds) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null"),
        _ => None,
    }
}

/// What is to be judged: what stands between fences of dashes, else what follows the first heading, else the results to
/// build on, else the task.
fn material(brief: &Brief) -> String {
    let fenced: Vec<&str> = brief.description.split("\n---\n").collect();
    if let [_, inside, ..] = fenced.as_slice()
        && fenced.len() > 2
    {
        return (*inside).to_owned();
    }
    if let Some((_, after)) = brief.description.split_once("\n## ") {
        return after.to_owned();
    }
    let results: Vec<&str> = brief.inputs.iter().map(|input| input.text.as_str()).collect();
    match longest_quoted(&brief.description) {
        _ if !results.is_empty() => results.join("\n\n"),
        Some(quoted) => quoted,
        None => brief.operator_task.clone(),
    }
}

/// Shortest text behind a colon that is taken for material and not for an instruction, in characters.
const QUOTED: usize = 160;

/// The longest text that follows a line which ends with a colon.
fn longest_quoted(text: &str) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        if line.trim_end().ends_with(':') {
            parts.push(String::new());
            open = true;
        } else if let Some(part) = parts.last_mut().filter(|_| open) {
            part.push_str(line);
            part.push('\n');
        }
    }
    let longest = parts.into_iter().max_by_key(|part| part.chars().count());
    longest.filter(|part| part.chars().count() >= QUOTED)
}

/// The lines of a text without marks of headings, quotes and lists.
fn plain(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let line = line.trim().trim_start_matches(['#', '>', '-', '*', ' ']);
        inline(line)
    });
    lines
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The points of the first list in a text.
fn listed(text: &str) -> Vec<String> {
    let mut points = Vec::new();
    for line in text.lines() {
        match prose::item(line.trim()) {
            Some(point) => points.push(shorten(&inline(point), 120)),
            None if line.trim().is_empty() || points.is_empty() => {}
            None => break,
        }
    }
    points
}

/// The first words of a text that are set in bold.
fn bold(text: &str) -> Option<String> {
    let inside = text.split("**").nth(1)?;
    let fits = !inside.trim().is_empty() && !inside.contains('\n');
    fits.then(|| shorten(inside.trim(), 70))
}

/// The number of the round that the task speaks of; 1 where it speaks of none.
fn round(text: &str) -> u64 {
    let after = text.split("(round ").nth(1);
    let number = after.and_then(|after| after.split(')').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(1)
}

/// What the task says in brackets behind a word.
fn explained(text: &str, word: &str) -> String {
    let at = text.find(&format!("{word} ("));
    let inside = at.and_then(|at| text[at..].split_once('(')).map(|(_, rest)| rest);
    inside
        .and_then(|rest| rest.split(')').next())
        .unwrap_or_default()
        .to_owned()
}

/// Whether the material looks like what usual words stand for.
fn hinted(word: &str, material: &str) -> bool {
    let said = material.to_lowercase();
    let any = |signs: &[&str]| signs.iter().any(|sign| said.contains(sign));
    match word {
        "question" => said.trim_end().ends_with('?') || any(&["what ", "how ", "when ", "which "]),
        "fault" | "bug" | "error" => any(&[
            "does not work",
            "doesn't work",
            "error",
            "crash",
            "broken",
            "fails",
        ]),
        "request" | "wish" => any(&["please", "could you", "we need", "i need", "would like"]),
        "urgent" | "high" => any(&["urgent", "immediately", "blocked", "asap"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{AgentKind, Expects, Json};

    fn asked(description: &str, schema: Value) -> ModelRequest {
        let brief = Brief {
            operator_task: "Sort the message".to_owned(),
            agent_name: "Sorter".to_owned(),
            agent_kind: AgentKind::Specialist,
            role: "Sorter".to_owned(),
            instructions: String::new(),
            step: "sort".to_owned(),
            title: "Sort".to_owned(),
            description: description.to_owned(),
            done_when: String::new(),
            inputs: Vec::new(),
            plan: None,
            candidates: Vec::new(),
            clarifications: Vec::new(),
            max_sub_tasks: 1,
            terms: None,
            answer: Some(Json(schema)),
            sources: Vec::new(),
            talk: None,
        };
        crate::prompt::request(brief, "rehearsal", &[], Expects::Data)
    }

    fn made(description: &str, schema: Value) -> Value {
        serde_json::from_str(&answer(&asked(description, schema))).expect("JSON")
    }

    #[test]
    fn a_message_is_sorted_by_its_own_words() {
        let schema = json!({"type": "object", "properties": {
            "kind": {"enum": ["question", "fault", "request"]},
            "urgency": {"type": "integer", "minimum": 1, "maximum": 5},
            "subject": {"type": "string", "maxLength": 40}
        }});
        let text = "Sort it.\n\n---\nThe export crashes with an error since this morning.\n---\n\nKinds: question \
            (wants to know something), fault (something does not work), request (wants something changed).";
        let value = made(text, schema);
        assert_eq!(value["kind"], "fault");
        assert!((1..=5).contains(&value["urgency"].as_i64().expect("a number")));
        let subject = value["subject"].as_str().expect("text");
        assert!(
            subject.contains("export") && subject.chars().count() <= 40,
            "{subject}"
        );
    }

    #[test]
    fn points_of_the_task_become_items_and_later_rounds_score_more() {
        let schema = json!({"type": "object", "properties": {
            "score": {"type": "integer", "minimum": 0, "maximum": 10},
            "scores": {"type": "array", "items": {"type": "object", "properties": {
                "criterion": {"type": "string"}, "score": {"type": "number", "minimum": 1, "maximum": 5}
            }}}
        }});
        let text = |round: u32| format!("Judge it (round {round}):\n\n- cost\n- risk\n\nGive scores.");
        let first = made(&text(1), schema.clone());
        let later = made(&text(3), schema);
        assert_eq!(first["scores"][0]["criterion"], "cost");
        assert_eq!(first["scores"][1]["criterion"], "risk");
        assert_eq!(first["scores"].as_array().map(Vec::len), Some(2));
        assert!(later["score"].as_i64() > first["score"].as_i64());
    }

    #[test]
    fn bounds_of_texts_and_lists_are_kept() {
        let schema = json!({"type": "array", "minItems": 2, "maxItems": 2, "items":
            {"type": "string", "minLength": 5, "maxLength": 8}});
        for item in made("", schema).as_array().expect("a list") {
            let length = item.as_str().map(|text| text.chars().count());
            assert!(length.is_some_and(|length| (5..=8).contains(&length)), "{item}");
        }
        assert_eq!(made("", json!({"type": ["null", "boolean"]})), Value::Bool(true));
        let referred = json!({"$defs": {"a": {"const": 7}}, "type": "object", "properties": {"x": {"$ref": "#/$defs/a"}}});
        assert_eq!(made("", referred), json!({"x": 7}));
    }
}
