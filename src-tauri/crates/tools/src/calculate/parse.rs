//! Reads an expression and works it out on the way.

use super::CalculationError;
use super::value::{Value, ten_to};
use num_bigint::BigInt;
use num_rational::BigRational;

const MOST_DEPTH: usize = 50;
/// Highest power of ten in a number such as `1e6`.
const MOST_EXPONENT: u32 = 300;

type Outcome = Result<Value, CalculationError>;

pub(super) struct Parser {
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Parser {
    pub(super) fn new(expression: &str) -> Self {
        let same = |letter| match letter {
            '×' | '·' => '*',
            '÷' => '/',
            '−' => '-',
            other => other,
        };
        Self {
            letters: expression.chars().map(same).collect(),
            at: 0,
            depth: 0,
        }
    }

    /// The value of the whole expression.
    pub(super) fn whole(&mut self) -> Outcome {
        let value = self.sum()?;
        match self.peek() {
            None => Ok(value),
            Some(_) => Err(self.unexpected("An operator such as + or * goes here.")),
        }
    }

    fn sum(&mut self) -> Outcome {
        let mut value = self.product()?;
        loop {
            value = match self.peek() {
                Some('+') => value.plus(&self.after(Self::product)?)?,
                Some('-') => value.minus(&self.after(Self::product)?)?,
                _ => return Ok(value),
            };
        }
    }

    fn product(&mut self) -> Outcome {
        let mut value = self.signed()?;
        loop {
            value = match self.peek() {
                Some('*') if self.letters.get(self.at + 1) == Some(&'*') => {
                    self.at += 1;
                    return Err(self.unexpected("Write powers with ^."));
                }
                Some('*') => value.times(&self.after(Self::signed)?)?,
                Some('/') => value.over(&self.after(Self::signed)?)?,
                Some('%') => value.modulo(&self.after(Self::signed)?)?,
                _ => return Ok(value),
            };
        }
    }

    /// A sign binds weaker than a power: -2^2 is -4.
    fn signed(&mut self) -> Outcome {
        match self.peek() {
            Some('-') => self.deeper(|parser| parser.after(Self::signed))?.negative(),
            Some('+') => self.deeper(|parser| parser.after(Self::signed)),
            _ => self.power(),
        }
    }

    /// Powers bind from the right: 2^3^2 is 2^9.
    fn power(&mut self) -> Outcome {
        let base = self.atom()?;
        match self.peek() {
            Some('^') => base.power(&self.deeper(|parser| parser.after(Self::signed))?),
            _ => Ok(base),
        }
    }

    fn atom(&mut self) -> Outcome {
        match self.peek() {
            Some('(') => {
                let value = self.deeper(|parser| parser.after(Self::sum))?;
                self.expect(')', "A closing bracket is missing.")?;
                Ok(value)
            }
            Some(letter) if letter.is_ascii_digit() || letter == '.' => self.number(),
            Some(letter) if letter.is_ascii_alphabetic() => self.function(),
            Some(_) => Err(self.unexpected("A number, a bracket or a function goes here.")),
            None => Err(CalculationError::EndsEarly),
        }
    }

    fn number(&mut self) -> Outcome {
        let whole = self.digits();
        let mut fraction = String::new();
        if self.letters.get(self.at) == Some(&'.') {
            self.at += 1;
            fraction = self.digits();
        }
        let power = self.exponent()?;
        let places = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
        let Ok(digits) = format!("{whole}{fraction}").parse::<BigInt>() else {
            return Err(self.unexpected("A number needs digits."));
        };
        if matches!(self.letters.get(self.at), Some('.' | '_' | '\'')) {
            return Err(self.unexpected("Write numbers as 1234.5, without marks between thousands."));
        }
        let number = BigRational::new(digits, ten_to(places));
        let scale = BigRational::from_integer(ten_to(power.unsigned_abs()));
        Value::exact(if power < 0 { number / scale } else { number * scale })
    }

    fn digits(&mut self) -> String {
        let digits: String = self.letters[self.at..]
            .iter()
            .take_while(|letter| letter.is_ascii_digit())
            .collect();
        self.at += digits.len();
        digits
    }

    /// The power of ten after `e`, if there is one.
    fn exponent(&mut self) -> Result<i32, CalculationError> {
        if !matches!(self.letters.get(self.at), Some('e' | 'E')) {
            return Ok(0);
        }
        self.at += 1;
        let negative = self.letters.get(self.at) == Some(&'-');
        if matches!(self.letters.get(self.at), Some('-' | '+')) {
            self.at += 1;
        }
        let digits = self.digits();
        let power: u32 = match digits.parse() {
            Ok(power) => power,
            Err(_) if digits.is_empty() => return Err(self.unexpected("A power of ten needs digits.")),
            Err(_) => return Err(CalculationError::TooBig),
        };
        match i32::try_from(power) {
            Ok(signed) if power <= MOST_EXPONENT => Ok(if negative { -signed } else { signed }),
            _ => Err(CalculationError::TooBig),
        }
    }

    fn function(&mut self) -> Outcome {
        let name: String = self.letters[self.at..]
            .iter()
            .take_while(|letter| letter.is_ascii_alphanumeric() || **letter == '_')
            .collect();
        self.at += name.len();
        if self.peek() != Some('(') {
            return Err(CalculationError::NoFunction(name));
        }
        let values = self.deeper(Self::values)?;
        applied(&name, &values)
    }

    /// What stands in brackets, with commas between.
    fn values(&mut self) -> Result<Vec<Value>, CalculationError> {
        let mut values = vec![self.after(Self::sum)?];
        while self.peek() == Some(',') {
            values.push(self.after(Self::sum)?);
        }
        self.expect(')', "A closing bracket or a comma is missing.")?;
        Ok(values)
    }

    fn peek(&mut self) -> Option<char> {
        while self
            .letters
            .get(self.at)
            .is_some_and(|letter| letter.is_whitespace())
        {
            self.at += 1;
        }
        self.letters.get(self.at).copied()
    }

    /// What follows the letter that was just looked at.
    fn after<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at += 1;
        read(self)
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, CalculationError>,
    ) -> Result<T, CalculationError> {
        if self.depth == MOST_DEPTH {
            return Err(CalculationError::TooDeep);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn expect(&mut self, letter: char, hint: &'static str) -> Result<(), CalculationError> {
        if self.peek() == Some(letter) {
            self.at += 1;
            return Ok(());
        }
        Err(self.unexpected(hint))
    }

    fn unexpected(&self, hint: &'static str) -> CalculationError {
        let found = self.letters.get(self.at);
        CalculationError::Unexpected {
            found: found.map_or_else(|| "the end".to_owned(), char::to_string),
            at: self.at + 1,
            hint,
        }
    }
}

fn applied(name: &str, values: &[Value]) -> Outcome {
    match (name, values) {
        ("abs", [value]) => value.abs(),
        ("floor", [value]) => value.floor(),
        ("ceil", [value]) => value.ceil(),
        ("sqrt", [value]) => value.root(),
        ("round", [value]) => value.round(&Value::zero()),
        ("round", [value, places]) => value.round(places),
        ("min", [first, rest @ ..]) => Ok(best(first, rest, |one, other| other.number < one.number)),
        ("max", [first, rest @ ..]) => Ok(best(first, rest, |one, other| other.number > one.number)),
        ("sum", values) => total(values),
        ("avg", values) => total(values)?.over(&Value::count(values.len())),
        ("abs", _) => Err(CalculationError::WrongCount("abs")),
        ("floor", _) => Err(CalculationError::WrongCount("floor")),
        ("ceil", _) => Err(CalculationError::WrongCount("ceil")),
        ("sqrt", _) => Err(CalculationError::WrongCount("sqrt")),
        ("round", _) => Err(CalculationError::WrongCount("round")),
        (name, _) => Err(CalculationError::NoFunction(name.to_owned())),
    }
}

fn best(first: &Value, rest: &[Value], is_better: impl Fn(&Value, &Value) -> bool) -> Value {
    let chosen = rest.iter().fold(
        first,
        |best, next| if is_better(best, next) { next } else { best },
    );
    chosen.clone()
}

fn total(values: &[Value]) -> Outcome {
    values
        .iter()
        .try_fold(Value::zero(), |total, value| total.plus(value))
}
