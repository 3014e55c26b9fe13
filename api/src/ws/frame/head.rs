//! The head of a client's frame (RFC 6455, section 5.2).

use super::Violation;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};

/// A head that is checked for itself, not for its place among others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) is_final: bool,
    pub(super) is_compressed: bool,
    pub(super) opcode: OpCode,
    pub(super) mask: [u8; 4],
    pub(super) len: u64,
}

/// The bytes of a head, as far as they have arrived.
#[derive(Debug, Default)]
pub(super) struct PartialHead {
    bytes: [u8; MAX_HEAD],
    len: usize,
}

/// Two bytes, eight of length, four of mask.
const MAX_HEAD: usize = 14;

const FINAL: u8 = 0x80;
const RSV1: u8 = 0x40;
const RSV2_AND_3: u8 = 0x30;
const MASKED: u8 = 0x80;
/// What a control frame's payload holds at most.
const MAX_CONTROL: u64 = 125;

impl PartialHead {
    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes what belongs to the head; `None` if more is needed.
    pub(super) fn take(
        &mut self,
        bytes: &mut &[u8],
        allows_compression: bool,
    ) -> Result<Option<Head>, Violation> {
        if !self.fill(2, bytes) {
            return Ok(None);
        }
        let first = self.bytes[0];
        let is_compressed = first & RSV1 != 0;
        if first & RSV2_AND_3 != 0 || (is_compressed && !allows_compression) {
            return Err(Violation::Protocol);
        }
        if self.bytes[1] & MASKED == 0 {
            return Err(Violation::Protocol);
        }
        let opcode = opcode(first & 0x0f).ok_or(Violation::Protocol)?;
        let extended = match self.bytes[1] & !MASKED {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        if !self.fill(2 + extended + 4, bytes) {
            return Ok(None);
        }
        let len = self.payload_len(extended)?;
        let head = Head {
            is_final: first & FINAL != 0,
            is_compressed,
            opcode,
            mask: self.mask(extended),
            len,
        };
        *self = Self::default();
        head.check().map(|()| Some(head))
    }

    fn fill(&mut self, needed: usize, bytes: &mut &[u8]) -> bool {
        let count = needed.saturating_sub(self.len).min(bytes.len());
        let (taken, rest) = bytes.split_at(count);
        self.bytes[self.len..self.len + count].copy_from_slice(taken);
        self.len += count;
        *bytes = rest;
        self.len >= needed
    }

    /// The length, which must be written in as few bytes as it takes.
    fn payload_len(&self, extended: usize) -> Result<u64, Violation> {
        let mut wide = [0; 8];
        wide[8 - extended..].copy_from_slice(&self.bytes[2..2 + extended]);
        let len = u64::from_be_bytes(wide);
        match extended {
            2 if len >= 126 => Ok(len),
            8 if len > u64::from(u16::MAX) && len >> 63 == 0 => Ok(len),
            0 => Ok(u64::from(self.bytes[1] & !MASKED)),
            _ => Err(Violation::Protocol),
        }
    }

    fn mask(&self, extended: usize) -> [u8; 4] {
        let mut mask = [0; 4];
        mask.copy_from_slice(&self.bytes[2 + extended..2 + extended + 4]);
        mask
    }
}

impl Head {
    fn check(&self) -> Result<(), Violation> {
        match self.opcode {
            OpCode::Control(_)
                if !self.is_final || self.is_compressed || self.len > MAX_CONTROL =>
            {
                Err(Violation::Protocol)
            }
            // Only the first frame of a message says that it is compressed.
            OpCode::Data(Data::Continue) if self.is_compressed => Err(Violation::Protocol),
            _ => Ok(()),
        }
    }
}

fn opcode(nibble: u8) -> Option<OpCode> {
    Some(match nibble {
        0 => OpCode::Data(Data::Continue),
        1 => OpCode::Data(Data::Text),
        2 => OpCode::Data(Data::Binary),
        8 => OpCode::Control(Control::Close),
        9 => OpCode::Control(Control::Ping),
        10 => OpCode::Control(Control::Pong),
        _ => return None,
    })
}
