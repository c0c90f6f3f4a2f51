//! The HTML of the consent page. Values reach it only through [`shown`] and [`escape`].

use super::{ConsentEntry, ConsentView, escape, neutralise};
use crate::{Mode, page, server_metadata::CONSENT_PATH, text::reveal};

/// Longest application or agent name in characters; registration allows 64.
const NAME_CHARACTERS: usize = 64;
/// Longest other text of one line in characters: an e-mail address has up to 254, a host and port up to 259.
const LINE_CHARACTERS: usize = 264;
/// Longest label in characters: beyond what `authorization_details` of 16 KiB can give.
const LABEL_CHARACTERS: usize = 20_000;

pub(super) fn document(view: &ConsentView) -> String {
    let name = neutralise(&view.application_name, NAME_CHARACTERS);
    let body = format!(
        "<main class=\"card\" data-page=\"consent\">\n<p class=\"brand\">HASP</p>\n{}{}{}{}{}{}</main>\n",
        head(view),
        notices(view),
        permissions(&view.entries),
        lifetime(view.expires_in_seconds),
        facts(view),
        form(view),
    );
    page::shell(&format!("Authorize {name} · HASP"), &body)
}

/// Neutralises, caps and escapes one line of text.
fn shown(text: &str, cap: usize) -> String {
    escape(&neutralise(text, cap))
}

fn head(view: &ConsentView) -> String {
    let icon = view.icon_url.as_deref().filter(|url| is_icon(url)).map(|url| {
        format!("<img class=\"consent-icon\" src=\"{}\" width=\"56\" height=\"56\" alt=\"\">\n", escape(url))
    });
    let name = shown(&view.application_name, NAME_CHARACTERS);
    let name = match view.homepage_url.as_deref().filter(|url| is_web(url)) {
        Some(url) => format!(
            "<a class=\"consent-name\" href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">{name}</a>",
            escape(url)
        ),
        None => format!("<span class=\"consent-name\">{name}</span>"),
    };
    format!(
        "<div class=\"consent-head\">\n{}<h1>{name} asks to act for the agent <strong>{}</strong></h1>\n</div>\n\
         <p class=\"lead\">The application was registered by <strong>{}</strong>. You are signed in as \
         <strong>{}</strong> of <strong>{}</strong>.</p>\n",
        icon.unwrap_or_default(),
        shown(&view.agent_name, NAME_CHARACTERS),
        shown(&view.application_organization, LINE_CHARACTERS),
        shown(&view.signed_in_as, LINE_CHARACTERS),
        shown(&view.agent_organization, LINE_CHARACTERS),
    )
}

/// Schemes that only link and never run (checklist 20).
fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn is_icon(url: &str) -> bool {
    url.starts_with("https://") || (url.starts_with('/') && !url.starts_with("//"))
}

fn notices(view: &ConsentView) -> String {
    let mut notices = String::new();
    if view.mode == Mode::Test {
        notices.push_str(
            "<p class=\"notice\" data-tone=\"test\"><strong>Test mode.</strong> This application gets test \
             credentials; live data is out of its reach.</p>\n",
        );
    }
    if view.loopback_only {
        notices.push_str(&format!(
            "<p class=\"notice\" data-tone=\"warning\"><strong>Runs on this computer.</strong> The answer goes to a \
             program here, at <code>{}</code>, and any program here can pretend to be this application. Approve only \
             if you started it yourself just now.</p>\n",
            shown(&view.redirect_host, LINE_CHARACTERS)
        ));
    }
    notices
}

fn permissions(entries: &[ConsentEntry]) -> String {
    let items: String = entries.iter().map(permission).collect();
    format!("<h2>It will be allowed to</h2>\n<ul class=\"grant-list\">\n{items}</ul>\n")
}

fn permission(entry: &ConsentEntry) -> String {
    let label = shown(&entry.label, LABEL_CHARACTERS);
    let (state, marker) = if entry.elevated {
        (" data-elevated", "<strong class=\"grant-elevated\">Elevated access</strong>\n")
    } else {
        ("", "")
    };
    let rows: String = entry.details.iter().map(|(name, value)| row(&reveal(name), &reveal(value))).collect();
    format!(
        "<li class=\"grant\"{state}>\n<p class=\"grant-label\">{label}</p>\n{marker}\
         <details class=\"grant-details\">\n<summary>Every field<span class=\"visually-hidden\"> of: {label}</span>\
         </summary>\n<dl class=\"facts\">\n{rows}</dl>\n</details>\n</li>\n"
    )
}

fn row(name: &str, value: &str) -> String {
    format!("<div><dt>{}</dt><dd><code>{}</code></dd></div>\n", escape(name), escape(value))
}

fn lifetime(seconds: u64) -> String {
    format!(
        "<p class=\"consent-lifetime\">The access ends by itself after <strong>{}</strong>. You can revoke it before \
         that, on the agent's page in the console.</p>\n",
        duration_in_words(seconds)
    )
}

fn facts(view: &ConsentView) -> String {
    let facts = [
        ("Client id", shown(&view.client_id, LINE_CHARACTERS)),
        ("The answer goes to", shown(&view.redirect_host, LINE_CHARACTERS)),
    ];
    let rows: String = facts
        .iter()
        .map(|(name, html)| format!("<div><dt>{name}</dt><dd><code>{html}</code></dd></div>\n"))
        .collect();
    format!("<dl class=\"facts\">\n{rows}</dl>\n")
}

fn form(view: &ConsentView) -> String {
    let disabled = if view.inert { " disabled" } else { "" };
    let buttons = format!(
        "<button class=\"button\" data-kind=\"primary\" type=\"submit\" name=\"decision\" value=\"approve\"{disabled}>\
         Approve</button>\n<button class=\"button\" data-kind=\"secondary\" type=\"submit\" name=\"decision\" \
         value=\"deny\"{disabled}>Deny</button>\n"
    );
    if view.inert {
        return format!("<div class=\"actions\">\n{buttons}</div>\n");
    }
    format!(
        "<form class=\"actions\" method=\"post\" action=\"{CONSENT_PATH}\">\n\
         <input type=\"hidden\" name=\"request_id\" value=\"{}\">\n\
         <input type=\"hidden\" name=\"csrf_token\" value=\"{}\">\n{buttons}</form>\n",
        escape(&view.request_id),
        escape(&view.csrf_token),
    )
}

/// A duration in the two largest units that it has, such as `8 hours` or `1 day 12 hours`.
///
/// ```
/// # use hasp_protocol::consent::duration_in_words;
/// assert_eq!(duration_in_words(28_800), "8 hours");
/// ```
#[must_use]
pub fn duration_in_words(seconds: u64) -> String {
    let units = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let mut words = Vec::new();
    for (count, unit) in units.into_iter().filter(|(count, _)| *count > 0).take(2) {
        words.push(format!("{count} {unit}{}", if count == 1 { "" } else { "s" }));
    }
    if words.is_empty() { "0 seconds".to_owned() } else { words.join(" ") }
}
