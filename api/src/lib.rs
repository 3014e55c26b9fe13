//! The server: it speaks the wire protocols and leaves every decision about rooms to `resolvers`.

pub mod ws;
