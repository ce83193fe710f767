//! Writes a number down as people read it.

use super::Calculated;
use super::value::{Value, ten_to};
use num_rational::BigRational;
use num_traits::{Signed, Zero};

/// Digits of a rounded number that count.
const DIGITS: u32 = 40;
/// Most decimal places that are written down unrounded.
const MOST_PLACES: u32 = 60;

pub(super) fn written(value: &Value) -> Calculated {
    match places(&value.number).filter(|_| value.exact) {
        Some(places) => Calculated {
            value: decimal(&value.number, places),
            exact: true,
            fraction: None,
        },
        None => Calculated {
            value: rounded(&value.number),
            exact: false,
            fraction: value.exact.then(|| value.number.to_string()),
        },
    }
}

/// Decimal places that the number needs, if they are not too many.
fn places(number: &BigRational) -> Option<u32> {
    (0..=MOST_PLACES).find(|places| (number * BigRational::from_integer(ten_to(*places))).is_integer())
}

/// To as many places as give [`DIGITS`] digits that count; halves go away from zero.
fn rounded(number: &BigRational) -> String {
    let mut places = DIGITS;
    let whole = number.trunc().to_integer().abs();
    if !whole.is_zero() {
        let digits = u32::try_from(whole.to_string().len()).unwrap_or(u32::MAX);
        places = DIGITS.saturating_sub(digits);
    } else if !number.is_zero() {
        // Zeros after the point do not count.
        let parts = (number.denom() / number.numer().abs()).to_string().len();
        places = DIGITS + u32::try_from(parts).unwrap_or(0);
    }
    let scale = BigRational::from_integer(ten_to(places));
    let text = decimal(&((number * &scale).round() / scale), places);
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The number with exactly so many places, which must be enough.
fn decimal(number: &BigRational, places: u32) -> String {
    let scaled = (number * BigRational::from_integer(ten_to(places))).to_integer();
    let sign = if scaled.is_negative() { "-" } else { "" };
    let digits = scaled.abs().to_string();
    let places = places as usize;
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;

    #[test]
    fn numbers_are_written_as_people_write_them() {
        let shown = |over: i64, under: i64| {
            let number = BigRational::new(BigInt::from(over), BigInt::from(under));
            written(&Value { number, exact: true }).value
        };
        assert_eq!(shown(0, 1), "0");
        assert_eq!(shown(-7, 2), "-3.5");
        assert_eq!(shown(1, 1000), "0.001");
        assert_eq!(shown(-1, 3), format!("-0.{}", "3".repeat(41)));
        assert_eq!(shown(2, 3), format!("0.{}7", "6".repeat(40)));
        assert_eq!(shown(200, 3), format!("66.{}7", "6".repeat(37)));
    }
}
