//! `cargo xtask bench`: builds the release server and the load generator, and lets the latter report.

use anyhow::Result;

use crate::serve;
use crate::stage::{self, step};
use crate::workspace::Workspace;

/// Runs the benchmark against the release server.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let server = serve::build_server(workspace)?;
    step("building the load generator", || {
        stage::run(workspace.cargo().args(["build", "--release", "--package", "hasp-bench"]))
    })?;
    let program =
        workspace.target.join("release").join(format!("hasp-bench{}", std::env::consts::EXE_SUFFIX));
    stage::run(workspace.command(program).arg(server).args(arguments).env_remove("RUST_BACKTRACE"))
}
