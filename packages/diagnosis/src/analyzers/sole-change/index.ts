import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, MINUTE, parseTime } from '@headwater/core/time.ts';
import type { Change } from '../../changes/change.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastDeath } from '../_shared/container-death.ts';
import { isWithin, RECENT } from '../_shared/freshness.ts';
import { isCrashLooping } from '../_shared/log-scenes.ts';
import { quote } from '../_shared/log-hits.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { type Effect, type Setting, soleSetting } from './settings.ts';

const CODES: Readonly<Record<Setting['name'], string>> = {
  probe: 'rollout/only-probe-changed',
  variable: 'rollout/only-variable-changed',
  filesystem: 'rollout/only-filesystem-changed',
};

/** Workloads that do not come up since a rollout which changed one setting and nothing else. */
export const analyzer: Analyzer = {
  name: 'sole-change',
  codes: {
    'rollout/only-probe-changed':
      'A rollout changed a probe and nothing else, and its Pods are killed or unready since.',
    'rollout/only-variable-changed': 'A rollout took a variable away and nothing else, and its Pods end since.',
    'rollout/only-filesystem-changed':
      'A rollout made the root filesystem read-only and changed nothing else, and its Pods end since.',
  },
  reads: ['Pod', 'Deployment', 'ReplicaSet', 'changes'],
  analyze(snapshot) {
    const latest = new Map<string, Change>();
    for (const change of snapshot.changes.all)
      if (change.source === 'rollout' && change.subject) latest.set(subjectKey(change.subject), change);
    return [...latest.values()].flatMap((change) => judge(snapshot, change) ?? []);
  },
};

// A Pod may be dated before the observation of the rollout that made it.
const SLACK = 2 * MINUTE;

function judge(snapshot: Snapshot, change: Change): Finding | null {
  const { subject, diff, time } = change;
  const setting = snapshot.now - time > DAY ? null : soleSetting(diff);
  if (!subject || !setting) return null;
  const made = snapshot.topology.pods
    .ofComponent(subject)
    .filter((pod) => !isGone(pod) && (parseTime(pod.metadata.creationTimestamp) ?? 0) >= time - SLACK);
  const suffering = made.flatMap((pod) => sufferingOf(snapshot, pod, setting) ?? []);
  const [first] = suffering;
  // One that stands the setting shows that it can be stood.
  if (!first || suffering.length < made.length) return null;
  return report(subject, { change, setting, first, pods: made });
}

interface Suffering {
  readonly pod: PodObject;
  readonly evidence: readonly Evidence[];
}

function sufferingOf(snapshot: Snapshot, pod: PodObject, { container, effect, field }: Setting): Suffering | null {
  const view = containersOf(pod).find(({ name, init }) => !init && name === container);
  if (field.path.endsWith('.env') && !(view && shadowsOne(view))) return null;
  return view && shows(snapshot, view, effect) ? { pod, evidence: cite(pod, view, effect) } : null;
}

function shows(snapshot: Snapshot, view: ContainerView, effect: Effect): boolean {
  const death = lastDeath(view);
  if (effect === 'unready')
    return view.status?.ready === false && view.status.restartCount === 0 && Boolean(view.status.state?.running);
  // A server that ends well when it is told to ends with zero.
  if (effect === 'killed' && endsWell(snapshot, view)) return true;
  if (!isCrashLooping(snapshot, view, death)) return false;
  const code = death?.how.exitCode;
  const bySignal = (code === 137 || code === 143) && death?.how.reason !== 'OOMKilled';
  return effect === 'killed' ? bySignal : !bySignal && typeof code === 'number' && code !== 0;
}

// Of two entries of one name the later wins.
function shadowsOne({ spec }: ContainerView): boolean {
  const env = spec?.env ?? [];
  return env.some(
    ({ name, value, valueFrom }, index) =>
      !value && valueFrom == null && env.findIndex((other) => other.name === name) < index,
  );
}

function endsWell(snapshot: Snapshot, { status }: ContainerView): boolean {
  const end = status?.lastState?.terminated;
  return (
    end?.exitCode === 0 && (status?.restartCount ?? 0) >= 3 && isWithin(snapshot, parseTime(end.finishedAt), RECENT)
  );
}

function cite(pod: PodObject, view: ContainerView, effect: Effect): Evidence[] {
  const death = lastDeath(view);
  return [
    citeField(pod, `${view.statusPath}.${effect === 'unready' ? 'ready' : 'restartCount'}`),
    ...(death && effect !== 'unready' ? [citeField(pod, `${death.path}.exitCode`)] : []),
  ];
}

interface Case {
  readonly change: Change;
  readonly setting: Setting;
  readonly first: Suffering;
  readonly pods: readonly PodObject[];
}

function report(subject: Subject, { change, setting, first, pods }: Case): Finding {
  const evidence = [citeChange(change), ...first.evidence];
  const what = quote(evidence, setting.field.path);
  return {
    code: CODES[setting.name],
    subject,
    category: setting.category,
    role: 'cause',
    layer: 'change',
    strength: 0.62,
    statement: `The last rollout of ${formatSubject(subject)} changed nothing but ${setting.words}${what === '' ? '' : ` (${what})`}`,
    evidence,
    aliases: pods.slice(0, 20).map(subjectOf),
    change: change.id,
    since: change.time,
    remediation: rollback(subject, 'R1'),
  };
}
