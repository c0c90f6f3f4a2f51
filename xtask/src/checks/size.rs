//! No source file grows past what one can hold in mind.

use super::{Finding, SourceFile, rust_files};

const LIMIT_CODE_LINES: usize = 500;
/// Files that may be longer, each with its reason.
const EXCEPTIONS: &[(&str, &str)] = &[];

/// Names files with too many lines of code, and exceptions that are no longer needed.
pub fn check(files: &[SourceFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in rust_files(files) {
        let lines = code_lines(&file.text);
        let excepted = EXCEPTIONS.iter().any(|(path, _)| *path == file.path);
        if lines > LIMIT_CODE_LINES && !excepted {
            findings.push(format!("{}: {lines} lines of code, the limit is {LIMIT_CODE_LINES}", file.path));
        } else if lines <= LIMIT_CODE_LINES && excepted {
            findings.push(format!("{}: no longer needs its exception", file.path));
        }
    }
    findings
}

/// Lines that are neither blank nor comment alone.
fn code_lines(text: &str) -> usize {
    let is_code = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("//")
    };
    text.lines().filter(is_code).count()
}

#[cfg(test)]
mod tests {
    use super::super::source_file;
    use super::*;

    #[test]
    fn comments_and_blank_lines_do_not_count() {
        assert_eq!(code_lines("//! header\n\nfn a() {\n    // why\n    b();\n}\n"), 3);
    }

    #[test]
    fn a_file_over_the_limit_is_named() {
        let files = [source_file("a.rs", &"x;\n".repeat(501)), source_file("b.rs", &"x;\n".repeat(500))];

        assert_eq!(check(&files), ["a.rs: 501 lines of code, the limit is 500"]);
    }
}
