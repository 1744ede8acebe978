import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { citeAbsent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { configuredAddresses } from '../../topology/configured-addresses.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { type FailedConnection, failedConnections } from '../_shared/failed-connections.ts';
import { distinct, logFinding } from '../_shared/log-finding.ts';
import { groupByRoot, type PodGroup } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { suspectChange } from '../_shared/suspect-change.ts';
import { ALIAS, shadowedHosts } from './host-aliases.ts';

const POLICY = 'dns/pod-resolver-wrong';
const LOOKUP = 'dns/lookup-fails';
const NAME = 'dns/name-not-found';
const GOES_ON = 5;

/** Single workloads that cannot resolve names the others can: a resolver of their own, or a name that does not exist. */
export const analyzer: Analyzer = {
  name: 'dns-name-wrong',
  codes: {
    [POLICY]: 'A workload resolves names by other means than cluster DNS and cannot find cluster names.',
    [LOOKUP]: 'A single workload cannot resolve a Service that exists.',
    [ALIAS]: 'The hosts file a workload is given hides a Service it calls.',
    [NAME]: 'A workload looks up a name that does not exist.',
  },
  reads: ['Pod', 'Deployment', 'Service', 'logs'],
  analyze(snapshot) {
    const lookups = failedConnections(snapshot).filter(
      ({ error, hit }) => isLookup(error.mode) && (hit.mode !== 'running' || hit.count >= 3),
    );
    const failures = lookups.map((connection) => ({ ...connection.hit, connection }));
    const shadowed = shadowedHosts(snapshot);
    if (isClusterWide(snapshot, lookups)) return shadowed;
    const own = groupByRoot(snapshot, failures, ({ connection }) => connection.error.host ?? '').flatMap(
      (group) => judge(snapshot, group) ?? [],
    );
    return [...shadowed, ...own];
  },
};

type Failure = FailedConnection['hit'] & { readonly connection: FailedConnection };

function isLookup(mode: FailedConnection['error']['mode']): boolean {
  return mode === 'not-found' || mode === 'no-answer';
}

// When several workloads cannot find Services that exist, cluster DNS is the matter, not their names.
function isClusterWide(snapshot: Snapshot, lookups: readonly FailedConnection[]): boolean {
  const callers = new Set<string>();
  for (const { caller, service, hit } of lookups) {
    if (service && snapshot.objects.find(service) && resolverOf(snapshot, hit) === null)
      callers.add(subjectKey(caller));
  }
  return callers.size >= 3;
}

function judge(snapshot: Snapshot, group: PodGroup<Failure>): Finding | null {
  const [failure] = group.entries;
  const { host } = failure.connection.error;
  const resolver = resolverOf(snapshot, failure);
  const named = host === null ? null : resolveHost(snapshot, host, failure.pod.metadata.namespace ?? '');
  if (resolver && (named || host === null)) return ofResolver(snapshot, group, resolver);
  if (!named || !snapshot.objects.knows('Service', named.namespace)) return null;
  if (named.exists) return ofLookup(snapshot, group, named);
  return failure.connection.error.mode === 'not-found' ? ofName(snapshot, group, named) : null;
}

interface Resolver {
  readonly words: string;
  readonly path: string;
  readonly evidence: readonly Evidence[];
}

/** How a Pod's resolver differs from cluster DNS; null when it uses cluster DNS. */
function resolverOf(snapshot: Snapshot, { pod }: FailedConnection['hit']): Resolver | null {
  const { dnsPolicy, dnsConfig, hostNetwork } = pod.spec ?? {};
  const policy = citePodSpec(snapshot, pod, 'spec.dnsPolicy');
  if (dnsPolicy === 'None') {
    const servers = dnsConfig?.nameservers ?? [];
    if (servers.some((ip) => isClusterDns(snapshot, ip))) return null;
    const own = servers.length > 0 ? ` and asks \`${servers.join('`, `')}\`` : '';
    return {
      words: `its \`dnsPolicy\` is \`None\`${own} instead of cluster DNS`,
      path: 'dns',
      evidence: [policy, citePodSpec(snapshot, pod, 'spec.dnsConfig.nameservers')],
    };
  }
  if (dnsPolicy === 'Default')
    return {
      words: 'its `dnsPolicy` is `Default`, so that it asks the resolver of its node, which knows no cluster names',
      path: 'dns',
      evidence: [policy],
    };
  if (hostNetwork && (dnsPolicy ?? 'ClusterFirst') === 'ClusterFirst') {
    return {
      words: 'it is on the host network, where its `dnsPolicy` means the resolver of its node',
      path: 'hostNetwork',
      evidence: [policy, citePodSpec(snapshot, pod, 'spec.hostNetwork')],
    };
  }
  return null;
}

function isClusterDns(snapshot: Snapshot, ip: string): boolean {
  return (
    ip.startsWith('169.254.') ||
    snapshot.objects.list('Service', 'kube-system').some(({ spec }) => spec?.clusterIP === ip)
  );
}

function ofResolver(snapshot: Snapshot, group: PodGroup<Failure>, { words, path, evidence }: Resolver): Finding {
  const [{ view, connection, since }] = group.entries;
  const change = suspectChange(
    snapshot,
    group.subject,
    new RegExp(path === 'dns' ? 'dnsPolicy|dnsConfig' : 'hostNetwork|dnsPolicy'),
    since,
  );
  const host = connection.error.host;
  return logFinding(group, {
    code: POLICY,
    category: 'dns-name-wrong',
    strength: 0.95,
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} cannot resolve ${host === null ? 'cluster names' : `\`${host}\``}: ${words}`,
    evidence: [...evidence, ...(change ? [change.evidence] : [])],
    ...(change ? { change: change.change.id } : {}),
    remediation: [
      edit(
        'patch-dns',
        'R2',
        `Set dnsPolicy of ${formatSubject(group.subject)} to ${path === 'dns' ? 'ClusterFirst' : 'ClusterFirstWithHostNet'}`,
      ),
      ...(change ? rollback(group.subject) : []),
    ],
  });
}

function ofName(
  snapshot: Snapshot,
  group: PodGroup<Failure>,
  { namespace, name }: { namespace: string; name: string },
): Finding | null {
  const [{ view, pod, connection }] = group.entries;
  const near = nearMiss(name, snapshot.objects.names('Service', namespace));
  const elsewhere = snapshot.objects
    .list('Service')
    .find(({ metadata }) => metadata.name === name && metadata.namespace !== namespace);
  // Nothing like it exists: a Service is missing. In the template: the address is wrong there. Both are said elsewhere.
  if ((near === null && !elsewhere) || isConfigured(snapshot, group.subject, name)) return null;
  const wanted: Subject = { kind: 'Service', namespace, name };
  const meant = near === null && elsewhere ? subjectOf(elsewhere) : { kind: 'Service', namespace, name: near ?? '' };
  const source = configMapWith(snapshot, pod, connection.error.host ?? name);
  const object = snapshot.objects.find(meant);
  return logFinding(group, {
    code: NAME,
    category: 'dns-name-wrong',
    strength: source ? 0.9 : 0.8,
    subject: source?.subject ?? group.subject,
    aliases: [group.subject],
    affects: [group.subject],
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} looks up \`${connection.error.host ?? name}\`, which does not exist; ${formatSubject(meant)} does${source ? ` (the name stands in ${formatSubject(source.subject)})` : ''}`,
    evidence: distinct([
      citeAbsent(snapshot, wanted),
      ...(object ? [citeField(object, 'spec.ports')] : []),
      ...(source ? [source.evidence] : []),
    ]),
    remediation: [
      edit(
        source ? 'patch-configmap' : 'patch-env',
        'R2',
        `Let ${formatSubject(group.subject)} use the name of ${formatSubject(meant)}`,
      ),
      ...rollback(group.subject),
    ],
  });
}

/** A name that exists and that this workload alone cannot find, for a reason its specification does not show. */
function ofLookup(
  snapshot: Snapshot,
  group: PodGroup<Failure>,
  { namespace, name }: { namespace: string; name: string },
): Finding | null {
  const [{ mode, count, connection, view, pod }] = group.entries;
  const service = snapshot.objects.get('Service', namespace, name);
  // A policy that closes the way to DNS looks the same from inside.
  const isClosed =
    connection.error.mode === 'no-answer' &&
    snapshot.objects.list('NetworkPolicy', pod.metadata.namespace ?? '').length > 0;
  // What goes on in a program that lives may be a Pod's stale cache; it must go on and be all over the log.
  const goesOn = mode !== 'running' || (count >= GOES_ON && connection.error.mode === 'not-found');
  if (!goesOn || !service || isClosed) return null;
  return logFinding(group, {
    code: LOOKUP,
    category: 'dns-name-wrong',
    strength: mode === 'running' ? 0.66 : 0.72,
    says: `Container \`${view.name}\` of ${formatSubject(group.subject)} cannot resolve \`${connection.error.host ?? name}\`, though ${formatSubject(subjectOf(service))} exists and others find it`,
    evidence: [citeField(service, 'spec.ports')],
    remediation: [
      edit('patch-dns', 'R2', `Compare the resolver of ${formatSubject(group.subject)} with that of other Pods`),
      ...rollback(group.subject),
    ],
  });
}

function isConfigured(snapshot: Snapshot, workload: Subject, name: string): boolean {
  return snapshot.topology.templates
    .ofComponent(workload)
    .some((view) => configuredAddresses(view).some(({ host }) => host === name || host.startsWith(`${name}.`)));
}

function configMapWith(
  snapshot: Snapshot,
  pod: Failure['pod'],
  host: string,
): { subject: Subject; evidence: Evidence } | null {
  for (const { configMap } of pod.spec?.volumes ?? []) {
    const map = configMap?.name ? snapshot.objects.get('ConfigMap', pod.metadata.namespace, configMap.name) : undefined;
    const key = Object.keys(map?.data ?? {}).find((candidate) => map?.data?.[candidate]?.includes(host));
    if (map && key !== undefined) return { subject: subjectOf(map), evidence: citeField(map, `data['${key}']`) };
  }
  return null;
}
