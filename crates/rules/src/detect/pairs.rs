/// The sorted hashes of a text's word pairs. Lines that state a copyright are left out: they name the holder, not the licence.
fn pairs(text: &str) -> Vec<u32> {
    let mut pairs = Vec::new();
    let mut before: Option<u32> = None;
    for line in text.lines() {
        let line = line.trim().trim_start_matches(['*', '#', '/', '-', '>', ';']).trim_start().to_lowercase();
        let states_copyright = line.starts_with("©")
            || line.starts_with("(c)")
            || line.strip_prefix("copyright").is_some_and(|rest| {
                rest.trim_start().starts_with(['(', '©', '<', '[', '{']) || rest.trim_start().starts_with(|c: char| c.is_ascii_digit())
            });
        if states_copyright {
            continue;
        }
        for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
            // FNV-1a, so that the same word has the same hash on every machine.
            let hash = word.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
            if let Some(before) = before {
                pairs.push(before.rotate_left(5) ^ hash);
            }
            before = Some(hash);
        }
    }
    pairs.sort_unstable();
    pairs
}
