//! One short name for one exact call, so that an approval fits nothing else.

use serde_json::Value;
use sha2::{Digest, Sha256};
use wheelhouse_domain::Fingerprint;

/// Raised when what goes into a fingerprint changes, so that no older approval fits by accident.
const VERSION: &str = "wheelhouse-tools/1";

/// Of one call and what it would do.
pub(crate) fn of(tool: &str, arguments: &Value, effect: &Value) -> Fingerprint {
    let whole = serde_json::json!([VERSION, tool, arguments, effect]);
    Fingerprint(digest(canonical(&whole).as_bytes()))
}

/// SHA-256 of `bytes` as hexadecimal digits.
pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// `value` as JSON text that is the same however its objects were put together: keys in order, no spaces.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut keys: Vec<&String> = fields.keys().collect();
            keys.sort();
            text.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                write(&fields[key.as_str()], text);
            }
            text.push('}');
        }
        plain => text.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_makes_no_difference_and_anything_else_does() {
        let one: Value = serde_json::from_str(r#"{"b": 1, "a": {"d": [1, 2], "c": null}}"#).unwrap();
        let other: Value = serde_json::from_str(r#"{"a": {"c": null, "d": [1, 2]}, "b": 1}"#).unwrap();
        assert_eq!(canonical(&one), canonical(&other));
        assert_eq!(canonical(&one), r#"{"a":{"c":null,"d":[1,2]},"b":1}"#);
        let effect = json!({});
        let same = of("t", &one, &effect);
        assert_eq!(same, of("t", &other, &effect));
        assert_ne!(same, of("u", &one, &effect));
        assert_ne!(same, of("t", &json!({"b": 1}), &effect));
        assert_ne!(same, of("t", &one, &json!({"x": 1})));
        assert_ne!(
            of("t", &json!("a,b"), &json!([])),
            of("t", &json!(["a", "b"]), &json!([])),
        );
    }
}
