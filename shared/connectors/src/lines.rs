//! Words out of JSON whose shape is not known beforehand, line by line: forms that businesses make themselves, and
//! kinds that a platform adds tomorrow.

use indexmap::IndexMap;
use serde_json::value::RawValue;
use std::borrow::Cow;

use tributary_domain::{
    detail::{Detail, is_seen, is_web_address},
    time::Timestamp,
};

use crate::json::Moment;

/// Deeper than any form is.
const DEPTH: usize = 12;
/// More lines than are kept of a message.
const MOST: usize = 2000;

/// Names of members that hold what a question is, and what was said to it.
const QUESTIONS: &[&str] = &["question", "label", "title", "key", "name"];
const ANSWERS: &[&str] = &["answer", "answers", "value", "values"];

/// What a filled form says: all of it, but for what names the form itself. `but` is left out as well.
pub(crate) fn of_form(json: &str, but: &[&str]) -> Vec<Detail> {
    all(json, &|name, _| name == "flow_token" || but.contains(&name), &|name, _| readable(name))
}

/// What a member says whose kind is not known: all but ids, keys, and marks that are not set. `but` is left out as well.
/// What speaks for itself has no label, and what a button says has its address behind it.
pub(crate) fn of_any(json: &str, but: &[&str]) -> Vec<Detail> {
    let ends = ["_id", "_ids", "token", "hash", "sha256", "mime_type", "signature", "_unique_id"];
    let left_out = |name: &str, value: &str| {
        matches!(name, "id" | "ids" | "type")
            || value == "false"
            || but.contains(&name)
            || !NUMBERS.contains(&name) && ends.iter().any(|end| name.ends_with(end))
    };
    all(json, &left_out, &told)
}

/// Ids that people go by: the number of an item or an order.
const NUMBERS: &[&str] = &["product_retailer_id", "thumbnail_product_retailer_id", "reference_id"];
/// Names of members with words that stand on a button or above an address, and of the address.
const CAPTIONS: &[&str] = &["display_text", "title", "text", "label"];
const ADDRESSES: &[&str] = &["url", "link"];

/// What a member is called whose kind is not known; nothing where its value speaks for itself. `within` is the label of
/// the object that it is in.
fn told(name: &str, within: &str) -> String {
    let label = match (name, within) {
        ("title" | "text", "Buttons" | "Reply") | ("display_text" | "flow_cta" | "button", _) => "Button",
        ("title", "Rows") => "Option",
        ("name", "Items") => "Item",
        (
            "title" | "subtitle" | "text" | "body" | "description" | "caption" | "message" | "heading" | "header"
            | "footer" | "fallback_value",
            _,
        ) => "",
        ("product_retailer_id" | "thumbnail_product_retailer_id", _) => "Product",
        ("reference_id", _) => "Reference",
        ("url" | "link", _) => "Link",
        _ => return readable(name),
    };
    label.to_owned()
}

type LeftOut<'l> = &'l dyn Fn(&str, &str) -> bool;
type Called<'c> = &'c dyn Fn(&str, &str) -> String;

fn all(json: &str, left_out: LeftOut<'_>, called: Called<'_>) -> Vec<Detail> {
    let mut walk = Walk { left_out, called, lines: Vec::new() };
    walk.value("", json, 0);
    walk.lines
}

/// The members of an object in their order.
pub(crate) type Object<'a> = IndexMap<Cow<'a, str>, &'a RawValue>;

struct Walk<'w> {
    left_out: LeftOut<'w>,
    /// What a member is called, within what.
    called: Called<'w>,
    lines: Vec<Detail>,
}

impl Walk<'_> {
    fn value(&mut self, label: &str, value: &str, depth: usize) {
        if depth > DEPTH || self.lines.len() >= MOST {
            return;
        }
        match value.trim_start().as_bytes().first() {
            Some(b'{') => {
                if let Ok(members) = serde_json::from_str::<Object<'_>>(value) {
                    self.members(label, &members, depth);
                }
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(value).unwrap_or_default();
                let words: Option<Vec<Cow<'_, str>>> = items.iter().map(|item| word(item.get())).collect();
                match words {
                    Some(words) => self.line(label, &words.join(", ")),
                    None => items.iter().for_each(|item| self.value(label, item.get(), depth + 1)),
                }
            }
            _ => {
                if let Some(word) = word(value) {
                    self.line(label, &word);
                }
            }
        }
    }

    fn members(&mut self, label: &str, members: &Object<'_>, depth: usize) {
        let place = |names: &[&str]| members.iter().position(|(name, _)| names.contains(&&**name));
        if let Some(sum) = sum(members) {
            return self.line(label, &sum);
        }
        let linked = self.linked(label, members);
        let pair = |questions, answers| Some((place(questions)?, place(answers)?));
        let pair = pair(QUESTIONS, ANSWERS).or_else(|| pair(&["type"], &["payload"]));
        let at = |place: usize| members.get_index(place).map(|(_, raw)| raw.get());
        let asked = pair.and_then(|(question, answer)| Some((at(question).and_then(word)?, at(answer)?)));
        // What a button gives back is for programs.
        let asked = asked.filter(|(question, _)| question != "payload");
        if let Some((question, answer)) = &asked {
            // Keys are made readable; what was written for people stays as it is.
            let written = place(&["question", "label", "title"]).is_some();
            let question = if written { question.clone().into_owned() } else { plain(question) };
            let before = self.lines.len();
            self.value(&question, answer, depth + 1);
            // A question that was left open was asked all the same.
            if self.lines.len() == before {
                self.lines.push(Detail::new(question, ""));
            }
        }
        for (at, (name, raw)) in members.iter().enumerate() {
            let told = asked.is_some() && pair.is_some_and(|(question, answer)| at == question || at == answer);
            let told = told || linked.is_some_and(|places| places.contains(&at));
            if told || (self.left_out)(name, raw.get()) {
                continue;
            }
            // Members that are called by numbers are a list.
            let numbered = name.bytes().all(|byte| byte.is_ascii_digit());
            let label = if numbered { label } else { &(self.called)(name, label) };
            match moment(name, raw.get()) {
                Some(moment) => self.line(label, &moment),
                None => self.value(label, raw.get(), depth + 1),
            }
        }
    }

    /// Words with an address behind them, as of a button: told in one line. Their places.
    fn linked(&mut self, within: &str, members: &Object<'_>) -> Option<[usize; 2]> {
        let find = |names: &[&str]| {
            let mut held = members.iter().enumerate().filter(|(_, (name, _))| names.contains(&&***name));
            held.find_map(|(at, (name, raw))| Some((at, name, word(raw.get()).filter(|word| is_seen(word))?)))
        };
        let (address, _, url) = find(ADDRESSES).filter(|(_, _, url)| is_web_address(url))?;
        let (caption, name, words) = find(CAPTIONS)?;
        let left_out = |at: usize| members.get_index(at).is_some_and(|(name, raw)| (self.left_out)(name, raw.get()));
        let label = (self.called)(name, within);
        // What a form calls so is told by its name.
        if left_out(address) || left_out(caption) || label == readable(name) {
            return None;
        }
        self.lines.push(Detail::linked(label, words, Some(url.into_owned())));
        Some([address, caption])
    }

    fn line(&mut self, label: &str, value: &str) {
        if is_seen(value) {
            self.lines.push(Detail::new(label, value));
        }
    }
}

/// A sum as the platforms write it: `{"value": 2100, "offset": 100}` is 21.00. Or in words of its own, beside the
/// number that programs read.
fn sum(members: &Object<'_>) -> Option<String> {
    let of = |wanted: &str| members.get(wanted).and_then(|raw| word(raw.get()));
    if let Some(words) = of("fallback_value").filter(|words| is_seen(words)) {
        return Some(words.into_owned());
    }
    let (value, offset) = (of("value")?.parse::<u64>().ok()?, of("offset")?.parse::<u64>().ok()?);
    let digits = offset.checked_ilog10().filter(|digits| 10_u64.checked_pow(*digits) == Some(offset))? as usize;
    let rest = value.checked_rem(offset)?;
    let note = of("description").map(|note| format!(" ({note})")).unwrap_or_default();
    let whole = value.checked_div(offset)?;
    Some(if digits == 0 { format!("{whole}{note}") } else { format!("{whole}.{rest:0digits$}{note}") })
}

/// A single word or number; none for what has parts.
fn word(value: &str) -> Option<Cow<'_, str>> {
    let value = value.trim();
    match value.as_bytes().first()? {
        b'{' | b'[' => None,
        b'"' => serde_json::from_str(value).ok(),
        _ => Some(Cow::Borrowed(match value {
            "true" => "yes",
            "false" => "no",
            "null" => "",
            number => number,
        })),
    }
}

/// A point in time that is written as a number, as a person reads it.
fn moment(name: &str, value: &str) -> Option<String> {
    let of_time = ["time", "date", "timestamp", "_at"].iter().any(|end| name.ends_with(end));
    let Moment(moment) = of_time.then(|| serde_json::from_str(value).ok()).flatten()?;
    (moment >= Timestamp::from_seconds(1_000_000_000)).then(|| moment.to_string())
}

/// A question that is told by its kind alone, as in the platform's own surveys.
/// <https://developers.facebook.com/docs/messenger-platform/send-messages/templates/customer-feedback-template>
fn plain(kind: &str) -> String {
    match kind {
        "csat" => "Satisfaction".to_owned(),
        "nps" => "Would recommend us".to_owned(),
        "ces" => "Ease".to_owned(),
        "free_form" => "Comment".to_owned(),
        other => readable(other),
    }
}

/// A member's name as a person writes it: `screen_0_First_name_1` of a form that was made with the platform's builder,
/// and `product_interest`.
fn readable(name: &str) -> String {
    let numbered = |piece: &str| !piece.is_empty() && piece.bytes().all(|byte| byte.is_ascii_digit());
    let mut name = name;
    if let Some((screen, rest)) = name.strip_prefix("screen_").and_then(|rest| rest.split_once('_'))
        && numbered(screen)
    {
        name = rest.rsplit_once('_').filter(|(_, place)| numbered(place)).map_or(rest, |(rest, _)| rest);
    }
    if name.contains(char::is_whitespace) {
        return name.to_owned();
    }
    let spaced = name.replace('_', " ");
    let mut letters = spaced.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lines: &[Detail]) -> Vec<String> {
        lines.iter().map(|line| format!("{}={}", line.label, line.value)).collect()
    }

    #[test]
    fn a_form_is_told_answer_by_answer_in_its_order() {
        let form = r#"{"flow_token":"t","screen_0_Full_name_0":"Kim Ode","size":42,"updates":true,"colours":["red","blue"],
            "address":{"street":"Mill Lane 1","zip_code":"04711"},"id":"a7","rating":"4"}"#;
        assert_eq!(
            shown(&of_form(form, &[])),
            [
                "Full name=Kim Ode",
                "Size=42",
                "Updates=yes",
                "Colours=red, blue",
                "Street=Mill Lane 1",
                "Zip code=04711",
                "Id=a7",
                "Rating=4",
            ],
        );
    }

    #[test]
    fn questions_stand_before_their_answers_in_whatever_words() {
        let screens = r#"{"feedback_screens":[{"screen_id":0,"questions":{
            "hauydmns8":{"type":"csat","payload":"4","follow_up":{"type":"free_form","payload":"Quick, thanks!"}}}}]}"#;
        assert_eq!(shown(&of_any(screens, &[])), ["Satisfaction=4", "Comment=Quick, thanks!"]);
        let pairs = r#"[{"question":"City?","answer":"Bonn"},{"key":"e_mail","value":"kim@mail.example"},{"question":"Open?","answer":""}]"#;
        assert_eq!(shown(&of_any(pairs, &[])), ["City?=Bonn", "E mail=kim@mail.example", "Open?="]);
    }

    #[test]
    fn what_is_no_json_says_nothing_and_breaks_nothing() {
        for text in ["", "{", "[1", "nul", "{\"a\":", "\"\\ud800\""] {
            let _ = of_form(text, &[]);
        }
        let deep = "[".repeat(5000) + "1" + &"]".repeat(5000);
        assert!(of_form(&deep, &[]).is_empty());
        let wide = format!("[{}]", vec!["{\"a\":1}"; 5000].join(","));
        assert_eq!(of_form(&wide, &[]).len(), MOST);
    }
}
