//! Buttons that were pressed.

use tributary_domain::{
    detail::{Detail, is_seen},
    event::Content,
};

/// A button of which the platform does not tell what stands on it is told by what it carries for its app.
pub(crate) fn unlabelled(content: &mut Content) {
    let Some(pressed) = &content.pressed else { return };
    if content.text.as_deref().is_some_and(is_seen) {
        return;
    }
    let told = is_seen(&pressed.payload).then_some(pressed.payload.as_str());
    content.details.push(Detail::new("Pressed", told.unwrap_or("a button whose text the platform does not tell")));
}
