//! Walks the commits of a git store, newest first, and reads its tags. Only commits, tags and folders are read, never
//! files, and never more than a bounded number.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::objs::commit::ref_iter::Token;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use openly_rules::history::{Builder, End, History, Left, Raw, SHALLOW, Signature, Wanted, releases};

use crate::growth::{Step, growth};
use crate::tags::Tags;

/// The most commits that are unpacked, also where one has thousands of parents.
const MAX_UNPACKED: usize = 30_000;

/// The most bytes of commits that are unpacked.
const MAX_BYTES: usize = 128 << 20;

/// The most commits that are unpacked only to learn the day of a tag.
const MAX_FOR_TAGS: usize = 200;

/// A commit that is known but was not taken yet. Those with a later time come first, then those met first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    seconds: i64,
    met: Reverse<usize>,
    id: ObjectId,
    data: Vec<u8>,
}

/// Reads the history that leads to a commit, as much of it as is wanted.
pub(crate) fn read(repo: &gix::Repository, tip: ObjectId, wanted: Wanted) -> Result<History, String> {
    let mut builder = Builder::new(wanted);
    let mut waiting: BinaryHeap<Waiting> = BinaryHeap::new();
    let mut met: HashSet<ObjectId> = HashSet::new();
    let mut steps: HashSet<ObjectId> = HashSet::from([tip]);
    let mut trees: Vec<Step> = Vec::new();
    let mut missing = None;
    let shallow = repo.shallow_commits().ok().flatten();
    let is_shallow = |id: &ObjectId| shallow.as_ref().is_some_and(|list| list.binary_search(id).is_ok());
    let first = unpack(repo, tip, 0).ok_or("the newest commit is not here to be read (fetch it)")?;
    met.insert(tip);
    let mut bytes = first.data.len();
    waiting.push(first);
    let mut end = End::First;
    let (mut only_steps, mut is_at_root) = (false, false);
    while let Some(Waiting { id, data, .. }) = waiting.pop() {
        let left = builder.left();
        if left == Left::Nothing || met.len() > MAX_UNPACKED || bytes > MAX_BYTES {
            end = End::Enough;
            break;
        }
        if left == Left::Steps && !only_steps {
            only_steps = true;
            builder.thin();
            waiting.retain(|next| steps.contains(&next.id));
        }
        if only_steps && !steps.contains(&id) {
            continue;
        }
        let parsed = Parsed::read(&data, repo.object_hash());
        let is_step = steps.remove(&id);
        let second_is_step = builder.add(&Raw {
            id: &id.to_string(),
            author: parsed.author,
            committer: parsed.committer,
            parents: u32::try_from(parsed.parents.len()).unwrap_or(u32::MAX),
            is_step,
            signed: parsed.signed,
            message: parsed.message,
        });
        trees.push(Step { tree: parsed.tree, parent: parsed.parents.first().copied() });
        let next_step = if second_is_step { parsed.parents.get(1) } else { None }.or(parsed.parents.first()).copied();
        if is_step {
            steps.extend(next_step);
        }
        if is_shallow(&id) {
            missing = Some(SHALLOW);
            continue;
        }
        is_at_root = next_step.is_none();
        let parents = if only_steps { next_step.into_iter().collect() } else { parsed.parents };
        for parent in parents {
            // Where only steps are read, the next one may have been met as a parent of another commit, and left out.
            let is_next = met.insert(parent) || only_steps;
            if is_next && met.len() <= MAX_UNPACKED && bytes <= MAX_BYTES {
                match unpack(repo, parent, met.len()) {
                    Some(next) => {
                        bytes += next.data.len();
                        waiting.push(next);
                    }
                    None => missing = Some("older commits are not here to be read (fetch the whole history)"),
                }
            }
        }
    }
    if met.len() > MAX_UNPACKED || bytes > MAX_BYTES || only_steps && !is_at_root {
        end = End::Enough;
    }
    let grafted = || is_grafted(repo).then_some("the history is grafted, so where it begins is not known");
    if end == End::First
        && let Some(why) = missing.or_else(grafted)
    {
        end = End::Cut(why.to_owned());
    }
    let is_whole = end == End::First;
    let grown = (is_whole && builder.wants_growth()).then(|| growth(repo, builder.commits(), &trees));
    let mut history = builder.finish(end);
    history.growth = grown;
    if wanted.releases {
        tags(repo, &mut history);
    }
    Ok(history)
}

fn unpack(repo: &gix::Repository, id: ObjectId, met: usize) -> Option<Waiting> {
    let commit = repo.find_object(id).ok()?.try_into_commit().ok()?;
    let data = commit.detach().data;
    let seconds = committed(&data).unwrap_or(0);
    Some(Waiting { seconds, met: Reverse(met), id, data })
}

/// When a commit came into its history: the first number behind the address on its committer's line.
fn committed(data: &[u8]) -> Option<i64> {
    let header = data.get(..data.find(b"\n\n")?)?;
    let line = header.get(header.find(b"\ncommitter ")? + 1..)?;
    let line = line.get(..line.find_byte(b'\n').unwrap_or(line.len()))?;
    let time = line.get(line.rfind_byte(b'>')? + 1..)?.trim();
    time.split(|byte| *byte == b' ').next()?.to_str().ok()?.parse().ok()
}

/// The parts of a commit. One that is broken has fewer.
struct Parsed<'a> {
    tree: Option<ObjectId>,
    parents: Vec<ObjectId>,
    author: Signature<'a>,
    committer: Signature<'a>,
    signed: bool,
    message: &'a [u8],
}

impl<'a> Parsed<'a> {
    fn read(data: &'a [u8], hash: gix::hash::Kind) -> Self {
        let nobody = Signature::default();
        let mut found =
            Self { tree: None, parents: Vec::new(), author: nobody, committer: nobody, signed: false, message: b"" };
        for token in gix::objs::CommitRefIter::from_bytes(data, hash).map_while(Result::ok) {
            match token {
                Token::Tree { id } => found.tree = Some(id),
                Token::Parent { id } => found.parents.push(id),
                Token::Author { signature } => found.author = of(&signature),
                Token::Committer { signature } => found.committer = of(&signature),
                Token::ExtraHeader((name, _)) => found.signed |= name.starts_with(b"gpgsig"),
                Token::Message(message) => found.message = message,
                Token::Encoding(_) => {}
            }
        }
        found
    }
}

fn of<'a>(signature: &gix::actor::SignatureRef<'a>) -> Signature<'a> {
    let seconds = signature.time().ok().map(|time| time.seconds);
    Signature { name: signature.name, email: signature.email, seconds }
}

/// Whether other parents than their own were given to commits of this copy.
fn is_grafted(repo: &gix::Repository) -> bool {
    let replaced = || repo.references().ok()?.prefixed("refs/replace/").ok().map(|mut found| found.next().is_some());
    repo.common_dir().join("info/grafts").exists() || replaced().unwrap_or(false)
}

/// Fills in the tags that name a release.
fn tags(repo: &gix::Repository, history: &mut History) {
    let tags = Tags::read(repo);
    let walked: HashMap<&str, Option<Date>> =
        history.commits.iter().map(|commit| (commit.id.as_str(), commit.entered)).collect();
    let mut budget = MAX_FOR_TAGS;
    let date = |tag: &str| {
        let id = tags.target(tag)?;
        if let Some(day) = walked.get(id.to_string().as_str()) {
            return *day;
        }
        budget = budget.checked_sub(1)?;
        let commit = repo.find_object(id).ok()?.peel_to_commit().ok()?;
        let seconds = Parsed::read(&commit.data, repo.object_hash()).committer.seconds?;
        day_of(seconds)
    };
    let (found, all) = releases(tags.names(), date);
    (history.releases, history.release_tags) = (found, all);
    let config = repo.config_snapshot();
    if config.string("remote.origin.tagOpt").is_some_and(|option| option.as_bytes() == b"--no-tags") {
        history.tags_cut = Some("this clone was made without tags (fetch them)".to_owned());
    }
}

/// The day of a moment, in UTC.
pub(crate) fn day_of(seconds: i64) -> Option<Date> {
    Some(Timestamp::from_second(seconds).ok()?.to_zoned(TimeZone::UTC).date())
}
