import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, type Millis, parseTime } from '@headwater/core/time.ts';
import { citeChange, citeField } from '../../evidence/cite.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ConfigName, configNamesOf } from './config-refs.ts';
import { isGone, type PodObject } from './pods.ts';
import { podsInTrouble } from './trouble.ts';

/** A ConfigMap or Secret that was changed after a container had read it for good. */
export interface StaleConfig {
  readonly pod: PodObject;
  readonly reference: ConfigName;
  readonly subject: Subject;
  readonly changedAt: Millis;
  readonly changeId: string;
  readonly startedAt: Millis;
  readonly evidence: readonly Evidence[];
}

// Objects made in one go with their consumers differ by seconds.
const MARGIN = 60_000;

/** What a Pod's containers read once at their start and that was changed since, within the last day. */
export function staleConfigsOf(
  snapshot: Snapshot,
  pod: PodObject,
  kinds: readonly ConfigName['kind'][] = ['ConfigMap', 'Secret'],
): readonly StaleConfig[] {
  const started = startOf(pod);
  if (isGone(pod) || started === null) return [];
  return configNamesOf(pod).flatMap((reference): StaleConfig[] => {
    if (reference.via === 'mount' || !kinds.includes(reference.kind)) return [];
    const subject: Subject = { kind: reference.kind, namespace: pod.metadata.namespace ?? '', name: reference.name };
    const change = snapshot.changes.lastBefore(subject, snapshot.now);
    if (!change || change.source === 'event' || change.time <= started.at + MARGIN || snapshot.now - change.time > DAY)
      return [];
    return [
      {
        pod,
        reference,
        subject,
        changedAt: change.time,
        changeId: change.id,
        startedAt: started.at,
        evidence: [citeChange(change), citeField(pod, started.path)],
      },
    ];
  });
}

/** Whether all Pods of a workload that are known to be in trouble run with what an object said before its change. */
export function onlyStaleFail(snapshot: Snapshot, workload: Subject, config: Subject): boolean {
  const failing = podsInTrouble(snapshot, workload);
  const key = subjectKey(config);
  return (
    failing.length > 0 &&
    failing.every((pod) => staleConfigsOf(snapshot, pod).some(({ subject }) => subjectKey(subject) === key))
  );
}

/** The Secret a refused login was read from before it was rotated; null when the login was refused before, or is not stale. */
export function staleLogin(
  snapshot: Snapshot,
  { pod, since }: { pod: PodObject; since: Millis | null },
): StaleConfig | null {
  const stale = staleConfigsOf(snapshot, pod, ['Secret']).find(({ reference }) => reference.via === 'env');
  return stale && (since === null || since >= stale.changedAt - MARGIN) ? stale : null;
}

/** When the containers of a Pod last started: the earliest of them, since each reads its environment then. */
function startOf(pod: PodObject): { at: Millis; path: string } | null {
  let earliest: { at: Millis; path: string } | null = null;
  for (const { name, state } of pod.status?.containerStatuses ?? []) {
    const at = parseTime(state?.running?.startedAt);
    if (at !== null && (!earliest || at < earliest.at))
      earliest = { at, path: `status.containerStatuses[name=${name}].state.running.startedAt` };
  }
  const begun = parseTime(pod.status?.startTime);
  return earliest ?? (begun === null ? null : { at: begun, path: 'status.startTime' });
}
