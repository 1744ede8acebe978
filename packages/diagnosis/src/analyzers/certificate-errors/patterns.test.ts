import { expect, it } from 'vitest';
import { readCertificateError } from './patterns.ts';

it.each([
  [
    'Get "https://pay.shop.svc/": x509: certificate has expired or is not yet valid: current time 2026-03-01T10:00:00Z is after 2026-02-01T00:00:00Z',
    'expired',
    'pay.shop.svc',
  ],
  ['Error: certificate has expired code: CERT_HAS_EXPIRED', 'expired', null],
  ['ssl.SSLCertVerificationError: certificate verify failed: certificate has expired (_ssl.c:1006)', 'expired', null],
  [
    `HTTPSConnectionPool(host='tariffs', port=8443): Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1028)')))`,
    'expired',
    'tariffs',
  ],
  [
    'PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed',
    'expired',
    null,
  ],
  ['request to https://auth:8443/t failed, reason: unable to verify the first certificate', 'untrusted', 'auth'],
  ['Post "https://auth:8443/t": x509: certificate signed by unknown authority', 'untrusted', 'auth'],
  [
    'sun.security.validator.ValidatorException: PKIX path building failed: unable to find valid certification path',
    'untrusted',
    null,
  ],
  ['Error: self-signed certificate in certificate chain', 'untrusted', null],
  ['x509: certificate is valid for a.example.com, not b.example.com', 'name', 'b.example.com'],
  ["Hostname/IP does not match certificate's altnames: Host: api. is not in the cert's altnames", 'name', null],
])('reads %s', (line, fault, host) => {
  expect(readCertificateError(line)).toMatchObject({ fault, host });
});

it('takes an expired certificate that clients refuse for the program’s own', () => {
  expect(
    readCertificateError('http: TLS handshake error from 10.0.0.1:5: remote error: tls: expired certificate')?.side,
  ).toBe('own');
});

it.each([
  'http: TLS handshake error from 10.0.0.1:5: remote error: tls: bad certificate',
  'http: TLS handshake error from 10.0.0.1:5: EOF',
  'certificate renewed',
])('leaves %s', (line) => {
  expect(readCertificateError(line)).toBeNull();
});
