import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { editDistance, nearMiss } from '@headwater/core/near-miss.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { configuredAddresses } from '../../topology/configured-addresses.ts';
import { resolveHost, type ServiceName } from '../../topology/dns-names.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { leadsTo, type ServiceObject } from '../_shared/dependencies.ts';
import { allContainers } from '../_shared/pods.ts';
import { addressesInConfig, settingsIn } from './config-addresses.ts';
import { pairedAddresses, portsIn } from './paired.ts';

/** An address in a workload's configuration that leads nowhere. */
export interface WrongAddress {
  readonly caller: Subject;
  /** What holds the address: the workload, or the ConfigMap its environment comes from. */
  readonly subject: Subject;
  readonly kind: 'host' | 'port';
  /** What a log line about it contains: the host, or the host or cluster address with the port. */
  readonly tokens: readonly string[];
  /** Whether it is a port of a database, as distinct from a cache, a queue or another program. */
  readonly isDatabasePort: boolean;
  /** Whether something close exists that was probably meant. */
  readonly near: boolean;
  readonly words: string;
  /** What was probably meant, for the remedy. */
  readonly target: string;
  readonly evidence: readonly Evidence[];
  /** The field of `subject` a change of which would have brought it. */
  readonly changePath: RegExp;
}

/** One configured address with where it stands. */
export interface Configured {
  readonly caller: Subject;
  readonly namespace: string;
  readonly holder: KubeObject;
  readonly path: string;
  readonly name: string;
  readonly host: string;
  readonly port: number | null;
  readonly text: string;
  readonly certain: boolean;
}

/** Every configured address of a cluster-internal host whose Service or port does not exist, blamed on the one that configured it. */
export function wrongAddresses(snapshot: Snapshot): readonly WrongAddress[] {
  const astray: Resolved[] = [];
  for (const view of snapshot.topology.templates.list()) {
    for (const configured of configuredBy(snapshot, view)) {
      const named = astrayAt(snapshot, view, configured);
      if (named) astray.push({ configured, named, key: `${named.namespace}/${named.name}` });
    }
  }
  const shared = sharedAddresses(astray);
  return astray.flatMap((resolved) => judge(snapshot, resolved, shared) ?? []);
}

function configuredBy(snapshot: Snapshot, view: TemplateView): readonly Configured[] {
  const { isSilent, ports, settings } = partsOf(view.spec);
  if (isSilent) return [];
  const direct = configuredAddresses(view)
    .filter((address) => astrayAt(snapshot, view, address))
    .map((address) => ({
      ...address,
      caller: view.component,
      namespace: view.namespace,
      holder: view.object,
      name: address.variable === null ? 'an argument' : `variable \`${address.variable}\``,
    }));
  if (ports.length === 0 && settings.length === 0) return direct;
  return [...direct, ...pairedAddresses(snapshot, view, ports), ...addressesInConfig(snapshot, view, settings)];
}

// What addresses are put together from; a template that tells its program nothing has none.
const partsOf = perObject((spec: TemplateView['spec']) => ({
  isSilent: allContainers(spec).every(
    ({ env, envFrom, command, args }) => ![env, envFrom, command, args].some(isGiven),
  ),
  ports: portsIn(spec),
  settings: settingsIn(spec),
}));

function isGiven(list: readonly unknown[] | null | undefined): boolean {
  return (list ?? []).length > 0;
}

/** The Service an address means when it does not exist or has no such port; null when nothing is wrong with it. */
function astrayAt(
  snapshot: Snapshot,
  { namespace }: TemplateView,
  { host, port }: Pick<Configured, 'host' | 'port'>,
): ServiceName | null {
  const named = resolveHost(snapshot, host, namespace);
  return named?.service && !lacksPort(named.service, port) ? null : named;
}

function lacksPort({ spec }: ServiceObject, port: number | null): boolean {
  const ports = spec?.ports ?? [];
  return port !== null && ports.some((entry) => entry.port) && !ports.some((entry) => entry.port === port);
}

/** A configured address with the Service its host means. */
interface Resolved {
  readonly configured: Configured;
  readonly named: ServiceName;
  readonly key: string;
}

/** The astray addresses that several workloads configure. What they agree on is not their mistake, but their dependency's. */
function sharedAddresses(all: readonly Resolved[]): ReadonlySet<string> {
  const first = new Map<string, Subject>();
  const shared = new Set<string>();
  for (const { configured, key } of all) {
    // The callers are vertices of the topology: equal ones are identical.
    for (const address of [key, `${key}:${configured.port ?? ''}`]) {
      const before = first.get(address);
      if (before === undefined) first.set(address, configured.caller);
      else if (before !== configured.caller) shared.add(address);
    }
  }
  return shared;
}

function judge(
  snapshot: Snapshot,
  { configured, named, key }: Resolved,
  shared: ReadonlySet<string>,
): WrongAddress | null {
  if (!snapshot.objects.knows('Service', named.namespace)) return null;
  const { service } = named;
  if (service) return shared.has(`${key}:${configured.port ?? ''}`) ? null : wrongPort(snapshot, configured, service);
  if (!configured.certain || shared.has(key) || wasDeleted(snapshot, named) || runsUnder(snapshot, named)) return null;
  return wrongHost(snapshot, configured, named);
}

function wasDeleted(snapshot: Snapshot, { namespace, name }: { namespace: string; name: string }): boolean {
  return snapshot.changes.of({ kind: 'Service', namespace, name }).some(({ title }) => title.endsWith('was deleted'));
}

function wrongPort(snapshot: Snapshot, configured: Configured, service: ServiceObject): WrongAddress | null {
  const { port, text, name } = configured;
  const ports = (service.spec?.ports ?? []).flatMap((entry) => (entry.port ? [entry.port] : []));
  if (port === null || service.spec?.type === 'ExternalName') return null;
  // A headless Service has no ports of its own: every port its Pods listen on will do.
  if (service.spec?.clusterIP === 'None' && !isRefusedEverywhere(snapshot, service, port)) return null;
  const target = formatSubject(subjectOf(service));
  return {
    ...base(configured),
    kind: 'port',
    isDatabasePort: DATABASES.some((product) => leadsTo(snapshot, service, product)),
    tokens: [configured.host, service.metadata.name, service.spec?.clusterIP ?? '']
      .filter(Boolean)
      .map((host) => `${host}:${port}`),
    near: true,
    words: `\`${text}\` (${name}), but ${target} has no port \`${port}\`; it has \`${ports.join('`, `')}\``,
    target: `${target}, port ${ports.join(' or ')}`,
    evidence: [citeField(configured.holder, configured.path), citeField(service, 'spec.ports')],
  };
}

const DATABASES = ['mysql', 'postgres', 'mongo', 'sqlserver', 'oracle', 'cassandra'] as const;

function isRefusedEverywhere(snapshot: Snapshot, service: ServiceObject, port: number): boolean {
  const pods = snapshot.topology.pods.match(service.metadata.namespace ?? '', {
    matchLabels: service.spec?.selector ?? {},
  });
  const declared = pods.flatMap(({ spec }) =>
    (spec?.containers ?? []).flatMap(({ ports }) => (ports ?? []).map(({ containerPort }) => containerPort)),
  );
  return declared.length > 0 && !declared.includes(port);
}

function wrongHost(
  snapshot: Snapshot,
  configured: Configured,
  named: { namespace: string; name: string },
): WrongAddress | null {
  const { name, namespace } = named;
  const near = nearService(snapshot, configured, named);
  const wanted: Subject = { kind: 'Service', namespace, name };
  const hint = near ? `; ${formatSubject(subjectOf(near))} does` : '';
  return {
    ...base(configured),
    kind: 'host',
    isDatabasePort: false,
    tokens: [configured.host],
    near: near !== undefined,
    words: `\`${configured.text}\` (${configured.name}), but ${formatSubject(wanted)} does not exist${hint}`,
    target: near ? formatSubject(subjectOf(near)) : 'a Service that exists',
    evidence: [
      citeField(configured.holder, configured.path),
      citeAbsent(snapshot, wanted),
      ...(near ? [citeField(near, 'spec.ports')] : []),
    ],
  };
}

/** The Service that was probably meant: a similar name with the same port, or the same name in another namespace. */
function nearService(
  snapshot: Snapshot,
  { port }: Configured,
  { namespace, name }: { namespace: string; name: string },
): ServiceObject | undefined {
  const fits = (service: ServiceObject): boolean =>
    port === null || (service.spec?.ports ?? []).some((entry) => entry.port === port);
  const local = snapshot.objects.list('Service', namespace).filter(fits);
  const similar = nearMiss(
    name,
    local.map(({ metadata }) => metadata.name),
  );
  if (similar !== null && isTypo(name, similar)) return local.find(({ metadata }) => metadata.name === similar);
  return snapshot.objects
    .list('Service')
    .find((service) => service.metadata.name === name && service.metadata.namespace !== namespace && fits(service));
}

// Names of one family (`adservice`, `cartservice`) are close by their common word; a slip changes a letter or two, or adds a part.
function isTypo(name: string, similar: string): boolean {
  if (name.includes(similar) || similar.includes(name)) return true;
  const limit = Math.min(2, Math.floor(name.length / 4));
  return editDistance(name, similar, limit) <= limit;
}

/** Whether something of that very name runs: then its Service is missing, and the address is right. */
function runsUnder(snapshot: Snapshot, { namespace, name }: { namespace: string; name: string }): boolean {
  return snapshot.topology.templates.list(namespace).some(({ component }) => component.name === name);
}

function base({ caller, holder, path }: Configured): Pick<WrongAddress, 'caller' | 'subject' | 'changePath'> {
  const isMap = holder.kind === 'ConfigMap';
  const variable = /env\[name=([^\]]+)\]/.exec(path)?.[1];
  return {
    caller,
    subject: isMap ? subjectOf(holder) : caller,
    changePath: isMap
      ? /^data/
      : variable === undefined
        ? /\.(command|args)/
        : new RegExp(`env\\[name=${variable}\\]|env$`),
  };
}
