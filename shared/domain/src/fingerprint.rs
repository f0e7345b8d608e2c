//! Fingerprints of questions: the same words by the same person at another door.
//!
//! A fingerprint links or suggests. It never decides that a message is a duplicate: customers who write "yes"
//! twice have said it twice.

use sha2::{Digest, Sha256};

/// Shorter texts ("hello?", "yes") say nothing about who asks.
const LEAST_CHARACTERS: usize = 12;

/// The fingerprint of a turn's words; none when they are too few to tell anything.
pub fn words<T: AsRef<str>>(texts: &[T]) -> Option<String> {
    let mut words = String::new();
    for text in texts {
        let folded = fold(text.as_ref());
        if !words.is_empty() && !folded.is_empty() {
            words.push(' ');
        }
        words.push_str(&folded);
    }
    (words.chars().count() >= LEAST_CHARACTERS).then(|| digest(&words))
}

/// The fingerprint of just these words, however they are spaced. There is one of no words, too.
pub fn exact(text: &str) -> String {
    digest(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The fingerprint of a person's name and handle, whichever there is: the same on every platform where they go by it.
pub fn person(name: &str, username: Option<&str>) -> String {
    let name = fold(name);
    digest(if name.is_empty() { username.unwrap_or_default() } else { &name })
}

/// Letters and digits in small letters, everything else a single space.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut between = false;
    let mut add = |letter: char| {
        if !letter.is_alphanumeric() {
            between = true;
            return;
        }
        if std::mem::take(&mut between) && !folded.is_empty() {
            folded.push(' ');
        }
        folded.push(letter);
    };
    for letter in text.chars() {
        // The tables of letters are for the others.
        if letter.is_ascii() { add(letter.to_ascii_lowercase()) } else { letter.to_lowercase().for_each(&mut add) }
    }
    folded
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_space_and_punctuation_do_not_matter() {
        assert_eq!(words(&["Where is my order #4821?"]), words(&["where is  my order 4821 !!"]));
        assert_ne!(words(&["Where is my order 4821?"]), words(&["Where is my order 4822?"]));
        assert_eq!(person("Kim Öz", None), person("kim  öz", Some("kim")));
    }

    #[test]
    fn a_few_letters_are_no_fingerprint() {
        assert_eq!(words(&["yes"]), None);
        assert_eq!(words(&["", "ok!"]), None);
    }
}
