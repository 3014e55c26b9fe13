//! From messages to bytes. A server's frames are not masked (RFC 6455, section 5.1).

use bytes::Bytes;
use std::ops::Deref;
use tokio_tungstenite::tungstenite::protocol::{
    CloseFrame,
    frame::coding::{Control, Data, OpCode},
};

/// The head of a frame.
#[derive(Clone, Copy, Debug)]
pub struct Header {
    bytes: [u8; 10],
    len: usize,
}

impl Deref for Header {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// The head of a frame that is a whole message, with a payload of so many bytes.
#[must_use]
pub fn header(opcode: OpCode, is_compressed: bool, len: usize) -> Header {
    let mut bytes = [0; 10];
    bytes[0] = 0x80 | (u8::from(is_compressed) << 6) | u8::from(opcode);
    let long = (len as u64).to_be_bytes();
    let extended = match len {
        0..126 => {
            bytes[1] = long[7];
            &[]
        }
        126..=0xffff => {
            bytes[1] = 126;
            &long[6..]
        }
        _ => {
            bytes[1] = 127;
            &long[..]
        }
    };
    bytes[2..2 + extended.len()].copy_from_slice(extended);
    Header { bytes, len: 2 + extended.len() }
}

/// A text message.
#[must_use]
pub fn text(text: &str) -> Bytes {
    frame(OpCode::Data(Data::Text), text.as_bytes())
}

/// A ping, with a payload of at most 125 bytes.
#[must_use]
pub fn ping(payload: &[u8]) -> Bytes {
    frame(OpCode::Control(Control::Ping), payload)
}

/// The answer to a ping, with its payload.
#[must_use]
pub fn pong(payload: &[u8]) -> Bytes {
    frame(OpCode::Control(Control::Pong), payload)
}

/// The last frame. Its reason is at most 123 bytes long.
#[must_use]
pub fn close(close: Option<&CloseFrame>) -> Bytes {
    let payload = close.map_or_else(Vec::new, |close| {
        let code = u16::from(close.code).to_be_bytes();
        [&code, close.reason.as_bytes()].concat()
    });
    frame(OpCode::Control(Control::Close), &payload)
}

fn frame(opcode: OpCode, payload: &[u8]) -> Bytes {
    [&*header(opcode, false, payload.len()), payload].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

    #[test]
    fn a_length_takes_as_few_bytes_as_it_can() {
        for (len, head) in [
            (0, &[0x81, 0][..]),
            (125, &[0x81, 125]),
            (126, &[0x81, 126, 0, 126]),
            (0xffff, &[0x81, 126, 0xff, 0xff]),
            (0x1_0000, &[0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            assert_eq!(&*header(OpCode::Data(Data::Text), false, len), head, "{len}");
        }
        assert_eq!(&*header(OpCode::Data(Data::Text), true, 1), &[0xc1, 1]);
    }

    #[test]
    fn frames_are_as_in_the_rfc() {
        assert_eq!(&text("Hello")[..], b"\x81\x05Hello");
        assert_eq!(&ping(b"Hello")[..], b"\x89\x05Hello");
        assert_eq!(&pong(b"Hello")[..], b"\x8a\x05Hello");
        assert_eq!(&close(None)[..], b"\x88\x00");
        let frame = CloseFrame { code: CloseCode::Normal, reason: "bye".into() };
        assert_eq!(&close(Some(&frame))[..], b"\x88\x05\x03\xe8bye");
    }
}
