//! Every fault of a document at once: a value that has a fault is put right, as far as it can be told what would be, and
//! else the part that has it is taken out; then the whole is read again.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    DOCUMENT_BYTES, Faults, Rules, check,
    error::{Fault, RulesError},
};

/// Most faults that are told at once: whoever has more of them begins with these.
const MOST: usize = 20;
/// Parts taken out in search of them, what follows from another fault among them.
const LOOKS: usize = 60;

/// Reads and checks a whole document.
pub(super) fn rules(text: &str) -> Result<Rules, Faults> {
    if text.len() > DOCUMENT_BYTES {
        let fault = Fault::new(0..0, format!("the document has more than {DOCUMENT_BYTES} bytes"));
        return Err(Faults { first: fault.in_text(text), others: Vec::new() });
    }
    let (mut root, broken) = DeTable::parse_recoverable(text);
    let mut broken = broken.into_iter().map(|error| Fault::from(error).in_text(text));
    if let Some(first) = broken.next() {
        return Err(unreadable(first, broken.take(LOOKS)));
    }
    let mut fault = match check::rules(root.clone()) {
        Ok(rules) => return Ok(rules),
        Err(fault) => fault,
    };
    let first = fault.in_text(text);
    let (mut others, mut gone): (Vec<RulesError>, Vec<Gone>) = (Vec::new(), Vec::new());
    for _ in 0..LOOKS {
        let of = root.span();
        let put_right = fault.stand_in().and_then(|value| stood_in(root.get_mut(), &of, &fault.span(), value));
        let part = match put_right {
            Some(part) => part,
            None => match taken_out(root.get_mut(), &of, &fault.span()) {
                Some(part) => part,
                None => break,
            },
        };
        // The first one is told in any case; what follows from those before is passed over.
        if !gone.is_empty() && !gone.iter().any(|before| before.explains(&part, &fault, text)) {
            let error = fault.in_text(text);
            if error == first || others.contains(&error) || others.len() + 1 == MOST {
                break;
            }
            others.push(error);
        }
        gone.push(part);
        fault = match check::rules(root.clone()) {
            Ok(_) => break,
            Err(fault) => fault,
        };
    }
    Err(in_order(first, others))
}

/// The same without looking for all that is wrong.
pub(super) fn readable(text: &str) -> Option<Rules> {
    let (root, broken) = DeTable::parse_recoverable(text);
    if broken.is_empty() { check::rules(root).ok() } else { None }
}

/// What is no TOML: one fault per line, since what is open at its end is complained of several times.
fn unreadable(first: RulesError, more: impl Iterator<Item = RulesError>) -> Faults {
    let mut others: Vec<RulesError> = Vec::new();
    for error in more {
        if first.line != error.line && others.iter().all(|other| other.line != error.line) && others.len() + 1 < MOST {
            others.push(error);
        }
    }
    in_order(first, others)
}

fn in_order(first: RulesError, mut others: Vec<RulesError>) -> Faults {
    others.push(first.clone());
    others.sort_by_key(|left| (left.line, left.column));
    let mut all = others.into_iter();
    Faults { first: all.next().unwrap_or(first), others: all.collect() }
}

/// A part that was taken out, or put right.
struct Gone {
    /// What it is called; nothing for an item of a list.
    name: String,
    /// It has parts of its own, and others may name it: a topic, a team, a teammate.
    named: bool,
    /// Where its value stands.
    whole: Range<usize>,
    /// The table or the list it was in.
    of: Range<usize>,
}

impl Gone {
    /// Whether a fault, for which `part` was taken out, is there only because this part is not: of the table that it
    /// was in, or of something that names it.
    fn explains(&self, part: &Self, fault: &Fault, text: &str) -> bool {
        let lacking = (part.named && part.whole == self.of) || holds(&fault.span(), &self.whole);
        let said = text.get(fault.span()).unwrap_or_default().trim_matches(['"', '\'', ' ']);
        lacking || (self.named && said.eq_ignore_ascii_case(&self.name))
    }
}

/// Puts another text in place of the one that stands at `place`.
fn stood_in(table: &mut DeTable<'_>, of: &Range<usize>, place: &Range<usize>, value: &'static str) -> Option<Gone> {
    table.iter_mut().find_map(|(_, member)| stood_in_value(member, of, place, value))
}

fn stood_in_value(
    member: &mut Spanned<DeValue<'_>>,
    of: &Range<usize>,
    place: &Range<usize>,
    value: &'static str,
) -> Option<Gone> {
    let span = member.span();
    match member.get_mut() {
        DeValue::Table(table) => stood_in(table, &span, place, value),
        DeValue::Array(items) => items.iter_mut().find_map(|item| stood_in_value(item, &span, place, value)),
        DeValue::String(old) if old.as_ref() == value => None,
        old if span == *place => {
            *old = DeValue::String(value.into());
            Some(Gone { name: String::new(), named: false, whole: span, of: of.clone() })
        }
        _ => None,
    }
}

/// Takes the smallest part that holds `place` out of a table.
fn taken_out(table: &mut DeTable<'_>, of: &Range<usize>, place: &Range<usize>) -> Option<Gone> {
    let mut whole = None;
    for (key, value) in table.iter_mut() {
        let span = value.span();
        if let Some(gone) = within(value.get_mut(), &span, place) {
            return Some(gone);
        }
        if holds(&key.span(), place) || holds(&span, place) {
            whole = Some(key.clone());
            break;
        }
    }
    let key = whole?;
    let (key, value) = table.remove_entry(&key)?;
    let named = matches!(value.get_ref(), DeValue::Table(_));
    Some(Gone { name: key.into_inner().into_owned(), named, whole: value.span(), of: of.clone() })
}

fn within(value: &mut DeValue<'_>, of: &Range<usize>, place: &Range<usize>) -> Option<Gone> {
    match value {
        DeValue::Table(table) => taken_out(table, of, place),
        DeValue::Array(items) => {
            let mut found = None;
            for (index, item) in items.iter_mut().enumerate() {
                let span = item.span();
                if let Some(gone) = within(item.get_mut(), &span, place) {
                    return Some(gone);
                }
                if holds(&span, place) {
                    found = Some((index, span));
                    break;
                }
            }
            let (index, whole) = found?;
            *items = items.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, item)| item.clone()).collect();
            Some(Gone { name: String::new(), named: false, whole, of: of.clone() })
        }
        _ => None,
    }
}

/// An empty place is that of what is not written down: there is nothing to take out.
fn holds(span: &Range<usize>, place: &Range<usize>) -> bool {
    !place.is_empty() && span.start <= place.start && place.end <= span.end
}
