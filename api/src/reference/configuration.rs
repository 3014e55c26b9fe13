//! The reference of the configuration, from the definitions by which it is read.

use super::libraries::{FAMILIES, Family};
use crate::config::Cli;
use clap::{Arg, ArgAction, Command, CommandFactory};
use std::fmt::Write;

const INTRODUCTION: &str = "\
# Configuration

<!-- Written by `make docs` from the definitions in api/src/config, to which a test holds it. -->

Every option of `plenary serve` is an environment variable and a flag; where both are given, the flag counts.
A value that cannot be read ends the process and names its option.
Times have a unit (`500ms`, `30s`, `2m`, `1h`), sizes may have one (`512`, `16KiB`, `1MiB`).
What is off is turned on by `true`.
";

/// The heading of options that have none.
const GENERAL: &str = "General";

/// The reference as Markdown.
#[must_use]
pub fn configuration() -> String {
    let mut cli = Cli::command();
    cli.build();
    let mut text = INTRODUCTION.to_owned();
    let serve = cli.find_subcommand("serve").expect("there is a node to run");
    for (heading, options) in groups(serve) {
        let _ = write!(text, "\n## {heading}\n\n{}", of_variables(&options));
    }
    text += "\n## Other commands\n";
    let others = cli.get_subcommands().filter(|it| !["serve", "help"].contains(&it.get_name()));
    for command in others {
        text += &of_command(command);
    }
    text += "\n## Read by libraries\n";
    for Family { of, variables } in FAMILIES {
        let _ = write!(text, "\n### {of}\n\n| variable | meaning |\n|---|---|\n");
        for (name, meaning) in variables {
            let _ = writeln!(text, "| `{name}` | {meaning} |");
        }
    }
    text
}

/// The options by heading, in the order of their first ones.
fn groups(command: &Command) -> Vec<(&str, Vec<&Arg>)> {
    let mut groups: Vec<(&str, Vec<&Arg>)> = Vec::new();
    for option in options(command) {
        let heading = option.get_help_heading().unwrap_or(GENERAL);
        match groups.iter_mut().find(|(other, _)| *other == heading) {
            Some((_, options)) => options.push(option),
            None => groups.push((heading, vec![option])),
        }
    }
    groups
}

/// All but what every command has: help, and the log, which stands with the node.
fn options(command: &Command) -> impl Iterator<Item = &Arg> {
    let is_node = command.get_name() == "serve";
    command
        .get_arguments()
        .filter(|it| it.get_long() != Some("help"))
        .filter(move |it| is_node || !it.is_global_set())
}

fn of_variables(options: &[&Arg]) -> String {
    let mut text = "| variable | flag | default | meaning |\n|---|---|---|---|\n".to_owned();
    for option in options {
        let variable = code(variable(option));
        let (flag, default, meaning) = (code(flag(option)), code(default(option)), meaning(option));
        let _ = writeln!(text, "| {variable} | {flag} | {default} | {meaning} |");
    }
    text
}

fn of_command(command: &Command) -> String {
    let about = command.get_about().map(|it| sentence(&it.to_string())).unwrap_or_default();
    let mut text = format!("\n### `plenary {}`\n\n{about}\n", command.get_name());
    let options: Vec<_> = options(command).collect();
    if !options.is_empty() {
        text += "\n| option | variable | default | meaning |\n|---|---|---|---|\n";
    }
    for option in options {
        let variable = code(variable(option));
        let (flag, default, meaning) = (code(flag(option)), code(default(option)), meaning(option));
        let _ = writeln!(text, "| {flag} | {variable} | {default} | {meaning} |");
    }
    text
}

fn variable(option: &Arg) -> String {
    option.get_env().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn flag(option: &Arg) -> String {
    match option.get_long() {
        Some(name) => format!("--{name}"),
        None => option.get_id().as_str().to_uppercase(),
    }
}

fn default(option: &Arg) -> String {
    if option.is_hide_default_value_set() {
        return String::new();
    }
    let values = option.get_default_values().iter().map(|value| value.to_string_lossy());
    values.collect::<Vec<_>>().join(",")
}

/// What the option means, and what it may be if that is a list.
fn meaning(option: &Arg) -> String {
    let help = option.get_long_help().or(option.get_help()).map(ToString::to_string);
    let mut text = sentence(&help.unwrap_or_default());
    let values = option.get_possible_values();
    if matches!(option.get_action(), ArgAction::Set) && !values.is_empty() {
        let names: Vec<_> = values.iter().map(|value| code(value.get_name().to_owned())).collect();
        let _ = write!(text, " One of {}.", names.join(", "));
    }
    text
}

/// As a cell of a table; the command line's help has no full stop at its end.
fn sentence(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if text.ends_with('.') { text } else { text + "." }
}

fn code(text: String) -> String {
    if text.is_empty() { text } else { format!("`{text}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_is_current() {
        let written = include_str!("../../../docs/configuration.md");
        assert!(configuration() == written, "docs/configuration.md is old: run `make docs`");
    }

    #[test]
    fn every_option_of_a_node_has_a_variable_a_meaning_and_a_heading() {
        let mut cli = Cli::command();
        cli.build();
        for option in options(cli.find_subcommand("serve").unwrap()) {
            let id = option.get_id();
            assert!(!variable(option).is_empty() && option.get_long().is_some(), "{id}");
            assert!(option.get_help().is_some_and(|help| !help.to_string().is_empty()), "{id}");
            assert!(option.get_help_heading().is_some(), "{id}");
            // What is configured may be secret, and help is pasted everywhere.
            assert!(option.is_hide_env_values_set(), "{id}");
        }
    }
}
