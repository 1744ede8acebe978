import { MINUTE } from '@headwater/core/time.ts';
import { alert, highErrorRate } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { complaining } from '@headwater/testkit/world/caller-logs.ts';
import { running } from '@headwater/testkit/world/pod-states/running.ts';
import { allPods } from '@headwater/testkit/world/workload.ts';
import type { Scene } from '@headwater/testkit/world/scene.ts';
import { causeIs } from '../../../../../recordings/expect.ts';
import type { Fault } from '../../fault.ts';
import { serve } from '../../kit/load.ts';
import { runtimeOf } from '../../kit/runtimes.ts';
import { requestsAround } from '../../kit/spans.ts';

/** A pod restarted and came back; since then its caller's retries keep it overloaded, though nobody asks for more. */
export const fault: Fault = {
  code: 'U06',
  name: 'retry storm',
  lookAlikes: ['U01', 'Y01'],
  scenario: {
    slug: 'u06-retry-storm',
    title: 'A backend drowns in requests, the edge sees no more than ever',
    families: ['saturation'],
    build(scene) {
      const { plan, app } = basePlan(scene, { decoy: false });
      const { frontend, orders, catalog, port } = app;
      const at = scene.around('trigger', 23);
      if (!scene.repaired) allPods(catalog, running({ restarted: { at, exitCode: 137, reason: 'Error' } }));
      const url = `http://${catalog.name}:${port}/items`;
      const retry = {
        go: `request to ${url} failed with 503, retrying (attempt 4 of 6)`,
        java: `Retry 'catalogClient', waiting PT0.1S until attempt '4'. Last attempt failed with exception 'FeignException$ServiceUnavailable: [503] during [GET] to [${url}]'`,
        python: `Retrying (Retry(total=2, connect=None, read=None, redirect=None, status=None)) after connection broken by 'ResponseError('too many 503 error responses')': ${url}`,
        node: `got 503 from ${url}, retry 4/6 in 50ms`,
      }[runtimeOf(orders)];
      complaining(plan, orders, {
        complaints: [{ since: at, every: 9, say: () => ({ level: 'warn', message: retry }) }],
      });
      complaining(plan, catalog, {
        ...(scene.repaired ? {} : { state: running({ restarted: { at, exitCode: 137, reason: 'Error' } }) }),
        complaints: [
          {
            since: at + 20_000,
            every: 14,
            say: () => ({
              level: 'warn',
              message: 'shedding load: too many requests in flight',
              fields: { status: 503, in_flight: 400 },
            }),
          },
        ],
      });
      serve(plan, frontend, { since: at, rate: [18, 18], errors: [0.001, 0.42], errorCode: '503' });
      serve(plan, orders, { since: at, rate: [8, 8], errors: [0.001, 0.55], errorCode: '503', seconds: [0.06, 0.9] });
      serve(plan, catalog, { since: at, rate: [16, 92], errors: [0.001, 0.84], errorCode: '503', cores: [0.1, 0.48] });
      requestsAround(plan, at, (faulty) => ({
        legs: [
          { workload: frontend, operation: 'GET /', own: 5, error: faulty ? '503' : undefined },
          { workload: orders, operation: 'GET /api', own: 8, error: faulty ? '503' : undefined },
          {
            workload: catalog,
            operation: 'GET /items',
            own: 12,
            error: faulty ? 'too many requests in flight' : undefined,
          },
        ],
      }));
      highErrorRate(plan, frontend, { since: at, percent: 42 });
      if (scene.random.chance('rate-alert', 0.5))
        alert(plan, {
          alertname: 'HighRequestRate',
          severity: 'warning',
          labels: { namespace: catalog.namespace, service: catalog.name },
          summary: `Unusually many requests to ${catalog.name}`,
          description: `${catalog.name} receives 5.7 times the requests of the same hour yesterday.`,
          at: at + 5 * MINUTE,
        });
      else highErrorRate(plan, catalog, { since: at, percent: 84 });
      return plan;
    },
    expected: (scene: Scene) =>
      causeIs({
        causes: [{ kind: 'Deployment', namespace: scene.cast.namespace, name: scene.cast.orders }],
        category: ['retry-storm'],
        keywords: [['retry', 'retries', 'Retrying', 'repeat']],
        not: [
          { category: 'traffic-surge' },
          { category: 'version-errors' },
          { kind: 'Deployment', name: scene.cast.frontend },
        ],
      }),
  },
};
