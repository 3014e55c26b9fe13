//! WebSocket frames in bytes, without a buffer for a connection that is idle: thousands of them share a process.

use super::Lost;
use std::io::Cursor;
use tokio_tungstenite::tungstenite::protocol::frame::{
    Frame, FrameHeader,
    coding::{Control, Data, OpCode},
};

/// A server that says more in one message has lost its way.
const LONGEST: u64 = 64 << 20;
/// Masks protect from scripts in browsers, and there are none here: so one is as good as another.
const MASK: [u8; 4] = [0x5a, 0xc3, 0x3c, 0xa5];

/// What a server says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard<'a> {
    Message(&'a [u8]),
    Ping(&'a [u8]),
    Close(Option<u16>),
}

/// What has come of a frame or a message that is not complete.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    frame: Vec<u8>,
    message: Vec<u8>,
}

impl Inbox {
    /// An inbox behind bytes that were read already.
    pub(super) fn behind(read: Vec<u8>) -> Self {
        Self { frame: read, message: Vec::new() }
    }

    /// Takes what was read and calls back for all that is complete.
    pub(super) fn take(
        &mut self,
        read: &[u8],
        each: impl FnMut(Heard<'_>) -> Result<(), Lost>,
    ) -> Result<(), Lost> {
        if self.frame.is_empty() {
            let used = self.split(read, each)?;
            self.frame = read[used..].to_vec();
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.frame);
        bytes.extend_from_slice(read);
        let used = self.split(&bytes, each)?;
        if used < bytes.len() {
            bytes.drain(..used);
            self.frame = bytes;
        }
        Ok(())
    }

    /// How many bytes were complete frames.
    fn split(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(Heard<'_>) -> Result<(), Lost>,
    ) -> Result<usize, Lost> {
        let mut cursor = Cursor::new(bytes);
        let mut used = 0;
        while let Some((header, length)) = FrameHeader::parse(&mut cursor)? {
            if length > LONGEST {
                return Err(Lost::Failed(format!("a frame of {length} bytes")));
            }
            let (begin, length) = (cursor.position() as usize, length as usize);
            let Some(payload) = bytes.get(begin..begin + length) else { break };
            self.frame(&header, payload, &mut each)?;
            used = begin + length;
            cursor.set_position(used as u64);
        }
        Ok(used)
    }

    fn frame(
        &mut self,
        header: &FrameHeader,
        payload: &[u8],
        each: &mut impl FnMut(Heard<'_>) -> Result<(), Lost>,
    ) -> Result<(), Lost> {
        match header.opcode {
            OpCode::Control(Control::Ping) => each(Heard::Ping(payload)),
            OpCode::Control(Control::Close) => {
                let code = payload.first_chunk().map(|&code| u16::from_be_bytes(code));
                each(Heard::Close(code))
            }
            OpCode::Control(_) => Ok(()),
            OpCode::Data(_) if header.is_final && self.message.is_empty() => {
                each(Heard::Message(payload))
            }
            OpCode::Data(_) => {
                self.message.extend_from_slice(payload);
                if !header.is_final {
                    return Ok(());
                }
                each(Heard::Message(&std::mem::take(&mut self.message)))
            }
        }
    }
}

/// Writes a text message behind what waits to be sent.
pub(super) fn text(text: &str, outgoing: &mut Vec<u8>) -> Result<(), Lost> {
    masked(Frame::message(text.as_bytes().to_vec(), OpCode::Data(Data::Text), true), outgoing)
}

/// Writes the answer to a ping behind what waits to be sent.
pub(super) fn pong(payload: &[u8], outgoing: &mut Vec<u8>) -> Result<(), Lost> {
    masked(Frame::pong(payload.to_vec()), outgoing)
}

fn masked(mut frame: Frame, outgoing: &mut Vec<u8>) -> Result<(), Lost> {
    frame.header_mut().mask = Some(MASK);
    Ok(frame.format(outgoing)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = vec![first];
        match payload.len() {
            length @ 0..126 => bytes.push(length as u8),
            length => {
                bytes.push(126);
                bytes.extend((length as u16).to_be_bytes());
            }
        }
        bytes.extend(payload);
        bytes
    }

    fn heard(inbox: &mut Inbox, bytes: &[u8]) -> Result<Vec<String>, Lost> {
        let mut all = Vec::new();
        inbox.take(bytes, |heard| {
            all.push(match heard {
                Heard::Message(text) => String::from_utf8_lossy(text).into_owned(),
                other => format!("{other:?}"),
            });
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn frames_are_whole_wherever_reads_end() {
        let long = "x".repeat(300);
        let stream = [
            frame(0x81, b"one"),
            frame(0x01, b"tw"),
            frame(0x89, b"p"),
            frame(0x80, b"o"),
            frame(0x81, long.as_bytes()),
            frame(0x8a, b""),
            frame(0x88, &4800_u16.to_be_bytes()),
        ]
        .concat();
        let expected = ["one", "Ping([112])", "two", &long, "Close(Some(4800))"];
        for size in 1..=stream.len() {
            let mut inbox = Inbox::default();
            let all: Vec<_> =
                stream.chunks(size).flat_map(|read| heard(&mut inbox, read).unwrap()).collect();
            assert_eq!(all, expected, "reads of {size} bytes");
            assert_eq!((inbox.frame.capacity(), inbox.message.capacity()), (0, 0));
        }
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        assert!(heard(&mut Inbox::default(), &frame(0x83, b"")).is_err());
        let mut endless = vec![0x82, 127];
        endless.extend(u64::MAX.to_be_bytes());
        assert!(heard(&mut Inbox::default(), &endless).is_err());
    }

    #[test]
    fn what_is_said_is_masked() {
        let mut outgoing = Vec::new();
        text("hello", &mut outgoing).unwrap();
        assert_eq!(outgoing[..6], [&[0x81, 0x85][..], &MASK].concat());
        assert_eq!(unmasked(&outgoing[6..]), b"hello");
    }

    #[test]
    fn a_ping_is_answered_with_what_it_carried() {
        let mut outgoing = Vec::new();
        pong(b"hello", &mut outgoing).unwrap();
        assert_eq!(outgoing[..6], [&[0x8a, 0x85][..], &MASK].concat());
        assert_eq!(unmasked(&outgoing[6..]), b"hello");
    }

    fn unmasked(payload: &[u8]) -> Vec<u8> {
        payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
    }
}
