//! Reading XML with the places of its parts. The only module that knows the XML parser.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep elements may stand in one another.
const MAX_DEPTH: usize = 64;

/// An element with its attributes, its text and the text of its children.
#[derive(Debug, Default, Clone)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
    pub(crate) children: Vec<(String, String)>,
    pub(crate) text: String,
    /// Where it begins.
    pub(crate) offset: usize,
}

impl Element {
    pub(crate) fn child(&self, name: &str) -> Option<&str> {
        self.children.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str())
    }

    /// The value of an attribute, whatever its letter case.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Calls `visit` with each element, when it ends, and the names of those around it. Elements whose parent has one of the
/// names in `parents` are also told to that parent as its children.
///
/// # Errors
/// Why the text stops being XML.
pub(crate) fn walk(text: &str, parents: &[&str], visit: &mut dyn FnMut(Element, &[String])) -> Result<(), String> {
    walk_to(text, parents, visit).map_err(|(_, why)| why)
}

/// As [`walk`], and says how far it came.
///
/// # Errors
/// Where the text stops being XML, and why.
pub(crate) fn walk_to(
    text: &str,
    parents: &[&str],
    visit: &mut dyn FnMut(Element, &[String]),
) -> Result<(), (usize, String)> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut path: Vec<String> = Vec::new();
    loop {
        let offset = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match reader.read_event().map_err(|error| (offset, error.to_string()))? {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err((offset, format!("more than {MAX_DEPTH} elements stand in one another")));
                }
                let element = element(&start, offset);
                path.push(element.name.clone());
                open.push(element);
            }
            Event::Empty(start) => visit(element(&start, offset), &path),
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                }
            }
            Event::End(_) => {
                let Some(mut element) = open.pop() else {
                    return Err((offset, "an element ends that did not begin".to_owned()));
                };
                path.pop();
                element.text = element.text.trim().to_owned();
                if let Some(parent) = open.last_mut().filter(|parent| parents.contains(&parent.name.as_str())) {
                    parent.children.push((element.name.clone(), element.text.clone()));
                }
                visit(element, &path);
            }
            Event::Eof if open.is_empty() => return Ok(()),
            Event::Eof => return Err((offset, "it ends inside an element".to_owned())),
            _ => {}
        }
    }
}

fn element(start: &BytesStart<'_>, offset: usize) -> Element {
    let mut element = Element { name: start.local_name().as_ref().to_owned(), offset, ..Element::default() };
    for attribute in start.attributes().with_checks(false).flatten() {
        let name = attribute.key.local_name().as_ref().to_owned();
        element.attributes.push((name, attribute.value.into_owned()));
    }
    element
}
