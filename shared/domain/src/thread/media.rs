//! Bytes of attachments: fetched, kept, and deleted again.

use super::work::{Effect, Work};
use crate::{
    capability::{Capabilities, MediaPolicy},
    event::{Attachment, MediaSource},
    id::{MediaId, MessageId},
    message::{MediaState, Message},
};

impl Work {
    /// Has the bytes of attachments fetched, where those are kept.
    pub(super) fn fetch(
        &mut self,
        message: &mut Message,
        files: impl IntoIterator<Item = (u32, Attachment)>,
        channel: &Capabilities,
    ) {
        for (place, file) in files {
            let handle = matches!(file.source, Some(MediaSource::Handle { .. }));
            let fetch = file.source.is_some() && (channel.media_policy == MediaPolicy::Store || handle);
            if fetch && !message.media.contains_key(&place) && message.media_is(place, MediaState::Pending) {
                self.effect(Effect::Media { message: message.id.clone(), place });
            }
        }
    }

    /// The same for what a message shows now, of which an edit may have told.
    pub(super) fn fetch_shown(&mut self, message: &mut Message, channel: &Capabilities) {
        let files: Vec<_> = message.files().into_iter().map(|(key, file)| (key, file.clone())).collect();
        self.fetch(message, files, channel);
    }

    pub(super) fn media(&mut self, id: &MessageId, place: u32, state: MediaState) {
        let Some(message) = self.messages.get(id) else { return };
        let mut message = message.clone();
        let known = message.media.get(&place).cloned();
        let taken_back = message.unsent_at.is_some() || known == Some(MediaState::Expired);
        if message.media_is(place, state.clone()) {
            self.keep_message(message);
            if let (Some(MediaState::Stored { id, .. }), MediaState::Expired) = (known, state) {
                self.forget_media(id);
            }
        } else if let (true, MediaState::Stored { id, .. }) = (taken_back, state) {
            // It was taken back, or its time was over, while we were fetching.
            self.forget_media(id);
        }
    }

    /// Has our copy of an attachment deleted, and remembers it until that is done.
    pub(super) fn forget_media(&mut self, id: MediaId) {
        self.touch();
        self.thread.transcript.dropping(id.clone());
        self.effect(Effect::DropMedia { id });
    }

    pub(super) fn dropped(&mut self, id: &MediaId) {
        if self.thread.transcript.dropping.remove(id) {
            self.touch();
        }
    }

    /// Has copies deleted that are no longer ours to keep, until somebody says that they are gone.
    pub(super) fn drop_media(&mut self) {
        for id in self.thread.transcript.dropping.clone() {
            self.effect(Effect::DropMedia { id });
        }
    }

    pub(super) fn ask_for_media(&mut self) {
        let messages: Vec<_> = self.messages.values().cloned().collect();
        for mut message in messages {
            let Some(received_at) = message.body.as_ref().map(|body| body.received_at) else { continue };
            let pending: Vec<u32> = message
                .media
                .iter()
                .filter(|(_, state)| **state == MediaState::Pending)
                .map(|(place, _)| *place)
                .collect();
            let given_up = self.now.since(received_at) >= self.timings.thread.media_give_up_after;
            for place in pending {
                if !given_up {
                    self.effect(Effect::Media { message: message.id.clone(), place });
                } else if message.media_is(place, MediaState::Failed) {
                    self.keep_message(message.clone());
                }
            }
        }
    }
}
