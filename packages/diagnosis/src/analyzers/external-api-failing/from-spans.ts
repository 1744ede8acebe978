import type { Finding } from '../../finding.ts';
import { isAddress } from '../../topology/host-references.ts';
import { citeSpan } from '../../evidence/cite-traces.ts';
import { calledPeer, spanSubject } from '../../traces/span-subjects.ts';
import type { Span } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { spanWindows } from '../_shared/recent-spans.ts';

const MIN_FAILURES = 3;
const MIN_SHARE = 0.2;
const STATUS = ['http.response.status_code', 'http.status_code'] as const;

/** Calls to a host outside that fail now, as spans of the callers show them. */
export interface FailedCalls {
  readonly host: string;
  readonly status: string | null;
  readonly callers: readonly Subject[];
  readonly examples: readonly Span[];
}

/** Hosts outside the cluster that answer the recorded calls with 429 or 5xx, or not at all; one per host. */
export function failedCallsOutside(
  snapshot: Snapshot,
  isOutside: (host: string, namespace: string) => boolean,
): readonly FailedCalls[] {
  const { recent } = spanWindows(snapshot);
  const calls = recent.flatMap(({ span, answer }) => {
    const peer = span.kind === 'client' && !answer && !span.attributes['db.system'] ? calledPeer(snapshot, span) : null;
    const host = peer && !peer.subject ? peer.name.replace(/:\d+$/, '') : '';
    const namespace = span.resource['k8s.namespace.name'] ?? '';
    return host !== '' && !isAddress(host) && isOutside(host, namespace) ? [{ host, span }] : [];
  });
  return [...Map.groupBy(calls, ({ host }) => host)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([host, all]): FailedCalls[] => {
      const failed = all.map(({ span }) => span).filter(isRefused);
      if (failed.length < MIN_FAILURES || failed.length < all.length * MIN_SHARE) return [];
      const callers = new Map(
        failed.map((span) => spanSubject(snapshot, span)).map((caller) => [subjectKey(caller), caller]),
      );
      const [first] = failed;
      return [
        { host, status: first ? statusOf(first) : null, callers: [...callers.values()], examples: failed.slice(0, 2) },
      ];
    });
}

function statusOf({ attributes }: Span): string | null {
  const status = STATUS.map((key) => attributes[key]).find(Boolean) ?? '';
  return /^(?:429|5\d\d)$/.test(status) ? status : null;
}

// What a host says about the request itself (4xx but 429) is the caller's own doing.
function isRefused(span: Span): boolean {
  const status = STATUS.map((key) => span.attributes[key]).find(Boolean);
  return span.error && (status === undefined || statusOf(span) !== null);
}

/** What such calls say about the host. */
export function reportCalls({ host, status, callers, examples }: FailedCalls): Omit<Finding, 'code' | 'remediation'> {
  return {
    subject: { kind: 'ExternalService', name: host },
    category: 'external-api-failing',
    role: 'cause',
    layer: 'dependency',
    strength: status === null ? 0.62 : 0.72,
    statement: `${callers.map(formatSubject).join(', ')} calls \`${host}\`, outside the cluster, which ${status === null ? 'does not answer' : `answers \`${status}\``}`,
    evidence: examples.map(citeSpan),
    aliases: callers,
    affects: callers,
    since: examples[0]?.start ?? null,
  };
}
