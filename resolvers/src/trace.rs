//! Traces, where somebody collects them: spans of calls to data sources, and the way of an entry from node to node.
//!
//! Only spans of the target that ends in `::trace` are ever sent. What is in them is chosen here, and never holds what people
//! write or show. Who collects nothing pays for none of it: the spans are disabled, and entries carry no trace.

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState},
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// The target of this crate's spans.
pub(crate) const TARGET: &str = "resolvers::trace";

/// Where in a trace something comes from, as `traceparent` says it (<https://www.w3.org/TR/trace-context/>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TraceParent {
    trace: TraceId,
    span: SpanId,
    flags: TraceFlags,
}

/// A text that is no `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a traceparent")]
pub struct InvalidTraceParent;

impl TraceParent {
    /// The current span, if it is one that is sent.
    #[must_use]
    pub fn current() -> Option<Self> {
        Self::of(&Span::current())
    }

    /// The span, if it is one that is sent.
    #[must_use]
    pub fn of(span: &Span) -> Option<Self> {
        let context = span.context();
        let span = context.span();
        let context = span.span_context();
        (context.is_valid() && context.is_sampled()).then(|| Self {
            trace: context.trace_id(),
            span: context.span_id(),
            flags: context.trace_flags(),
        })
    }

    /// Makes a span, which has not been entered, the child of this one.
    pub fn adopt(self, child: &Span) {
        let state = TraceState::default();
        let remote = SpanContext::new(self.trace, self.span, self.flags, true, state);
        // A span that nobody collects has no parent either.
        let _ = child.set_parent(Context::new().with_remote_span_context(remote));
    }

    /// The trace's id, for the log.
    #[must_use]
    pub fn trace_id(&self) -> String {
        self.trace.to_string()
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, self.flags)
    }
}

impl From<TraceParent> for String {
    fn from(parent: TraceParent) -> Self {
        parent.to_string()
    }
}

impl TryFrom<String> for TraceParent {
    type Error = InvalidTraceParent;

    fn try_from(text: String) -> Result<Self, InvalidTraceParent> {
        text.parse()
    }
}

impl FromStr for TraceParent {
    type Err = InvalidTraceParent;

    /// Later versions may say more behind the flags.
    fn from_str(text: &str) -> Result<Self, InvalidTraceParent> {
        let mut parts = text.split('-');
        let version = hex(parts.next(), 2)?;
        let trace = TraceId::from(hex(parts.next(), 32)?);
        #[expect(clippy::cast_possible_truncation, reason = "so many digits fit")]
        let (span, flags) = (hex(parts.next(), 16)? as u64, hex(parts.next(), 2)? as u8);
        let span = SpanId::from(span);
        let says_more = parts.next().is_some();
        let is_valid = trace != TraceId::INVALID && span != SpanId::INVALID;
        match version {
            0 if !says_more && is_valid => {}
            1..0xff if is_valid => {}
            _ => return Err(InvalidTraceParent),
        }
        // Of the flags only this one has a meaning that lasts.
        let flags = TraceFlags::new(flags) & TraceFlags::SAMPLED;
        Ok(Self { trace, span, flags })
    }
}

/// So many lower-case digits.
fn hex(text: Option<&str>, digits: usize) -> Result<u128, InvalidTraceParent> {
    let is_digit = |byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let text = text.filter(|text| text.len() == digits && text.bytes().all(is_digit));
    u128::from_str_radix(text.ok_or(InvalidTraceParent)?, 16).map_err(|_| InvalidTraceParent)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn what_is_read_is_written_again() {
        for flags in ["00", "01"] {
            let text = format!("00-{TRACE}-{SPAN}-{flags}");
            assert_eq!(text.parse::<TraceParent>().unwrap().to_string(), text);
        }
        let later = format!("cc-{TRACE}-{SPAN}-03-more").parse::<TraceParent>().unwrap();
        assert_eq!(later.to_string(), format!("00-{TRACE}-{SPAN}-01"));
        assert_eq!(later.trace_id(), TRACE);
    }

    #[test]
    fn what_is_none_is_refused() {
        let zeros = "0".repeat(32);
        for text in [
            String::new(),
            "00".to_owned(),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-01-more"),
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("00-{zeros}-{SPAN}-01"),
            format!("00-{TRACE}-{}-01", &zeros[..16]),
            format!("00-{}-{SPAN}-01", TRACE.to_uppercase()),
            format!("00-{TRACE}x-{SPAN}-01"),
            format!("00-+{}-{SPAN}-01", &TRACE[1..]),
        ] {
            assert_eq!(text.parse::<TraceParent>(), Err(InvalidTraceParent), "{text}");
        }
    }
}
