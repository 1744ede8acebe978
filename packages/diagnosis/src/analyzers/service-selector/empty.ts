import { formatSelector, type Labels } from '@headwater/core/kube/selector.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeChange, citeField, citeSelection } from '../../evidence/cite.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { expectedEndpoints } from '../../topology/service-endpoints.ts';
import type { TemplateView } from '../../topology/templates.ts';
import { recentEdit } from '../_shared/recent-change.ts';
import { edit } from '../_shared/remedies.ts';
import { citeEndpoints, type ServiceObject, trafficTo } from '../_shared/service-traffic.ts';
import { type Meant, meantWorkload } from './meant.ts';

/** A selector that matches nothing; a finding only when a workload it surely means is there. */
export function judgeEmpty(snapshot: Snapshot, service: ServiceObject): Finding[] {
  const namespace = service.metadata.namespace ?? '';
  const matchLabels = service.spec?.selector ?? {};
  const { pods, templates } = snapshot.topology;
  if (!snapshot.objects.knows('Pod', namespace) || expectedEndpoints(pods, service).pods.length > 0) return [];
  // A template that fits, without Pods, is a workload that is scaled down or refused: not the selector's fault.
  if (templates.match(namespace, { matchLabels }).length > 0) return [];
  const meant = meantWorkload(snapshot, service);
  return meant ? [report(snapshot, service, meant)] : [];
}

function report(snapshot: Snapshot, service: ServiceObject, meant: Meant): Finding {
  const subject = subjectOf(service);
  const matchLabels = service.spec?.selector ?? {};
  const traffic = trafficTo(snapshot, subject);
  const edited = recentEdit(snapshot, subject, (path) => path.startsWith('spec.selector'));
  const selection = citeSelection(snapshot, 'Pod', subject.namespace ?? '', { matchLabels });
  const { view } = meant;
  return {
    code: 'service/selector-matches-nothing',
    subject,
    category: 'selector-mismatch',
    role: 'cause',
    layer: 'state',
    strength: strengthOf(meant, traffic.failing.length > 0 || edited !== undefined),
    statement: `${formatSubject(subject)} selects \`${formatSelector({ matchLabels })}\`, which matches no Pod; ${difference(matchLabels, view)}`,
    evidence: [
      citeField(service, 'spec.selector'),
      selection,
      citeField(view.object, labelsPath(view)),
      ...citeEndpoints(snapshot, service),
      ...traffic.failing,
      ...(edited ? [citeChange(edited)] : []),
    ],
    aliases: [view.component],
    ...(edited ? { change: edited.id, since: edited.time } : {}),
    ruledOut: meant.ready.slice(0, 1).map((pod) => ({
      subject: view.component,
      category: 'readiness-failing' as const,
      statement: `${formatSubject(view.component)} has Ready Pods, so the missing endpoints are not its fault`,
      evidence: [citeField(pod, 'status.conditions[type=Ready].status')],
    })),
    remediation: [
      edit(
        'patch-selector',
        'R2',
        `Set the selector of ${formatSubject(subject)} to the labels of the Pods of ${formatSubject(view.component)}`,
        ['The Pods it then selects serve what its callers expect'],
      ),
    ],
  };
}

function strengthOf({ certainty }: Meant, confirmed: boolean): number {
  if (certainty === 'sure') return confirmed ? 0.95 : 0.9;
  return confirmed ? 0.85 : 0.6;
}

/** Which labels differ, expected and found. */
function difference(selector: Labels, view: TemplateView): string {
  const parts = Object.entries(selector).flatMap(([key, value]) => {
    const found = view.labels[key];
    if (found === value) return [];
    return [
      found === undefined
        ? `have no label \`${key}\``
        : `carry label \`${key}\` with value \`${found}\` instead of \`${value}\``,
    ];
  });
  return `the Pods of ${formatSubject(view.component)} ${parts.join(' and ')}`;
}

function labelsPath({ path }: TemplateView): string {
  return path === 'spec' ? 'metadata.labels' : path.replace(/\.spec$/, '.metadata.labels');
}
