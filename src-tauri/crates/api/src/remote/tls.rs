//! Which certificate is spoken to: the pinned one. Who signed it and how long it is valid have no say, because the
//! operator compared it when the machines were paired; that the server holds its key is checked in every handshake.

use super::fingerprint::Fingerprint;
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, OtherError, SignatureScheme};
use std::sync::Arc;

/// What is known of the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Expected {
    /// Nothing, so that none is good. For addresses without TLS.
    None,
    /// All of its fingerprint.
    Whole(Fingerprint),
    /// How its fingerprint begins, as a pairing code tells it.
    Begins([u8; 10]),
}

/// Another certificate was shown than the expected one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the server shows another certificate: {seen}")]
pub(super) struct OtherCertificate {
    /// The one that was shown.
    pub(super) seen: Fingerprint,
}

/// A configuration that speaks to the expected certificate only.
///
/// # Errors
/// Where the cryptographic provider knows none of the usual versions of TLS.
pub(super) fn config(expected: Expected) -> Result<ClientConfig, Error> {
    let provider = aws_lc_rs::default_provider();
    let pinned = Pinned {
        expected,
        algorithms: provider.signature_verification_algorithms,
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(pinned))
        .with_no_client_auth();
    // A resumed connection shows no certificate, and then there would be nothing to compare.
    config.resumption = Resumption::disabled();
    Ok(config)
}

#[derive(Debug)]
struct Pinned {
    expected: Expected,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let seen = Fingerprint::of(end_entity);
        let is_expected = match &self.expected {
            Expected::None => false,
            Expected::Whole(whole) => seen == *whole,
            Expected::Begins(bytes) => seen.begins_with(bytes),
        };
        if is_expected {
            Ok(ServerCertVerified::assertion())
        } else {
            let other = OtherError(Arc::new(OtherCertificate { seen }));
            Err(Error::InvalidCertificate(CertificateError::Other(other)))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
