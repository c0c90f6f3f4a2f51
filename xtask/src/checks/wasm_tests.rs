//! A plain `#[test]` in the console compiles for WebAssembly and is then never run.

use super::{Finding, SourceFile, rust_files};

/// Names lines of the console with a plain test attribute.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in rust_files(files).filter(|file| file.path.starts_with("frontend/")) {
        for (number, line) in file.text.lines().enumerate() {
            if line.trim() == "#[test]" {
                findings.push(format!(
                    "{}:{}: never run; write #[wasm_bindgen_test], or move the logic to shared/",
                    file.path,
                    number + 1
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::source_file;
    use super::*;

    #[test]
    fn only_plain_tests_of_the_console_are_named() {
        let plain = "#[test]\nfn a() {}\n";
        let files = [
            source_file("frontend/src/a.rs", plain),
            source_file("frontend/src/b.rs", "#[wasm_bindgen_test]\nfn a() {}\n"),
            source_file("shared/src/c.rs", plain),
        ];

        let findings = check(&files);

        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("frontend/src/a.rs:1:"), "{findings:?}");
    }
}
