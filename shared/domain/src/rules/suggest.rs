//! "Did you mean": the known name closest to one that is not known.

/// The candidate closest to `name`, when one is close enough to be meant.
pub(crate) fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let most = (wanted.chars().count() / 3).clamp(1, 4);
    candidates
        .into_iter()
        .map(|candidate| (distance(&candidate.to_lowercase(), &wanted), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, taken away, exchanged, or swapped with their neighbour (optimal string alignment).
pub(crate) fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let mut previous = None;
    for (row, from) in left.chars().enumerate() {
        let mut line = Vec::with_capacity(last.len());
        line.push(row + 1);
        let mut beside = None;
        for (column, to) in right.iter().copied().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best =
                (at(&last, column) + usize::from(from != to)).min(at(&last, column + 1) + 1).min(at(&line, column) + 1);
            if previous == Some(to) && beside == Some(from) && column > 0 {
                best = best.min(at(&before, column - 1) + 1);
            }
            line.push(best);
            beside = Some(to);
        }
        before = std::mem::replace(&mut last, line);
        previous = Some(from);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_single_slips() {
        for (left, right, expected) in
            [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("onwers", "owners", 1), ("ab", "abc", 1)]
        {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_what_is_close_is_suggested() {
        assert_eq!(closest("onwers", ["owners", "team", "backup"]), Some("owners"));
        assert_eq!(closest("zebra", ["owners", "team"]), None);
        assert_eq!(closest("ab", ["cd"]), None);
    }
}
