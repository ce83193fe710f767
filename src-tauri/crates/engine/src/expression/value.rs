//! From the template library's values to JSON, within bounds.

use super::error::ExpressionProblem as Problem;
use super::limits::{VALUE_DEPTH, VALUE_LENGTH};
use minijinja::Value;
use minijinja::value::ValueKind;
use serde_json::{Map, Number, Value as Json};

/// What an item takes of the room besides its text, in bytes.
const ITEM: usize = 16;

/// `value` as JSON. Whole numbers stay whole; lists that are worked out on demand are worked out here, within bounds.
pub(super) fn to_json(value: &Value) -> Result<Json, Problem> {
    let mut room = VALUE_LENGTH;
    convert(value, &mut room, 0)
}

fn convert(value: &Value, room: &mut usize, depth: usize) -> Result<Json, Problem> {
    if depth > VALUE_DEPTH {
        return Err(Problem::TooDeep);
    }
    take(room, ITEM)?;
    Ok(match value.kind() {
        ValueKind::None => Json::Null,
        ValueKind::Bool => Json::Bool(value.is_true()),
        ValueKind::Number => Json::Number(number(value)?),
        ValueKind::String => Json::String(text(value, room)?),
        ValueKind::Seq | ValueKind::Iterable => list(value, room, depth)?,
        ValueKind::Map => map(value, room, depth)?,
        ValueKind::Undefined => return Err(Problem::NotAValue("something in it does not exist".to_owned())),
        _ => return Err(Problem::NotAValue(format!("it is a {}", value.kind()))),
    })
}

fn take(room: &mut usize, bytes: usize) -> Result<(), Problem> {
    *room = room.checked_sub(bytes).ok_or(Problem::TooLarge)?;
    Ok(())
}

fn text(value: &Value, room: &mut usize) -> Result<String, Problem> {
    let text = value.as_str().unwrap_or_default();
    take(room, text.len())?;
    Ok(text.to_owned())
}

fn number(value: &Value) -> Result<Number, Problem> {
    if value.is_integer() {
        let whole = i64::try_from(value.clone()).map(Number::from);
        return whole
            .or_else(|_| u64::try_from(value.clone()).map(Number::from))
            .map_err(|_| Problem::NotAValue("the number is too large".to_owned()));
    }
    f64::try_from(value.clone())
        .ok()
        .and_then(Number::from_f64)
        .ok_or_else(|| Problem::NotAValue("the number is not finite".to_owned()))
}

fn items(value: &Value) -> Result<impl Iterator<Item = Result<Value, Problem>>, Problem> {
    let items = value.try_iter().map_err(|error| super::problem_of(&error))?;
    Ok(items
        .checked()
        .map(|item| item.map_err(|error| super::problem_of(&error))))
}

fn list(value: &Value, room: &mut usize, depth: usize) -> Result<Json, Problem> {
    items(value)?
        .map(|item| convert(&item?, room, depth + 1))
        .collect::<Result<Vec<_>, _>>()
        .map(Json::Array)
}

fn map(value: &Value, room: &mut usize, depth: usize) -> Result<Json, Problem> {
    let mut map = Map::new();
    for key in items(value)? {
        let key = key?;
        let name = key
            .as_str()
            .ok_or_else(|| Problem::NotAValue("names in an object must be texts".to_owned()))?;
        take(room, name.len())?;
        let inner = value.get_item(&key).map_err(|error| super::problem_of(&error))?;
        map.insert(name.to_owned(), convert(&inner, room, depth + 1)?);
    }
    Ok(Json::Object(map))
}
