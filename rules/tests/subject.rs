//! What openly says a repository is: its kind and its components.

use jiff::civil::date;
use openly_catalogue::embedded;
use openly_rules::Sources;
use openly_rules::config::Config;
use openly_rules::host::HostFacts;
use openly_rules::import::NONE;
use openly_rules::problem::Source;
use openly_rules::run::{Checked, Request, check};
use openly_rules::tree::MemoryTree;

/// Checks a repository of these files with these rules, all of them when there are none.
fn checked(files: &[(&str, &str)], config: &str, rules: &[&str]) -> Checked {
    let catalogue = embedded();
    let tree = MemoryTree::new(files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())));
    let only: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    let config = match config {
        "" => Config::default(),
        config => Config::read(&Source::new(".openly.yml", config), &catalogue).expect("a valid configuration"),
    };
    check(&Request {
        catalogue: &catalogue,
        sources: Sources { tree: &tree, host: &HostFacts::none(), imports: &NONE, today: date(2026, 6, 30) },
        config: &config,
        profile: Some("international"),
        kind: None,
        frameworks: &[],
        only: &only,
    })
}

fn components(paths: &[&str]) -> Vec<String> {
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, "")).collect();
    let checked = checked(&files, "", &["readme-file"]);
    checked.components.all().iter().map(|component| component.path.clone()).collect()
}

fn kind(files: &[(&str, &str)]) -> &'static str {
    checked(files, "", &["readme-file"]).kind.value.map_or("unknown", |kind| kind.word())
}

#[test]
fn most_repositories_have_no_components() {
    for paths in [
        &["package.json", "src/index.js", "docs/package.json"][..],
        &["Gemfile", "app/models/permit.rb", "frontend/package.json", "terraform/main.tf"],
        &["manage.py", "permits/wsgi.py", "requirements.txt", "package.json"],
        &["package.json", "examples/a/package.json", "examples/b/package.json", "src/index.js"],
        &["Cargo.toml", "tests/fixtures/a/Cargo.toml", "tests/fixtures/b/Cargo.toml", "fuzz/Cargo.toml"],
        &["go.mod", "tools/go.mod", "e2e_tests/package.json", "test/load/package.json", "scripts/x/package.json"],
        &["composer.json", "vendor/a/b/composer.json", "vendor/c/d/composer.json", "web/package.json"],
        &["templates/a/package.json", "templates/b/package.json", ".devcontainer/Dockerfile", "docker/a/Dockerfile"],
        &["src/packages/docker-compile/Dockerfile", "core/pom.xml", "core-test-web/pom.xml", "core_tests/pom.xml"],
        // Layers of one application, of which one starts.
        &[
            "Permits.sln",
            "src/Permits.Web/Permits.Web.csproj",
            "src/Permits.Web/Program.cs",
            "src/Permits.Data/Permits.Data.csproj",
        ],
        &["maintenance_page/Dockerfile", "maintenance_page/html/index.html", "src/a.py", "infra/main.tf"],
        &[],
    ] {
        assert_eq!(components(paths), [""; 0], "{paths:?}");
    }
}

#[test]
fn services_and_packages_are_components() {
    for (paths, expected) in [
        // Two applications beside each other, with what deploys them and tests them.
        (
            &["backend/pyproject.toml", "frontend/package.json", "e2e/package.json", "terraform/main.tf", "README.md"]
                [..],
            &["backend", "frontend", "terraform"][..],
        ),
        // A workspace at the root.
        (
            &[
                "package.json",
                "apps/web/package.json",
                "packages/ui/package.json",
                "packages/ui/themes/package.json",
                "packages/eslint-config-x/package.json",
            ],
            &["apps/web", "packages/ui"],
        ),
        // A folder that only frames modules, alone; and one of modules that only names groups of them.
        (
            &[
                "auth/pom.xml",
                "auth/core/pom.xml",
                "auth/core/src/main/java/A.java",
                "auth/web/pom.xml",
                "auth/web/src/main/java/B.java",
            ],
            &["auth/core", "auth/web"],
        ),
        (
            &[
                "src/build.gradle.kts",
                "src/proxy/build.gradle.kts",
                "src/proxy/core/build.gradle.kts",
                "src/signer/build.gradle.kts",
                "src/systemtest/T.java",
            ],
            &["src/proxy", "src/signer"],
        ),
        // A frame beside an application is one thing with it.
        (
            &[
                "backend/manage.py",
                "backend/pyproject.toml",
                "frontend/package.json",
                "frontend/apps/desk/package.json",
                "frontend/packages/i18n/package.json",
            ],
            &["backend", "frontend"],
        ),
        // What has code of its own is no frame.
        (
            &[
                "backend/Cargo.toml",
                "backend/src/main.rs",
                "backend/pdf/Cargo.toml",
                "backend/seats/Cargo.toml",
                "frontend/package.json",
            ],
            &["backend", "frontend"],
        ),
        // Many folders have a list of requirements; one that is built, started or explained is a thing of its own.
        (
            &[
                "api/requirements.txt",
                "api/Dockerfile",
                "worker/requirements.txt",
                "worker/README.md",
                "hardware/printer/requirements.txt",
                "lambda/notify/code/requirements.txt",
                "lambda/notify/code/main.py",
            ],
            &["api", "lambda/notify", "worker"],
        ),
        // One Django project with two applications, and an engine with metadata.
        (
            &["manage.py", "platform_app/wsgi.py", "platform_app/urls.py", "report_viewer/wsgi.py", "common/models.py"],
            &["platform_app", "report_viewer"],
        ),
        (&["Gemfile", "engines/fees/fees.gemspec", "engines/dates/publiccode.yml"], &["engines/dates", "engines/fees"]),
        (&["a/A.sln", "a/A.Web/A.Web.csproj", "a/A.Web/Program.cs", "b/B/B.csproj", "b/B/Program.cs"], &["a", "b/B"]),
    ] {
        assert_eq!(components(paths), expected, "{paths:?}");
    }
}

#[test]
fn a_component_is_named_by_its_manifest() {
    let checked = checked(
        &[
            ("web/package.json", r#"{"version": "1.0.0", "name": "@permits/web"}"#),
            ("api/pyproject.toml", "[project]\nname = \"permits-api\"\n"),
            ("rust/Cargo.toml", "[package]\nname = \"permits-core\"\n"),
            ("go/go.mod", "module example.org/permits/gate\n"),
            ("catalogue/publiccode.yml", "publiccodeYmlVersion: '0.4'\nname: Permits catalogue\n"),
            ("catalogue/package.json", "{\"name\": \"other\"}"),
            ("java/pom.xml", "<project/>"),
            ("broken/package.json", "{\"name\": 5"),
        ],
        "",
        &["readme-file"],
    );
    let names: Vec<&str> = checked.components.all().iter().map(|component| component.name.as_str()).collect();
    assert_eq!(names, ["permits-api", "broken", "Permits catalogue", "gate", "java", "permits-core", "@permits/web"]);
}

#[test]
fn people_say_what_the_components_are() {
    let files = [("a/package.json", "{}"), ("b/package.json", "{}"), ("c/main.py", ""), ("README.md", "# X\n")];
    let paths = |config: &str| -> Vec<String> {
        checked(&files, config, &["readme-file"]).components.all().iter().map(|one| one.path.clone()).collect()
    };
    assert_eq!(paths("components: [c/, ./a, missing]\n"), ["a", "c"]);
    assert_eq!(paths("components: []\n"), [""; 0]);
    let catalogue = embedded();
    for wrong in ["components: [../x]", "components: [/a]", "components: ['']"] {
        let problems = Config::read(&Source::new(".openly.yml", wrong), &catalogue).expect_err(wrong);
        assert!(format!("{problems:?}").contains("a component is a folder"), "{wrong}: {problems:?}");
    }
}

/// Two services and a package: one is tested, one has a lock file, one has a statement.
const SERVICES: [(&str, &str); 12] = [
    ("README.md", "# Permits\n"),
    ("api/main.py", "pass\n"),
    ("api/pyproject.toml", "[project]\nname = \"api\"\n"),
    ("api/tests/test_main.py", "def test_it(): pass\n"),
    ("api/uv.lock", "version = 1\n"),
    ("apply/README.md", "# Apply\n"),
    ("apply/index.html", "<p>Apply</p>"),
    ("apply/package.json", "{}"),
    ("apply/pages/accessibility-statement.html", "<h1>Accessibility statement</h1><p>It is partially compliant.</p>"),
    ("apply/server.js", "start()\n"),
    ("renew/index.html", "<p>Renew</p>"),
    ("renew/package.json", "{}"),
];

#[test]
fn what_one_component_has_does_not_stand_for_all() {
    let checked = checked(&SERVICES, "", &["tests", "lockfile", "readme-file", "accessibility-statement"]);
    let said: Vec<String> = checked
        .outcomes
        .iter()
        .map(|o| {
            let places: Vec<_> = o.evidence.iter().map(|place| place.component.as_deref().unwrap_or("-")).collect();
            format!("{} {} [{}]: {}", o.rule, o.verdict, places.join(" "), o.message)
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"), @r"
    accessibility-statement pass [apply]: The site or service has an accessibility statement. Found in the component apply, but not in renew.
    lockfile pass [api]: The versions of all dependencies are locked. Found in the component api, but not in apply or renew.
    tests pass [api]: The repository has automated tests. Found in the component api, but not in apply.
    readme-file pass [-]: The repository has a README. Found in the component apply, but not in api or renew.
    ");
    let reach =
        checked.outcomes.iter().find(|o| o.rule == "lockfile").and_then(|o| o.reach.clone()).expect("it is said");
    assert_eq!(
        (reach.found_in, reach.missing_in),
        (vec!["api".to_owned()], vec!["apply".to_owned(), "renew".to_owned()])
    );
}

#[test]
fn a_lock_file_of_the_workspace_serves_its_packages() {
    let mut files = SERVICES.to_vec();
    files.push(("pnpm-lock.yaml", "lockfileVersion: 9\n"));
    let checked = checked(&files, "", &["lockfile"]);
    let outcome = checked.outcomes.iter().find(|o| o.rule == "lockfile").expect("it was asked");
    assert_eq!(outcome.message, "The versions of all dependencies are locked.");
    assert_eq!(outcome.reach.as_ref().map(|reach| reach.missing_in.len()), Some(0));
}

#[test]
fn a_rule_that_fails_says_which_component_has_it() {
    let checked = checked(&SERVICES[1..], "", &["readme-file"]);
    assert_eq!(
        checked.outcomes[0].message,
        "No README was found at the root, in .github or in docs. Only found in the component apply."
    );
}

#[test]
fn thousands_of_components_take_no_longer_than_their_files() {
    let manifests: Vec<String> = (0..3_000).map(|n| format!("{}x{n}/package.json", "a/".repeat(n % 40))).collect();
    let paths: Vec<&str> = manifests.iter().map(String::as_str).collect();
    let start = std::time::Instant::now();
    assert!(components(&paths).len() <= 200);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn signs_of_a_kind() {
    let page = "<h1>Permits</h1>";
    let prototype = [
        (
            "package.json",
            r#"{"name": "permits", "dependencies": {"nhsuk-prototype-kit": "8"}, "scripts": {"start": "node ."}}"#,
        ),
        ("app.js", "start()"),
        ("app/views/index.html", page),
    ];
    let with = |title: &'static str| -> Vec<(&str, &str)> {
        prototype.iter().copied().chain([("README.md", title)]).collect()
    };
    assert_eq!(kind(&with("# Permits\n\nTry ideas for permits.\n")), "prototype", "its views make it no service");
    assert_eq!(
        kind(&with("# Your service name goes here\n\nThis repo is used as a template for creating new prototypes.\n")),
        "template"
    );
    // One package of components in a service of many, and a design system with a site to review it.
    let parts: Vec<String> = (0..25).map(|n| format!("packages/components/src/components/part{n}/part.tsx")).collect();
    let mut service: Vec<(&str, &str)> = parts.iter().map(|path| (path.as_str(), "x\n")).collect();
    service.extend([
        ("packages/components/package.json", r#"{"name": "@civil/components"}"#),
        ("README.md", "# Civil\n\nA digital public good.\n"),
    ]);
    assert_eq!(kind(&service), "design-system");
    service.extend([
        ("packages/client/Dockerfile", "FROM x"),
        ("packages/gateway/Dockerfile", "FROM x"),
        ("charts/civil/Chart.yaml", "name: civil"),
    ]);
    assert_eq!(kind(&service), "service");
    // A design system is published as a library is.
    let manifest = r#"{"name": "@x/x", "files": ["dist"], "exports": {".": "./dist"}, "main": "dist/x.js"}"#;
    let with = |readme: &'static str| kind(&[("package.json", manifest), ("README.md", readme)]);
    assert_eq!(with("# Example Web Design System\n\n```\nnpm install x\n```\n"), "design-system");
    assert_eq!(with("# Forms\n\nForms based on the Example Design System.\n"), "library");
    // The site of a design system is documentation.
    let pages: Vec<String> = (0..70).map(|n| format!("src/components/part{n}/index.md")).collect();
    let mut site: Vec<(&str, &str)> = pages.iter().map(|path| (path.as_str(), "# Part\n")).collect();
    site.extend([
        ("package.json", r#"{"name": "example_design_system", "private": true, "description": "Example Design System", "scripts": {"start": "node tasks/start.js"}}"#),
        ("netlify.toml", ""),
        ("README.md", "# Example Design System\n\nThis repository contains the code for the Example Design System website.\n"),
    ]);
    assert_eq!(kind(&site), "documentation");
}

#[test]
fn what_runs_without_pages_and_offers_an_api_is_one() {
    let server =
        [("conf/app.routes", "GET /"), ("conf/application.conf", ""), ("app/Controller.scala", ""), ("Dockerfile", "")];
    let with = |readme: &'static str, more: &[(&'static str, &'static str)]| {
        let files: Vec<(&str, &str)> =
            server.iter().copied().chain([("README.md", readme)]).chain(more.iter().copied()).collect();
        kind(&files)
    };
    let readme = "# Declarations\n\nThe objective of the Declarations API is to receive requests.\n";
    assert_eq!(with(readme, &[]), "api");
    assert_eq!(with(readme, &[("app/views/start.scala.html", "<h1>Start</h1>")]), "service", "people see pages");
    assert_eq!(with("# Bot\n\nIt answers in chat and calls the weather API.\n", &[]), "service", "it uses an API");
}

#[test]
fn kinds_that_are_read_and_not_run() {
    let layouts: Vec<String> = (0..9).map(|n| format!("layouts/page{n}.html")).collect();
    let pages: Vec<String> = (0..80).map(|n| format!("content/page{n}.md")).collect();
    let mut site: Vec<(&str, &str)> = pages.iter().map(|path| (path.as_str(), "# Page\n")).collect();
    site.extend([("hugo.toml", ""), ("README.md", "# Sito web della Misericordia\n"), ("docs/README.md", "# Docs\n")]);
    let own: Vec<(&str, &str)> =
        site.iter().copied().chain(layouts.iter().map(|path| (path.as_str(), "x\n"))).collect();
    assert_eq!(kind(&own), "service", "a website with layouts of its own");
    let terraform: Vec<String> = (0..210).map(|n| format!("terraform/environments/e{n}/main.tf")).collect();
    let mut platform: Vec<(&str, &str)> = terraform.iter().map(|path| (path.as_str(), "x\n")).collect();
    platform.extend([("config/tech-docs.yml", ""), ("README.md", "# Platform\n")]);
    assert_eq!(kind(&platform), "infrastructure", "its documentation site is not what it is for");
    let workflow = "on:\n  workflow_call:\njobs: {}\n";
    let charts = ["a", "b", "c", "d", "e"].map(|name| format!("deployment/{name}/values.yaml"));
    let documents = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|name| format!("deployment/docs/{name}.md"));
    let mut files: Vec<(&str, &str)> =
        charts.iter().chain(&documents).map(|path| (path.as_str(), "# Text\n")).collect();
    files.push(("README.md", "# Permits infra\n\nHow permits are deployed.\n"));
    assert_eq!(kind(&files), "infrastructure", "the documents are about the charts");
    assert_eq!(kind(&[(".github/workflows/deploy.yml", workflow), ("README.md", "# Main\n")]), "infrastructure");
    let files: Vec<String> = (0..9).map(|n| format!("domains/list{n}.csv")).collect();
    let mut data: Vec<(&str, &str)> = files.iter().map(|path| (path.as_str(), "a,b\n")).collect();
    data.push(("README.md", "# GSA Data\n\nA home for miscellaneous data.\n"));
    assert_eq!(kind(&data), "data");
    assert_eq!(
        kind(&[("README.md", "<h1 align=\"center\">Public Goods Standard</h1>\n"), ("standard.md", "# S\n")]),
        "policy"
    );
    assert_eq!(
        kind(&[("README.md", "# scan\n\nscan is a security auditing tool for systems.\n"), ("scan", "#!/bin/sh\n")]),
        "library",
        "a tool"
    );
    assert_eq!(
        kind(&[
            ("README.md", "# Macros\n\n[![Version](https://img.shields.io/pypi/v/macros)](x)\n"),
            ("setup.py", "setup(name='macros')\n"),
            ("macros/templates/button.html", "<button>"),
            ("requirements-test.txt", "flask==3.0\n"),
        ]),
        "library",
        "its templates are what it publishes"
    );
    assert_eq!(
        kind(&[
            ("README.md", "# Rails application template\n"),
            ("template.rb", ""),
            ("app/views/errors/error.html.erb", ""),
            ("Dockerfile", "")
        ]),
        "template"
    );
}
