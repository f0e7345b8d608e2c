//! "Did you mean": the known name closest to one that is not known.

use strsim::osa_distance;

/// The candidate closest to `name`, when one is close enough to be meant.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let most = (wanted.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (osa_distance(&candidate.to_lowercase(), &wanted), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_close_is_suggested() {
        assert_eq!(closest("onwers", ["owners", "team", "backup"]), Some("owners"));
        assert_eq!(closest("zebra", ["owners", "team"]), None);
        assert_eq!(closest("ab", ["cd"]), None);
    }
}
