import { MINUTE } from '@headwater/core/time.ts';
import { addService } from '@headwater/testkit/world/application.ts';
import { basePlan } from '@headwater/testkit/world/base.ts';
import { addNamespace } from '@headwater/testkit/world/objects.ts';
import { container, mainContainer, podSpec, setEnv } from '@headwater/testkit/world/pod-spec.ts';
import { addWorkload } from '@headwater/testkit/world/workload.ts';
import { causeIs } from '../expect.ts';
import type { HardScenario } from './hard-scenario.ts';
import { callsFail, limitLowered } from './kit/faults.ts';

const NAMESPACE = 'shared-data';
const NAME = 'shared-postgres';

/** A database that several teams share lives in the platform's namespace, and dies there; only its clients are alerted. */
export const scenario: HardScenario = {
  slug: 'other-shared-database',
  title: 'Two teams see failed requests; nothing of theirs has changed',
  theme: 'other-namespace',
  families: ['hard', 'pod', 'dependency'],
  build(scene) {
    const { plan, app, bystanders } = basePlan(scene, { decoy: false });
    addNamespace(plan, NAMESPACE, { days: 140 });
    const main = container('postgres', {
      image: 'docker.io/library/postgres:17.4',
      port: 5432,
      portName: 'postgres',
      requests: { cpu: '250m', memory: '512Mi' },
      limits: { memory: '1Gi' },
    });
    const shared = addWorkload(plan, NAMESPACE, NAME, { kind: 'StatefulSet', spec: podSpec([main]) });
    addService(plan, shared, { port: 5432, name: 'postgres', headless: true });
    const host = `${NAME}.${NAMESPACE}.svc.cluster.local`;
    setEnv(mainContainer(app.orders.spec), 'LEDGER_DSN', `postgres://app@${host}:5432/ledger?sslmode=disable`);
    setEnv(mainContainer(bystanders.other.spec), 'DATABASE_URL', `postgres://app@${host}:5432/events`);
    const at = scene.around('limit', 35);
    limitLowered(plan, shared, { at, limit: '176Mi', silent: true });
    for (const caller of [app.orders, bystanders.other])
      callsFail(plan, { caller, callee: shared, port: 5432, since: at + 2 * MINUTE, percent: 71 });
    return plan;
  },
  expected: () =>
    causeIs({
      causes: [{ kind: 'StatefulSet', namespace: NAMESPACE, name: NAME }],
      category: ['oom-killed'],
      keywords: [['176Mi']],
      not: [{ kind: 'Deployment' }],
    }),
};
