//! How much one version of a document differs from another.

/// Most lines of difference that are counted exactly; beyond, everything between the first and the last that differ
/// counts as written anew. The work grows with the square of it.
const MOST: usize = 3000;

/// Lines that a change adds and takes away, as few as possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// Lines that were not there.
    pub added: usize,
    /// Lines that are no longer there.
    pub removed: usize,
}

/// What leads from `before` to `after`, line by line (Myers 1986: the shortest way, without drawing it).
pub fn changes(before: &str, after: &str) -> Changes {
    let (before, after): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = before.iter().zip(&after).take_while(|(one, other)| one == other).count();
    let (before, after) = (before.get(same..).unwrap_or_default(), after.get(same..).unwrap_or_default());
    let same = before.iter().rev().zip(after.iter().rev()).take_while(|(one, other)| one == other).count();
    let before = before.get(..before.len() - same).unwrap_or_default();
    let after = after.get(..after.len() - same).unwrap_or_default();
    match distance(before, after) {
        // As many lines come and go as the lengths differ by, and the rest in pairs.
        Some(steps) => Changes {
            added: (steps + after.len()).saturating_sub(before.len()) / 2,
            removed: (steps + before.len()).saturating_sub(after.len()) / 2,
        },
        None => Changes { added: after.len(), removed: before.len() },
    }
}

/// Lines to add and take away at least; `None` when they are more than are counted.
fn distance(before: &[&str], after: &[&str]) -> Option<usize> {
    let most = (before.len() + after.len()).min(MOST);
    // How far the best way reaches in `before`, by diagonal: diagonals run from -most to most.
    let mut reach = vec![0_usize; 2 * most + 3];
    let at = |reach: &[usize], place: usize| reach.get(place).copied().unwrap_or_default();
    for steps in 0..=most {
        for diagonal in (0..=steps).map(|index| most + 1 + 2 * index - steps) {
            let (left, right) = (at(&reach, diagonal - 1), at(&reach, diagonal + 1));
            let down = diagonal == most + 1 - steps || (diagonal != most + 1 + steps && left < right);
            let mut row = if down { right } else { left + 1 };
            let Some(mut column) = (row + most + 1).checked_sub(diagonal) else { continue };
            while row < before.len() && column < after.len() && before.get(row) == after.get(column) {
                row += 1;
                column += 1;
            }
            if let Some(slot) = reach.get_mut(diagonal) {
                *slot = row;
            }
            if row >= before.len() && column >= after.len() {
                return Some(steps);
            }
        }
    }
    None
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
