import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { describe, expect, it } from 'vitest';
import { type EventDraft, renderEvents } from './events.ts';
import { formatJson } from './format-json.ts';
import { counter, during, ramp } from './metrics.ts';
import { crashRuns } from './pod-states/crash.ts';
import { aggregatedCount } from './pod-states/parts.ts';
import { contentSuffix, createRandom } from './random.ts';
import { createScene } from './scene.ts';

describe('formatJson', () => {
  it('sorts keys, keeps short values on one line and drops undefined', () => {
    expect(formatJson({ b: 1, a: [1, 'x'], c: undefined })).toBe('{ "a": [1, "x"], "b": 1 }\n');
  });

  it('breaks what is long and stays JSON', () => {
    const value = { list: Array.from({ length: 80 }, (_, index) => [index, 'value']), text: 'x'.repeat(200) };
    const text = formatJson(value);
    expect(JSON.parse(text)).toEqual(value);
    expect(text.split('\n').length).toBeGreaterThan(5);
  });
});

describe('createRandom', () => {
  it('answers a key the same way whatever was asked before', () => {
    const first = createRandom('seed');
    const second = createRandom('seed');
    second.int('other', 0, 9);
    expect(second.uuid('pod')).toBe(first.uuid('pod'));
    expect(first.uuid('pod')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(createRandom('other').uuid('pod')).not.toBe(first.uuid('pod'));
  });

  it('stays inside its bounds and loses nothing when it shuffles', () => {
    const random = createRandom('bounds');
    const drawn = Array.from({ length: 300 }, (_, index) => random.int(`k${index}`, 3, 5));
    expect(new Set(drawn)).toEqual(new Set([3, 4, 5]));
    const list = Array.from({ length: 50 }, (_, index) => index);
    expect(random.shuffled('s', list)).not.toEqual(list);
    expect(random.shuffled('s', list).sort((left, right) => left - right)).toEqual(list);
  });

  it('makes names of the alphabet Kubernetes uses', () => {
    expect(contentSuffix('template', 10)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{10}$/);
  });
});

describe('crashRuns', () => {
  it('restarts at once, then after 10, 20, 40 seconds, at last every five minutes', () => {
    const starts = crashRuns(0, 40 * MINUTE, { ran: 2 }).map(({ from }) => from / SECOND);
    expect(starts.slice(0, 6)).toEqual([0, 3, 15, 37, 79, 161]);
    const last = starts.slice(-2);
    expect((last[1] ?? 0) - (last[0] ?? 0)).toBe(302);
  });

  it('lets a container run until the fault begins', () => {
    const [first, second] = crashRuns(0, 20 * MINUTE, { ran: 5, since: 10 * MINUTE });
    expect(first).toEqual({ from: 0, to: 10 * MINUTE });
    expect(second?.from).toBe(10 * MINUTE + SECOND);
  });
});

describe('events', () => {
  const scene = createScene('events', 1, { cluster: { eventsApi: 'v1' } });
  const draft: EventDraft = {
    about: { apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'a' },
    type: 'Warning',
    reason: 'BackOff',
    message: 'm',
    count: 4,
    first: scene.before(20),
    last: scene.before(1),
    component: 'kubelet',
    host: 'n1',
  };

  it('of the kubelet carry a count, of the scheduler a series', () => {
    const [kubelet] = renderEvents(scene, [draft]);
    expect(kubelet).toMatchObject({ count: 4, eventTime: null, source: { component: 'kubelet', host: 'n1' } });
    const [scheduler] = renderEvents(scene, [{ ...draft, component: 'default-scheduler' }]);
    expect(scheduler).toMatchObject({ firstTimestamp: null, series: { count: 4 } });
  });

  it('take the shape of the newer API where the cluster records that', () => {
    const newer = createScene('events', 1, { cluster: { eventsApi: 'events.k8s.io/v1' } });
    const [event] = renderEvents(newer, [draft]);
    expect(event).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      note: 'm',
      regarding: { name: 'a' },
      deprecatedCount: 4,
    });
  });

  it('are forgotten after an hour', () => {
    expect(renderEvents(scene, [{ ...draft, first: scene.before(90), last: scene.before(61) }])).toEqual([]);
  });

  it('stop counting one by one after 25', () => {
    expect(aggregatedCount(0, 24 * 12 * SECOND, 12)).toBe(25);
    expect(aggregatedCount(0, 60 * MINUTE, 12)).toBeLessThan(40);
  });
});

describe('series', () => {
  it('of a counter only grow, but for the reset of a restart', () => {
    const scene = createScene('series', 1);
    const reset = scene.before(20);
    const { samples } = counter(scene, 'x_total', {}, { rate: () => 2, resets: [reset] });
    const falls = samples.filter(([, value], index) => index > 0 && value < (samples[index - 1]?.[1] ?? 0));
    expect(falls).toHaveLength(1);
    expect(falls[0]?.[0]).toBeGreaterThanOrEqual(reset);
  });

  it('return to normal once the fault is repaired', () => {
    const scene = createScene('series', 1, { repaired: true });
    const shape = during(scene, scene.before(20), { normal: () => 1, faulty: () => 9 });
    expect([scene.before(30), scene.before(10), scene.now].map(shape)).toEqual([1, 9, 1]);
  });

  it('may climb in a line', () => {
    const shape = ramp(0, 100, [10, 20]);
    expect([-5, 50, 200].map(shape)).toEqual([10, 15, 20]);
  });
});
