import { scenario as known } from '../scenarios/app-crash.ts';
import type { HardScenario } from './hard-scenario.ts';

const READABLE = new Set(['Node', 'Namespace', 'Lease']);
const KINDS = ['Pod', 'Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'Service', 'ConfigMap', 'Event', 'Job'];

/** Whoever asks may read Nodes and nothing else. */
export const scenario: HardScenario = {
  slug: 'unprovable-nodes-only',
  title: 'An alert on crashes, to somebody who may read Nodes alone',
  theme: 'unprovable',
  families: ['hard', 'pod'],
  build: (scene) => known.build(scene),
  finish: (world) => ({
    ...world,
    objects: world.objects.filter(({ kind }) => READABLE.has(kind)),
    events: [],
    logs: [],
    metrics: [],
    traces: [],
    changes: [],
    forbiddenKinds: [...new Set([...world.forbiddenKinds, ...KINDS, ...world.objects.map(({ kind }) => kind)])].filter(
      (kind) => !READABLE.has(kind),
    ),
    sources: { ...world.sources, logs: 'forbidden', metrics: 'forbidden', traces: 'forbidden' },
  }),
  expected: () => ({ verdict: 'insufficient-evidence' }),
};
