import { parseTime, SECOND } from '@headwater/core/time.ts';
import type { LogLine } from '../../snapshot/input.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { type LogScene, logScenes } from '../_shared/log-scenes.ts';
import { type ContainerView, containersOf } from '../_shared/pods.ts';

/** A call refused while the Pod's proxy did not listen yet, made by a container that has not become ready since. */
export interface EarlyCall extends LogScene {
  readonly line: LogLine;
  readonly sidecar: ContainerView;
}

/**
 * Calls of that kind that were never repeated. A mesh proxy takes every connection its Pod opens, so the address that is
 * refused is any; a callee that is really down goes on refusing.
 */
export function earlyCalls(snapshot: Snapshot): readonly EarlyCall[] {
  return logScenes(snapshot).flatMap((scene) => {
    const sidecar = scene.mode === 'unready' ? meshProxyOf(scene) : undefined;
    const line = sidecar && earlyRefusal(snapshot, scene, sidecar);
    return sidecar && line ? [{ ...scene, line, sidecar }] : [];
  });
}

const MESH = /istio-?proxy|proxyv2|linkerd|consul-?dataplane|kuma-(?:dp|sidecar)/i;

// A native sidecar is an init container that the others wait for.
function meshProxyOf({ pod, view }: LogScene): ContainerView | undefined {
  return containersOf(pod).find(
    ({ name, init, spec, status }) =>
      !init && name !== view.name && status?.ready === true && MESH.test(`${name} ${spec?.image ?? ''}`),
  );
}

const REFUSED = /refused|ECONNREFUSED/i;
// Proxies fetch their configuration before they listen; a few seconds is usual.
const WARM_UP = 10 * SECOND;
// Shorter silences are no proof that it has stopped trying.
const SILENCE = 60 * SECOND;

function earlyRefusal(snapshot: Snapshot, { stream }: LogScene, { status }: ContainerView): LogLine | undefined {
  const started = parseTime(status?.state?.running?.startedAt);
  if (started === null || snapshot.now < started + WARM_UP + SILENCE) return undefined;
  const refusals = stream.templates.filter(({ level, sample }) => level !== 'info' && REFUSED.test(sample.text));
  const early = refusals.every(({ last }) => last.time !== null && last.time <= started + WARM_UP);
  return early ? refusals[0]?.sample : undefined;
}
