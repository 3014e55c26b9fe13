//! The measure of a parsed document, and what it may be.

use super::survey::{Extent, Surveyor};
use crate::config::{DocumentLimits, Mode};
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use schema::Error;

/// Levels of selections, fragments counted: the schema's own checks recurse once for each.
const MAX_LEVELS: usize = 32;

/// Lists inside lists of an introspection (`fields { type { fields`), each of which multiplies the answer; GraphiQL needs one.
const MAX_INTROSPECTION_LISTS: usize = 3;

/// Arguments of one field; the schema has up to seven. Where two fields have one name, the library compares each argument
/// of one with those of the other, and reports each that differs.
const MAX_ARGUMENTS: usize = 10;

/// How often a field may be compared, as a mean: once in its own selection set, and once more around a fragment.
const COMPARISONS_OF_A_FIELD: usize = 2;

/// How much a document asks for.
#[derive(Default)]
pub(super) struct Measure {
    operations: Extent,
    root_fields: usize,
    directives: usize,
    arguments: usize,
    compared: usize,
    introspection: Option<usize>,
    subscribes_to_several: bool,
}

impl Measure {
    /// Measures a document. A fragment that spreads itself, used or not, has no measure.
    pub(super) fn of(document: &ExecutableDocument) -> Result<Self, Error> {
        let mut surveyor = Surveyor::new(document);
        let mut measure = Self::default();
        for name in document.fragments.keys() {
            surveyor.fragment(name)?;
        }
        for (_, operation) in document.operations.iter() {
            surveyor.see_directives(operation.node.directives.len());
            let extent = surveyor.selection_set(&operation.node.selection_set.node)?;
            measure.root_fields = measure.root_fields.max(extent.own_fields);
            measure.subscribes_to_several |=
                operation.node.ty == OperationType::Subscription && extent.own_fields > 1;
            measure.operations = measure.operations.beside(extent);
        }
        measure.directives = surveyor.directives;
        measure.arguments = surveyor.arguments;
        measure.compared = surveyor.compared;
        measure.introspection = surveyor.introspection;
        Ok(measure)
    }

    /// The fields of all operations, fragments expanded.
    pub(super) fn fields(&self) -> usize {
        self.operations.fields
    }

    /// Compares with the limits.
    pub(super) fn check(&self, limits: &DocumentLimits, mode: Mode) -> Result<(), Error> {
        if self.introspection.is_some() && mode == Mode::Production {
            return Err(Error::bad_input("query", "introspection is off"));
        }
        if self.subscribes_to_several {
            return Err(Error::bad_input("query", "a subscription has one root field"));
        }
        for (what, is, limit) in [
            ("levels of fields", self.operations.depth, limits.max_depth),
            ("levels of selections", self.operations.levels, MAX_LEVELS),
            ("fields", self.operations.fields, limits.max_complexity),
            ("aliases", self.operations.aliases, limits.max_aliases),
            ("root fields", self.root_fields, limits.max_root_fields),
            ("directives in one place", self.directives, limits.max_directives),
            ("arguments of one field", self.arguments, MAX_ARGUMENTS),
            (
                "fields to compare",
                self.compared,
                limits.max_complexity.saturating_mul(COMPARISONS_OF_A_FIELD),
            ),
            (
                "nested lists of an introspection",
                self.introspection.unwrap_or(0),
                MAX_INTROSPECTION_LISTS,
            ),
        ] {
            if is > limit {
                return Err(Error::QueryTooComplex(format!("{is} {what}, at most {limit}")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::tests::limits;
    use async_graphql::parser::parse_query;
    use schema::ErrorCode;

    fn refusal(query: &str, mode: Mode) -> Option<Error> {
        let document = parse_query(query).unwrap();
        Measure::of(&document).and_then(|measure| measure.check(&limits(), mode)).err()
    }

    #[track_caller]
    fn too_complex(query: &str, because: &str) {
        let error = refusal(query, Mode::Development).expect("it is refused");
        assert_eq!(error.code(), ErrorCode::QueryTooComplex);
        assert!(error.to_string().contains(because), "{error}");
    }

    #[test]
    fn each_limit_is_reached_but_not_passed() {
        let nested =
            |depth: usize| format!("{}a{}", "{ a ".repeat(depth - 1) + "{ ", " }".repeat(depth));
        let many = |count: usize, item: &str| format!("{{ {} }}", item.repeat(count));
        let aliases = |count: usize| {
            format!("{{ a {{ {} }} }}", (0..count).map(|n| format!("a{n}: a ")).collect::<String>())
        };
        let inline = |levels: usize| {
            format!("{{{} {} }}{}", "... {".repeat(levels), "a ".repeat(100), "}".repeat(levels))
        };
        for (fits, exceeds, because) in [
            (nested(12), nested(13), "13 levels of fields"),
            (aliases(30), aliases(31), "31 aliases"),
            (many(20, "a "), many(21, "a "), "21 root fields"),
            (
                format!("{{ a({}) }}", "b: 1 ".repeat(10)),
                format!("{{ a({}) }}", "b: 1 ".repeat(11)),
                "11 arguments",
            ),
            (
                format!("{{ a {} }}", inline(18)),
                format!("{{ a {} }}", inline(19)),
                "2001 fields to compare",
            ),
            ("{ a @b @b @b @b }".into(), "{ a @b @b @b @b @b }".into(), "5 directives"),
            (
                format!("{{ a {} }}", many(999, "a ")),
                format!("{{ a {} }}", many(1000, "a ")),
                "1001 fields",
            ),
        ] {
            assert!(refusal(&fits, Mode::Development).is_none(), "{because}");
            too_complex(&exceeds, because);
        }
    }

    #[test]
    fn fragments_count_wherever_they_are_spread() {
        let laughs: String = (0..30)
            .map(|n| format!("fragment F{n} on Q {{ ...F{next} ...F{next} }} ", next = n + 1))
            .collect();
        too_complex(
            &format!("{{ ...F0 }} {laughs} fragment F30 on Q {{ a }}"),
            "1073741824 fields",
        );
        too_complex(
            "{ a { ...F ...F } } fragment F on Q { b1: b b2: b b3: b b4: b b5: b b6: b b7: b b8: b b9: b b10: b b11: b b12: b b13: b b14: b b15: b b16: b }",
            "32 aliases",
        );
        let chain: String =
            (0..40).map(|n| format!("fragment F{n} on Q {{ ...F{} }} ", n + 1)).collect();
        too_complex(
            &format!("{{ ...F0 }} {chain} fragment F40 on Q {{ a }}"),
            "levels of selections",
        );
    }

    #[test]
    fn a_circle_of_fragments_is_refused_also_when_nobody_uses_it() {
        too_complex("{ ...A } fragment A on Q { ...B } fragment B on Q { ...A }", "spreads itself");
        too_complex("{ a } fragment A on Q { a { ...A } }", "spreads itself");
    }

    #[test]
    fn a_fragment_that_does_not_exist_is_refused_before_it_is_multiplied() {
        for query in ["{ ...F }", "{ a } fragment F on Q { ...G }"] {
            let error = refusal(query, Mode::Development).expect("it is refused");
            assert_eq!(error.code(), ErrorCode::BadUserInput, "{query}");
        }
    }

    #[test]
    fn an_introspection_may_be_deep_but_not_circular() {
        let of_type = |depth: usize| "ofType { ".repeat(depth) + "name" + &" }".repeat(depth);
        let query = format!(
            "{{ __schema {{ types {{ fields {{ args {{ type {{ {} }} }} }} }} }} }}",
            of_type(9)
        );
        assert!(refusal(&query, Mode::Development).is_none());
        too_complex(
            "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
            "4 nested lists",
        );
        assert!(
            refusal("{ fields { fields { fields { fields { a } } } } }", Mode::Development)
                .is_none()
        );
    }

    #[test]
    fn production_has_no_introspection() {
        for query in [
            "{ __schema { types { name } } }",
            "{ x: __type(name: \"Q\") { name } }",
            "{ ...F } fragment F on Q { __schema { types { name } } }",
        ] {
            assert_eq!(refusal(query, Mode::Production).unwrap().code(), ErrorCode::BadUserInput);
        }
        assert!(refusal("{ __typename }", Mode::Production).is_none());
    }

    #[test]
    fn a_subscription_has_one_root_field() {
        assert_eq!(
            refusal("subscription { a b }", Mode::Development).unwrap().code(),
            ErrorCode::BadUserInput
        );
        assert!(refusal("subscription { a { b c } }", Mode::Development).is_none());
    }
}
