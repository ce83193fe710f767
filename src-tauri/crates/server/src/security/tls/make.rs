//! Makes the server's own certificate, once.

use super::{CERTIFICATE_FILE, KEY_FILE, TlsError};
use crate::security::error::AccessError;
use crate::security::folder::Folder;
use rcgen::{
    CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use std::time::Duration;
use wheelhouse_contract::domain::Millis;
use zeroize::Zeroizing;

const DAY: u64 = 24 * 60 * 60;
/// Devices know the certificate itself, not an authority: a new one would only lock them out.
const GOOD_FOR: Duration = Duration::from_secs(20 * 365 * DAY);
/// The clocks of other machines may be behind.
const BEFORE: Duration = Duration::from_secs(DAY);
/// This machine, as itself.
const OWN_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Makes certificate and key where there is neither, and tells whether it did.
pub(super) fn where_missing(folder: &Folder, names: &[String], now: Millis) -> Result<bool, TlsError> {
    // Two processes must not make one each.
    let locked = folder.lock()?;
    let is_there = |name| {
        let path = folder.file(name);
        path.try_exists()
            .map_err(|source| AccessError::File { path, source })
    };
    if is_there(CERTIFICATE_FILE)? {
        let is_whole = is_there(KEY_FILE)?;
        let gone = || TlsError::KeyGone(folder.file(CERTIFICATE_FILE));
        return if is_whole { Ok(false) } else { Err(gone()) };
    }
    // A key without a certificate is left of a start that was killed between: nobody knows it yet.
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(TlsError::Making)?;
    let certificate = form(names, now)?.self_signed(&key).map_err(TlsError::Making)?;
    let key = Zeroizing::new(key.serialize_pem());
    folder.replace(&locked, KEY_FILE, key.as_bytes())?;
    folder.replace(&locked, CERTIFICATE_FILE, certificate.pem().as_bytes())?;
    Ok(true)
}

fn form(names: &[String], now: Millis) -> Result<CertificateParams, TlsError> {
    let mut all: Vec<String> = OWN_NAMES.map(str::to_owned).into();
    for name in names {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        if !all.contains(&name) {
            all.push(name);
        }
    }
    for name in &all {
        CertificateParams::new([name.clone()]).map_err(|_| TlsError::Name(name.clone()))?;
    }
    let mut form = CertificateParams::new(all).map_err(TlsError::Making)?;
    let epoch = rcgen::date_time_ymd(1970, 1, 1);
    let now = epoch + Duration::from_millis(u64::try_from(now.0).unwrap_or_default());
    form.not_before = now - BEFORE;
    form.not_after = now + GOOD_FOR;
    form.distinguished_name = rcgen::DistinguishedName::new();
    form.distinguished_name
        .push(DnType::CommonName, "Wheelhouse server");
    form.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    form.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(form)
}
