//! The build of the console: trunk in release, wasm-opt, compressed copies, all in `dist/`.
//!
//! A stamp of every input and of the result tells whether anything is to do. The result is made aside and put into
//! place at the end, so that `dist/` is never half a build.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::compress::{self, files_below};
use crate::stage::{self, step};
use crate::stylesheets;
use crate::tools::Toolchain;
use crate::workspace::Workspace;

/// What the console is made from, besides the tools.
const INPUTS: [&str; 7] =
    [".cargo", "frontend", "shared", "public", "Trunk.toml", "Cargo.toml", "Cargo.lock"];
/// The features rustc's WebAssembly target has on; the linker strips the section that would say so.
const WASM_OPT_FLAGS: [&str; 9] = [
    "-Oz",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-simd",
];
/// The schema validator's module, loaded only when a grant editor opens.
const LOADED_LATER: &str = "schema-worker";
/// What a first visit may transfer.
const FIRST_LOAD_LIMIT_BYTES: u64 = 300_000;

/// What a visit to the console transfers, compressed with brotli.
pub struct Transfer {
    /// Page, styles, glue and main module.
    pub first_load_bytes: u64,
    /// The schema validator's module.
    pub later_bytes: u64,
}

impl Transfer {
    /// Fails when a first visit transfers more than it may.
    pub fn check(&self) -> Result<()> {
        if self.first_load_bytes > FIRST_LOAD_LIMIT_BYTES {
            bail!(
                "the console's first load is {} bytes, the limit is {FIRST_LOAD_LIMIT_BYTES}",
                self.first_load_bytes
            );
        }
        Ok(())
    }
}

/// Gets the tools and builds what changed.
pub fn build(workspace: &Workspace) -> Result<Transfer> {
    let toolchain = Toolchain::ready(workspace)?;
    build_with(workspace, &toolchain)
}

/// Builds the console unless its inputs, its tools and its result are those of the last build.
pub fn build_with(workspace: &Workspace, toolchain: &Toolchain) -> Result<Transfer> {
    stage::exclusively(&workspace.target.join("console.lock"), || build_alone(workspace, toolchain))
}

fn build_alone(workspace: &Workspace, toolchain: &Toolchain) -> Result<Transfer> {
    let dist = workspace.path("dist");
    let stamp_file = stamp_file(workspace);
    let inputs = inputs_stamp(workspace, &toolchain.versions)?;
    let current =
        |dist: &Path| -> Result<String> { Ok(format!("{inputs:016x} {:016x}", folder_stamp(dist)?)) };
    let last = std::fs::read_to_string(&stamp_file).unwrap_or_default();
    if dist.is_dir() && last == current(&dist)? {
        println!("✔ console: unchanged");
    } else {
        make(workspace, toolchain, &dist)?;
        std::fs::write(&stamp_file, current(&dist)?).with_context(|| stamp_file.display().to_string())?;
    }
    let transfer = transfer(&dist)?;
    println!(
        "  console, compressed: {} kB at first load, {} kB for the schema module",
        transfer.first_load_bytes / 1000,
        transfer.later_bytes / 1000
    );
    Ok(transfer)
}

/// Holds the stamp of the last complete build.
pub fn stamp_file(workspace: &Workspace) -> PathBuf {
    workspace.target.join("console.stamp")
}

fn make(workspace: &Workspace, toolchain: &Toolchain, dist: &Path) -> Result<()> {
    let aside = workspace.path("dist-unfinished");
    if aside.exists() {
        std::fs::remove_dir_all(&aside).with_context(|| aside.display().to_string())?;
    }
    std::fs::create_dir_all(&aside).with_context(|| aside.display().to_string())?;
    step("fetching the console's crates", || stage::run(workspace.cargo().arg("fetch")))?;
    step("building the console", || {
        let mut trunk = workspace.command(&toolchain.trunk);
        trunk
            .args(["build", "--release", "--dist"])
            .arg(&aside)
            .env("PATH", toolchain.search_path()?)
            .env("CARGO_TARGET_DIR", workspace.wasm_target())
            .env("TRUNK_SKIP_VERSION_CHECK", "true")
            // trunk takes only the words true and false here, other programs any value.
            .env_remove("NO_COLOR")
            // Its backtraces are of its own inside and hide the message.
            .env_remove("RUST_BACKTRACE");
        stage::run(&mut trunk)
    })?;
    if let Some(wasm_opt) = &toolchain.wasm_opt {
        step("making its WebAssembly smaller", || optimise(workspace, wasm_opt, &aside))?;
    }
    step("joining its style sheets", || stylesheets::join(&aside))?;
    step("compressing it", || compress::folder(&aside))?;
    if dist.exists() {
        std::fs::remove_dir_all(dist).with_context(|| dist.display().to_string())?;
    }
    std::fs::rename(&aside, dist).with_context(|| dist.display().to_string())
}

fn optimise(workspace: &Workspace, wasm_opt: &Path, folder: &Path) -> Result<()> {
    let page = folder.join("index.html");
    let mut html = std::fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    for module in files_below(folder)?.iter().filter(|file| file.extension().is_some_and(|end| end == "wasm"))
    {
        let mut command = workspace.command(wasm_opt);
        command.args(WASM_OPT_FLAGS).arg(module).arg("-o").arg(module);
        stage::run(&mut command)?;
        if let Some(name) = module.file_name().and_then(|name| name.to_str()) {
            html = without_integrity(&html, name);
        }
    }
    std::fs::write(&page, html).with_context(|| page.display().to_string())
}

/// The page with no `integrity` on tags that name the file: its bytes are no longer those that trunk hashed.
fn without_integrity(html: &str, file_name: &str) -> String {
    let mut result = String::with_capacity(html.len());
    for (index, piece) in html.split('<').enumerate() {
        if index > 0 {
            result.push('<');
        }
        let tag_end = piece.find('>').unwrap_or(0);
        let attribute = " integrity=\"";
        match piece[..tag_end].find(attribute) {
            Some(start) if piece[..tag_end].contains(file_name) => {
                let after = start + attribute.len();
                let end = piece[after..].find('"').map_or(piece.len(), |quote| after + quote + 1);
                result.push_str(&piece[..start]);
                result.push_str(&piece[end..]);
            }
            _ => result.push_str(piece),
        }
    }
    result
}

fn transfer(dist: &Path) -> Result<Transfer> {
    let mut transfer = Transfer { first_load_bytes: 0, later_bytes: 0 };
    for file in files_below(dist)? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let fetched = ["html", "css", "js", "wasm"].iter().any(|end| name.ends_with(&format!(".{end}")));
        if !fetched {
            continue;
        }
        let compressed = PathBuf::from(format!("{}.br", file.display()));
        let sent = if compressed.is_file() { compressed } else { file.clone() };
        let bytes = sent.metadata().with_context(|| sent.display().to_string())?.len();
        if name.starts_with(LOADED_LATER) {
            transfer.later_bytes += bytes;
        } else {
            transfer.first_load_bytes += bytes;
        }
    }
    Ok(transfer)
}

fn inputs_stamp(workspace: &Workspace, versions: &str) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    versions.hash(&mut hasher);
    WASM_OPT_FLAGS.hash(&mut hasher);
    for input in INPUTS {
        let path = workspace.path(input);
        let files = if path.is_dir() { files_below(&path)? } else { vec![path] };
        hash_files(&files, &workspace.root, &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn folder_stamp(folder: &Path) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    hash_files(&files_below(folder)?, folder, &mut hasher)?;
    Ok(hasher.finish())
}

fn hash_files(files: &[PathBuf], base: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    for file in files.iter().filter(|file| file.is_file()) {
        file.strip_prefix(base).unwrap_or(file).hash(hasher);
        std::fs::read(file).with_context(|| file.display().to_string())?.hash(hasher);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integrity_goes_only_from_tags_that_name_the_file() {
        let html = "<head><link rel=\"preload\" href=\"/console/app_bg.wasm\" integrity=\"sha384-a\" as=\"fetch\">\
                    <link href=\"/console/app.js\" integrity=\"sha384-b\"></head>";

        assert_eq!(
            without_integrity(html, "app_bg.wasm"),
            "<head><link rel=\"preload\" href=\"/console/app_bg.wasm\" as=\"fetch\">\
             <link href=\"/console/app.js\" integrity=\"sha384-b\"></head>"
        );
    }

    #[test]
    fn a_folder_has_another_stamp_when_a_name_or_a_byte_changes() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a"), "1").unwrap();
        let first = folder_stamp(folder.path()).unwrap();

        std::fs::write(folder.path().join("a"), "2").unwrap();
        let other_byte = folder_stamp(folder.path()).unwrap();
        std::fs::rename(folder.path().join("a"), folder.path().join("b")).unwrap();
        let other_name = folder_stamp(folder.path()).unwrap();

        assert_ne!(first, other_byte);
        assert_ne!(other_byte, other_name);
    }

    #[test]
    fn the_schema_module_does_not_count_as_first_load() {
        let dist = tempfile::tempdir().unwrap();
        std::fs::write(dist.path().join("index.html"), "12345").unwrap();
        std::fs::write(dist.path().join("app_bg.wasm"), "123456789").unwrap();
        std::fs::write(dist.path().join("app_bg.wasm.br"), "123").unwrap();
        std::fs::write(dist.path().join("schema-worker_bg.wasm"), "1234567").unwrap();

        let transfer = transfer(dist.path()).unwrap();

        assert_eq!((transfer.first_load_bytes, transfer.later_bytes), (8, 7));
        assert!(Transfer { first_load_bytes: FIRST_LOAD_LIMIT_BYTES + 1, later_bytes: 0 }.check().is_err());
    }
}
