import { formatSubject } from '@headwater/core/subject.ts';
import { citeAlert, citeField } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { unlimited } from '../_shared/limits.ts';
import { type Hog, hogOf, memoryGiant, victimsOn } from '../_shared/node-hogs.ts';
import { nodeCondition } from '../_shared/node-pods.ts';
import { type SaturatedNode, saturatedNodes } from '../_shared/node-saturation.ts';
import { edit } from '../_shared/remedies.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';
import { signalsOf } from '../../metrics/signals.ts';
import { findLiftedLimits } from './lifted-limits.ts';

const CODE = 'saturation/limits-missing';
const FULL = 0.9;

/** A workload without memory limit that fills its Node. */
export const analyzer: Analyzer = {
  name: 'limits-missing',
  codes: { [CODE]: 'A workload without a memory limit uses most of the memory of a Node that is running out of it.' },
  reads: ['metrics', 'Node', 'Pod', 'Deployment', 'StatefulSet', 'DaemonSet'],
  analyze(snapshot) {
    const measured = saturatedNodes(snapshot, { name: 'node-memory', limit: FULL, alert: ALERT }).flatMap(
      (saturated) => {
        const hog = hogOf(snapshot, saturated.node.name, 'memory') ?? memoryGiant(snapshot, saturated.node.name);
        const open = hog ? unlimited(snapshot, hog.subject, 'memory')[0] : undefined;
        return hog && open ? [finding(snapshot, { saturated, hog, open })] : [];
      },
    );
    return signalsOf(snapshot).all('node-memory').length > 0 ? measured : findLiftedLimits(snapshot, ALERT);
  },
};

const ALERT = /(node|host|instance).*mem|KubeNodePressure|KubeNodeEviction/i;

interface Unbounded {
  readonly saturated: SaturatedNode;
  readonly hog: Hog;
  readonly open: ReturnType<typeof unlimited>[number];
}

function finding(snapshot: Snapshot, { saturated, hog, open }: Unbounded): Finding {
  const { node, signal, shift, alert } = saturated;
  const object = snapshot.objects.get('Node', null, node.name);
  const pressed = object && nodeCondition(object, 'MemoryPressure')?.status === 'True';
  const victims = victimsOn(snapshot, node.name, { except: hog.subject, from: hog.shift?.onset ?? snapshot.now });
  const grew = hog.shift ? `; its ${wordsOf(hog.shift)} ${sinceWords(hog.shift)}` : `, ${lastOf(hog.signal)}`;
  return {
    code: CODE,
    subject: hog.subject,
    category: 'limits-missing',
    role: 'cause',
    layer: 'saturation',
    strength: hog.shift ? 0.85 : 0.65,
    statement: `container \`${open.container}\` of ${formatSubject(hog.subject)} has no memory limit and uses most of the memory of ${formatSubject(node)}, of which ${lastOf(signal)} is used${grew}`,
    evidence: [
      open.evidence,
      hog.shift ? citeShift(hog.shift) : citeSignal(hog.signal),
      citeSignal(signal),
      ...(pressed ? [citeField(object, 'status.conditions[type=MemoryPressure].status')] : []),
      ...victims.slice(0, 2).map(citeShift),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    affects: [node, ...victims.map((victim) => victim.signal.subject)],
    since: hog.shift?.onset ?? shift?.onset ?? null,
    remediation: [
      edit('patch-resources', 'R2', `Give \`${open.container}\` of ${formatSubject(hog.subject)} a memory limit`, [
        'The limit is above what it needs under normal load',
      ]),
    ],
  };
}
