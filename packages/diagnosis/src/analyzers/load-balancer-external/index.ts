import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { oneLine } from '../../evidence/evidence.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { EventRecord } from '../../snapshot/events.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { quote } from '../_shared/log-hits.ts';
import type { ServiceObject } from '../_shared/service-traffic.ts';

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
  codes: { 'service/load-balancer-failed': 'The load balancer of a Service could not be made or updated.' },
  reads: ['Service', 'Event'],
  analyze(snapshot) {
    return snapshot.objects
      .list('Service')
      .flatMap((service) => (service.spec?.type === 'LoadBalancer' ? judge(snapshot, service) : []));
  },
};

function judge(snapshot: Snapshot, service: ServiceObject): Finding[] {
  const events = snapshot.events.of(subjectOf(service)).filter(({ stale }) => !stale);
  const failure = events.findLast(({ reason }) => FAILED.has(reason));
  // Success after the failure, or an address with no failure since, is a load balancer that works.
  if (!failure || events.some(({ reason, last }) => DONE.has(reason) && (last ?? 0) >= (failure.last ?? 0))) return [];
  return [report(service, failure)];
}

function report(service: ServiceObject, failure: EventRecord): Finding {
  const subject = subjectOf(service);
  const address = (service.status?.loadBalancer?.ingress ?? []).length > 0;
  const event = citeEvent(failure);
  const why = quote([event], oneLine(failure.message).replace(/^Error syncing load balancer: /, ''));
  const effect = address ? 'keeps its former load balancer, which could not be updated' : 'has no external address';
  return {
    code: 'service/load-balancer-failed',
    subject,
    category: 'load-balancer-external',
    role: 'cause',
    layer: 'state',
    strength: address ? 0.7 : 0.9,
    statement: `${formatSubject(subject)} ${effect}: the provider answers ${why || 'with an error'}`,
    evidence: [event, citeField(service, 'status.loadBalancer'), citeField(service, 'spec.type')],
    since: failure.first,
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
