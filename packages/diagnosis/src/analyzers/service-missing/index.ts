import type { Change } from '../../changes/timeline.ts';
import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { citeAbsent, citeChange, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import type { TemplateView } from '../../topology/templates.ts';
import type { Edge } from '../../topology/topology.ts';
import { type FailedConnection, failuresTo } from '../_shared/failed-connections.ts';
import { citeHit } from '../_shared/log-hits.ts';
import { deletionOf, namesOf, workloadOfName } from '../_shared/missing-service.ts';
import { edit } from '../_shared/remedies.ts';
import { isServed } from '../_shared/served-workloads.ts';

/** Services that callers use and that do not exist, while the workload behind them does. */
export const analyzer: Analyzer = {
  name: 'service-missing',
  codes: {
    'service/missing': 'Callers use a Service that does not exist, though its workload does or it was deleted.',
  },
  reads: ['Service', 'Deployment', 'StatefulSet', 'DaemonSet', 'Pod', 'ConfigMap', 'Ingress', 'logs', 'history'],
  analyze(snapshot) {
    return missingServices(snapshot).flatMap(({ service, edges }) => judge(snapshot, service, edges));
  },
};

interface Missing {
  readonly service: Subject;
  readonly edges: readonly Edge[];
}

/** Services that were listed as absent and are deleted or bear the name of a workload, with who calls or routes to them. */
function missingServices(snapshot: Snapshot): readonly Missing[] {
  const missing = new Map<string, Subject>();
  const note = (service: Subject): void => {
    if (isMissing(snapshot, service)) missing.set(subjectKey(service), service);
  };
  for (const view of snapshot.topology.templates.list())
    for (const name of namesOf(view)) note({ kind: 'Service', name, namespace: view.namespace });
  for (const { subject, title } of snapshot.changes.all) if (subject && title.endsWith('was deleted')) note(subject);
  return [...missing.values()].map((service) => {
    const edges = snapshot.topology
      .dependents(service)
      .filter(({ relation }) => relation === 'calls' || relation === 'routes-to');
    return { service: edges[0]?.to ?? service, edges };
  });
}

function isMissing(snapshot: Snapshot, { kind, namespace, name }: Subject): boolean {
  return kind === 'Service' && snapshot.objects.existence('Service', namespace, name) === 'absent';
}

function judge(snapshot: Snapshot, service: Subject, edges: readonly Edge[]): Finding[] {
  const deletion = deletionOf(snapshot, service);
  const behind = workloadOfName(snapshot, service);
  const failures = failuresTo(snapshot, service);
  const callers = new Set(edges.map(({ from }) => subjectKey(from)));
  const strength = strengthOf(snapshot, { deletion, behind, failures, callers: callers.size });
  return strength === null ? [] : [report(snapshot, { service, edges, deletion, behind, failures, strength })];
}

interface Signs {
  readonly deletion: Change | undefined;
  readonly behind: TemplateView | undefined;
  readonly failures: readonly FailedConnection[];
  readonly callers: number;
}

function strengthOf(snapshot: Snapshot, { deletion, behind, failures, callers }: Signs): number | null {
  const alone = behind !== undefined && !isServed(snapshot, behind.component);
  if (deletion) return failures.length > 0 || (alone && callers > 0) ? 0.95 : alone || callers > 0 ? 0.75 : null;
  if (!behind || callers === 0) return null;
  // A workload that another Service serves was probably called by a wrong name, unless several agree on the name.
  if (!alone && callers < 2) return null;
  return failures.length > 0 ? 0.95 : 0.85;
}

interface Report extends Omit<Signs, 'callers'> {
  readonly service: Subject;
  readonly edges: readonly Edge[];
  readonly strength: number;
}

function report(snapshot: Snapshot, { service, edges, deletion, behind, failures, strength }: Report): Finding {
  const callers = [...new Map(edges.map(({ from }) => [subjectKey(from), from])).values()];
  const shown = callers.slice(0, 3).map(formatSubject).join(', ');
  const state = deletion ? 'was deleted' : 'does not exist';
  const used = callers.length === 0 ? '' : ` but ${shown} ${callers.length === 1 ? 'uses' : 'use'} it`;
  const behindIt = behind ? `, while ${formatSubject(behind.component)} runs without it` : '';
  return {
    code: 'service/missing',
    subject: service,
    category: 'service-missing',
    role: 'cause',
    layer: 'state',
    strength,
    statement: `${formatSubject(service)} ${state}${used}${behindIt}`,
    evidence: [
      citeAbsent(snapshot, service),
      ...(deletion ? [citeChange(deletion)] : []),
      ...edges.slice(0, 3).flatMap((edge) => edge.cite().slice(0, 1)),
      ...failures.slice(0, 2).flatMap(({ hit }) => citeHit(hit).slice(0, 1)),
      ...(behind ? [citeField(behind.object, 'metadata.labels')] : []),
    ],
    ...(behind ? { aliases: [behind.component] } : {}),
    affects: callers,
    ...(deletion ? { change: deletion.id, since: deletion.time } : {}),
    remediation: [
      edit('restore-service', 'R2', `Recreate ${formatSubject(service)} from its last version`, [
        "The namespace's quota allows another Service",
        `Its selector fits ${behind ? formatSubject(behind.component) : 'the Pods it served'}`,
      ]),
    ],
  };
}
