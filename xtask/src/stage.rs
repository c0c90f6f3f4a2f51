//! Steps that announce themselves, show that they are alive, and say how long they took.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

const HEARTBEAT: Duration = Duration::from_secs(10);

/// Runs `work` under a heading, with a line every ten seconds while it lasts and its duration at the end.
pub fn step<T>(what: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("▶ {what}");
    let started = Instant::now();
    let result = with_heartbeat(what, started, work);
    let took = duration_text(started.elapsed());
    match &result {
        Ok(_) => println!("✔ {what}: {took}"),
        Err(_) => println!("✘ {what}: failed after {took}"),
    }
    result
}

/// How many steps are under way, each inside the one before; only the innermost has something to say.
static DEPTH: AtomicUsize = AtomicUsize::new(0);

fn with_heartbeat<T>(what: &str, started: Instant, work: impl FnOnce() -> T) -> T {
    let (done, waiting) = channel::<()>();
    let depth = DEPTH.fetch_add(1, Ordering::Relaxed) + 1;
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(HEARTBEAT) {
                if DEPTH.load(Ordering::Relaxed) == depth {
                    println!("  … {what}: {}", duration_text(started.elapsed()));
                }
            }
        });
        let result = work();
        drop(done);
        DEPTH.fetch_sub(1, Ordering::Relaxed);
        result
    })
}

/// `8.3 s` below a minute, `3 min 05 s` from there on.
pub fn duration_text(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Runs `work` while no other process of this user holds the same lock file.
pub fn exclusively<T>(lock_file: &Path, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if let Some(folder) = lock_file.parent() {
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    let lock = File::create(lock_file).with_context(|| lock_file.display().to_string())?;
    if lock.try_lock().is_err() {
        println!("• waiting for another `cargo xtask` to finish the same work");
        lock.lock().with_context(|| lock_file.display().to_string())?;
    }
    work()
}

/// Runs a command with its output shown; anything but success is an error that quotes the command.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = command_text(command);
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// The standard output of a command that must succeed; its standard error is shown only when it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = command_text(command);
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("`{shown}` could not be started"))?;
    if !output.status.success() {
        bail!("`{shown}` failed: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a command could be started and succeeded; says nothing.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as a person would type it.
pub fn command_text(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_seconds_then_as_minutes() {
        assert_eq!(duration_text(Duration::from_millis(8_340)), "8.3 s");
        assert_eq!(duration_text(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn the_same_work_is_done_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let lock_file = folder.path().join("below/lock");

        let inside = exclusively(&lock_file, || Ok(File::open(&lock_file)?.try_lock().is_err())).unwrap();
        let outside = File::open(&lock_file).unwrap().try_lock().is_ok();

        assert!(inside && outside);
    }

    #[test]
    fn a_failing_command_is_quoted_in_its_error() {
        let error =
            run(Command::new("cargo").args(["no-such-subcommand-here"]).stderr(Stdio::null())).unwrap_err();

        assert!(error.to_string().starts_with("`cargo no-such-subcommand-here` failed"), "{error}");
    }
}
