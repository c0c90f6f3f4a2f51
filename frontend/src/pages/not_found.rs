//! For paths that the console does not have.

use crate::components::page_header::PageHeader;
use crate::route;
use leptos::prelude::*;
use leptos_router::components::A;

/// Says so, and offers the way back.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <PageHeader title="Page not found" />
        <p>"The console has no page at this address."</p>
        <p>
            <A href=route::applications()>"Go to Applications"</A>
        </p>
    }
}
