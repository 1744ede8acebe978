import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@headwater/core/errors.ts';
import { MINUTE, SECOND } from '@headwater/core/time.ts';
import { LogDigester } from '@headwater/diagnosis/logs/digest.ts';
import type { LogStream, Span } from '@headwater/diagnosis/snapshot/input.ts';
import { readRecords, readRows } from './csv.ts';
import { NAMESPACE, type TelemetryCase } from './telemetry-case.ts';
import { wideTable } from './wide-table.ts';

const TABLES = ['simple_metrics.csv', 'metrics.csv', 'data.csv'];
/** Hours were recorded; a diagnosis looks at the surroundings of its incident. */
const BEFORE = 20 * MINUTE;
const AFTER = 10 * MINUTE;

/** The layout of RCAEval: `<service>_<fault>/<n>/` with a wide metrics table, `inject_time.txt`, and for RE2 and RE3 `logs.csv` and `traces.csv`. */
export function* readRcaEval(directory: string): Generator<TelemetryCase> {
  for (const pair of readdirSync(directory).sort()) {
    const [, truth = '', group = ''] = /^(.+)_([A-Za-z0-9]+)$/.exec(pair) ?? [];
    if (truth === '') continue;
    for (const run of readdirSync(join(directory, pair)).sort()) {
      const folder = join(directory, pair, run);
      const table = TABLES.map((name) => join(folder, name)).find((file) => existsSync(file));
      if (table) yield readCase({ folder, table, id: `${pair}/${run}`, truth, group });
    }
  }
}

interface CaseFolder extends Pick<TelemetryCase, 'id' | 'truth' | 'group'> {
  readonly folder: string;
  readonly table: string;
}

function readCase({ folder, table, ...names }: CaseFolder): TelemetryCase {
  const injected = injectTime(join(folder, 'inject_time.txt'));
  const [header = [], ...rows] = readRows(table);
  const clock = header.indexOf('time');
  if (clock < 0) throw new AppError('invalid', `${table}: expected a column time with seconds since 1970`);
  const near = rows.filter((row) => isNear(Number(row[clock]) * SECOND, injected));
  const times = near.map((row) => Number(row[clock]) * SECOND);
  return {
    ...names,
    injected,
    now: times.at(-1) ?? injected,
    ...wideTable(header, near, times),
    spans: spansOf(join(folder, 'traces.csv'), injected),
    logs: logsOf(join(folder, 'logs.csv'), injected),
  };
}

function injectTime(file: string): number {
  const seconds = existsSync(file) ? Number(readFileSync(file, 'utf8').trim()) : Number.NaN;
  if (!Number.isFinite(seconds))
    throw new AppError('invalid', `${file}: expected the time of injection in seconds since 1970`);
  return seconds * SECOND;
}

function isNear(time: number, injected: number): boolean {
  return time >= injected - BEFORE && time <= injected + AFTER;
}

function spansOf(file: string, injected: number): Span[] {
  if (!existsSync(file)) return [];
  return readRecords(file).flatMap((row): Span[] => {
    const start = Number(row['startTimeMillis'] || Number(row['startTime']) / 1000);
    if (!isNear(start, injected)) return [];
    const status = row['statusCode'] ?? '';
    return [
      {
        traceId: row['traceID'] ?? '',
        spanId: row['spanID'] ?? '',
        parentSpanId: row['parentSpanID'] || null,
        service: row['serviceName'] ?? '',
        name: row['operationName'] || row['methodName'] || '',
        kind: 'server',
        start,
        // Jaeger counts microseconds.
        durationMs: Number(row['duration']) / 1000,
        error: /^5|^(?:[1-9]|1[0-6])$|error/i.test(status),
        statusMessage: status,
        attributes: {},
        resource: { 'k8s.namespace.name': NAMESPACE, 'k8s.deployment.name': row['serviceName'] ?? '' },
      },
    ];
  });
}

function logsOf(file: string, injected: number): LogStream[] {
  if (!existsSync(file)) return [];
  const digesters = new Map<string, LogDigester>();
  for (const row of readRecords(file)) {
    const time = Number(row['timestamp']) / 1_000_000 || Number(row['time']) * SECOND;
    const service = row['container_name'] ?? '';
    if (service === '' || !isNear(time, injected)) continue;
    const digester =
      digesters.get(service) ??
      new LogDigester({ namespace: NAMESPACE, pod: `${service}-0`, container: service, previous: false });
    digesters.set(service, digester);
    digester.push(`${new Date(time).toISOString()} ${row['message'] ?? ''}`);
  }
  return [...digesters.values()].map((digester) => digester.finish());
}
