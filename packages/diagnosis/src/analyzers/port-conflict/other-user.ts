import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { formatSubject } from '@headwater/core/subject.ts';
import { citeField } from '../../evidence/cite.ts';
import { subjectOf } from '../../snapshot/objects.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { podsOn } from '../_shared/node-pods.ts';
import { rootObject, templateOf, templatePath } from '../_shared/workloads.ts';
import { citePodSpec } from '../_shared/pod-spec.ts';
import { allContainers, type ContainerView, containersOf, isGone, type PodObject } from '../_shared/pods.ts';

/** What else uses a port, in words its evidence grounds. */
export interface OtherUser {
  readonly words: string;
  readonly evidence: readonly Evidence[];
}

interface Wanted {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly port: number;
}

/** Finds what holds a port that a container failed to take: its own second setting, a neighbour in the Pod, or one on the node. */
export function otherUserOf(snapshot: Snapshot, wanted: Wanted): OtherUser | null {
  return (
    declaredBySibling(snapshot, wanted) ??
    annotatedSidecar(snapshot, wanted) ??
    mentionedBySibling(snapshot, wanted) ??
    twiceConfigured(snapshot, wanted) ??
    onTheNode(snapshot, wanted)
  );
}

function siblings({ pod, view }: Wanted): readonly ContainerView[] {
  return containersOf(pod).filter(
    ({ name, init, spec }) => name !== view.name && (!init || spec?.restartPolicy === 'Always'),
  );
}

function declaredBySibling(snapshot: Snapshot, wanted: Wanted): OtherUser | null {
  for (const { name, spec, specPath } of siblings(wanted)) {
    if (!(spec?.ports ?? []).some(({ containerPort }) => containerPort === wanted.port)) continue;
    return {
      words: `container \`${name}\` of the same Pod`,
      evidence: [citePodSpec(snapshot, wanted.pod, `${specPath}.ports`)],
    };
  }
  return null;
}

// Mesh injectors write the ports they take as annotations of the Pod: `status.sidecar.istio.io/port`.
function annotatedSidecar(snapshot: Snapshot, { pod, port }: Wanted): OtherUser | null {
  const root = rootObject(snapshot, pod);
  const template = {
    object: root,
    path: `${templatePath(root)}.metadata.annotations`,
    annotations: templateOf(root)?.metadata?.annotations,
  };
  for (const { object, path, annotations } of [
    template,
    { object: pod, path: 'metadata.annotations', annotations: pod.metadata.annotations },
  ]) {
    const name = Object.keys(annotations ?? {})
      .sort()
      .find((key) => annotations?.[key] === String(port) && /port/i.test(key));
    if (name !== undefined)
      return { words: `the sidecar, by annotation \`${name}\``, evidence: [citeField(object, `${path}['${name}']`)] };
  }
  return null;
}

function mentionedBySibling(snapshot: Snapshot, wanted: Wanted): OtherUser | null {
  const word = new RegExp(`(?<!\\d)${wanted.port}(?!\\d)`);
  for (const { name, spec, specPath } of siblings(wanted)) {
    for (const field of ['args', 'command'] as const) {
      if (!spec?.[field]?.some((text) => word.test(text))) continue;
      return {
        words: `container \`${name}\` of the same Pod`,
        evidence: [citePodSpec(snapshot, wanted.pod, `${specPath}.${field}`)],
      };
    }
  }
  return null;
}

function twiceConfigured(snapshot: Snapshot, { pod, view, port }: Wanted): OtherUser | null {
  const settings = (view.spec?.env ?? []).filter(
    ({ name, value }) => value === String(port) && /port/i.test(name ?? ''),
  );
  if (settings.length < 2) return null;
  const names = settings.map(({ name }) => `\`${name}\``).join(' and ');
  return {
    words: `itself: ${names} are the same`,
    evidence: settings.map(({ name }) => citePodSpec(snapshot, pod, `${view.specPath}.env[name=${name}]`)),
  };
}

function onTheNode(snapshot: Snapshot, { pod, port }: Wanted): OtherUser | null {
  if (!pod.spec?.hostNetwork) return null;
  for (const other of podsOn(snapshot, pod.spec.nodeName ?? '')) {
    if (other === pod || isGone(other)) continue;
    const holds = allContainers(other.spec).find(({ ports }) =>
      (ports ?? []).some(
        (entry) => entry.hostPort === port || (other.spec?.hostNetwork && entry.containerPort === port),
      ),
    );
    if (holds)
      return {
        words: `${formatSubject(subjectOf(other))} on the same node`,
        evidence: [citeField(other, `spec.containers[name=${holds.name}].ports`), citeField(pod, 'spec.hostNetwork')],
      };
  }
  return null;
}
