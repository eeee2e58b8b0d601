//! What bad input gets: a clear answer in bounded time, and never a panic.

use std::fs::File;
use std::time::{Duration, Instant};

use openly_tests::{Repo, TODAY, openly, outcome, report};

const README: &str = "# Permits\n\nApply for a fishing permit online.\n";

fn check(repo: &Repo, args: &[&str]) -> openly_tests::Ran {
    let mut all = vec!["check", "--today", TODAY, "--fail-on", "never"];
    all.extend_from_slice(args);
    let start = Instant::now();
    let ran = openly(repo.path(), &all);
    // Far above what any of these takes in a build without optimisation on a busy machine, and far below what an unbounded one
    // would.
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
    assert!(!ran.err.contains("panicked") && ran.code != 70, "{}", ran.err);
    ran
}

#[test]
fn a_path_that_is_not_there() {
    let repo = Repo::of(&[]);
    let ran = openly(repo.path(), &["check", "nowhere"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @"
    × nowhere is not there
    help: give the path of a folder that holds a repository
    ");
}

#[test]
fn a_path_that_is_a_file() {
    let repo = Repo::of(&[("file", "x")]);
    let ran = openly(repo.path(), &["check", "file"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @"
    × file is a file, not a folder
    help: give the path of a folder that holds a repository
    ");
}

#[test]
fn an_empty_folder() {
    let repo = Repo::of(&[]);
    let ran = check(&repo, &["--quiet"]);
    insta::assert_snapshot!(ran.out, @"
    required: licence-file: No licence file was found at the root, in LICENSES, in .github or in docs, and no sentence of the README grants a named licence. A licence in package.json alone does not count.
    required: readme-file: No README was found at the root, in .github or in docs.
    recommended: contributing: No CONTRIBUTING file was found at the root, in .github or in docs, and the README has no section about contributing with at least a sentence in it.
    recommended: maintainers: No MAINTAINERS, OWNERS or COMMUNITY file was found at the root, in .github or in docs, and no CODEOWNERS file names an owner.
    recommended: security-policy: No SECURITY file was found at the root, in .github or in docs, no security.txt with a contact, and no section of the README that says how to report a vulnerability.
    recommended: code-of-conduct: No CODE_OF_CONDUCT file was found at the root, in .github or in docs, and neither the README nor CONTRIBUTING asks people to follow a named code of conduct.
    ");
}

#[test]
fn a_bare_repository_needs_a_commit() {
    let repo = Repo::of(&[("README.md", README)]);
    repo.commit("2026-01-05", "Start");
    repo.git("2026-01-05", &["clone", "-q", "--bare", ".", "bare.git"]);
    let ran = openly(repo.path(), &["check", "bare.git"]);
    assert_eq!(ran.code, 2);
    insta::assert_snapshot!(ran.err, @"
    × bare.git is a bare git repository: it has no files of its own
    help: name a commit to check, such as `--rev HEAD`
    ");
    let found = report(repo.path(), &["bare.git", "--rev", "main"]);
    assert_eq!(outcome(&found, "readme-file")["outcome"], "pass");
}

#[test]
fn a_revision_that_is_not_there() {
    let repo = Repo::of(&[("README.md", README)]);
    repo.commit("2026-01-05", "Start");
    let ran = openly(repo.path(), &["check", "--rev", "v9"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("\"v9\" names no commit here"), "{}", ran.err);
    let plain = Repo::of(&[]);
    let ran = openly(plain.path(), &["check", "--rev", "main"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is not in a git repository"), "{}", ran.err);
}

#[test]
fn without_git_the_history_is_unknown() {
    let repo = Repo::of(&[("README.md", README)]);
    let found = report(repo.path(), &[]);
    let history = outcome(&found, "open-history");
    assert_eq!(history["outcome"], "unknown");
    assert!(history["reason"].as_str().is_some_and(|why| why.contains("no history to read")), "{history}");
}

#[test]
fn a_file_of_five_gigabytes() {
    let repo = Repo::of(&[]);
    for name in ["README.md", "LICENSE", "data.csv"] {
        File::create(repo.path().join(name)).and_then(|file| file.set_len(5 << 30)).expect("a sparse file");
    }
    check(&repo, &[]);
    let found = report(repo.path(), &[]);
    assert_eq!(outcome(&found, "readme-file")["outcome"], "pass");
    for rule in ["readme-purpose", "licence-identified", "licence-holder"] {
        assert_eq!(outcome(&found, rule)["outcome"], "unknown", "{rule}");
    }
    insta::assert_snapshot!(outcome(&found, "readme-purpose")["message"].as_str().unwrap_or_default(), @"Cannot tell: README.md could not be read: it is 5368709120 bytes, and openly reads at most 1048576.");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::fs;
    use std::os::unix::fs::symlink;
    let outside = Repo::of(&[("LICENSE", "MIT License\n")]);
    let repo = Repo::of(&[("README.md", README)]);
    symlink(outside.path().join("LICENSE"), repo.path().join("LICENSE")).expect("a link out of the tree");
    symlink("/etc/passwd", repo.path().join("SECURITY.md")).expect("a link to a system file");
    symlink(".", repo.path().join("loop")).expect("a loop");
    fs::create_dir(repo.path().join("a")).expect("a folder");
    symlink("../a", repo.path().join("a/b")).expect("a loop");
    let ran = check(&repo, &["--format", "json"]);
    assert!(!ran.out.contains("root:"), "a file outside was read");
    let found = report(repo.path(), &[]);
    assert_eq!(outcome(&found, "licence-file")["outcome"], "fail");
    assert_eq!(outcome(&found, "security-policy")["outcome"], "fail");
}

#[test]
fn text_that_is_not_utf_8() {
    let repo = Repo::of(&[]);
    repo.write("README.md", b"# Caf\xE9\n\nLe service pour les d\xE9clarations de p\xEAche en ligne.\n");
    let found = report(repo.path(), &[]);
    assert_eq!(outcome(&found, "readme-purpose")["outcome"], "pass");
    let utf16: Vec<u8> = [0xFEFF_u16].into_iter().chain(README.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    repo.write("README.md", &utf16);
    let found = report(repo.path(), &[]);
    assert_eq!(outcome(&found, "readme-purpose")["outcome"], "pass");
    repo.write("README.md", b"\x7FELF\0\0\0\x01");
    let found = report(repo.path(), &[]);
    assert_eq!(outcome(&found, "readme-purpose")["outcome"], "unknown");
}

#[test]
fn a_configuration_that_is_a_bomb() {
    let mut text = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for n in 1..40 {
        text += &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(","));
    }
    let repo = Repo::of(&[(".openly.yml", &text)]);
    let ran = openly(repo.path(), &["check"]);
    assert_eq!(ran.code, 3);
    insta::assert_snapshot!(ran.err.lines().take(4).collect::<Vec<_>>().join("\n"), @"
      × there is a mistake in the configuration

    Error: 
      × .openly.yml: not valid YAML: repetition limit exceeded
    ");
    let repo = Repo::of(&[(".openly.yml", &"[".repeat(200_000))]);
    assert_eq!(openly(repo.path(), &["check"]).code, 3);
    let repo = Repo::of(&[(".openly.yml", &"x: y\n".repeat(400_000))]);
    assert_eq!(openly(repo.path(), &["check"]).code, 3);
}

#[test]
fn a_single_line_of_ten_megabytes() {
    let line = "word ".repeat(2_000_000);
    let repo = Repo::of(&[("README.md", &line), ("LICENSE", &line), ("src/views/accessibility.html", &line)]);
    check(&repo, &[]);
    let shorter = &line[..900_000];
    let repo = Repo::of(&[("README.md", shorter), ("LICENSE", shorter), ("src/views/accessibility.html", shorter)]);
    let ran = check(&repo, &["--format", "json"]);
    assert!(ran.out.len() < 400_000, "the report repeats the line: {} bytes", ran.out.len());
}

#[test]
fn a_lock_file_larger_than_any_document_still_tells_a_version() {
    let others = (0..40_000).map(|n| format!("    \"node_modules/other-{n}\": {{\"version\": \"1.0.{n}\"}},\n"));
    let lock = format!(
        "{{\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n{}    \"node_modules/govuk-frontend\": {{\n      \"version\": \
         \"5.4.0\"\n    }}\n  }}\n}}\n",
        others.collect::<String>()
    );
    assert!(lock.len() as u64 > openly_rules::tree::MAX_FILE);
    let repo = Repo::of(&[
        ("README.md", README),
        ("package.json", r#"{"name": "permits", "dependencies": {"govuk-frontend": "^5.0.0"}}"#),
        ("package-lock.json", &lock),
    ]);
    let found = report(repo.path(), &["--rule", "design-system-current"]);
    let value = outcome(&found, "design-system-current")["value"].to_string();
    assert!(value.contains("5.4.0"), "{value}");
}

#[test]
fn documents_made_to_be_slow() {
    let deep_quotes = ">".repeat(10_000) + " text\n";
    let deep_lists = (0..3_000).map(|n| format!("{}- x\n", " ".repeat(n))).collect::<String>();
    let headings = "# h\n\n".repeat(50_000);
    let brackets = "[".repeat(50_000) + &"`".repeat(20_000) + &"*".repeat(50_000);
    for text in [deep_quotes, deep_lists, headings, brackets] {
        let repo = Repo::of(&[("README.md", &text), ("CONTRIBUTING.md", &text), ("CODEOWNERS", &text)]);
        check(&repo, &["--format", "markdown"]);
    }
}

#[test]
fn names_made_to_confuse() {
    let repo = Repo::of(&[
        (
            "README.md",
            "# @everyone <script>alert(1)</script>\n\n![x](https://evil.example/t.png) | `a` **b** for permits of fishing\n",
        ),
        ("docs/[x](javascript:1) | `a`/LICENSE", "x"),
        ("-rf", "x"),
    ]);
    let ran = check(&repo, &["--format", "markdown"]);
    assert!(
        !ran.out.contains("<script>") && !ran.out.contains("@everyone") && !ran.out.contains("](https://evil"),
        "{}",
        ran.out
    );
    let ran = check(&repo, &[]);
    assert!(!ran.out.contains('\u{1b}'), "{}", ran.out);
}
