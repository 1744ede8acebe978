import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject, ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { compareText, subjectKey } from '@headwater/core/subject.ts';
import { matchesLabels } from '@headwater/core/kube/selector.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveHost } from '../../topology/dns-names.ts';
import { isAddress } from '../../topology/host-references.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';

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
export const PRODUCT_NAMES = Object.keys(PRODUCTS) as Product[];

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
 * The server of a product that a workload talks to: one it names in its configuration, else the likeliest of its namespace;
 * undefined when there is none.
 */
export function dataServiceOf(snapshot: Snapshot, consumer: Subject, product: Product): DataService | undefined {
  return dataServicesOf(snapshot, consumer, product)[0];
}

/** Every server of a product that a workload may talk to, the likeliest first; only those it names, when it names any. */
export function dataServicesOf(snapshot: Snapshot, consumer: Subject, product: Product): readonly DataService[] {
  const called = snapshot.topology
    .dependencies(consumer)
    .filter(({ relation, to }) => relation === 'calls' && to.kind === 'Service')
    .flatMap(({ to }) => snapshot.objects.get('Service', to.namespace, to.name) ?? []);
  const named = called.flatMap((service) => serversBehind(snapshot, service, product));
  if (named.length > 0) return named;
  const near = serversIn(snapshot, consumer.namespace ?? '', product).filter(
    ({ workload }) => subjectKey(workload) !== subjectKey(consumer),
  );
  // The consumer's own configuration is out of sight (a Secret); a server that others name is rather theirs.
  return near.sort(
    (left, right) =>
      namedCallers(snapshot, left) - namedCallers(snapshot, right) ||
      compareText(left.workload.name, right.workload.name),
  );
}

/** What tells that a workload is a server of its product: the image it runs. */
export function citeServer({ object, path, spec }: TemplateView): readonly Evidence[] {
  const [container] = spec.containers ?? [];
  return container?.image ? [citeField(object, `${path}.containers[name=${container.name}].image`)] : [];
}

function namedCallers(snapshot: Snapshot, { service }: DataService): number {
  return service ? callersOf(snapshot, service).length : 0;
}

const serversByNamespace = perSnapshot((snapshot) => {
  const found = new Map<string, DataService[]>();
  for (const template of snapshot.topology.templates.list()) {
    for (const product of PRODUCT_NAMES) {
      if (!runsProduct(template, product)) continue;
      const key = `${template.namespace} ${product}`;
      const service = snapshot.objects
        .list('Service', template.namespace)
        .find(
          ({ spec }) =>
            spec?.selector && Object.keys(spec.selector).length > 0 && matchesLabels(template.labels, spec.selector),
        );
      found.set(key, [
        ...(found.get(key) ?? []),
        { workload: template.component, object: template.object, template, service },
      ]);
    }
  }
  return found;
});

function serversIn(snapshot: Snapshot, namespace: string, product: Product): DataService[] {
  return [...(serversByNamespace(snapshot).get(`${namespace} ${product}`) ?? [])];
}

/** The Services of a namespace that lead to servers of a product. */
export function servicesOfProduct(snapshot: Snapshot, namespace: string, product: Product): readonly ServiceObject[] {
  return serversIn(snapshot, namespace, product).flatMap(({ service }) => service ?? []);
}

function serversBehind(snapshot: Snapshot, service: ServiceObject, product: Product): DataService[] {
  return workloadsBehind(snapshot, service).flatMap((workload) =>
    snapshot.topology.templates
      .ofComponent(workload)
      .filter((template) => runsProduct(template, product))
      .map((template) => ({ workload, object: template.object, template, service })),
  );
}

/** Whether a Service leads to servers of a product. */
export function leadsTo(snapshot: Snapshot, service: ServiceObject, product: Product): boolean {
  return serversBehind(snapshot, service, product).length > 0;
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
