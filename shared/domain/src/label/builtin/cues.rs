//! Urgency by what people say when something presses, and how loudly.

use super::{Phrase, Urgency, Words, any};
use crate::rules::Rules;

/// Cues of the labeler's own, separated by `|`.
const URGENT: &str = "urgent|urgently|emergency|asap|immediately|right now|right away|dangerous|on fire|dringend|sofort|notfall|\
    gefahrlich|gefaehrlich|urgence|immediatement|tout de suite|dangereux|urgente|urgencia|inmediatamente|ahora mismo|emergencia|peligroso|\
    imediatamente|agora mesmo|perigoso|urgenza|immediatamente|subito|emergenza|pericoloso|dringende|spoed|onmiddellijk|direct nodig|\
    gevaarlijk|pilne|pilnie|natychmiast|nalehave|okamzite|imediat|surgos|azonnal|acil|acilen|hemen|bradskande|akut|omedelbart|haster|\
    oyeblikkelig|kiireellinen|heti|mendesak|segera|darurat|gap|khan cap|ngay lap tuc|срочно|немедленно|опасно|терміново|негайно|спешно|\
    незабавно|επειγον|αμεσα|דחוף|מיד|عاجل|فورا|ضروري|فوری|اضطراری|तुरंत|जरूरी|আর্জেন্ট|জরুরি|ด่วน|ทันที|அவசரம்|紧急|緊急|马上|馬上|立刻|立即|至急|今すぐ|\
    급해요|급합니다|긴급|당장";

const HIGH: &str = "still waiting|still no answer|no answer|nobody answers|third time|second time|fed up|furious|angry|disappointed|\
    unacceptable|ridiculous|warte immer noch|keine antwort|niemand antwortet|unverschamt*|enttauscht|wutend|zum dritten mal|\
    toujours pas|j'attends toujours|aucune reponse|personne ne repond|inadmissible|decu|decue|furieux|sigo esperando|todavia no|aun no|\
    nadie responde|nadie contesta|decepcionad*|harto|harta|inaceptable|ainda nao|ninguem responde|estou esperando|inaceitavel|\
    ancora niente|sto ancora aspettando|nessuno risponde|deluso|delusa|inaccettabile|nog steeds|geen antwoord|teleurgesteld|boos|\
    nadal czekam|wciaz czekam|nikt nie odpowiada|rozczarowan*|porad cekam|zklaman*|inca astept|meg mindig|hala bekliyorum|hala gelmedi|\
    kimse cevap vermiyor|vantar fortfarande|besviken|venter stadig|venter fortsatt|skuffet|odotan edelleen|masih menunggu|kecewa|\
    van chua|до сих пор|никто не отвечает|безобразие|разочарован*|досі|ніхто не відповідає|още чакам|ακομα περιμενω|απαραδεκτο|\
    עדיין מחכה|אף אחד לא עונה|لا احد يرد|ما زلت انتظر|لم يصل|هنوز منتظر|अभी तक|कोई जवाब नहीं|এখনও|ยังไม่ได้|ไม่มีใครตอบ|还没|還沒|没人回|太差|\
    まだ届|まだ来|返事がない|ひどい|아직도|답이 없|화가 나";

const LOW: &str = "thanks|thank you|thx|no rush|no hurry|just wanted to say|love it|well done|danke|vielen dank|dankeschon|keine eile|\
    merci|rien d'urgent|gracias|sin prisa|obrigado|obrigada|sem pressa|grazie|nessuna fretta|bedankt|dank je|dank u|geen haast|\
    dziekuje|dzieki|dekuji|diky|multumesc|koszonom|tesekkurler|tesekkur ederim|tack|tak|takk|kiitos|terima kasih|cam on|\
    спасибо|дякую|благодаря|ευχαριστω|תודה|شكرا|ممنون|متشکرم|धन्यवाद|शुक्रिया|ধন্যবাদ|ขอบคุณ|நன்றி|谢谢|謝謝|感谢|ありがとう|감사합니다|고마워요";

/// How urgent it sounds.
pub(super) fn urgency(rules: &Rules, text: &str, words: &Words) -> Urgency {
    let told = |urgency: Urgency, own: &str| {
        any(words, rules.urgency.cues.iter().filter(|(of, _)| *of == urgency).map(|(_, phrase)| phrase))
            || rules.urgency.built_in_cues
                && own.split('|').filter_map(Phrase::parse).any(|phrase| words.find(&phrase).is_some())
    };
    if told(Urgency::Urgent, URGENT) {
        Urgency::Urgent
    } else if told(Urgency::High, HIGH) || rules.urgency.built_in_cues && is_loud(text) {
        Urgency::High
    } else if told(Urgency::Low, LOW) && !asks(text) && words.iter().take(13).count() <= 12 {
        Urgency::Low
    } else {
        Urgency::Normal
    }
}

/// All in capitals, or with several exclamation marks.
fn is_loud(text: &str) -> bool {
    let (upper, lower) = text.chars().fold((0, 0), |(upper, lower), letter| {
        (upper + usize::from(letter.is_uppercase()), lower + usize::from(letter.is_lowercase()))
    });
    text.contains("!!!") || upper >= 20 && upper >= lower * 4
}

/// Whether there is a question mark of any script.
pub fn asks(text: &str) -> bool {
    text.contains(['?', '？', '؟', ';', '¿']) && !text.contains(";)")
}
