import type { Evidence } from '@headwater/contracts/diagnosis/diagnosis.ts';
import { editDistance, nearMiss } from '@headwater/core/near-miss.ts';
import { citeEvent, citeField } from '../../evidence/cite.ts';
import { readField } from '../../snapshot/field.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { lastEvent } from './freshness.ts';
import { type ImageReference, parseImage } from './image-reference.ts';
import { perSnapshot } from '../../snapshot/per-snapshot.ts';
import { isOnDownNode } from './node-pods.ts';
import { type ContainerView, containersOf, isGone, type PodObject } from './pods.ts';
import { previousRevision } from './previous-revision.ts';
import { pullSecretsOf } from './pull-secrets.ts';
import { unsettledPods } from './unsettled-pods.ts';
import { rootOf } from './workloads.ts';

export type PullFault =
  | 'invalid'
  | 'never'
  | 'platform'
  | 'unresolvable'
  | 'unavailable'
  | 'tls'
  | 'not-found'
  | 'credentials'
  | 'no-space'
  | 'unknown';

/** A container that waits for its image, with what the runtime said. */
export interface PullFailure {
  readonly pod: PodObject;
  readonly view: ContainerView;
  readonly image: string;
  readonly reference: ImageReference;
  readonly fault: PullFault;
  readonly text: string;
  readonly proof: Evidence;
}

const WAITING = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
]);

/** Every container that waits for an image it cannot get now, classified. */
export const pullFailures = perSnapshot((snapshot): readonly PullFailure[] =>
  unsettledPods(snapshot).flatMap((pod) => {
    if (isGone(pod) || pod.status?.phase === 'Failed' || isOnDownNode(snapshot, pod)) return [];
    return containersOf(pod).flatMap((view) => {
      const failure = failureOf(snapshot, pod, view);
      return failure ? [failure] : [];
    });
  }),
);

function failureOf(snapshot: Snapshot, pod: PodObject, view: ContainerView): PullFailure | null {
  const waiting = view.status?.state?.waiting;
  if (!waiting?.reason || !WAITING.has(waiting.reason)) return null;
  const image = view.spec?.image ?? view.status?.image;
  if (!image) return null;
  const field = citeField(pod, `${view.statusPath}.state.waiting${waiting.message ? '.message' : ''}`);
  const event = lastEvent(
    snapshot,
    pod,
    ({ reason, message }) =>
      (reason === 'Failed' || reason === 'InspectFailed' || reason === 'ErrImageNeverPull') &&
      says(message) &&
      message.includes(image),
  );
  const own = waiting.message ?? '';
  const known = says(own) || !event;
  const text = known ? own : event.message;
  const base = { pod, view, image, reference: parseImage(image), text };
  return { ...base, fault: faultOf(snapshot, base, waiting.reason), proof: known ? field : citeEvent(event) };
}

// `Back-off pulling image "x"` and `Error: ErrImagePull` repeat the state and say no reason.
function says(message: string): boolean {
  return message.length > 0 && !/^(Error: \w+|Back-off pulling image "[^"]*"\.?)$/.test(message.trim());
}

function faultOf(
  snapshot: Snapshot,
  failure: Pick<PullFailure, 'pod' | 'view' | 'reference' | 'text' | 'image'>,
  reason: string,
): PullFault {
  // Tags and names may look like status codes or reasons.
  const text = failure.text.replaceAll(failure.image, '').replaceAll(failure.reference.repository, '');
  if (reason === 'InvalidImageName' || /invalid reference format|couldn't parse image/i.test(text)) return 'invalid';
  if (reason === 'ErrImageNeverPull') return 'never';
  if (/no match for platform|no matching manifest|does not match the (specified|detected) .*platform/i.test(text))
    return 'platform';
  if (/no space left on device|disk quota exceeded/i.test(text)) return 'no-space';
  if (/lookup \S+|no such host|server misbehaving|name resolution/i.test(text)) return 'unresolvable';
  if (
    /x509:|certificate (?:signed|has expired|is not)|server gave HTTP response to HTTPS client|tls: (?!.*timeout)/i.test(
      text,
    )
  )
    return 'tls';
  if (
    /too ?many ?requests|\b429\b|rate limit|\b50[0-4]\b|timeout|timed out|connection (?:refused|reset)|no route to host|network is unreachable|deadline exceeded|unexpected EOF|: EOF/i.test(
      text,
    )
  ) {
    return 'unavailable';
  }
  if (MISSING_IMAGE.test(text)) return 'not-found';
  if (/\b40[13]\b|unauthorized|authori[sz]|denied|forbidden|authentication|credentials|may require/i.test(text))
    return refusal(snapshot, failure);
  return 'unknown';
}

/**
 * Registries hide what exists from strangers: a wrong name and missing credentials get the same refusal. Credentials are
 * meant when some are referenced, or when the registry turned the caller away before looking at the repository;
 * the name is meant when it is a slip of one that was pulled before.
 */
function refusal(
  snapshot: Snapshot,
  { pod, view, reference, text }: Pick<PullFailure, 'pod' | 'view' | 'reference' | 'text'>,
): PullFault {
  if (lastEvent(snapshot, pod, ({ reason }) => reason === 'FailedToRetrieveImagePullSecret')) return 'credentials';
  const former = formerImage(snapshot, pod, view);
  if (former !== null && isSlip(reference, parseImage(former))) return 'not-found';
  if (pullSecretsOf(snapshot, pod).length > 0) return 'credentials';
  const login = /anonymous token|oauth token|no basic auth|authentication required|(?:invalid|incorrect) username/i;
  const stranger = /\b401\b/.test(text) && !PUBLIC_HUBS.test(reference.host);
  return login.test(text) || stranger ? 'credentials' : 'not-found';
}

// These serve anonymous callers and answer 401 for a repository that does not exist; any other registry means it.
const PUBLIC_HUBS =
  /(?:^|\.)(?:docker\.io|quay\.io|ghcr\.io|gcr\.io|pkg\.dev|registry\.k8s\.io|mcr\.microsoft\.com|public\.ecr\.aws|registry\.gitlab\.com)$/;

/** What a registry says of an image it looked for and does not have. */
export const MISSING_IMAGE = /manifest[_ ]unknown|name[_ ]unknown|not ?found|\b404\b|does not exist(?! or may)/i;

function isSlip(now: ImageReference, before: ImageReference): boolean {
  return (
    now.host === before.host &&
    now.repository !== before.repository &&
    nearMiss(now.repository, [before.repository]) !== null
  );
}

/** The registry of a failed pull as a statement may name it: Docker Hub is written nowhere when an image names no host. */
export function registryWords({ reference, image, proof }: PullFailure): string {
  return image.includes(reference.host) || proof.text.includes(reference.host) ? `\`${reference.host}\`` : 'Docker Hub';
}

/** The image the same container had in the revision before, when it was another one. */
export function formerImage(snapshot: Snapshot, pod: PodObject, view: ContainerView): string | null {
  const previous = previousRevision(snapshot, rootOf(snapshot, pod));
  const image = previous ? readField(previous, `spec.template.${view.specPath}.image`) : undefined;
  return typeof image === 'string' && image !== view.spec?.image ? image : null;
}

/** An image of nearly this name that a container of the same Namespace runs, with its citation. */
export function runningNearMiss(
  snapshot: Snapshot,
  { pod, image }: PullFailure,
): { image: string; cite: Evidence } | null {
  for (const other of snapshot.objects.list('Pod', pod.metadata.namespace ?? undefined)) {
    for (const { spec, specPath, status } of containersOf(other)) {
      if (!spec?.image || !status?.state?.running || !isAlmost(image, spec.image)) continue;
      return { image: spec.image, cite: citeField(other, `${specPath}.image`) };
    }
  }
  return null;
}

// Long references of one registry resemble each other; two slips of the pen are few enough to be slips.
function isAlmost(wanted: string, running: string): boolean {
  if (wanted === running) return false;
  const [left, right] = [parseImage(wanted).repository, parseImage(running).repository];
  return left === right || editDistance(left, right, 2) <= 2;
}

/** The citation of that image. */
export function citeFormerImage(snapshot: Snapshot, pod: PodObject, view: ContainerView): readonly Evidence[] {
  const previous = previousRevision(snapshot, rootOf(snapshot, pod));
  return previous && formerImage(snapshot, pod, view) !== null
    ? [citeField(previous, `spec.template.${view.specPath}.image`)]
    : [];
}
