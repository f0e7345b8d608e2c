//! HMAC, and comparing in constant time.

use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// HMAC-SHA256 of `message` under `key`.
pub(crate) fn hmac_sha256(key: &[u8], message: &[u8]) -> [u8; 32] {
    // A key of any length is taken; the error arm cannot be reached.
    Hmac::<Sha256>::new_from_slice(key).map_or([0; 32], |mut mac| {
        mac.update(message);
        mac.finalize().into_bytes().into()
    })
}

/// A short digest of `words`, which tells apart what differs.
pub(crate) fn short_digest(words: &[u8]) -> String {
    let digest = Sha256::digest(words);
    hex::encode(digest.get(..8).unwrap_or_default())
}

/// Whether two byte strings are the same; takes the same time wherever they differ. Shows their lengths.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}
