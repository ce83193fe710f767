//! Types as JSON Schema means them. The house marks numbers that fit into JavaScript's and values of any kind with words
//! of the TypeScript exporter, which no other exporter knows.

use specta::datatype::{DataType, Fields, NamedReferenceType, Primitive, Reference};
use specta::{Format, FormatError, Types};
use std::borrow::Cow;

/// serde's forms, with those words translated. Any value becomes [`ANY`].
pub(crate) struct Plain;

/// Stands for a value of any kind until the schema is made: no type of the house has a single character.
const ANY: Primitive = Primitive::char;

impl Format for Plain {
    fn map_types(&'_ self, types: &Types) -> Result<Cow<'_, Types>, FormatError> {
        let types = specta_serde::Format.map_types(types)?.into_owned();
        Ok(Cow::Owned(types.map(|mut named| {
            if let Some(kind) = &mut named.ty {
                translate(kind);
            }
            named
        })))
    }

    fn map_type(&'_ self, types: &Types, kind: &DataType) -> Result<Cow<'_, DataType>, FormatError> {
        let mut kind = specta_serde::Format.map_type(types, kind)?.into_owned();
        translate(&mut kind);
        Ok(Cow::Owned(kind))
    }
}

fn translate(kind: &mut DataType) {
    match kind {
        DataType::Primitive(_) | DataType::Generic(_) => {}
        DataType::List(list) => translate(&mut list.ty),
        DataType::Map(map) => {
            translate(map.key_ty_mut());
            translate(map.value_ty_mut());
        }
        DataType::Struct(one) => translate_fields(&mut one.fields),
        DataType::Enum(one) => one
            .variants
            .iter_mut()
            .for_each(|(_, variant)| translate_fields(&mut variant.fields)),
        DataType::Tuple(tuple) => tuple.elements.iter_mut().for_each(translate),
        DataType::Nullable(inner) => translate(inner),
        DataType::Intersection(parts) => parts.iter_mut().for_each(translate),
        DataType::Reference(Reference::Named(named)) => match &mut named.inner {
            NamedReferenceType::Inline { dt, .. } => translate(dt),
            NamedReferenceType::Reference { generics, .. } => {
                generics.iter_mut().for_each(|(_, argument)| translate(argument));
            }
            NamedReferenceType::Recursive(_) => {}
        },
        DataType::Reference(Reference::Opaque(word)) => {
            let word = word.type_name().rsplit("::").next().unwrap_or_default();
            let primitive = match word {
                "Number" => Primitive::i64,
                "Unknown" | "Any" => ANY,
                other => panic!("nobody knows what {other} is"),
            };
            *kind = DataType::Primitive(primitive);
        }
    }
}

fn translate_fields(fields: &mut Fields) {
    let translate = |kind: &mut Option<DataType>| kind.iter_mut().for_each(translate);
    match fields {
        Fields::Unit => {}
        Fields::Unnamed(fields) => fields
            .fields
            .iter_mut()
            .for_each(|field| translate(&mut field.ty)),
        Fields::Named(fields) => fields
            .fields
            .iter_mut()
            .for_each(|(_, field)| translate(&mut field.ty)),
    }
}
