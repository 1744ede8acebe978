import { SECOND } from '@headwater/core/time.ts';
import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { mainContainer, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { rollBack, rollOut } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { type Runtime, runtimeOf } from '../../kit/runtimes.ts';

const proxyOf = (scene: Scene): string =>
  scene.random.pick('proxy', ['proxy.corp.internal:3128', '10.60.0.14:3128', 'egress-proxy.net.internal:8888']);

type Words = (proxy: string) => string;

const UNREACHABLE: Readonly<Record<Runtime, Words>> = {
  go: (proxy) =>
    `Post "https://api.cardco.example/v1/charges": proxyconnect tcp: dial tcp ${/^\d/.test(proxy) ? proxy : '10.60.0.14:3128'}: i/o timeout`,
  java: (proxy) =>
    `I/O error on POST request for "https://api.cardco.example/v1/charges": Connect to http://${proxy} failed: Connect timed out; nested exception is java.net.SocketTimeoutException: Connect timed out`,
  python: () =>
    "HTTPSConnectionPool(host='api.cardco.example', port=443): Max retries exceeded with url: /v1/charges (Caused by ProxyError('Unable to connect to proxy', ConnectTimeoutError(<urllib3.connection.HTTPSConnection object at 0x7f66>, 'Connection to proxy timed out. (connect timeout=5)')))",
  node: (proxy) =>
    `tunneling socket could not be established, cause=connect ETIMEDOUT ${/^\d/.test(proxy) ? proxy : '10.60.0.14:3128'}`,
};

/** K05: a rollout set a proxy that nobody can reach; only hosts outside fail. */
export const fault: Fault = {
  code: 'K05-proxy',
  name: 'egress through a proxy that does not answer',
  lookAlikes: ['Y07', 'K02'],
  scenario: {
    slug: 'k05-proxy',
    title: 'One service cannot reach its provider since its last rollout',
    families: ['network'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { payments } = app;
      const at = scene.around('rollout', 23);
      const proxy = proxyOf(scene);
      rollOut(payments, {
        at,
        spec: (spec) => {
          setEnv(mainContainer(spec), 'HTTPS_PROXY', `http://${proxy}`);
          setEnv(mainContainer(spec), 'NO_PROXY', '.svc,.cluster.local,10.0.0.0/8');
        },
      });
      if (scene.repaired) rollBack(payments, scene.repairedAt);
      const text = UNREACHABLE[runtimeOf(payments)](proxy);
      const complaint = {
        since: at + 40 * SECOND,
        every: 30,
        say: () => ({ level: 'error' as const, message: `charge failed: ${text}`, fields: { status: 502 } }),
      };
      complaining(plan, payments, { complaints: [complaint] });
      highErrorRate(plan, payments, { since: at, percent: 97 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.payments }],
        category: ['egress-blocked'],
        keywords: [['proxy'], [proxyOf(scene), 'HTTPS_PROXY']],
        not: [{ category: 'external-api-failing' }, { category: 'network-policy-egress' }, { category: 'dns-down' }],
      }),
  },
};
