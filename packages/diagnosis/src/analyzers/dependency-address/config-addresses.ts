import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { bareHost, hostsIn } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { allContainers } from '../_shared/pods.ts';
import type { Configured } from './wrong-addresses.ts';

type ConfigMapObject = ObjectOf<'ConfigMap'>;

// Whole files hold samples and comments; a value of this length is one setting.
const MAX_VALUE = 256;
const HOST_KEY = /(?:HOST|ADDR|ADDRESS|ENDPOINT|SERVER|URL|URI|BROKERS?|DSN)S?\d*$/i;

/** The addresses that a workload's environment takes from ConfigMaps. */
export function addressesInConfig(snapshot: Snapshot, view: TemplateView): readonly Configured[] {
  return [...settingsOf(snapshot, view)].flatMap(({ map, key, variable }) => {
    const value = map.data?.[key] ?? '';
    if (value.length > MAX_VALUE || value.includes('\n')) return [];
    const found = hostsIn(value);
    const bare = found.length === 0 && HOST_KEY.test(variable) ? bareHost(value) : null;
    return (bare ? [bare] : found).map((address) => ({
      ...address,
      caller: view.component,
      namespace: view.namespace,
      holder: map,
      path: `data['${key}']`,
      name: `key \`${key}\` of ConfigMap \`${map.metadata.name}\``,
      certain: address.scheme !== null || address.text === value || HOST_KEY.test(variable),
    }));
  });
}

interface Setting {
  readonly map: ConfigMapObject;
  readonly key: string;
  readonly variable: string;
}

function* settingsOf(snapshot: Snapshot, { spec, namespace }: TemplateView): Iterable<Setting> {
  for (const { env, envFrom } of allContainers(spec)) {
    for (const { name, valueFrom } of env ?? []) {
      const { name: source, key } = valueFrom?.configMapKeyRef ?? {};
      const map = source ? snapshot.objects.get('ConfigMap', namespace, source) : undefined;
      if (map && key) yield { map, key, variable: name ?? key };
    }
    for (const { configMapRef } of envFrom ?? []) {
      const map = configMapRef?.name ? snapshot.objects.get('ConfigMap', namespace, configMapRef.name) : undefined;
      if (map)
        yield* Object.keys(map.data ?? {})
          .sort()
          .map((key) => ({ map, key, variable: key }));
    }
  }
}
