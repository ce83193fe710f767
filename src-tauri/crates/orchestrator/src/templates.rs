//! Templates as the operator arranges them: kept in versions, copied, shared.

use crate::error::Error;
use crate::handle::{Handle, Wish, own_request};
use crate::service::Inner;
use std::collections::BTreeSet;
use std::sync::Arc;
use wheelhouse_domain::{
    ContentHash, Document, StepKind, TemplateChange, TemplateProblem, TemplateUid, all_steps,
};
use wheelhouse_engine::gallery;
use wheelhouse_engine::template::{self, Export, Known};
use wheelhouse_store::{Error as StoreError, TemplateEdit, TemplateRow, TemplateVersionRow};

/// Puts in what comes with the program, where it is not there as it is now.
pub(crate) async fn seed_templates(inner: &Arc<Inner>) -> Result<(), Error> {
    let mut missing = Vec::new();
    for shipped in gallery::built_in() {
        let present = inner.store.template(shipped.document.uid).await?;
        let same = present.is_some_and(|row| row.newest.document == shipped.document);
        if !same {
            missing.push(shipped.document);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let now = inner.options.world.now();
    let request = own_request(inner, "put_built_in_templates", now);
    Ok(inner.store.put_built_in_templates(missing, request, now).await?)
}

/// A document as JSON, set out to be read and edited.
#[must_use]
pub fn template_text(document: &Document) -> String {
    template::write(document)
}

impl Handle {
    /// One version of a template, and the template.
    ///
    /// # Errors
    /// [`Error::TemplateNotFound`].
    pub async fn template(
        &self,
        uid: TemplateUid,
        version: Option<u32>,
    ) -> Result<(TemplateRow, TemplateVersionRow), Error> {
        let missing = || Error::TemplateNotFound { uid, version };
        let row = self.store().template(uid).await?.ok_or_else(missing)?;
        let version = version.unwrap_or(row.newest.version);
        let found = self.store().template_version(uid, version).await?;
        Ok((row, found.ok_or_else(missing)?))
    }

    /// Everything that is wrong with a document, and the document where it could be read at all.
    ///
    /// # Errors
    /// [`Error::Store`] where it could not be looked up what the document names.
    pub async fn check_template(
        &self,
        text: &str,
    ) -> Result<(Option<Document>, Vec<TemplateProblem>), Error> {
        match template::read(text) {
            Ok(document) => {
                let problems = template::check(&document, &self.known(&document).await?);
                Ok((Some(document), problems))
            }
            Err(problems) => Ok((None, problems)),
        }
    }

    /// Everything that is wrong with the values for a template's inputs.
    ///
    /// # Errors
    /// [`Error::TemplateNotFound`].
    pub async fn check_inputs(
        &self,
        uid: TemplateUid,
        version: Option<u32>,
        inputs: &wheelhouse_domain::Json,
    ) -> Result<Vec<TemplateProblem>, Error> {
        let (_, row) = self.template(uid, version).await?;
        let bound = template::bind(&row.template.document.inputs, inputs);
        Ok(bound.err().unwrap_or_default())
    }

    /// How two versions of a template differ.
    ///
    /// # Errors
    /// [`Error::TemplateNotFound`].
    pub async fn compare_template(
        &self,
        uid: TemplateUid,
        from: u32,
        to: u32,
    ) -> Result<Vec<TemplateChange>, Error> {
        let (_, older) = self.template(uid, Some(from)).await?;
        let (_, newer) = self.template(uid, Some(to)).await?;
        Ok(template::difference(
            &older.template.document,
            &newer.template.document,
        ))
    }

    /// Keeps a document as the next version of its template, or as a new template. Gives it as it is now.
    ///
    /// # Errors
    /// [`Error::Template`] with all that is wrong with it, [`Error::Store`] where the template comes with the program or
    /// was changed since it was read.
    pub async fn save_template(
        &self,
        wish: Wish<'_>,
        text: &str,
        expected_version: u32,
    ) -> Result<TemplateRow, Error> {
        let document = self.usable(text).await?;
        self.keep_template(wish, document, expected_version).await
    }

    /// Makes a template of the operator's own from another. Gives it.
    ///
    /// # Errors
    /// [`Error::TemplateNotFound`].
    pub async fn duplicate_template(
        &self,
        wish: Wish<'_>,
        uid: TemplateUid,
        version: Option<u32>,
    ) -> Result<TemplateRow, Error> {
        let (_, row) = self.template(uid, version).await?;
        let document = self.copy_of(wish, row.template.document).await?;
        self.keep_template(wish, document, 0).await
    }

    /// Takes one of the operator's templates out of the list, or puts it back.
    ///
    /// # Errors
    /// [`Error::Store`] where it comes with the program or is not there.
    pub async fn set_template_removed(
        &self,
        wish: Wish<'_>,
        uid: TemplateUid,
        removed: bool,
    ) -> Result<(), Error> {
        let (request, now) = self.arrangement(wish);
        let set = self
            .store()
            .set_template_removed(uid, removed, request, now)
            .await;
        set.or_else(|error| self.unless_known(wish, error))
    }

    /// A version of a template as a file to share.
    ///
    /// # Errors
    /// [`Error::TemplateNotFound`].
    pub async fn export_template(
        &self,
        uid: TemplateUid,
        version: Option<u32>,
    ) -> Result<(Document, Export), Error> {
        let (_, row) = self.template(uid, version).await?;
        let export = template::export(&row.template.document);
        Ok((row.template.document, export))
    }

    /// Takes in a template's file. One of the operator's own gets it as its next version; of one that comes with the
    /// program it becomes a copy, unless it says the same.
    ///
    /// # Errors
    /// [`Error::Template`] with all that is wrong with it.
    pub async fn import_template(&self, wish: Wish<'_>, text: &str) -> Result<TemplateRow, Error> {
        let document = self.usable(text).await?;
        match self.store().template(document.uid).await? {
            Some(row) if row.built_in && row.newest.document == document => Ok(row),
            Some(row) if row.built_in => {
                let document = self.copy_of(wish, document).await?;
                self.keep_template(wish, document, 0).await
            }
            present => {
                let version = present.map_or(0, |row| row.newest.version);
                self.keep_template(wish, document, version).await
            }
        }
    }

    async fn keep_template(
        &self,
        wish: Wish<'_>,
        document: Document,
        expected_version: u32,
    ) -> Result<TemplateRow, Error> {
        let uid = document.uid;
        let edit = TemplateEdit {
            document,
            expected_version,
        };
        let (request, now) = self.arrangement(wish);
        match self.store().save_template(edit, request, now).await {
            Ok(row) => Ok(row),
            Err(error) => {
                self.unless_known(wish, error)?;
                let row = self.store().template(uid).await?;
                row.ok_or(Error::Store(StoreError::TemplateNotFound(uid)))
            }
        }
    }

    async fn usable(&self, text: &str) -> Result<Document, Error> {
        match self.check_template(text).await? {
            (Some(document), problems) if problems.is_empty() => Ok(document),
            (_, problems) => Err(Error::Template(problems)),
        }
    }

    /// The same document under an identity of its own. The same wish gives the same one, so that it is made once.
    async fn copy_of(&self, wish: Wish<'_>, mut document: Document) -> Result<Document, Error> {
        let names: BTreeSet<String> = self
            .store()
            .templates()
            .await?
            .into_iter()
            .map(|row| row.newest.document.name)
            .collect();
        document.uid = copied_uid(document.uid, wish.key);
        let stem = document.name.clone();
        let mut number = 1;
        while names.contains(&document.name) {
            number += 1;
            document.name = format!("{stem}-{number}");
        }
        document.title = format!("{} (copy)", document.title);
        Ok(document)
    }

    /// What the steps of a document may name.
    async fn known(&self, document: &Document) -> Result<Known, Error> {
        let mut known = Known::default();
        for row in self.store().templates().await? {
            if row.newest.document.uid != document.uid {
                let other = row.newest.document;
                known.templates.insert(other.uid, sub_workflows(&other));
                known.inputs.insert(other.uid, other.inputs);
            }
        }
        Ok(known)
    }
}

/// Identity of the copy of a template that a wish makes.
fn copied_uid(uid: TemplateUid, key: &str) -> TemplateUid {
    let hash = ContentHash::of(&format!("{uid} {key}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_str().as_bytes()[..16]);
    TemplateUid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The templates that a document's steps run.
fn sub_workflows(document: &Document) -> BTreeSet<TemplateUid> {
    all_steps(&document.steps)
        .into_iter()
        .filter_map(|step| match &step.kind {
            StepKind::Workflow { template, .. } => Some(*template),
            _ => None,
        })
        .collect()
}
