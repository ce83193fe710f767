//! Makes Markdown of a page: what a reader would see, with whole links.
//!
//! The page is a stranger's. It is read piece by piece, because some pages are made to take long; it is made shallow before it
//! is walked through, so that no nesting exhausts the stack; and what a reader would not see is taken out: text that is hidden
//! is written for machines.

use htmd::options::Options;
use htmd::{Element, HtmlToMarkdown, Node};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{ParseOpts, parse_document};
use markup5ever_rcdom::{NodeData, RcDom};
use std::rc::Rc;
use std::time::{Duration, Instant};
use url::Url;

/// Time for reading; what was read by then is the page.
const MOST_TIME: Duration = Duration::from_secs(3);
/// Read between two looks at the clock, in bytes.
const PIECE: usize = 1_024;

/// Deepest nesting that is kept.
const MOST_DEPTH: usize = 100;
/// Most elements that are looked at.
const MOST_NODES: usize = 200_000;

/// Elements that are left out with all that is in them.
const LEFT_OUT: &[&str] = &[
    "script", "style", "noscript", "nav", "template", "iframe", "object", "embed", "svg", "canvas", "audio",
    "video", "form", "input", "button", "select", "textarea", "dialog", "head",
];

/// What a page is to its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) title: Option<String>,
    pub(super) markdown: String,
    /// Whether something was left out, because the page is nested too deeply, has too many elements or takes too long to read.
    pub(super) cut: bool,
}

/// Reads `html` that came from `address`.
pub(super) fn read(html: &str, address: &Url) -> Page {
    read_within(html, address, MOST_TIME)
}

fn read_within(html: &str, address: &Url, time: Duration) -> Page {
    let converter = HtmlToMarkdown::builder()
        .options(Options::default())
        .skip_tags(LEFT_OUT.to_vec())
        .add_handler(
            vec!["img"],
            |_: &dyn htmd::element_handler::Handlers, element: Element| {
                let alternative = element
                    .attrs
                    .iter()
                    .find(|attribute| &*attribute.name.local == "alt");
                let words = alternative.map(|attribute| attribute.value.trim().to_owned());
                words
                    .filter(|words| !words.is_empty())
                    .map(|words| format!("[picture: {words}]").into())
            },
        )
        .build();
    let (tree, broken_off) = parse(html, Instant::now() + time);
    let title = title(&tree);
    let cut = prune(&tree, &base(&tree, address));
    Page {
        title,
        markdown: tidy(&converter.tree_to_markdown(&tree)),
        cut: cut || broken_off,
    }
}

/// The page as a tree, and whether time was over before its end.
fn parse(html: &str, until: Instant) -> (Rc<Node>, bool) {
    let mut options = ParseOpts::default();
    // As in a browser that runs scripts: what stands in <noscript> is not for its reader.
    options.tree_builder.scripting_enabled = true;
    let mut parser = parse_document(RcDom::default(), options);
    let mut rest = html;
    while !rest.is_empty() && Instant::now() < until {
        let (piece, next) = rest.split_at(rest.ceil_char_boundary(PIECE));
        parser.process(StrTendril::from(piece));
        rest = next;
    }
    (parser.finish().document, !rest.is_empty())
}

/// Takes out what is hidden, too deep or too much, and makes links whole. Says whether the last two happened.
fn prune(tree: &Rc<Node>, base: &Url) -> bool {
    let mut cut = false;
    let mut seen = 0;
    let mut left = vec![(Rc::clone(tree), 0)];
    while let Some((node, depth)) = left.pop() {
        let mut children = node.children.borrow_mut();
        children.retain(|child| !is_hidden(child));
        seen += children.len();
        if depth >= MOST_DEPTH || seen > MOST_NODES {
            cut |= children.iter().any(|child| is_element(child));
            children.retain(|child| !is_element(child));
        }
        for child in children.iter() {
            complete_link(child, base);
            left.push((Rc::clone(child), depth + 1));
        }
    }
    cut
}

fn is_element(node: &Node) -> bool {
    matches!(node.data, NodeData::Element { .. })
}

fn is_hidden(node: &Node) -> bool {
    match &node.data {
        NodeData::Comment { .. } | NodeData::ProcessingInstruction { .. } | NodeData::Doctype { .. } => true,
        NodeData::Element { name, attrs, .. } => {
            LEFT_OUT.contains(&&*name.local)
                || attrs
                    .borrow()
                    .iter()
                    .any(|attribute| hides(&attribute.name.local, &attribute.value))
        }
        _ => false,
    }
}

fn hides(name: &str, value: &str) -> bool {
    match name {
        "hidden" => true,
        "aria-hidden" => value.eq_ignore_ascii_case("true"),
        "style" => {
            let style: String = value.chars().filter(|letter| !letter.is_whitespace()).collect();
            let style = style.to_ascii_lowercase();
            ["display:none", "visibility:hidden", "font-size:0", "opacity:0;"]
                .iter()
                .any(|hiding| style.contains(hiding))
                || style.ends_with("opacity:0")
        }
        _ => false,
    }
}

/// Makes the address of a link whole; takes it away where it leads to no page.
fn complete_link(node: &Node, base: &Url) {
    let NodeData::Element { name, attrs, .. } = &node.data else {
        return;
    };
    if &*name.local != "a" {
        return;
    }
    attrs.borrow_mut().retain_mut(|attribute| {
        if &*attribute.name.local != "href" {
            return false;
        }
        match base.join(&attribute.value) {
            Ok(whole) if matches!(whole.scheme(), "http" | "https" | "mailto") => {
                attribute.value = whole.as_str().into();
                true
            }
            _ => false,
        }
    });
}

/// The first text of the first element called `name`, or the value of its attribute.
fn find<T>(tree: &Rc<Node>, name: &str, take: impl Fn(&Node) -> Option<T>) -> Option<T> {
    let mut left = vec![Rc::clone(tree)];
    let mut seen = 0;
    while let Some(node) = left.pop() {
        seen += 1;
        if seen > MOST_NODES {
            return None;
        }
        if let NodeData::Element { name: found, .. } = &node.data
            && &*found.local == name
        {
            return take(&node);
        }
        left.extend(node.children.borrow().iter().rev().cloned());
    }
    None
}

fn title(tree: &Rc<Node>) -> Option<String> {
    let text = find(tree, "title", |node| {
        let children = node.children.borrow();
        children.iter().find_map(|child| match &child.data {
            NodeData::Text { contents } => Some(contents.borrow().to_string()),
            _ => None,
        })
    })?;
    let words: Vec<&str> = text.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(300).collect();
    (!title.is_empty()).then_some(title)
}

/// What links are completed with: the page's own word for it, or its address.
fn base(tree: &Rc<Node>, address: &Url) -> Url {
    let named = find(tree, "base", |node| match &node.data {
        NodeData::Element { attrs, .. } => {
            let attrs = attrs.borrow();
            let href = attrs.iter().find(|attribute| &*attribute.name.local == "href")?;
            address.join(&href.value).ok()
        }
        _ => None,
    });
    named.unwrap_or_else(|| address.clone())
}

/// No more than one empty line at once, and no spaces at the ends of lines.
fn tidy(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut empty = 0;
    for line in markdown.lines() {
        let line = line.trim_end();
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(html: &str) -> Page {
        read(html, &Url::parse("https://example.org/a/b.html").unwrap())
    }

    #[test]
    fn a_reader_s_page_becomes_markdown() {
        let html = "<html><head><title> A\n title </title><style>p{}</style></head><body><nav>menu</nav>\
            <h1>Head</h1><p>One <b>bold</b> <a href='../c?x=1' onclick='bad()'>link</a>.</p>\
            <script>alert(1)</script><noscript>off</noscript><img src=https://track.example/x alt='A graph'>\
            <table><tr><th>a</th></tr><tr><td>1</td></tr></table><ul><li>x</li></ul></body></html>";
        let page = page(html);
        assert_eq!(page.title.as_deref(), Some("A title"));
        assert!(page.markdown.contains("# Head"), "{}", page.markdown);
        assert!(
            page.markdown.contains("[link](https://example.org/c?x=1)"),
            "{}",
            page.markdown
        );
        assert!(page.markdown.contains("[picture: A graph]"), "{}", page.markdown);
        for gone in ["menu", "alert", "off", "track", "p{}", "bad()"] {
            assert!(!page.markdown.contains(gone), "{gone}: {}", page.markdown);
        }
    }

    #[test]
    fn what_is_hidden_is_not_read_and_links_lead_to_pages_only() {
        let page = page(
            "<p hidden>one</p><p style='display : none'>two</p><p aria-hidden=true>three</p><!-- four -->\
             <p style='opacity:0'>five</p><p style='opacity:0.5'>seen</p><a href='javascript:alert(1)'>press</a>\
             <a href='data:text/html,x'>data</a>",
        );
        for gone in ["one", "two", "three", "four", "five", "javascript", "data:"] {
            assert!(!page.markdown.contains(gone), "{gone}: {}", page.markdown);
        }
        assert!(page.markdown.contains("seen") && page.markdown.contains("press"));
    }

    #[test]
    fn no_nesting_exhausts_the_stack_or_takes_forever() {
        let address = Url::parse("https://example.org/").unwrap();
        for tag in [
            "div",
            "blockquote",
            "ul><li",
            "b",
            "table><tr><td",
            "a",
            "em><strong",
        ] {
            let html = format!("<p>start</p>{}deep", format!("<{tag}>").repeat(60_000));
            let page = read_within(&html, &address, Duration::from_millis(200));
            // Not all of them nest: links close each other, so that a fast machine reads them to their end.
            let whole = page.markdown.contains("deep");
            assert!(page.markdown.contains("start") && page.cut != whole, "{tag}");
        }
    }

    proptest! {
        #[test]
        fn no_page_breaks_it(parts in proptest::collection::vec(piece(), 0..80)) {
            let page = page(&parts.concat());
            prop_assert_eq!(tidy(&page.markdown), page.markdown);
        }
    }

    /// Pieces of pages, in any order and number.
    fn piece() -> impl Strategy<Value = String> {
        let tags = "table|tr|td|th|thead|tbody|caption|ul|ol|li|p|div|pre|code|a|b|i|em|h1|h6|br|hr|blockquote|span|body|html|math|dl|dt";
        let tag = format!(
            "</?({tags})( (href|class|style|colspan|start|alt|src)=['\"]?[a-z0-9:/.#-]{{0,12}}['\"]?){{0,2}}/?>"
        );
        prop_oneof![
            proptest::string::string_regex(&tag).unwrap(),
            "[a-zäß<>&;\"'=/ \n|*_`\\[\\]()#!-]{0,12}",
            "&(amp|lt|#x?[0-9a-f]{1,8}|nbsp);?",
            Just("<script>x</script>".to_owned()),
            Just("<p hidden>x</p>".to_owned()),
        ]
    }
}
