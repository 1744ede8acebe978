import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { parseTime } from '@headwater/core/time.ts';
import { citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionsOf, textAt } from '../_shared/conditions.ts';
import { namedIn } from '../_shared/named-objects.ts';
import type { GitopsFault } from './fault.ts';

/** What is wrong with an Argo CD Application or ApplicationSet; null when it is in order or still at work. */
export function judgeApplication(snapshot: Snapshot, object: KubeObject): GitopsFault | null {
  return failedSync(snapshot, object) ?? badSource(object) ?? degraded(object);
}

function failedSync(snapshot: Snapshot, object: KubeObject): GitopsFault | null {
  const phase = textAt(object, 'status.operationState.phase');
  if ((phase !== 'Failed' && phase !== 'Error') || isInOrder(object)) return null;
  const message = textAt(object, 'status.operationState.message');
  return {
    code: 'gitops/sync-failed',
    says: 'could not be synced',
    message,
    evidence: [
      citeField(object, 'status.operationState.phase'),
      citeField(object, 'status.operationState.message'),
      citeField(object, 'status.sync.status'),
    ],
    strength: 0.85,
    blames: present(snapshot, message, textAt(object, 'spec.destination.namespace')),
    since: parseTime(readField(object, 'status.operationState.finishedAt')),
  };
}

// The state of the last operation stays after a later automatic sync has made it good.
function isInOrder(object: KubeObject): boolean {
  return textAt(object, 'status.sync.status') === 'Synced' && textAt(object, 'status.health.status') === 'Healthy';
}

function badSource(object: KubeObject): GitopsFault | null {
  // Application conditions are errors by being there; those of an ApplicationSet have a status.
  const bad = conditionsOf(object).find(
    ({ type, status }) => type?.endsWith('Error') || (type === 'ErrorOccurred' && status === 'True'),
  );
  if (!bad?.type) return null;
  return {
    code: 'gitops/source-failed',
    says: 'cannot be compared with its source',
    message: bad.message ?? '',
    evidence: citeCondition(object, bad.type),
    strength: 0.85,
    blames: [],
    since: parseTime(bad.lastTransitionTime),
  };
}

function degraded(object: KubeObject): GitopsFault | null {
  const health = textAt(object, 'status.health.status');
  if (health !== 'Degraded' && health !== 'Missing') return null;
  const resources = readField(object, 'status.resources');
  const list: readonly unknown[] = Array.isArray(resources) ? resources : [];
  const blames = list.flatMap((resource): Subject[] => {
    const at = (path: string): string => asText(readField(resource, path));
    if (!/Degraded|Missing/.test(at('health.status')) || at('kind') === '' || at('name') === '') return [];
    return [{ kind: at('kind'), name: at('name'), ...(at('namespace') === '' ? {} : { namespace: at('namespace') }) }];
  });
  return {
    code: 'gitops/degraded',
    says: `is \`${health}\``,
    message: textAt(object, 'status.health.message'),
    evidence: [
      citeField(object, 'status.health.status'),
      ...(textAt(object, 'status.health.message') === '' ? [] : [citeField(object, 'status.health.message')]),
    ],
    strength: 0.6,
    blames,
    since: null,
  };
}

function present(snapshot: Snapshot, message: string, namespace: string): readonly Subject[] {
  return namedIn(snapshot, message, namespace)
    .filter(({ existence }) => existence === 'present')
    .map(({ subject }) => subject);
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
