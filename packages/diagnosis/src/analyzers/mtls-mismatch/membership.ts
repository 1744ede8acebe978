import { formatSubject, type Subject, subjectKey } from '@headwater/core/subject.ts';
import { MINUTE } from '@headwater/core/time.ts';
import type { Change } from '../../changes/change.ts';
import { citeAlert, citeChange } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import type { Alert } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { rootOf } from '../_shared/workloads.ts';

// Ambient mode, revision and the older switch of sidecar injection.
const MEMBERSHIP =
  /^metadata\.labels.*(?:istio\.io\/dataplane-mode|istio\.io\/rev|istio-injection|linkerd\.io\/inject)/;
const MEMBER = /^(?:ambient|enabled|default|[a-z0-9-]*[0-9][a-z0-9-]*)$/;
// Alerts are dated by the evaluation that found them.
const SLACK = 2 * MINUTE;

/** Namespaces taken out of the mesh, after which alerts about them began. */
export function judgeMembership(snapshot: Snapshot): Finding[] {
  return snapshot.objects.list('Namespace').flatMap((namespace) => {
    const subject: Subject = { kind: 'Namespace', name: namespace.metadata.name };
    const change = recentEdit(snapshot, subject, (path) => MEMBERSHIP.test(path));
    if (!change || !leaves(change)) return [];
    const alerts = snapshot.alerts.filter(
      (alert) => isAbout(alert, subject.name) && (alert.startsAt ?? 0) >= change.time - SLACK,
    );
    return alerts.length > 0 ? [report(snapshot, { subject, change, alerts })] : [];
  });
}

// Only an edit that ends a membership; one that begins it is judged by what it then demands.
function leaves({ diff }: Change): boolean {
  return diff.some(
    ({ path, before, after }) =>
      MEMBERSHIP.test(path) && MEMBER.test(before ?? '') && (after == null || /^(?:none|disabled)?$/.test(after)),
  );
}

function isAbout({ status, labels }: Alert, namespace: string): boolean {
  return (
    status === 'firing' &&
    Object.entries(labels).some(([key, value]) => key.endsWith('namespace') && value === namespace)
  );
}

function report(
  snapshot: Snapshot,
  { subject, change, alerts }: { subject: Subject; change: Change; alerts: readonly Alert[] },
): Finding {
  const workloads = new Map(
    snapshot.objects.list('Pod', subject.name).map((pod) => {
      const root = rootOf(snapshot, pod);
      return [subjectKey(root), root] as const;
    }),
  );
  return {
    code: 'mesh/membership-removed',
    subject,
    category: 'mtls-mismatch',
    role: 'cause',
    layer: 'change',
    strength: 0.84,
    statement: `${formatSubject(subject)} left the mesh when its label was changed; since then nothing carries, proves or counts its connections`,
    evidence: [citeChange(change), ...alerts.slice(0, 3).map(citeAlert)],
    affects: [...workloads.values()],
    change: change.id,
    since: change.time,
    remediation: [edit('patch-namespace', 'R2', `Restore the mesh label of ${formatSubject(subject)}`)],
  };
}
