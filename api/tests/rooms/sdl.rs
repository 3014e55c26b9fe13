//! The schema as its clients read it, and what can be selected by it.

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, Type, TypeKind, TypeSystemDefinition},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

const MARK: &str = "notInSubscription";

/// The types of the schema that have fields.
pub(crate) struct Sdl(BTreeMap<String, Fields>);

#[derive(Default)]
struct Fields {
    fields: Vec<Field>,
    implements: Vec<String>,
}

/// A field of a type.
#[derive(Clone)]
pub(crate) struct Field {
    pub(crate) of: String,
    pub(crate) name: String,
    /// Its type, or that of its items.
    pub(crate) gives: String,
    pub(crate) is_marked: bool,
}

/// What has no position in the log.
const LIVE: [(&str, &str); 4] = [
    ("RoomEventBatch", "participantCount"),
    ("RoomEventBatch", "reactions"),
    ("RoomEventBatch", "counts"),
    ("Room", "participantCount"),
];

impl Sdl {
    pub(crate) fn read() -> Self {
        let sdl = include_str!("../../../schema/schema.graphql");
        let (mut types, mut members) = (BTreeMap::<String, Fields>::new(), Vec::new());
        for definition in parse_schema(sdl).unwrap().definitions {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let name = definition.node.name.node.to_string();
            let (fields, implements) = match definition.node.kind {
                TypeKind::Object(object) => (object.fields, object.implements),
                TypeKind::Interface(interface) => (interface.fields, interface.implements),
                TypeKind::Union(union) => {
                    let of = union.members.iter().map(|member| member.node.to_string());
                    members.extend(of.map(|member| (member, name.clone())));
                    (Vec::new(), Vec::new())
                }
                _ => continue,
            };
            let fields = fields.iter().map(|field| Field::of(&name, &field.node)).collect();
            let implements = implements.iter().map(|name| name.node.to_string()).collect();
            types.insert(name, Fields { fields, implements });
        }
        // What belongs to a union is found as what implements an interface is.
        for (member, union) in members {
            types.get_mut(&member).unwrap().implements.push(union);
        }
        Self(types)
    }

    /// The fields of a type, if it has any.
    pub(crate) fn fields(&self, of: &str) -> impl Iterator<Item = &Field> {
        self.0.get(of).into_iter().flat_map(|fields| &fields.fields)
    }

    /// All fields that a subscription refuses.
    pub(crate) fn marked(&self) -> impl Iterator<Item = &Field> {
        self.0.values().flat_map(|fields| &fields.fields).filter(|field| field.is_marked)
    }

    /// All fields below a root that a subscription may select.
    pub(crate) fn reachable(&self, root: &Field) -> Vec<&Field> {
        let (mut found, mut types) = (Vec::new(), VecDeque::from([root.gives.as_str()]));
        let mut seen = BTreeSet::new();
        while let Some(of) = types.pop_front() {
            if seen.insert(of) {
                types.extend(self.possible(of));
                let fields = self.fields(of).filter(|field| !field.is_marked);
                for field in fields {
                    found.push(field);
                    types.push_back(&field.gives);
                }
            }
        }
        found
    }

    /// Selects everything that a subscription may select, but for what is true only now: two nodes learn of it at two times.
    pub(crate) fn everything(&self, of: &str) -> String {
        if !self.0.contains_key(of) {
            return String::new();
        }
        let mut text = "{ __typename ".to_owned();
        let is_live = |field: &Field| LIVE.contains(&(of, field.name.as_str()));
        for field in self.fields(of).filter(|field| !field.is_marked && !is_live(field)) {
            text += &format!("{} {} ", field.name, self.everything(&field.gives));
        }
        for possible in self.possible(of) {
            text += &format!("... on {possible} {} ", self.everything(possible));
        }
        text + "}"
    }

    /// Puts a selection of a type where a field below a root reaches it; `None` if no field does.
    pub(crate) fn selecting(&self, root: &Field, of: &str, selection: &str) -> Option<String> {
        let mut ways = VecDeque::from([(root.gives.as_str(), String::new(), String::new())]);
        let mut seen = BTreeSet::new();
        while let Some((at, before, behind)) = ways.pop_front() {
            if at == of {
                return Some(format!("{{ {before} {selection} {behind} }}"));
            }
            if seen.insert(at) {
                let deeper = |head: &str| (format!("{before} {head} {{"), format!("}} {behind}"));
                for field in self.fields(at).filter(|field| !field.is_marked) {
                    let (before, behind) = deeper(&field.name);
                    ways.push_back((&field.gives, before, behind));
                }
                for possible in self.possible(at) {
                    let (before, behind) = deeper(&format!("... on {possible}"));
                    ways.push_back((possible, before, behind));
                }
            }
        }
        None
    }

    fn possible(&self, interface: &str) -> impl Iterator<Item = &str> {
        let implements = move |fields: &Fields| fields.implements.iter().any(|of| of == interface);
        self.0.iter().filter(move |(_, fields)| implements(fields)).map(|(name, _)| name.as_str())
    }
}

impl Field {
    fn of(of: &str, field: &FieldDefinition) -> Self {
        Self {
            of: of.to_owned(),
            name: field.name.node.to_string(),
            gives: named(&field.ty.node).to_owned(),
            is_marked: field.directives.iter().any(|directive| directive.node.name.node == MARK),
        }
    }
}

fn named(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}
