import { formatSubject } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { quote } from '../_shared/quote.ts';
import { type RefusedCreate, refusalsByRoot, refusedCreates } from '../_shared/refused-creates.ts';
import { rollback } from '../_shared/remedies.ts';

const CODES = {
  invalid: 'admission/pod-invalid',
  reference: 'admission/reference-missing',
} as const;

const INVALID = /is invalid:|Invalid value|Unsupported value|Required value|Duplicate value|: Not found:/;
const MISSING =
  /no PriorityClass with name (\S+) was found|RuntimeClass(?:\.node\.k8s\.io)? "([^"]+)" not found|pod rejected: RuntimeClass/i;
// Refusals with analyzers of their own.
const SPOKEN_FOR =
  /exceeded quota|failed quota|maximum (?:cpu|memory|storage)|minimum (?:cpu|memory|storage)|LimitRange|service account|serviceaccount|failed calling (?:admission )?webhook|denied (?:the )?request|violates PodSecurity|security context constraint/i;

/** Workloads whose Pods the API server refuses because the Pod itself cannot be. */
export const analyzer: Analyzer = {
  name: 'admission-refused',
  codes: {
    [CODES.invalid]: 'The API server refuses the Pods of a workload as invalid.',
    [CODES.reference]: 'The API server refuses the Pods of a workload because a class they name does not exist.',
  },
  reads: ['ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Deployment', 'Event'],
  analyze(snapshot) {
    const refused = refusedCreates(snapshot).filter(
      ({ message }) => !SPOKEN_FOR.test(message) && (INVALID.test(message) || MISSING.test(message)),
    );
    return refusalsByRoot(refused).map(([first]) => report(first));
  },
};

function report({ root, controller, message, evidence, since }: RefusedCreate): Finding {
  const missing = MISSING.exec(message);
  const name = missing?.[1] ?? missing?.[2];
  const why = quote(message.replace(/^Error creating:\s*/, ''), 200);
  return {
    code: missing ? CODES.reference : CODES.invalid,
    subject: root,
    category: 'object-invalid',
    role: 'cause',
    layer: 'admission',
    strength: 0.92,
    statement: `The API server refuses the Pods of ${formatSubject(root)}${name ? `, which name class \`${name}\` that does not exist` : ''}${why === '' ? '' : `: ${why}`}`,
    evidence,
    aliases: [subjectOf(controller)],
    since,
    remediation: rollback(root, 'R1'),
  };
}
