import { compareText } from '@headwater/core/subject.ts';
import type { Series } from '../snapshot/input.ts';
import { ALERT_EXPRESSION } from './alert-series.ts';
import type { Family } from './families/family.ts';

/** The series a signal was made from, and how. */
export interface SignalSource {
  readonly family: Family;
  readonly metric: string;
  readonly series: readonly Series[];
  /** What it was divided by, where it is a share. */
  readonly below: readonly Series[];
}

// A selector somebody reads; beyond this the values are left open.
const MAX_VALUES = 12;
// Two scrapes at the usual intervals lie within it, with room for one that failed.
const RATE_WINDOW = '5m';
const FOLDS = { sum: 'sum', mean: 'avg', max: 'max', min: 'min' } as const;

/** A selector of exactly these series' labels, to paste into Prometheus; of an alert's own rule, its expression. */
export function seriesPromql({ labels }: Series): string {
  const { __name__: name = '', ...rest } = labels;
  if (name === ALERT_EXPRESSION) return rest['expression'] ?? '';
  const sorted = Object.entries(rest).sort(([left], [right]) => compareText(left, right));
  return `${name}${matchers(sorted.map(([key, value]) => `${key}=${quoted(value)}`))}`;
}

/** The PromQL that gives a signal, to paste into Prometheus; null where its source holds no series. */
export function signalPromql({ family, series, below }: SignalSource): string | null {
  if (series.length === 0) return null;
  const top = foldOf(family, selectorOf(series), family.over ? 'sum' : family.fold);
  return adjusted(family, family.over && below.length > 0 ? divided(family, { top, series, below }) : top);
}

function divided(
  family: Family,
  { top, series, below }: { top: string; series: readonly Series[]; below: readonly Series[] },
): string {
  if (!family.pairwise) return `${top} / ${foldOf(family, selectorOf(below), 'sum')}`;
  // The fullest filesystem is the one with the least share free.
  const fold = family.complement && family.fold === 'max' ? 'min' : FOLDS[family.fold];
  return `${fold}(${read(family, selectorOf(series))} / ${read(family, selectorOf(below))})`;
}

function foldOf(family: Family, selector: string, fold: Family['fold']): string {
  if (family.shape === 'buckets')
    return `histogram_quantile(${family.q ?? 0.5}, sum by (le) (rate(${selector}[${RATE_WINDOW}])))`;
  return `${FOLDS[fold]}(${read(family, selector)})`;
}

function read({ shape }: Family, selector: string): string {
  return shape === 'gauge' ? selector : `rate(${selector}[${RATE_WINDOW}])`;
}

function adjusted({ factor = 1, complement, absolute }: Family, text: string): string {
  const scaled = factor === 1 ? text : `${text} * ${factor}`;
  const positive = absolute ? `abs(${scaled})` : scaled;
  return complement ? `1 - ${positive}` : positive;
}

/** Matchers that hold for every series: labels with one value, or with few. */
function selectorOf(series: readonly Series[]): string {
  const names = distinct(series, '__name__');
  const keys = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort(compareText);
  const found = keys.flatMap((key) => {
    if (key === '__name__' || key === 'le') return [];
    const values = distinct(series, key);
    const [only = ''] = values;
    if (values.length === 1) return [`${key}=${quoted(only)}`];
    return values.length <= MAX_VALUES ? [`${key}=~${quoted(values.map(escaped).join('|'))}`] : [];
  });
  const [name = ''] = names;
  return names.length === 1
    ? `${name}${matchers(found)}`
    : matchers([`__name__=~${quoted(names.join('|'))}`, ...found]);
}

function distinct(series: readonly Series[], key: string): string[] {
  return [...new Set(series.map(({ labels }) => labels[key] ?? ''))].sort(compareText);
}

function matchers(list: readonly string[]): string {
  return list.length === 0 ? '' : `{${list.join(', ')}}`;
}

function escaped(value: string): string {
  return value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
