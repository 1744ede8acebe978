import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { compareText } from '@headwater/core/subject.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { bareHost, type HostReference, hostsIn } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { allContainers } from '../_shared/pods.ts';
import type { Configured } from './wrong-addresses.ts';

type ConfigMapObject = ObjectOf<'ConfigMap'>;

// Whole files hold samples and comments; a value of this length is one setting.
const MAX_VALUE = 256;
const HOST_KEY = /(?:HOST|ADDR|ADDRESS|ENDPOINT|SERVER|URL|URI|BROKERS?|DSN)S?\d*$/i;

/** The addresses that a workload's environment takes from ConfigMaps. */
export function addressesInConfig(
  snapshot: Snapshot,
  view: TemplateView,
  taken: readonly Setting[],
): readonly Configured[] {
  return taken.flatMap(({ source, ...setting }) => {
    const map = snapshot.objects.get('ConfigMap', view.namespace, source);
    if (!map) return [];
    const values = valuesOf(map);
    if (values.size === 0) return [];
    const settings = 'key' in setting ? [setting] : [...values.keys()].map((key) => ({ key, variable: key }));
    return settings.flatMap(({ key, variable }) => addressesAt(view, map, { key, variable, value: values.get(key) }));
  });
}

function addressesAt(
  view: TemplateView,
  map: ConfigMapObject,
  { key, variable, value }: { key: string; variable: string; value: Value | undefined },
): readonly Configured[] {
  if (!value) return [];
  const { text, hosts } = value;
  const bare = hosts.length === 0 && HOST_KEY.test(variable) ? bareHost(text) : null;
  return (bare ? [bare] : hosts).map((address) => ({
    ...address,
    caller: view.component,
    namespace: view.namespace,
    holder: map,
    path: `data['${key}']`,
    name: `key \`${key}\` of ConfigMap \`${map.metadata.name}\``,
    certain: address.scheme !== null || address.text === text || HOST_KEY.test(variable),
  }));
}

interface Value {
  readonly text: string;
  readonly hosts: readonly HostReference[];
}

// The keys of a map that hold one setting each, in order.
const valuesOf = perObject((map: ConfigMapObject): ReadonlyMap<string, Value> => {
  const short = Object.entries(map.data ?? {}).filter(
    ([, text]) => Boolean(text) && text.length <= MAX_VALUE && !text.includes('\n'),
  );
  return new Map(
    short
      .sort(([left], [right]) => compareText(left, right))
      .map(([key, text]) => [key, { text, hosts: hostsIn(text) }]),
  );
});

/** What a container takes from a ConfigMap: one key as a variable, or every key. */
export type Setting =
  | { readonly source: string }
  | { readonly source: string; readonly key: string; readonly variable: string };

/** What the containers of a pod specification take from ConfigMaps, in order. */
export function settingsIn(spec: TemplateView['spec']): readonly Setting[] {
  return allContainers(spec).flatMap(({ env, envFrom }): Setting[] => [
    ...(env ?? []).flatMap(({ name, valueFrom }) => {
      const { name: source, key } = valueFrom?.configMapKeyRef ?? {};
      return source && key ? [{ source, key, variable: name ?? key }] : [];
    }),
    ...(envFrom ?? []).flatMap(({ configMapRef }) => (configMapRef?.name ? [{ source: configMapRef.name }] : [])),
  ]);
}
