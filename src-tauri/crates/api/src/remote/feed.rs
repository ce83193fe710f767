//! What a server tells: frames in order, and signals.
//!
//! A task of its own holds the socket, so that pings are answered while nobody asks for the next frame. It keeps a few
//! frames at most: a server sends no more than that before they are acknowledged.

use super::address::Address;
use super::client::Remote;
use super::joined::{Joined, Verdict};
use super::socket::{self, Socket};
use super::trouble::Trouble;
use std::time::Duration;
use tokio::select;
use tokio::sync::{mpsc, watch};
use tokio::time::timeout;
use tracing::debug;
use wheelhouse_contract::socket::{ToClient, ToServer};
use wheelhouse_contract::{ApiError, ErrorCode, Frame, ResumeFrom, Signal};
use wheelhouse_domain::Position;

/// Frames that may wait to be taken. More than a server sends unacknowledged.
const FRAMES: usize = 8;

/// Messages with signals that may wait. Beyond that they are dropped: the record has everything.
const SIGNALS: usize = 64;

/// One thing that a server told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Rows that changed. It joins the frame before; its subscription is the server's number.
    Frame(Box<Frame>),
    /// What is only worth knowing now.
    Signals(Vec<Signal>),
}

/// A subscription to a server. It ends when this is dropped.
#[derive(Debug)]
pub struct RemoteFeed {
    frames: mpsc::Receiver<Result<Box<Frame>, ApiError>>,
    signals: mpsc::Receiver<Vec<Signal>>,
    acks: Acks,
    ended: Option<ApiError>,
}

/// Takes acknowledgements, from wherever frames are applied.
#[derive(Debug, Clone)]
pub struct Acks(watch::Sender<Position>);

impl Acks {
    /// Tells that everything up to `to` was applied, so that more may come. Does nothing where the feed has ended.
    pub fn ack(&self, to: Position) {
        self.0.send_replace(to);
    }
}

impl RemoteFeed {
    /// The next thing that the server told. May be dropped and called again: nothing is lost.
    ///
    /// # Errors
    /// [`ApiError`] where no more will come, and then again each time. Somebody must subscribe again.
    pub async fn next(&mut self) -> Result<Told, ApiError> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        let frame = select! {
            biased;
            frame = self.frames.recv() => frame,
            Some(signals) = self.signals.recv() => return Ok(Told::Signals(signals)),
        };
        let error = match frame {
            Some(Ok(frame)) => return Ok(Told::Frame(frame)),
            Some(Err(error)) => error,
            None => ApiError::new(ErrorCode::Internal, "The connection to the server was given up.")
                .next_step("Connect again."),
        };
        self.ended = Some(error.clone());
        Err(error)
    }

    /// Tells that everything up to `to` was applied, so that more may come.
    pub fn ack(&self, to: Position) {
        self.acks.ack(to);
    }

    /// The same for whoever applies frames elsewhere.
    #[must_use]
    pub fn acks(&self) -> Acks {
        self.acks.clone()
    }
}

impl Remote {
    /// Subscribes to what changes, going on after `resume`; with a snapshot where there is none, or it is too long ago.
    /// Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`ApiError`] where there is no subscription within the time for a connection.
    pub async fn subscribe(&self, resume: Option<ResumeFrom>) -> Result<RemoteFeed, ApiError> {
        let connect = self.patience().connect;
        let begun = timeout(connect, begin(self, resume)).await;
        let pump = begun.unwrap_or(Err(Trouble::NoConnection(connect)));
        let (pump, feed) = pump.map_err(|trouble| trouble.tell(self.address()))?;
        tokio::spawn(pump.run());
        Ok(feed)
    }
}

async fn begin(remote: &Remote, resume: Option<ResumeFrom>) -> Result<(Pump, RemoteFeed), Trouble> {
    let mut socket = socket::open(remote).await?;
    let subscription = subscribe(&mut socket, resume.clone()).await?;
    let (frame_sender, frames) = mpsc::channel(FRAMES);
    let (signal_sender, signals) = mpsc::channel(SIGNALS);
    let acks = Acks(watch::Sender::new(Position(0)));
    let pump = Pump {
        socket,
        subscription,
        joined: Joined::new(resume),
        frames: frame_sender,
        signals: signal_sender,
        acks: acks.0.subscribe(),
        connect: remote.patience().connect,
        address: remote.address().clone(),
    };
    let feed = RemoteFeed {
        frames,
        signals,
        acks,
        ended: None,
    };
    Ok((pump, feed))
}

/// Subscribes on an open socket and gives the number. What still comes of the subscription before is left out.
async fn subscribe(socket: &mut Socket, resume: Option<ResumeFrom>) -> Result<u32, Trouble> {
    let workflows = Vec::new();
    socket.send(&ToServer::Subscribe { resume, workflows }).await?;
    loop {
        match socket.next().await? {
            ToClient::Subscribed { subscription } => return Ok(subscription),
            ToClient::Closing { error } => return Err(Trouble::Said(error)),
            ToClient::Frame { .. } | ToClient::Signals { .. } => {}
        }
    }
}

/// What holds the socket.
struct Pump {
    socket: Socket,
    subscription: u32,
    joined: Joined,
    frames: mpsc::Sender<Result<Box<Frame>, ApiError>>,
    signals: mpsc::Sender<Vec<Signal>>,
    acks: watch::Receiver<Position>,
    connect: Duration,
    address: Address,
}

impl Pump {
    /// Goes on until the feed is dropped or the connection ends.
    async fn run(mut self) {
        let frames = self.frames.clone();
        let end = select! {
            () = frames.closed() => None,
            trouble = self.pump() => Some(trouble),
        };
        if let Some(trouble) = end {
            debug!(?trouble, "the events of a server ended");
            // Where nobody is there any more, nobody need be told.
            let _ = frames.send(Err(trouble.tell(&self.address))).await;
        }
        self.socket.close().await;
    }

    async fn pump(&mut self) -> Trouble {
        loop {
            let done = select! {
                biased;
                applied = self.acks.changed() => match applied {
                    Ok(()) => self.acknowledge().await,
                    // The feed is gone, which `run` sees.
                    Err(_) => std::future::pending().await,
                },
                message = self.socket.next() => match message {
                    Ok(message) => self.take(message).await,
                    Err(trouble) => Err(trouble),
                },
            };
            if let Err(trouble) = done {
                return trouble;
            }
        }
    }

    async fn acknowledge(&mut self) -> Result<(), Trouble> {
        let to = *self.acks.borrow_and_update();
        let subscription = self.subscription;
        self.socket.send(&ToServer::Ack { subscription, to }).await
    }

    async fn take(&mut self, message: ToClient) -> Result<(), Trouble> {
        match message {
            ToClient::Frame { frame } => self.take_frame(frame).await,
            ToClient::Signals { signals } => {
                // A full queue means that nobody reads just now.
                let _ = self.signals.try_send(signals);
                Ok(())
            }
            ToClient::Closing { error } => Err(Trouble::Said(error)),
            // Nobody asked for another one.
            ToClient::Subscribed { .. } => Err(Trouble::Foreign),
        }
    }

    async fn take_frame(&mut self, frame: Box<Frame>) -> Result<(), Trouble> {
        match self.joined.look(&frame, self.subscription) {
            Verdict::Good => {
                // Where nobody takes it any more, `run` ends.
                let _ = self.frames.send(Ok(frame)).await;
                Ok(())
            }
            Verdict::Anew => self.subscribe_anew().await,
            Verdict::Hopeless => Err(Trouble::Disjoint),
        }
    }

    async fn subscribe_anew(&mut self) -> Result<(), Trouble> {
        debug!("a frame does not join the one before it, subscribing anew");
        let begun = timeout(self.connect, subscribe(&mut self.socket, self.joined.at())).await;
        self.subscription = begun.unwrap_or(Err(Trouble::Silent(self.connect)))?;
        Ok(())
    }
}
