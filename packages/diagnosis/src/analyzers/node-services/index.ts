import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { sufferingOn } from '../_shared/node-pods.ts';
import { edit } from '../_shared/remedies.ts';
import type { NodeService } from './services.ts';
import { type Sign, signs } from './signs.ts';

const CODES = {
  'node-service/kubelet': 'Telemetry shows that the kubelet of a Node does not run.',
  'node-service/container-runtime': 'Telemetry shows that the container runtime of a Node does not run.',
  'node-service/kube-proxy': 'Telemetry shows that kube-proxy of a Node does not run.',
  'node-service/kube-scheduler': 'Telemetry shows that the scheduler does not run.',
  'node-service/kube-controller-manager': 'Telemetry shows that the controller manager does not run.',
};

/** Services of Nodes and the control plane that telemetry shows to be down, whether or not any object shows it yet. */
export const analyzer: Analyzer = {
  name: 'node-services',
  codes: CODES,
  reads: ['metrics', 'alerts', 'Node'],
  analyze(snapshot) {
    const groups = Map.groupBy(signs(snapshot), ({ service, subject }) => `${service.id} ${subjectKey(subject)}`);
    return [...groups.values()].flatMap((group) => report(snapshot, group) ?? []);
  },
};

function report(snapshot: Snapshot, group: readonly Sign[]): Finding | null {
  const [first, ...others] = group;
  if (!first) return null;
  const { service, says, strength } = first;
  const subject = known(snapshot, first.subject);
  return {
    code: `node-service/${service.id}`,
    subject,
    category: service.category,
    role: 'cause',
    layer: service.layer,
    strength: Math.min(0.96, strength + 0.03 * others.length),
    statement: `the ${service.words} of ${formatSubject(subject)} is down: ${says}; ${service.effect}`,
    evidence: group.flatMap(({ evidence }) => evidence),
    affects: subject.kind === 'Node' && service.layer === 'node' ? sufferingOn(snapshot, subject.name) : [],
    since: first.since,
    remediation: [restart(service, subject)],
  };
}

function known(snapshot: Snapshot, subject: Subject): Subject {
  const object = snapshot.objects.find(subject);
  return object ? subjectOf(object) : subject;
}

function restart({ words }: NodeService, subject: Subject): NonNullable<Finding['remediation']>[number] {
  return edit('restart-node-service', 'R3', `Restart the ${words} of ${formatSubject(subject)}`, [
    'The machine is reachable',
    'Its log has been kept',
  ]);
}
