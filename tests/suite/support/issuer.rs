//! An identity provider's address of keys: a small HTTP server on the loopback interface.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

/// What it answers, and how often it was asked.
#[derive(Default)]
struct State {
    answer: Mutex<Vec<u8>>,
    asked: AtomicUsize,
    ended: AtomicBool,
}

/// The server; it ends with the test.
pub(crate) struct Issuer {
    address: SocketAddr,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

impl Issuer {
    /// Starts and answers with a set.
    pub(crate) fn start(set: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port on the loopback address");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State::default());
        let shared = state.clone();
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.ended.load(Ordering::SeqCst) {
                    return;
                }
                shared.serve(stream);
            }
        });
        let issuer = Self { address, state, thread: Some(thread) };
        issuer.publish(set);
        issuer
    }

    /// Answers with a set from now on.
    pub(crate) fn publish(&self, set: &str) {
        self.answer("200 OK", set);
    }

    /// Answers so from now on.
    pub(crate) fn answer(&self, status: &str, body: &str) {
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        // Somewhere that a redirection would lead to, and that would answer.
        let text = format!("{head}Location: {}\r\n\r\n{body}", self.url());
        *self.state.answer.lock().expect("nobody failed") = text.into_bytes();
    }

    /// The address of the keys.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/jwks", self.address)
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::SeqCst)
    }
}

impl State {
    fn serve(&self, mut stream: TcpStream) {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read == 1) {
            head.push(byte[0]);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        // Long enough for others to come meanwhile.
        std::thread::sleep(Duration::from_millis(30));
        let answer = self.answer.lock().expect("nobody failed").clone();
        // Who asked may have had enough.
        let _ = stream.write_all(&answer);
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::SeqCst);
        // Wakes it from waiting.
        drop(TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
