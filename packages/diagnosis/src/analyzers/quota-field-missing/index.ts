import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { parseQuotaDemand, type QuotaDemand } from '../../topology/quota.ts';
import { quotaSubject } from '../_shared/quota-report.ts';
import { edit } from '../_shared/remedies.ts';
import { type RefusedCreate, refusalsByRoot, refusedCreates } from '../_shared/refused-creates.ts';
import { templateOf, templatePath } from '../_shared/workloads.ts';

/** Workloads without the requests or limits that a quota of their namespace demands. */
export const analyzer: Analyzer = {
  name: 'quota-field-missing',
  codes: {
    'quota/field-missing':
      'Pods are refused because a ResourceQuota demands requests or limits that they do not state.',
  },
  reads: ['ResourceQuota', 'LimitRange', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'Event'],
  analyze: (snapshot) =>
    refusalsByRoot(refusedCreates(snapshot).filter(({ message }) => parseQuotaDemand(message) !== null)).flatMap(
      ([refused]) => {
        const demand = parseQuotaDemand(refused.message);
        return demand && isDemanded(snapshot, refused, demand) ? [report(snapshot, refused, demand)] : [];
      },
    ),
};

/** Whether the quota still counts one of the fields; true when it was not read. */
function isDemanded(snapshot: Snapshot, { controller }: RefusedCreate, { quota, missing }: QuotaDemand): boolean {
  const found = snapshot.objects.get('ResourceQuota', controller.metadata.namespace, quota);
  if (!found) return snapshot.objects.existence('ResourceQuota', controller.metadata.namespace, quota) === 'unknown';
  const hard = found.status?.hard ?? found.spec?.hard ?? {};
  return missing.length === 0 || missing.some(({ resource }) => hard[resource] !== undefined);
}

function report(snapshot: Snapshot, refused: RefusedCreate, demand: QuotaDemand): Finding {
  const { root, controller, evidence, since } = refused;
  const namespace = controller.metadata.namespace ?? '';
  const quota = snapshot.objects.get('ResourceQuota', namespace, demand.quota);
  const carrier = snapshot.objects.find(root) ?? controller;
  const fields = demand.missing.slice(0, 4).map(({ resource }) => `\`${resource}\``);
  const container = demand.missing[0]?.containers[0] ?? templateOf(carrier)?.spec?.containers?.[0]?.name;
  return {
    code: 'quota/field-missing',
    subject: root,
    category: 'quota-field-missing',
    role: 'cause',
    layer: 'admission',
    strength: 0.95,
    statement: `${formatSubject(root)} gets no Pods: ResourceQuota \`${demand.quota}\` demands ${fields.join(', ')}, which ${container ? `container \`${container}\`` : 'its containers'} does not set`,
    evidence: [
      ...evidence,
      ...(templateOf(carrier) && container
        ? [citeField(carrier, `${templatePath(carrier)}.spec.containers[name=${container}].resources`)]
        : []),
      ...(quota ? [citeField(quota, 'spec.hard')] : []),
    ],
    aliases: [quotaSubject(namespace, demand.quota, quota)],
    since,
    remediation: [
      edit('patch-resources', 'R2', `Set ${fields.join(', ')} in the template`),
      edit('none', 'R3', 'Add a LimitRange with defaults to the namespace'),
    ],
  };
}
