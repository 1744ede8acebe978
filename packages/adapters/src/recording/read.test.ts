import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Malformed, RecordingItem, RecordingPart } from '@headwater/engine/ports/recording.ts';
import { temporaryRecording } from '@headwater/testkit/temporary-recording.ts';
import { describe, expect, it } from 'vitest';
import { openRecording } from './open.ts';

async function items(files: Record<string, unknown>, parts?: RecordingPart[]): Promise<RecordingItem[]> {
  await using recording = await temporaryRecording(files);
  const found: RecordingItem[] = [];
  for await (const item of (await openRecording(recording.path)).read(parts)) found.push(item);
  return found;
}

function of<T extends RecordingItem['type']>(all: RecordingItem[], type: T): Extract<RecordingItem, { type: T }>[] {
  return all.filter((item): item is Extract<RecordingItem, { type: T }> => item.type === type);
}

function pod(name: string, namespace = 'shop'): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace } };
}

async function names(files: Record<string, unknown>): Promise<string[]> {
  return of(await items(files), 'object').map(({ object }) => `${object.kind} ${object.metadata.name}`);
}

describe('objects', () => {
  it.each([
    ['a List of kubectl', { 'objects/all.json': { apiVersion: 'v1', kind: 'List', items: [pod('a'), pod('b')] } }],
    [
      'a typed list, whose items carry no kind',
      {
        'objects/x.json': {
          apiVersion: 'v1',
          kind: 'PodList',
          items: [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }],
        },
      },
    ],
    ['single objects', { 'objects/shop/a.json': pod('a'), 'objects/shop/deep/b.json': pod('b') }],
    ['a bare JSON list', { 'objects/x.json': [pod('a'), pod('b')] }],
    [
      'YAML of several documents',
      {
        'objects/x.yaml':
          'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}\n',
      },
    ],
    [
      'a YAML List',
      {
        'objects/x.yml':
          'apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n',
      },
    ],
  ])('come from %s', async (_, files) => {
    expect(await names(files)).toEqual(['Pod a', 'Pod b']);
  });

  it('of an unknown CRD are kept untouched', async () => {
    const custom = {
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w' },
      spec: { a: [1, { b: null }] },
    };
    expect(of(await items({ 'objects/w.json': custom }), 'object')).toMatchObject([{ object: custom, dropped: [] }]);
  });

  it('lose a field of the wrong type, which is named', async () => {
    const broken = { ...pod('a'), spec: { nodeName: 7, containers: [{ name: 'app', image: 'x' }] } };
    const [item] = of(await items({ 'objects/a.json': broken }), 'object');
    expect(item?.dropped).toMatchObject([{ object: 'Pod shop/a', path: 'spec.nodeName' }]);
    expect(item?.object['spec']).toEqual({ containers: [{ name: 'app', image: 'x' }] });
  });

  it('that are Secrets lose their values while they are read', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { key: 'c2VjcmV0' } };
    const journal = JSON.stringify({ observedAt: '2026-03-01T09:00:00Z', type: 'ADDED', object: secret });
    const text = JSON.stringify(await items({ 'objects/s.json': secret, 'history/s.jsonl': journal }));
    expect(text).not.toContain('c2VjcmV0');
    expect(text.match(/<redacted: 6 bytes>/g)).toHaveLength(2);
  });

  it('tell which kinds were listed, even by an empty list', async () => {
    const empty = { apiVersion: 'v1', kind: 'List', items: [], metadata: { resourceVersion: '' } };
    const found = await items({
      'objects/pods.json': { apiVersion: 'v1', kind: 'List', items: [pod('a'), pod('b', 'pay')] },
      'objects/shop/secrets.json': empty,
      'objects/networkpolicies.networking.k8s.io.json': { ...empty, items: null },
      'objects/pvc.yaml': 'apiVersion: v1\nkind: List\nitems: []\n',
      'objects/widgets.json': { apiVersion: 'example.com/v1', kind: 'WidgetList', items: [] },
      'objects/nobody-knows.json': empty,
      'objects/mixed.json': [pod('c'), { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } }],
    });
    expect(of(found, 'listed').map(({ listed }) => listed)).toEqual([
      { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', namespaces: [] },
      { apiVersion: 'v1', kind: 'Pod', namespaces: ['pay', 'shop'] },
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespaces: [] },
      { apiVersion: 'v1', kind: 'Secret', namespaces: [], folder: 'shop' },
      { apiVersion: 'example.com/v1', kind: 'Widget', namespaces: [] },
    ]);
  });

  it('tell which kinds were refused, by the Status the API answered', async () => {
    const message =
      'secrets is forbidden: User "u" cannot list resource "secrets" in API group "" in the namespace "shop"';
    const status = {
      apiVersion: 'v1',
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message,
      details: { kind: 'secrets' },
    };
    const found = await items({
      'objects/a.json': status,
      'objects/b.json': {
        ...status,
        reason: 'ServiceUnavailable',
        code: 503,
        message: 'down',
        details: { kind: 'widgets', group: 'example.com' },
      },
    });
    expect(of(found, 'refused').map(({ refused }) => refused)).toEqual([
      { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', state: 'forbidden', message },
      { apiVersion: 'example.com', kind: 'widgets', state: 'unreachable', message: 'down' },
    ]);
  });
});

describe('everything else', () => {
  it('is read into the shapes of the engine', async () => {
    const found = await items({
      'alerts/1.json': { version: '4', alerts: [{ labels: { alertname: 'A' }, startsAt: '2026-03-01T09:59:00Z' }] },
      'history/a.jsonl': `${JSON.stringify({ observedAt: '2026-03-01T09:00:00Z', type: 'ADDED', object: pod('a') })}\n\n{"type":"BOOKMARK"}\n`,
      'metrics/up.json': {
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: { __name__: 'up' }, values: [[1, '1']] }] },
      },
      'loki/web.json': { data: { resultType: 'streams', result: [{ stream: { pod: 'a' }, values: [['1', 'x']] }] } },
      'traces/t.json': {
        resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: 'a1', spanId: 'b1', startTimeUnixNano: '1000000' }] }] }],
      },
      'changes/c.json': [{ time: '2026-03-01T09:30:00Z', kind: 'deploy', title: 'web v2', source: 'argo' }],
      'logs/shop/a/app.previous.log': 'x\n',
      'objects/README.md': 'not read',
      'README.txt': 'not read',
      '.git/config': 'not read',
    });
    expect(found.map((item) => [item.type, 'file' in item && item.file])).toEqual([
      ['alert', 'alerts/1.json'],
      ['change', 'changes/c.json'],
      ['journal', 'history/a.jsonl'],
      ['log', 'logs/shop/a/app.previous.log'],
      ['loki', 'loki/web.json'],
      ['series', 'metrics/up.json'],
      ['span', 'traces/t.json'],
    ]);
    expect(found[1]).toMatchObject({ change: { time: Date.parse('2026-03-01T09:30:00Z'), source: 'argo' } });
    expect(found[2]).toMatchObject({ entry: { observedAt: Date.parse('2026-03-01T09:00:00Z'), type: 'ADDED' } });
    expect(found[3]).toMatchObject({ identity: { namespace: 'shop', pod: 'a', container: 'app', previous: true } });
  });

  it('is left alone when only some folders are asked for', async () => {
    const files = { 'objects/a.json': pod('a'), 'alerts/bad.json': '{' };
    expect((await items(files, ['objects'])).map(({ type }) => type)).toEqual(['object']);
  });
});

function place({ file, line, column, what, expected }: Malformed): string {
  return `${file}:${line}:${column}: ${what}; expected ${expected}`;
}

describe('a malformed file is named with line and column, and the others still load', () => {
  it.each<[string, unknown, string]>([
    [
      'objects/bad.json',
      '{\n  "kind": "Pod",\n  "spec": {]\n}',
      '3:12: found "]"; expected a property name in double quotes, or "}"',
    ],
    [
      'objects/bad.json',
      '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"',
      '1:61: the file ends; expected "," or "}"',
    ],
    ['objects/bad.json', '', '1:1: the file ends; expected a value'],
    [
      'objects/bad.yaml',
      'kind: Pod\nmetadata:\n  name: a\n name: b\n',
      '4:1: all mapping items must start at the same column; expected sound YAML',
    ],
    [
      'objects/bad.json',
      '[\n  7\n]',
      '2:3: found the number 7; expected a Kubernetes object with apiVersion, kind and metadata.name',
    ],
    [
      'objects/bad.json',
      '{"kind": "Pod", "spec": {}}',
      '1:1: found an object with the fields kind, spec; expected a Kubernetes object with apiVersion, kind and metadata.name',
    ],
    [
      'objects/bad.json',
      '{"apiVersion":"v1","kind":"Status","status":"Success"}',
      '1:1: found a Status that refuses nothing; expected a failed Status whose details.kind names the resource, such as "secrets"',
    ],
    ['objects/bad.csv', 'a,b', 'null:null: its name ends differently; expected a file ending in .json, .yaml or .yml'],
    [
      'alerts/bad.json',
      '{\n "alerts": [\n  {"labels": 3}\n ]\n}',
      '3:14: found the number 3 at alerts[0].labels; expected an object',
    ],
    ['alerts/bad.json', '{"status": "firing"}', '1:1: found nothing at alerts; expected a list'],
    ['alerts/bad.yaml', '# nothing\n', 'null:null: it is empty; expected a document'],
    [
      'history/bad.jsonl',
      '{"type":"BOOKMARK"}\n{"type": "ADDED", "observedAt": 5}',
      '2:1: found the number 5 at observedAt; expected an RFC 3339 time such as 2026-03-01T10:15:00Z',
    ],
    ['history/bad.jsonl', '{"type": "GONE"}', '1:1: found the text "GONE" at type; expected ADDED, MODIFIED, DELETED'],
    [
      'history/bad.jsonl',
      '{"type": "ADDED", "observedAt": "2026-03-01T09:00:00Z", "object": {}}',
      '1:1: found an object at object; expected a Kubernetes object with apiVersion, kind and metadata.name',
    ],
    ['history/bad.jsonl', '\n{"type": ', '2:10: the file ends; expected a value'],
    ['history/bad.jsonl', '7', '1:1: found the number 7; expected an object {observedAt, type, object}'],
    ['history/bad.json', '{}', 'null:null: its name ends differently; expected a file ending in .jsonl'],
    [
      'logs/app.log',
      'x',
      'null:null: the path does not say whose log it is; expected logs/<namespace>/<pod>/<container>.log or logs/<namespace>/<pod>/<container>.previous.log',
    ],
    [
      'logs/a/b/c.txt.gz',
      'x',
      'null:null: the path does not say whose log it is; expected logs/<namespace>/<pod>/<container>.log or logs/<namespace>/<pod>/<container>.previous.log',
    ],
    [
      'loki/bad.json',
      '{"data": {"resultType": "matrix", "result": []}}',
      '1:25: found the text "matrix" at data.resultType; expected "streams"',
    ],
    [
      'metrics/bad.json',
      '{"status":"error","error":"timed out"}',
      '1:11: found the error answer "timed out"; expected a query_range answer with status "success"',
    ],
    [
      'metrics/bad.json',
      '[{"metric": {}, "values": [[1, "x"]]}]',
      '1:28: found a list at [0].values[0]; expected a pair [seconds, "value"]',
    ],
    [
      'traces/bad.json',
      '{"spans": []}',
      '1:1: found an object; expected OTLP/JSON with resourceSpans, or a Tempo trace with batches',
    ],
    [
      'changes/bad.json',
      '[\n {"time": "noon", "kind": "deploy", "title": "x"}]',
      '2:11: found the text "noon" at time of entry 1; expected an RFC 3339 time such as 2026-03-01T10:15:00Z',
    ],
    ['changes/bad.json', '"x"', '1:1: found the text "x"; expected a list of changes {time, kind, title, source}'],
  ])('%s: %s', async (file, text, message) => {
    const found = await items({ [file]: text, 'objects/good.json': pod('good') });
    expect(of(found, 'malformed').map(({ malformed }) => place(malformed))).toEqual([`${file}:${message}`]);
    expect(of(found, 'object').map(({ object }) => object.metadata.name)).toEqual(['good']);
  });

  it('but a thousand faults of one file are summed up', async () => {
    const found = await items({
      'metrics/bad.json': [{ metric: {}, values: Array.from({ length: 1_000 }, () => [1]) }],
    });
    const malformed = of(found, 'malformed');
    expect(malformed).toHaveLength(21);
    expect(malformed.at(-1)?.malformed.what).toBe('found 980 more values of the wrong shape');
  });

  it('and a symbolic link is not followed', async () => {
    await using recording = await temporaryRecording({ 'logs/shop/web/app.log': 'x' });
    await symlink('/etc/hostname', join(recording.path, 'logs/shop/web/other.log'));
    const found: RecordingItem[] = [];
    for await (const item of (await openRecording(recording.path)).read()) found.push(item);
    expect(of(found, 'malformed').map(({ malformed }) => place(malformed))).toEqual([
      'logs/shop/web/other.log:null:null: it is a symbolic link; expected a plain file',
    ]);
    expect(of(found, 'log')).toHaveLength(1);
  });
});
