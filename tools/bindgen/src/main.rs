//! `tributary-bindgen COMPILED.wasm FOLDER`: writes `index.js`, `index_bg.wasm` and the snippets of JavaScript that
//! libraries carry into the folder, as a module for workerd that can start the wasm anew after a trap.
use std::env;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [compiled, folder] = arguments.as_slice() else {
        bail!("usage: tributary-bindgen COMPILED.wasm FOLDER");
    };
    Bindgen::new()
        .module(true)?
        .input_path(compiled)
        .out_name("index")
        .typescript(false)
        .omit_default_module_path(false)
        // A trap leaves the memory of the wasm in an unknown state: the entry starts it anew (`__wbg_reset_state`).
        .reset_state_function(true)
        .force_enable_abort_handler(true)
        .generate(folder)
        .with_context(|| format!("making the JavaScript of {}", compiled.display()))
}
