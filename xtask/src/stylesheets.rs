//! Joins the console's style sheets into one file: one request instead of one per component, and half the bytes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

/// Joins the sheets that `index.html` links, in their order, and links the result in their place.
pub fn join(folder: &Path) -> Result<()> {
    let page = folder.join("index.html");
    let html = std::fs::read_to_string(&page).with_context(|| page.display().to_string())?;
    let linked = sheets(&html);
    let Some((_, first)) = linked.first() else { return Ok(()) };
    let base = first.rsplit_once('/').map_or("", |(base, _)| base).to_owned();
    let mut joined = String::new();
    for (_, href) in &linked {
        let file = folder.join(href.rsplit('/').next().unwrap_or(href));
        joined += &std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        joined.push('\n');
        std::fs::remove_file(&file).with_context(|| file.display().to_string())?;
    }
    let mut hasher = DefaultHasher::new();
    joined.hash(&mut hasher);
    let name = format!("styles-{:016x}.css", hasher.finish());
    std::fs::write(folder.join(&name), joined).with_context(|| name.clone())?;
    std::fs::write(&page, with_one_link(&html, &linked, &format!("{base}/{name}")))
        .with_context(|| page.display().to_string())
}

/// Tag and address of each linked style sheet.
fn sheets(html: &str) -> Vec<(String, String)> {
    let tags = html.split('<').filter(|piece| piece.starts_with("link ")).filter_map(|piece| {
        let (tag, _) = piece.split_once('>')?;
        let href = tag.split_once("href=")?.1.trim_start_matches('"');
        let href = href.split(['"', ' ']).next()?;
        let is_sheet = tag.contains("stylesheet") && href.ends_with(".css");
        is_sheet.then(|| (format!("<{tag}>"), href.to_owned()))
    });
    tags.collect()
}

fn with_one_link(html: &str, linked: &[(String, String)], href: &str) -> String {
    let mut html = html.to_owned();
    for (index, (tag, _)) in linked.iter().enumerate() {
        let replacement =
            if index == 0 { format!("<link href=\"{href}\" rel=\"stylesheet\">") } else { String::new() };
        html = html.replacen(tag, &replacement, 1);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn linked_sheets_become_one_in_their_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
        write("b-1.css", "@layer x;");
        write("a-2.css", ".a{}");
        write(
            "index.html",
            "<head><link href=/console/b-1.css rel=stylesheet><link href=/x.svg rel=icon><link rel=\"stylesheet\" href=\"/console/a-2.css\"></head>",
        );

        join(folder.path()).expect("joined");

        let html = std::fs::read_to_string(folder.path().join("index.html")).expect("the page");
        let linked = sheets(&html);
        assert_eq!(linked.len(), 1, "{html}");
        assert!(html.contains("rel=icon"), "{html}");
        let name = linked[0].1.strip_prefix("/console/").expect("the same place");
        assert_eq!(
            std::fs::read_to_string(folder.path().join(name)).expect("the sheet"),
            "@layer x;\n.a{}\n"
        );
        assert!(!folder.path().join("a-2.css").exists());
    }

    #[test]
    fn a_page_without_sheets_stays_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("index.html"), "<p>x</p>").expect("written");

        join(folder.path()).expect("nothing to join");

        assert_eq!(std::fs::read_to_string(folder.path().join("index.html")).expect("the page"), "<p>x</p>");
    }
}
