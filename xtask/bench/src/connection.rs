//! A keep-alive HTTP/1.1 connection that costs the load generator as little as possible.
//!
//! It understands what the servers here send, answers with `Content-Length`, and nothing else.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// One connection.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Where the next answer begins in the buffer; its end is the buffer's.
    start: usize,
}

/// An answer, borrowed from the connection that read it.
pub struct Answer<'connection> {
    /// The status code.
    pub status: u16,
    head: &'connection str,
    /// The body.
    pub body: &'connection str,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Result<Connection> {
        let stream =
            TcpStream::connect(address).await.with_context(|| format!("no connection to {address}"))?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(16 * 1024), start: 0 })
    }

    /// Sends a whole request and reads the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        self.buffer.drain(..self.start);
        self.stream.write_all(request).await?;
        let head_end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.read_more().await?;
        };
        let length = content_length(&self.buffer[..head_end])?;
        while self.buffer.len() < head_end + length {
            self.read_more().await?;
        }
        self.start = head_end + length;
        let head = std::str::from_utf8(&self.buffer[..head_end])?;
        let body = std::str::from_utf8(&self.buffer[head_end..self.start])?;
        let status =
            head.get(9..12).and_then(|status| status.parse().ok()).context("no HTTP/1.1 status line")?;
        Ok(Answer { status, head, body })
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        Ok(())
    }
}

impl<'connection> Answer<'connection> {
    /// The values of a header.
    pub fn header<'name>(
        &self,
        name: &'name str,
    ) -> impl Iterator<Item = &'connection str> + use<'connection, 'name> {
        header_values(self.head, name)
    }
}

fn header_values<'head, 'name>(
    head: &'head str,
    name: &'name str,
) -> impl Iterator<Item = &'head str> + use<'head, 'name> {
    head.split("\r\n").filter_map(move |line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn content_length(head: &[u8]) -> Result<usize> {
    let head = std::str::from_utf8(head)?;
    let length = header_values(head, "content-length").next();
    match length {
        Some(length) => length.parse().context("content-length"),
        None if head.starts_with("HTTP/1.1 204") || head.starts_with("HTTP/1.1 304") => Ok(0),
        None => bail!("an answer without content-length:\n{head}"),
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_found_whatever_their_case() {
        let head = "HTTP/1.1 303 See Other\r\nlocation: /a:b\r\nSet-Cookie: x=1\r\nset-cookie: y=2\r\n\r\n";

        assert_eq!(header_values(head, "Location").collect::<Vec<_>>(), ["/a:b"]);
        assert_eq!(header_values(head, "set-cookie").collect::<Vec<_>>(), ["x=1", "y=2"]);
    }

    #[test]
    fn an_answer_without_length_is_refused_rather_than_waited_for() {
        assert_eq!(content_length(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n").unwrap(), 12);
        assert!(content_length(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
