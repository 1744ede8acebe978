import { describe, expect, it } from 'vitest';
import { parseShape } from '../shape.ts';
import { SignalMapping, SignalMappings } from './mapping.ts';
import { readMapped } from './read-mapped.ts';

const NOW = Date.parse('2026-03-01T10:00:00Z');
const mapping = SignalMapping.parse({
  name: 'uptime',
  list: '/checks',
  alertname: 'Uptime{/kind}',
  severity: '{/level}',
  namespace: '{/target/ns}',
  cluster: '{/target/cluster}',
  identity: '{/id}',
  status: { at: '/up', resolved: ['true'] },
  startsAt: '/since',
  endsAt: '/until',
  url: 'https://uptime.example/{/id}',
  labels: { service: '{/target/svc}', 'first/tag': '{/tags/0}' },
  annotations: { summary: '{/message} ({/kind})' },
});
const check = {
  id: 7,
  kind: 'Http',
  level: 'error',
  up: false,
  since: 1_772_358_000,
  message: 'no answer',
  target: { ns: 'shop', svc: 'cart', cluster: '' },
  tags: ['a', 'b'],
};

function read(body: unknown, by = mapping) {
  const reading = readMapped(by, body, NOW);
  return reading.ok ? reading.body.alerts : reading.faults;
}

describe('a mapping', () => {
  it('makes alerts of foreign JSON', () => {
    expect(read({ checks: [check] })).toMatchObject([
      {
        status: 'firing',
        labels: { alertname: 'UptimeHttp', severity: 'error', namespace: 'shop', service: 'cart', 'first/tag': 'a' },
        annotations: { summary: 'no answer (Http)' },
        startsAt: 1_772_358_000_000,
        endsAt: null,
        generatorUrl: 'https://uptime.example/7',
      },
    ]);
  });

  it('knows an alert again by its identity, whatever else changed', () => {
    const [first, second, third] = ['no answer', 'slow', 'slow'].map((message, index) => {
      const [alert] = read({
        checks: [{ ...check, message, level: message, up: message === 'slow', id: index < 2 ? 7 : 8 }],
      });
      return alert && 'fingerprint' in alert ? alert : undefined;
    });
    expect(second).toMatchObject({ status: 'resolved', fingerprint: first?.fingerprint });
    expect(third?.fingerprint).not.toBe(first?.fingerprint);
  });

  it('takes the body itself for the alert without a list, and seconds, milliseconds and RFC 3339 for times', () => {
    const { list: _, ...single } = mapping;
    for (const since of [1_772_358_000, 1_772_358_000_000, '1772358000', '2026-03-01T09:40:00Z']) {
      expect(read({ ...check, since }, single)).toMatchObject([{ startsAt: 1_772_358_000_000 }]);
    }
  });

  it.each([
    [{}, '/checks', 'found nothing; expected a list'],
    [
      { checks: [check, { ...check, since: 'soon' }] },
      '/checks/1/since',
      'found the text "soon"; expected an RFC 3339 time, or seconds or milliseconds since 1970',
    ],
    [
      { checks: [{ ...check, since: 1_872_358_000 }] },
      '/checks/0/since',
      'found 2029-05-01T19:26:40Z; expected a start that has come by 2026-03-01T10:00:00Z',
    ],
  ])('refuses %j at %s', (body, pointer, detail) => {
    expect(read(body)).toEqual([{ pointer, detail }]);
  });

  it('refuses an alert without a name', () => {
    const named = SignalMapping.parse({ name: 'x', alertname: '{/title}' });
    expect(read({}, named)).toEqual([{ pointer: '/title', detail: "found nothing; expected the alert's name" }]);
  });

  it('reads no more of an object than it holds itself', () => {
    const sly = SignalMapping.parse({ name: 'x', alertname: 'A{/__proto__}{/constructor/name}' });
    expect(read({}, sly)).toMatchObject([{ labels: { alertname: 'A' } }]);
  });
});

it.each([
  [{ name: 'Up', alertname: 'a' }, 'name'],
  [{ name: 'a', alertname: '{title}' }, 'alertname'],
  [{ name: 'a', alertname: 'x{/a' }, 'alertname'],
  [{ name: 'a', alertname: 'a', startsAt: 'when' }, 'startsAt'],
  [{ name: 'a', alertname: 'a', titel: 'x' }, ''],
  [{ name: 'a' }, 'alertname'],
])('refuses the mapping %j at %s', (given, place) => {
  const parsed = parseShape(SignalMapping, given);
  expect(parsed.ok ? [] : parsed.errors.map(({ path }) => path.join('.'))).toEqual([place]);
});

it('refuses two mappings of one name', () => {
  const twice = parseShape(SignalMappings, [
    { name: 'a', alertname: 'x' },
    { name: 'a', alertname: 'y' },
  ]);
  expect(twice.ok ? [] : twice.errors.map(({ path }) => path)).toEqual([[1, 'name']]);
});
