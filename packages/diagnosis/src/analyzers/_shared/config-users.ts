import type { Subject } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ConfigName, configNamesIn } from './config-refs.ts';
import { perNamespace } from '../../snapshot/per-snapshot.ts';

/** A workload that reads a ConfigMap or Secret. */
export interface ConfigUser {
  readonly workload: Subject;
  readonly reference: ConfigName;
}

const usersByConfig = perNamespace(({ topology }, namespace): ReadonlyMap<string, readonly ConfigUser[]> => {
  const users = new Map<string, ConfigUser[]>();
  for (const { component, spec } of topology.templates.list(namespace)) {
    for (const reference of configNamesIn(spec)) {
      const key = `${reference.kind}/${reference.name}`;
      const list = users.get(key) ?? [];
      list.push({ workload: component, reference });
      users.set(key, list);
    }
  }
  return users;
});

/** The workloads whose template names a ConfigMap or Secret. */
export function usersOfConfig(snapshot: Snapshot, { kind, namespace, name }: Subject): readonly ConfigUser[] {
  return usersByConfig(snapshot, namespace ?? '').get(`${kind}/${name}`) ?? [];
}
