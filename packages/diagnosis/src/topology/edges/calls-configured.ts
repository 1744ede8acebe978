import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { citeField } from '../../evidence/cite.ts';
import type { ObjectIndex } from '../../snapshot/objects.ts';
import { perObject } from '../../snapshot/per-object.ts';
import { configuredAddresses } from '../configured-addresses.ts';
import { resolveHost } from '../dns-names.ts';
import { bareHost, hostsIn, isAddress } from '../host-references.ts';
import type { TemplateView } from '../templates.ts';
import { configReferences } from './config.ts';
import type { EdgeContext } from './all.ts';

/** Calls inside a namespace that environment values and mounted or read ConfigMaps name. */
export function addConfiguredCalls(context: EdgeContext, namespace: string): void {
  for (const view of context.templates.list(namespace)) {
    for (const call of [...fromTemplate(context, view), ...fromConfig(context, view)])
      if (call.target.namespace === namespace) addCall(context, view, call);
  }
}

/** As `addConfiguredCalls`, of any namespace, where what is called stands in another one. */
export function addForeignCalls(context: EdgeContext): void {
  const configs = context.snapshot.objects
    .list('ConfigMap')
    .filter((config) => pointsElsewhere(context, config.metadata.namespace ?? '', hostsOf(config)));
  const inConfig = Map.groupBy(configs, ({ metadata }) => metadata.namespace ?? '');
  for (const view of context.templates.list()) {
    const inTemplate = pointsElsewhere(context, view.namespace, configuredAddresses(view));
    if (!inTemplate && !inConfig.has(view.namespace)) continue;
    for (const call of [...fromTemplate(context, view), ...fromConfig(context, view)])
      if (call.target.namespace !== view.namespace) addCall(context, view, call);
  }
}

function pointsElsewhere(
  context: EdgeContext,
  namespace: string,
  hosts: readonly { readonly host: string }[],
): boolean {
  return hosts.some(({ host }) => {
    // One label means a Service of the same namespace.
    const target = host.includes('.') ? targetOf(context, host, namespace) : null;
    return target !== null && target.namespace !== namespace;
  });
}

interface ConfiguredCall {
  readonly target: Target;
  readonly cite: () => [ReturnType<typeof citeField>];
}

function* fromTemplate(context: EdgeContext, view: TemplateView): Iterable<ConfiguredCall> {
  for (const address of configuredAddresses(view)) {
    const target = targetOf(context, address.host, view.namespace);
    // One label without a port may be any word; only a Service that exists makes it an address.
    if (!target || (!target.exists && !address.certain)) continue;
    yield { target, cite: () => [citeField(view.object, address.path)] };
  }
}

function* fromConfig(context: EdgeContext, view: TemplateView): Iterable<ConfiguredCall> {
  for (const { kind, name } of configReferences(view)) {
    const config = kind === 'ConfigMap' ? context.snapshot.objects.get('ConfigMap', view.namespace, name) : undefined;
    if (!config) continue;
    for (const { key, host } of hostsOf(config)) {
      const target = targetOf(context, host, view.namespace);
      // Files are full of words and sample addresses: of those that dangle only a full cluster name is surely a Service.
      if (!target || (!target.exists && !/\.svc(\.|$)/.test(host))) continue;
      yield { target, cite: () => [citeField(config, `data['${key}']`)] };
    }
  }
}

interface Target {
  readonly namespace: string;
  readonly name: string;
  readonly exists: boolean;
}

function addCall({ components, add }: EdgeContext, view: TemplateView, { target, cite }: ConfiguredCall): void {
  add({
    from: view.component,
    to: components.named('Service', target.namespace, target.name),
    relation: 'calls',
    cite,
  });
}

function targetOf({ snapshot }: EdgeContext, host: string, namespace: string): Target | null {
  if (isAddress(host)) return clusterAddresses(snapshot.objects).get(host) ?? null;
  return resolveHost(snapshot, host, namespace);
}

const clusterAddresses = perObject((objects: ObjectIndex): ReadonlyMap<string, Target> => {
  const addresses = new Map<string, Target>();
  for (const { spec, metadata } of objects.list('Service')) {
    const ip = spec?.clusterIP;
    if (ip && ip !== 'None')
      addresses.set(ip, { namespace: metadata.namespace ?? '', name: metadata.name, exists: true });
  }
  return addresses;
});

// Keys under which configuration files write an address without scheme or port: `host: db`, `redis.server=cache`.
const ADDRESS_LINE =
  /(?:host|hostname|server|addr|address|endpoint|upstream|broker|cluster|backend|url|uri)s?["']?[ \t]*[:=][ \t]*["']?([a-z0-9][a-z0-9.-]*)["']?[ \t]*[,;]?[ \t]*\r?$/gim;

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
