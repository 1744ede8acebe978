import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { subjectKey } from '@headwater/core/subject.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { isAddress } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { perSnapshot } from './memo.ts';

export type ServiceObject = ObjectOf<'Service'>;

const byClusterIp = perSnapshot((snapshot) => {
  const index = new Map<string, ServiceObject>();
  for (const service of snapshot.objects.list('Service')) {
    for (const ip of [
      service.spec?.clusterIP,
      ...(service.status?.loadBalancer?.ingress ?? []).map((entry) => entry.ip),
    ]) {
      if (ip && ip !== 'None') index.set(ip, service);
    }
  }
  return index;
});

/** The Service a host name or cluster address means for a Pod of a namespace; undefined when it is none that was read. */
export function serviceAt(snapshot: Snapshot, host: string, namespace: string): ServiceObject | undefined {
  if (isAddress(host)) return byClusterIp(snapshot).get(host);
  const named = resolveHost(snapshot, host, namespace);
  return named ? snapshot.objects.get('Service', named.namespace, named.name) : undefined;
}

/** The workloads whose Pods (or templates, when there are no Pods) a Service selects. */
export function workloadsBehind(snapshot: Snapshot, service: ServiceObject): readonly Subject[] {
  const selector = service.spec?.selector ?? {};
  if (Object.keys(selector).length === 0) return [];
  const namespace = service.metadata.namespace ?? '';
  const found = new Map<string, Subject>();
  for (const { component } of snapshot.topology.templates.match(namespace, { matchLabels: selector }))
    found.set(subjectKey(component), component);
  if (found.size > 0) return [...found.values()];
  for (const pod of snapshot.topology.pods.match(namespace, { matchLabels: selector })) {
    const root = snapshot.topology.component(subjectOf(pod));
    found.set(subjectKey(root), root);
  }
  return [...found.values()];
}

/** What an address means: the Service, what runs behind it, or the Pod that has it. */
export function behindHost(snapshot: Snapshot, host: string, namespace: string): readonly Subject[] {
  const service = serviceAt(snapshot, host, namespace);
  if (service) return [subjectOf(service), ...workloadsBehind(snapshot, service)];
  const pod = isAddress(host) ? snapshot.topology.pods.byIp(host) : undefined;
  return pod ? [snapshot.topology.component(subjectOf(pod))] : [];
}

/** Kinds of data service, by the words of their images and names and by their standard port. */
const PRODUCTS = {
  mysql: { image: /mysql|mariadb|percona|vitess/i, ports: [3306] },
  postgres: {
    image: /postgres|postgis|timescale|cockroach|yugabyte|spilo|pgbouncer|pgpool/i,
    ports: [5432, 6432, 26257],
  },
  redis: { image: /redis|valkey|keydb|dragonfly/i, ports: [6379, 26379] },
  mongo: { image: /mongo|ferretdb/i, ports: [27017] },
  rabbitmq: { image: /rabbit/i, ports: [5672, 5671] },
  kafka: { image: /kafka|redpanda/i, ports: [9092, 9093, 9094] },
  elasticsearch: { image: /elastic|opensearch/i, ports: [9200, 9300] },
  cassandra: { image: /cassandra|scylla/i, ports: [9042] },
  sqlserver: { image: /mssql|sqlserver|azure-sql/i, ports: [1433] },
  oracle: { image: /oracle/i, ports: [1521] },
} as const;
export type Product = keyof typeof PRODUCTS;

/** Whether a template runs a server of a product. */
export function runsProduct({ spec, component }: TemplateView, product: Product): boolean {
  const { image, ports } = PRODUCTS[product];
  return (spec.containers ?? []).some(
    (container) =>
      (image.test(container.image?.split('/').at(-1)?.split(/[:@]/)[0] ?? '') &&
        !/exporter|client|backup|operator|proxy-init/i.test(container.image ?? '')) ||
      (image.test(component.name) &&
        (container.ports ?? []).some(({ containerPort }) => (ports as readonly number[]).includes(containerPort ?? 0))),
  );
}

/** A data service a workload uses. */
export interface DataService {
  readonly workload: Subject;
  readonly object: KubeObject;
  readonly template: TemplateView;
  readonly service: ServiceObject | undefined;
}

/**
 * The server of a product that a workload talks to: one it names in its configuration, else the only one of its
 * namespace; undefined when several could be meant.
 */
export function dataServiceOf(snapshot: Snapshot, consumer: Subject, product: Product): DataService | undefined {
  const called = snapshot.topology
    .dependencies(consumer)
    .filter(({ relation, to }) => relation === 'calls' && to.kind === 'Service')
    .flatMap(({ to }) => snapshot.objects.get('Service', to.namespace, to.name) ?? []);
  const found = called.flatMap((service) => serversBehind(snapshot, service, product));
  if (found.length > 0) return found[0];
  const near = snapshot.topology.templates
    .list(consumer.namespace ?? '')
    .filter((template) => runsProduct(template, product));
  const [only] = near;
  if (!only || near.length > 1 || subjectKey(only.component) === subjectKey(consumer)) return undefined;
  return { workload: only.component, object: only.object, template: only, service: undefined };
}

function serversBehind(snapshot: Snapshot, service: ServiceObject, product: Product): DataService[] {
  return workloadsBehind(snapshot, service).flatMap((workload) =>
    snapshot.topology.templates
      .ofComponent(workload)
      .filter((template) => runsProduct(template, product))
      .map((template) => ({ workload, object: template.object, template, service })),
  );
}

/** Whether a workload itself runs a server of a product: its log speaks of its clients. */
export function isServer(snapshot: Snapshot, subject: Subject, product: Product): boolean {
  return snapshot.topology.templates.ofComponent(subject).some((template) => runsProduct(template, product));
}

/** Workloads of the snapshot that call a Service, as far as configuration, logs and traces show. */
export function callersOf(snapshot: Snapshot, service: ServiceObject): readonly Subject[] {
  const callers = snapshot.topology.dependents(subjectOf(service)).filter(({ relation }) => relation === 'calls');
  return [...new Map(callers.map(({ from }) => [subjectKey(from), from])).values()];
}
