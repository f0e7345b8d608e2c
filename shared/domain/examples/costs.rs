//! What a month costs, by the model that the page uses: `cargo run -p tributary-domain --example costs -- messages=10000`.
//! Other numbers of the month can be given as well: `... costs -- messages=10000 comments=2000 held=20000`. With the rules
//! document on standard input, its prices hold: `... costs -- messages=10000 < rules.toml`.

use std::{
    collections::BTreeMap,
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

/// The month that is asked for: a usual one, but for what the arguments say of it.
fn asked() -> Result<Option<Mix>, Box<dyn Error>> {
    let mut given = BTreeMap::new();
    for argument in args().skip(1) {
        let (name, number) =
            argument.split_once('=').ok_or_else(|| format!("{argument}: it is written name=number"))?;
        given.insert(name.to_owned(), number.replace(['_', ','], "").parse::<u64>()?);
    }
    let Some(messages) = given.remove("messages") else { return Ok(None) };
    let usual = Mix::usual(messages);
    let mut of = |name, usual| given.remove(name).unwrap_or(usual);
    let mix = Mix {
        threads: of("threads", usual.threads),
        replies: of("replies", usual.replies),
        labels: of("labels", usual.labels),
        comments: of("comments", usual.comments),
        held: of("held", usual.held),
        ..usual
    };
    given.into_keys().next().map_or(Ok(Some(mix)), |name| Err(format!("{name}: there is no such number").into()))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    if !stdin().is_terminal() {
        stdin().read_to_string(&mut text)?;
    }
    let rules = Rules::parse(&text).map_err(|error| format!("line {}: {}", error.line, error.message))?;
    let asked = asked()?;
    let model = Model::shipped()?;
    let mut out = stdout().lock();
    if let Some(mix) = asked {
        let bill = model.bill(mix, &rules);
        writeln!(out, "{} messages a month, unit by unit:", mix.messages)?;
        if mix.comments + mix.held > 0 {
            writeln!(out, "  comments among them: {}, and held besides: {}", mix.comments, mix.held)?;
        }
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
    let scales = SCALES.map(Mix::usual);
    for mix in scales.into_iter().chain(asked.filter(|asked| !scales.contains(asked))) {
        let (messages, bill) = (mix.messages, model.bill(mix, &rules));
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
