//! What the reckoning of costs goes by, where that is not the list of prices.

use std::collections::BTreeMap;

use super::{
    CostRules, Plan,
    de::{Loose, Text},
    document,
    error::Fault,
    read,
};
use crate::costs;

pub(super) fn costs(from: &document::Costs) -> Result<CostRules, Fault> {
    let plan = from.plan.unwrap_or_default();
    if let (Plan::Free, Some(Loose(monthly))) = (plan, &from.monthly) {
        return Err(Fault::new(monthly.span(), "the free plan costs nothing by the month")
            .hint("leave `monthly` out, or set `plan` to \"paid\""));
    }
    let mut prices = BTreeMap::new();
    if !from.prices.is_empty() {
        let units = costs::units().map_err(|error| Fault::new(0..0, error.to_string()))?;
        for (unit, price) in &from.prices {
            known(unit, &units)?;
            prices.insert(unit.get_ref().clone(), read::micros(price)?);
        }
    }
    Ok(CostRules { plan, monthly: from.monthly.as_ref().map(read::micros).transpose()?, prices })
}

fn known(unit: &Text, units: &[String]) -> Result<(), Fault> {
    let name = unit.get_ref();
    if costs::is_token(name) {
        return Err(Fault::new(unit.span(), format!("`{name}` is not priced here"))
            .hint("what tokens cost are `input_price` and `output_price` of [labels]"));
    }
    let known: Vec<&str> = units.iter().map(String::as_str).filter(|unit| !costs::is_token(unit)).collect();
    if known.contains(&name.as_str()) { Ok(()) } else { Err(Fault::unknown(unit.span(), "unit", name, &known)) }
}
