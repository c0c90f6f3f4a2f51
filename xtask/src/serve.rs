//! `cargo xtask serve`: from a bare clone to a running server with demo data.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::console;
use crate::stage::{self, step};
use crate::workspace::Workspace;

const LISTEN: &str = "127.0.0.1:8080";
const DATABASE: &str = ".hasp/demo.db";

/// Builds what changed and becomes the server.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let flags = match arguments.split_first() {
        None => &[],
        Some((separator, flags)) if separator == "--" => flags,
        Some((other, _)) => bail!("flags for the server come after `--`: cargo xtask serve -- {other} …"),
    };
    let listen = flag_value(flags, "--listen").unwrap_or(LISTEN);
    check_port_is_free(listen)?;
    console::build(workspace)?;
    let program = build_server(workspace)?;
    let server = server_command(workspace, program, flags, listen)?;
    // The server itself prints its address, the sign-in and what to try first.
    println!("\nstarting HASP with demo data, kept in {DATABASE}; Ctrl-C stops it\n");
    become_command(server)
}

/// Builds the release server with the console embedded, and gives its path.
///
/// Cargo does not see that the folder `dist/` came into being; a variable that the server's source mentions tells it.
pub fn build_server(workspace: &Workspace) -> Result<PathBuf> {
    let stamp = std::fs::read_to_string(console::stamp_file(workspace)).unwrap_or_default();
    step("building the server", || {
        let mut cargo = workspace.cargo();
        cargo.args(["build", "--release", "--package", "hasp-server", "--bin", "hasp"]);
        stage::run(cargo.env("HASP_CONSOLE_STAMP", stamp))
    })?;
    Ok(workspace.target.join("release").join(format!("hasp{}", std::env::consts::EXE_SUFFIX)))
}

fn server_command(
    workspace: &Workspace,
    program: PathBuf,
    flags: &[String],
    listen: &str,
) -> Result<Command> {
    std::fs::create_dir_all(workspace.path(".hasp")).context(".hasp")?;
    let mut server = workspace.command(program);
    server.args(["serve", "--demo"]);
    if flag_value(flags, "--listen").is_none() {
        server.args(["--listen", listen]);
    }
    if flag_value(flags, "--database").is_none() {
        server.args(["--database", &format!("sqlite:{DATABASE}")]);
    }
    server.args(flags);
    Ok(server)
}

/// The value of a flag given as `--flag value` or `--flag=value`.
fn flag_value<'flags>(flags: &'flags [String], name: &str) -> Option<&'flags str> {
    flags.iter().enumerate().find_map(|(index, flag)| {
        if flag == name {
            return flags.get(index + 1).map(String::as_str);
        }
        flag.strip_prefix(name)?.strip_prefix('=')
    })
}

/// Asked before anything is built: nobody waits minutes for this answer.
fn check_port_is_free(listen: &str) -> Result<()> {
    match TcpListener::bind(listen) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => bail!(
            "{listen} is taken by another program, perhaps an earlier `cargo xtask serve`. \
             Stop that one, or choose another port:\n\n    cargo xtask serve -- --listen 127.0.0.1:8081"
        ),
        Err(error) => Err(error).with_context(|| format!("the server could not listen on {listen}")),
    }
}

/// On Unix this process is replaced: Ctrl-C reaches the server alone, which finishes what it is doing.
#[cfg(unix)]
fn become_command(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let shown = stage::command_text(&command);
    Err(command.exec()).with_context(|| format!("`{shown}` could not be started"))
}

#[cfg(not(unix))]
fn become_command(mut command: Command) -> Result<()> {
    stage::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn a_flag_is_read_in_both_spellings() {
        assert_eq!(flag_value(&words("--demo --listen 127.0.0.1:1"), "--listen"), Some("127.0.0.1:1"));
        assert_eq!(flag_value(&words("--listen=127.0.0.1:2"), "--listen"), Some("127.0.0.1:2"));
        assert_eq!(flag_value(&words("--listening 1"), "--listen"), None);
    }

    #[test]
    fn a_taken_port_is_named_with_the_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();

        let error = check_port_is_free(&address).unwrap_err().to_string();

        assert!(error.contains(&address) && error.contains("--listen 127.0.0.1:8081"), "{error}");
    }

    #[test]
    fn what_the_caller_sets_is_not_set_twice() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace { root: folder.path().to_path_buf(), target: folder.path().join("target") };
        let flags = words("--listen 127.0.0.1:9 --trusted-proxy 10.0.0.1");

        let command = server_command(&workspace, PathBuf::from("hasp"), &flags, "127.0.0.1:9").unwrap();

        assert_eq!(
            stage::command_text(&command),
            "hasp serve --demo --database sqlite:.hasp/demo.db --listen 127.0.0.1:9 --trusted-proxy 10.0.0.1"
        );
    }
}
