import { hostsIn } from '../../topology/host-references.ts';
import type { LogMatch } from '../_shared/log-hits.ts';

/** `expired`: no longer (or not yet) valid; `untrusted`: the issuer is not trusted; `name`: made for another name. */
export type CertificateFault = 'expired' | 'untrusted' | 'name';

export interface CertificateError extends LogMatch {
  readonly fault: CertificateFault;
  /** Whose certificate it is: the peer that was called, or the program's own, as its clients refused it. */
  readonly side: 'peer' | 'own';
  readonly host: string | null;
  readonly text: string;
}

const PATTERNS: readonly (readonly [CertificateFault, RegExp])[] = [
  [
    'name',
    /x509: certificate is (?:not )?valid for [^"\\]{0,120}|Hostname\/IP does not match certificate's altnames[^"\\]{0,100}|No subject alternative (?:DNS )?names?[^"\\]{0,60}(?:matching|present)[^"\\]{0,60}|certificate (?:is not valid for|does not match) (?:the )?(?:host ?name|name)[^"\\]{0,60}|doesn't match (?:the )?(?:certificate|host ?name)[^"\\]{0,60}/i,
  ],
  [
    'expired',
    /x509: certificate has expired or is not yet valid[^"\\]{0,140}|certificate (?:verify failed: certificate )?has expired[^"\\]{0,40}|certificate (?:verify failed: certificate )?is not yet valid|CERT_NOT_YET_VALID|CERT_HAS_EXPIRED|CertificateExpiredException[^"\\]{0,80}|CertificateNotYetValidException[^"\\]{0,80}|PKIX path validation failed: [\w.]+: validity check failed|(?:alert|tls:) (?:certificate expired|expired certificate)|certificate is expired/i,
  ],
  [
    'untrusted',
    /x509: certificate signed by unknown authority[^"\\]{0,120}|unable to get (?:local )?issuer certificate|self[- ]signed certificate(?: in certificate chain)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|unable to verify the first certificate|UNABLE_TO_GET_ISSUER_CERT\w*|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|PKIX path (?:building|validation) failed[^"\\]{0,100}|remote certificate is invalid[^"\\]{0,80}|unknown CA\b|certificate verify failed/i,
  ],
];
// A server's view of a client that refused it; probes and scanners make it in every cluster.
const CLIENT_WENT =
  /remote error: tls: (?:bad|unknown) certificate|remote error: tls: unknown certificate authority|failed calling webhook/i;

// A word without which no expression matches: most lines end here.
const HINT = /cert|x509|alternative|doesn't match|PKIX|unknown CA|UNABLE_TO_VERIFY/i;

/** Reads a line that says a certificate was refused. */
export function readCertificateError(line: string): CertificateError | null {
  if (!HINT.test(line) || CLIENT_WENT.test(line)) return null;
  for (const [fault, pattern] of PATTERNS) {
    const text = pattern.exec(line)?.[0];
    if (text === undefined) continue;
    const side = /remote error: tls: expired|alert certificate expired/i.test(line) ? 'own' : 'peer';
    const host =
      side === 'own'
        ? null
        : (hostsIn(line).find(({ scheme }) => scheme !== null)?.host ??
          /\bhost=["']([\w.-]+)["']/.exec(line)?.[1] ??
          /, not ([\w.-]+)/.exec(text)?.[1] ??
          hostsIn(line)[0]?.host ??
          null);
    return { key: `${fault} ${host ?? ''}`, fault, side, host, text: text.trim() };
  }
  return null;
}
