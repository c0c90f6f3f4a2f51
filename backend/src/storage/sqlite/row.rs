//! From rows to domain values, and the few shapes in which statements are run.
//!
//! A column that does not hold what this code writes becomes [`StoreError::Corrupt`] with table, column and row;
//! nothing is guessed around it.

use crate::clock::Timestamp;
use crate::storage::record::Hash;
use crate::storage::{Result, StoreError};
use hasp_protocol::secret::hex;
use rusqlite::types::{FromSql, Value as SqlValue, ValueRef};
use rusqlite::{Connection, ErrorCode, Params, Row};
use serde_json::Value;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let corrupt = |reason: String| StoreError::Corrupt {
            table: "database",
            column: "file",
            row: "unknown".to_owned(),
            reason,
        };
        match error.sqlite_error_code() {
            // A rule of the schema that our code checks before it writes, or a damaged file.
            Some(ErrorCode::ConstraintViolation | ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                corrupt(error.to_string())
            }
            // Busy, locked, full, read-only, input/output error, cannot open, out of memory, interrupted.
            Some(_) => StoreError::Unavailable(error.to_string()),
            // Not from SQLite itself: a statement and its parameters or columns do not fit each other.
            None => corrupt(error.to_string()),
        }
    }
}

impl From<crate::random::RandomError> for StoreError {
    fn from(error: crate::random::RandomError) -> Self {
        StoreError::Unavailable(error.to_string())
    }
}

/// Runs a statement that changes rows; tells how many.
pub(super) fn execute(connection: &Connection, sql: &str, params: impl Params) -> Result<usize> {
    Ok(connection.prepare_cached(sql)?.execute(params)?)
}

/// The first row, read by `read`.
pub(super) fn find<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<Option<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    rows.next()?.map(read).transpose()
}

/// Every row, read by `read`.
pub(super) fn list<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    mut read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(read(row)?);
    }
    Ok(items)
}

/// Whether the statement finds a row.
pub(super) fn exists(connection: &Connection, sql: &str, params: impl Params) -> Result<bool> {
    Ok(find(connection, sql, params, |_| Ok(()))?.is_some())
}

/// A count or another single number.
pub(super) fn number(connection: &Connection, sql: &str, params: impl Params) -> Result<u64> {
    let count = find(connection, sql, params, |row| Columns::new(row, "count").number("count"))?;
    Ok(count.unwrap_or(0))
}

/// Reads the columns of one row from left to right, in the order of the `SELECT` that stands beside its reader.
pub(super) struct Columns<'row> {
    row: &'row Row<'row>,
    table: &'static str,
    next: usize,
}

impl<'row> Columns<'row> {
    pub(super) const fn new(row: &'row Row<'row>, table: &'static str) -> Self {
        Columns { row, table, next: 0 }
    }

    /// The columns that follow belong to this table (for messages).
    pub(super) const fn of(&mut self, table: &'static str) -> &mut Self {
        self.table = table;
        self
    }

    /// An error at this column that names the row by its first column.
    pub(super) fn corrupt(&self, column: &'static str, reason: impl Into<String>) -> StoreError {
        let row = match self.row.get_ref(0) {
            Ok(ValueRef::Text(text)) => String::from_utf8_lossy(text).into_owned(),
            Ok(ValueRef::Blob(bytes)) => hex(bytes),
            Ok(other) => format!("{:?}", SqlValue::try_from(other)),
            Err(error) => error.to_string(),
        };
        StoreError::Corrupt { table: self.table, column, row, reason: reason.into() }
    }

    fn get<T: FromSql>(&mut self, column: &'static str) -> Result<T> {
        let index = self.next;
        self.next += 1;
        self.row.get(index).map_err(|error| self.corrupt(column, error.to_string()))
    }

    pub(super) fn text(&mut self, column: &'static str) -> Result<String> {
        self.get(column)
    }

    pub(super) fn optional_text(&mut self, column: &'static str) -> Result<Option<String>> {
        self.get(column)
    }

    pub(super) fn time(&mut self, column: &'static str) -> Result<Timestamp> {
        self.get(column).map(Timestamp)
    }

    pub(super) fn optional_time(&mut self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(column)?.map(Timestamp))
    }

    pub(super) fn hash(&mut self, column: &'static str) -> Result<Hash> {
        self.get(column)
    }

    pub(super) fn optional_hash(&mut self, column: &'static str) -> Result<Option<Hash>> {
        self.get(column)
    }

    pub(super) fn number<T: TryFrom<i64>>(&mut self, column: &'static str) -> Result<T> {
        let number: i64 = self.get(column)?;
        T::try_from(number).map_err(|_| self.corrupt(column, format!("{number} is out of range")))
    }

    /// A word of a closed list.
    pub(super) fn word<T>(&mut self, column: &'static str, parse: fn(&str) -> Option<T>) -> Result<T> {
        let word: String = self.get(column)?;
        parse(&word).ok_or_else(|| self.corrupt(column, format!("unknown word `{word}`")))
    }

    /// A word of a closed list, or nothing.
    pub(super) fn optional_word<T>(
        &mut self,
        column: &'static str,
        parse: fn(&str) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some(word) = self.get::<Option<String>>(column)? else { return Ok(None) };
        parse(&word).map(Some).ok_or_else(|| self.corrupt(column, format!("unknown word `{word}`")))
    }

    /// A JSON document.
    pub(super) fn json(&mut self, column: &'static str) -> Result<Value> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|error| self.corrupt(column, error.to_string()))
    }

    /// A JSON array of strings.
    pub(super) fn strings(&mut self, column: &'static str) -> Result<Vec<String>> {
        let text: String = self.get(column)?;
        serde_json::from_str(&text).map_err(|error| self.corrupt(column, error.to_string()))
    }

    /// A JSON array of strings, or nothing.
    pub(super) fn optional_strings(&mut self, column: &'static str) -> Result<Option<Vec<String>>> {
        let Some(text) = self.get::<Option<String>>(column)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| self.corrupt(column, error.to_string()))
    }
}

/// A list of strings as the JSON text that is stored.
pub(super) fn strings_text(strings: &[String]) -> String {
    Value::from(strings.to_vec()).to_string()
}

/// The number of hours or attempts as SQLite stores it.
pub(super) fn stored(number: u64) -> i64 {
    // Every number we store is bounded far below: sequences grow by one per event.
    i64::try_from(number).unwrap_or(i64::MAX)
}
