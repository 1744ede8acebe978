import { basePlan } from '@headwater/testkit/world/base.ts';
import type { PodState } from '@headwater/testkit/world/pod.ts';
import { container } from '@headwater/testkit/world/pod-spec.ts';
import { notReady } from '@headwater/testkit/world/pod-states/running.ts';
import { lifeLog } from '@headwater/testkit/world/log-lines.ts';
import { mainContainer } from '@headwater/testkit/world/pod-spec.ts';
import { firstStart } from '@headwater/testkit/world/pod-states/parts.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

/** P14: the application calls out before its mesh proxy listens, fails once, and never tries again. */
export const fault: Fault = {
  code: 'P14',
  name: 'sidecar not ready when the application starts',
  lookAlikes: ['P13', 'C04', 'Y01'],
  scenario: {
    slug: 'synthetic-p14-sidecar-ordering',
    title: 'New pods of one service run and do not become ready',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const at = scene.around('rollout', 32);
      const istio = scene.random.chance('istio', 0.6);
      const proxy = proxyOf(scene, istio);
      brokenRelease(plan, victim, {
        at,
        spec: (spec) => {
          spec.containers = [...spec.containers, proxy];
        },
        state: tooEarly(scene, { upstream: app.extra.name, port: app.port, istio }),
        pod: {
          annotations: istio
            ? {
                'sidecar.istio.io/status':
                  '{"initContainers":["istio-init"],"containers":["istio-proxy"],"revision":"default"}',
              }
            : { 'linkerd.io/inject': 'enabled', 'linkerd.io/proxy-version': 'edge-25.2.1' },
        },
        alert: 'not-ready',
      });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [victimDeployment(scene), { kind: 'Pod', namespace: scene.cast.namespace }],
        category: ['sidecar-ordering'],
        keywords: [['istio-proxy', 'linkerd-proxy'], ['refused']],
        not: [
          { category: 'probe-misconfigured' },
          { category: 'dependency-failing' },
          { category: 'dependency-address-wrong' },
        ],
      }),
  },
};

function proxyOf(scene: Scene, istio: boolean): ReturnType<typeof container> {
  const { random } = scene;
  return istio
    ? container('istio-proxy', {
        image: `docker.io/istio/proxyv2:1.2${random.int('istio', 3, 6)}.${random.int('patch', 0, 4)}`,
        args: ['proxy', 'sidecar', '--domain', '$(POD_NAMESPACE).svc.cluster.local', '--proxyLogLevel=warning'],
        port: 15090,
        portName: 'http-envoy-prom',
        readiness: { httpGet: { path: '/healthz/ready', port: 15021 }, periodSeconds: 15, failureThreshold: 4 },
      })
    : container('linkerd-proxy', {
        image: 'cr.l5d.io/linkerd/proxy:edge-25.2.1',
        port: 4143,
        portName: 'linkerd-proxy',
        readiness: { httpGet: { path: '/ready', port: 4191 }, initialDelaySeconds: 2 },
      });
}

// The application fails in its first second; the proxy is up three seconds after that and has been well since.
function tooEarly(scene: Scene, view: { upstream: string; port: number; istio: boolean }): PodState {
  return (frame) => {
    const started = firstStart(frame);
    const outcome = notReady({ probe: 'HTTP probe failed with statuscode: 503' })(frame);
    const main = mainContainer(frame.spec).name;
    const url = `http://${view.upstream}:${view.port}/config`;
    const error = scene.random.pick('refused', [
      `Get "${url}": dial tcp 10.96.14.8:${view.port}: connect: connection refused`,
      `Get "${url}": dial tcp 127.0.0.1:${view.istio ? 15001 : 4140}: connect: connection refused`,
      `connect ECONNREFUSED 127.0.0.1:${view.istio ? 15001 : 4140}`,
    ]);
    const app = lifeLog(scene, {
      key: `${frame.uid}/app`,
      from: started,
      to: started + 1_500,
      says: [
        '{time} INFO starting',
        `{time} ERROR loading remote configuration failed: ${error}`,
        '{time} WARN serving without configuration, not ready',
      ],
    });
    const proxy = lifeLog(scene, {
      key: `${frame.uid}/proxy`,
      from: started + 600,
      to: started + 4_600,
      says: view.istio
        ? [
            '{time}\tinfo\tFLAG: --concurrency="0"',
            '{time}\tinfo\txdsproxy\tconnected to delta upstream XDS server: istiod.istio-system.svc:15012',
            '{time}\tinfo\tReadiness succeeded in 3.904812033s',
            '{time}\tinfo\tEnvoy proxy is ready',
          ]
        : [
            '[     0.001s]  INFO ThreadId(01) linkerd2_proxy: release 2.281.0',
            '[     3.412s]  INFO ThreadId(02) daemon:identity: linkerd_app: Certified identity',
          ],
    });
    return {
      ...outcome,
      logs: [
        { container: main, lines: app },
        { container: view.istio ? 'istio-proxy' : 'linkerd-proxy', lines: proxy },
      ],
    };
  };
}
