//! How the default branch is guarded: by rulesets, which everybody may read, and by classic protection, which only
//! administrators see whole. A rule that is seen holds; that none is seen proves nothing while some may be hidden.

use openly_rules::host::{HostFact, HostFacts};
use serde_json::Value;

use super::{HostAnswer, nodes, of_branch, total};
use crate::address::Repository;
use crate::reader::Reader;

/// What GraphQL tells of a branch: `branchProtectionRule` to administrators, `refUpdateRule` to anybody whom it binds.
pub(super) const FIELDS: &str = "
      branchProtectionRule {
        requiresApprovingReviews requiredApprovingReviewCount dismissesStaleReviews requiresCodeOwnerReviews
        requireLastPushApproval requiresConversationResolution requiresStatusChecks requiredStatusCheckContexts
        requiresCommitSignatures isAdminEnforced bypassPullRequestAllowances(first: 1) { totalCount }
      }
      refUpdateRule {
        requiredApprovingReviewCount requiresCodeOwnerReviews requiresConversationResolution requiresSignatures
        requiredStatusCheckContexts
      }";

/// Rules about changes, joined: the strictest of all that hold.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Guard {
    approvals: u64,
    stale_dismissed: bool,
    code_owners: bool,
    last_push: bool,
    conversations: bool,
    checks: u64,
    signed: bool,
}

impl Guard {
    fn and(self, other: Self) -> Self {
        Self {
            approvals: self.approvals.max(other.approvals),
            stale_dismissed: self.stale_dismissed || other.stale_dismissed,
            code_owners: self.code_owners || other.code_owners,
            last_push: self.last_push || other.last_push,
            conversations: self.conversations || other.conversations,
            checks: self.checks.max(other.checks),
            signed: self.signed || other.signed,
        }
    }

    /// The facts, each with whether it says that there is a rule.
    fn facts(&self) -> [(HostFact, bool, String); 7] {
        let flag = |fact, is: bool| (fact, is, is.to_string());
        [
            (HostFact::ApprovingReviews, self.approvals > 0, self.approvals.to_string()),
            flag(HostFact::StaleReviewsDismissed, self.stale_dismissed),
            flag(HostFact::CodeOwnerReviews, self.code_owners),
            flag(HostFact::LastPushApproval, self.last_push),
            flag(HostFact::ConversationsResolved, self.conversations),
            (HostFact::StatusChecks, self.checks > 0, self.checks.to_string()),
            flag(HostFact::SignedCommits, self.signed),
        ]
    }
}

/// What is known of a source of rules.
#[derive(Debug)]
enum Seen<T> {
    /// All of it.
    Whole(T),
    /// Nothing, and why.
    Hidden(String),
}

pub(super) async fn read(reader: &Reader<'_>, repository: &Repository, read: &Value, answer: &mut HostAnswer) {
    let reference = read.get("defaultBranchRef").unwrap_or(&Value::Null);
    let Some(branch) = reference.get("name").and_then(Value::as_str) else { return };
    let rulesets = rulesets(reader, repository, branch, answer).await;
    let is_administrator = read.get("viewerCanAdminister") == Some(&Value::Bool(true));
    let rule = reference.get("branchProtectionRule").filter(|rule| rule.is_object());
    let mut classic = match rule {
        Some(rule) => Seen::Whole(Some(rule)),
        None if is_administrator => Seen::Whole(None),
        None => Seen::Hidden("older branch protection, which only administrators see, may ask for it".to_owned()),
    };
    let seen = rulesets.guard().and(of_update_rule(reference.get("refUpdateRule")));
    let all_positive = seen.facts().iter().all(|(_, holds, _)| *holds);
    if matches!(classic, Seen::Hidden(_)) && !all_positive && is_unprotected(reader, repository, branch, answer).await {
        classic = Seen::Whole(None);
    }
    let hidden = match (&rulesets.rules, &classic) {
        (Seen::Hidden(why), _) | (_, Seen::Hidden(why)) => Some(why.clone()),
        _ => None,
    };
    let whole = match &classic {
        Seen::Whole(Some(rule)) => seen.and(of_classic(rule)),
        _ => seen,
    };
    for (fact, holds, value) in whole.facts() {
        match &hidden {
            Some(why) if !holds => drop(answer.facts.unknown.insert(fact, why.clone())),
            _ => drop(answer.facts.known.insert(fact, value)),
        }
    }
    administrators(read, &rulesets, &classic, &mut answer.facts);
}

/// The rules of rulesets that are active for a branch.
struct Rulesets {
    rules: Seen<Vec<Value>>,
}

impl Rulesets {
    fn all(&self) -> &[Value] {
        match &self.rules {
            Seen::Whole(rules) => rules,
            Seen::Hidden(_) => &[],
        }
    }

    fn guard(&self) -> Guard {
        self.all().iter().map(of_rule).fold(Guard::default(), Guard::and)
    }
}

async fn rulesets(reader: &Reader<'_>, repository: &Repository, branch: &str, answer: &mut HostAnswer) -> Rulesets {
    let path = of_branch(repository, "/rules/branches/", branch, "?per_page=100");
    let list = |page: Value| match page {
        Value::Array(rules) => Some(rules),
        _ => None,
    };
    let needs = "read access to the repository";
    let rules = match reader.list(&path, "read the rules of the default branch", needs, list).await {
        Ok(rules) => Seen::Whole(rules),
        Err(failure) => {
            let why = format!("the rulesets could not be read: {failure}");
            answer.missing(failure, &[], needs);
            Seen::Hidden(why)
        }
    };
    Rulesets { rules }
}

/// Whether the host says to everybody that nothing protects a branch.
async fn is_unprotected(reader: &Reader<'_>, repository: &Repository, branch: &str, answer: &mut HostAnswer) -> bool {
    let path = of_branch(repository, "/branches/", branch, "");
    let needs = "read access to the repository";
    match reader.get(&path, "read the default branch", needs).await {
        Ok(read) => read.get("protected") == Some(&Value::Bool(false)),
        Err(failure) => {
            answer.missing(failure, &[], needs);
            false
        }
    }
}

fn of_rule(rule: &Value) -> Guard {
    let parameter = |key: &str| rule.get("parameters").and_then(|parameters| parameters.get(key));
    let is = |key: &str| parameter(key).and_then(Value::as_bool).unwrap_or(false);
    let none = Guard::default();
    match rule.get("type").and_then(Value::as_str) {
        Some("pull_request") => Guard {
            approvals: parameter("required_approving_review_count").and_then(Value::as_u64).unwrap_or(0),
            stale_dismissed: is("dismiss_stale_reviews_on_push"),
            code_owners: is("require_code_owner_review"),
            last_push: is("require_last_push_approval"),
            conversations: is("required_review_thread_resolution"),
            ..none
        },
        Some("required_status_checks") => {
            let checks = parameter("required_status_checks").and_then(Value::as_array).map_or(0, Vec::len);
            Guard { checks: checks as u64, ..none }
        }
        Some("required_signatures") => Guard { signed: true, ..none },
        _ => none,
    }
}

fn of_update_rule(rule: Option<&Value>) -> Guard {
    let Some(rule) = rule else { return Guard::default() };
    let is = |key: &str| rule.get(key).and_then(Value::as_bool).unwrap_or(false);
    Guard {
        approvals: rule.get("requiredApprovingReviewCount").and_then(Value::as_u64).unwrap_or(0),
        code_owners: is("requiresCodeOwnerReviews"),
        conversations: is("requiresConversationResolution"),
        checks: count(rule.get("requiredStatusCheckContexts")),
        signed: is("requiresSignatures"),
        ..Guard::default()
    }
}

fn of_classic(rule: &Value) -> Guard {
    let is = |key: &str| rule.get(key).and_then(Value::as_bool).unwrap_or(false);
    let reviews = is("requiresApprovingReviews");
    Guard {
        approvals: rule.get("requiredApprovingReviewCount").and_then(Value::as_u64).filter(|_| reviews).unwrap_or(0),
        stale_dismissed: reviews && is("dismissesStaleReviews"),
        code_owners: reviews && is("requiresCodeOwnerReviews"),
        last_push: reviews && is("requireLastPushApproval"),
        conversations: is("requiresConversationResolution"),
        checks: if is("requiresStatusChecks") { count(rule.get("requiredStatusCheckContexts")) } else { 0 },
        signed: is("requiresCommitSignatures"),
    }
}

fn count(list: Option<&Value>) -> u64 {
    list.and_then(Value::as_array).map_or(0, Vec::len) as u64
}

/// Whether administrators are bound too: a source of rules that asks for reviews, or each source when none does, must have
/// nobody who may bypass it.
fn administrators(read: &Value, rulesets: &Rulesets, classic: &Seen<Option<&Value>>, facts: &mut HostFacts) {
    let (Seen::Whole(classic), Seen::Whole(rules)) = (classic, &rulesets.rules) else { return };
    let mut sources: Vec<(bool, bool)> = Vec::new();
    if let Some(rule) = classic {
        let enforced = rule.get("isAdminEnforced") == Some(&Value::Bool(true));
        let bypassed = total(rule.get("bypassPullRequestAllowances")).unwrap_or(0) > 0;
        sources.push((of_classic(rule).approvals > 0, enforced && !bypassed));
    }
    let mut ids: Vec<u64> = rules.iter().filter_map(|rule| rule.get("ruleset_id")?.as_u64()).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let known = nodes(read.get("rulesets")).find(|node| node.get("databaseId").and_then(Value::as_u64) == Some(id));
        // Who may bypass a ruleset is shown to those who may edit it.
        let Some(bypass) = known.and_then(|node| total(node.get("bypassActors"))) else { return };
        let of_it = |rule: &&Value| rule.get("ruleset_id").and_then(Value::as_u64) == Some(id);
        let asks_reviews = rules.iter().filter(of_it).any(|rule| of_rule(rule).approvals > 0);
        sources.push((asks_reviews, bypass == 0));
    }
    let of_reviews: Vec<bool> = sources.iter().filter(|(reviews, _)| *reviews).map(|(_, binds)| *binds).collect();
    let bound = if of_reviews.is_empty() {
        !sources.is_empty() && sources.iter().all(|(_, binds)| *binds)
    } else {
        of_reviews.contains(&true)
    };
    facts.known.insert(HostFact::AdminsIncluded, bound.to_string());
}
