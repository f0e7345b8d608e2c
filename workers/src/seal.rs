//! Secrets at rest and secrets in links: sealing, digests, signatures.

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{clock, error::InternalError};

/// The form of sealed text: `v1.` and, in base64url, 12 bytes of nonce and the AES-256-GCM ciphertext.
const FORM: &str = "v1.";
const NONCE: usize = 12;

/// Seals `plain` so that only this key opens it, and only in this `place`: a sealed text that was moved to
/// another account's row does not open.
pub(crate) fn seal(key: &[u8; 32], place: &str, plain: &[u8]) -> Result<String, InternalError> {
    let nonce = clock::random::<NONCE>()?;
    let payload = Payload { msg: plain, aad: place.as_bytes() };
    let sealed =
        Aes256Gcm::new(key.into()).encrypt(Nonce::from_slice(&nonce), payload).map_err(|_| InternalError::Sealed)?;
    let mut bytes = nonce.to_vec();
    bytes.extend(sealed);
    Ok(format!("{FORM}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// Opens what [`seal`] made.
pub(crate) fn open(key: &[u8; 32], place: &str, sealed: &str) -> Result<Vec<u8>, InternalError> {
    let text = sealed.strip_prefix(FORM).ok_or(InternalError::Sealed)?;
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InternalError::Sealed)?;
    let (nonce, ciphertext) = bytes.split_at_checked(NONCE).ok_or(InternalError::Sealed)?;
    let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
    Aes256Gcm::new(key.into()).decrypt(Nonce::from_slice(nonce), payload).map_err(|_| InternalError::Sealed)
}

/// HMAC-SHA256 of `text` under the installation's key, in base64url. `text` begins with what it is for, so that
/// a signature for one purpose is none for another.
pub(crate) fn signature(key: &[u8; 32], text: &str) -> Result<String, InternalError> {
    let mac = <Hmac<Sha256> as Mac>::new_from_slice(key).map_err(|_| InternalError::Sealed)?;
    Ok(URL_SAFE_NO_PAD.encode(mac.chain_update(text).finalize().into_bytes()))
}

/// Whether two secrets are the same, in a time that tells neither where they differ nor how long they are.
pub(crate) fn same(one: &str, other: &str) -> bool {
    Sha256::digest(one).ct_eq(&Sha256::digest(other)).into()
}

/// 32 bytes in base64url.
const LENGTH: usize = 43;

/// A secret of 256 bits in base64url, and the SHA-256 of that text in hexadecimal, which is all that is stored.
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) digest: String,
}

impl Token {
    pub(crate) fn random() -> Result<Self, InternalError> {
        let text = URL_SAFE_NO_PAD.encode(clock::random::<32>()?);
        let digest = hex::encode(Sha256::digest(&text));
        Ok(Self { text, digest })
    }

    /// The token that somebody showed, if it has the form of one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let fits =
            text.len() == LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        fits.then(|| Self { text: text.to_owned(), digest: hex::encode(Sha256::digest(text)) })
    }
}

/// What a program's token begins with, so that one that is lying about is known for what it is.
const PROGRAM: &str = "trb_";

impl Token {
    /// The text that a program shows.
    pub(crate) fn for_program(&self) -> String {
        format!("{PROGRAM}{}", self.text)
    }

    /// The token that a program showed, if it has the form of one.
    pub(crate) fn of_program(text: &str) -> Option<Self> {
        Self::read(text.strip_prefix(PROGRAM)?)
    }
}

/// 32 bytes from 64 hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok().map(|()| bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_with_its_key_in_its_place_alone() {
        let sealed = seal(&[7; 32], "acc_1", b"a token").unwrap();
        assert!(!sealed.contains("token"));
        assert_eq!(open(&[7; 32], "acc_1", &sealed).unwrap(), b"a token");
        assert!(open(&[8; 32], "acc_1", &sealed).is_err());
        assert!(open(&[7; 32], "acc_2", &sealed).is_err());
        assert!(open(&[7; 32], "acc_1", &sealed.replace("v1.", "v2.")).is_err());
        assert!(open(&[7; 32], "acc_1", "v1.AAAA").is_err());
        assert_ne!(sealed, seal(&[7; 32], "acc_1", b"a token").unwrap());
    }

    #[test]
    fn tokens_are_known_by_their_digest() {
        let token = Token::random().unwrap();
        assert_eq!(Token::read(&token.text).unwrap().digest, token.digest);
        assert_eq!(unhex(&token.digest).map(hex::encode), Some(token.digest.clone()));
        assert_ne!(Token::random().unwrap().text, token.text);
        assert_eq!(Token::of_program(&token.for_program()).unwrap().digest, token.digest);
        assert!(Token::of_program(&token.text).is_none() && Token::read(&token.for_program()).is_none());
        for bad in ["short", &format!("{}A", token.text), &"+".repeat(LENGTH)] {
            assert!(Token::read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn signatures_are_for_one_purpose() {
        let signed = |key, text| signature(&[key; 32], text).unwrap();
        assert_ne!(signed(1, "a:1"), signed(1, "b:1"));
        assert_ne!(signed(1, "a:1"), signed(2, "a:1"));
        assert!(same("a", "a") && !same("a", "ab"));
    }
}
