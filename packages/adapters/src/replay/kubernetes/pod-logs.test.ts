import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pod, type TestReplay, testReplay } from '../fixtures/replay-server.ts';

const MANIFEST = 'format: headwater.recording/v1\nname: a\ntitle: T\nnow: 2026-03-01T10:00:00Z\ncluster: {name: c}\n';
const LINES = [
  '2026-03-01T09:58:00.000000000Z one',
  'no time of its own',
  '2026-03-01T09:59:00.000000000Z two',
  '2026-03-01T09:59:30.000000000Z three',
  '2026-03-01T10:00:01.000000000Z after the clock',
];

let server: TestReplay;
beforeAll(async () => {
  const waiting = { containerStatuses: [{ name: 'app', state: { waiting: { reason: 'ImagePullBackOff' } } }] };
  const two = { containers: [{ name: 'app' }, { name: 'side' }], initContainers: [{ name: 'init' }] };
  server = await testReplay({
    'objects/pods.json': [pod('web'), pod('two', { spec: two }), pod('stuck', { status: waiting }), pod('silent')],
    'logs/shop/web/app.log': LINES.join('\n'),
    'logs/shop/web/app.previous.log': 'boom\n',
    'logs/shop/two/init.log': 'init\n',
  });
});
afterAll(() => server[Symbol.asyncDispose]());

const log = (name: string, query = '') => server.get(`/api/v1/namespaces/shop/pods/${name}/log${query}`);

describe('logs', () => {
  it.each([
    ['', 'one\nno time of its own\ntwo\nthree\n'],
    ['?timestamps=true&tailLines=1', '2026-03-01T09:59:30.000000000Z three\n'],
    ['?tailLines=0', ''],
    ['?tailLines=2', 'two\nthree\n'],
    ['?sinceTime=2026-03-01T09:59:00Z', 'two\nthree\n'],
    ['?sinceSeconds=30', 'three\n'],
    ['?limitBytes=6', 'one\nno'],
    ['?previous=true', 'boom\n'],
    ['?container=app&follow=true', 'one\nno time of its own\ntwo\nthree\n'],
  ])('%s', async (query, text) => {
    expect(await log('web', query)).toMatchObject({ status: 200, text });
  });

  it.each([
    ['none', '', 404, 'pods "none" not found'],
    ['two', '', 400, 'a container name must be specified for pod two, choose one of: [app side]'],
    ['two', '?container=nope', 400, 'container nope is not valid for pod two'],
    ['two', '?container=init&previous=true', 400, 'previous terminated container "init" in pod "two" not found'],
    ['stuck', '', 400, 'container "app" in pod "stuck" is waiting to start: ImagePullBackOff'],
    ['silent', '', 404, 'the log of container "app" in pod "silent" was not recorded'],
    ['web', '?tailLines=many', 400, 'tailLines: Invalid value: "many": expected a whole number'],
    ['web', '?sinceTime=noon', 400, 'sinceTime: Invalid value: "noon": expected an RFC 3339 time'],
  ])('%s%s: %i', async (name, query, ...[status, message]) => {
    expect(await log(name, query)).toMatchObject({ status, body: { kind: 'Status', message } });
  });

  it('of an init container', async () => {
    expect((await log('two', '?container=init')).text).toBe('init\n');
  });
});

it('keeps the last lines of a long log without holding all of it', async () => {
  const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}`);
  await using long = await testReplay({ 'objects/pods.json': [pod('web')], 'logs/shop/web/app.log': lines.join('\n') });
  const { text } = await long.get('/api/v1/namespaces/shop/pods/web/log?tailLines=3');
  expect(text).toBe('line 4997\nline 4998\nline 4999\n');
});

it.each([
  ['forbidden', 403, 'Forbidden'],
  ['unreachable', 500, 'InternalError'],
])('refuses when logs were %s', async (state, status, reason) => {
  await using closed = await testReplay({
    'recording.yaml': `${MANIFEST}sources: {logs: ${state}}\n`,
    'objects/pods.json': [pod('web')],
    'logs/shop/web/app.log': 'x',
  });
  expect(await closed.get('/api/v1/namespaces/shop/pods/web/log')).toMatchObject({ status, body: { reason } });
});

it('plays a followed log forward, each line at its time', async () => {
  const journal = {
    observedAt: '2026-03-01T09:59:00Z',
    type: 'MODIFIED',
    object: pod('web', { resourceVersion: '5' }),
  };
  const options = { speed: 100 };
  const files = {
    'objects/pods.json': [pod('web')],
    'history/a.jsonl': JSON.stringify(journal),
    'logs/shop/web/app.log': LINES.join('\n'),
  };
  await using playing = await testReplay(files, options);
  const stream = await playing.stream('/api/v1/namespaces/shop/pods/web/log?follow=true&tailLines=1');
  expect(await stream.next()).toBe('two');
  expect(playing.replay.time.now()).toBeLessThan(Date.parse('2026-03-01T09:59:30Z'));
  expect(await stream.next()).toBe('three');
  expect(playing.replay.time.now()).toBeGreaterThanOrEqual(Date.parse('2026-03-01T09:59:30Z'));
  expect(await stream.rest()).toEqual([]);
});
