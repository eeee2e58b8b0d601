//! Looks at many files with several threads.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use openly_rules::tree::{Bytes, Unreadable};

/// How many files a thread takes at a time. Fewer than four times as many are not worth a thread.
const CHUNK: usize = 16;

/// How many threads there are to look with.
pub(crate) fn threads() -> usize {
    thread::available_parallelism().map_or(1, |n| n.get().min(8))
}

/// Looks at files and gives what was found in their order. Each thread has a state of its own, such as a buffer.
pub(crate) fn look<S>(
    indexes: &[usize],
    threads: usize,
    state: impl Fn() -> S + Sync,
    look: impl Fn(&mut S, usize) -> Result<Option<Vec<u8>>, Unreadable> + Sync,
) -> Bytes {
    if indexes.len() < 4 * CHUNK {
        let mut state = state();
        return indexes.iter().map(|&index| look(&mut state, index)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let (mut done, mut state) = (Vec::new(), state());
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let Some(chunk) = indexes.get(start..indexes.len().min(start + CHUNK)).filter(|c| !c.is_empty()) else {
                return done;
            };
            for (offset, &index) in chunk.iter().enumerate() {
                done.push((start + offset, look(&mut state, index)));
            }
        }
    };
    let mut results: Vec<_> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    results.sort_unstable_by_key(|(position, _)| *position);
    results.into_iter().map(|(_, result)| result).collect()
}
