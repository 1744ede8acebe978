import { describe, expect, it } from 'vitest';
import { planAction, type Plan } from '@headwater/core/remediation/plan.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { type TestReplay, testReplay } from '../replay/fixtures/replay-server.ts';
import { openRemediator } from './remediator.ts';

const CHECKOUT = '/apis/apps/v1/namespaces/shop/deployments/checkout';
const subject: Subject = { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'd1' };

const template = (image: string, hash?: string) => ({
  metadata: { labels: { app: 'checkout', ...(hash ? { 'pod-template-hash': hash } : {}) } },
  spec: { containers: [{ name: 'app', image }] },
});
const replicaSet = (revision: number, owner = 'd1') => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: {
    name: `${owner}-${revision}`,
    namespace: 'shop',
    uid: `${owner}-${revision}`,
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', uid: owner, controller: true }],
  },
  spec: {
    selector: { matchLabels: { app: 'checkout' } },
    template: template(`checkout:${revision}`, `hash${revision}`),
  },
});
const FILES = {
  'objects/checkout.json': {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'checkout',
      namespace: 'shop',
      uid: 'd1',
      resourceVersion: '50',
      annotations: { 'deployment.kubernetes.io/revision': '4' },
    },
    spec: { replicas: 2, selector: { matchLabels: { app: 'checkout' } }, template: template('checkout:4') },
  },
  'objects/sets.json': [replicaSet(1), replicaSet(3), replicaSet(4), replicaSet(3, 'another')],
  'objects/node.json': { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1', uid: 'n1' }, spec: {} },
};

function planOf(action: Plan['action'], on: Subject = subject): Plan {
  const planned = planAction(action, on, 'prod');
  if ('reason' in planned) throw new Error(planned.reason);
  return planned.plan;
}

async function run(server: TestReplay, plan: Plan) {
  const clock = (): number => Date.parse('2026-03-01T10:00:00Z');
  const remediator = await openRemediator({ kubeconfigText: server.replay.kubeconfig, env: {}, clock });
  try {
    return await remediator.run(plan);
  } finally {
    await remediator.close();
  }
}

describe('a remediator', () => {
  it('restarts a workload by its template', async () => {
    await using server = await testReplay(FILES);
    expect(await run(server, planOf('restart-workload'))).toMatchObject({ state: 'done' });
    const { text } = await server.get(CHECKOUT);
    expect(text).toContain('"headwater.dev/restarted-at":"2026-03-01T10:00:00Z"');
  });

  it('rolls a Deployment back to its own newest earlier revision', async () => {
    await using server = await testReplay(FILES);
    expect(await run(server, planOf('rollback-deployment'))).toMatchObject({ state: 'done' });
    const { body, text } = await server.get(CHECKOUT);
    expect(body.spec.template.spec.containers).toEqual([{ name: 'app', image: 'checkout:3' }]);
    expect(text).not.toContain('pod-template-hash');
  });

  it('keeps new Pods off a Node', async () => {
    await using server = await testReplay(FILES);
    expect(await run(server, planOf('cordon-node', { kind: 'Node', name: 'worker-1' }))).toMatchObject({
      state: 'done',
    });
    expect((await server.get('/api/v1/nodes/worker-1')).text).toContain('"unschedulable":true');
  });

  it.each([
    ['another object under the same name', planOf('restart-workload', { ...subject, uid: 'd0' }), 'another object'],
    ['an object that is gone', planOf('restart-workload', { ...subject, name: 'cart' }), 'not found'],
    ['no earlier revision', planOf('rollback-deployment', { ...subject, name: 'checkout' }), 'no revision before'],
  ])('changes nothing for %s', async (what, plan, words) => {
    const sets = what.startsWith('no') ? [replicaSet(4)] : FILES['objects/sets.json'];
    await using server = await testReplay({ ...FILES, 'objects/sets.json': sets });
    const before = await server.get(CHECKOUT);
    expect(await run(server, plan)).toMatchObject({ state: 'refused', statement: expect.stringContaining(words) });
    expect((await server.get(CHECKOUT)).text).toBe(before.text);
  });

  it('says when nobody answers', async () => {
    const server = await testReplay(FILES);
    await server[Symbol.asyncDispose]();
    expect(await run(server, planOf('restart-workload'))).toMatchObject({ state: 'refused' });
  });
});
