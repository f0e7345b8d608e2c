//! Takes out of a customer's words what tells who they are: their name and handle, addresses, links, numbers.

use std::collections::BTreeSet;

use super::{validate::is_hidden, words::Words};
use crate::search::fold::is_unspaced;

const NAME: &str = "[name]";
const ADDRESS: &str = "[address]";
const LINK: &str = "[link]";
/// Most characters that are looked at: an example is much shorter.
const LOOKED_AT: usize = 1000;
/// A name with up to so many letters more is still the name: `Anas`.
const ENDING: usize = 2;

/// `text` without what tells who wrote it, where `names` are what they are called.
pub(super) fn scrubbed(text: &str, names: &[String]) -> String {
    let mut plain: String = text.chars().take(LOOKED_AT).filter(|letter| !is_hidden(*letter)).collect();
    for name in names.iter().map(|name| name.trim()).filter(|name| name.contains(is_unspaced)) {
        // Such scripts put no blank between a name and what follows.
        plain = plain.replace(name, NAME);
    }
    let called: BTreeSet<String> = names.iter().flat_map(|name| parts(name)).collect();
    plain.split_whitespace().map(|token| shown(token, &called)).collect::<Vec<_>>().join(" ")
}

/// The words of a name but its initials.
fn parts(name: &str) -> Vec<String> {
    Words::of(name).iter().filter(|word| word.chars().nth(1).is_some()).map(str::to_owned).collect()
}

fn shown(token: &str, called: &BTreeSet<String>) -> String {
    if token.contains(['@', '＠']) {
        return ADDRESS.to_owned();
    }
    if is_link(token) {
        return LINK.to_owned();
    }
    if Words::of(token).iter().any(|word| called.iter().any(|name| is_name(word, name))) {
        return NAME.to_owned();
    }
    numberless(token)
}

fn is_name(word: &str, name: &str) -> bool {
    let ending = name.chars().nth(2).is_some().then(|| word.strip_prefix(name)).flatten();
    word == name || ending.is_some_and(|ending| ending.chars().count() <= ENDING)
}

/// With a scheme, or with a dot between a letter or digit and two letters: `wa.me/x`. A missing blank after a full stop
/// is taken for one, too.
fn is_link(token: &str) -> bool {
    if token.contains("://") {
        return true;
    }
    token.match_indices('.').any(|(at, _)| {
        let (before, after) = token.split_at(at);
        let letters = after.chars().skip(1).take_while(|one| one.is_alphabetic()).count();
        before.ends_with(char::is_alphanumeric) && letters >= 2
    })
}

/// Each run of digits as one `#`, whatever their script.
fn numberless(token: &str) -> String {
    let mut shown = String::with_capacity(token.len());
    for letter in token.chars() {
        match letter.is_numeric() {
            true if shown.ends_with('#') => {}
            true => shown.push('#'),
            false => shown.push(letter),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, names: &[&str]) -> String {
        scrubbed(text, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn nothing_that_tells_who_wrote_is_left() {
        let names = ["Ana López-Díaz", "ana.l_88"];
        for (text, left) in [
            ("Where is order 4821? Ana", "Where is order #? [name]"),
            ("It is Anas parcel, ANA LOPEZ", "It is [name] parcel, [name] [name]"),
            ("Write to ana.l_88 or @ana.l_88", "Write to [name] or [address]"),
            ("Mail:ana@example.com,or call +49 (170) 123-45 67", "[address] call +# (#) #-# #"),
            ("ana\u{200b}@\u{200b}example.com", "[address]"),
            ("See https://x.example/p?u=ana and wa.me/49170", "See [link] and [link]"),
            ("call me on ٠١٢٣٤ or ０３−１２", "call me on # or #−#"),
            ("e.g. the blue one... today", "e.g. the blue one... today"),
            ("IBAN DE89 3704 0044", "IBAN DE# # #"),
            ("Díaz's, please", "[name] please"),
        ] {
            assert_eq!(of(text, &names), left, "{text}");
        }
        assert_eq!(of("我是王小明，訂單沒到", &["王小明"]), "我是[name]，訂單沒到");
        assert_eq!(
            of("An order also arrived, and Ali waits", &["An", "Ali"]),
            "[name] order also arrived, and [name] waits"
        );
    }
}
