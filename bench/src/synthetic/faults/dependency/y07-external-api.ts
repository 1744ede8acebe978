import { highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { errorLine, type Failure, runtimeOf } from '../../kit/runtimes.ts';
import { requestsAround } from '../../kit/spans.ts';

const HOST = 'api.cardco.example';

/** The card company answers 429 or 503, or its gateway does; nothing in the cluster is wrong. */
export const fault: Fault = {
  code: 'Y07',
  name: 'external API down or rate limited',
  lookAlikes: ['K05', 'Y01', 'D02'],
  scenario: {
    slug: 'y07-external-api',
    title: 'Payments fail, and so do checkouts',
    families: ['dependency'],
    build(scene) {
      const { plan, app } = basePlan(scene, { needs: ['payments'] });
      const { orders, payments, frontend, port } = app;
      const at = scene.around('outage', 18);
      const status = statusOf(scene);
      const words = answered(runtimeOf(payments), status);
      const breaker = scene.random.chance('breaker', 0.4);
      complaining(plan, payments, {
        complaints: [
          { since: at, every: 13, say: () => errorLine('authorize failed', words, { status: 502, provider: HOST }) },
          ...(breaker
            ? [
                {
                  since: at + 30_000,
                  every: 70,
                  say: () => ({ level: 'warn' as const, message: `circuit breaker for ${HOST} is OPEN, failing fast` }),
                },
              ]
            : []),
        ],
      });
      complaining(plan, orders, {
        complaints: [
          {
            since: at + 1_000,
            every: 16,
            say: () => ({
              level: 'error',
              message: `payment refused: POST http://${payments.name}:${port}/authorize: 502 Bad Gateway`,
              fields: { status: 502 },
            }),
          },
        ],
      });
      serve(plan, payments, { since: at, errors: [0.002, 0.81], errorCode: '502' });
      serve(plan, orders, { since: at, errors: [0.001, 0.52], errorCode: '502' });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: frontend, operation: 'POST /buy', own: 7, error: faulty ? '502 Bad Gateway' : undefined },
          { workload: orders, operation: 'POST /api', own: 9, error: faulty ? '502 Bad Gateway' : undefined },
          { workload: payments, operation: 'POST /authorize', own: 5, error: faulty ? words.message : undefined },
        ],
        outward: {
          name: 'POST',
          took: 130,
          error: faulty ? String(status) : undefined,
          attributes: {
            'server.address': HOST,
            'url.full': `https://${HOST}/v1/charges`,
            'http.response.status_code': faulty ? String(status) : '200',
          },
        },
      }));
      highErrorRate(plan, orders, { since: at, percent: 52 });
      if (scene.random.chance('both', 0.6)) highErrorRate(plan, payments, { since: at, percent: 81 });
      return plan;
    },
    expected: (scene) =>
      causeIs({
        causes: [{ kind: '*', name: `*${HOST}*` }],
        category: ['external-api-failing'],
        keywords: [[HOST], [String(statusOf(scene))]],
        not: [{ kind: 'Deployment' }, { category: 'egress-blocked' }, { category: 'dependency-failing' }],
      }),
  },
};

function statusOf(scene: Scene): number {
  return scene.random.pick('provider-status', [429, 503, 500]);
}

const PHRASES: Readonly<Record<number, string>> = {
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function answered(runtime: ReturnType<typeof runtimeOf>, status: number): Failure {
  const phrase = PHRASES[status] ?? '';
  const url = `https://${HOST}/v1/charges`;
  switch (runtime) {
    case 'go':
      return { message: `POST ${url}: unexpected status ${status} ${phrase}` };
    case 'java':
      return {
        message: `org.springframework.web.client.${status === 429 ? 'HttpClientErrorException$TooManyRequests' : 'HttpServerErrorException'}: ${status} ${phrase} on POST request for "${url}": [no body]`,
      };
    case 'python':
      return {
        message: `requests.exceptions.HTTPError: ${status} ${status === 429 ? 'Client' : 'Server'} Error: ${phrase} for url: ${url}`,
      };
    case 'node':
      return { message: `AxiosError: Request failed with status code ${status} (POST ${url})` };
  }
}
