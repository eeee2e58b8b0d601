//! Every case of every rule is a test of its own: `RULE::CASE`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use openly_catalogue::{cases, embedded, run_case};

fn main() -> ExitCode {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let catalogue = Arc::new(embedded());
    let found = cases(&root).expect("the folder of rules can be read");
    let mut trials: Vec<Trial> = Vec::new();
    for (rule, folder) in &found {
        let (rule, folder, catalogue) = (rule.clone(), folder.clone(), Arc::clone(&catalogue));
        let name = format!("{rule}::{}", file_name(&folder));
        trials.push(Trial::test(name, move || match run_case(&catalogue, &rule, &folder).failure {
            None => Ok(()),
            Some(why) => Err(Failed::from(why)),
        }));
    }
    for rule in &catalogue.rules {
        let names: Vec<String> =
            found.iter().filter(|(id, _)| *id == rule.id).map(|(_, folder)| file_name(folder)).collect();
        let owed_by_some = rule.expected_of.is_some();
        trials.push(Trial::test(format!("{}::has_cases", rule.id), move || {
            let has = |word: &str| names.iter().any(|name| name.starts_with(word));
            for word in ["pass-", "fail-"].into_iter().chain(owed_by_some.then_some("not-applicable-")) {
                if !has(word) {
                    return Err(Failed::from(format!("there is no case whose name starts with {word}")));
                }
            }
            Ok(())
        }));
    }
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    conclusion.exit_code()
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
