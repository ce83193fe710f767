//! Where models run, their keys, and which model is used when an agent names none.

use crate::RequestKey;
use serde::{Deserialize, Serialize};
use specta::Type;
use std::fmt;
use wheelhouse_domain::{DefaultModels, Millis, ProviderId, ProviderKind, ProviderLimits, ProviderUid};

/// Something that must not be shown: a key or a passphrase. It goes in and never comes out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(transparent)]
pub struct SecretText(pub String);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(hidden)")
    }
}

/// Asks for every provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListProviders {}

/// Adds a provider, or changes one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveProvider {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one to change; none to add one.
    pub id: Option<ProviderId>,
    /// Name that models are called by: 1 to 32 lower-case letters, digits or `-`, unlike any other provider's.
    pub name: String,
    /// Form that it speaks.
    pub kind: ProviderKind,
    /// Where it is: an `http` or `https` address without a query.
    pub base_url: String,
    /// What is set about its calls: 1 to 64 at the same time, and what its models read and write in one call, 1,000 to
    /// 100,000,000 tokens for each of at most 200 models.
    #[serde(default)]
    pub limits: ProviderLimits,
}

/// Removes a provider and its key. Agents that name its models can't work until they get another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RemoveProvider {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which one.
    pub id: ProviderId,
}

/// Keeps a provider's key where keys are kept, or forgets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SetProviderKey {
    /// Names this wish.
    pub request_key: RequestKey,
    /// Which provider.
    pub id: ProviderId,
    /// The key; empty to forget it.
    pub key: SecretText,
}

/// Speaks to a provider to see whether it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TestProvider {
    /// Which one.
    pub id: ProviderId,
    /// A model to ask for a word; none to ask only whether the provider is there.
    pub model: Option<String>,
}

/// Asks for the models that agents can think with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ListModels {}

/// Asks which models are used when an agent names none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetSettings {}

/// Sets which models are used when an agent names none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SaveSettings {
    /// Names this wish.
    pub request_key: RequestKey,
    /// The models.
    pub default_models: DefaultModels,
}

/// Asks how keys are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct GetKeys {}

/// Opens the file of keys. The first time it makes it with this passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UnlockKeys {
    /// At least 8 characters.
    pub passphrase: SecretText,
}

/// A provider. Its key is never part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProviderView {
    /// Number in this store.
    pub id: ProviderId,
    /// Identity.
    pub uid: ProviderUid,
    /// Name that models are called by.
    pub name: String,
    /// Form that it speaks.
    pub kind: ProviderKind,
    /// Where it is.
    pub base_url: String,
    /// What is set about its calls.
    pub limits: ProviderLimits,
    /// Calls at the same time where nothing is set.
    pub usual_parallel: u32,
    /// Where its key comes from; none where it has none.
    pub key_from: Option<KeyOrigin>,
    /// Whether it is on this machine, so that nothing leaves it.
    pub on_this_machine: bool,
    /// Since when it is there.
    pub created_at: Millis,
}

/// What a provider answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProviderCheck {
    /// How long it took, in milliseconds.
    pub latency_ms: u32,
    /// Its models, where it gives a list.
    pub models: Option<Vec<String>>,
    /// What the asked model said.
    pub said: Option<String>,
}

/// A model that agents can think with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ModelChoice {
    /// What an agent names: `rehearsal`, or `<provider>/<model>`.
    pub name: String,
    /// The provider's name; none for `rehearsal`.
    pub provider: Option<String>,
    /// Tokens that it reads and writes in one call; none where nobody knows.
    #[serde(default)]
    pub window: Option<u32>,
}

/// The models that agents can think with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ModelList {
    /// `rehearsal` first, then by provider.
    pub models: Vec<ModelChoice>,
    /// Providers that gave no list, and why.
    pub notices: Vec<String>,
}

/// What is set for all agents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SettingsView {
    /// Models that are used when an agent names none.
    pub default_models: DefaultModels,
}

/// Where keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The operating system's keychain.
    Keychain,
    /// A file in the data folder, encrypted with a passphrase.
    File,
}

/// Where the key of a provider comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum KeyOrigin {
    /// A variable of the application's environment. It goes before a kept key.
    Environment,
    /// Kept in the operating system's keychain.
    Keychain,
    /// Kept in the encrypted file.
    File,
}

/// How keys are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct KeysView {
    /// Where.
    pub place: KeyPlace,
    /// Whether the file must be opened before keys can be used.
    pub locked: bool,
    /// Whether the file is there already. A new passphrase makes it.
    pub exists: bool,
}
