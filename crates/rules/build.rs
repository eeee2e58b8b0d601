//! Reduces the texts of common licences to fingerprints, so that recognising one needs no corpus.

use std::{env, fs, path::PathBuf};

include!("src/detect/pairs.rs");

/// The licences that governments use, and those of the packages they take up. Where two ids share a text, the first is given.
const COMMON: [&str; 48] = [
    "MIT",
    "MIT-0",
    "X11",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "0BSD",
    "Unlicense",
    "Zlib",
    "BSL-1.0",
    "GPL-2.0-only",
    "GPL-3.0-only",
    "LGPL-2.1-only",
    "LGPL-3.0-only",
    "AGPL-3.0-only",
    "MPL-2.0",
    "EPL-2.0",
    "EUPL-1.0",
    "EUPL-1.1",
    "EUPL-1.2",
    "CECILL-2.0",
    "CECILL-2.1",
    "CECILL-B",
    "CECILL-C",
    "etalab-2.0",
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-3.0",
    "CC-BY-SA-3.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "CC-BY-ND-4.0",
    "CC-BY-NC-ND-4.0",
    "OGL-UK-1.0",
    "OGL-UK-2.0",
    "OGL-UK-3.0",
    "OGL-Canada-2.0",
    "DL-DE-BY-2.0",
    "DL-DE-ZERO-2.0",
    "NLOD-1.0",
    "NLOD-2.0",
    "LiLiQ-P-1.1",
    "LiLiQ-R-1.1",
    "LiLiQ-Rplus-1.1",
    "MulanPSL-2.0",
    "ODbL-1.0",
];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/detect/pairs.rs");
    let mut table = Vec::new();
    for id in COMMON {
        let (_, text) = spdx::text::LICENSE_TEXTS
            .iter()
            .find(|(known, _)| *known == id)
            .unwrap_or_else(|| panic!("the spdx crate has no text for {id}"));
        let pairs = pairs(text);
        table.push(u8::try_from(id.len()).expect("ids are short"));
        table.extend_from_slice(id.as_bytes());
        table.extend_from_slice(&u32::try_from(pairs.len()).expect("texts are short").to_le_bytes());
        table.extend(pairs.iter().flat_map(|pair| pair.to_le_bytes()));
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(out.join("fingerprints.bin"), table).expect("OUT_DIR can be written");
}
