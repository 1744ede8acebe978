import { expect, it } from 'vitest';
import { formatSample, matrixAnswer, readMatrix, sampleValue } from './prometheus.ts';

const series = {
  metric: { __name__: 'up', job: 'web' },
  values: [
    [20, '0'],
    [10.5, '1'],
  ],
};
const wanted = {
  labels: { __name__: 'up', job: 'web' },
  samples: [
    [10_500, 1],
    [20_000, 0],
  ],
};

it.each([
  ['a whole answer', { status: 'success', data: { resultType: 'matrix', result: [series] } }],
  ['its data', { resultType: 'matrix', result: [series] }],
  ['its result', [series]],
])('reads %s, samples in time order and in milliseconds', (_, answer) => {
  expect(readMatrix(answer)).toEqual({ series: [wanted], rejected: [] });
});

it('reads an instant vector as series of one sample', () => {
  const answer = { data: { resultType: 'vector', result: [{ metric: { a: 'b' }, value: [1, '2.5'] }] } };
  expect(readMatrix(answer).series).toEqual([{ labels: { a: 'b' }, samples: [[1_000, 2.5]] }]);
});

it('drops NaN, keeps infinity, and names broken samples and series but keeps the rest', () => {
  const answer = {
    data: {
      resultType: 'matrix',
      result: [
        { metric: { __name__: 'x' }, values: [[1, 'NaN'], [2, '+Inf'], [3, 'ten'], [4], [5, '-Inf'], ['6', '7']] },
        { metric: 'up', values: [] },
        { metric: {}, values: 3 },
      ],
    },
  };
  const { series: read, rejected } = readMatrix(answer);
  expect(read).toEqual([
    {
      labels: { __name__: 'x' },
      samples: [
        [2_000, Infinity],
        [5_000, -Infinity],
        [6_000, 7],
      ],
    },
  ]);
  expect(rejected.map(({ what, expected }) => `${what}; ${expected}`)).toEqual([
    'found a list at data.result[0].values[2]; a pair [seconds, "value"]',
    'found a list at data.result[0].values[3]; a pair [seconds, "value"]',
    'found the text "up" at data.result[1].metric; an object of labels',
    'found the number 3 at data.result[2].values; a list of [seconds, "value"] pairs',
  ]);
});

it.each([
  [{ status: 'error', error: 'query timed out' }, 'found the error answer "query timed out"'],
  [
    { status: 'success', data: { resultType: 'scalar', result: [1, '2'] } },
    'found the text "scalar" at data.resultType',
  ],
  [{ items: [] }, 'found an object'],
  ['text', 'found the text "text"'],
])('says what %j is instead', (answer, what) => {
  expect(readMatrix(answer)).toMatchObject({ series: [], rejected: [{ what }] });
});

it('writes what it reads', () => {
  const { series: read } = readMatrix([series]);
  expect(readMatrix(matrixAnswer(read)).series).toEqual(read);
  for (const value of [0, 1e-9, 12345678.25, Infinity, -Infinity, Number.NaN]) {
    expect(sampleValue(formatSample(value))).toBe(value);
  }
});
