//! What the operating system accounts to a process: CPU time and resident memory.

use crate::Result;
use std::collections::HashMap;
use std::fs;
use std::time::Duration;

/// One tick of `/proc/<pid>/stat`: Linux reports 100 a second to programs, whatever its own clock.
const TICK: Duration = Duration::from_millis(10);

/// User and system time of all threads of one process.
///
/// `/proc/<pid>/task/*/schedstat` counts nanoseconds but forgets threads that have ended;
/// `/proc/<pid>/stat` remembers them but counts in ticks. Both are read: the first is the figure,
/// the second notices when a thread took its share away with it.
pub(crate) struct CpuClock {
    pid: u32,
    threads: HashMap<String, u64>,
    /// Of threads whose number a later thread has taken over.
    replaced: u64,
}

#[derive(Clone, Copy)]
pub(crate) struct CpuReading {
    fine: Duration,
    coarse: Duration,
}

impl CpuClock {
    pub(crate) fn new(pid: u32) -> Self {
        Self { pid, threads: HashMap::new(), replaced: 0 }
    }

    /// Reads both accounts. The process should be at rest: the time of a thread that is running
    /// right now is only brought up to date by the next timer interrupt.
    pub(crate) fn read(&mut self) -> Result<CpuReading> {
        for entry in fs::read_dir(format!("/proc/{}/task", self.pid))? {
            let entry = entry?;
            let Ok(text) = fs::read_to_string(entry.path().join("schedstat")) else {
                continue; // ended since the directory was listed, or a kernel without schedstat
            };
            let now: u64 = text.split_whitespace().next().unwrap_or_default().parse()?;
            let thread = entry.file_name().to_string_lossy().into_owned();
            // A thread that has ended keeps its last value in the map, and so in the sum.
            let before = self.threads.insert(thread, now).unwrap_or(0);
            if now < before {
                self.replaced += before;
            }
        }
        Ok(CpuReading {
            fine: Duration::from_nanos(self.threads.values().sum::<u64>() + self.replaced),
            coarse: TICK * coarse_ticks(self.pid)?,
        })
    }
}

impl CpuReading {
    /// CPU time spent between an earlier reading and this one.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let fine = self.fine.saturating_sub(earlier.fine);
        let coarse = self.coarse.saturating_sub(earlier.coarse);
        // User and system time are each rounded to a tick at both readings.
        if coarse > fine + fine / 100 + 4 * TICK { coarse } else { fine }
    }
}

/// Fields `utime` and `stime`; the command name before them may itself hold spaces and brackets.
fn coarse_ticks(pid: u32) -> Result<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let mut fields = after_name.split_whitespace().skip(11);
    let mut ticks = || -> Result<u32> { Ok(fields.next().unwrap_or_default().parse()?) };
    Ok(ticks()? + ticks()?)
}

/// Resident memory in KiB.
pub(crate) fn resident_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let value = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .ok_or("/proc says nothing about resident memory")?;
    Ok(value.parse()?)
}
