import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { HOUR, type Millis, parseTime } from '@headwater/core/time.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { readField } from '../../snapshot/field.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { citeCondition, conditionsOf, textAt } from '../_shared/conditions.ts';
import { isWithin } from '../_shared/freshness.ts';
import { edit } from '../_shared/remedies.ts';
import { tellingEvents } from '../_shared/telling-events.ts';

export const NODE_PORT = 'service/node-port-taken';

/** A refusal of a Service, by whom it was told: an Event, or the status of what tried to apply it. */
interface Refusal {
  readonly teller: Subject;
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly since: Millis | null;
  /** Where the teller puts what it applies. */
  readonly namespace: string;
}

const TAKEN = /provided port is already allocated|was assigned to multiple services/i;
const PORT = /nodePort: (?:Invalid value: )?(\d+)|[Pp]ort (\d+)/;
const APPLIERS = ['Application', 'Kustomization', 'HelmRelease'] as const;

/** Services that were refused because another Service holds their node port, while that is still so. */
export function nodePorts(snapshot: Snapshot): Finding[] {
  const holders = holdersOf(snapshot);
  const latest = new Map<string, Finding>();
  for (const refusal of [...fromStatus(snapshot), ...fromEvents(snapshot)]) {
    const port = Number(PORT.exec(refusal.message)?.slice(1).find(Boolean));
    const refused = refusedService(refusal);
    const existing = snapshot.objects.get('Service', refused.namespace, refused.name);
    if (refused !== refusal.teller && existing?.spec?.ports?.some(({ nodePort }) => nodePort)) continue;
    const holder = holders.get(port);
    if (!latest.has(subjectKey(refused)))
      latest.set(subjectKey(refused), report(snapshot, { refusal, refused, port, holder }));
  }
  return [...latest.values()];
}

function report(
  snapshot: Snapshot,
  found: { refusal: Refusal; refused: Subject; port: number; holder: Subject | undefined },
): Finding {
  const { refusal, refused, port, holder } = found;
  const object = holder && snapshot.objects.find(holder);
  const tellers = refused === refusal.teller ? [] : [refusal.teller];
  return {
    code: NODE_PORT,
    subject: refused,
    category: 'port-conflict',
    role: 'cause',
    layer: 'state',
    strength: holder ? 0.9 : 0.8,
    statement: `${formatSubject(refused)} asks for a port that is already allocated${holder ? `: \`${port}\` belongs to ${formatSubject(holder)}` : ''}`,
    evidence: [...refusal.evidence, ...(object ? [citeField(object, 'spec.ports')] : [])],
    aliases: [...tellers, ...(holder ? [holder] : [])],
    since: refusal.since,
    remediation: [edit('patch-service-port', 'R2', `Choose a free node port for ${formatSubject(refused)}`)],
  };
}

function holdersOf(snapshot: Snapshot): ReadonlyMap<number, Subject> {
  const holders = new Map<number, Subject>();
  for (const service of snapshot.objects.list('Service'))
    for (const { nodePort } of service.spec?.ports ?? []) if (nodePort) holders.set(nodePort, subjectOf(service));
  return holders;
}

// The API server names the object it refuses, and the tools that apply objects pass its words on.
function refusedService({ teller, message, namespace }: Refusal): Subject {
  const name = /Service "([^"\s]+)" is invalid/.exec(message)?.[1];
  if (name === undefined || teller.kind === 'Service') return teller;
  const stated = new RegExp(`Service/([a-z0-9-]+)/${name}\\b`).exec(message)?.[1];
  const where = stated ?? namespace;
  return { kind: 'Service', name, ...(where === '' ? {} : { namespace: where }) };
}

function fromStatus(snapshot: Snapshot): Refusal[] {
  return APPLIERS.flatMap((kind) =>
    snapshot.objects.list(kind).flatMap((object) => {
      const said = complaintOf(object);
      if (!said || !TAKEN.test(said.message)) return [];
      return [{ ...said, teller: subjectOf(object), namespace: targetOf(object) }];
    }),
  );
}

function complaintOf(object: KubeObject): Pick<Refusal, 'message' | 'evidence' | 'since'> | null {
  const phase = textAt(object, 'status.operationState.phase');
  if (/^(?:Failed|Error|Running)$/.test(phase))
    return {
      message: textAt(object, 'status.operationState.message'),
      evidence: [citeField(object, 'status.operationState.message')],
      since: parseTime(readField(object, 'status.operationState.startedAt')),
    };
  const bad = conditionsOf(object).find(({ status, message }) => status === 'False' && TAKEN.test(message ?? ''));
  if (!bad?.type) return null;
  return {
    message: bad.message ?? '',
    evidence: citeCondition(object, bad.type),
    since: parseTime(bad.lastTransitionTime),
  };
}

function targetOf(object: KubeObject): string {
  const [target] = ['spec.destination.namespace', 'spec.targetNamespace']
    .map((path) => textAt(object, path))
    .filter((text) => text !== '');
  return target ?? object.metadata.namespace ?? '';
}

function fromEvents(snapshot: Snapshot): Refusal[] {
  return tellingEvents(snapshot).flatMap((event) => {
    if (event.stale || !isWithin(snapshot, event.last, HOUR) || !TAKEN.test(event.message)) return [];
    const object = snapshot.objects.find(event.subject);
    // What its own status says now counts more than what was said of it.
    if (object && isApplier(object)) return [];
    return [
      {
        teller: event.subject,
        message: event.message,
        evidence: [citeEvent(event)],
        since: event.first,
        namespace: event.subject.namespace ?? '',
      },
    ];
  });
}

function isApplier({ kind }: KubeObject): boolean {
  return APPLIERS.some((applier) => applier === kind);
}
