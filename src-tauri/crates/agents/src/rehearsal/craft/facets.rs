//! What usually belongs to a thing that tasks ask for: its sides, how each is when all is well, and when it
//! must be refused. Method, like a checklist; never stated as known about the operator's own case.

use crate::rehearsal::text::{stem, words};

/// One side of a feature.
pub(super) struct Facet {
    /// What it is called.
    pub(super) name: &'static str,
    /// What can be seen when it works.
    pub(super) works: &'static str,
    /// What can be seen when it must not work.
    pub(super) refused: &'static str,
}

const fn facet(name: &'static str, works: &'static str, refused: &'static str) -> Facet {
    Facet { name, works, refused }
}

const SIGN_IN: &[Facet] = &[
    facet(
        "registration",
        "a new person has an account after one confirmation",
        "an address that is taken gets the same answer as a free one",
    ),
    facet(
        "sign-in",
        "the right password opens a session",
        "a wrong password and an unknown name get the same answer",
    ),
    facet(
        "staying signed in",
        "a session goes on until it is ended or runs out",
        "an ended session is refused at once, everywhere",
    ),
    facet(
        "forgotten password",
        "a link that was sent sets a new one",
        "a link that is used or old does nothing",
    ),
];
const COMMENTS: &[Facet] = &[
    facet(
        "writing",
        "the text appears under its subject with name and time",
        "an empty or endless text is refused, and what was typed stays",
    ),
    facet(
        "changing",
        "the writer can mend it, and the change shows",
        "somebody else cannot",
    ),
    facet(
        "removing",
        "the writer and a moderator can remove it",
        "answers below it do not lose their place",
    ),
];
const SEARCH: &[Facet] = &[
    facet(
        "finding",
        "the best match stands first, and says why it matched",
        "a match that one may not see does not show, not even in the count",
    ),
    facet(
        "finding nothing",
        "it says so and offers a next step",
        "it does not show everything instead",
    ),
    facet(
        "speed",
        "the first results come within the agreed time on real data",
        "a long question is cut off and says so",
    ),
];
const PAYMENT: &[Facet] = &[
    facet(
        "paying",
        "one payment, one receipt, also when the button is pressed twice",
        "a declined card changes nothing",
    ),
    facet(
        "a provider that fails",
        "what was ordered waits, and both sides are told",
        "nobody pays for something that is lost",
    ),
    facet(
        "paying back",
        "the same sum returns by the same way and is on record",
        "more than was paid cannot return",
    ),
];
const FILES: &[Facet] = &[
    facet(
        "bringing in",
        "content and name arrive unchanged",
        "too large or of a wrong kind is refused before it is stored",
    ),
    facet(
        "taking out",
        "what comes out can be brought in again",
        "only what one may see is in it",
    ),
    facet(
        "breaking off",
        "it can be resumed or leaves nothing behind",
        "half a file never counts as one",
    ),
];
const RIGHTS: &[Facet] = &[
    facet(
        "granting",
        "a right holds from the next request on",
        "nobody can grant what they do not have",
    ),
    facet(
        "taking away",
        "it ends at once, also in open windows",
        "the last one in charge cannot be removed",
    ),
    facet(
        "seeing",
        "everybody can see what they may do",
        "what one may not do is not offered",
    ),
];
const OFFLINE: &[Facet] = &[
    facet(
        "working without a network",
        "everything that was opened before can be read and changed",
        "what needs the network says so before it is tried",
    ),
    facet(
        "coming back",
        "changes arrive once and in order",
        "two changes of one thing are shown side by side, none is dropped",
    ),
];
const NOTICES: &[Facet] = &[
    facet(
        "sending",
        "the right person gets one notice, with a way to the matter",
        "nobody gets one about what they may not see",
    ),
    facet(
        "turning off",
        "one step, effective at once",
        "what must be told for legal reasons still is",
    ),
];
const SCHEDULE: &[Facet] = &[
    facet(
        "dates",
        "each step has a latest beginning and an owner",
        "a step without an owner is not in the plan",
    ),
    facet(
        "slack",
        "a tenth of the time belongs to nobody",
        "slack is not given away in the first half",
    ),
    facet(
        "moving",
        "when one date moves, the ones that hang on it move too",
        "the end does not move without a decision",
    ),
];
const TRAINING: &[Facet] = &[
    facet(
        "aim",
        "everybody can do the named things alone afterwards",
        "having been there does not count as having learned",
    ),
    facet(
        "practice",
        "each does it once on a real case and is watched",
        "no real customer waits meanwhile",
    ),
    facet(
        "help afterwards",
        "there is one place and one name to ask",
        "the same question is not answered in five ways",
    ),
];
const MESSAGES: &[Facet] = &[
    facet(
        "content",
        "one point, one action, one date",
        "nothing is promised that is not finished",
    ),
    facet(
        "order",
        "who must act hears it first",
        "nobody hears it from outside",
    ),
    facet(
        "answers",
        "each message names who answers questions",
        "no answer takes longer than agreed",
    ),
];
const FAILURE: &[Facet] = &[
    facet(
        "noticing",
        "it shows within minutes, by a sign and not by a complaint",
        "a false alarm does not stop the work",
    ),
    facet(
        "going on",
        "what can go on without it does",
        "nothing is lost or done twice meanwhile",
    ),
    facet(
        "telling",
        "those concerned hear what happens and when the next word comes",
        "nobody guesses in public",
    ),
];
const MONEY: &[Facet] = &[
    facet(
        "share",
        "each item has a sum and a reason",
        "an item without a reason gets nothing",
    ),
    facet(
        "reserve",
        "a tenth is kept for what nobody thought of",
        "the reserve is not spent in the first half",
    ),
    facet(
        "watching",
        "spent and still to spend can be read at any time",
        "nothing is ordered past the sum",
    ),
];

const FACETS: &[(&str, &[Facet])] = &[
    (
        "authentication auth login registration password signup account accounts sign-in benutzeranmeldung anmeldung",
        SIGN_IN,
    ),
    ("comment comments reply replies kommentar kommentaren", COMMENTS),
    ("search find filter suche", SEARCH),
    ("fail fails failure outage crash emergency", FAILURE),
    (
        "payment payments pay checkout billing invoice invoices subscription",
        PAYMENT,
    ),
    (
        "upload uploads file files image images import export csv attachment attachments",
        FILES,
    ),
    ("permission permissions role roles admin rights access", RIGHTS),
    ("offline sync synchronisation synchronization", OFFLINE),
    (
        "notification notifications notify alert alerts reminder reminders",
        NOTICES,
    ),
    (
        "timeline schedule weeks agenda programme roadmap milestones dates",
        SCHEDULE,
    ),
    ("training onboarding lesson course teach", TRAINING),
    (
        "message messages announcement announcements newsletter email emails press",
        MESSAGES,
    ),
    ("budget cost costs price money", MONEY),
];

/// What usually belongs to `feature`; empty for what is not known.
pub(super) fn of(feature: &str) -> &'static [Facet] {
    let told: Vec<String> = words(feature).iter().map(|word| word.to_lowercase()).collect();
    FACETS
        .iter()
        .find(|(calls, _)| {
            calls.split_whitespace().any(|call| {
                told.iter()
                    .any(|word| word == call || (call.len() > 4 && stem(word) == stem(call)))
            })
        })
        .map_or(&[], |(_, facets)| facets)
}

/// What has to be decided about things that systems of a known sort deal with.
pub(super) fn decision(thing: &str) -> Option<&'static str> {
    const DECISIONS: &[(&str, &str)] = &[
        ("users", "who may register, and who sees an address"),
        (
            "posts",
            "who sees a draft, and whether an address stays when the title changes",
        ),
        ("comments", "whether they show before somebody has checked them"),
        ("authors", "whether an author is a user or only a name"),
        ("tags", "who may invent one, and what becomes of unused ones"),
        ("products", "what becomes of one that is no longer sold"),
        ("carts", "how long one is kept"),
        ("orders", "whether a paid one can be changed"),
        ("customers", "what is kept after they leave"),
        ("payments", "who may pay back, and up to which sum"),
        ("bookings", "until when one may be cancelled"),
        (
            "invoices",
            "that a sent one is never changed, only followed by another",
        ),
        ("messages", "whether a sent one can be taken back"),
        ("rooms", "who may open one, and who may enter"),
        ("members", "who lets somebody in, and who may leave"),
        ("loans", "what happens when one is overdue"),
        ("items", "whether a finished one is kept"),
        ("lists", "whether one can be shared"),
        ("tasks", "whether one can have several people"),
        ("projects", "what becomes of tasks when one ends"),
        ("events", "how people learn that one has moved"),
        ("registrations", "what happens when more come than there is room"),
        ("notes", "whether earlier versions are kept"),
        ("receipts", "how long they must be kept"),
        ("expenses", "who approves one, and up to which sum"),
    ];
    DECISIONS
        .iter()
        .find(|(known, _)| *known == thing)
        .map(|(_, decision)| *decision)
}
