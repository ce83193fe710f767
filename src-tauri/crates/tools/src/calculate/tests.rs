use super::*;
use num_bigint::BigInt;
use num_rational::BigRational;
use proptest::prelude::*;

fn value(expression: &str) -> String {
    calculate(expression).unwrap().value
}

#[test]
fn sums_come_out_exactly() {
    for (expression, expected) in [
        ("0.1 + 0.2", "0.3"),
        ("(19.99 * 3) * 1.19", "71.3643"),
        ("-2^2", "-4"),
        ("(-2)^2", "4"),
        ("2^3^2", "512"),
        ("2^-2", "0.25"),
        ("1 - -1", "2"),
        ("7 % 3", "1"),
        ("-7 % 3", "2"),
        ("1/3*3", "1"),
        ("1e6 / 1E3", "1000"),
        ("1.5e-3", "0.0015"),
        (".5 + 1.", "1.5"),
        ("6 × 7 ÷ 2 − 1", "20"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-3"),
        ("round(1234.5678, 2)", "1234.57"),
        ("round(1250, -2)", "1300"),
        ("floor(-1.5) + ceil(1.2)", "0"),
        ("min(3, 1, 2) + max(3, 1, 2)", "4"),
        ("avg(1, 2, 4.5)", "2.5"),
        ("sum(0.1, 0.2, 0.3)", "0.6"),
        ("sqrt(2.25)", "1.5"),
        ("abs(-3/4)", "0.75"),
        (
            "2^200",
            "1606938044258990275541962092341162602522202993782792835301376",
        ),
    ] {
        let calculated = calculate(expression).unwrap();
        assert_eq!(calculated.value, expected, "{expression}");
        assert!(calculated.exact, "{expression}");
    }
}

#[test]
fn what_was_rounded_says_so() {
    let third = calculate("1/3").unwrap();
    assert!(!third.exact);
    assert_eq!(third.fraction.as_deref(), Some("1/3"));
    let root = calculate("sqrt(2)").unwrap();
    assert!(!root.exact);
    assert_eq!(root.fraction, None);
    assert!(
        root.value.starts_with("1.4142135623730950488016887242096980785"),
        "{}",
        root.value
    );
    assert!(!calculate("sqrt(2)^2").unwrap().exact);
    assert_eq!(value("1/3").len(), 43);
}

#[test]
fn what_has_no_value_is_refused_in_words() {
    use CalculationError as E;
    for (expression, wanted) in [
        ("1/0", E::ByZero),
        ("1 % 0", E::ByZero),
        ("0^-1", E::ByZero),
        ("2^0.5", E::BadPower),
        ("2^1001", E::BadPower),
        ("sqrt(-1)", E::NegativeRoot),
        ("round(1, 51)", E::BadPlaces),
        ("sin(1)", E::NoFunction("sin".to_owned())),
        ("x + 1", E::NoFunction("x".to_owned())),
        ("abs(1, 2)", E::WrongCount("abs")),
        ("", E::EndsEarly),
        ("1 +", E::EndsEarly),
        ("9^9^9", E::BadPower),
        ("(10^1000)^1000", E::TooBig),
        ("10^999 * 10^999 * 10^999", E::TooBig),
        ("1e301", E::TooBig),
        ("1e99999999999999999999", E::TooBig),
    ] {
        assert_eq!(calculate(expression), Err(wanted), "{expression}");
    }
    for expression in [
        "1 2", "1,5", "1_000", "1.2.3", "(1", "1)", "2**3", "20% ", "1e", ".", "1;2", "$HOME", "1 + ü",
    ] {
        let error = calculate(expression).unwrap_err();
        assert!(
            matches!(error, E::Unexpected { .. } | E::EndsEarly),
            "{expression}: {error:?}"
        );
    }
    assert_eq!(calculate(&"(".repeat(51)), Err(E::TooDeep));
    assert_eq!(calculate(&"-".repeat(900)), Err(E::TooDeep));
    assert_eq!(calculate(&"1^".repeat(400)), Err(E::TooDeep));
    assert_eq!(calculate(&"1".repeat(1001)), Err(E::TooLong));
}

/// An expression, and its value by other means.
fn expression() -> impl Strategy<Value = (String, Option<BigRational>)> {
    let leaf = (0_i64..1_000_000, 0_u32..4).prop_map(|(digits, places)| {
        let scale = 10_i64.pow(places);
        let text = format!(
            "{}.{:0width$}",
            digits / scale,
            digits % scale,
            width = places as usize
        );
        let text = if places == 0 { digits.to_string() } else { text };
        (
            text,
            Some(BigRational::new(BigInt::from(digits), BigInt::from(scale))),
        )
    });
    leaf.prop_recursive(5, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone(), 0..4_u8);
        let joined = pair.prop_map(|((one, first), (other, second), operator)| {
            let sign = ["+", "-", "*", "/"][usize::from(operator)];
            let value = first.zip(second).and_then(|(first, second)| match operator {
                0 => Some(first + second),
                1 => Some(first - second),
                2 => Some(first * second),
                _ if second == BigRational::from_integer(BigInt::from(0)) => None,
                _ => Some(first / second),
            });
            (format!("({one}) {sign} ({other})"), value)
        });
        let negative = inner.prop_map(|(text, value)| (format!("-({text})"), value.map(|value| -value)));
        prop_oneof![joined, negative]
    })
}

fn read_back(text: &str) -> BigRational {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap();
    BigRational::new(
        digits,
        BigInt::from(10).pow(u32::try_from(fraction.len()).unwrap()),
    )
}

proptest! {
    #[test]
    fn any_sum_is_worked_out_exactly((text, expected) in expression()) {
        match (calculate(&text), expected) {
            (Ok(calculated), Some(expected)) => {
                let whole = calculated.fraction.as_ref().map(|fraction| fraction.parse::<BigRational>().unwrap());
                let is_rounded = !calculated.exact;
                prop_assert_eq!(is_rounded, whole.is_some());
                let shown = read_back(&calculated.value);
                if let Some(whole) = whole {
                    prop_assert_eq!(&whole, &expected);
                    let limit = BigRational::new(BigInt::from(1), BigInt::from(10).pow(20));
                    let off = (&shown - &expected) / &expected;
                    prop_assert!(off < limit && -off < limit);
                } else {
                    prop_assert_eq!(shown, expected);
                }
            }
            (Err(CalculationError::ByZero), None) => {}
            (Err(CalculationError::TooLong), _) => {}
            (found, expected) => prop_assert!(false, "{}: {:?} {:?}", text, found, expected),
        }
    }

    #[test]
    fn no_text_breaks_it(text in "[-+*/%^().,0-9a-z e×÷]{0,60}") {
        // It either has a value or is refused; what matters is that it comes back.
        if let Ok(calculated) = calculate(&text) {
            prop_assert!(calculated.value.chars().all(|letter| letter.is_ascii_digit() || "-.".contains(letter)));
        }
    }
}
