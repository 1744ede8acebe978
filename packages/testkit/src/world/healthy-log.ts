import { MINUTE } from '@headwater/core/time.ts';
import { chatterLog, LOG_WINDOW, requestChatter } from './log-lines.ts';
import type { ContainerLog, Workload } from './plan.ts';
import type { PodFrame } from './pod.ts';
import { mainContainer } from './pod-spec.ts';
import type { Scene } from './scene.ts';

/** What a healthy pod's main container printed lately. */
export function healthyLog(scene: Scene, workload: Workload, frame: PodFrame): ContainerLog[] {
  if (workload.logStyle === 'quiet') return [];
  const container = mainContainer(frame.spec);
  const port = container.ports?.[0]?.containerPort;
  const from = Math.max(frame.created + 6_000, scene.now - LOG_WINDOW);
  const boot = frame.created > scene.now - LOG_WINDOW;
  const noun = workload.name.replace(/^svc-/, '').split('-')[0] ?? workload.name;
  const lines = chatterLog(scene, {
    style: workload.logStyle,
    app: workload.name,
    pod: frame.name,
    from,
    to: scene.now,
    limit: 5,
    chatter: [
      ...(boot
        ? [
            {
              every: 0,
              at: frame.created + 6_000,
              say: () => ({ level: 'info' as const, message: port ? `listening on :${port}` : 'ready' }),
            },
          ]
        : []),
      port
        ? requestChatter(scene, frame.name, [`/api/${noun}`, `/api/${noun}/recent`, '/healthz'])
        : {
            every: 4 * (MINUTE / 1000),
            say: () => ({ level: 'info' as const, message: 'batch processed', fields: { messages: 12 } }),
          },
    ],
  });
  return [{ container: container.name, lines }];
}
