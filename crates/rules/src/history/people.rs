//! Who wrote a commit: people and robots told apart, one person known by several addresses, and the organisation that an
//! address names. Names and addresses stay in here.

use std::collections::HashMap;

use super::Author;

/// Words in an author's name or address by which a robot is known.
const ROBOTS: [&str; 26] = [
    "[bot]",
    "all-contributors",
    "azure-pipelines",
    "circleci",
    "codefactor",
    "concourse-",
    "copybara",
    "cursoragent",
    "crowdin",
    "dependabot",
    "github-actions",
    "gitlab-ci",
    "greenkeeper",
    "imgbot",
    "jenkins",
    "pre-commit-ci",
    "pyup-bot",
    "release-please",
    "renovate",
    "semantic-release",
    "snyk-bot",
    "snyk.io",
    "teamcity",
    "transifex",
    "travis-ci",
    "weblate",
];

/// Names, and what stands before the `@`, that belong to a machine when nothing else stands beside them.
const MACHINES: [&str; 10] =
    ["automation", "bot", "buildbot", "ci", "do-not-reply", "donotreply", "no-reply", "noreply", "robot", "web-flow"];

/// Names that hosts write for themselves.
const HOSTS: [&str; 3] = ["copilot", "github", "gitlab"];

/// Whether an author is a robot, told from name and address.
pub fn is_robot(name: &str, email: &str) -> bool {
    let (name, email) = (name.trim().to_lowercase(), email.trim().to_lowercase());
    let local = email.split('@').next().unwrap_or_default();
    let login = login(&email);
    let by_word = |text: &str| ROBOTS.iter().any(|word| text.contains(word));
    let by_shape = |text: &str| {
        ["-bot", " bot", "_bot", "-ci", " ci"].iter().any(|end| text.ends_with(end))
            || text.contains("_bot_")
            || ["bot-", "svc-", "ci-"].iter().any(|start| text.starts_with(start))
    };
    by_word(&name)
        || by_word(&email)
        || by_shape(&name)
        || login.is_some_and(|login| by_shape(login) || login == "copilot")
        || local.contains("_bot_")
        || MACHINES.contains(&local)
        || MACHINES.contains(&&*name)
        || HOSTS.contains(&&*name)
}

/// The account name in an address that GitHub or GitLab gives to those who hide theirs.
fn login(email: &str) -> Option<&str> {
    let (local, domain) = email.split_once('@')?;
    if !domain.starts_with("users.noreply.") {
        return None;
    }
    // GitHub writes `123+login`, GitLab `123-login`.
    let after = local.trim_start_matches(|c: char| c.is_ascii_digit());
    Some(after.strip_prefix(['+', '-']).filter(|login| !login.is_empty()).unwrap_or(local))
}

/// Everyone met so far.
#[derive(Debug, Default)]
pub(crate) struct People {
    /// Name and address, as written, to a number.
    known: HashMap<Vec<u8>, Who>,
    /// What a person may be recognised by, to the number of the first who had it.
    signs: HashMap<String, u32>,
    /// The person that a number was found to be. One that stands for itself has its own number.
    same: Vec<u32>,
    domains: Vec<String>,
}

/// A robot, or a person with the domain of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    Robot,
    Person(Author),
}

impl People {
    /// The one behind a name and an address.
    pub(crate) fn meet(&mut self, name: &[u8], email: &[u8]) -> Who {
        let key = [name, b"\0", email].concat();
        if let Some(who) = self.known.get(&key) {
            return *who;
        }
        let (name, email) = (String::from_utf8_lossy(name), String::from_utf8_lossy(email).trim().to_lowercase());
        let who = if is_robot(&name, &email) {
            Who::Robot
        } else {
            let number = u32::try_from(self.same.len()).unwrap_or(u32::MAX);
            self.same.push(number);
            for sign in signs(&name, &email) {
                match self.signs.get(&sign) {
                    Some(&other) => self.join(number, other),
                    None => drop(self.signs.insert(sign, number)),
                }
            }
            let domain = organisation(&email).map(|domain| {
                let at = self.domains.iter().position(|known| *known == domain).unwrap_or_else(|| {
                    self.domains.push(domain);
                    self.domains.len() - 1
                });
                u32::try_from(at).unwrap_or(u32::MAX)
            });
            Who::Person(Author { person: number, domain })
        };
        self.known.insert(key, who);
        who
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.person(a), self.person(b));
        if let Some(same) = self.same.get_mut(a.max(b) as usize) {
            *same = a.min(b);
        }
    }

    /// The number that a person goes by, whatever the address.
    pub(crate) fn person(&self, mut number: u32) -> u32 {
        while let Some(&same) = self.same.get(number as usize)
            && same != number
        {
            number = same;
        }
        number
    }

    pub(crate) fn into_domains(self) -> Vec<String> {
        self.domains
    }
}

/// What a person can be recognised by under another name or address. Short or common words are left out: two people who
/// are taken for one would make a team look smaller than it is.
fn signs(name: &str, email: &str) -> Vec<String> {
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let mut found = Vec::new();
    if email.contains('@') && !email.starts_with('@') {
        found.push(format!("@{email}"));
    }
    let is_full = name.split_whitespace().count() > 1;
    let name = plain(name);
    if name.chars().count() >= if is_full { 5 } else { 8 } {
        found.push(name);
    }
    let local = login(email).or_else(|| email.split('@').next()).unwrap_or_default();
    let is_full = local.contains(['.', '-', '_']);
    let local = plain(local);
    if local.chars().count() >= if is_full { 7 } else { 8 } {
        found.push(local);
    }
    found
}

/// Providers of mailboxes, by the first part of their domain: their addresses name no organisation.
const MAILBOXES: &str = "126 163 aim alice aol arcor att bellsouth blueyonder bluewin btinternet comcast cox daum duck fastmail foxmail \
    free freenet gmail gmx googlemail hanmail hey hotmail icloud interia laposte libero live mac mail mailbox me \
    msn naver ntlworld o2 onet orange outlook pm posteo proton protonmail qq rediffmail riseup rocketmail \
    sbcglobal seznam sfr sky t-online talktalk tiscali tuta verizon virginmedia wanadoo web yahoo";

/// More of them, whose names are less sure.
const MAILBOX_DOMAINS: [&str; 9] = [
    "fastmail.fm",
    "tutanota.com",
    "tutanota.de",
    "wp.pl",
    "xs4all.nl",
    "yandex.ru",
    "yandex.com",
    "ymail.com",
    "zoho.com",
];

/// Words below a country's own ending, under which domains are given out: `gov` in `gov.uk`.
const SECOND_LEVEL: &str = "ac admin co com ed edu gc go gob gouv gov govt gub gv health id judiciary mil mod muni ne net nhs nic or org \
    parliament police res sch";

/// Of those, the ones below which only public bodies and universities stand.
const PUBLIC: &str = "ac admin edu gc go gob gouv gov govt gub gv judiciary mil mod nhs police";

fn has_word(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// The domain that names an organisation: without what stands before it, and none for mailboxes and machines.
fn organisation(email: &str) -> Option<String> {
    let (_, domain) = email.rsplit_once('@')?;
    let domain = domain.trim_end_matches('.');
    let labels: Vec<&str> = domain.split('.').collect();
    let is_label =
        |label: &&str| !label.is_empty() && label.len() < 64 && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let (top, below) = (*labels.last()?, labels.len().checked_sub(2).and_then(|at| labels.get(at))?);
    if labels.len() > 8
        || !labels.iter().all(is_label)
        || top.chars().all(|c| c.is_ascii_digit())
        || ["local", "localdomain", "localhost", "internal", "lan", "home", "corp", "invalid"].contains(&top)
        || labels.iter().any(|label| ["noreply", "no-reply", "reply"].contains(label))
    {
        return None;
    }
    let keep = if top.len() == 2 && has_word(SECOND_LEVEL, below) { 3 } else { 2 };
    let kept = labels.get(labels.len().checked_sub(keep)?..)?;
    let domain = kept.join(".");
    let is_mailbox = has_word(MAILBOXES, kept.first()?) || MAILBOX_DOMAINS.contains(&&*domain);
    (!is_mailbox).then_some(domain)
}

/// Whether a domain can only be that of a public body or a university.
pub(crate) fn is_public_body(domain: &str) -> bool {
    let mut labels = domain.rsplit('.');
    let (top, below) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    ["gov", "mil", "edu"].contains(&top)
        || top.len() == 2 && has_word(PUBLIC, below)
        || ["bund.de", "europa.eu", "nhs.net"].contains(&domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_and_people() {
        for (name, email) in [
            ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
            ("Copilot", "198982749+Copilot@users.noreply.github.com"),
            ("Release Bot", "release@department.example"),
            ("GitHub", "noreply@github.com"),
            ("Assistant", "noreply@company.example"),
            ("dept-ci", "team@department.example"),
            ("CI", "x@department.example"),
        ] {
            assert!(is_robot(name, email), "{name}");
        }
        for (name, email) in [
            ("Anna Abbott", "123+annaabbott@users.noreply.github.com"),
            ("Talbot", "talbot@department.example"),
            ("Ci Li", "ci.li@department.example"),
            ("Luci", "luci@department.example"),
        ] {
            assert!(!is_robot(name, email), "{name}");
        }
    }

    #[test]
    fn one_person_with_many_addresses() {
        let mut people = People::default();
        let mut number = |name: &str, email: &str| match people.meet(name.as_bytes(), email.as_bytes()) {
            Who::Person(author) => author.person,
            Who::Robot => panic!("{name} is no robot"),
        };
        let numbers = [
            number("Anna Smith", "anna.smith@department.gov.uk"),
            number("annasmith", "7+annasmith@users.noreply.github.com"),
            number("Smith, Anna", "Anna.Smith@supplier.example"),
            number("anna", "anna@home.example"),
            number("Anna", "anna@other.example"),
            number("Anna", "ANNA@home.example"),
        ];
        let same: Vec<u32> = numbers.iter().map(|n| people.person(*n)).collect();
        assert_eq!(same, [0, 0, 0, 3, 4, 3]);
    }

    #[test]
    fn the_organisation_of_an_address() {
        for (email, expected) in [
            ("a@digital.cabinet-office.gov.uk", Some("cabinet-office.gov.uk")),
            ("a@gsa.gov", Some("gsa.gov")),
            ("a@beta.gouv.fr", Some("beta.gouv.fr")),
            ("a@tbs-sct.gc.ca", Some("tbs-sct.gc.ca")),
            ("a@mail.supplier.example", Some("supplier.example")),
            ("a@gmail.com", None),
            ("a@yahoo.co.uk", None),
            ("7+a@users.noreply.github.com", None),
            ("a@Laptop.local", None),
            ("a@ip-10-0-0-1.eu-west-1.compute.internal", None),
            ("a@10.0.0.1", None),
            ("a@gov.uk", None),
            ("nobody", None),
            ("a@", None),
        ] {
            assert_eq!(organisation(email).as_deref(), expected, "{email}");
        }
        assert!(is_public_body("gsa.gov") && is_public_body("hackney.gov.uk") && is_public_body("beta.gouv.fr"));
        assert!(!is_public_body("supplier.example") && !is_public_body("gov-tools.example"));
    }
}
