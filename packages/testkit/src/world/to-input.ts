import { parseObject } from '@headwater/contracts/kube/parse.ts';
import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import type { Alert, KindCoverage, LogStream, SnapshotInput } from '@headwater/diagnosis/snapshot/input.ts';
import { fingerprintOf } from './alert-body.ts';
import type { KubeJson } from './json.ts';
import { pluralOf, RECORDED_KINDS, refusalOf } from './recorded-kinds.ts';
import type { World } from './world.ts';

/** The engine's input for a world, read as every reader reads: objects through the parser, logs through the digester. */
export function worldToInput(world: World): SnapshotInput {
  const { scene } = world;
  return {
    cluster: { name: scene.cluster.name, uid: scene.cluster.uid, version: scene.cluster.version },
    now: scene.now,
    question: world.question,
    sources: world.sources,
    coverage: coverageOf(world),
    alerts: world.alerts.map(
      (alert): Alert => ({
        fingerprint: fingerprintOf(scene, alert.labels),
        status: alert.endsAt === null ? 'firing' : 'resolved',
        labels: alert.labels,
        annotations: alert.annotations,
        startsAt: alert.startsAt,
        endsAt: alert.endsAt,
      }),
    ),
    objects: [...world.objects, ...world.events].map(parsed),
    journal: world.journal.map((entry) => ({ ...entry, object: parsed(entry.object) })),
    logs: world.logs.map(streamOf),
    metrics: world.metrics,
    traces: world.traces,
    changes: world.changes,
    gaps: world.forbiddenKinds.map((kind) => ({
      source: 'objects',
      statement: `Listing ${kind} was forbidden: ${refusalOf(pluralOf(kind))}`,
      wouldShow: `the ${kind} objects of the cluster`,
    })),
  };
}

function coverageOf(world: World): KindCoverage[] {
  const custom = [...world.objects, ...world.events].map(({ kind }) => kind);
  const kinds = [...new Set([...RECORDED_KINDS.map(({ kind }) => kind), ...custom])].sort();
  return kinds.map((kind) => ({ kind, state: world.forbiddenKinds.includes(kind) ? 'forbidden' : 'read' }));
}

function parsed(value: KubeJson): KubeObject {
  const { object, dropped } = parseObject(value);
  if (!object || dropped.length > 0)
    throw new Error(
      `the world holds a malformed object: ${JSON.stringify(dropped)} in ${value.kind} ${value.metadata.name}`,
    );
  return object;
}

function streamOf(log: World['logs'][number]): LogStream {
  const { namespace, pod, container, previous = false } = log;
  const digester = new LogDigester({ namespace, pod, container, previous });
  for (const line of log.lines) digester.push(line);
  return digester.finish();
}
