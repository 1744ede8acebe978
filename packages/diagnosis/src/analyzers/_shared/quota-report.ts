import type { Remediation } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { type Quota, writtenLine } from './quota-state.ts';
import type { Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';

type Report = Pick<Finding, 'code' | 'statement' | 'evidence' | 'strength'> & Partial<Finding>;

/** Makes the finding of a quota without room; the Namespace is the same fault under another name. */
export function reportQuota(namespace: string, quota: Subject, report: Report): Finding {
  return {
    subject: quota,
    category: 'quota-exceeded',
    role: 'cause',
    layer: 'admission',
    aliases: [{ apiVersion: 'v1', kind: 'Namespace', name: namespace }],
    remediation: report.evidence.some(({ text }) => /status\.phase = (Succeeded|Failed)$/.test(text))
      ? [CLEAR, ...quotaRemedies(quota)]
      : quotaRemedies(quota),
    ...report,
  };
}

/** The reference to a quota, whether or not it was read. */
export function quotaSubject(namespace: string, name: string, quota?: Quota): Subject {
  return quota ? subjectOf(quota) : { apiVersion: 'v1', kind: 'ResourceQuota', namespace, name };
}

/** `requests.cpu: 3800m of 4 used`, each amount a literal that `citeQuotaLine` shows. */
export function describeLine(quota: Quota, resource: string): string {
  const { hard, used } = writtenLine(quota, resource);
  return `\`${resource}\` at \`${used}\` of \`${hard}\``;
}

const CLEAR: Remediation = {
  action: 'none',
  risk: 'R1',
  statement: 'Delete finished Jobs and Pods that still count',
  preconditions: ['Their logs are not needed'],
  undo: 'None',
};

function quotaRemedies(quota: Subject): readonly Remediation[] {
  return [
    {
      action: 'raise-quota',
      risk: 'R3',
      statement: `Raise the limit of ${formatSubject(quota)}`,
      preconditions: ['The cluster has room for more'],
      undo: 'Restore the former limit',
    },
    {
      action: 'patch-resources',
      risk: 'R2',
      statement: 'Lower the requests of the workload, or remove what is no longer needed in the namespace',
      preconditions: ['What is removed serves nothing'],
      undo: 'Restore it',
    },
  ];
}
