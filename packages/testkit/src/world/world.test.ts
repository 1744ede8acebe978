import { parseObject } from '@headwater/contracts/kube/parse.ts';
import { parseTime } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { basePlan } from './base.ts';
import { complaining } from './caller-logs.ts';
import type { KubeJson } from './json.ts';
import { mainContainer } from './pod-spec.ts';
import { crashLooping } from './pod-states/crash.ts';
import { running } from './pod-states/running.ts';
import { realise } from './realise.ts';
import { createScene, type Scene } from './scene.ts';
import { worldToFiles } from './to-files.ts';
import { worldToInput } from './to-input.ts';
import { allPods, rollBack, rollOut, stuckRollout } from './workload.ts';
import { render, type World } from './world.ts';

const SEEDS = [0, 1, 2, 3, 4, 5, 6, 7];
const NEEDS = ['payments', 'worker', 'cache', 'queue', 'database', 'ingress', 'monitoring', 'report'] as const;

function healthy(seed: number): World {
  return render(basePlan(createScene('test', seed), { needs: NEEDS }).plan);
}

function find(world: World, kind: string, name?: string): KubeJson[] {
  return world.objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
}

function times(value: unknown): number[] {
  if (typeof value === 'string') return [parseTime(value)].filter((time) => time !== null);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => (/^(notAfter|renewalTime)$/.test(key) ? [] : times(item)));
}

describe.each(SEEDS)('a healthy world of seed %i', (seed) => {
  const world = healthy(seed);

  it('gives each pod of a StatefulSet the volumes of its claims', () => {
    for (const set of find(world, 'StatefulSet')) {
      const { volumeClaimTemplates: claims } = set['spec'] as {
        volumeClaimTemplates?: { metadata: { name: string } }[];
      };
      const [first] = find(world, 'Pod', `${set.metadata.name}-0`);
      for (const { metadata } of claims ?? []) {
        const claimName = `${metadata.name}-${set.metadata.name}-0`;
        expect(JSON.stringify(first?.['spec'])).toContain(`"claimName":"${claimName}"`);
        expect(find(world, 'PersistentVolumeClaim', claimName)).toHaveLength(1);
      }
    }
  });

  it('holds only objects every reader accepts, each with its own identity', () => {
    const objects = [...world.objects, ...world.events];
    expect(objects.flatMap((object) => parseObject(object).dropped)).toEqual([]);
    const keys = objects.map(({ kind, metadata }) => `${kind}/${metadata.namespace}/${metadata.name}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(new Set(objects.map(({ metadata }) => metadata.uid)).size).toBe(objects.length);
  });

  it('knows nothing of the future', () => {
    const late = [...world.objects, ...world.events].filter((object) =>
      times(object).some((time) => time > world.scene.now),
    );
    expect(late.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
  });

  it('names only owners, claims and configuration that exist', () => {
    const uids = new Set(world.objects.map(({ metadata }) => metadata.uid));
    const owners = world.objects.flatMap(({ metadata }) => (metadata['ownerReferences'] ?? []) as { uid: string }[]);
    expect(owners.filter(({ uid }) => !uids.has(uid))).toEqual([]);
    const text = JSON.stringify(find(world, 'Pod'));
    for (const [, kind, name] of text.matchAll(/"(configMapKeyRef|secretKeyRef)":\{"key":"[^"]*","name":"([^"]*)"/g)) {
      expect(find(world, kind === 'secretKeyRef' ? 'Secret' : 'ConfigMap', name), name).toHaveLength(1);
    }
  });

  it('has every replica ready and every Service with endpoints', () => {
    for (const deployment of find(world, 'Deployment')) {
      const { spec, status } = deployment as unknown as {
        spec: { replicas: number };
        status: { readyReplicas: number };
      };
      expect(status.readyReplicas, deployment.metadata.name).toBe(spec.replicas);
    }
    for (const slice of find(world, 'EndpointSlice')) {
      const endpoints = slice['endpoints'] as { conditions: { ready: boolean } }[] | null;
      expect(
        endpoints?.every(({ conditions }) => conditions.ready),
        slice.metadata.name,
      ).toBe(true);
      expect(slice['ports'], slice.metadata.name).not.toBeNull();
    }
  });
});

describe('a seed', () => {
  it('gives the same files again, and another seed gives others', () => {
    const text = { name: 'x', title: 'x', expected: { verdict: 'no-fault' } as const };
    const files = (seed: number) => JSON.stringify([...worldToFiles(healthy(seed), text)]);
    expect(files(3)).toBe(files(3));
    expect(files(3)).not.toBe(files(4));
  });

  it('picks names, clusters and both Events APIs', () => {
    const scenes = Array.from({ length: 40 }, (_, seed) => createScene('variety', seed));
    const distinct = (choice: (scene: Scene) => string) => new Set(scenes.map(choice)).size;
    expect(distinct(({ cast }) => cast.namespace)).toBeGreaterThan(8);
    expect(distinct(({ cast }) => cast.orders)).toBeGreaterThan(12);
    expect(distinct(({ cluster }) => cluster.eventsApi)).toBe(2);
    expect(distinct(({ cluster }) => cluster.labelStyle)).toBe(3);
  });
});

describe('a rollout', () => {
  const setup = () => {
    const base = basePlan(createScene('rollout', 1), { decoy: false });
    const at = base.scene.before(30);
    rollOut(base.app.orders, { at, spec: (spec) => void (mainContainer(spec).image = 'example/app:broken') });
    return { ...base, at, orders: base.app.orders };
  };

  it('keeps the former ReplicaSet at zero once it is through', () => {
    const { plan, orders } = setup();
    const sets = realise(plan, orders).middle as unknown as { spec: { replicas: number } }[];
    expect(sets.map(({ spec }) => spec.replicas)).toEqual([0, 2]);
  });

  it('that is stuck keeps every former replica serving and says so in its conditions', () => {
    const { plan, orders } = setup();
    stuckRollout(orders, crashLooping({ exitCode: 1, ran: 2 }), running());
    const { owner, middle } = realise(plan, orders);
    expect(middle.map((set) => (set['spec'] as { replicas: number }).replicas)).toEqual([2, 1]);
    const status = owner['status'] as { conditions: { type: string; reason: string }[]; unavailableReplicas: number };
    expect(status.unavailableReplicas).toBe(1);
    expect(status.conditions.find(({ type }) => type === 'Progressing')?.reason).toBe('ProgressDeadlineExceeded');
    expect(status.conditions.find(({ type }) => type === 'Available')?.reason).toBe('MinimumReplicasAvailable');
  });

  it('that was undone reuses the ReplicaSet and its surviving pods', () => {
    const { plan, scene, orders, at } = setup();
    const names = (workload: typeof orders) => realise(plan, workload).pods.map(({ name }) => name);
    const served = {
      ...orders,
      pods: Array.from({ length: 2 }, () => ({ revision: 'previous' as const, state: running() })),
    };
    rollBack(orders, scene.before(5));
    allPods(orders, running(), { survivor: true });
    expect(names(orders)).toEqual(names(served));
    expect(realise(plan, orders).middle).toHaveLength(2);
    expect(at).toBeLessThan(scene.before(5));
  });

  it('may not be edited once its pods were named', () => {
    const { plan, orders } = setup();
    realise(plan, orders);
    expect(() => rollBack(orders, 0)).toThrow(TypeError);
  });
});

describe('complaining', () => {
  it('starts with the fault and ends with the repair', () => {
    const lines = (repaired: boolean): string[] => {
      const { plan, app, scene } = basePlan(createScene('logs', 2, { repaired }), { decoy: false });
      complaining(plan, app.orders, {
        complaints: [{ since: scene.before(20), every: 30, say: () => ({ level: 'error', message: 'refused' }) }],
      });
      const world = render(plan);
      return world.logs.filter(({ pod }) => pod.startsWith(app.orders.name)).flatMap((log) => log.lines);
    };
    expect(lines(false).at(-1)).toContain('refused');
    expect(lines(true).some((line) => line.includes('refused'))).toBe(true);
    expect(lines(true).at(-1)).not.toContain('refused');
  });
});

describe('worldToInput', () => {
  it('knows which kinds were listed and which were refused', () => {
    const { plan } = basePlan(createScene('input', 1));
    plan.forbiddenKinds.push('Secret');
    const input = worldToInput(render(plan));
    const state = (kind: string) => input.coverage.find((entry) => entry.kind === kind)?.state;
    expect(state('NetworkPolicy')).toBe('read');
    expect(state('Secret')).toBe('forbidden');
    expect(input.objects.some(({ kind }) => kind === 'Secret')).toBe(false);
    expect(input.gaps).toHaveLength(1);
  });
});
