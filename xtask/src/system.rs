//! What the tests need of the machine itself: a browser with its driver, and the languages of the snippets.
//!
//! On Debian and as root it is installed; elsewhere the missing things are named and the tests fail.

use std::process::Command;

use anyhow::{Result, bail};

use crate::stage::{self, step};
use crate::workspace::{Workspace, find_program};

/// Something that must be there, and the Debian packages it comes in.
struct Requirement {
    what: &'static str,
    packages: &'static [&'static str],
    present: fn() -> bool,
}

/// The oldest Node.js with `fetch` as a global, which the snippet relies on.
const OLDEST_NODE: u32 = 18;

const BROWSER: &[Requirement] = &[
    Requirement {
        what: "Chromium",
        packages: &["chromium"],
        present: || find_program(&["chromium", "chromium-browser", "google-chrome"]).is_some(),
    },
    Requirement {
        what: "chromedriver, of the same version as Chromium",
        packages: &["chromium-driver"],
        present: || find_program(&["chromedriver"]).is_some(),
    },
];

const SNIPPETS: &[Requirement] = &[
    Requirement { what: "bash", packages: &["bash"], present: || runs("bash", &["-c", "true"]) },
    Requirement { what: "curl", packages: &["curl"], present: || runs("curl", &["--version"]) },
    Requirement { what: "openssl", packages: &["openssl"], present: || runs("openssl", &["version"]) },
    Requirement { what: "Node.js, version 18 or newer", packages: &["nodejs"], present: has_node },
    Requirement {
        what: "PHP for the command line, with its curl extension",
        packages: &["php-cli", "php-curl"],
        present: || runs("php", &["-r", "exit(extension_loaded('curl') ? 0 : 1);"]),
    },
    Requirement {
        what: "Python 3 with the package requests",
        packages: &["python3", "python3-requests"],
        present: || runs("python3", &["-c", "import requests"]),
    },
];

/// Which of the machine's programs a run of tests needs.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// Chromium and its driver.
    pub browser: bool,
    /// The languages of the four snippets; one of them also runs tests of the console.
    pub snippets: bool,
}

/// Makes sure that what is needed is there; what cannot be had is named, all of it at once.
pub fn ready(workspace: &Workspace, needs: Needs) -> Result<()> {
    let browser = if needs.browser { BROWSER } else { &[] };
    let snippets = if needs.snippets { SNIPPETS } else { &[] };
    let requirements = browser.iter().chain(snippets);
    let missing: Vec<&Requirement> = requirements.filter(|requirement| !(requirement.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|requirement| requirement.packages).copied().collect();
    if find_program(&["apt-get"]).is_some() && is_root(workspace) {
        step(&format!("installing {}", packages.join(", ")), || install(workspace, &packages))?;
    }
    let missing: Vec<&str> = missing
        .iter()
        .filter(|requirement| !(requirement.present)())
        .map(|requirement| requirement.what)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    bail!(missing_text(&missing, &packages))
}

fn missing_text(missing: &[&str], packages: &[&str]) -> String {
    format!(
        "the tests need, and this machine does not have: {}.\nOn Debian and Ubuntu:\n\n    sudo apt-get update && \
         sudo apt-get install -y {}\n\nElsewhere, install them your own way so that they are on PATH.",
        missing.join("; "),
        packages.join(" ")
    )
}

fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    let apt_get = || {
        let mut command = workspace.command("apt-get");
        command.args(["-q", "-y", "-o", "Dpkg::Use-Pty=0"]).env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    stage::run(apt_get().arg("update"))?;
    stage::run(apt_get().args(["install", "--no-install-recommends"]).args(packages))?;
    // A python3 that is not Debian's own sees none of Debian's packages.
    if packages.contains(&"python3-requests") && !runs("python3", &["-c", "import requests"]) {
        stage::run(workspace.command("python3").args(["-m", "pip", "install", "--quiet", "requests"]))?;
    }
    Ok(())
}

fn is_root(workspace: &Workspace) -> bool {
    stage::output(workspace.command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn runs(program: &str, arguments: &[&str]) -> bool {
    stage::succeeds(Command::new(program).args(arguments))
}

fn has_node() -> bool {
    stage::output(Command::new("node").arg("--version"))
        .is_ok_and(|version| node_major(&version).is_some_and(|major| major >= OLDEST_NODE))
}

fn node_major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(node_major("v20.20.2\n"), Some(20));
        assert_eq!(node_major("20"), None);
    }

    #[test]
    fn what_is_missing_is_named_with_the_command_that_installs_it() {
        let text = missing_text(&["Chromium"], &["chromium", "chromium-driver"]);

        assert!(text.contains("does not have: Chromium."), "{text}");
        assert!(text.contains("sudo apt-get install -y chromium chromium-driver\n"), "{text}");
    }
}
