//! Parts that more than one page uses; each file holds one, with its tiny model.

pub mod agent_form;
pub mod badge;
pub mod chips_field;
pub mod choice_field;
pub mod code_block;
pub mod confirm_dialog;
pub mod copy_button;
pub mod dialog;
pub mod dynamic;
pub mod empty_state;
pub mod field;
pub mod icon;
pub mod loaded;
pub mod page_header;
pub mod paged;
pub mod panel_tabs;
pub mod problem_panel;
pub mod reauthentication_dialog;
pub mod redirect_uris_field;
pub mod secret_once;
pub mod segmented;
pub mod skeleton;
pub mod submit_button;
pub mod time;
pub mod toast;
