import { compareText, type Subject } from '../subject.ts';
import { kindWord, LABEL_KINDS, LOOSE_LABELS, labelNamespace, PLUMBING_LABELS } from './label-kinds.ts';

/** What an alert's labels say it is about, before any cluster is asked. */
export interface SubjectReading {
  /** The best reading; null when the labels name no object. */
  readonly subject: Subject | null;
  readonly state: 'resolved' | 'ambiguous' | 'unresolved';
  /** Which labels decided, in words. */
  readonly reason: string;
}

type Labels = Readonly<Record<string, string>>;

// The lower number wins: the workload a person owns, then what it uses, then the single Pod, then the machine below it.
const KINDS: ReadonlyMap<string, { readonly kind: string; readonly tier: number; readonly clusterScoped?: true }> =
  new Map([
    ['deployment', { kind: 'Deployment', tier: 1 }],
    ['statefulset', { kind: 'StatefulSet', tier: 1 }],
    ['daemonset', { kind: 'DaemonSet', tier: 1 }],
    ['cronjob', { kind: 'CronJob', tier: 1 }],
    ['rollout', { kind: 'Rollout', tier: 1 }],
    ['horizontalpodautoscaler', { kind: 'HorizontalPodAutoscaler', tier: 2 }],
    ['persistentvolumeclaim', { kind: 'PersistentVolumeClaim', tier: 2 }],
    ['ingress', { kind: 'Ingress', tier: 2 }],
    ['poddisruptionbudget', { kind: 'PodDisruptionBudget', tier: 2 }],
    ['resourcequota', { kind: 'ResourceQuota', tier: 2 }],
    ['certificate', { kind: 'Certificate', tier: 2 }],
    ['replicaset', { kind: 'ReplicaSet', tier: 2 }],
    ['jobname', { kind: 'Job', tier: 2 }],
    ['persistentvolume', { kind: 'PersistentVolume', tier: 2, clusterScoped: true }],
    ['storageclass', { kind: 'StorageClass', tier: 2, clusterScoped: true }],
    ['pod', { kind: 'Pod', tier: 3 }],
    ['node', { kind: 'Node', tier: 4, clusterScoped: true }],
  ]);
const BY_KIND = new Map([...KINDS.values()].map((entry) => [entry.kind, entry]));
// kube-state-metrics' own Pod stands in `pod` when the scrape overwrites labels; the metric's own is then `exported_pod`.
const OWN_TIER = 0.5;
// These run on each machine and measure it: the Pod in their labels is the exporter's own.
const NODE_EXPORTER = /(^|[-_/])(node|windows|smartctl)[-_]exporter/;
const NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

interface Candidate {
  readonly subject: Subject;
  readonly tier: number;
  readonly label: string;
}

/**
 * The subject that the labels name: the closest thing to what a person owns wins; several of equal rank are ambiguous,
 * a label that names something of unknown kind is too.
 */
export function readSubject(labels: Labels): SubjectReading {
  const namespace = labelNamespace(labels);
  const candidates = namedCandidates(labels, namespace).sort(
    (left, right) => left.tier - right.tier || compareText(left.label, right.label),
  );
  const [best] = candidates;
  if (!best) return looseReading(labels, namespace);
  const rivals = candidates.filter(
    ({ tier, subject }) =>
      tier === best.tier && (subject.kind !== best.subject.kind || subject.name !== best.subject.name),
  );
  if (rivals.length === 0) return { subject: best.subject, state: 'resolved', reason: `label ${best.label} names it` };
  const names = [best, ...rivals].map(({ label }) => label).join(', ');
  return { subject: best.subject, state: 'ambiguous', reason: `labels ${names} name different objects` };
}

function namedCandidates(labels: Labels, namespace: string | undefined): Candidate[] {
  const candidates: Candidate[] = [];
  const measuresNodes = NODE_EXPORTER.test(labels['job'] ?? '');
  for (const [label, name] of Object.entries(labels)) {
    if (PLUMBING_LABELS.has(label) || !NAME.test(name)) continue;
    const entry =
      BY_KIND.get(LABEL_KINDS.get(label) ?? '') ?? (label === 'job_name' ? undefined : KINDS.get(kindWord(label)));
    if (!entry || (measuresNodes && entry.kind === 'Pod')) continue;
    const place = entry.clusterScoped || namespace === undefined ? {} : { namespace };
    const tier = label.startsWith('exported_') ? entry.tier - OWN_TIER : entry.tier;
    candidates.push({ subject: { kind: entry.kind, ...place, name }, tier, label });
  }
  return candidates;
}

function looseReading(labels: Labels, namespace: string | undefined): SubjectReading {
  // `job` is nearly always the scrape job; it only helps when the diagnosis can look it up.
  const label = LOOSE_LABELS.find((loose) => loose !== 'job' && labels[loose] !== undefined && labels[loose] !== '');
  const value = label === undefined ? undefined : labels[label];
  if (label === undefined || value === undefined) {
    const reason = namespace === undefined ? 'no label names an object' : `only the namespace ${namespace} is named`;
    return { subject: null, state: 'unresolved', reason };
  }
  // Meshes write services as name.namespace.svc.cluster.local, some exporters as namespace/name.
  const [name = value, inner] = value.includes('/') ? value.split('/').reverse() : value.split('.');
  const scope = inner ?? namespace;
  if (!NAME.test(name)) return { subject: null, state: 'unresolved', reason: `label ${label} holds no object's name` };
  const kind = label.includes('service') ? 'Service' : 'Deployment';
  return {
    subject: { kind, ...(scope && { namespace: scope }), name },
    state: 'ambiguous',
    reason: `label ${label} names it without its kind`,
  };
}
