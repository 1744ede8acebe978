import { mkdir, mkdtemp, readdir, readFile, rm, truncate, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RecordingManifest } from '@headwater/contracts/recording/manifest.ts';
import { recordingInput } from '@headwater/engine/collect/from-recording.ts';
import type { RecordingItem, WritableItem } from '@headwater/engine/ports/recording.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRecording } from './open.ts';
import { type WriteOptions, type WriteProgress, writeRecording } from './write.ts';

const KEY = new Uint8Array(32).fill(7);
const MANIFEST: RecordingManifest = {
  format: 'headwater.recording/v1',
  name: 'copy',
  title: 'A copy',
  now: '2026-03-01T10:00:00Z',
  cluster: { name: 'test' },
};

let directory = '';
let counter = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'headwater-write-'));
});
afterAll(() => rm(directory, { recursive: true }));

async function* from(items: readonly WritableItem[]): AsyncGenerator<WritableItem> {
  for (const item of items) yield await Promise.resolve(item);
}

async function write(
  items: AsyncIterable<WritableItem> | WritableItem[],
  options: Partial<WriteOptions> = {},
): Promise<string> {
  const path = join(directory, `r${counter++}${options.path ?? ''}`);
  await writeRecording(Array.isArray(items) ? from(items) : items, { manifest: MANIFEST, key: KEY, ...options, path });
  return path;
}

async function filesOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const found: Record<string, string> = {};
  for (const entry of entries.filter((one) => one.isFile())) {
    const full = join(entry.parentPath, entry.name);
    found[full.slice(path.length + 1)] = await readFile(full, 'utf8');
  }
  return found;
}

function object(kind: string, name: string, fields: object = {}, namespace: string | null = 'shop'): RecordingItem {
  const metadata = { name, ...(namespace === null ? {} : { namespace }) };
  return { type: 'object', file: '', object: { apiVersion: 'v1', kind, metadata, ...fields }, dropped: [] };
}

function log(container: string, lines: string[]): RecordingItem {
  const identity = { namespace: 'shop', pod: 'web', container, previous: false };
  return {
    type: 'log',
    file: '',
    identity,
    lines: (async function* () {
      for (const line of lines) yield await Promise.resolve(line);
    })(),
  };
}

const STATUS = {
  apiVersion: 'v1',
  kind: 'Status',
  status: 'Failure',
  reason: 'Forbidden',
  code: 403,
  details: { kind: 'roles', group: 'rbac.authorization.k8s.io' },
  message: 'roles is forbidden in the namespace "shop"',
};
const EVERYTHING = {
  'alerts/1.json': {
    version: '4',
    alerts: [
      { labels: { alertname: 'Down' }, annotations: { a: 'b' }, startsAt: '2026-03-01T09:59:00Z', fingerprint: 'f1' },
      {
        status: 'resolved',
        labels: { alertname: 'Up' },
        startsAt: '2026-03-01T09:00:00Z',
        endsAt: '2026-03-01T09:30:00Z',
        fingerprint: 'f2',
      },
    ],
  },
  'objects/all.yaml': [
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, resourceVersion: "4"}\nspec: {containers: [{name: app, image: "web:1"}]}',
    'apiVersion: v1\nkind: Node\nmetadata: {name: n1}',
    'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: idle}\nspec: {a: [1, null]}',
  ].join('\n---\n'),
  'objects/configmaps.json': { apiVersion: 'v1', kind: 'List', items: [] },
  'objects/shop/services.json': { apiVersion: 'v1', kind: 'List', items: [] },
  'objects/pods.json': {
    apiVersion: 'v1',
    kind: 'PodList',
    items: [{ metadata: { name: 'a', namespace: 'shop' } }, { metadata: { name: 'b', namespace: 'pay' } }],
  },
  'objects/denied.json': STATUS,
  'history/h.jsonl': `${JSON.stringify({ observedAt: '2026-03-01T09:00:00Z', type: 'ADDED', object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop' } } })}\n`,
  'logs/shop/web/app.log': '2026-03-01T09:59:00Z started\nfailed to connect\n',
  'logs/shop/web/app.previous.log': 'boom\n',
  'loki/l.json': {
    data: {
      resultType: 'streams',
      result: [
        { stream: { namespace: 'shop', pod: 'gone', container: 'c' }, values: [['1772359100000000001', 'last words']] },
      ],
    },
  },
  'metrics/m.json': {
    data: {
      resultType: 'matrix',
      result: [
        {
          metric: { __name__: 'up', pod: 'web' },
          values: [
            [1772359100, '1'],
            [1772359130.5, '0.25'],
          ],
        },
      ],
    },
  },
  'traces/t.json': {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'web' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: 'aa',
                spanId: 'bb',
                name: 'GET /',
                kind: 2,
                startTimeUnixNano: '1772359100000000000',
                endTimeUnixNano: '1772359100250000000',
                status: { code: 2, message: 'no' },
                attributes: [{ key: 'k', value: { stringValue: 'v' } }],
              },
            ],
          },
        ],
      },
    ],
  },
  'changes/c.json': [
    { time: '2026-03-01T09:30:00Z', kind: 'deploy', title: 'web v2', source: 'argo', diff: { image: ['1', '2'] } },
  ],
};

describe('a written recording', () => {
  it.each(['', '.tar.gz', '.tgz'])('reads back as what was written (name ending "%s")', async (path) => {
    await using original = await temporaryRecording(EVERYTHING);
    const source = await openRecording(original.path);
    const copy = await openRecording(await write(source.read(), { path }));
    const [before, after] = [await recordingInput(source), await recordingInput(copy)];
    expect(after).toEqual({ ...before, sources: after.sources });
    expect(after.sources).toEqual(before.sources);
    expect(before.logs).toHaveLength(3);
    expect(before.traces).toHaveLength(1);
    expect(before.coverage).toContainEqual({ kind: 'Service', namespace: 'shop', state: 'read' });
    expect(before.coverage).toContainEqual({ kind: 'Role', namespace: 'shop', state: 'forbidden' });
  });

  it('lies in folders by namespace and kind, lists of one object a line', async () => {
    const path = await write([
      object('Pod', 'a'),
      object('Pod', 'b'),
      object('Node', 'n', {}, null),
      { type: 'listed', file: '', listed: { apiVersion: 'v1', kind: 'Secret', namespace: 'idle', namespaces: [] } },
    ]);
    const files = await filesOf(path);
    expect(Object.keys(files).sort()).toEqual([
      'objects/_cluster/nodes.json',
      'objects/idle/secrets.json',
      'objects/shop/pods.json',
      'recording.yaml',
    ]);
    expect(files['objects/shop/pods.json']).toBe(
      '{"apiVersion":"v1","kind":"PodList","metadata":{"selfLink":"/namespaces/shop/"},"items":[\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"shop"}},\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b","namespace":"shop"}}\n]}\n',
    );
    const input = await recordingInput(await openRecording(path));
    expect(input.coverage).toEqual([
      { kind: 'Node', state: 'read' },
      { kind: 'Pod', namespace: 'shop', state: 'read' },
      { kind: 'Secret', namespace: 'idle', state: 'read' },
    ]);
  });

  it('splits many objects over files', async () => {
    const items = Array.from({ length: 1_001 }, (_, index) => object('Pod', `p${index}`));
    const path = await write(items);
    expect((await readdir(join(path, 'objects/shop'))).sort()).toEqual(['pods-2.json', 'pods-3.json', 'pods.json']);
    expect((await recordingInput(await openRecording(path))).objects).toHaveLength(1_001);
  });

  it('is byte for byte the same archive from the same items', async () => {
    const items = (): WritableItem[] => [
      object('Pod', 'a'),
      log('app', ['x']),
      object('Secret', 's', { data: { k: 'eA==' } }),
    ];
    const [first, second] = [await write(items(), { path: '.tar.gz' }), await write(items(), { path: '.tar.gz' })];
    expect((await readFile(first)).equals(await readFile(second))).toBe(true);
  });
});

describe('credentials', () => {
  const SECRET = 'hunter2hunter2';
  const url = `postgres://app:${SECRET}@db/shop`;
  const span = {
    traceId: 'a',
    spanId: 'b',
    parentSpanId: null,
    service: 's',
    name: 'n',
    kind: 'client',
    start: 1,
    durationMs: 1,
    error: true,
    resource: {},
  } as const;
  const items = (): WritableItem[] => [
    object('Secret', 's', { data: { password: btoa(SECRET) }, stringData: { p: SECRET } }),
    object('Pod', 'p', {
      spec: {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'DB_PASSWORD', value: SECRET },
              { name: 'URL', value: url },
            ],
          },
        ],
      },
    }),
    object('ConfigMap', 'c', { data: { 'app.yaml': `password: ${SECRET}` } }),
    {
      type: 'journal',
      file: '',
      entry: {
        observedAt: 1,
        type: 'ADDED',
        object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { k: btoa(SECRET) } },
      },
      dropped: [],
    },
    log('app', [
      `connecting to ${url}`,
      '-----BEGIN RSA PRIVATE KEY-----',
      `${SECRET}base64`,
      '-----END RSA PRIVATE KEY-----',
      'done',
    ]),
    { type: 'loki', file: '', stream: { labels: {}, entries: [['1', `token=${SECRET}`]] } },
    {
      type: 'alert',
      file: '',
      alert: {
        fingerprint: 'f',
        status: 'firing',
        labels: {},
        annotations: { description: `login ${url} failed` },
        startsAt: 1,
        endsAt: null,
      },
    },
    {
      type: 'span',
      file: '',
      span: {
        ...span,
        statusMessage: url,
        attributes: { 'db.connection': url, 'http.request.header.authorization': SECRET },
      },
    },
    {
      type: 'change',
      file: '',
      change: { time: 1, kind: 'flag', title: `set password=${SECRET}`, source: 'x', diff: { password: SECRET } },
    },
  ];

  it('are nowhere in a recording', async () => {
    const files = await filesOf(await write(items()));
    expect(Object.keys(files)).toHaveLength(10);
    for (const [name, text] of Object.entries(files)) {
      expect(text, name).not.toContain(SECRET);
      expect(text, name).not.toContain(btoa(SECRET));
    }
    expect(files['logs/shop/web/app.log']).toBe(
      'connecting to postgres://app:[masked:password]@db/shop\n[masked:private-key]\n[masked:private-key]\n[masked:private-key]\ndone\n',
    );
  });

  it('can still be seen to be equal, but only under one key', async () => {
    const hashes = async (key: Uint8Array): Promise<string[]> => {
      const text = Object.values(await filesOf(await write(items(), { key }))).join('\n');
      return [...new Set(text.match(/<redacted: 14 bytes, hmac-sha256 [0-9a-f]{16}>/g))];
    };
    const [one, other] = [await hashes(KEY), await hashes(new Uint8Array(32))];
    expect([one.length, other.length]).toEqual([1, 1]);
    expect(one).not.toEqual(other);
  });
});

describe('limits', () => {
  it('keep start and end of a long log and say how much is missing', async () => {
    const lines = Array.from({ length: 1_000 }, (_, index) => `line ${String(index).padStart(4, '0')}`);
    const path = await write([log('app', lines)], { maxLogBytes: 100 });
    const text = (await filesOf(path))['logs/shop/web/app.log'];
    expect(text?.trimEnd().split('\n')).toEqual([...lines.slice(0, 5), ...lines.slice(-5)]);
    expect((await openRecording(path)).manifest.gaps).toEqual([
      {
        source: 'logs',
        statement: '990 lines of the log shop/web/app were cut: a log may take 100B',
        wouldShow: 'what the container said in between',
      },
    ]);
  });

  it('leave out what does not fit and say what it was', async () => {
    const pods = Array.from({ length: 30 }, (_, index) => object('Pod', `p${index}`));
    const path = await write(
      [...pods, object('Service', 'big', { data: 'x'.repeat(2_000) }), log('app', ['y'.repeat(1_500), 'z'])],
      { maxBytes: 1_000 },
    );
    const { manifest } = await openRecording(path);
    expect(manifest.gaps?.map(({ statement }) => statement)).toEqual([
      expect.stringMatching(
        /^The recording reached its size cap of 1000B: left out are \d+ Pod objects, 1 Service objects$/,
      ),
      expect.stringMatching(/^\d lines? of the log shop\/web\/app were cut: the recording reached its size cap$/),
    ]);
    const size = Object.entries(await filesOf(path))
      .filter(([name]) => name !== 'recording.yaml')
      .reduce((sum, [, text]) => sum + text.length, 0);
    expect(size).toBeLessThan(1_200);
  });

  it('do not forget the gaps they were given', async () => {
    const gap = { source: 'metrics', statement: 'Prometheus timed out', wouldShow: 'load' };
    const malformed = { file: 'objects/x.json', line: 1, column: 2, what: 'found "}"', expected: 'a value' };
    const path = await write([
      { type: 'gap', gap },
      { type: 'malformed', malformed },
    ]);
    expect((await openRecording(path)).manifest.gaps).toEqual([
      gap,
      {
        source: 'recording',
        statement: 'objects/x.json: found "}"; expected a value',
        wouldShow: 'what the rest of it held',
      },
    ]);
  });
});

it('reports progress', async () => {
  const seen: WriteProgress[] = [];
  await write([object('Pod', 'a'), log('app', ['x'])], { onProgress: (progress) => seen.push(progress) });
  expect(seen.map(({ objects, logs, current }) => [objects, logs, current])).toEqual([
    [1, 0, 'Pod shop/a'],
    [1, 1, 'log shop/web/app'],
  ]);
  expect(seen[1]?.bytes).toBeGreaterThan(seen[0]?.bytes ?? 0);
});

describe('nothing', () => {
  it('is overwritten', async () => {
    const path = join(directory, 'taken');
    await mkdir(path);
    await writeFile(join(path, 'x'), 'mine');
    await expect(writeRecording(from([]), { path, manifest: MANIFEST, key: KEY })).rejects.toMatchObject({
      code: 'conflict',
      message: `${path} exists already`,
    });
    expect(await readdir(path)).toEqual(['x']);
  });

  it('is left behind when the writing fails', async () => {
    const before = await readdir(directory);
    const failing = (async function* (): AsyncGenerator<WritableItem> {
      yield await Promise.resolve(object('Pod', 'a'));
      throw new Error('the cluster went away');
    })();
    await expect(write(failing, { path: '.tar.gz' })).rejects.toThrow('the cluster went away');
    expect(await readdir(directory)).toEqual(before);
  });

  it('can be written outside by a log with a strange name', async () => {
    const strange = {
      type: 'log',
      file: '',
      identity: { namespace: '..', pod: '..', container: '../../evil', previous: false },
      lines: from([]),
    } as unknown as WritableItem;
    const path = await write([strange]);
    expect(Object.keys(await filesOf(path))).toEqual(['recording.yaml']);
    expect((await openRecording(path)).manifest.gaps).toHaveLength(1);
  });

  it('says that a place cannot be written to', async () => {
    const path = '/etc/hostname/recording';
    await expect(writeRecording(from([]), { path, manifest: MANIFEST, key: KEY })).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});

it('reads a damaged archive as far as it goes and names it', async () => {
  const noise = (seed: number): string => Array.from({ length: 3_000 }, (_, index) => Math.sin(index + seed)).join('');
  const path = await write(
    [
      object('Node', 'n', {}, null),
      object('ConfigMap', 'c', { data: { x: noise(1) } }),
      object('Pod', 'z', { data: noise(2) }, 'zoo'),
    ],
    { path: '.tar.gz' },
  );
  await truncate(path, (await stat(path)).size - 2_000);
  const input = await recordingInput(await openRecording(path));
  expect(input.objects.map(({ kind }) => kind)).toEqual(['ConfigMap', 'Node']);
  expect(input.gaps.map(({ statement }) => statement)).toContainEqual(
    expect.stringContaining(`${path} cannot be read to its end: unexpected end of file`),
  );
});
