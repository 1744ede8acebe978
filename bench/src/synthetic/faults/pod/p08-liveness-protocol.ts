import { basePlan } from '@headwater/testkit/world/base.ts';
import { mainContainer, probe, type ProbeJson, splitImage } from '@headwater/testkit/world/pod-spec.ts';
import { crashLooping } from '@headwater/testkit/world/pod-states/crash.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { brokenRelease, victimDeployment, victimOf } from '../../kit/release.ts';

interface Mistake {
  readonly probe: ProbeJson;
  readonly words: string;
  /** The release that made the port speak another protocol; the probe is as it always was. */
  readonly image?: string;
  /** What the answer says of the mistake. */
  readonly keyword: string;
}

/** P08: the liveness probe speaks another protocol than the port it asks, or asks for a path nobody serves. */
export const fault: Fault = {
  code: 'P08',
  name: 'liveness probe with the wrong protocol',
  lookAlikes: ['P07', 'P09', 'P13'],
  scenario: {
    slug: 'synthetic-p08-liveness-protocol',
    title: 'A service that answers is restarted again and again',
    families: ['pod'],
    build(scene) {
      const { plan, app } = basePlan(scene);
      const victim = victimOf(scene, app);
      const mistake = mistakeOf(scene, app.port);
      const says = [
        'starting',
        `listening on :${app.port}`,
        'request completed status=200',
        'request completed status=200',
        'received SIGTERM, shutting down',
      ];
      brokenRelease(plan, victim, {
        at: scene.around('rollout', 36),
        spec: (spec) => {
          const main = mainContainer(spec);
          if (mistake.image) main.image = `${splitImage(main.image).name}:${mistake.image}`;
          main.livenessProbe = probe({ initialDelaySeconds: 10, ...mistake.probe });
        },
        state: crashLooping({
          exitCode: scene.random.pick('exit', [143, 137, 0]),
          ran: 42,
          liveness: mistake.words,
          says: says.map((text) => `{time} INFO ${text}`),
        }),
        through: true,
        alert: 'crash',
      });
      return plan;
    },
    expected: (scene) => {
      const mistake = mistakeOf(scene, scene.random.pick('app-port', [8080, 8000, 3000, 9000]));
      return causeIs({
        causes: [victimDeployment(scene)],
        category: ['probe-misconfigured'],
        keywords: [['liveness'], [mistake.keyword]],
        not: [{ category: 'app-crash' }, { category: 'dependency-failing' }, { kind: 'Service' }],
      });
    },
  },
};

function mistakeOf(scene: Scene, port: number): Mistake {
  return scene.random.pick<Mistake>('mistake', [
    {
      probe: { httpGet: { path: '/healthz', port } },
      image: 'v8.0.0-grpc',
      words: `Get "http://{ip}:${port}/healthz": net/http: HTTP/1.x transport connection broken: malformed HTTP response "\\x00\\x00\\x06\\x04\\x00\\x00\\x00\\x00\\x00\\x00\\x05\\x00\\x00@\\x00"`,
      keyword: 'malformed HTTP response',
    },
    {
      probe: { httpGet: { path: '/healthz', port, scheme: 'HTTPS' } },
      words: `Get "https://{ip}:${port}/healthz": http: server gave HTTP response to HTTPS client`,
      keyword: 'server gave HTTP response to HTTPS client',
    },
    {
      probe: { grpc: { port, service: '' } },
      words: `timeout: failed to connect service "{ip}:${port}" within 1s: context deadline exceeded`,
      keyword: 'grpc',
    },
    {
      probe: { httpGet: { path: '/actuator/health/liveness', port } },
      words: 'HTTP probe failed with statuscode: 404',
      keyword: '404',
    },
    {
      probe: { httpGet: { path: '/login', port } },
      words: 'HTTP probe failed with statuscode: 405',
      keyword: '405',
    },
  ]);
}
