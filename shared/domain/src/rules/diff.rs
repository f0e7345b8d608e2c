//! How much one version of a document differs from another.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Most lines, from the first to the last that differ, of both versions together, whose difference is counted exactly:
/// beyond, they count as written anew. The work grows with the square of it.
const MOST: usize = 6000;

/// Lines that a change adds and takes away, as few as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Lines that were not there.
    pub added: usize,
    /// Lines that are no longer there.
    pub removed: usize,
}

/// What leads from `before` to `after`, line by line.
pub fn changes(before: &str, after: &str) -> Changes {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let (before, after) = (before.get(same..).unwrap_or_default(), after.get(same..).unwrap_or_default());
    let same = before.iter().rev().zip(after.iter().rev()).take_while(|(one, other)| one == other).count();
    let before = before.get(..before.len() - same).unwrap_or_default();
    let after = after.get(..after.len() - same).unwrap_or_default();
    if before.len() + after.len() > MOST {
        return Changes { added: after.len(), removed: before.len() };
    }
    let mut changes = Changes::default();
    for step in capture_diff_slices(Algorithm::Myers, before, after) {
        if !matches!(step, DiffOp::Equal { .. }) {
            changes.added += step.new_range().len();
            changes.removed += step.old_range().len();
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(before: &str, after: &str) -> (usize, usize) {
        let Changes { added, removed } = changes(before, after);
        (added, removed)
    }

    #[test]
    fn as_few_lines_as_possible_come_and_go() {
        for (before, after, expected) in [
            ("", "", (0, 0)),
            ("a\nb\n", "a\nb\n", (0, 0)),
            ("", "a\nb", (2, 0)),
            ("a\nb", "", (0, 2)),
            ("a\nb\nc", "a\nx\nc", (1, 1)),
            ("a\nb\nc\na\nb\nb\na", "c\nb\na\nb\na\nc", (2, 3)),
            ("a\nb\nc", "c\na\nb", (1, 1)),
            ("a\na\na", "a", (0, 2)),
        ] {
            assert_eq!(counted(before, after), expected, "{before:?} {after:?}");
        }
    }

    /// The same by the plain way: the longest common subsequence.
    fn plainly(before: &[&str], after: &[&str]) -> (usize, usize) {
        let mut common = vec![vec![0; after.len() + 1]; before.len() + 1];
        for (row, one) in before.iter().enumerate() {
            for (column, other) in after.iter().enumerate() {
                common[row + 1][column + 1] = if one == other {
                    common[row][column] + 1
                } else {
                    common[row][column + 1].max(common[row + 1][column])
                };
            }
        }
        let common = common[before.len()][after.len()];
        (after.len() - common, before.len() - common)
    }

    proptest::proptest! {
        #[test]
        fn it_agrees_with_the_plain_way(
            before in proptest::collection::vec("[abc]", 0..30), after in proptest::collection::vec("[abc]", 0..30),
        ) {
            let lines = |all: &[String]| -> Vec<&'static str> {
                all.iter().map(|one| match one.as_str() { "a" => "a", "b" => "b", _ => "c" }).collect()
            };
            proptest::prop_assert_eq!(counted(&before.join("\n"), &after.join("\n")), plainly(&lines(&before), &lines(&after)));
        }
    }

    #[test]
    fn what_differs_everywhere_is_counted_as_written_anew() {
        let text = |start: usize| (start..start + 4000).map(|line| line.to_string()).collect::<Vec<_>>().join("\n");
        assert_eq!(counted(&text(0), &text(10_000)), (4000, 4000));
    }
}
