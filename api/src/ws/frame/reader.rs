//! From bytes to messages.

use super::{
    Received, Violation, deflate,
    head::{Head, PartialHead},
    mask::unmask,
};
use tokio_tungstenite::tungstenite::protocol::{
    CloseFrame,
    frame::coding::{CloseCode, Control, Data, OpCode},
};

/// Reads the frames of one client.
#[derive(Debug)]
pub struct FrameReader {
    max_message_bytes: usize,
    inflates: bool,
    /// What is under way, if anything is.
    progress: Option<Box<Progress>>,
}

#[derive(Debug, Default)]
struct Progress {
    head: PartialHead,
    frame: Option<Frame>,
    /// The payload of a control frame, which may come between the frames of a message.
    control: Vec<u8>,
    message: Option<Message>,
}

/// A frame whose head is known.
#[derive(Debug)]
struct Frame {
    head: Head,
    taken: u64,
}

#[derive(Debug)]
struct Message {
    is_text: bool,
    is_compressed: bool,
    payload: Vec<u8>,
    /// How much of the payload is known to be whole characters.
    valid: usize,
}

impl FrameReader {
    /// A reader that takes messages of up to so many bytes, inflated or not.
    #[must_use]
    pub fn new(max_message_bytes: usize, inflates: bool) -> Self {
        Self { max_message_bytes, inflates, progress: None }
    }

    /// Takes bytes until something is whole; `None` when they are used up.
    ///
    /// # Errors
    ///
    /// Nothing that follows a violation can be read.
    pub fn read(&mut self, bytes: &mut &[u8]) -> Result<Option<Received>, Violation> {
        let mut progress =
            self.progress.take().map_or_else(Progress::default, |progress| *progress);
        while !bytes.is_empty() || progress.frame.is_some() {
            let received = self.step(&mut progress, bytes)?;
            if received.is_some() || bytes.is_empty() {
                self.keep(progress);
                return Ok(received);
            }
        }
        self.keep(progress);
        Ok(None)
    }

    /// Keeps what is under way. A reader between two messages has no heap.
    fn keep(&mut self, progress: Progress) {
        if progress.frame.is_some() || progress.message.is_some() || !progress.head.is_empty() {
            self.progress = Some(Box::new(progress));
        }
    }

    /// Reads the rest of a head, or as much of a payload as there is.
    fn step(
        &self,
        progress: &mut Progress,
        bytes: &mut &[u8],
    ) -> Result<Option<Received>, Violation> {
        if progress.frame.is_none() {
            let Some(head) = progress.head.take(bytes, self.inflates)? else { return Ok(None) };
            self.begin(progress, head)?;
        }
        let Some(mut frame) = progress.frame.take() else { return Ok(None) };
        progress.take_payload(&mut frame, bytes)?;
        if frame.taken < frame.head.len {
            progress.frame = Some(frame);
            return Ok(None);
        }
        self.end(progress, &frame.head).map(Some)
    }

    /// Puts a frame in its place among the others.
    fn begin(&self, progress: &mut Progress, head: Head) -> Result<(), Violation> {
        if let OpCode::Data(data) = head.opcode {
            match (data, &progress.message) {
                (Data::Continue, Some(_)) => {}
                (Data::Text | Data::Binary, None) => {
                    progress.message = Some(Message::new(data == Data::Text, head.is_compressed));
                }
                _ => return Err(Violation::Protocol),
            }
            let before = progress.message.as_ref().map_or(0, |message| message.payload.len());
            let room = (self.max_message_bytes - before) as u64;
            if head.len > room {
                return Err(Violation::TooBig);
            }
        }
        progress.frame = Some(Frame { head, taken: 0 });
        Ok(())
    }

    fn end(&self, progress: &mut Progress, head: &Head) -> Result<Received, Violation> {
        match head.opcode {
            OpCode::Control(control) => {
                received_control(control, std::mem::take(&mut progress.control))
            }
            OpCode::Data(_) if !head.is_final => Ok(Received::Fragment),
            OpCode::Data(_) => {
                let message = progress.message.take().ok_or(Violation::Protocol)?;
                message.finish(self.max_message_bytes)
            }
        }
    }
}

impl Progress {
    fn take_payload(&mut self, frame: &mut Frame, bytes: &mut &[u8]) -> Result<(), Violation> {
        let missing = usize::try_from(frame.head.len - frame.taken).unwrap_or(usize::MAX);
        let (taken, rest) = bytes.split_at(missing.min(bytes.len()));
        *bytes = rest;
        let payload = match (frame.head.opcode, &mut self.message) {
            (OpCode::Data(_), Some(message)) => &mut message.payload,
            _ => &mut self.control,
        };
        let start = payload.len();
        payload.extend_from_slice(taken);
        // Only the phase of the mask matters.
        unmask(&mut payload[start..], frame.head.mask, (frame.taken % 4) as usize);
        frame.taken += taken.len() as u64;
        match &mut self.message {
            Some(message) if matches!(frame.head.opcode, OpCode::Data(_)) => message.check(),
            _ => Ok(()),
        }
    }
}

impl Message {
    fn new(is_text: bool, is_compressed: bool) -> Self {
        Self { is_text, is_compressed, payload: Vec::new(), valid: 0 }
    }

    /// Refuses text as soon as it cannot become valid.
    fn check(&mut self) -> Result<(), Violation> {
        if !self.is_text || self.is_compressed {
            return Ok(());
        }
        match str::from_utf8(&self.payload[self.valid..]) {
            Ok(_) => self.valid = self.payload.len(),
            Err(error) if error.error_len().is_none() => self.valid += error.valid_up_to(),
            Err(_) => return Err(Violation::Utf8),
        }
        Ok(())
    }

    fn finish(self, max_bytes: usize) -> Result<Received, Violation> {
        let payload = match self.is_compressed {
            true => deflate::inflate(&self.payload, max_bytes)?,
            false => self.payload,
        };
        match self.is_text {
            true => String::from_utf8(payload).map(Received::Text).map_err(|_| Violation::Utf8),
            false => Ok(Received::Binary(payload)),
        }
    }
}

fn received_control(control: Control, payload: Vec<u8>) -> Result<Received, Violation> {
    match control {
        Control::Ping => Ok(Received::Ping(payload.into())),
        Control::Pong => Ok(Received::Pong),
        Control::Close => close_frame(&payload).map(Received::Close),
        Control::Reserved(_) => Err(Violation::Protocol),
    }
}

/// The code and the reason (RFC 6455, sections 5.5.1 and 7.4).
fn close_frame(payload: &[u8]) -> Result<Option<CloseFrame>, Violation> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() { Ok(None) } else { Err(Violation::Protocol) };
    };
    let code = CloseCode::from(u16::from_be_bytes(*code));
    if !code.is_allowed() {
        return Err(Violation::Protocol);
    }
    let reason = str::from_utf8(reason).map_err(|_| Violation::Utf8)?;
    Ok(Some(CloseFrame { code, reason: reason.into() }))
}

#[cfg(test)]
mod tests;
