//! What a person sees of files that cannot be read, and laws of reading.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::default();
    catalogue.vocabulary.tools.add("ESLint", Finds::Lint);
    catalogue.vocabulary.tools.add("Snyk", Finds::Static);
    catalogue.vocabulary.tools.add("Snyk Open Source", Finds::Dependencies);
    catalogue
}

fn read(text: &str) -> Result<Import, Refused> {
    Import::read("results", text.as_bytes().to_vec(), None, &catalogue())
}

fn why(text: &str) -> String {
    let refused = read(text).expect_err("refused");
    refused.help.iter().fold(refused.to_string(), |said, help| format!("{said} ({help})"))
}

fn says(text: &str) -> Vec<String> {
    let import = read(text).expect("results");
    let amount = |reading: &Reading| match &reading.amount {
        Ok(amount) => amount.shown(),
        Err(why) => format!("unknown, {why}"),
    };
    import.readings.iter().map(|r| format!("{} {}: {}", r.measure, amount(r), r.says)).collect()
}

const LCOV: &str = "TN:\nSF:a.js\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\n";
const SARIF: &str =
    r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "ESLint"}}, "results": [{"ruleId": "a"}]}]}"#;
const JUNIT: &str = r#"<testsuite timestamp="2026-06-01T10:00:00"><testcase name="a"><error/></testcase></testsuite>"#;
const COBERTURA: &str = r#"<coverage line-rate="0.5" timestamp="1781949600"><packages/></coverage>"#;
const BOM: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a", "version": "1"}]}"#;
const AXE: &str =
    r#"{"testEngine": {"name": "axe-core"}, "violations": [{"id": "a", "tags": ["wcag2a"], "nodes": [{}, {}]}]}"#;

#[test]
fn what_cannot_be_read_is_refused_at_its_place() {
    let texts = [
        "",
        "hello",
        "{\"a\": 1}",
        "[]",
        "[1]",
        "<html><body></body></html>",
        "{\"version\": \"2.1.0\", \"runs\": [{\"tool\": {\"driver\": {\"name\": \"ESLint\"}},\n \"results\": [{\"ruleId\": \"a\"",
        "{\"version\": \"2.1.0\", \"runs\": []}",
        "{\"version\": \"2.1.0\",\n \"runs\": [{\"results\": 7}]}",
        "{\"version\": \"2.1.0\", \"runs\": [],}",
        "{\"a\": 1} {\"b\": 2}",
        "TN:\nSF:a.js\nDA:1,1\n",
        "TN:\nSF:a.js\nDA:1,x\nend_of_record\n",
        "SF:a.js\nSF:b.js\nend_of_record\n",
        "<testsuite>\n<testcase name=\"a\">",
        "<testsuite>\n<testcase></oops>\n</testsuite>",
        "<coverage",
        "metadata:\n  id: a\nevaluations: [\n",
    ];
    let said: Vec<String> = texts.iter().map(|text| format!("{text:?}\n  {}", why(text))).collect();
    insta::assert_snapshot!(said.join("\n"));
    let deep = SARIF.replace("\"runs\"", &format!("\"x\": {}{}, \"runs\"", "[".repeat(100_000), "]".repeat(100_000)));
    assert!(read(&deep).is_ok(), "what no rule asks for is passed over however deep it goes");
    let deep = SARIF.replace("\"a\"", &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    insta::assert_snapshot!(why(&deep));
    let deep = "<testsuite>".repeat(100_000);
    insta::assert_snapshot!(why(&deep), @"line 1, column 705: more than 64 elements stand in one another");
    let many = format!("{{\"version\": \"2.1.0\", \"runs\": [{}{{}}]}}", "{},".repeat(MAX_OBJECTS));
    assert!(why(&many).contains("more than openly reads"), "{}", why(&many));
    let binary = Import::read("results", vec![0x1f, 0x8b, 8, 0, 0, 0], None, &catalogue());
    insta::assert_snapshot!(binary.expect_err("refused"), @"it is not text");
}

#[test]
fn the_encodings_of_tools_are_read() {
    let utf16: Vec<u8> = [0xFEFF_u16].into_iter().chain(SARIF.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert!(Import::read("results", utf16, None, &catalogue()).is_ok(), "PowerShell writes UTF-16");
    let marked = [&[0xEF, 0xBB, 0xBF], SARIF.as_bytes()].concat();
    assert!(Import::read("results", marked, None, &catalogue()).is_ok());
    let latin = JUNIT.replace("name=\"a\"", "name=\"caf\u{e9}\"").chars().map(|c| c as u8).collect();
    assert!(Import::read("results", latin, None, &catalogue()).is_ok());
}

#[test]
fn every_format_says_what_it_measures() {
    let said: Vec<String> = [LCOV, SARIF, JUNIT, COBERTURA, BOM, AXE].into_iter().flat_map(says).collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    coverage 50: 1 of 2 lines are covered, 50%, in 1 file
    lint-problems 1: 1 error or warning
    test-failures 1: 1 of 1 test failed
    coverage 50: 50% of the lines are covered
    undocumented-components 1: of 1 components, 1 have no licence and 0 no version
    accessibility-errors 2: 2 errors against WCAG levels A and AA on 1 page
    ");
}

#[test]
fn the_file_has_a_digest_a_tool_and_a_date() {
    let import = read(JUNIT).expect("results");
    insta::assert_debug_snapshot!(import.origin);
    assert_eq!(import.date, Some(date(2026, 6, 1)));
    let given = Import::read("r", LCOV.into(), Some(date(2026, 6, 2)), &catalogue()).expect("results");
    assert_eq!((given.date, given.origin.dated_by.as_deref()), (Some(date(2026, 6, 2)), Some("command line")));
    let own = Import::read("r", JUNIT.into(), Some(date(2026, 6, 2)), &catalogue()).expect("results");
    assert_eq!(own.origin.dated_by.as_deref(), Some("file"), "what the file says counts");
}

#[test]
fn dates_as_tools_write_them() {
    for (text, day) in [
        ("2026-11-25T07:20:05Z", Some(date(2026, 11, 25))),
        ("2026-11-25T23:30:00-05:00", Some(date(2026, 11, 26))),
        ("2026-11-25T07:20:04.386539+00:00", Some(date(2026, 11, 25))),
        ("2026-11-25T07:20:04.386539", Some(date(2026, 11, 25))),
        ("2026-11-25", Some(date(2026, 11, 25))),
        ("yesterday", None),
    ] {
        assert_eq!(day_of(text), day, "{text}");
    }
    assert_eq!(day_of_number(1_795_591_203_413), day_of_number(1_795_591_203));
    assert_eq!(day_of_number(0), None);
    assert_eq!(day_of_number(i64::MAX), None);
}

#[test]
fn the_longest_name_of_a_tool_wins() {
    let tools = &catalogue().vocabulary.tools;
    assert_eq!(tools.finds("Snyk Open Source"), Some(Finds::Dependencies));
    assert_eq!(tools.finds("snyk-code"), Some(Finds::Static));
    assert_eq!(tools.finds("snykish"), None);
    assert_eq!(tools.finds(""), None);
}

#[test]
fn amounts_are_compared_exactly() {
    let just_below = Amount::percent(89_999_999, 100_000_000).expect("an amount");
    assert!(!just_below.is_at_least(90));
    assert_eq!(just_below.shown(), "89.9");
    assert!(Amount::percent(9, 10).expect("an amount").is_at_least(90));
    assert_eq!(Amount::percent(0, 0), None);
    assert!(Amount::of_number(0.9 * 100.0).expect("an amount").is_at_least(90));
    assert_eq!(Amount::of_number(f64::NAN), None);
    assert_eq!(Amount::of_number(-1.0), None);
}

proptest! {
    #[test]
    fn what_is_cut_off_never_counts(which in 0..6_usize, at in 0.0..1.0_f64) {
        let text = [LCOV, SARIF, JUNIT, COBERTURA, BOM, AXE][which];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an index")]
        let at = (text.trim_end().len() as f64 * at) as usize;
        let counts = read(&text[..at]).is_ok_and(|import| import.readings.iter().any(|reading| reading.amount.is_ok()));
        prop_assert!(!counts, "{}", &text[..at]);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}", start in proptest::sample::select(vec!["", "{", "[{", "<", "TN:\n", "SPDXVersion:", "metadata:\nevaluations:\n"])) {
        let _ = read(&format!("{start}{text}"));
    }
}
