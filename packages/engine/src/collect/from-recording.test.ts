import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { RecordingManifest } from '@headwater/contracts/recording/manifest.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordingItem, RecordingPart, RecordingSource } from '../ports/recording.ts';
import { recordingInput } from './from-recording.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const MANIFEST: RecordingManifest = {
  format: 'headwater.recording/v1',
  name: 'test',
  title: 'T',
  now: '2026-03-01T10:00:00Z',
  cluster: { name: 'c1', version: 'v1.34.1' },
};

interface Extra {
  readonly manifest?: Partial<RecordingManifest>;
  readonly folders?: readonly RecordingPart[];
}

function source(
  items: readonly RecordingItem[],
  { manifest = {}, folders = ['objects'] }: Extra = {},
): RecordingSource {
  return {
    path: 'memory',
    manifest: { ...MANIFEST, ...manifest },
    read: async function* () {
      for (const item of items) yield await Promise.resolve(item);
    },
    folders: () => Promise.resolve(new Set(folders)),
    logs: () => Promise.resolve([]),
    openLog: () => Promise.resolve(null),
    expected: () => Promise.resolve(null),
  };
}

function kubeObject(kind: string, name: string, extra: object = {}, metadata: object = {}): KubeObject {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', ...metadata }, ...extra };
}

function object(value: KubeObject, dropped: { object: string; path: string; expected: string }[] = []): RecordingItem {
  return { type: 'object', file: 'objects/x.json', object: value, dropped };
}

function log(container: string, lines: string[], previous = false): RecordingItem {
  const identity = { namespace: 'shop', pod: 'web', container, previous };
  return {
    type: 'log',
    file: 'logs/x.log',
    identity,
    lines: (async function* () {
      for (const line of lines) yield await Promise.resolve(line);
    })(),
  };
}

it('carries over cluster, clock, window and question', async () => {
  const window = { from: '2026-03-01T09:00:00Z', to: '2026-03-01T10:00:00Z' };
  const input = await recordingInput(source([], { manifest: { window, question: 'why?' } }));
  expect(input).toMatchObject({
    cluster: { name: 'c1', version: 'v1.34.1' },
    now: NOW,
    window: { from: NOW - 3_600_000, to: NOW },
    question: 'why?',
  });
});

describe('coverage', () => {
  it('comes from objects, lists and refusals', async () => {
    const refused = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', state: 'forbidden', message: 'no' } as const;
    const input = await recordingInput(
      source([
        object(kubeObject('Pod', 'web')),
        {
          type: 'listed',
          file: 'objects/ingresses.json',
          listed: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', namespaces: [] },
        },
        { type: 'refused', file: 'objects/secrets.json', refused },
        { type: 'refused', file: 'objects/secrets-2.json', refused },
      ]),
    );
    expect(input.coverage).toEqual([
      { kind: 'Ingress', state: 'read' },
      { kind: 'Pod', namespace: 'shop', state: 'read' },
      { kind: 'Secret', namespace: 'shop', state: 'forbidden' },
    ]);
    expect(input.gaps).toEqual([
      {
        source: 'kubernetes',
        statement: 'Listing Secret in namespace shop was forbidden: no',
        wouldShow: 'which Secret objects exist in namespace shop and what state they are in',
      },
    ]);
  });

  it('does not count objects that came after the clock', async () => {
    const late = kubeObject('Pod', 'new', {}, { creationTimestamp: '2026-03-01T10:00:05Z' });
    expect((await recordingInput(source([object(late)]))).coverage).toEqual([]);
  });
});

describe('nothing later than now', () => {
  it('is taken from any source', async () => {
    const at = (ms: number): string => new Date(NOW + ms).toISOString();
    const alert = {
      fingerprint: 'a',
      status: 'resolved',
      labels: {},
      annotations: {},
      startsAt: NOW - 60_000,
      endsAt: NOW + 60_000,
    } as const;
    const span = {
      traceId: 't',
      spanId: 's',
      parentSpanId: null,
      service: 'x',
      name: 'x',
      kind: 'server',
      durationMs: 5,
      error: false,
      statusMessage: '',
      attributes: {},
      resource: {},
    } as const;
    const input = await recordingInput(
      source([
        object(kubeObject('Pod', 'old', {}, { creationTimestamp: at(-1_000) })),
        object(kubeObject('Pod', 'new', {}, { creationTimestamp: at(1_000) })),
        { type: 'alert', file: 'a', alert },
        { type: 'alert', file: 'a', alert: { ...alert, fingerprint: 'b', startsAt: NOW + 1 } },
        {
          type: 'journal',
          file: 'h',
          entry: { observedAt: NOW + 1, type: 'ADDED', object: kubeObject('Pod', 'x') },
          dropped: [],
        },
        {
          type: 'series',
          file: 'm',
          series: {
            labels: { __name__: 'up' },
            samples: [
              [NOW, 1],
              [NOW + 1, 0],
            ],
          },
        },
        { type: 'series', file: 'm', series: { labels: { __name__: 'late' }, samples: [[NOW + 1, 0]] } },
        { type: 'span', file: 't', span: { ...span, start: NOW - 3 } },
        { type: 'span', file: 't', span: { ...span, spanId: 'done', start: NOW - 9 } },
        { type: 'change', file: 'c', change: { time: NOW + 1, kind: 'deploy', title: 'later', source: 's' } },
        { type: 'change', file: 'c', change: { time: NOW - 1, kind: 'deploy', title: 'before', source: 's' } },
        {
          type: 'loki',
          file: 'l',
          stream: {
            labels: { pod: 'gone' },
            entries: [
              [`${NOW - 1}000000`, 'in'],
              [`${NOW}000001`, 'out'],
            ],
          },
        },
        log('app', [`${at(-1)} in`, 'no time, still in', `${at(1)} out`, '  stack of out']),
      ]),
    );
    expect(input.objects.map(({ metadata }) => metadata.name)).toEqual(['old']);
    expect(input.alerts).toEqual([{ ...alert, status: 'firing', endsAt: null }]);
    expect(input.journal).toEqual([]);
    expect(input.metrics).toEqual([{ labels: { __name__: 'up' }, samples: [[NOW, 1]] }]);
    expect(input.traces.map(({ spanId }) => spanId)).toEqual(['done']);
    expect(input.changes.map(({ title }) => title)).toEqual(['before']);
    expect(input.logs.map((stream) => [stream.pod, stream.totalLines])).toEqual([
      ['gone', 1],
      ['web', 2],
    ]);
    expect(input.gaps).toEqual([
      {
        source: 'recording',
        statement: "Objects created after the recording's clock were left out: Pod shop/new",
        wouldShow: 'what happened afterwards, which a diagnosis at that time could not know',
      },
    ]);
  });

  it('even by a minute of another time zone', async () => {
    const input = await recordingInput(
      source([
        log('app', ['2026-03-01T18:59:59+09:00 in', '2026-03-01T19:00:01+09:00 out', '2026-03-01T05:00:00-05:00 in']),
      ]),
    );
    expect(input.logs[0]?.totalLines).toBe(2);
  });
});

describe('gaps', () => {
  it('name malformed files and dropped fields, the same field of a kind once', async () => {
    const field = { object: 'Pod shop/web-2', path: 'spec.containers[0].image', expected: 'Expected a text' };
    const input = await recordingInput(
      source([
        {
          type: 'malformed',
          malformed: { file: 'objects/pods.json', line: 3, column: 7, what: 'found "]"', expected: 'a value' },
        },
        {
          type: 'malformed',
          malformed: { file: 'x.tar.gz', line: null, column: null, what: 'cut short', expected: 'all of it' },
        },
        object(kubeObject('Pod', 'web-2'), [field]),
        object(kubeObject('Pod', 'web-1'), [{ ...field, object: 'Pod shop/web-1', path: 'spec.containers[1].image' }]),
      ]),
    );
    expect(input.gaps).toEqual([
      {
        source: 'recording',
        statement: 'objects/pods.json, line 3, column 7: found "]"; expected a value',
        wouldShow: 'the state and the events of the objects in it',
      },
      {
        source: 'recording',
        statement:
          'objects/x.json: spec.containers[1].image of Pod shop/web-1 (and of 1 more) was left out: expected a text',
        wouldShow: 'what spec.containers[1].image said',
      },
      {
        source: 'recording',
        statement: 'x.tar.gz: cut short; expected all of it',
        wouldShow: 'what the rest of it held',
      },
    ]);
  });

  it('do not drown the diagnosis in broken fields', async () => {
    const items = Array.from({ length: 60 }, (_, index) =>
      object(kubeObject('Pod', `p${index}`), [{ object: `Pod shop/p${index}`, path: `f${index}`, expected: 'x' }]),
    );
    const { gaps } = await recordingInput(source(items));
    expect(gaps).toHaveLength(26);
    expect(gaps.map(({ statement }) => statement)).toContain('35 more fields of a wrong type were left out');
  });

  it('name sources that were refused, out of reach, or promised and missing; a folder never asked for is none', async () => {
    const sources = { logs: 'forbidden', metrics: 'unreachable', traces: 'present', history: 'absent' } as const;
    const input = await recordingInput(source([], { manifest: { sources }, folders: ['objects', 'changes'] }));
    expect(input.gaps.map(({ statement }) => statement)).toEqual([
      'The recorder was not allowed to read logs',
      'The recorder could not reach the source of metrics',
      'recording.yaml says that traces are present, but there is no folder traces/',
    ]);
    expect(input.sources).toEqual({
      objects: 'present',
      logs: 'forbidden',
      metrics: 'unreachable',
      traces: 'present',
      history: 'absent',
      changes: 'present',
    });
  });

  it('name missing objects in any case, and repeat what the recorder noted', async () => {
    const gap = { source: 'logs', statement: 'cut after 10 MB', wouldShow: 'the rest' };
    const { gaps, sources } = await recordingInput(source([], { manifest: { gaps: [gap] }, folders: ['loki'] }));
    expect(gaps).toEqual([
      gap,
      {
        source: 'objects',
        statement: 'No objects were recorded',
        wouldShow: 'the state and the events of the objects in it',
      },
    ]);
    expect(sources).toMatchObject({ logs: 'present', objects: 'absent' });
  });
});

it('takes Loki for containers whose log was not read, in time order and each line once', async () => {
  const labels = { namespace: 'shop', pod: 'gone', container: 'app' };
  const backward = {
    labels,
    entries: [
      ['30', 'c'],
      ['20', 'b'],
      ['20', 'a'],
      ['10', 'first'],
    ] as [string, string][],
  };
  const input = await recordingInput(
    source([
      { type: 'loki', file: 'l', stream: backward },
      {
        type: 'loki',
        file: 'l',
        stream: {
          labels,
          entries: [
            ['30', 'c'],
            ['9', 'zero'],
          ],
        },
      },
      {
        type: 'loki',
        file: 'l',
        stream: { labels: { namespace: 'shop', pod: 'web', container: 'app' }, entries: [['1', 'copy']] },
      },
      log('app', ['original']),
    ]),
  );
  expect(input.logs.map((stream) => stream.pod)).toEqual(['gone', 'web']);
  expect(input.logs[0]?.lines.map(({ text }) => text)).toEqual(['zero', 'first', 'a', 'b', 'c']);
  expect(input.logs[1]?.lines.map(({ text }) => text)).toEqual(['original']);
});

describe('order means nothing', () => {
  const alert = {
    fingerprint: 'a',
    status: 'firing',
    labels: { n: '1' },
    annotations: {},
    startsAt: NOW - 60_000,
    endsAt: null,
  } as const;
  const build = (): RecordingItem[] => [
    object(kubeObject('Pod', 'web', { status: { phase: 'Pending' } }, { resourceVersion: '99' })),
    object(kubeObject('Pod', 'web', { status: { phase: 'Running' } }, { resourceVersion: '100' })),
    object(kubeObject('Pod', 'twin', { spec: { a: 1 } })),
    object(kubeObject('Pod', 'twin', { spec: { a: 2 } })),
    object({ ...kubeObject('Service', 'web'), apiVersion: 'serving.knative.dev/v1' }),
    object(kubeObject('Service', 'web')),
    { type: 'alert', file: '1', alert },
    { type: 'alert', file: '2', alert: { ...alert, status: 'resolved', endsAt: NOW - 5 } },
    { type: 'alert', file: '3', alert: { ...alert, fingerprint: 'b' } },
    {
      type: 'series',
      file: 'm',
      series: {
        labels: { __name__: 'up', job: 'a' },
        samples: [
          [1, 1],
          [2, 1],
        ],
      },
    },
    {
      type: 'series',
      file: 'm',
      series: {
        labels: { job: 'a', __name__: 'up' },
        samples: [
          [2, 1],
          [3, 0],
        ],
      },
    },
    {
      type: 'journal',
      file: 'h',
      entry: { observedAt: 5, type: 'ADDED', object: kubeObject('Pod', 'x') },
      dropped: [],
    },
    {
      type: 'journal',
      file: 'h',
      entry: { observedAt: 5, type: 'MODIFIED', object: kubeObject('Pod', 'x') },
      dropped: [],
    },
    { type: 'change', file: 'c', change: { time: 1, kind: 'deploy', title: 'b', source: 's' } },
    { type: 'change', file: 'c', change: { time: 1, kind: 'deploy', title: 'a', source: 's' } },
    { type: 'malformed', malformed: { file: 'z.json', line: 1, column: 1, what: 'x', expected: 'y' } },
    { type: 'malformed', malformed: { file: 'a.json', line: 1, column: 1, what: 'x', expected: 'y' } },
    log('b', ['error: boom']),
    log('a', ['fine']),
  ];

  it('for any shuffle: the same bytes', async () => {
    const wanted = JSON.stringify(await recordingInput(source(build())));
    const size = build().length;
    const orders = fc.shuffledSubarray([...Array(size).keys()], { minLength: size });
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        const items = build();
        const input = await recordingInput(source(order.flatMap((index) => items[index] ?? [])));
        expect(JSON.stringify(input)).toBe(wanted);
      }),
      { numRuns: 40 },
    );
  });

  it('and of two versions the later wins, resolved wins over firing, the built-in kind comes first', async () => {
    const input = await recordingInput(source(build()));
    expect(input.objects.map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.name}`)).toEqual([
      'v1 twin',
      'v1 web',
      'v1 web',
      'serving.knative.dev/v1 web',
    ]);
    expect(input.objects[1]).toMatchObject({ status: { phase: 'Running' } });
    expect(input.alerts.map(({ fingerprint, status }) => [fingerprint, status])).toEqual([
      ['a', 'resolved'],
      ['b', 'firing'],
    ]);
    expect(input.metrics).toEqual([
      {
        labels: { __name__: 'up', job: 'a' },
        samples: [
          [1, 1],
          [2, 1],
          [3, 0],
        ],
      },
    ]);
  });
});
