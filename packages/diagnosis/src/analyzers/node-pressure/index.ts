import type { Category } from '@headwater/contracts/diagnosis/categories.ts';
import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeSignal } from '../../evidence/cite-metrics.ts';
import { citeAlert, citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Signal } from '../../metrics/signal.ts';
import { signalsOf } from '../../metrics/signals.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { alertedNode, firingAlerts } from '../_shared/firing-alerts.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { nodeCondition, type NodeObject, sufferingOn } from '../_shared/node-pods.ts';
import { edit } from '../_shared/remedies.ts';
import { runwayOf } from '../_shared/runway.ts';
import { greediest } from './consumers.ts';
import { roomOf } from './threshold.ts';

interface Pressure {
  readonly type: string;
  readonly code: string;
  readonly category: Category;
  readonly what: string;
  readonly signal: 'node-memory' | 'node-filesystem' | null;
  readonly hints: ReadonlySet<string>;
}

const PRESSURES: readonly Pressure[] = [
  {
    type: 'MemoryPressure',
    code: 'node/memory-pressure',
    category: 'node-memory-pressure',
    what: 'memory',
    signal: 'node-memory',
    hints: new Set(['SystemOOM', 'EvictionThresholdMet', 'OOMKilling']),
  },
  {
    type: 'DiskPressure',
    code: 'node/disk-pressure',
    category: 'node-disk-pressure',
    what: 'disk space',
    signal: 'node-filesystem',
    hints: new Set(['FreeDiskSpaceFailed', 'ImageGCFailed', 'EvictionThresholdMet']),
  },
  {
    type: 'PIDPressure',
    code: 'node/pid-pressure',
    category: 'node-pid-pressure',
    what: 'process ids',
    signal: null,
    hints: new Set(['EvictionThresholdMet']),
  },
];

/** Nodes that run short of memory, disk or process ids. */
export const analyzer: Analyzer = {
  name: 'node-pressure',
  codes: {
    'node/memory-pressure':
      'A Node is short of memory and evicts Pods, or its kernel kills processes of several workloads.',
    'node/disk-pressure': 'A Node is short of disk space or inodes and evicts Pods, or finds nothing left to clean up.',
    'node/pid-pressure': 'A Node is short of process ids and evicts Pods.',
    'node/eviction-threshold':
      'A Node claims disk pressure although its filesystem has ample room: its eviction threshold is wrong.',
  },
  reads: ['Node', 'Pod', 'Event', 'metrics', 'alerts'],
  analyze(snapshot) {
    return snapshot.objects
      .list('Node')
      .flatMap((node) => PRESSURES.flatMap((pressure) => judge(snapshot, node, pressure) ?? []));
  },
};

function judge(snapshot: Snapshot, node: NodeObject, pressure: Pressure): Finding | null {
  const condition = nodeCondition(node, pressure.type);
  const kills = pressure.type === 'MemoryPressure' ? systemKills(snapshot, node) : [];
  const unfreed = pressure.type === 'DiskPressure' ? vainCleaning(snapshot, node) : undefined;
  const isDeclared = condition?.status === 'True';
  const usage = pressure.signal ? signalsOf(snapshot).of(pressure.signal, subjectOf(node)) : undefined;
  const foretold = isDeclared ? undefined : foretelling(snapshot, node, { pressure, usage });
  if (!isDeclared && kills.length < 2 && !unfreed && !foretold) return null;
  const { name } = node.metadata;
  const consumer = greediest(snapshot, node, pressure.type);
  const roomy = isDeclared && pressure.type === 'DiskPressure' ? roomOf(snapshot, node) : null;
  const hint = snapshot.events
    .of(subjectOf(node))
    .findLast(
      (event) => !event.stale && pressure.hints.has(event.reason) && isWithin(snapshot, event.last, 4 * RECENT),
    );
  return {
    code: roomy ? 'node/eviction-threshold' : pressure.code,
    subject: subjectOf(node),
    category: pressure.category,
    role: 'cause',
    layer: 'node',
    strength: isDeclared ? 0.92 : unfreed ? 0.62 : foretold ? 0.72 : 0.78,
    statement: statementOf(name, pressure, {
      roomy: roomy?.words ?? null,
      sign: isDeclared ? 'condition' : unfreed ? 'cleaning' : foretold ? 'runway' : 'kills',
      consumer: consumer?.text ?? '',
    }),
    evidence: [
      ...(condition ? [citeField(node, `status.conditions[type=${pressure.type}]`)] : []),
      ...kills.slice(0, 2),
      ...(roomy ? roomy.evidence : usage ? [citeSignal(usage)] : []),
      ...(foretold ? [citeAlert(foretold)] : []),
      ...(hint && kills.length === 0 ? [citeEvent(hint)] : []),
      ...(consumer?.evidence ?? []),
    ],
    ...(consumer ? { actor: consumer.subject } : {}),
    affects: [...sufferingOn(snapshot, name), ...evicted(snapshot, name)],
    since: foretold ? foretold.startsAt : parseTime(condition?.lastTransitionTime),
    remediation: [
      edit('patch-resources', 'R2', `Limit or move what uses the ${pressure.what} of Node ${name}`),
      {
        action: 'cordon',
        risk: 'R2',
        statement: `Cordon Node ${name} until it recovers`,
        preconditions: ['The other Nodes have room'],
        undo: 'Uncordon it',
      },
    ],
  };
}

// Without an alert a filling disk is what log rotation and image clean-up are for.
function foretelling(
  snapshot: Snapshot,
  node: NodeObject,
  { pressure, usage }: { pressure: Pressure; usage: Signal | undefined },
): Alert | undefined {
  if (pressure.type !== 'DiskPressure' || !usage || runwayOf(usage, 1) === null) return undefined;
  return firingAlerts(snapshot, /disk|filesystem/i).find(
    (alert) => alertedNode(snapshot, alert)?.name === node.metadata.name,
  );
}

function statementOf(
  name: string,
  { what }: Pressure,
  {
    roomy,
    sign,
    consumer,
  }: { roomy: string | null; sign: 'condition' | 'kills' | 'cleaning' | 'runway'; consumer: string },
): string {
  if (roomy) return `Node ${name} claims to be short of ${what} although ${roomy}: its eviction threshold is wrong`;
  if (sign === 'cleaning')
    return `Node ${name} runs out of ${what}: removing unused images freed too little${consumer}`;
  if (sign === 'runway') return `The ${what} of Node ${name} shrinks steadily and is used up within hours at this pace`;
  if (sign === 'kills') return `The kernel of Node ${name} ran out of ${what} and killed processes${consumer}`;
  return `Node ${name} is short of ${what} and evicts Pods${consumer}`;
}

// Just after its start a kubelet fails to collect images for want of statistics ("invalid capacity 0"); only a vain attempt counts.
const NOTHING_FREED = /insufficient free disk space|failed to (?:garbage collect|free)/i;

function vainCleaning(snapshot: Snapshot, node: NodeObject): EventRecord | undefined {
  const condition = node.status?.conditions?.find(({ type }) => type === 'DiskPressure');
  // A pressure that was declared and is no more was answered after all.
  const relieved = parseTime(condition?.lastTransitionTime) ?? 0;
  const events = snapshot.events.of(subjectOf(node));
  if (events.some(({ reason, stale }) => reason === 'NodeHasDiskPressure' && !stale)) return undefined;
  return events.findLast(
    ({ reason, message, stale, last }) =>
      !stale &&
      (reason === 'FreeDiskSpaceFailed' || reason === 'ImageGCFailed') &&
      NOTHING_FREED.test(message) &&
      (last ?? 0) > relieved &&
      isWithin(snapshot, last, RECENT),
  );
}

function systemKills(snapshot: Snapshot, node: NodeObject): Evidence[] {
  return snapshot.events
    .of(subjectOf(node), 'SystemOOM')
    .filter((event) => !event.stale && isWithin(snapshot, event.last, RECENT))
    .map(citeEvent);
}

function evicted(snapshot: Snapshot, node: string): readonly Subject[] {
  return snapshot.events
    .withReason('Evicted')
    .filter(
      ({ subject, last }) =>
        isWithin(snapshot, last, 4 * RECENT) &&
        snapshot.objects.get('Pod', subject.namespace, subject.name)?.spec?.nodeName === node,
    )
    .slice(0, 20)
    .map(({ subject }) => snapshot.owners.root(subject));
}
