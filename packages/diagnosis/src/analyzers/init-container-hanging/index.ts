import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { nearMiss } from '@headwater/core/near-miss.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { MINUTE, parseTime } from '@headwater/core/time.ts';
import { citeAbsent, citeField, citeLog } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import { behindHost, type ServiceObject, serviceAt } from '../_shared/dependencies.ts';
import { ageOf } from '../_shared/freshness.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { type Awaited, awaitedIn } from './awaited.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'init/hanging';

// Long enough for downloads and migrations; a log that repeats its wait needs no such patience.
const LONG = 5 * MINUTE;
const REPEATING = MINUTE / 2;

/** Init containers that run without end because what they wait for does not come. */
export const analyzer: Analyzer = {
  name: 'init-container-hanging',
  codes: { [CODE]: 'An init container waits without end; the containers of the Pod are never started.' },
  reads: ['Pod', 'Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'logs'],
  analyze(snapshot) {
    const hanging = unsettledPods(snapshot).flatMap((pod) => hangingOf(snapshot, pod));
    return groupByRoot(snapshot, hanging, ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

interface Hanging {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly awaited: Awaited | null;
}

function hangingOf(snapshot: Snapshot, pod: PodObject): Hanging[] {
  if (isGone(pod) || pod.status?.phase !== 'Pending' || isOnDownNode(snapshot, pod)) return [];
  return containersOf(pod).flatMap((view) => {
    const running = view.status?.state?.running;
    if (!view.init || view.spec?.restartPolicy === 'Always' || !running || (view.status?.restartCount ?? 0) > 0)
      return [];
    const age = ageOf(snapshot, running.startedAt ?? pod.status?.startTime);
    const awaited = awaitedIn(snapshot, pod, view);
    const patience = awaited?.repeats ? REPEATING : LONG;
    return age !== null && age >= patience ? [{ pod, view, awaited }] : [];
  });
}

function report(snapshot: Snapshot, group: PodGroup<Hanging>): Finding {
  const { subject } = group;
  const [{ pod, view, awaited }] = group.entries;
  const target = targetOf(snapshot, pod, awaited);
  return {
    code: CODE,
    subject,
    category: 'init-container-hanging',
    role: target.blames.length > 0 ? 'symptom' : 'cause',
    layer: target.blames.length > 0 ? 'dependency' : 'state',
    strength: target.strength,
    statement: `Init container \`${view.name}\` of ${formatSubject(subject)} has been running without end${target.text}, so its Pods never start`,
    evidence: [
      citeField(pod, `${view.statusPath}.state.running`),
      ...(awaited?.line ? [citeLog(awaited.line.stream, awaited.line.at)] : []),
      ...(awaited?.field ? [citePodSpec(snapshot, pod, awaited.field)] : []),
      ...target.evidence,
    ],
    aliases: podSubjects(group),
    blames: target.blames,
    since: parseTime(view.status?.state?.running?.startedAt),
    remediation: rollback(subject),
  };
}

interface Target {
  readonly text: string;
  readonly strength: number;
  readonly blames: readonly Subject[];
  readonly evidence: readonly Evidence[];
}

function targetOf(snapshot: Snapshot, pod: PodObject, awaited: Awaited | null): Target {
  if (!awaited) return { text: '', strength: 0.6, blames: [], evidence: [] };
  const namespace = pod.metadata.namespace ?? '';
  const service = serviceAt(snapshot, awaited.host, namespace);
  if (service) return existing(snapshot, awaited, { service, namespace });
  const name = awaited.host.split('.')[0] ?? awaited.host;
  const wanted = { kind: 'Service', namespace: awaited.host.split('.')[1] ?? namespace, name };
  if (snapshot.objects.existence('Service', wanted.namespace, name) !== 'absent') {
    return { text: `: it waits for \`${awaited.host}\``, strength: 0.7, blames: [], evidence: [] };
  }
  const near = nearMiss(name, snapshot.objects.names('Service', wanted.namespace));
  const other = near === null ? undefined : snapshot.objects.get('Service', wanted.namespace, near);
  return {
    text: `: it waits for Service \`${name}\`, which does not exist${other ? `; \`${near}\` does` : ''}`,
    strength: 0.9,
    blames: [],
    evidence: [citeAbsent(snapshot, wanted), ...(other ? [citeField(other, 'metadata.name')] : [])],
  };
}

function existing(
  snapshot: Snapshot,
  { host, port }: Awaited,
  { service, namespace }: { service: ServiceObject; namespace: string },
): Target {
  const ports = (service.spec?.ports ?? []).map((each) => each.port);
  if (port !== null && ports.length > 0 && !ports.includes(port)) {
    const text = `: it waits for port \`${port}\` of Service \`${service.metadata.name}\`, which offers ${ports.map((each) => `\`${each}\``).join(', ')}`;
    return { text, strength: 0.9, blames: [], evidence: [citeField(service, 'spec.ports')] };
  }
  const { kind, ready } = expectedEndpoints(snapshot.topology.pods, service);
  if (kind === 'selected' && ready.length > 0) {
    return {
      text: `: it waits for \`${host}\`, which has ready Pods`,
      strength: 0.6,
      blames: [],
      evidence: ready.slice(0, 1).map((pod) => citeField(pod, 'status.conditions[type=Ready].status')),
    };
  }
  const text = `: it waits for \`${host}\`, which exists and does not serve it`;
  return {
    text,
    strength: 0.8,
    blames: behindHost(snapshot, host, namespace),
    evidence: [citeField(service, 'spec.selector')],
  };
}
