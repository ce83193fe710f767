//! What this process takes, and whether that grows.

use std::time::Duration;

/// Growth up to this many bytes a minute is flat: what a minute of new workflows leaves in caches that have bounds.
pub(crate) const FLAT: f64 = 1024.0 * 1024.0;

/// Resident memory of this process, in bytes.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux tells");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .expect("a line");
    let kilobytes: u64 = line
        .split_whitespace()
        .nth(1)
        .expect("a number")
        .parse()
        .expect("a number");
    kilobytes * 1024
}

/// How busy the machine was in the last minute, as it says itself.
pub(crate) fn busy() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").expect("Linux tells");
    load.split_whitespace().next().expect("a number").to_owned()
}

/// The mean of what is taken now, looked at for a few seconds.
pub(crate) async fn settled() -> u64 {
    const LOOKS: u64 = 20;
    let mut sum = 0;
    for _ in 0..LOOKS {
        tokio::time::sleep(Duration::from_millis(250)).await;
        sum += resident();
    }
    sum / LOOKS
}

/// Bytes a minute, of samples of time and bytes: the straight line that is nearest to all of them.
pub(crate) fn slope(samples: &[(Duration, u64)]) -> f64 {
    let count = samples.len() as f64;
    let minutes = |sample: &(Duration, u64)| sample.0.as_secs_f64() / 60.0;
    let middle = samples.iter().map(minutes).sum::<f64>() / count;
    let mean = samples.iter().map(|sample| sample.1 as f64).sum::<f64>() / count;
    let (mut up, mut along) = (0.0, 0.0);
    for sample in samples {
        let from_middle = minutes(sample) - middle;
        up += from_middle * (sample.1 as f64 - mean);
        along += from_middle * from_middle;
    }
    up / along
}
