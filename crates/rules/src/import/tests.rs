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
fn a_bill_names_packages_by_their_addresses() {
    let packages = |text: &str| {
        let mut names: Vec<String> = read(text).expect("results").packages.into_iter().map(|(_, name)| name).collect();
        names.sort();
        names
    };
    let purls = [
        "pkg:npm/%40scope/Name@1.0.0?x=y#z",
        "pkg:maven/org.example/fee@2",
        "pkg:golang/example.org/a/b@v1",
        "pkg:pypi/A_b@1",
        "pkg:generic/curl",
        "npm/x",
    ];
    let expected = ["@scope/name", "a-b", "example.org/a/b", "org.example:fee"];
    let each = |one: &dyn Fn(&str) -> String, between: &str| purls.map(one).join(between);
    let cyclonedx = each(&|purl| format!(r#"{{"name": "a", "purl": "{purl}"}}"#), ",");
    assert_eq!(
        packages(&format!(r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{cyclonedx}]}}"#)),
        expected
    );
    let xml = each(&|purl| format!("<component><name>a</name><purl>{purl}</purl></component>"), "");
    let xml = format!(r#"<bom xmlns="http://cyclonedx.org/schema/bom/1.6"><components>{xml}</components></bom>"#);
    assert_eq!(packages(&xml), expected);
    let spdx = each(
        &|purl| {
            format!(
                r#"{{"SPDXID": "x", "name": "a", "externalRefs": [{{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "{purl}"}}]}}"#
            )
        },
        ",",
    );
    assert_eq!(packages(&format!(r#"{{"spdxVersion": "SPDX-2.3", "packages": [{spdx}]}}"#)), expected);
    let tags = each(&|purl| format!("PackageName: a\nExternalRef: PACKAGE-MANAGER purl {purl}"), "\n");
    assert_eq!(packages(&format!("SPDXVersion: SPDX-2.3\n{tags}\n")), expected);
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

/// As Maven and Gradle have `JaCoCo` write it: on one line, with its document type, a session for each run, and the modules of
/// a build as groups.
const JACOCO: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "#,
    r#""report.dtd"><report name="permits"><sessioninfo id="build-1" start="1781949600000" dump="1781949601000"/>"#,
    r#"<sessioninfo id="build-2" start="1782036000000" dump="1782036001000"/><group name="core">"#,
    r#"<package name="example/permits"><class name="example/permits/Fee" sourcefilename="Fee.java">"#,
    r#"<method name="&lt;init&gt;" desc="()V" line="3"><counter type="LINE" missed="0" covered="1"/></method>"#,
    r#"<counter type="LINE" missed="1" covered="3"/></class><sourcefile name="Fee.java">"#,
    r#"<line nr="3" mi="0" ci="3" mb="0" cb="0"/><counter type="INSTRUCTION" missed="5" covered="8"/>"#,
    r#"<counter type="LINE" missed="1" covered="3"/></sourcefile><counter type="LINE" missed="1" covered="3"/></package>"#,
    r#"<counter type="LINE" missed="1" covered="3"/></group><counter type="INSTRUCTION" missed="5" covered="8"/>"#,
    r#"<counter type="LINE" missed="1" covered="3"/><counter type="CLASS" missed="0" covered="1"/></report>"#,
);

/// As Scorecard writes it with `--format json`: lists that are not there are null, and a check that could not be made has -1.
const SCORECARD: &str = concat!(
    r#"{"date":"2026-06-21T08:00:00Z","repo":{"name":"github.com/department/permits","commit":"0000000"},"#,
    r#""scorecard":{"version":"v5.2.1","commit":"1111111"},"score":7.0,"checks":["#,
    r#"{"details":null,"score":10,"reason":"no dangerous workflow patterns detected","name":"Dangerous-Workflow","#,
    r#""documentation":{"url":"https://example.org/checks#dangerous-workflow","short":"Determines something."}},"#,
    r#"{"details":["Warn: Project is vulnerable to: GHSA-0000"],"score":8,"reason":"2 existing vulnerabilities detected","#,
    r#""name":"Vulnerabilities","documentation":{"url":"https://example.org","short":"Determines more."}},"#,
    r#"{"details":null,"score":-1,"reason":"internal error","name":"Branch-Protection","documentation":{}}],"metadata":null}"#,
    "\n"
);

/// As pa11y-ci prints it with `--json`: what went wrong with a page is a message alone, beside the issues of other pages.
const PA11Y_CI: &str = concat!(
    r#"{"total":3,"passes":1,"errors":2,"results":{"http://localhost:3000/":[],"http://localhost:3000/apply":["#,
    r#"{"code":"WCAG2AA.Principle1.Guideline1_3.1_3_1.F68","type":"error","typeCode":1,"#,
    r#""message":"This form field should be labelled in some way.","context":"<input id=\"a\">","selector":"form > input","#,
    r#""runner":"htmlcs","runnerExtras":{}},{"code":"color-contrast","type":"warning","typeCode":2,"message":"Look at it","#,
    r#""context":"","selector":"p","runner":"axe","runnerExtras":{"impact":"serious","needsFurtherReview":true}}],"#,
    r#""http://localhost:3000/gone":[{"message":"net::ERR_CONNECTION_REFUSED at http://localhost:3000/gone"}]}}"#,
    "\n"
);

#[test]
fn the_forms_that_jacoco_scorecard_and_pa11y_ci_write() {
    let said: Vec<String> = [JACOCO, SCORECARD, PA11Y_CI].into_iter().flat_map(says).collect();
    insta::assert_snapshot!(said.join("\n"));
    let jacoco = read(JACOCO).expect("results");
    assert_eq!(jacoco.date, Some(date(2026, 6, 21)), "the day of the newest session");
    assert_eq!(jacoco.sources, ["Fee.java"]);
    let scorecard = read(SCORECARD).expect("results");
    assert_eq!(scorecard.date, Some(date(2026, 6, 21)));
    assert_eq!(scorecard.about.as_deref(), Some("github.com/department/permits"));
    let first = r#"{"Repo":"github.com/department/permits","Date":"2026-06-21","Checks":[],"Metadata":null}"#;
    let refused = read(first).expect("results").refused.expect("a reason");
    assert!(refused.contains("since its version 2"), "{refused}");
    let alone = PA11Y_CI.replace("\"error\"", "\"notice\"");
    assert!(
        says(&alone)[0].contains("a page could not be looked at: net::ERR_CONNECTION_REFUSED"),
        "{:?}",
        says(&alone)
    );
    let none =
        SCORECARD.split_once(r#""checks":"#).map(|(before, _)| format!(r#"{before}"checks":null,"metadata":null}}"#));
    assert_eq!(says(&none.expect("checks")).len(), 1, "no check was made");
}

proptest! {
    #[test]
    fn what_is_cut_off_never_counts(which in 0..9_usize, at in 0.0..1.0_f64) {
        let text = [LCOV, SARIF, JUNIT, COBERTURA, BOM, AXE, JACOCO, SCORECARD, PA11Y_CI][which];
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
