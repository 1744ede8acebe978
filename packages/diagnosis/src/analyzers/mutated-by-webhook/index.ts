import { formatSubject, type Subject } from '@headwater/core/subject.ts';
import { matchesSelector } from '@headwater/core/kube/selector.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { namespaceLabels } from '../../topology/namespaces.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { isGone, type PodObject } from '../_shared/pods.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';
import { type RegisteredWebhook, registeredWebhooks } from '../_shared/webhook-calls.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { isSuffering } from './suffering.ts';

const CODE = 'webhook/mutated-pod';

/** Pods in trouble whose spec is not what their template says. */
export const analyzer: Analyzer = {
  name: 'mutated-by-webhook',
  codes: {
    [CODE]:
      'Pods in trouble differ from their template in image, limits, command or environment: something changed them at admission.',
  },
  reads: ['Pod', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Job', 'MutatingWebhookConfiguration', 'Namespace'],
  analyze(snapshot) {
    const changed = unsettledPods(snapshot).flatMap((pod) => {
      if (isGone(pod) || !snapshot.owners.parent(pod)) return [];
      const [mutation] = isSuffering(snapshot, pod) ? mutationsOf(snapshot, pod) : [];
      return mutation ? [{ pod, mutation }] : [];
    });
    return groupByRoot(snapshot, changed, ({ mutation }) => mutation.path).map((group) => report(snapshot, group));
  },
};

interface Mutated {
  readonly pod: PodObject;
  readonly mutation: Mutation;
}

function report(snapshot: Snapshot, group: PodGroup<Mutated>): Finding {
  const [{ pod, mutation }] = group.entries;
  const webhook = culprit(snapshot, pod);
  const root = group.subject;
  const configuration: Subject | null = webhook ? subjectOf(webhook.configuration) : null;
  const by = webhook ? `webhook \`${webhook.webhook.name ?? ''}\`` : 'something at admission';
  return {
    code: CODE,
    subject: configuration ?? root,
    category: 'mutated-by-webhook',
    role: 'cause',
    layer: 'admission',
    strength: mutation.strength - (webhook ? 0 : 0.1),
    statement: `The Pods of ${formatSubject(root)} are not what their template says: ${by} changed ${mutation.field}${fromTo(mutation)}`,
    evidence: [
      citeField(pod, mutation.path),
      citeField(mutation.template, `spec.template.${mutation.path}`),
      ...(webhook ? [citeField(webhook.configuration, `${webhook.path}.rules`)] : []),
    ],
    aliases: configuration ? [] : podSubjects(group),
    affects: configuration ? [root] : [],
    remediation: [
      {
        action: 'patch-webhook',
        risk: 'R3',
        statement: configuration
          ? `Remove the mutation from ${formatSubject(configuration)}, then recreate the Pods`
          : 'Find and remove the mutation, then recreate the Pods',
        preconditions: ['The mutation is not wanted'],
        undo: 'Restore the former webhook configuration',
      },
    ],
  };
}

function fromTo({ wanted, live }: Mutation): string {
  return wanted === '' ? '' : ` from ${literal(wanted)} to ${literal(live)}`;
}

// Values too long or awkward for a sentence stand in the evidence.
function literal(value: string): string {
  return value !== '' && value.length <= 120 && !/[`\n]/.test(value) ? `\`${value}\`` : 'another value';
}

// Only one candidate can be named; among several the object does not say which of them it was.
function culprit(snapshot: Snapshot, pod: PodObject): RegisteredWebhook | null {
  const labels = namespaceLabels(snapshot.objects, pod.metadata.namespace ?? '').labels;
  const candidates = registeredWebhooks(snapshot).filter(({ configuration, webhook }) => {
    if (configuration.kind !== 'MutatingWebhookConfiguration') return false;
    const seesPods = (webhook.rules ?? []).some(({ resources }) =>
      (resources ?? []).some((resource) => resource === 'pods' || resource === '*' || resource === '*/*'),
    );
    return (
      seesPods &&
      matchesSelector(labels, webhook.namespaceSelector ?? {}) &&
      matchesSelector(pod.metadata.labels ?? {}, webhook.objectSelector ?? {})
    );
  });
  const [only] = candidates;
  return only && new Set(candidates.map(({ configuration }) => configuration.metadata.name)).size === 1 ? only : null;
}
