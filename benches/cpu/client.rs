//! A small HTTP/1.1 client on blocking sockets, and the load that it makes.
//!
//! One thread serves all connections in turn: each has one request under way, so the server
//! always finds work waiting, while the client takes no more than one processor from it.

use crate::Result;
use std::fmt::Write as _;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A server that says nothing for so long is taken for stuck.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) target: String,
    /// A JSON document; its presence makes the request a POST.
    pub(crate) body: Option<String>,
    pub(crate) if_none_match: Option<String>,
}

impl Request {
    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self { target: target.into(), body: None, if_none_match: None }
    }

    pub(crate) fn post(target: impl Into<String>, body: String) -> Self {
        Self { body: Some(body), ..Self::get(target) }
    }

    pub(crate) fn to_bytes(&self, accept_encoding: Option<&str>) -> Vec<u8> {
        let method = if self.body.is_some() { "POST" } else { "GET" };
        let mut text = format!("{method} {} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n", self.target);
        let mut header = |name: &str, value: &str| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{name}: {value}\r\n");
        };
        if let Some(value) = accept_encoding {
            header("Accept-Encoding", value);
        }
        if let Some(tag) = &self.if_none_match {
            header("If-None-Match", tag);
        }
        if let Some(body) = &self.body {
            header("Content-Type", "application/json");
            header("Content-Length", &body.len().to_string());
        }
        text.push_str("\r\n");
        text.push_str(self.body.as_deref().unwrap_or_default());
        text.into_bytes()
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Headers that depend on the answer itself: not those of the connection or the moment.
    pub(crate) fn lasting_headers(&self) -> Vec<(String, String)> {
        let mut kept: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.clone()))
            .filter(|(name, _)| match name.as_str() {
                "date" | "connection" | "transfer-encoding" => false,
                // Follows from the body; only an answer without one states it for itself.
                "content-length" => self.status == 304,
                _ => true,
            })
            .collect();
        kept.sort();
        kept
    }

    /// The form in which an answer is handed to the bare server.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {}\r\n", self.status);
        for (name, value) in self.lasting_headers() {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    pub(crate) fn read_from(bytes: &[u8]) -> Result<Self> {
        let end = find(bytes, b"\r\n\r\n").ok_or("an answer without an end of its headers")? + 4;
        let head = std::str::from_utf8(&bytes[..end])?;
        Ok(Self {
            status: status_of(head)?,
            headers: headers_of(head).map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: bytes[end..].to_vec(),
        })
    }
}

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Box<[u8]>,
    /// The part of the buffer that was received and not yet used.
    unread: std::ops::Range<usize>,
    head: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 64 << 10].into_boxed_slice(), unread: 0..0, head: Vec::new() })
    }

    pub(crate) fn send(&mut self, request: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(request)?)
    }

    /// One whole exchange.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.send(request)?;
        let mut body = Vec::new();
        self.receive(&mut |part| body.extend_from_slice(part))?;
        let mut answer = Answer::read_from(&self.head)?;
        answer.body = body;
        Ok(answer)
    }

    /// Receives one answer to its last byte and returns its status.
    pub(crate) fn receive(&mut self, body: &mut dyn FnMut(&[u8])) -> Result<u16> {
        self.receive_head()?;
        let head = std::str::from_utf8(&self.head)?;
        let status = status_of(head)?;
        let mut length = None;
        let mut chunked = false;
        for (name, value) in headers_of(head) {
            if name.eq_ignore_ascii_case("content-length") {
                length = Some(value.parse()?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                chunked = value.eq_ignore_ascii_case("chunked");
            } else if name.eq_ignore_ascii_case("connection") && value.contains("close") {
                return Err(format!("the server closes the connection after a {status}").into());
            }
        }
        if status == 204 || status == 304 {
            return Ok(status); // no body, whatever length is stated
        }
        if chunked {
            self.receive_chunks(body)?;
        } else {
            let length = length.ok_or("an answer of unknown length")?;
            self.pass(length, body)?;
        }
        Ok(status)
    }

    fn receive_head(&mut self) -> Result<()> {
        self.head.clear();
        loop {
            let known = self.head.len();
            let from = known.saturating_sub(3);
            self.head.extend_from_slice(&self.buffer[self.unread.clone()]);
            if let Some(at) = find(&self.head[from..], b"\r\n\r\n") {
                let end = from + at + 4;
                self.unread.start += end - known;
                self.head.truncate(end);
                return Ok(());
            }
            self.fill()?;
        }
    }

    fn receive_chunks(&mut self, body: &mut dyn FnMut(&[u8])) -> Result<()> {
        loop {
            let line = self.line()?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(size, 16)?;
            if size == 0 {
                while !self.line()?.is_empty() {}
                return Ok(());
            }
            self.pass(size, body)?;
            self.line()?;
        }
    }

    fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        loop {
            self.pass(1, &mut |byte| line.extend_from_slice(byte))?;
            if line.ends_with(b"\r\n") {
                line.truncate(line.len() - 2);
                return Ok(String::from_utf8(line)?);
            }
        }
    }

    /// Hands the next `length` bytes to `sink`.
    fn pass(&mut self, mut length: usize, sink: &mut dyn FnMut(&[u8])) -> Result<()> {
        while length > 0 {
            if self.unread.is_empty() {
                self.fill()?;
            }
            let take = length.min(self.unread.len());
            sink(&self.buffer[self.unread.start..self.unread.start + take]);
            self.unread.start += take;
            length -= take;
        }
        Ok(())
    }

    /// Replaces the buffer's content, all of which has been used.
    fn fill(&mut self) -> Result<()> {
        let received = self.stream.read(&mut self.buffer)?;
        if received == 0 {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        self.unread = 0..received;
        Ok(())
    }
}

/// Sends `total` requests, going round the list, and fails unless every answer has the status.
pub(crate) fn drive(connections: &mut [Connection], requests: &[Vec<u8>], total: usize, status: u16) -> Result<()> {
    let in_use = connections.len().min(total);
    let connections = &mut connections[..in_use];
    let mut pending = (0..total).map(|index| &requests[index % requests.len()]);
    for (connection, request) in connections.iter_mut().zip(&mut pending) {
        connection.send(request)?;
    }
    let mut refused = 0;
    let mut example = None;
    // Each connection has one request under way, so turns are taken in the order of sending.
    for done in 0..total {
        let connection = &mut connections[done % in_use];
        let answered = connection.receive(&mut |_| ())?;
        if answered != status {
            refused += 1;
            let request = String::from_utf8_lossy(&requests[done % requests.len()]);
            example.get_or_insert_with(|| format!("{answered} to {}", request.lines().next().unwrap_or("")));
        }
        if let Some(request) = pending.next() {
            connection.send(request)?;
        }
    }
    match example {
        None => Ok(()),
        Some(example) => Err(format!("{refused} of {total} answers are not {status}; the first: {example}").into()),
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

fn status_of(head: &str) -> Result<u16> {
    Ok(head.split_whitespace().nth(1).unwrap_or_default().parse()?)
}

fn headers_of(head: &str) -> impl Iterator<Item = (&str, &str)> {
    head.lines().skip(1).filter_map(|line| line.split_once(':')).map(|(name, value)| (name, value.trim()))
}
