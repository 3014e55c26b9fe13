//! Masking (RFC 6455, section 5.3).

/// Removes the mask from bytes that begin `offset` bytes into the payload.
pub(super) fn unmask(bytes: &mut [u8], mut mask: [u8; 4], offset: usize) {
    mask.rotate_left(offset % 4);
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (words, rest) = bytes.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_unmasked_alike_wherever_it_is_cut() {
        let mask = [0xa1, 0x02, 0x93, 0x7f];
        let plain: Vec<u8> = (0..50).collect();
        let masked: Vec<u8> =
            plain.iter().enumerate().map(|(at, byte)| byte ^ mask[at % 4]).collect();
        for cut in 0..plain.len() {
            let mut bytes = masked.clone();
            let (first, second) = bytes.split_at_mut(cut);
            unmask(first, mask, 0);
            unmask(second, mask, cut);
            assert_eq!(bytes, plain, "cut at {cut}");
        }
    }
}
