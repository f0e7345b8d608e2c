//! Messages that the service writes for a customer: they paid, shared somebody, pinned a message, filled in a web app.
//! <https://core.telegram.org/bots/api#message>

use tributary_domain::{
    detail::{Detail, is_seen},
    event::{Content, Pressed, Quote},
    id::RemoteId,
};

use super::{source::user_name, wire};
use crate::{
    json::{Text, filled},
    lines,
};

/// Takes in what the service tells.
pub(super) fn read(message: &mut wire::Message<'_>, content: &mut Content, name: impl Fn(i64) -> RemoteId) {
    for (label, payment) in
        [("Paid", message.successful_payment.take()), ("Paid back", message.refunded_payment.take())]
    {
        content.details.extend(payment.into_iter().flat_map(|payment| paid(label, payment)));
    }
    for user in message.users_shared.take().into_iter().flat_map(|shared| shared.users) {
        let name = user_name(user.first_name, user.last_name, user.username).or_else(|| filled(user.user_id));
        content.details.push(Detail::new("Shared a person", name.unwrap_or_else(|| "without a name".to_owned())));
    }
    if let Some(chat) = message.chat_shared.take() {
        let handle = filled(chat.username).map(|username| format!("@{username}"));
        let named = filled(chat.title).or(handle).or_else(|| filled(chat.chat_id));
        content.details.push(Detail::new("Shared a chat", named.unwrap_or_else(|| "without a name".to_owned())));
    }
    if let Some(app) = message.web_app_data.take() {
        let data = filled(app.data).unwrap_or_default();
        content.text = content.text.take().or_else(|| filled(app.button_text));
        let answers = lines::of_form(&data, &[]);
        // A bare number or word is JSON as well.
        if answers.iter().any(|line| !line.label.is_empty()) {
            content.details.extend(answers);
        } else if is_seen(&data) {
            content.details.push(Detail::new("Answer", data.clone()));
        }
        content.pressed = Some(Pressed { payload: data });
    }
    if let Some(pinned) = message.pinned_message.take() {
        let wire::Replied { message_id, text, caption } = *pinned;
        let words = filled(text).or_else(|| filled(caption));
        content.details.push(Detail::new("Pinned", words.clone().unwrap_or_else(|| "a message".to_owned())));
        content.quote = Some(Quote { id: Some(name(message_id)), text: words });
    }
}

fn paid(label: &str, payment: wire::Payment<'_>) -> Vec<Detail> {
    let mut details = vec![Detail::new(label, sum(payment.total_amount, payment.currency).unwrap_or_default())];
    details.extend(filled(payment.invoice_payload).map(|what| Detail::new("For", what)));
    details.extend(payment.order_info.map(|info| lines::of_any(info.get(), &[])).into_iter().flatten());
    details
}

/// Sums are told in the smallest unit of their currency. <https://core.telegram.org/bots/payments#supported-currencies>
pub(super) fn sum(amount: Option<i64>, currency: Option<Text<'_>>) -> Option<String> {
    let (amount, currency) = (amount?, filled(currency).unwrap_or_default());
    let whole = ["XTR", "CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND"].contains(&&*currency);
    Some(match &*currency {
        "XTR" => stars(amount.unsigned_abs()),
        _ if whole => format!("{amount} {currency}"),
        _ => {
            let sign = if amount < 0 { "-" } else { "" };
            let cents = amount.unsigned_abs();
            format!("{sign}{}.{:02} {currency}", cents / 100, cents % 100)
        }
    })
}

/// The platform's own currency.
pub(super) fn stars(count: u64) -> String {
    if count == 1 { "1 Star".to_owned() } else { format!("{count} Stars") }
}
