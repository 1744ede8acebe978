import type { ExpectedDiagnosis } from '@headwater/contracts/recording/expected.ts';
import { RECORDING_FORMAT } from '@headwater/contracts/recording/manifest.ts';
import { SECOND } from '@headwater/core/time.ts';
import { stringify } from 'yaml';
import { alertBodies } from './alert-body.ts';
import { formatJson } from './format-json.ts';
import type { Json, KubeJson } from './json.ts';
import { otlpOf } from './otlp.ts';
import { pluralOf, RECORDED_KINDS, refusalOf } from './recorded-kinds.ts';
import { stamp } from './scene.ts';
import type { World } from './world.ts';

export interface RecordingText {
  readonly name: string;
  readonly title: string;
  readonly expected: Partial<ExpectedDiagnosis> & Pick<ExpectedDiagnosis, 'verdict'>;
}

/** A recording's files: path inside the recording to text. */
export function worldToFiles(world: World, text: RecordingText): Map<string, string> {
  const files = new Map<string, string>();
  files.set('recording.yaml', manifest(world, text));
  files.set('expected.yaml', stringify(text.expected, { lineWidth: 0, flowCollectionPadding: true }));
  for (const [index, { name, body }] of alertBodies(world.scene, world.alerts).entries()) {
    files.set(`alerts/${String(index + 1).padStart(3, '0')}-${name}.json`, formatJson(body));
  }
  for (const [path, items] of Map.groupBy([...world.objects, ...world.events], (object) =>
    pathOf(object, world.scene.cast.namespace),
  )) {
    files.set(path, formatJson({ apiVersion: 'v1', items, kind: 'List', metadata: { resourceVersion: '' } }));
  }
  files.set('objects/listed-kinds.yaml', listedKinds(world));
  if (world.forbiddenKinds.length > 0) files.set('objects/refused.yaml', refusals(world));
  for (const log of world.logs) {
    files.set(
      `logs/${log.namespace}/${log.pod}/${log.container}${log.previous ? '.previous' : ''}.log`,
      `${log.lines.join('\n')}\n`,
    );
  }
  if (world.metrics.length > 0) files.set('metrics/range.json', formatJson(metricsAnswer(world)));
  if (world.traces.length > 0) files.set('traces/spans.json', formatJson(otlpOf(world.traces)));
  if (world.changes.length > 0)
    files.set(
      'changes/changes.json',
      formatJson(world.changes.map((change) => ({ ...change, time: stamp(change.time) }))),
    );
  if (world.journal.length > 0) {
    const lines = world.journal.map((entry) => JSON.stringify({ ...entry, observedAt: stamp(entry.observedAt) }));
    files.set('history/watch.jsonl', `${lines.join('\n')}\n`);
  }
  return files;
}

// The application's namespace has a file per kind, so that a person finds things; everything around it has one per namespace.
function pathOf({ kind, metadata }: KubeJson, namespace: string): string {
  return metadata.namespace === namespace
    ? `objects/${namespace}/${pluralOf(kind)}.json`
    : `objects/${metadata.namespace ?? '_cluster'}.json`;
}

// The recorder listed these kinds in every namespace, so an object that stands in no file does not exist.
function listedKinds(world: World): string {
  const listed = RECORDED_KINDS.filter(({ kind }) => !world.forbiddenKinds.includes(kind));
  const lists = listed.map(({ apiVersion, kind }) => `apiVersion: ${apiVersion}\nkind: ${kind}List\nitems: []\n`);
  return `# Every kind that was listed in all namespaces; where one has no object, that is a fact.\n${lists.join('---\n')}`;
}

// What the API server answers to a list that RBAC refuses.
function refusals(world: World): string {
  const answers = world.forbiddenKinds.map((kind) => {
    const plural = pluralOf(kind);
    return stringify({
      apiVersion: 'v1',
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      details: { kind: plural },
      message: refusalOf(plural),
    });
  });
  return answers.join('---\n');
}

function manifest(world: World, { name, title }: RecordingText): string {
  const { scene } = world;
  return stringify(
    {
      format: RECORDING_FORMAT,
      name,
      title,
      now: stamp(scene.now),
      window: { from: stamp(scene.now - 3_600 * SECOND), to: stamp(scene.now) },
      cluster: { name: scene.cluster.name, uid: scene.cluster.uid, version: scene.cluster.version },
      sources: world.sources,
      ...(world.question ? { question: world.question } : {}),
    },
    { lineWidth: 0 },
  );
}

function metricsAnswer(world: World): Json {
  const result = world.metrics.map(({ labels, samples }) => ({
    metric: labels,
    values: samples.map(([time, value]) => [Math.floor(time / SECOND), String(value)]),
  }));
  return { data: { result, resultType: 'matrix' }, status: 'success' };
}
