//! A way to a server that breaks: a TCP proxy on loopback that cuts, stops, delays and doubles what goes through.
//!
//! What happens to a connection is settled when it is made, and happens after a number of bytes, not at a time: the same
//! seed gives the same faults on any machine. On command everything can be cut or held besides.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

/// Most bytes that are passed on at a time.
const PIECE: usize = 8 * 1024;

/// What happens to a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It is ended before anything is passed on.
    Refuse,
    /// Both sides see it end after so many bytes to the client, in the middle of a piece where they are up there.
    Cut(usize),
    /// After so many bytes to the client nothing passes any more in either direction, and neither side is told.
    Stop(usize),
    /// Each piece to the client waits for this long.
    Slow(Duration),
    /// After so many bytes to the client, the next piece comes twice.
    Double(usize),
}

impl Fault {
    /// The faults of the first connections, the same for the same seed; from then on there is none, so that whoever
    /// goes on trying arrives.
    pub fn storm(seed: u64, connections: usize) -> impl FnMut() -> Self + Send + 'static {
        let mut dice = StdRng::seed_from_u64(seed);
        let mut left = connections;
        move || {
            if left == 0 {
                return Self::None;
            }
            left -= 1;
            Self::any(&mut dice)
        }
    }

    fn any(dice: &mut StdRng) -> Self {
        // Small numbers strike while a connection begins, large ones in the midst of frames.
        let after = match dice.random_bool(0.3) {
            true => dice.random_range(0..400),
            false => dice.random_range(400..20_000),
        };
        match dice.random_range(0..10) {
            0 => Self::None,
            1 => Self::Refuse,
            2..=5 => Self::Cut(after),
            6 => Self::Stop(after),
            7 => Self::Slow(Duration::from_millis(dice.random_range(1..8))),
            _ => Self::Double(after),
        }
    }
}

/// What every connection looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Command {
    /// How often everything was cut.
    cuts: u64,
    /// Whether nothing passes.
    held: bool,
}

/// A running proxy. It stops, and its connections end, when this is dropped.
#[derive(Debug)]
pub struct FaultyWay {
    address: SocketAddr,
    target: Arc<Mutex<SocketAddr>>,
    command: watch::Sender<Command>,
    made: watch::Receiver<usize>,
    task: JoinHandle<()>,
}

impl Drop for FaultyWay {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FaultyWay {
    /// A way to `target`. `fault` is asked once for each connection, in their order.
    ///
    /// # Panics
    /// Where no port can be had.
    pub async fn to(target: SocketAddr, mut fault: impl FnMut() -> Fault + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await;
        let listener = listener.expect("a free port on loopback");
        let address = listener.local_addr().expect("a bound port");
        let target = Arc::new(Mutex::new(target));
        let command = watch::Sender::new(Command::default());
        let (count, made) = watch::channel(0);
        let commands = command.subscribe();
        let targets = Arc::clone(&target);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let target = *targets.lock().unwrap_or_else(PoisonError::into_inner);
                connections.spawn(carry(client, target, fault(), commands.clone()));
                count.send_modify(|count| *count += 1);
                while connections.try_join_next().is_some() {}
            }
        });
        Self {
            address,
            target,
            command,
            made,
            task,
        }
    }

    /// A way that does nothing to what goes through before it is told to.
    ///
    /// # Panics
    /// Where no port can be had.
    pub async fn calm(target: SocketAddr) -> Self {
        Self::to(target, || Fault::None).await
    }

    /// Where clients connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads new connections elsewhere, as after a server's restart.
    pub fn lead_to(&self, target: SocketAddr) {
        *self.target.lock().unwrap_or_else(PoisonError::into_inner) = target;
    }

    /// Ends every connection.
    pub fn cut(&self) {
        self.command.send_modify(|command| command.cuts += 1);
    }

    /// Lets nothing pass, and tells neither side, until [`FaultyWay::release`].
    pub fn hold(&self) {
        self.command.send_modify(|command| command.held = true);
    }

    /// Lets everything pass again, what was held first.
    pub fn release(&self) {
        self.command.send_modify(|command| command.held = false);
    }

    /// Connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.made.borrow()
    }
}

async fn carry(client: TcpStream, target: SocketAddr, fault: Fault, commands: watch::Receiver<Command>) {
    if fault == Fault::Refuse {
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else {
        // What the client sees is a connection that ends, as behind any router.
        return;
    };
    // Both only fail on a connection that is over already.
    let (_, _) = (client.set_nodelay(true), server.set_nodelay(true));
    let cuts = commands.borrow().cuts;
    let mut cut = commands.clone();
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let stopped = watch::Sender::new(false);
    let up = Passage {
        fault: Fault::None,
        passed: 0,
        commands: commands.clone(),
        stopped: stopped.clone(),
    };
    let down = Passage {
        fault,
        passed: 0,
        commands,
        stopped,
    };
    tokio::select! {
        () = up.pass(from_client, to_server) => {}
        () = down.pass(from_server, to_client) => {}
        _ = cut.wait_for(|command| command.cuts != cuts) => {}
    }
}

/// One direction of a connection.
struct Passage {
    fault: Fault,
    passed: usize,
    commands: watch::Receiver<Command>,
    /// Whether the connection stands still for good; both directions look at it.
    stopped: watch::Sender<bool>,
}

impl Passage {
    /// Passes everything on until one side ends or a fault does.
    async fn pass(mut self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let mut piece = vec![0; PIECE];
        loop {
            let Ok(length @ 1..) = from.read(&mut piece).await else {
                return;
            };
            if !self.is_free(&mut from).await {
                return;
            }
            let (now, goes_on) = self.strike(&piece[..length]).await;
            if to.write_all(&now).await.is_err() || !goes_on {
                return;
            }
        }
    }

    /// Waits while nothing may pass. No where the side that is read from has gone meanwhile: then nobody is there to
    /// stand still for.
    async fn is_free(&mut self, from: &mut (impl AsyncRead + Unpin)) -> bool {
        let mut stopped = self.stopped.subscribe();
        let mut swallowed = vec![0; PIECE];
        while *stopped.borrow_and_update() {
            match from.read(&mut swallowed).await {
                Ok(0) | Err(_) => return false,
                Ok(_) => {}
            }
        }
        let free = self.commands.wait_for(|command| !command.held).await;
        free.is_ok()
    }

    /// What is passed on of a piece, and whether the connection goes on after it.
    async fn strike(&mut self, piece: &[u8]) -> (Vec<u8>, bool) {
        let before = self.passed;
        self.passed += piece.len();
        match self.fault {
            Fault::None | Fault::Refuse => {}
            Fault::Slow(wait) => tokio::time::sleep(wait).await,
            Fault::Cut(after) if self.passed > after => {
                return (piece[..after.saturating_sub(before)].to_vec(), false);
            }
            Fault::Stop(after) if self.passed > after => {
                self.stopped.send_replace(true);
                return (piece[..after.saturating_sub(before)].to_vec(), true);
            }
            Fault::Double(after) if self.passed > after => {
                self.fault = Fault::None;
                return ([piece, piece].concat(), true);
            }
            Fault::Cut(_) | Fault::Stop(_) | Fault::Double(_) => {}
        }
        (piece.to_vec(), true)
    }
}
