import { type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type ConfigName, configNamesIn } from './config-refs.ts';
import { perSnapshot } from './memo.ts';

/** A workload that reads a ConfigMap or Secret. */
export interface ConfigUser {
  readonly workload: Subject;
  readonly reference: ConfigName;
}

const index = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, readonly ConfigUser[]> => {
  const users = new Map<string, ConfigUser[]>();
  for (const { component, spec, namespace } of snapshot.topology.templates.list()) {
    for (const reference of configNamesIn(spec)) {
      const key = subjectKey({ kind: reference.kind, namespace, name: reference.name });
      const list = users.get(key) ?? [];
      list.push({ workload: component, reference });
      users.set(key, list);
    }
  }
  return users;
});

/** The workloads whose template names a ConfigMap or Secret. */
export function usersOfConfig(snapshot: Snapshot, config: Subject): readonly ConfigUser[] {
  return index(snapshot).get(subjectKey(config)) ?? [];
}
