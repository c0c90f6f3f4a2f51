//! The native dialog element, opened as a modal: top layer, inert background, Escape and focus return come with it.

use web_sys::HtmlDialogElement;

/// Opens the dialog as a modal unless it is open.
pub fn open(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // Fails only for a dialog that is not in the document, which has nothing to show.
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog if it is open.
pub fn close(dialog: &HtmlDialogElement) {
    if dialog.open() {
        dialog.close();
    }
}
