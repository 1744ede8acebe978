import { MINUTE, type Millis, SECOND } from '@headwater/core/time.ts';
import type { LogStyleName } from './plan.ts';
import type { Scene } from './scene.ts';

/** When a line was printed, in milliseconds; `order` keeps lines of one moment apart. */
interface Moment {
  readonly time: Millis;
  readonly order?: number;
}

/** One line as `kubectl logs --timestamps` prints it. */
export function logLine(scene: Scene, key: string, { time, order = 0 }: Moment, text: string): string {
  const nanos = 100_000 + Math.min(order, 800) * 1_000 + scene.random.int(`nanos/${key}/${time}`, 0, 999);
  return `${milliStamp(time).slice(0, -1)}${nanos}Z ${text}`;
}

function milliStamp(time: Millis): string {
  return new Date(time).toISOString();
}

export interface LifeOptions {
  readonly key: string;
  readonly from: Millis;
  readonly to: Millis;
  /** How long a whole life takes; an instance that is still young has printed only part. Default: until `to`. */
  readonly fullLife?: number;
  /** What one instance prints from start to end; `{time}` is the line's own time. */
  readonly says: readonly string[];
  /** Then the last line again, every so many milliseconds. */
  readonly repeatEvery?: number;
}

/** The log of one container instance. */
export function lifeLog(scene: Scene, options: LifeOptions): string[] {
  const { from, to, says } = options;
  const life = options.repeatEvery ? says.length * SECOND : Math.min(options.fullLife ?? to - from, 90 * SECOND);
  const step = life / Math.max(1, says.length);
  const lines: string[] = [];
  for (const [index, text] of says.entries()) {
    const time = Math.floor(from + step * (index + 0.5));
    if (time <= to) lines.push(line(scene, options.key, time, text));
  }
  if (!options.repeatEvery) return lines;
  const last = says.at(-1) ?? '';
  for (let time = from + life; time <= to; time += options.repeatEvery)
    lines.push(line(scene, options.key, time, last));
  return lines.length > 60 ? [...lines.slice(0, 5), ...lines.slice(-55)] : lines;
}

function line(scene: Scene, key: string, time: Millis, text: string): string {
  return logLine(scene, key, { time }, text.replaceAll('{time}', milliStamp(time)));
}

export type Level = 'debug' | 'info' | 'warn' | 'error';

export interface Utterance {
  readonly level: Level;
  readonly message: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  /** Lines printed raw after it, such as a stack trace. */
  readonly trace?: readonly string[];
}

/** A line every `every` seconds while `from` <= time < `to`, or once `at` a time. */
export interface Chatter {
  readonly every: number;
  readonly at?: Millis | undefined;
  readonly from?: Millis | undefined;
  readonly to?: Millis | undefined;
  readonly say: (time: Millis, index: number) => Utterance;
}

export interface ChatterOptions {
  readonly style: LogStyleName;
  readonly app: string;
  readonly pod: string;
  readonly from: Millis;
  readonly to: Millis;
  readonly chatter: readonly Chatter[];
  /** Default 40, as `--tail` keeps them. */
  readonly limit?: number;
}

/** A running application's log: several kinds of lines, each at its own pace, in time order. */
export function chatterLog(scene: Scene, options: ChatterOptions): string[] {
  const spoken: { time: Millis; order: number; text: string }[] = [];
  const speak = (second: Millis, kind: number, utterance: Utterance): void => {
    const time = second + scene.random.int(`millis/${options.pod}/${kind}/${second}`, 100, 999);
    for (const [order, text] of write(options, time, utterance).entries()) spoken.push({ time, order, text });
  };
  for (const [kind, source] of options.chatter.entries()) {
    if (source.at !== undefined) {
      if (source.at >= options.from && source.at < options.to - SECOND)
        speak(source.at, kind, source.say(source.at, 0));
      continue;
    }
    const start = Math.max(options.from, source.from ?? options.from);
    // A whole second before the end: the line's own milliseconds must not lie in the future.
    const end = Math.min(options.to, source.to ?? options.to) - SECOND;
    let index = 0;
    const first = start + offset(scene, `${options.pod}/${kind}`, source.every);
    for (let time = first; time < end; time += source.every * SECOND) {
      const jitter = scene.random.int(`jitter/${options.pod}/${kind}/${index}`, 0, Math.floor(source.every / 4));
      const at = Math.min(time + jitter * SECOND, end);
      speak(at, kind, source.say(at, index));
      index++;
    }
  }
  spoken.sort((left, right) => left.time - right.time || left.order - right.order);
  return spoken.slice(-(options.limit ?? 40)).map(({ text, ...moment }) => logLine(scene, options.pod, moment, text));
}

function offset(scene: Scene, key: string, every: number): number {
  return scene.random.int(`offset/${key}`, 1, Math.max(1, every - 1)) * SECOND;
}

function write({ style, app, pod }: ChatterOptions, time: Millis, utterance: Utterance): string[] {
  return [styled(style, { ...utterance, app, pod, time: milliStamp(time), millis: time }), ...(utterance.trace ?? [])];
}

interface Styled extends Utterance {
  readonly app: string;
  readonly pod: string;
  readonly time: string;
  readonly millis: number;
}

const PINO_LEVELS: Readonly<Record<Level, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

function styled(style: LogStyleName, said: Styled): string {
  const { level, message, time, fields = {} } = said;
  if (style === 'json') return JSON.stringify({ level, ts: time, logger: said.app, msg: message, ...fields });
  if (style === 'pino')
    return JSON.stringify({
      level: PINO_LEVELS[level],
      time: said.millis,
      pid: 1,
      hostname: said.pod,
      ...fields,
      msg: message,
    });
  const tail = Object.entries(fields)
    .map(([key, value]) => ` ${key}=${value}`)
    .join('');
  if (style === 'logfmt') return `time=${time} level=${level.toUpperCase()} msg=${JSON.stringify(message)}${tail}`;
  if (style === 'python')
    return `${time.replace('T', ' ').replace('Z', '').replace('.', ',')} ${level === 'warn' ? 'WARNING' : level.toUpperCase()} [${said.app}] ${message}${tail}`;
  if (style === 'spring')
    return `${time}  ${level.toUpperCase().padStart(5)} 1 --- [${said.app}] [nio-8080-exec-${1 + (said.millis % 9)}] c.e.${said.app.replaceAll('-', '.')}.RequestLog : ${message}${tail}`;
  return message;
}

/** Ordinary request lines of a service. */
export function requestChatter(scene: Scene, key: string, paths: readonly string[]): Chatter {
  return {
    every: 150,
    say: (time, index) => ({
      level: 'info',
      message: 'request completed',
      fields: {
        method: scene.random.pick(`method/${key}/${index}`, ['GET', 'GET', 'GET', 'POST']),
        path: scene.random.pick(`path/${key}/${time}`, paths),
        status: 200,
        duration_ms: scene.random.int(`took/${key}/${time}`, 3, 48),
      },
    }),
  };
}

/** How far back a recorder reads logs. */
export const LOG_WINDOW = 25 * MINUTE;
