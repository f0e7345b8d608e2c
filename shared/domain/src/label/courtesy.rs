//! What needs no model: thanks, a nod, a picture without words. The conversation is about what it was about before.

use super::{BuiltInReason, Labels, OTHER, Urgency, Words, builtin};
use crate::rules::Rules;

/// Words of thanks and assent, in small letters without accents.
const WORDS: &str = "ok okay okey okidoki k thanks thank you thx ty so very much many a lot again cheers alright got it \
    danke dankeschon vielen dank sehr schon alles klar merci beaucoup bien recu d accord gracias muchas muchisimas vale \
    obrigado obrigada muito valeu grazie mille tante va bene bedankt dank je u wel prima dziekuje dzieki bardzo dekuji \
    diky moc multumesc mult koszonom szepen tesekkurler tesekkur ederim cok tamam tack sa mycket tak mange takk tusen \
    kiitos paljon terima kasih makasih cam on nhieu спасибо большое хорошо дякую дуже добре благодаря много ευχαριστω \
    πολυ ενταξει תודה רבה בסדר شكرا جزيلا ممنون متشکرم धन्यवाद शुक्रिया ধন্যবাদ ขอบคุณ ขอบคุณค่ะ ขอบคุณครับ நன்றி 谢谢 谢谢你 \
    謝謝 感谢 好的 ありがとう ありがとうございます ありがとうございました 了解です 감사합니다 고마워요 네";

/// Longer than any courtesy.
const MOST_WORDS: usize = 8;

/// The labels of a turn that says nothing to be understood, and why no model is asked; nothing for any other turn.
///
/// Topic, language and summary stay what they were `before`; thanks lower the urgency, unless a rule's floor forbids.
pub fn label(rules: &Rules, turn: &[&str], before: Option<&Labels>) -> Option<(Labels, BuiltInReason)> {
    let text = turn.join("\n");
    let words = Words::of(&text);
    let said = words.iter().take(MOST_WORDS + 1).count();
    let plain = !text.contains(['?', '？', '؟']) && said <= MOST_WORDS;
    if !plain || !words.iter().all(|word| WORDS.split_ascii_whitespace().any(|one| one == word)) {
        return None;
    }
    let read = builtin::label(rules, turn);
    if read.urgency > Urgency::Normal {
        return None;
    }
    let reason = if said == 0 { BuiltInReason::NoWords } else { BuiltInReason::Courtesy };
    let known = |labels: &&Labels| rules.topics.contains_key(&labels.topic) || labels.topic == OTHER;
    let Some(before) = before.filter(known) else { return Some((read, reason)) };
    let thanked = read.urgency == Urgency::Low && said > 0;
    let urgency = if thanked { super::floor(rules, &before.topic, turn) } else { before.urgency };
    Some((Labels { urgency, ..before.clone() }, reason))
}
