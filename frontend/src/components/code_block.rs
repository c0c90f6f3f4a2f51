//! A block of code with its copy button.

use super::copy_button::CopyButton;
use leptos::prelude::*;

/// Code as it is, scrolled sideways rather than wrapped.
#[component]
pub fn CodeBlock(
    /// What it is, in words, for the copy button.
    #[prop(into)]
    what: String,
    /// The code.
    #[prop(into)]
    code: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="code-block">
            <div class="code-block-actions">
                <CopyButton what=what.clone() text=code />
            </div>
            <pre class="code-block-text" tabindex="0" role="region" aria-label=what>
                <code>{code}</code>
            </pre>
        </div>
    }
}
