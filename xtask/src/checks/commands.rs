//! Keeps docs/commands.md: what every command of `hasp` says of itself with `--help`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stage;
use crate::workspace::Workspace;

const DOCUMENT: &str = "docs/commands.md";
const HEADER: &str = "# Commands and settings\n\nWhat `hasp` says of itself, written by `cargo xtask docs`. A flag wins over \
                      its variable, a variable over the file.\n";

/// Fails when the document is not what the program says.
pub fn check(workspace: &Workspace, program: &Path) -> Result<()> {
    let kept = std::fs::read_to_string(workspace.path(DOCUMENT)).unwrap_or_default();
    if kept != document(program)? {
        bail!("{DOCUMENT} is out of date: run `cargo xtask docs`");
    }
    Ok(())
}

/// Writes the document anew.
pub fn rewrite(workspace: &Workspace, program: &Path) -> Result<()> {
    std::fs::write(workspace.path(DOCUMENT), document(program)?).context(DOCUMENT)?;
    println!("✔ {DOCUMENT}: written");
    Ok(())
}

fn document(program: &Path) -> Result<String> {
    let mut text = String::from(HEADER);
    let mut waiting = vec![vec!["hasp".to_owned()]];
    while let Some(command) = waiting.pop() {
        let help = help(program, &command[1..])?;
        text.push_str(&format!("\n## {}\n\n```text\n{}\n```\n", command.join(" "), help.trim_end()));
        for name in subcommands(&help).into_iter().rev() {
            waiting.push(command.iter().cloned().chain([name.to_owned()]).collect());
        }
    }
    Ok(text)
}

/// In an empty environment: the help would show values of variables.
fn help(program: &Path, subcommand: &[String]) -> Result<String> {
    let help = stage::output(Command::new(program).args(subcommand).arg("--help").env_clear())?;
    Ok(help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"))
}

/// The names in the help's list of commands, without the command that only repeats the help.
fn subcommands(help: &str) -> Vec<&str> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !name.is_empty() && *name != "help")
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subcommands_are_read_from_their_list_alone() {
        let help = "Server\n\nUsage: hasp <COMMAND>\n\nCommands:\n  serve  Run\n         everything\n  org    Organizations\n  \
                    help   Print\n\nOptions:\n  -h  Help\n";

        assert_eq!(subcommands(help), ["serve", "org"]);
    }

    #[cfg(unix)]
    #[test]
    fn every_command_has_a_section_in_its_order() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("hasp");
        let script = "#!/bin/sh\ncase \"$1\" in --help) printf 'Commands:\\n  a  A\\n  b  B\\n' ;; *) echo \"about $1\" ;; esac\n";
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();

        let text = document(&program).unwrap();

        let sections: Vec<&str> = text.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(sections, ["## hasp", "## hasp a", "## hasp b"]);
        assert!(text.contains("```text\nabout b\n```\n"), "{text}");
    }
}
