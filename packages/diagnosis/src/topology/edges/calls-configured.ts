import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { citeField } from '../../evidence/cite.ts';
import { perObject } from '../../snapshot/per-object.ts';
import { configuredAddresses } from '../configured-addresses.ts';
import { resolveHost } from '../dns-names.ts';
import { bareHost, hostsIn, isAddress } from '../host-references.ts';
import type { TemplateView } from '../templates.ts';
import { configReferences } from './config.ts';
import type { EdgeContext } from './all.ts';

/** Calls that environment values and mounted or read ConfigMaps name. */
export function addConfiguredCalls(context: EdgeContext): void {
  const addresses = clusterAddresses(context);
  const inConfig = new Map<ObjectOf<'ConfigMap'>, readonly ConfiguredTarget[]>();
  for (const view of context.templates.list()) {
    for (const address of configuredAddresses(view)) {
      const target = targetOf(context, { host: address.host, namespace: view.namespace, addresses });
      // One label without a port may be any word; only a Service that exists makes it an address.
      if (!target || (!target.exists && !address.certain)) continue;
      addCall(context, { view, target, cite: () => [citeField(view.object, address.path)] });
    }
    for (const { kind, name } of configReferences(view)) {
      const config = kind === 'ConfigMap' ? context.snapshot.objects.get('ConfigMap', view.namespace, name) : undefined;
      if (!config) continue;
      let targets = inConfig.get(config);
      if (!targets) {
        targets = targetsIn(context, config, addresses);
        inConfig.set(config, targets);
      }
      for (const { key, target } of targets)
        addCall(context, { view, target, cite: () => [citeField(config, `data['${key}']`)] });
    }
  }
}

interface Target {
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
}

interface ConfiguredTarget {
  readonly key: string;
  readonly target: Target;
}

function addCall(
  { components, add }: EdgeContext,
  { view, target, cite }: { view: TemplateView; target: Target; cite: () => [ReturnType<typeof citeField>] },
): void {
  add({
    from: view.component,
    to: components.named('Service', target.namespace, target.name),
    relation: 'calls',
    cite,
  });
}

function targetOf(
  { snapshot }: EdgeContext,
  { host, namespace, addresses }: { host: string; namespace: string; addresses: ReadonlyMap<string, Target> },
): Target | null {
  if (isAddress(host)) return addresses.get(host) ?? null;
  return resolveHost(snapshot, host, namespace);
}

function clusterAddresses({ snapshot }: EdgeContext): ReadonlyMap<string, Target> {
  const addresses = new Map<string, Target>();
  for (const { spec, metadata } of snapshot.objects.list('Service')) {
    const ip = spec?.clusterIP;
    if (ip && ip !== 'None')
      addresses.set(ip, { namespace: metadata.namespace ?? '', name: metadata.name, exists: true });
  }
  return addresses;
}

// Keys under which configuration files write an address without scheme or port: `host: db`, `redis.server=cache`.
const ADDRESS_LINE =
  /(?:host|hostname|server|addr|address|endpoint|upstream|broker|cluster|backend|url|uri)s?["']?[ \t]*[:=][ \t]*["']?([a-z0-9][a-z0-9.-]*)["']?[ \t]*[,;]?[ \t]*\r?$/gim;

function targetsIn(
  context: EdgeContext,
  config: ObjectOf<'ConfigMap'>,
  addresses: ReadonlyMap<string, Target>,
): readonly ConfiguredTarget[] {
  const namespace = config.metadata.namespace ?? '';
  return hostsOf(config).flatMap(({ key, host }): ConfiguredTarget[] => {
    const target = targetOf(context, { host, namespace, addresses });
    // Files are full of words and sample addresses: of those that dangle only a full cluster name is surely a Service.
    if (!target || (!target.exists && !/\.svc(\.|$)/.test(host))) return [];
    return [{ key, target }];
  });
}

const hostsOf = perObject((config: ObjectOf<'ConfigMap'>): readonly { key: string; host: string }[] =>
  Object.entries(config.data ?? {})
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([key, text]) => {
      const bare = text.length < 256 ? bareHost(text)?.host : undefined;
      const lines = text.length > 65_536 ? [] : [...text.matchAll(ADDRESS_LINE)].map(([, host = '']) => host);
      const hosts = new Set([...hostsIn(text).map(({ host }) => host), ...lines, ...(bare ? [bare] : [])]);
      return [...hosts].map((host) => ({ key, host }));
    }),
);
