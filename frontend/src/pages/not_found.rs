//! For paths that the console does not have.

use crate::components::link::Link;
use crate::components::page_header::PageHeader;
use crate::route::Page;
use leptos::prelude::*;

/// Says so, and offers the way back.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageHeader title="Page not found" />
        <p>"The console has no page at this address."</p>
        <p>
            <Link to=Page::Applications>"Go to Applications"</Link>
        </p>
    }
}
