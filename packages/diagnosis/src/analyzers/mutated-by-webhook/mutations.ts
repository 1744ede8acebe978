import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { Container } from '@headwater/contracts/kube/pod.ts';
import { canonicalJson } from '@headwater/core/ids.ts';
import { parseQuantity } from '@headwater/core/kube/quantity.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { PodObject } from '../_shared/pods.ts';
import { templateOf } from '../_shared/workloads.ts';

/** A field of a Pod that its template has otherwise. */
export interface Mutation {
  /** `limits.memory of container app`, without quotes. */
  readonly field: string;
  /** Field path in the Pod. */
  readonly path: string;
  readonly wanted: string;
  readonly live: string;
  readonly template: KubeObject;
  /** How likely the difference is to hurt. */
  readonly strength: number;
}

/** Where a Pod differs from the template it was made from, most harmful first; additions and defaults are no difference. */
export function mutationsOf(snapshot: Snapshot, pod: PodObject): readonly Mutation[] {
  const parent = snapshot.owners.parent(pod);
  const template = parent ? snapshot.objects.find(parent) : undefined;
  if (!template || template.kind === 'CronJob' || !isOfThisTemplate(pod, template)) return [];
  const containers = templateOf(template)?.spec?.containers ?? [];
  return containers.flatMap((wanted) => {
    const live = pod.spec?.containers?.find(({ name }) => name === wanted.name);
    return live ? compare(template, wanted, live) : [];
  });
}

// A StatefulSet or DaemonSet in the middle of an update carries a newer template than some of its Pods.
function isOfThisTemplate({ metadata }: PodObject, template: KubeObject): boolean {
  if (metadata.managedFields?.some(({ subresource }) => subresource === 'resize')) return false;
  if (template.kind === 'StatefulSet') {
    const update = readField(template, 'status.updateRevision');
    const own = metadata.labels?.['controller-revision-hash'];
    return update === undefined || own === undefined || update === own;
  }
  if (template.kind !== 'DaemonSet') return true;
  return readField(template, 'status.updatedNumberScheduled') === readField(template, 'status.desiredNumberScheduled');
}

function compare(template: KubeObject, wanted: Container, live: Container): Mutation[] {
  const base = `spec.containers[name=${wanted.name}]`;
  const found: Mutation[] = [];
  const add = (field: string, below: string, values: { wanted: string; live: string; strength: number }): void => {
    found.push({ field: `${field} of container ${wanted.name}`, path: `${base}.${below}`, template, ...values });
  };
  for (const resource of ['memory', 'cpu']) {
    const [want, have] = [wanted.resources?.limits?.[resource], live.resources?.limits?.[resource]];
    if (want === undefined || have === undefined || parseQuantity(want) === parseQuantity(have)) continue;
    add(`limits.${resource}`, `resources.limits.${resource}`, {
      wanted: String(want),
      live: String(have),
      strength: resource === 'memory' ? 0.95 : 0.85,
    });
  }
  if (wanted.image && live.image && !isSameImage(wanted.image, live.image))
    add('image', 'image', { wanted: wanted.image, live: live.image, strength: 0.9 });
  for (const field of ['command', 'args'] as const) {
    if (wanted[field]?.length && live[field]?.length && canonicalJson(wanted[field]) !== canonicalJson(live[field])) {
      add(field, field, { wanted: canonicalJson(wanted[field]), live: canonicalJson(live[field]), strength: 0.85 });
    }
  }
  const now = plainEnv(live);
  for (const [name, value] of plainEnv(wanted)) {
    const other = now.get(name);
    if (other === undefined || other === value) continue;
    const secret = SENSITIVE.test(name);
    add(`env ${name}`, `env[name=${name}].${secret ? 'name' : 'value'}`, {
      wanted: secret ? '' : value,
      live: secret ? '' : other,
      strength: 0.8,
    });
  }
  return found.sort((left, right) => right.strength - left.strength);
}

// Of a variable that is set twice the last one counts, and a path of the object shows the first: nothing is said of those.
function plainEnv({ env }: Container): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const twice = new Set<string>();
  for (const { name, value } of env ?? []) {
    if (!name || value == null) continue;
    if (values.has(name)) twice.add(name);
    values.set(name, value);
  }
  for (const name of twice) values.delete(name);
  return values;
}

// Values under such names are never shown, wherever they stand.
const SENSITIVE = /pass|secret|token|key|credential|auth|dsn/i;

// Image policies pin a tag to its digest; the image is the same.
function isSameImage(wanted: string, live: string): boolean {
  return (
    live === wanted ||
    live.startsWith(`${wanted}@`) ||
    live.replace(/^docker\.io\/(?:library\/)?/, '') === wanted.replace(/^docker\.io\/(?:library\/)?/, '')
  );
}
