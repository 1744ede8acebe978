import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { DAY, MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { oneLine } from '../../evidence/evidence.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { controllerWorkloads } from '../../topology/ingress-controllers.ts';
import { dnsRecords, NOT_WRITTEN } from './dns-records.ts';
import { quote } from '../_shared/log-hits.ts';
import type { ServiceObject } from '../_shared/service-traffic.ts';
import { selectedBy } from '../../topology/selection.ts';

const FAILED = new Set([
  'SyncLoadBalancerFailed',
  'CreatingLoadBalancerFailed',
  'UpdateLoadBalancerFailed',
  'AllocationFailed',
  'UnAvailableLoadBalancer',
  'FailedBuildModel',
  'FailedDeployModel',
]);
const DONE = new Set(['EnsuredLoadBalancer', 'UpdatedLoadBalancer', 'IPAllocated', 'SuccessfullyReconciled']);

/** Load balancers that the cloud could not make or update. */
export const analyzer: Analyzer = {
  name: 'load-balancer-external',
  codes: {
    'service/load-balancer-failed': 'The load balancer of a Service or an Ingress could not be made or updated.',
    'service/load-balancer-pending': 'A Service made lately still has no external address.',
    [NOT_WRITTEN]: 'The controller of public DNS records is refused by the provider.',
  },
  reads: ['Service', 'Ingress', 'IngressClass', 'Deployment', 'DaemonSet', 'Pod', 'Event', 'logs', 'metrics'],
  analyze(snapshot) {
    const services = snapshot.objects.list('Service').filter(({ spec }) => spec?.type === 'LoadBalancer');
    return [
      ...services.flatMap((service) => judge(snapshot, service)),
      ...snapshot.objects.list('Ingress').flatMap((ingress) => judgeIngress(snapshot, ingress)),
      ...dnsRecords(snapshot),
    ];
  },
};

function judge(snapshot: Snapshot, service: ServiceObject): Finding[] {
  const { failure, mended } = lastFailure(snapshot, subjectOf(service));
  // Success after the failure, or an address with no failure since, is a load balancer that works.
  if (!failure) return pending(snapshot, service) ?? [];
  return mended ? [] : [report(snapshot, service, failure)];
}

function lastFailure(snapshot: Snapshot, subject: Subject): { failure: EventRecord | undefined; mended: boolean } {
  const events = snapshot.events.of(subject).filter(({ stale }) => !stale);
  const failure = events.findLast(({ reason }) => FAILED.has(reason));
  return {
    failure,
    mended: events.some(({ reason, last }) => DONE.has(reason) && (last ?? 0) >= (failure?.last ?? 0)),
  };
}

// Some clouds make a load balancer for each Ingress instead of for the Service of a controller.
function judgeIngress(snapshot: Snapshot, ingress: ObjectOf<'Ingress'>): Finding[] {
  const subject = subjectOf(ingress);
  const { failure, mended } = lastFailure(snapshot, subject);
  if (!failure || mended) return [];
  const event = citeEvent(failure);
  const why = quote([event], oneLine(failure.message));
  return [
    {
      ...remedied(subject, []),
      code: 'service/load-balancer-failed',
      strength: (ingress.status?.loadBalancer?.ingress ?? []).length > 0 ? 0.7 : 0.9,
      statement: `The load balancer of ${formatSubject(subject)} could not be made or updated: its controller says ${why || 'so'}`,
      evidence: [event, citeField(ingress, 'status.loadBalancer'), citeField(ingress, 'spec.ingressClassName')],
      since: failure.first,
    },
  ];
}

// Providers answer within minutes; a cluster without a provider leaves every such Service pending for ever.
const PATIENCE = 10 * MINUTE;

function pending(snapshot: Snapshot, service: ServiceObject): Finding[] | null {
  const made = parseTime(service.metadata.creationTimestamp);
  const age = made === null ? null : snapshot.now - made;
  if (age === null || age < PATIENCE || age > DAY || hasAddress(service)) return null;
  const subject = subjectOf(service);
  const users = ingressesBehind(snapshot, subject);
  if (users.length === 0) return null;
  return [
    {
      ...remedied(subject, users),
      code: 'service/load-balancer-pending',
      strength: 0.6,
      statement: `${formatSubject(subject)} has had no external address since it was made, so nothing outside reaches ${users.map(formatSubject).join(', ')}`,
      evidence: [
        citeField(service, 'status.loadBalancer'),
        citeField(service, 'metadata.creationTimestamp'),
        citeField(service, 'spec.type'),
      ],
      since: made,
    },
  ];
}

/** The Ingresses whose controller is behind a Service: they are reached through its address. */
function ingressesBehind(snapshot: Snapshot, service: Subject): readonly Subject[] {
  const behind = new Set(
    selectedBy(snapshot.topology, service).map((workload) => subjectKey(snapshot.topology.component(workload))),
  );
  const classes = snapshot.objects
    .list('IngressClass')
    .filter(({ spec }) =>
      controllerWorkloads(snapshot.topology.templates, spec?.controller).some(({ component }) =>
        behind.has(subjectKey(component)),
      ),
    )
    .map(({ metadata }) => metadata.name);
  return snapshot.objects
    .list('Ingress')
    .filter(({ spec }) => classes.includes(spec?.ingressClassName ?? ''))
    .map(subjectOf);
}

function hasAddress(service: ServiceObject): boolean {
  return (service.status?.loadBalancer?.ingress ?? []).length > 0;
}

function report(snapshot: Snapshot, service: ServiceObject, failure: EventRecord): Finding {
  const subject = subjectOf(service);
  const address = hasAddress(service);
  const event = citeEvent(failure);
  const why = quote([event], oneLine(failure.message).replace(/^Error syncing load balancer: /, ''));
  const effect = address ? 'keeps its former load balancer, which could not be updated' : 'has no external address';
  return {
    ...remedied(subject, ingressesBehind(snapshot, subject)),
    code: 'service/load-balancer-failed',
    strength: address ? 0.7 : 0.9,
    statement: `${formatSubject(subject)} ${effect}: the provider answers ${why || 'with an error'}`,
    evidence: [event, citeField(service, 'status.loadBalancer'), citeField(service, 'spec.type')],
    since: failure.first,
  };
}

function remedied(
  subject: Subject,
  affects: readonly Subject[],
): Pick<Finding, 'subject' | 'category' | 'role' | 'layer' | 'affects' | 'remediation'> {
  return {
    subject,
    category: 'load-balancer-external',
    role: 'cause',
    layer: 'state',
    affects,
    remediation: [
      {
        action: 'none',
        risk: 'R3',
        statement: 'Mend what the provider names (quota, permission, subnet, annotation)',
        preconditions: ['Somebody with access to the provider account'],
        undo: 'Restore the former setting',
      },
    ],
  };
}
