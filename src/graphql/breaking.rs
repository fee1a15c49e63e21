//! What in a changed schema would break a client: a query that was good and no longer is, or an answer
//! that a generated type does not expect.

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition};
use async_graphql::{Name, Positioned};
use std::collections::BTreeMap;

/// What breaks, one sentence each; empty when nothing does.
///
/// # Errors
/// When one of the two is no schema.
pub fn breaking(before: &str, after: &str) -> Result<Vec<String>, String> {
    let (before, after) = (types(before)?, types(after)?);
    let mut found = Vec::new();
    for (name, old) in &before {
        match after.get(name) {
            None => found.push(format!("the type {name} is gone")),
            Some(new) => compare(name, &old.kind, &new.kind, &mut found),
        }
    }
    Ok(found)
}

fn types(sdl: &str) -> Result<BTreeMap<String, TypeDefinition>, String> {
    let document = parse_schema(sdl).map_err(|e| e.to_string())?;
    let ty = |definition: TypeSystemDefinition| match definition {
        TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.to_string(), ty.node)),
        _ => None,
    };
    Ok(document.definitions.into_iter().filter_map(ty).collect())
}

fn compare(name: &str, old: &TypeKind, new: &TypeKind, found: &mut Vec<String>) {
    let gone = |old: &[Positioned<Name>], new: &[Positioned<Name>]| -> Vec<String> {
        let left = |name: &&Positioned<Name>| !new.iter().any(|known| known.node == name.node);
        old.iter().filter(left).map(|name| name.node.to_string()).collect()
    };
    match (old, new) {
        (TypeKind::Scalar, TypeKind::Scalar) => {}
        (TypeKind::Object(old), TypeKind::Object(new)) => {
            found.extend(gone(&old.implements, &new.implements).iter().map(|of| format!("{name} no longer implements {of}")));
            fields(name, &old.fields, &new.fields, found);
        }
        (TypeKind::Interface(old), TypeKind::Interface(new)) => fields(name, &old.fields, &new.fields, found),
        (TypeKind::Union(old), TypeKind::Union(new)) => {
            found.extend(gone(&old.members, &new.members).iter().map(|member| format!("{name} no longer has the member {member}")));
        }
        (TypeKind::Enum(old), TypeKind::Enum(new)) => {
            let values = old.values.iter().map(|value| &value.node.value.node);
            let left = values.filter(|value| !new.values.iter().any(|known| known.node.value.node == **value));
            found.extend(left.map(|value| format!("{name} no longer has the value {value}")));
        }
        (TypeKind::InputObject(old), TypeKind::InputObject(new)) => inputs(&format!("{name}."), &old.fields, &new.fields, found),
        _ => found.push(format!("{name} is of another kind")),
    }
}

fn fields(name: &str, old: &[Positioned<FieldDefinition>], new: &[Positioned<FieldDefinition>], found: &mut Vec<String>) {
    for Positioned { node: before, .. } in old {
        let field = format!("{name}.{}", before.name.node);
        let Some(Positioned { node: after, .. }) = new.iter().find(|known| known.node.name.node == before.name.node) else {
            found.push(format!("the field {field} is gone"));
            continue;
        };
        if !narrows(&before.ty.node, &after.ty.node) {
            found.push(format!("{field} was {} and is {}", before.ty.node, after.ty.node));
        }
        inputs(&format!("{field}, argument "), &before.arguments, &after.arguments, found);
    }
}

fn inputs(of: &str, old: &[Positioned<InputValueDefinition>], new: &[Positioned<InputValueDefinition>], found: &mut Vec<String>) {
    for Positioned { node: before, .. } in old {
        match new.iter().find(|known| known.node.name.node == before.name.node) {
            None => found.push(format!("{of}{} is gone", before.name.node)),
            Some(after) if !narrows(&after.node.ty.node, &before.ty.node) => {
                found.push(format!("{of}{} was {} and is {}", before.name.node, before.ty.node, after.node.ty.node));
            }
            Some(_) => {}
        }
    }
    for Positioned { node: after, .. } in new {
        let known = old.iter().any(|known| known.node.name.node == after.name.node);
        if !known && !after.ty.node.nullable && after.default_value.is_none() {
            found.push(format!("{of}{} is new and required", after.name.node));
        }
    }
}

/// Whether whoever takes the first type may be given the second.
fn narrows(wide: &Type, narrow: &Type) -> bool {
    let base = match (&wide.base, &narrow.base) {
        (BaseType::Named(wide), BaseType::Named(narrow)) => wide == narrow,
        (BaseType::List(wide), BaseType::List(narrow)) => narrows(wide, narrow),
        _ => false,
    };
    base && (wide.nullable || !narrow.nullable)
}

#[cfg(test)]
mod tests {
    use super::breaking;

    const BEFORE: &str = "type Query { product(code: ID!): Product list(first: Int, status: [Status!]): [Product!]! }
        type Product implements Node { code: String! stars: Int name: String! } interface Node { code: String! }
        enum Status { valid expired } union Any = Product | Query input Ask { number: String! year: Int } scalar Date";

    fn found(from: &str, to: &str) -> Vec<String> {
        assert!(BEFORE.contains(from), "{from}");
        breaking(BEFORE, &BEFORE.replace(from, to)).expect("schemas")
    }

    #[test]
    fn what_breaks_is_named() {
        for (from, to, told) in [
            (" stars: Int", "", "the field Product.stars is gone"),
            ("stars: Int", "stars: Float", "Product.stars was Int and is Float"),
            ("name: String!", "name: String", "Product.name was String! and is String"),
            ("[Product!]!", "[Product]!", "Query.list was [Product!]! and is [Product]!"),
            ("first: Int", "first: Int!", "Query.list, argument first was Int and is Int!"),
            ("first: Int, ", "", "Query.list, argument first is gone"),
            ("first: Int", "first: Int, on: Date!", "Query.list, argument on is new and required"),
            (" expired", "", "Status no longer has the value expired"),
            ("scalar Date", "", "the type Date is gone"),
            ("scalar Date", "enum Date { today }", "Date is of another kind"),
            ("Any = Product | Query", "Any = Product", "Any no longer has the member Query"),
            ("implements Node ", "", "Product no longer implements Node"),
            ("year: Int", "year: Int!", "Ask.year was Int and is Int!"),
        ] {
            assert_eq!(found(from, to), [told]);
        }
    }

    #[test]
    fn what_does_not_break_is_let_through() {
        for (from, to) in [
            ("stars: Int", "stars: Int!"),
            ("code: ID!)", "code: ID)"),
            ("first: Int", "first: Int, on: Date"),
            ("first: Int", "first: Int, most: Int! = 5"),
            ("valid expired", "valid expired withdrawn"),
            ("scalar Date", "scalar Date scalar Time"),
            ("name: String!", "name: String! place: String"),
        ] {
            assert_eq!(found(from, to), [""; 0], "{to}");
        }
    }
}
