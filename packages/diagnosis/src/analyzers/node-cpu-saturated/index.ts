import { formatSubject } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import { citeAlert } from '../../evidence/cite.ts';
import { citeShift, citeSignal } from '../../evidence/cite-metrics.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { hogOf, victimsOn } from '../_shared/node-hogs.ts';
import { coresOf, type SaturatedNode, saturatedNodes } from '../_shared/node-saturation.ts';
import { recentLevel } from '../_shared/saturation.ts';
import { lastOf, sinceWords, wordsOf } from '../_shared/shift-words.ts';

const CODE = 'node/cpu-saturated';
const FULL = 0.9;
// Runnable tasks per core: above this, each waits for another one's turn.
const LOAD_PER_CORE = 1.5;
const MIN_PART = 0.25;

/** Nodes without CPU to spare. */
export const analyzer: Analyzer = {
  name: 'node-cpu-saturated',
  codes: { [CODE]: 'A Node has no CPU left, or far more runnable tasks than cores.' },
  reads: ['metrics', 'Node', 'Pod'],
  analyze(snapshot) {
    const busy = saturatedNodes(snapshot, { name: 'node-cpu', limit: FULL, alert: /node.*cpu|NodeSystemSaturation/i });
    const known = new Set(busy.map(({ node }) => node.name));
    const loaded = saturatedNodes(snapshot, {
      name: 'node-load',
      limit: LOAD_PER_CORE,
      alert: /NodeSystemSaturation|node.*load/i,
    }).filter(
      ({ node, signal }) => !known.has(node.name) && isOverloaded(snapshot, { node, level: recentLevel(signal) }),
    );
    return [...busy, ...loaded].map((saturated) => finding(snapshot, saturated));
  },
};

function isOverloaded(snapshot: Snapshot, { node, level }: { node: SaturatedNode['node']; level: number }): boolean {
  const cores = coresOf(snapshot, node);
  const waiting = signalsOf(snapshot).of('node-iowait', node);
  // Tasks that wait for disks count as load; that is another fault.
  return cores !== null && level >= cores * LOAD_PER_CORE && (waiting === undefined || recentLevel(waiting) < 0.1);
}

function finding(snapshot: Snapshot, { node, signal, shift, alert }: SaturatedNode): Finding {
  const most = hogOf(snapshot, node.name, 'cpu');
  const cores = coresOf(snapshot, node);
  // Most of what Pods use may be next to nothing when the host itself is busy.
  const hog = most && (cores === null || recentLevel(most.signal) >= cores * MIN_PART) ? most : null;
  const from = (shift?.onset ?? snapshot.now) - 2 * MINUTE;
  const victims = victimsOn(snapshot, node.name, { except: hog?.subject ?? node, from });
  const how = shift
    ? `${wordsOf(shift)} ${sinceWords(shift)}`
    : `${signal.name === 'node-load' ? 'load' : 'CPU use'} is ${lastOf(signal)}`;
  const who = hog ? `; ${formatSubject(hog.subject)} uses most of it, ${lastOf(hog.signal)}` : '';
  const felt = victims[0];
  // With one workload to blame the Node is where it hurts, not what is wrong.
  const culprit = hog && victims.length > 0;
  return {
    code: CODE,
    subject: node,
    category: 'node-cpu-saturated',
    role: culprit ? 'symptom' : 'cause',
    layer: 'saturation',
    strength: victims.length > 0 ? 0.82 : 0.65,
    statement: `${formatSubject(node)} is out of CPU: ${how}${who}${felt ? `; ${formatSubject(felt.signal.subject)} suffers, ${wordsOf(felt)}` : ''}`,
    evidence: [
      shift ? citeShift(shift) : citeSignal(signal),
      ...(hog ? [citeSignal(hog.signal)] : []),
      ...victims.slice(0, 2).map(citeShift),
      ...(alert ? [citeAlert(alert)] : []),
    ],
    affects: victims.map((victim) => victim.signal.subject),
    ...(culprit ? { blames: [hog.subject] } : {}),
    since: shift?.onset ?? alert?.startsAt ?? null,
    remediation: [
      {
        action: 'drain-node',
        risk: 'R3',
        statement: `Move workloads off ${formatSubject(node)} or give it less to do`,
        preconditions: ['Other Nodes have CPU to spare', 'PodDisruptionBudgets allow the moves'],
        undo: 'Uncordon the Node',
      },
    ],
  };
}
