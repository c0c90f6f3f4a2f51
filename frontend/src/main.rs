//! Starts the console in the page that loaded this module.

fn main() {
    hasp_console::start();
}
