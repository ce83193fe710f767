//! The words of the product as types: ids, agents, templates, workflows, tasks, calls, questions,
//! knowledge and events. Every other crate speaks in these.
//!
//! Deliberately absent: I/O, async, clocks and random numbers. Times and new ids are handed in, so that
//! the same inputs always give the same facts.

mod agent;
mod answer;
mod call;
mod citation;
mod conversation;
mod event;
mod failure;
mod grant;
mod guarded;
mod help;
mod hiring;
mod ids;
mod json;
mod knowledge;
mod model;
mod needs;
mod plan;
mod price;
mod provider;
mod question;
mod record;
mod run;
mod schedule;
mod spend;
mod status;
mod template;
mod time;
mod tool;
mod tool_server;
mod trial;

pub use agent::{
    ASK_AGENT, ASK_OPERATOR, AgentDesign, AgentKind, AgentOrigin, AgentProfile, AgentStatus, AgentText,
    BUILT_IN_TOOLS, CALCULATOR, CREW_TOOLS, DATE, FETCH_PAGE, GRANTED_TOOLS, KNOWLEDGE_SEARCH, LIST_FOLDER,
    READ_FILE, RUN_COMMAND, SEARCH_FILES, WRITE_FILE, rehearsal_model,
};
pub use answer::TaskAnswer;
pub use call::{CallKind, CallStatus, Gist, LeftOut, PassedOver, Usage};
pub use citation::{Citation, CitationLabel, Passage, citation_label, cited_labels};
pub use conversation::{Author, InConversation, MessageFile, Said, SaidFile, TALK, Talk, talk_template};
pub use event::{EVENT_VERSION, Event, EventBody, WorkflowFailure};
pub use failure::{Failure, FailureCode, ForkFrom};
pub use grant::{
    Access, AgentGrant, CommandGrant, CommandLimits, ExactCall, FolderGrant, Grant, Hosts, Programs,
    Standing, ToolRule, WebGrant,
};
pub use guarded::{
    AllowedInRun, Checkpoint, FileChange, Fingerprint, Leave, Outside, ProgramSeen, ToolApproval, ToolEffect,
    WhyAsked,
};
pub use help::{HELP, Help, help_template};
pub use hiring::{HirePolicy, HireTerms, PartBudget};
pub use ids::{
    AgentId, AgentUid, CallKey, ContentHash, ConversationUid, DocumentId, MessageUid, MoveUid, Position,
    PriceId, ProviderId, ProviderUid, QuestionId, QuestionKey, ScheduleId, ScheduleUid, Seq, SourceId,
    SourceUid, StepId, StoreUid, TRANSFER_PART, TaskId, TaskKey, TemplateUid, ToolServerId, ToolServerUid,
    TransferUid, WorkflowId, WorkflowUid,
};
pub use json::Json;
pub use knowledge::{SourceKind, SourceState, StaysHere};
pub use model::{
    Brief, BriefInput, Candidate, Clarification, ClarifyingQuestion, Expects, KeptThought, ModelMessage,
    ModelRequest, ModelResponse, StaffingAnswer, StaffingChoice, Thoughts, ToolCall, ToolRequest,
    ToolResponse, ToolSpec,
};
pub use needs::{Lack, LackKind, MoveNeeds, NeededAgent, NeededModel, NeededSource, NeededTemplate};
pub use plan::{Assignment, Origin, Plan, Staffing, SubTask};
pub use price::{Budgets, DayExtra, DayLimit, Price};
pub use provider::{
    DEFAULT_MODEL, DefaultModels, Fallbacks, MOST_FALLBACKS, MOST_PARALLEL, ProviderKind, ProviderLimits,
    ProviderWait, WhyWaiting, usual_parallel,
};
pub use question::{AgentQuestion, QuestionKind, QuestionStatus};
pub use record::{Verdict, WorkRecord};
pub use run::{
    AfterStop, BudgetOf, ChildEnd, ForkEdit, Form, FormAbout, LimitKind, Place, Reply, Scope, Setup, Spend,
    TaskOf, WaitsFor, WhySkipped,
};
pub use schedule::{CatchUp, Due, DueOutcome, MissReason, Overlap, ScheduleForm, SchedulePolicy, SkipReason};
pub use spend::Tally;
pub use status::{TaskStatus, WorkflowStatus};
pub use template::{
    AgentName, Backoff, Block, Budget, CREW, Case, ChangeKind, Document, Expression, Field, FieldKind,
    Limits, MapFailure, Money, OnError, Outcome, ProblemCode, QuestionTimeout, Retry, Step, StepKind,
    TEMPLATE_SCHEMA, Template, TemplateAgent, TemplateChange, TemplateProblem, TemplateRef, Text, all_steps,
    crew_template,
};
pub use time::Millis;
pub use tool::Risk;
pub use tool_server::{ToolServerForm, ToolServerPlace, ToolServerSecret, is_served};
pub use trial::{TRIAL, Trial, trial_template};
