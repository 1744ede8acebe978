import { alert } from '@headwater/testkit/world/alerts.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addMetrics, gauge } from '@headwater/testkit/world/metrics.ts';
import type { HardScenario } from './hard-scenario.ts';
import { servesWell } from './kit/healthy.ts';
import { releasedWell } from './kit/faults.ts';

/** A backlog rose and was worked off before anybody looked; the worker was released afterwards. */
export const scenario: HardScenario = {
  slug: 'recovered-queue',
  title: 'A backlog that is gone, with its alert still firing',
  theme: 'recovered',
  families: ['hard'],
  accepts: ['insufficient-evidence'],
  build(scene) {
    const { plan, app } = basePlan(scene, { needs: ['queue', 'worker'], decoy: false });
    const [from, to] = [scene.before(38), scene.before(20)];
    releasedWell(plan, app.worker, scene.before(12));
    const labels = { namespace: app.namespace, queue: 'jobs', service: app.queue.name, job: app.queue.name };
    const depth = (time: number): number => (time < from || time >= to ? 4 : 4 + (900 * (time - from)) / (to - from));
    addMetrics(plan, gauge(scene, 'rabbitmq_queue_messages_ready', labels, depth));
    servesWell(plan, [app.orders]);
    alert(plan, {
      alertname: 'QueueBacklog',
      severity: 'warning',
      labels: { namespace: app.namespace, queue: 'jobs', service: app.queue.name },
      summary: 'Messages pile up.',
      description: 'Queue jobs holds more than 500 messages.',
      at: scene.before(26),
    });
    return plan;
  },
  expected: () => ({ verdict: 'no-fault' }),
};
