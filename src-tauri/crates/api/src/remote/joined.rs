//! Whether a frame joins what came before it. Pure: it says what to do and does nothing.

use wheelhouse_contract::{Frame, FrameKind, ResumeFrom};

/// How often in a row a server may send what does not join before it is given up.
const ANEW_MOST: u32 = 3;

/// What to do with a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It joins: hand it on.
    Good,
    /// It does not: leave it out and subscribe anew where the last good one ended.
    Anew,
    /// The server does not send what joins.
    Hopeless,
}

/// Where the last good frame ended.
#[derive(Debug, Clone)]
pub(super) struct Joined {
    at: Option<ResumeFrom>,
    anew: u32,
}

impl Joined {
    /// A subscriber that has everything up to `at`; nothing where there is none.
    pub(super) fn new(at: Option<ResumeFrom>) -> Self {
        Self { at, anew: 0 }
    }

    /// Where to go on.
    pub(super) fn at(&self) -> Option<ResumeFrom> {
        self.at.clone()
    }

    /// Looks at the next frame of the subscription with this number.
    pub(super) fn look(&mut self, frame: &Frame, subscription: u32) -> Verdict {
        if frame.subscription == subscription && self.joins(frame) {
            self.at = Some(ResumeFrom {
                store: frame.store,
                epoch: frame.epoch,
                position: frame.to,
            });
            self.anew = 0;
            return Verdict::Good;
        }
        self.anew += 1;
        match self.anew <= ANEW_MOST {
            true => Verdict::Anew,
            false => Verdict::Hopeless,
        }
    }

    /// A snapshot replaces everything, so that it joins anything. Changes begin where the last frame of the same
    /// store ended, and go on.
    fn joins(&self, frame: &Frame) -> bool {
        match (frame.kind, &self.at) {
            (FrameKind::Snapshot, _) => frame.from == frame.to,
            (FrameKind::Changes, None) => false,
            (FrameKind::Changes, Some(at)) => {
                let same_store = frame.store == at.store && frame.epoch == at.epoch;
                same_store && frame.from == at.position && frame.to > frame.from
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wheelhouse_domain::{Position, StoreUid};

    fn store() -> StoreUid {
        serde_json::from_str(r#""01890a5d-ac96-774b-bcce-b302099a8057""#).expect("a uid")
    }

    fn frame(kind: FrameKind, from: i64, to: i64) -> Frame {
        Frame {
            subscription: 1,
            store: store(),
            epoch: 0,
            kind,
            from: Position(from),
            to: Position(to),
            workflows: Vec::new(),
            tasks: Vec::new(),
            agents: Vec::new(),
            questions: Vec::new(),
            conversations: Vec::new(),
            messages: Vec::new(),
            removed_conversations: Vec::new(),
            removed_workflows: Vec::new(),
            events: Vec::new(),
        }
    }

    fn changes(from: i64, to: i64) -> Frame {
        frame(FrameKind::Changes, from, to)
    }

    fn after(position: i64) -> Joined {
        Joined::new(Some(ResumeFrom {
            store: store(),
            epoch: 0,
            position: Position(position),
        }))
    }

    #[test]
    fn frames_join_end_to_end() {
        let mut joined = Joined::new(None);
        assert_eq!(joined.look(&frame(FrameKind::Snapshot, 5, 5), 1), Verdict::Good);
        assert_eq!(joined.look(&changes(5, 8), 1), Verdict::Good);
        assert_eq!(joined.look(&changes(8, 9), 1), Verdict::Good);
        assert_eq!(joined.at().map(|at| at.position), Some(Position(9)));
    }

    #[test]
    fn a_gap_a_repetition_and_a_stranger_do_not() {
        let strangers = [
            changes(7, 9),
            changes(4, 6),
            changes(5, 5),
            changes(5, 4),
            frame(FrameKind::Snapshot, 4, 5),
            Frame {
                epoch: 1,
                ..changes(5, 6)
            },
            Frame {
                subscription: 2,
                ..changes(5, 6)
            },
            Frame {
                subscription: 2,
                ..frame(FrameKind::Snapshot, 9, 9)
            },
        ];
        for stranger in strangers {
            let mut joined = after(5);
            assert_eq!(joined.look(&stranger, 1), Verdict::Anew, "{stranger:?}");
            assert_eq!(joined.at().map(|at| at.position), Some(Position(5)));
        }
        assert_eq!(Joined::new(None).look(&changes(0, 1), 1), Verdict::Anew);
    }

    #[test]
    fn a_snapshot_of_a_restored_store_is_taken() {
        let mut joined = after(500);
        let restored = Frame {
            epoch: 1,
            ..frame(FrameKind::Snapshot, 20, 20)
        };
        assert_eq!(joined.look(&restored, 1), Verdict::Good);
        let next = Frame {
            epoch: 1,
            ..changes(20, 21)
        };
        assert_eq!(joined.look(&next, 1), Verdict::Good);
    }

    #[test]
    fn who_never_joins_is_given_up_and_one_good_frame_forgives() {
        let mut joined = after(5);
        for _ in 0..ANEW_MOST {
            assert_eq!(joined.look(&changes(7, 8), 1), Verdict::Anew);
        }
        assert_eq!(joined.clone().look(&changes(7, 8), 1), Verdict::Hopeless);
        assert_eq!(joined.look(&changes(5, 6), 1), Verdict::Good);
        assert_eq!(joined.look(&changes(9, 10), 1), Verdict::Anew);
    }
}
