//! A platform's name stands in its connector's folder and in the lists, and nowhere else in the product's sources. Tests,
//! fixtures, the stand-in and the page of each platform name it as well. And whatever is public says what it is for.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::{fs, path::Path};

use tributary_connectors::registry;
use tributary_domain::platform::Platform;

/// Where the product's sources are.
const SOURCES: [&str; 3] = ["shared", "workers/src", "ui/src"];
/// The lists: of platforms, of connectors and their modules, and of what marks them on the page.
const LISTS: [&str; 5] = [
    "shared/domain/src/platform.rs",
    "shared/connectors/src/registry.rs",
    "shared/connectors/src/lib.rs",
    "ui/src/components/glyphs.ts",
    "ui/src/components/PlatformGlyph.svelte",
];
/// What platforms of one family share.
const FAMILIES: [&str; 1] = ["shared/connectors/src/meta/"];

fn sources(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            // Tests and fixtures name platforms as examples.
            if !["tests", "test", "examples", "fixtures", "benches", "target"].contains(&name) {
                sources(&path, files);
            }
        } else if [".rs", ".ts", ".svelte"].iter().any(|end| name.ends_with(end))
            && !name.contains(".test.")
            && !name.contains(".gen.")
        {
            files.push(path);
        }
    }
}

#[test]
fn a_platform_is_named_in_its_folder_and_in_the_lists_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut files = Vec::new();
    for folder in SOURCES {
        sources(&root.join(folder), &mut files);
    }
    assert!(files.len() > 200, "the sources are where they are looked for: {}", files.len());
    let mut found = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        if LISTS.contains(&path.as_str()) || FAMILIES.iter().any(|family| path.starts_with(family)) {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        // The tests at a file's end name platforms as examples.
        let product = text.split("#[cfg(test)]").next().unwrap();
        for platform in Platform::ALL.iter().copied() {
            let name = platform.as_str();
            if path.starts_with(&format!("shared/connectors/src/{name}/")) {
                continue;
            }
            // The address of a server or of a page of documents may have any name in it.
            let named = |line: &str| {
                line.split_whitespace().any(|word| word.to_lowercase().contains(name) && !word.contains(".com"))
            };
            let lines = (1..).zip(product.lines()).filter(|(_, line)| named(line));
            found.extend(lines.map(|(number, line)| format!("{path}:{number}: {}", line.trim())));
        }
    }
    assert!(found.is_empty(), "named elsewhere:\n{}", found.join("\n"));
}

#[test]
fn each_platform_has_its_folder_fixtures_stand_in_and_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for platform in Platform::ALL.iter().copied() {
        for path in [
            format!("shared/connectors/src/{platform}/mod.rs"),
            format!("shared/connectors/fixtures/{platform}/inbound"),
            format!("tests/standins/{platform}/index.ts"),
            format!("docs/platforms/{platform}.md"),
        ] {
            assert!(root.join(&path).exists(), "{platform} has no {path}");
        }
        assert!(!registry::channels(platform).is_empty() && !platform.display().is_empty());
        assert!(registry::channels(platform).iter().all(|one| one.channel.platform == platform));
    }
}

/// Fields and variants need no comment where their names say all: `missing_docs` would ask for one.
#[test]
fn public_functions_and_types_say_what_they_are_for() {
    const ITEMS: [&str; 6] = ["pub fn ", "pub const fn ", "pub struct ", "pub enum ", "pub trait ", "pub type "];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    sources(&root.join("shared"), &mut files);
    let mut found = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "rs")) {
        let text = fs::read_to_string(file).unwrap();
        let lines: Vec<&str> = text.split("#[cfg(test)]").next().unwrap().lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let before =
                lines[..at].iter().rev().take_while(|line| !line.is_empty() && !line.ends_with(['{', '}', ';']));
            let told = before.into_iter().any(|line| line.starts_with("///") || line.contains("doc"));
            if ITEMS.iter().any(|item| line.starts_with(item)) && !line.contains('$') && !told {
                found.push(format!("{}:{}: {line}", file.display(), at + 1));
            }
        }
    }
    assert!(found.is_empty(), "without a word:\n{}", found.join("\n"));
}
