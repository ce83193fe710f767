//! A strict reader of OpenMetrics text: whatever the form does not allow is an error.

use std::collections::{BTreeMap, BTreeSet};

type Labels = BTreeMap<String, String>;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) labels: Labels,
    pub(crate) value: f64,
}

/// All that was read.
#[derive(Debug, Default)]
pub(crate) struct Read {
    /// Kind of each family.
    pub(crate) families: BTreeMap<String, String>,
    pub(crate) samples: Vec<Sample>,
}

#[derive(Debug, Default)]
struct Family {
    name: String,
    kind: String,
    unit: Option<String>,
    has_help: bool,
    samples: Vec<Sample>,
}

impl Read {
    /// The value of a sample with these labels; 0 where there is none.
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |sample: &&Sample| {
            let has = |(key, value): &(&str, &str)| sample.labels.get(*key).is_some_and(|own| own == value);
            sample.name == name && labels.iter().all(has)
        };
        self.samples.iter().filter(fits).map(|sample| sample.value).sum()
    }

    /// Every value of a label, over all samples.
    pub(crate) fn values_of(&self, label: &str) -> BTreeSet<String> {
        let values = self.samples.iter().filter_map(|sample| sample.labels.get(label));
        values.cloned().collect()
    }
}

/// Reads the whole text.
pub(crate) fn read(text: &str) -> Result<Read, String> {
    let body = text.strip_suffix("# EOF\n").ok_or("no `# EOF` at the end")?;
    let mut all = Read::default();
    let mut open = Family::default();
    for line in body.lines() {
        let Some(meta) = line.strip_prefix("# ") else {
            let sample = sample(line)?;
            check_member(&open, &sample)?;
            open.samples.push(sample);
            continue;
        };
        let (word, rest) = meta
            .split_once(' ')
            .ok_or_else(|| format!("half a line: {line}"))?;
        let (name, value) = rest.split_once(' ').unwrap_or((rest, ""));
        if name != open.name {
            close(std::mem::take(&mut open), &mut all)?;
            is_name(name, true)?;
            name.clone_into(&mut open.name);
        }
        if !open.samples.is_empty() {
            return Err(format!("what `{name}` means stands behind its values"));
        }
        let twice = match word {
            "TYPE" => !std::mem::replace(&mut open.kind, value.to_owned()).is_empty(),
            "UNIT" => open.unit.replace(value.to_owned()).is_some(),
            "HELP" => std::mem::replace(&mut open.has_help, true),
            other => return Err(format!("`{other}` means nothing")),
        };
        if twice {
            return Err(format!("{word} of `{name}` twice"));
        }
    }
    close(open, &mut all)?;
    Ok(all)
}

fn close(family: Family, all: &mut Read) -> Result<(), String> {
    if family.name.is_empty() {
        return Ok(());
    }
    let Family {
        name,
        kind,
        unit,
        has_help,
        samples,
    } = family;
    if !["counter", "gauge", "histogram", "info"].contains(&kind.as_str()) || !has_help {
        return Err(format!("`{name}` has no kind that is known, or no meaning"));
    }
    if unit.is_some_and(|unit| !name.ends_with(&format!("_{unit}"))) {
        return Err(format!("`{name}` does not end with its unit"));
    }
    let mut seen = BTreeSet::new();
    for sample in &samples {
        if !seen.insert(format!("{}{:?}", sample.name, sample.labels)) {
            return Err(format!("twice: {sample:?}"));
        }
    }
    if kind == "histogram" {
        check_histogram(&name, &samples)?;
    }
    if all.families.insert(name.clone(), kind).is_some() {
        return Err(format!("`{name}` stands in two places"));
    }
    all.samples.extend(samples);
    Ok(())
}

fn check_member(family: &Family, sample: &Sample) -> Result<(), String> {
    let endings: &[&str] = match family.kind.as_str() {
        "counter" => &["_total"],
        "gauge" => &[""],
        "histogram" => &["_bucket", "_sum", "_count"],
        "info" => &["_info"],
        _ => &[],
    };
    let rest = sample.name.strip_prefix(family.name.as_str());
    if family.name.is_empty() || !rest.is_some_and(|rest| endings.contains(&rest)) {
        return Err(format!("`{}` is no value of `{}`", sample.name, family.name));
    }
    let is_whole = family.kind != "gauge";
    if is_whole && !(sample.value >= 0.0 && sample.value.is_finite()) {
        return Err(format!("no count: {sample:?}"));
    }
    let is_bucket = sample.name.ends_with("_bucket") && family.kind == "histogram";
    if is_bucket != sample.labels.contains_key("le") {
        return Err(format!("`le` belongs to classes and to nothing else: {sample:?}"));
    }
    Ok(())
}

fn check_histogram(name: &str, samples: &[Sample]) -> Result<(), String> {
    let mut classes: BTreeMap<Labels, Vec<(f64, f64)>> = BTreeMap::new();
    for sample in samples.iter().filter(|sample| sample.labels.contains_key("le")) {
        let mut labels = sample.labels.clone();
        let bound = labels.remove("le").unwrap_or_default();
        let bound = if bound == "+Inf" {
            f64::INFINITY
        } else {
            number(&bound)?
        };
        classes.entry(labels).or_default().push((bound, sample.value));
    }
    for (labels, classes) in classes {
        let rises = classes
            .windows(2)
            .all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1);
        let of_all = |ending: &str| {
            let name = format!("{name}{ending}");
            let found = samples
                .iter()
                .find(|sample| sample.name == name && sample.labels == labels);
            found.map(|sample| sample.value)
        };
        let last = classes.last().copied();
        let is_whole = last.is_some_and(|(bound, _)| bound == f64::INFINITY);
        if !rises || !is_whole || of_all("_count") != last.map(|(_, count)| count) || of_all("_sum").is_none()
        {
            return Err(format!("the classes of `{name}` {labels:?} do not fit together"));
        }
    }
    Ok(())
}

fn sample(line: &str) -> Result<Sample, String> {
    let wrong = || format!("no value: {line}");
    let (name, rest) = match line.split_once('{') {
        Some((name, rest)) => (name, Some(rest)),
        None => (line.split_once(' ').ok_or_else(wrong)?.0, None),
    };
    is_name(name, true)?;
    let (labels, value) = match rest {
        Some(rest) => labels(rest)?,
        None => (Labels::new(), &line[name.len()..]),
    };
    let value = value.strip_prefix(' ').ok_or_else(wrong)?;
    Ok(Sample {
        name: name.to_owned(),
        labels,
        value: number(value)?,
    })
}

/// What stands behind `{`, up to and with `}`.
fn labels(text: &str) -> Result<(Labels, &str), String> {
    let mut labels = Labels::new();
    let mut rest = text;
    loop {
        let (name, value) = rest
            .split_once("=\"")
            .ok_or_else(|| format!("half a label: {rest}"))?;
        is_name(name, false)?;
        let mut read = String::new();
        let mut letters = value.char_indices();
        let end = loop {
            match letters.next() {
                Some((at, '"')) => break at,
                Some((_, '\\')) => match letters.next() {
                    Some((_, letter @ ('\\' | '"'))) => read.push(letter),
                    Some((_, 'n')) => read.push('\n'),
                    other => return Err(format!("nothing is written {other:?}")),
                },
                Some((_, letter)) => read.push(letter),
                None => return Err(format!("a label without an end: {rest}")),
            }
        };
        if labels.insert(name.to_owned(), read).is_some() {
            return Err(format!("`{name}` twice"));
        }
        rest = &value[end + 1..];
        match rest.split_at_checked(1) {
            Some((",", next)) => rest = next,
            Some(("}", behind)) => return Ok((labels, behind)),
            _ => return Err(format!("neither `,` nor `}}`: {rest}")),
        }
    }
}

fn number(text: &str) -> Result<f64, String> {
    let known = text
        .chars()
        .all(|letter| letter.is_ascii_digit() || "+-.eE".contains(letter));
    let parsed = text.parse().ok().filter(|_| known);
    parsed.ok_or_else(|| format!("no number: {text}"))
}

fn is_name(name: &str, of_family: bool) -> Result<(), String> {
    let mut letters = name.chars();
    let fits = |letter: char| letter.is_ascii_alphabetic() || letter == '_' || (of_family && letter == ':');
    let begins = letters.next().is_some_and(fits);
    if begins && letters.all(|letter| fits(letter) || letter.is_ascii_digit()) {
        Ok(())
    } else {
        Err(format!("no name: {name}"))
    }
}

#[test]
fn what_the_form_does_not_allow_is_an_error() {
    let good = "# HELP a_seconds What.\n# TYPE a_seconds gauge\n# UNIT a_seconds seconds\na_seconds{b=\"c\\\"d\"} 1.5\n# EOF\n";
    let read_of = read(good).expect("good");
    assert_eq!(read_of.value("a_seconds", &[("b", "c\"d")]), 1.5);
    for (from, to) in [
        ("# EOF\n", ""),
        ("# TYPE a_seconds gauge\n", ""),
        ("# HELP a_seconds What.\n", ""),
        ("a_seconds{", "b_seconds{"),
        ("1.5", "NaN"),
        ("1.5", "1,5"),
        ("b=\"", "0b=\""),
        ("UNIT a_seconds seconds", "UNIT a_seconds bytes"),
        ("gauge", "counter"),
        ("gauge", "histogram"),
        ("# EOF", "a_seconds{b=\"c\\\"d\"} 2\n# EOF"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert!(read(&bad).is_err(), "{bad}");
    }
    let classes = "# HELP h What.\n# TYPE h histogram\nh_sum 1\nh_count 2\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\n# EOF\n";
    assert!(read(classes).is_ok());
    for (from, to) in [
        ("+Inf", "2.0"),
        ("h_count 2", "h_count 3"),
        ("} 1\n", "} 3\n"),
        ("h_sum 1\n", ""),
    ] {
        assert!(read(&classes.replacen(from, to, 1)).is_err(), "{from}");
    }
}
