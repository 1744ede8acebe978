import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { LogHit } from '../_shared/log-hits.ts';
import { configNamesOf } from '../_shared/config-refs.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import type { PodObject } from '../_shared/pods.ts';
import { lastChange, type Suspect } from '../_shared/suspect-change.ts';
import type { ConfigError } from './patterns.ts';

/** Where a value that a program could not read is configured. */
export interface ConfiguredValue {
  readonly words: string;
  readonly evidence: readonly Evidence[];
  /** The ConfigMap that holds it, when it is not in the template itself. */
  readonly config: Subject | null;
}

/** Finds a value in the environment of a container, directly or through a ConfigMap. */
export function configuredValue(
  snapshot: Snapshot,
  { pod, view }: LogHit<ConfigError>,
  value: string,
): ConfiguredValue | null {
  const namespace = pod.metadata.namespace ?? '';
  for (const { name, value: text, valueFrom } of view.spec?.env ?? []) {
    if (!name) continue;
    if (text != null && isIn(value, text))
      return {
        words: `where variable \`${name}\` says so`,
        evidence: [citePodSpec(snapshot, pod, `${view.specPath}.env[name=${name}].value`)],
        config: null,
      };
    const reference = valueFrom?.configMapKeyRef;
    const map = reference?.name ? snapshot.objects.get('ConfigMap', namespace, reference.name) : undefined;
    const held = reference?.key ? map?.data?.[reference.key] : undefined;
    if (map && held !== undefined && isIn(value, held)) {
      return {
        words: `where key \`${reference?.key}\` of ${formatSubject(subjectOf(map))} says so`,
        evidence: [citeField(map, `data['${reference?.key}']`)],
        config: subjectOf(map),
      };
    }
  }
  for (const { configMapRef } of view.spec?.envFrom ?? []) {
    const map = configMapRef?.name ? snapshot.objects.get('ConfigMap', namespace, configMapRef.name) : undefined;
    const entry = Object.entries(map?.data ?? {}).find(([, held]) => isIn(value, held));
    if (map && entry)
      return {
        words: `where key \`${entry[0]}\` of ${formatSubject(subjectOf(map))} says so`,
        evidence: [citeField(map, `data['${entry[0]}']`)],
        config: subjectOf(map),
      };
  }
  return null;
}

// A short value such as "1" stands in many variables and would prove nothing.
function isIn(value: string, text: string): boolean {
  return text === value || (value.length >= 4 && text.includes(value));
}

/** The one ConfigMap of a Pod that was changed within a day before its failure; null when none or several were. */
export function changedConfig(
  snapshot: Snapshot,
  pod: PodObject,
  since: Millis | null,
): { subject: Subject; suspect: Suspect } | null {
  const changed = configNamesOf(pod)
    .filter(({ kind }) => kind === 'ConfigMap')
    .flatMap(({ name }) => {
      const subject: Subject = { kind: 'ConfigMap', namespace: pod.metadata.namespace ?? '', name };
      const suspect = lastChange(snapshot, subject, since);
      return suspect ? [{ subject, suspect }] : [];
    });
  const [only] = changed;
  return only && changed.length === 1 ? only : null;
}
