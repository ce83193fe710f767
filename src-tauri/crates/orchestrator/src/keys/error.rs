//! Why the key ring could not do what was asked. No error holds a key, a passphrase, or what stood in a variable.

use super::secret::{MIN_PASSPHRASE, UnfitSecret};
use std::io;
use std::path::PathBuf;

/// What is wrong with the key file.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    /// It is no encrypted file, or its head was changed.
    #[error("its head can't be read: {0}")]
    Head(age::DecryptError),
    /// It was cut or changed after its head.
    #[error("its content was cut or changed")]
    Body(#[source] io::Error),
    /// It was decrypted, and does not hold keys.
    #[error("it does not hold keys")]
    Content,
    /// It is far larger than keys can be.
    #[error("it is too large")]
    TooLarge,
}

/// Why the operating system's keychain did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeychainFault {
    /// It is locked, or the operator said no.
    #[error("it is locked or refused: {0}")]
    Refused(String),
    /// It failed.
    #[error("{0}")]
    Failed(String),
    /// What it gave is no key.
    #[error("what it holds is not a key")]
    Malformed,
    /// It has more than one entry where there may be one.
    #[error("it holds more than one entry for this provider")]
    Ambiguous,
    /// It did not answer in time.
    #[error("it does not answer")]
    Silent,
}

/// Why the key ring could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file is locked.
    #[error("The keys are locked.")]
    Locked,
    /// No passphrase was chosen yet, so there is no key file.
    #[error("There is no passphrase for the keys yet.")]
    NotSetUp,
    /// The passphrase does not fit.
    #[error("The passphrase is wrong.")]
    WrongPassphrase,
    /// The new passphrase is too short.
    #[error("The passphrase is shorter than {MIN_PASSPHRASE} characters.")]
    PassphraseTooShort,
    /// The keys are in the operating system's keychain, which has no passphrase of ours.
    #[error("The keys are in the system's keychain. There is nothing to unlock.")]
    NothingToUnlock,
    /// The key file can't be made sense of. It was left as it is.
    #[error("The key file {} is damaged: {damage}.", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        damage: Damage,
    },
    /// The key file was written by a newer version.
    #[error("The key file {} was written by a newer Wheelhouse.", path.display())]
    NewerForm {
        /// Which file.
        path: PathBuf,
    },
    /// A file of the key ring can't be read or written.
    #[error("{} could not be read or written: {source}", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The keys could not be encrypted.
    #[error("The keys could not be encrypted: {0}")]
    Encryption(#[from] age::EncryptError),
    /// The list of providers with keys could not be written down.
    #[error("The list of keys could not be written: {0}")]
    Index(#[from] serde_json::Error),
    /// The keychain failed.
    #[error("The system's keychain could not be used: {0}.")]
    Keychain(KeychainFault),
    /// The key was put into a keychain that is not there now.
    #[error("The key is in the system's keychain, which is not available now.")]
    KeychainAbsent,
    /// The text can't be a key.
    #[error("This can't be a key. {0}")]
    Unfit(#[from] UnfitSecret),
    /// A variable of the environment, or the file that it names, does not hold a key.
    #[error("The variable {variable} does not give a key. {fault}")]
    UnfitVariable {
        /// Its name.
        variable: String,
        /// What is wrong.
        fault: UnfitSecret,
    },
    /// The file that a variable of the environment names can't be read. Its path is left out: what stands in the
    /// variable may be a key by mistake.
    #[error("The file named by {variable} could not be read: {source}")]
    VariableFile {
        /// The variable's name.
        variable: String,
        /// Why.
        source: io::Error,
    },
    /// Nothing came back in time.
    #[error("The keys could not be reached in time.")]
    NoAnswer,
    /// Work in the background could not begin.
    #[error("The system could not start the work: {0}")]
    NoThread(#[source] io::Error),
    /// Work in the background broke off.
    #[error("The work was broken off by a fault of the application.")]
    BrokenOff,
}

impl KeyError {
    /// What the operator can do.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Locked => "Enter the passphrase in Settings.",
            Self::NotSetUp => "Choose a passphrase in Settings first.",
            Self::WrongPassphrase => "Try again. Check capital letters and the keyboard's language.",
            Self::PassphraseTooShort => "Choose a longer one.",
            Self::NothingToUnlock => "Nothing to do.",
            Self::Damaged { .. } => {
                "Put the file back from a backup, or move it out of the data folder and enter the keys again."
            }
            Self::NewerForm { .. } => "Install the newer Wheelhouse.",
            Self::File { .. } | Self::Index(_) => {
                "Check that you may write to the data folder and that the disk has room."
            }
            Self::Keychain(_) | Self::NoAnswer => {
                "Unlock the system's keychain and try again. Or start Wheelhouse with WHEELHOUSE_KEYS=file: it then \
                 keeps keys in an encrypted file."
            }
            Self::KeychainAbsent => {
                "Enter the key again, or start Wheelhouse where the keychain is available."
            }
            Self::Unfit(_) => "Copy the key again from the provider's page.",
            Self::UnfitVariable { .. } | Self::VariableFile { .. } => {
                "Correct the variable, or unset it to use the key from Settings."
            }
            Self::Encryption(_) | Self::NoThread(_) | Self::BrokenOff => {
                "Try again. The log in the data folder has more."
            }
        }
    }
}
