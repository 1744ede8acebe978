import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type Death, isOngoing, isSuperseded, lastDeath } from '../_shared/container-death.ts';
import { citeLastWords } from '../_shared/last-words.ts';
import { isOnDownNode } from '../_shared/node-pods.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'init/failing';

/** Init containers that end with an error again and again, so that the Pod never starts. */
export const analyzer: Analyzer = {
  name: 'init-container-failing',
  codes: { [CODE]: 'An init container keeps failing; the containers of the Pod are never started.' },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'logs'],
  analyze(snapshot) {
    const failing = unsettledPods(snapshot).flatMap((pod) => failingOf(snapshot, pod));
    return groupByRoot(snapshot, failing, ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

interface Failing {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly death: Death;
}

function failingOf(snapshot: Snapshot, pod: PodObject): Failing[] {
  if (isGone(pod) || isOnDownNode(snapshot, pod) || isSuperseded(snapshot, pod)) return [];
  return containersOf(pod).flatMap((view) => {
    // A restartable init container is a sidecar: it runs beside the others and holds nobody up by ending.
    if (!view.init || view.spec?.restartPolicy === 'Always') return [];
    const death = lastDeath(view);
    if (!death || death.how.reason === 'OOMKilled' || view.status?.state?.terminated?.exitCode === 0) return [];
    return isOngoing(snapshot, view, death) ? [{ pod, view, death }] : [];
  });
}

function report(snapshot: Snapshot, group: PodGroup<Failing>): Finding {
  const { subject } = group;
  const [{ pod, view, death }] = group.entries;
  const exit = typeof death.how.exitCode === 'number' ? ` with exit code ${death.how.exitCode}` : '';
  return {
    code: CODE,
    subject,
    category: 'init-container-failing',
    role: 'cause',
    layer: 'state',
    strength: 0.75,
    statement: `Init container \`${view.name}\` of ${formatSubject(subject)} keeps failing${exit}, so its Pods never start`,
    evidence: [
      citeField(pod, death.path),
      ...((view.status?.restartCount ?? 0) > 0 ? [citeField(pod, `${view.statusPath}.restartCount`)] : []),
      ...citeLastWords(snapshot, pod, view.name),
    ],
    aliases: podSubjects(group),
    since: death.at,
    remediation: rollback(subject),
  };
}
