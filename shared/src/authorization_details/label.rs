//! The sentence a grant is shown by: on the consent page, in its preview, in the audit log (domain.md 3.3; R72–R76).
//!
//! Each template stands with its type. A label is plain text; whoever shows it in HTML escapes it. Filters, fields
//! and constraints are never in a label; they are shown beneath it.

use super::Grant;
use crate::text::neutralise;

/// Longest inserted value in a label, in characters: a tool id has up to 128, names are cut.
const VALUE_CHARACTERS: usize = 128;

/// Looks names up inside the agent's organization. Ids are passed as bare ULIDs.
pub trait Names {
    /// The name of a data app, `None` when it does not exist there.
    fn data_app(&self, id: &str) -> Option<String>;
    /// The display name of a user, `None` when it does not exist there.
    fn user(&self, id: &str) -> Option<String>;
}

/// Knows no names: labels show the ids as sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNames;

impl Names for NoNames {
    fn data_app(&self, _: &str) -> Option<String> {
        None
    }

    fn user(&self, _: &str) -> Option<String> {
        None
    }
}

/// The label of a grant.
///
/// ```
/// # use hasp_protocol::authorization_details::{AuthorizationDetails, NoNames, label};
/// let details = AuthorizationDetails::parse(r#"[{"type":"hasp.data.read"}]"#)?;
/// assert_eq!(label(&details.grants()[0], &NoNames), "Read all entities");
/// # Ok::<(), hasp_protocol::Problem>(())
/// ```
#[must_use]
pub fn label(grant: &Grant, names: &dyn Names) -> String {
    match grant {
        Grant::DataRead(read) => read.label(names),
        Grant::DataWrite(write) => write.label(names),
        Grant::ToolInvoke(invoke) => invoke.label(),
        Grant::AgentDelegate(delegate) => delegate.label(),
        Grant::HumanEscalate(escalate) => escalate.label(names),
    }
}

/// `<verb> <entities> [in <app>]`, shared by read and write.
pub(crate) fn data_label(
    verb: &str,
    entities: Option<&[String]>,
    app_id: Option<&str>,
    names: &dyn Names,
) -> String {
    let entities = entities.map_or_else(|| "all entities".to_owned(), listed);
    let app = app_id.map(|id| {
        let name = names.data_app(id.strip_prefix("app_").unwrap_or(id));
        format!(" in {}", inserted(name.as_deref().unwrap_or(id)))
    });
    format!("{verb} {entities}{}", app.unwrap_or_default())
}

/// Items joined by comma and space, in request order.
pub(crate) fn listed(items: &[String]) -> String {
    items.iter().map(|item| inserted(item)).collect::<Vec<_>>().join(", ")
}

/// A value as it may stand in a label. A name that is empty after neutralising would leave a gap, so it is quoted.
pub(crate) fn inserted(value: &str) -> String {
    let shown = neutralise(value, VALUE_CHARACTERS);
    if shown.trim().is_empty() { "\u{201C}\u{201D}".to_owned() } else { shown }
}
