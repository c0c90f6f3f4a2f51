//! What machine this is, and how much processor time a process has spent.

use std::time::Duration;

/// Ticks of a second in /proc, fixed on Linux.
const TICKS_PER_SECOND: u64 = 100;

/// Cores and model of the processor.
pub fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| processor_model(&text));
    let model = model.unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    format!("{cores} cores of {model}, {}", std::env::consts::OS)
}

fn processor_model(cpuinfo: &str) -> Option<String> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// User and system time of a process with all its threads; `None` where the system does not tell.
pub fn processor_time(process_id: u32) -> Option<Duration> {
    ticks(&std::fs::read_to_string(format!("/proc/{process_id}/stat")).ok()?)
        .map(|ticks| Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
}

/// Fields 14 and 15; the second field is a name in parentheses that may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let after_name = stat.rsplit_once(')')?.1;
    let mut fields = after_name.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_system_time_are_added() {
        let stat = "42 (a b) c) S 1 1 1 0 -1 4194560 1 0 0 0 700 300 0 0 20 0 4 0 1 1 1";

        assert_eq!(ticks(stat), Some(1_000));
    }

    #[test]
    fn the_processor_is_named() {
        assert_eq!(processor_model("vendor_id\t: X\nmodel name\t: Y 3\n").as_deref(), Some("Y 3"));
    }
}
