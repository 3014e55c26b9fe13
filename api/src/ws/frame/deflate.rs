//! Per-message deflate (RFC 7692), without a context that outlives a message.
//!
//! A deflate stream may begin with *stored* blocks, which are not compressed and end at a byte (RFC 1951, section 3.2.4). So the part
//! of a message that differs from client to client goes into a stored block, and what follows is compressed once for all.

use super::Violation;
use bytes::Bytes;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The end of a flushed stream, which is left away (RFC 7692, section 7.2.1).
const TAIL: [u8; 4] = [0x00, 0x00, 0xff, 0xff];

/// How much is inflated at once.
const STEP: usize = 16 * 1024;

/// Deflates a message, or the end of one.
#[must_use]
pub fn compress(bytes: &[u8]) -> Bytes {
    // Room for the worst case: a flush that had to be continued would lose its end.
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 8 + 1024);
    let mut deflate = Compress::new(Compression::default(), false);
    let compressed = deflate.compress_vec(bytes, &mut out, FlushCompress::Sync);
    debug_assert!(compressed.is_ok() && out.ends_with(&TAIL));
    out.truncate(out.len().saturating_sub(TAIL.len()));
    out.shrink_to_fit();
    out.into()
}

/// The beginning of a message, as it is, to be followed by what [`compress`] gives for the rest.
#[must_use]
pub fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 5);
    for block in bytes.chunks(usize::from(u16::MAX)) {
        let len = u16::try_from(block.len()).expect("chunks are no longer");
        out.push(0);
        out.extend(len.to_le_bytes());
        out.extend((!len).to_le_bytes());
        out.extend(block);
    }
    out
}

/// Inflates a message of at most so many bytes; one that would become huge costs little more than that.
pub(super) fn inflate(bytes: &[u8], max_bytes: usize) -> Result<Vec<u8>, Violation> {
    let whole = [bytes, &TAIL].concat();
    let mut inflate = Decompress::new(false);
    let mut out = Vec::new();
    loop {
        let used = usize::try_from(inflate.total_in()).unwrap_or(usize::MAX);
        out.reserve(STEP);
        let status = inflate
            .decompress_vec(&whole[used..], &mut out, FlushDecompress::Sync)
            .map_err(|_| Violation::Protocol)?;
        if out.len() > max_bytes {
            return Err(Violation::TooBig);
        }
        // A stream may end by itself (RFC 7692, section 7.2.3.4); nothing counts behind that.
        let is_idle = inflate.total_in() == used as u64 && out.len() < out.capacity();
        if status == Status::StreamEnd || is_idle {
            return Ok(out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(len: usize) -> Vec<u8> {
        (0..len).map(|at| b"{\"seq\":1,\"body\":\"hello\"}"[at * at % 24]).collect()
    }

    #[test]
    fn what_is_compressed_once_follows_any_beginning() {
        for (head, body) in [(0, 0), (1, 1), (40, 300), (40, 100_000), (70_000, 300), (65_535, 1)] {
            let (head, body) = (text(head), text(body));
            let message = [stored(&head), compress(&body).to_vec()].concat();
            let inflated = inflate(&message, 1_000_000).unwrap();
            assert!(inflated == [head, body].concat(), "{} bytes", inflated.len());
        }
    }

    #[test]
    fn any_bytes_come_back_whatever_their_length() {
        // Bytes without any order do not get shorter.
        let noise: Vec<u8> = (0..(1 << 18) + 7).map(|_| fastrand::u8(..)).collect();
        let plain = text(noise.len());
        let powers = (11..=18).flat_map(|power| (1_usize << power) - 3..(1 << power) + 4);
        for len in (0..1500).chain(powers) {
            for bytes in [&noise[..len], &plain[..len]] {
                assert!(inflate(&compress(bytes), len).unwrap() == bytes, "{len}");
            }
        }
    }

    #[test]
    fn the_example_of_the_rfc_is_understood() {
        let hello = [0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00];
        assert_eq!(inflate(&hello, 5).unwrap(), b"Hello");
        let in_a_final_block = [0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00];
        assert_eq!(inflate(&in_a_final_block, 5).unwrap(), b"Hello");
        assert_eq!(compress(b"Hello")[..], hello[..]);
    }

    #[test]
    fn a_message_that_inflates_beyond_the_limit_is_refused() {
        let bomb = compress(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        assert_eq!(inflate(&bomb, 100_000), Err(Violation::TooBig));
    }

    #[test]
    fn garbage_is_refused() {
        assert_eq!(inflate(&[0xff; 10], 1000), Err(Violation::Protocol));
    }
}
