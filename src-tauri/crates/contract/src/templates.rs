//! Templates: what can be run, with its versions.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use wheelhouse_domain::{Field, Json, Millis, StepId, TemplateProblem, TemplateUid};

/// Asks for the templates, those that come with the program first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListTemplates {
    /// Whether those that were taken out of the list are wanted too.
    #[serde(default)]
    pub removed: bool,
}

/// Asks for one version of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetTemplate {
    /// Which one.
    pub uid: TemplateUid,
    /// Which version; none for the newest.
    pub version: Option<u32>,
}

/// Asks for the versions of a template, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListTemplateVersions {
    /// Which one.
    pub uid: TemplateUid,
}

/// Asks how two versions of a template differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CompareTemplateVersions {
    /// Which template.
    pub uid: TemplateUid,
    /// The older version.
    pub from: u32,
    /// The newer version.
    pub to: u32,
}

/// Asks what is wrong with the text of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckTemplate {
    /// The whole document as JSON.
    pub text: String,
}

/// Asks what is wrong with the values for a template's inputs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckInputs {
    /// Which template.
    pub uid: TemplateUid,
    /// Which version; none for the newest.
    pub version: Option<u32>,
    /// The values by name: an object.
    pub inputs: Json,
}

/// Keeps a document as the next version of its template, or as a new template. One that comes with the program can't be
/// changed; make a copy of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveTemplate {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The whole document as JSON. Its uid says which template.
    pub text: String,
    /// The version that was read, so that nobody's change is lost; 0 for a new template.
    pub expected_version: u32,
}

/// Makes a template of the operator's own from any version of any template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DuplicateTemplate {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub uid: TemplateUid,
    /// Which version; none for the newest.
    pub version: Option<u32>,
}

/// Takes one of the operator's templates out of the list. Its runs and versions are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveTemplate {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub uid: TemplateUid,
}

/// Puts a template back that was taken out of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RestoreTemplate {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub uid: TemplateUid,
}

/// Asks for a template as a file to share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ExportTemplate {
    /// Which one.
    pub uid: TemplateUid,
    /// Which version; none for the newest.
    pub version: Option<u32>,
}

/// Takes in a template's file. One that is known already gets the file as its next version; where that one comes with
/// the program and says something else, the file becomes a template of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportTemplate {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The file's text.
    pub text: String,
}

/// Makes a workflow of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RunTemplate {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which template.
    pub uid: TemplateUid,
    /// Which version; none for the newest.
    pub version: Option<u32>,
    /// The values of its inputs by name: an object. What is missing gets its default.
    pub inputs: Json,
    /// What people call it; made from the inputs when empty. At most 120 characters.
    pub name: String,
    /// Whether it starts at once.
    pub start: bool,
}

/// A step as an outline shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateStepView {
    /// Name, unique in the template.
    pub id: StepId,
    /// What people read.
    pub title: String,
    /// Word of its kind.
    pub kind: String,
    /// Who does it, where an agent does.
    pub agent: Option<String>,
    /// Steps of the same block that must have ended before.
    pub needs: Vec<StepId>,
    /// The step that contains it.
    pub container: Option<StepId>,
    /// Which block of that step: the name of a case, `else`, `error` or `each`.
    pub block: Option<String>,
}

/// A template at one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateView {
    /// Identity everywhere.
    pub uid: TemplateUid,
    /// Short name.
    pub name: String,
    /// What people read.
    pub title: String,
    /// What it is good for.
    pub description: String,
    /// This version.
    pub version: u32,
    /// The newest version.
    pub newest_version: u32,
    /// Whether it comes with the program: such a one can be copied, not changed.
    pub built_in: bool,
    /// Whether it was taken out of the list.
    pub removed: bool,
    /// What it must be given.
    pub inputs: Vec<Field>,
    /// Names of the agents that it brings along.
    pub agents: Vec<String>,
    /// Its steps at any depth, outer before inner.
    pub steps: Vec<TemplateStepView>,
    /// Since when the template is there.
    pub created_at: Millis,
    /// Since when the newest version is there.
    pub updated_at: Millis,
}

/// A template with its document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateDetail {
    /// The template at the version that was asked for.
    pub template: TemplateView,
    /// The document as JSON, set out to be read and edited.
    pub text: String,
}

/// A version of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateVersionView {
    /// Number, from 1.
    pub version: u32,
    /// What it was called then.
    pub title: String,
    /// How many steps it has, at any depth.
    pub steps: u32,
    /// Since when.
    pub since: Millis,
}

/// What is wrong with a template or with values for it; nothing is wrong when the list is empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateCheck {
    /// All problems at once.
    pub problems: Vec<TemplateProblem>,
    /// The document's own outline, where it could be read at all.
    pub steps: Vec<TemplateStepView>,
    /// What it must be given, where it could be read at all.
    pub inputs: Vec<Field>,
}

/// A template as a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TemplateFile {
    /// A name for the file.
    pub file_name: String,
    /// What stands in it.
    pub text: String,
}

/// A template's file that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SavedTemplate {
    /// Where it is.
    pub path: String,
    /// Its size in bytes.
    #[specta(type = specta_typescript::Number)]
    pub bytes: u64,
}
