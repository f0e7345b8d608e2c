//! What a month costs, by the model that the page uses: `cargo run -p tributary-domain --example costs -- MESSAGES`.
//! With the rules document on standard input, its prices hold: `... costs -- 10000 < rules.toml`.

use std::{
    env::args,
    error::Error,
    io::{IsTerminal as _, Read as _, Write as _, stdin, stdout},
};

use tributary_domain::{
    costs::{Mix, Model, SCALES, comparable},
    rules::Rules,
};

fn dollars(micros: u64) -> String {
    let cents = (micros + 5_000) / 10_000;
    format!("${}.{:02}", cents / 100, cents % 100)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    if !stdin().is_terminal() {
        stdin().read_to_string(&mut text)?;
    }
    let rules = Rules::parse(&text).map_err(|error| format!("line {}: {}", error.line, error.message))?;
    let asked = args().nth(1).map(|text| text.replace(['_', ','], "").parse::<u64>()).transpose()?;
    let model = Model::shipped()?;
    let mut out = stdout().lock();
    if let Some(messages) = asked {
        let bill = model.bill(Mix::usual(messages), &rules);
        writeln!(out, "{messages} messages a month, unit by unit:")?;
        for line in &bill.lines {
            let of_free = line.free_share().map_or(String::new(), |share| format!("{}% of the free plan", share / 10));
            writeln!(out, "  {:<32}{:>16}  {:>9}  {of_free}", line.price.title, line.used / 1000, dollars(line.paid))?;
        }
        writeln!(out, "  {:<32}{:>16}  {:>9}", "The paid plan", "", dollars(bill.floor))?;
        writeln!(out)?;
    }
    writeln!(
        out,
        "{:>10}  {:>9}  {:>9}  {:>9}  comparable AWS design",
        "messages", "labels", "paid plan", "free plan"
    )?;
    for messages in SCALES.into_iter().chain(asked.filter(|asked| !SCALES.contains(asked))) {
        let bill = model.bill(Mix::usual(messages), &rules);
        let or_none = |micros: Option<u64>| micros.map_or("-".to_owned(), dollars);
        let (free, other) = (or_none(bill.free()), or_none(comparable(messages)));
        writeln!(
            out,
            "{messages:>10}  {:>9}  {:>9}  {free:>9}  {other}",
            dollars(bill.labels()),
            dollars(bill.total())
        )?;
    }
    writeln!(out, "Prices as read on {}.", model.read_on())?;
    Ok(())
}
