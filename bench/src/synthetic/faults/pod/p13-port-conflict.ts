import { basePlan } from '@headwater/testkit/world/base.ts';
import type { Workload } from '@headwater/testkit/world/plan.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';
import { runtimeOf } from '../../kit/runtimes.ts';

/** P13: a sidecar that was added listens on the application's port; a pod has one network, so the second to come fails. */
export const fault: Fault = {
  code: 'P13',
  name: 'port conflict with a sidecar',
  lookAlikes: ['P04', 'P14', 'S11'],
  scenario: {
    slug: 'synthetic-p13-port-conflict',
    title: 'One of the two containers of a new pod keeps restarting',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const sidecar = sidecarOf(scene, app.port);
      const late = scene.random.chance('sidecar-loses', 0.35);
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 33),
        spec: (spec) => {
          spec.containers = [...spec.containers, sidecar];
        },
        state: crashLooping({
          exitCode: 1,
          ran: scene.random.int('ran', 1, 5),
          ...(late ? { container: sidecar.name } : {}),
          says: late ? sidecarWords(app.port) : appWords(victim, app.port),
        }),
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene)],
        category: ['port-conflict'],
        keywords: [
          ['in use', 'EADDRINUSE'],
          [String(scene.random.pick('app-port', [8080, 8000, 3000, 9000]))],
          [sidecarName(scene)],
        ],
        not: [{ category: 'app-crash' }, { category: 'host-port-conflict' }],
      }),
  },
};

function sidecarName(scene: Scene): string {
  return scene.random.pick('sidecar', ['metrics-proxy', 'auth-proxy', 'envoy', 'oauth2-proxy']);
}

function sidecarOf(scene: Scene, port: number): ReturnType<typeof container> {
  const name = sidecarName(scene);
  return container(name, {
    image: `quay.io/${scene.cast.organisation}/${name}:1.${scene.random.int('sidecar-tag', 2, 29)}.0`,
    args: [`--listen=0.0.0.0:${port}`],
    // Proxies are often deployed without declaring the port they take.
    ...(scene.random.chance('declared', 0.5) ? { port, portName: 'proxy' } : {}),
    requests: { cpu: '20m', memory: '32Mi' },
  });
}

function sidecarWords(port: number): string[] {
  return [`{time} INFO proxy starting`, `{time} ERROR listen tcp 0.0.0.0:${port}: bind: address already in use`];
}

function appWords(workload: Workload, port: number): string[] {
  switch (runtimeOf(workload)) {
    case 'go':
      return [
        '{"level":"info","ts":"{time}","msg":"starting"}',
        `{"level":"fatal","ts":"{time}","msg":"listen tcp :${port}: bind: address already in use"}`,
      ];
    case 'java':
      return [
        '{time}  INFO 1 --- [           main] c.e.Application : Starting Application using Java 21.0.6 with PID 1',
        '***************************',
        'APPLICATION FAILED TO START',
        '***************************',
        'Description:',
        `Web server failed to start. Port ${port} was already in use.`,
        'Action:',
        `Identify and stop the process that's listening on port ${port} or configure this application to listen on another port.`,
      ];
    case 'python':
      return [
        '[{time}] [1] [INFO] Starting gunicorn 23.0.0',
        `[{time}] [1] [ERROR] Connection in use: ('0.0.0.0', ${port})`,
        '[{time}] [1] [ERROR] Retrying in 1 second.',
        `[{time}] [1] [ERROR] Connection in use: ('0.0.0.0', ${port})`,
        `[{time}] [1] [ERROR] Can't connect to ('0.0.0.0', ${port})`,
      ];
    case 'node':
      return [
        'node:events:497',
        "      throw er; // Unhandled 'error' event",
        `Error: listen EADDRINUSE: address already in use :::${port}`,
        '    at Server.setupListenHandle [as _listen2] (node:net:1937:16)',
        'Node.js v22.14.0',
      ];
  }
}
