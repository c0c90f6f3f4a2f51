//! Filling in the program templates of the folder `template`.
//!
//! A line `%% <condition>` switches: the lines after it are kept while the condition holds. `«name»` is replaced by a
//! literal; what was inserted is not looked at again.

/// Keeps the lines whose condition holds and inserts the values.
pub(super) fn fill(
    template: &str,
    holds: impl Fn(&str) -> bool,
    value: impl Fn(&str) -> Option<String>,
) -> String {
    let mut keeps = true;
    let mut program = String::with_capacity(template.len());
    for line in template.lines() {
        match line.strip_prefix("%% ") {
            Some(condition) => keeps = holds(condition),
            None if keeps => {
                insert(&mut program, line, &value);
                program.push('\n');
            }
            None => {}
        }
    }
    program
}

fn insert(program: &mut String, line: &str, value: &impl Fn(&str) -> Option<String>) {
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('«') {
        program.push_str(before);
        let (name, behind) = after.split_once('»').unwrap_or((after, ""));
        program.push_str(&value(name).unwrap_or_default());
        rest = behind;
    }
    program.push_str(rest);
}
