//! Tables as text that a spreadsheet opens, and that cannot make it calculate.

use serde_json::Value;

/// Says that what follows is UTF-8: without it spreadsheets read accented letters as others.
const MARK: char = '\u{feff}';

/// A table as CSV: RFC 4180, in UTF-8 with a mark of it.
pub fn csv<'a>(titles: impl Iterator<Item = &'a str>, rows: &[Vec<Value>]) -> String {
    let mut text = format!("{MARK}{}", line(titles.map(cell)));
    for row in rows {
        text.push_str(&line(row.iter().map(value)));
    }
    text
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => cell(text),
        other => other.to_string(),
    }
}

/// What begins as a formula does gets an apostrophe, with or without spaces before it; so does what follows a sign that
/// parts cells where a comma does not.
fn cell(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for part in text.split_inclusive([';', '\t']) {
        let first = part.trim_start_matches(' ').chars().next();
        if matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '\0' | '＝' | '＋' | '－' | '＠')) {
            safe.push('\'');
        }
        safe.push_str(part);
    }
    if safe.contains([',', ';', '\t', '"', '\r', '\n']) { format!("\"{}\"", safe.replace('"', "\"\"")) } else { safe }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for bad in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "＝1"] {
            let text = csv(std::iter::once("name"), &[vec![json!(bad)]]);
            let second = text.split_once("\r\n").unwrap().1.trim_start_matches('"');
            assert!(second.starts_with('\''), "{text:?}");
        }
    }

    #[test]
    fn no_part_of_a_cell_is_a_formula_where_cells_are_parted_otherwise() {
        for (bad, good) in [("x;=1+1", "\"x;'=1+1\""), ("x; @SUM(A1)", "\"x;' @SUM(A1)\""), ("a;b", "\"a;b\"")] {
            assert_eq!(cell(bad), good);
        }
        assert_eq!(cell("x\t=1"), "\"x\t'=1\"");
    }

    #[test]
    fn cells_are_quoted_and_numbers_stay_numbers() {
        let rows = [vec![json!("a,\"b\""), json!(12), json!(-0.5), json!(null)]];
        assert_eq!(csv(["x", "y", "z", "e"].into_iter(), &rows), "\u{feff}x,y,z,e\r\n\"a,\"\"b\"\"\",12,-0.5,\r\n");
    }
}
