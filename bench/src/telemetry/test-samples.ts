import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CALLS, FAULTS, type Point, SERVICES, simulate } from './test-shop.ts';

const START = Date.UTC(2026, 2, 1, 10, 0, 0);

/** Writes a small simulated case in each layout the readers know, so that they can be tried without the data sets. */
export function writeSamples(directory: string): void {
  const write = (path: string, lines: readonly string[]): void => {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${lines.join('\n')}\n`);
  };
  const places = ['orders', 'cart-db', 'quotes'];
  for (const [index, fault] of FAULTS.entries()) {
    const at = places[index] ?? 'orders';
    const points = simulate({ seed: index + 1, fault, at, before: 40, after: 20 });
    writeRcd(write, `${at}_${fault.toUpperCase()}`, points);
    writeRcaEval(write, `${at}_${fault}`, points);
  }
  writePetshop(write, simulate({ seed: 7, fault: 'delay', at: 'payment', before: 24, after: 6 }));
  writeNezha(write, simulate({ seed: 9, fault: 'delay', at: 'shipping', before: 6, after: 3 }));
}

type Write = (path: string, lines: readonly string[]) => void;
type Run = ReadonlyMap<string, readonly Point[]>;

const COLUMNS: readonly (readonly [string, (point: Point) => number])[] = [
  ['cpu', ({ cpu }) => cpu],
  ['mem', ({ memory }) => memory],
  ['latency-50', ({ latency }) => latency * 0.8],
  ['latency-90', ({ latency }) => latency],
  ['load', ({ rate }) => rate],
];

function table(points: Run, times: (index: number) => string, from: number, to: number): string[] {
  const header = ['time', ...SERVICES.flatMap((name) => COLUMNS.map(([suffix]) => `${name}_${suffix}`))];
  const rows = Array.from({ length: to - from }, (_, offset) => {
    const index = from + offset;
    const cells = SERVICES.flatMap((name) => COLUMNS.map(([, value]) => text(value(at(points, name, index)))));
    return [times(index), ...cells].join(',');
  });
  return [header.join(','), ...rows];
}

function writeRcd(write: Write, pair: string, points: Run): void {
  const time = (index: number): string => String(index);
  write(`rcd/${pair}/1/normal.csv`, table(points, time, 0, 40));
  write(`rcd/${pair}/1/anomalous.csv`, table(points, time, 40, 60));
}

function writeRcaEval(write: Write, pair: string, points: Run): void {
  const seconds = (index: number): string => String(START / 1000 + index * 15);
  write(`rcaeval/${pair}/1/data.csv`, table(points, seconds, 0, 60));
  write(`rcaeval/${pair}/1/inject_time.txt`, [seconds(40)]);
}

function writePetshop(write: Write, points: Run): void {
  const matrix = SERVICES.map((caller) =>
    [
      caller,
      ...SERVICES.map((callee) => (CALLS.some(([from, to]) => from === caller && to === callee) ? '1' : '0')),
    ].join(','),
  );
  write('petshop/low_traffic/graph.csv', [['', ...SERVICES].join(','), ...matrix]);
  const kinds = [
    ['latency', 'p50', ({ latency }: Point): number => latency * 0.8],
    ['latency', 'p95', ({ latency }: Point): number => latency],
    ['requests', 'Sum', ({ rate }: Point): number => rate * 300],
    ['availability', 'Average', (): number => 100],
  ] as const;
  const columns = SERVICES.flatMap((name) => kinds.map((kind) => ({ name, kind })));
  const rows = (from: number, to: number): string[] => [
    ['', ...columns.map(({ name }) => name)].join(','),
    ['', ...columns.map(({ kind }) => kind[0])].join(','),
    ['', ...columns.map(({ kind }) => kind[1])].join(','),
    ...Array.from({ length: to - from }, (_, offset) =>
      [
        String(START / 1000 + (from + offset) * 300),
        ...columns.map(({ name, kind }) => text(kind[2](at(points, name, from + offset)))),
      ].join(','),
    ),
  ];
  write('petshop/low_traffic/noissue/metrics.csv', rows(0, 24));
  write('petshop/low_traffic/test/issue0/metrics.csv', rows(24, 30));
  const target = { target: { node: 'front', metric: 'latency' }, root_cause: { node: 'payment', metric: 'latency' } };
  write('petshop/low_traffic/test/issue0/target.json', [JSON.stringify(target)]);
}

function writeNezha(write: Write, points: Run): void {
  const day = '2026-03-01';
  const injected = START + 6 * 60_000;
  const pod = (name: string): string => `${name}-7d9c5b6f4-x2k9q`;
  const fault = {
    inject_time: `${day} 10:06:00`,
    inject_timestamp: String(injected / 1000),
    inject_pod: pod('shipping'),
    inject_type: 'network_delay',
  };
  write(`nezha/${day}/${day}-fault_list.json`, [JSON.stringify({ '10': [fault] })]);
  for (const name of SERVICES) {
    const header =
      'Time,TimeStamp,PodName,CpuUsage(m),MemoryUsage(Mi),PodServerLatencyP95(s),PodWorkload(Ops),PodSuccessRate(%)';
    const rows = Array.from({ length: 9 }, (_, index) => {
      const { cpu, memory, latency, rate } = at(points, name, index);
      const time = START + index * 60_000;
      return [
        new Date(time).toISOString(),
        String(time / 1000),
        pod(name),
        text(cpu * 1000),
        text(memory / 2 ** 20),
        text(latency),
        text(rate),
        '100',
      ].join(',');
    });
    write(`nezha/${day}/metric/${pod(name)}_metric.csv`, [header, ...rows]);
  }
  for (let index = 0; index < 9; index++) {
    const name = `10_${String(index).padStart(2, '0')}`;
    const spans = Array.from({ length: 8 }, (_, number) => traceOf(points, index, `${name}-${number}`, pod)).flat();
    write(`nezha/${day}/trace/${name}_trace.csv`, [
      'TraceID,SpanID,ParentID,PodName,OperationName,StartTimeUnixNano,EndTimeUnixNano,Duration',
      ...spans,
    ]);
    write(`nezha/${day}/log/${name}_log.csv`, [
      'Timestamp,TimeUnixNano,Node,PodName,Container,TraceID,SpanID,Log',
      `${name},${(START + index * 60_000) * 1_000_000},n1,${pod('front')},main,t,s,request served`,
    ]);
  }
}

function traceOf(points: Run, index: number, trace: string, pod: (name: string) => string): string[] {
  const lines: string[] = [];
  const visit = (name: string, parent: string, start: number): void => {
    const span = `${trace}-${name}`;
    const end = start + at(points, name, index).latency * 1000;
    lines.push(
      [trace, span, parent, pod(name), `serve ${name}`, nanos(start), nanos(end), nanos(end - start)].join(','),
    );
    let next = start + 0.5;
    for (const [, callee] of CALLS.filter(([caller]) => caller === name)) {
      visit(callee, span, next);
      next += at(points, callee, index).latency * 1000;
    }
  };
  visit('front', 'root', START + index * 60_000 + Number(trace.split('-')[1] ?? 0) * 700);
  return lines;
}

function at(points: Run, name: string, index: number): Point {
  const point = points.get(name)?.[index];
  if (!point) throw new Error(`no sample ${index} of ${name}`);
  return point;
}

function nanos(millis: number): string {
  return String(Math.round(millis * 1000) * 1000);
}

function text(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : value.toFixed(4);
}
