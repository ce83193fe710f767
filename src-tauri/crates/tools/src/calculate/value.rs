//! A number and what can be done with it. No result is longer than the bound.

use super::CalculationError;
use num_bigint::{BigInt, Sign};
use num_rational::BigRational;
use num_traits::{One, Pow, Signed, ToPrimitive, Zero};

/// Longest numerator or denominator, in bits.
const MOST_BITS: u64 = 8_192;
const MOST_POWER: u32 = 1_000;
const MOST_PLACES: i32 = 50;
/// Decimal places to which a root is worked out.
const ROOT_PLACES: u32 = 45;

/// A number, and whether a root was rounded on the way to it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub(super) number: BigRational,
    pub(super) exact: bool,
}

type Outcome = Result<Value, CalculationError>;

impl Value {
    pub(super) fn exact(number: BigRational) -> Outcome {
        Self { number, exact: true }.bounded()
    }

    fn bounded(self) -> Outcome {
        if self.number.numer().bits() > MOST_BITS || self.number.denom().bits() > MOST_BITS {
            return Err(CalculationError::TooBig);
        }
        Ok(self)
    }

    fn with(&self, other: &Self, number: BigRational) -> Outcome {
        Self {
            number,
            exact: self.exact && other.exact,
        }
        .bounded()
    }

    fn map(&self, number: BigRational) -> Outcome {
        Self {
            number,
            exact: self.exact,
        }
        .bounded()
    }

    pub(super) fn plus(&self, other: &Self) -> Outcome {
        self.with(other, &self.number + &other.number)
    }

    pub(super) fn minus(&self, other: &Self) -> Outcome {
        self.with(other, &self.number - &other.number)
    }

    pub(super) fn times(&self, other: &Self) -> Outcome {
        self.with(other, &self.number * &other.number)
    }

    pub(super) fn over(&self, other: &Self) -> Outcome {
        if other.number.is_zero() {
            return Err(CalculationError::ByZero);
        }
        self.with(other, &self.number / &other.number)
    }

    /// What is left of a division; it has the sign of `other`.
    pub(super) fn modulo(&self, other: &Self) -> Outcome {
        if other.number.is_zero() {
            return Err(CalculationError::ByZero);
        }
        let whole = (&self.number / &other.number).floor();
        self.with(other, &self.number - &other.number * whole)
    }

    pub(super) fn negative(&self) -> Outcome {
        self.map(-&self.number)
    }

    pub(super) fn power(&self, other: &Self) -> Outcome {
        let power = whole(other).ok_or(CalculationError::BadPower)?;
        let times = power.unsigned_abs();
        if times > MOST_POWER {
            return Err(CalculationError::BadPower);
        }
        if power < 0 && self.number.is_zero() {
            return Err(CalculationError::ByZero);
        }
        let bits = self.number.numer().bits().max(self.number.denom().bits());
        // A number of b bits has at least (b - 1) * n bits when raised to n: what is too long is not begun.
        if bits.saturating_sub(1) * u64::from(times) > MOST_BITS {
            return Err(CalculationError::TooBig);
        }
        let raised = BigRational::new_raw(self.number.numer().pow(times), self.number.denom().pow(times));
        let number = if power < 0 { raised.recip() } else { raised };
        self.with(other, number)
    }

    pub(super) fn root(&self) -> Outcome {
        if self.number.is_negative() {
            return Err(CalculationError::NegativeRoot);
        }
        let (over, under) = (self.number.numer().sqrt(), self.number.denom().sqrt());
        if &(&over * &over) == self.number.numer() && &(&under * &under) == self.number.denom() {
            return self.map(BigRational::new(over, under));
        }
        let scale = ten_to(ROOT_PLACES);
        let under = self.number.denom();
        let root = (self.number.numer() * under * &scale * &scale).sqrt();
        Self {
            number: BigRational::new(root, under * scale),
            exact: false,
        }
        .bounded()
    }

    pub(super) fn abs(&self) -> Outcome {
        self.map(self.number.abs())
    }

    pub(super) fn floor(&self) -> Outcome {
        self.map(self.number.floor())
    }

    pub(super) fn ceil(&self) -> Outcome {
        self.map(self.number.ceil())
    }

    /// Rounded to so many decimal places; halves go away from zero.
    pub(super) fn round(&self, places: &Self) -> Outcome {
        let places = whole(places)
            .filter(|places| places.abs() <= MOST_PLACES)
            .ok_or(CalculationError::BadPlaces)?;
        let scale = BigRational::from_integer(ten_to(places.unsigned_abs()));
        let number = if places < 0 {
            (&self.number / &scale).round() * scale
        } else {
            (&self.number * &scale).round() / scale
        };
        self.with(self, number)
    }

    pub(super) fn zero() -> Self {
        Self {
            number: BigRational::zero(),
            exact: true,
        }
    }

    pub(super) fn count(count: usize) -> Self {
        Self {
            number: BigRational::from_integer(BigInt::from(count)),
            exact: true,
        }
    }
}

/// Ten to a power.
pub(super) fn ten_to(power: u32) -> BigInt {
    BigInt::new(Sign::Plus, vec![10]).pow(power)
}

/// The number, if it is whole and small.
fn whole(value: &Value) -> Option<i32> {
    value
        .number
        .denom()
        .is_one()
        .then(|| value.number.numer().to_i32())
        .flatten()
}
