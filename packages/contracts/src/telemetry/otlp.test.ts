import { describe, expect, it } from 'vitest';
import { hexId, otlpAnswer, readSpans } from './otlp.ts';

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';

function batch(span: object, name = 'checkout', key = 'scopeSpans'): object {
  return {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] },
    [key]: [{ spans: [{ traceId: TRACE, spanId: SPAN, startTimeUnixNano: '1772359200000000000', ...span }] }],
  };
}

const full = batch({
  parentSpanId: 'eee19b7ec3c1b173',
  name: 'POST /pay',
  kind: 3,
  endTimeUnixNano: '1772359200250500000',
  attributes: [
    { key: 'http.status_code', value: { intValue: '503' } },
    { key: 'retry', value: { boolValue: false } },
    { key: 'tags', value: { arrayValue: { values: [{ stringValue: 'a' }, { doubleValue: 1.5 }] } } },
    { key: 'map', value: { kvlistValue: { values: [{ key: 'k', value: { stringValue: 'v' } }] } } },
  ],
  status: { code: 2, message: 'deadline exceeded' },
});

describe('reads', () => {
  it('every field of a span', () => {
    expect(readSpans({ resourceSpans: [full] })).toEqual({
      rejected: [],
      spans: [
        {
          traceId: TRACE,
          spanId: SPAN,
          parentSpanId: 'eee19b7ec3c1b173',
          service: 'checkout',
          name: 'POST /pay',
          kind: 'client',
          start: 1_772_359_200_000,
          durationMs: 250.5,
          error: true,
          statusMessage: 'deadline exceeded',
          attributes: { 'http.status_code': '503', retry: 'false', tags: '[a,1.5]', map: '{"k":"v"}' },
          resource: { 'service.name': 'checkout' },
        },
      ],
    });
  });

  it.each([
    ['a Tempo trace', { batches: [batch({})] }],
    ['a Tempo v2 answer', { trace: { resourceSpans: [batch({})] } }],
    ['the older name of scopes', { batches: [batch({}, 'checkout', 'instrumentationLibrarySpans')] }],
    ['a list of answers', [{ resourceSpans: [batch({})] }]],
    ['base64 ids', { batches: [batch({ traceId: 'W47/95gDgQPSabYzgT/GDA==', spanId: '7uGbfsPBsXQ=' })] }],
    ['times as numbers', { batches: [batch({ startTimeUnixNano: 1772359200000000000 })] }],
  ])('%s', (_, answer) => {
    const { spans, rejected } = readSpans(answer);
    expect(rejected).toEqual([]);
    expect(spans).toMatchObject([
      { traceId: TRACE, spanId: SPAN, parentSpanId: null, start: 1_772_359_200_000, kind: 'internal' },
    ]);
  });

  it('kinds and status codes by name', () => {
    const { spans } = readSpans({
      batches: [batch({ kind: 'SPAN_KIND_CONSUMER', status: { code: 'STATUS_CODE_ERROR' } })],
    });
    expect(spans[0]).toMatchObject({ kind: 'consumer', error: true });
  });
});

it('names broken spans and keeps the rest', () => {
  const answer = { resourceSpans: [batch({ traceId: '' }), batch({ startTimeUnixNano: 'soon' }), 7, batch({})] };
  const { spans, rejected } = readSpans(answer);
  expect(spans).toHaveLength(1);
  expect(rejected.map(({ what, expected }) => `${what}; ${expected}`)).toEqual([
    'found an empty text at resourceSpans[0].scopeSpans[0].spans[0].traceId; an id in hexadecimal or base64',
    'found the text "soon" at resourceSpans[1].scopeSpans[0].spans[0].startTimeUnixNano; nanoseconds since the epoch',
    'found the number 7 at resourceSpans[2]; an object with resource and scopeSpans',
  ]);
  expect(readSpans({ traces: [] }).rejected[0]?.expected).toBe(
    'OTLP/JSON with resourceSpans, or a Tempo trace with batches',
  );
});

it.each([
  ['ABCDEF0123456789', 16, 'abcdef0123456789'],
  ['1f', 16, '000000000000001f'],
  ['AAAAAAAAAAE=', 16, '0000000000000001'],
  ['0000000000000000', 16, undefined],
  ['', 16, undefined],
  ['not an id', 16, undefined],
  [42, 16, undefined],
])('turns the id %j into hexadecimal of %i digits', (id, length, hex) => {
  expect(hexId(id, length)).toBe(hex);
});

it('writes what it reads', () => {
  const { spans } = readSpans({
    resourceSpans: [full, batch({ spanId: '01', endTimeUnixNano: '1772359200000999999' }, 'cart')],
  });
  const again = readSpans(otlpAnswer(spans)).spans;
  expect(again.map(({ durationMs, ...span }) => ({ ...span, durationMs: durationMs.toFixed(3) }))).toEqual(
    spans.map(({ durationMs, ...span }) => ({ ...span, durationMs: durationMs.toFixed(3) })),
  );
});
