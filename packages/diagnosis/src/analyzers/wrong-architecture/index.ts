import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import type { Analyzer, Finding } from '../../finding.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from '../_shared/freshness.ts';
import { citeHit, effectOf, logHits } from '../_shared/log-hits.ts';
import { distinct } from '../_shared/log-finding.ts';
import { groupByRoot, type PodGroup, podSubjects } from '../_shared/pod-groups.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';
import { edit, rollback } from '../_shared/remedies.ts';
import { unsettledPods } from '../_shared/unsettled-pods.ts';

const CODE = 'container/exec-format-error';

/** Containers whose image was built for another processor than their node has. */
export const analyzer: Analyzer = {
  name: 'wrong-architecture',
  codes: { [CODE]: 'A container cannot run because its image is for another CPU architecture than the node.' },
  reads: ['Pod', 'Deployment', 'StatefulSet', 'DaemonSet', 'Node', 'Event', 'logs'],
  analyze(snapshot) {
    const said = logHits(snapshot, (line) => (TEXT.test(line) ? { key: 'exec' } : null))
      .filter(({ mode }) => mode === 'crash')
      .map((hit) => ({ pod: hit.pod, view: hit.view, evidence: citeHit(hit), effect: effectOf(hit) }));
    const seen = new Set(said.map(({ pod }) => pod));
    const told = unsettledPods(snapshot).flatMap((pod) =>
      seen.has(pod) || isGone(pod) ? [] : fromStatus(snapshot, pod),
    );
    return groupByRoot(snapshot, [...said, ...told], ({ view }) => view.name).map((group) => report(snapshot, group));
  },
};

const TEXT =
  /exec format error|cannot execute binary file|wrong ELF class|no match(?:ing manifest)? for (?:platform|linux\/\w+) in (?:the )?manifest|does not match the (?:specified|detected host) platform|container operating system does not match the host operating system/i;

interface Sighting {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly evidence: readonly Evidence[];
  readonly effect: string;
}

function fromStatus(snapshot: Snapshot, pod: PodObject): Sighting[] {
  return containersOf(pod).flatMap((view): Sighting[] => {
    const { state, lastState } = view.status ?? {};
    if (!state || state.running) return [];
    const effect = `container \`${view.name}\` is not running`;
    for (const [path, text] of [
      ['state.waiting.message', state.waiting?.message],
      ['state.terminated.message', state.terminated?.message],
      ['lastState.terminated.message', lastState?.terminated?.message],
    ] as const) {
      if (text && TEXT.test(text))
        return [{ pod, view, effect, evidence: [citeField(pod, `${view.statusPath}.${path}`)] }];
    }
    const event = lastEvent(snapshot, pod, ({ type, message }) => type === 'Warning' && TEXT.test(message));
    const single = (pod.spec?.containers ?? []).length === 1;
    return event && single && !view.init
      ? [{ pod, view, effect, evidence: [citeEvent(event), citeField(pod, `${view.statusPath}.ready`)] }]
      : [];
  });
}

function report(snapshot: Snapshot, group: PodGroup<Sighting>): Finding {
  const { subject } = group;
  const [{ pod, view, evidence, effect }] = group.entries;
  const node = snapshot.objects.get('Node', null, pod.spec?.nodeName ?? '');
  const architecture = node?.status?.nodeInfo?.architecture ?? node?.metadata.labels?.['kubernetes.io/arch'];
  const path = node?.status?.nodeInfo?.architecture
    ? 'status.nodeInfo.architecture'
    : "metadata.labels['kubernetes.io/arch']";
  const machine = architecture ? ` \`${architecture}\`` : '';
  return {
    code: CODE,
    subject,
    category: 'wrong-architecture',
    role: 'cause',
    layer: 'state',
    strength: 0.95,
    statement: `The image of container \`${view.name}\` of ${formatSubject(subject)} cannot be executed on its node's CPU architecture${machine}; ${effect}`,
    evidence: distinct([
      ...evidence,
      citePodSpec(snapshot, pod, `${view.specPath}.image`),
      ...(node && architecture ? [citeField(node, path)] : []),
    ]),
    aliases: podSubjects(group),
    remediation: [
      ...rollback(subject),
      edit(
        'patch-scheduling',
        'R2',
        `Schedule ${formatSubject(subject)} only on nodes of the image's architecture, or build the image for both`,
      ),
    ],
  };
}
