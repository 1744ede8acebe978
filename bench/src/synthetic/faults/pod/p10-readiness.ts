import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, probe, type ProbeJson } from '@headwater/testkit/world/pod-spec.ts';
import { notReady } from '@headwater/testkit/world/pod-states/running.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

interface Mistake {
  readonly probe: ProbeJson;
  readonly words: string;
  readonly keywords: readonly string[];
}

/** P10: the readiness probe asks a port nothing listens on, or in a protocol the port does not speak. */
export const fault: Fault = {
  code: 'P10',
  name: 'readiness probe with the wrong port or protocol',
  lookAlikes: ['P07', 'V02', 'Y01'],
  scenario: {
    slug: 'synthetic-p10-readiness',
    title: 'A rollout waits for pods that run and are never ready',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const mistake = mistakeOf(scene, app.port);
      brokenRelease(plan, victimOf(scene, app), {
        at: scene.around('rollout', 46),
        spec: (spec) => {
          mainContainer(spec).readinessProbe = probe({ periodSeconds: 5, ...mistake.probe });
        },
        state: notReady({ probe: mistake.words }),
        alert: 'not-ready',
      });
      return plan;
    },
    expected: (scene) => {
      const mistake = mistakeOf(scene, scene.random.pick('app-port', [8080, 8000, 3000, 9000]));
      return causeIs({
        causes: [victimDeployment(scene)],
        category: ['probe-misconfigured'],
        keywords: [['readiness'], [...mistake.keywords]],
        not: [{ kind: 'Node' }, { kind: 'Service' }, { category: 'dependency-failing' }],
      });
    },
  },
};

function mistakeOf(scene: Scene, port: number): Mistake {
  const wrong = scene.random.pick('wrong-port', [port + 1, port + 10, 8081, 9090]);
  return scene.random.pick<Mistake>('mistake', [
    {
      probe: { httpGet: { path: '/ready', port: wrong } },
      words: `Get "http://{ip}:${wrong}/ready": dial tcp {ip}:${wrong}: connect: connection refused`,
      keywords: [String(wrong)],
    },
    {
      probe: { tcpSocket: { port: wrong } },
      words: `dial tcp {ip}:${wrong}: connect: connection refused`,
      keywords: [String(wrong)],
    },
    {
      probe: { grpc: { port: wrong, service: '' } },
      words: `timeout: failed to connect service "{ip}:${wrong}" within 1s: context deadline exceeded`,
      keywords: [String(wrong)],
    },
    {
      probe: { httpGet: { path: '/ready', port, scheme: 'HTTPS' } },
      words: `Get "https://{ip}:${port}/ready": http: server gave HTTP response to HTTPS client`,
      keywords: ['HTTPS'],
    },
    {
      probe: { exec: { command: ['/bin/grpc_health_probe', `-addr=:${port}`] } },
      words:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "/bin/grpc_health_probe": stat /bin/grpc_health_probe: no such file or directory: unknown',
      keywords: ['grpc_health_probe'],
    },
  ]);
}
