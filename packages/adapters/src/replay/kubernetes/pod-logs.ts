import type { ObjectOf } from '@headwater/contracts/kube/kinds.ts';
import { type Millis, parseTime } from '@headwater/core/time.ts';
import type { ReplayResponse } from '../route-group.ts';
import type { ReplayTime } from '../time.ts';
import { positive } from './list.ts';
import type { ReplayState } from './state.ts';
import { apiError, badRequest, notFound } from './status.ts';

export interface LogQuery {
  readonly namespace: string;
  readonly name: string;
  readonly query: URLSearchParams;
  readonly signal: AbortSignal;
}

/** Answers `GET pods/<name>/log`. */
export async function podLogs(state: ReplayState, request: LogQuery): Promise<ReplayResponse> {
  refuse(state, request);
  const { namespace, name, query } = request;
  const pod = state.store.get('pods', namespace, name);
  const previous = query.get('previous') === 'true';
  const container = query.get('container') || onlyContainer(pod, name);
  if (!pod && !(await hasLog(state, request, container))) throw notFound('pods', name);
  if (pod && !containerNames(pod).includes(container))
    throw badRequest(`container ${container} is not valid for pod ${name}`);
  const lines = await state.source.openLog({ namespace, pod: name, container, previous });
  if (!lines) throw noLog({ pod, name, container, previous });
  const options = logOptions(query, state.time.now());
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    body: logChunks(lines, { options, time: state.time, signal: request.signal }),
  };
}

function refuse({ logs }: ReplayState, { namespace, name }: LogQuery): void {
  if (logs === 'forbidden') {
    const message = `pods "${name}" is forbidden: User "replay" cannot get resource "pods/log" in API group "" in the namespace "${namespace}"`;
    throw apiError({ code: 403, reason: 'Forbidden', message, details: { name, kind: 'pods' } });
  }
  if (logs === 'unreachable') {
    const message = `Internal error occurred: the kubelet of pod "${name}" could not be reached when this was recorded`;
    throw apiError({ code: 500, reason: 'InternalError', message });
  }
}

function containerNames(pod: ObjectOf<'Pod'>): string[] {
  const { containers, initContainers } = pod.spec ?? {};
  const ephemeral = (pod.spec?.['ephemeralContainers'] ?? []) as readonly { name?: string }[];
  return [...(initContainers ?? []), ...(containers ?? []), ...ephemeral].map(({ name }) => name ?? '');
}

function onlyContainer(pod: ObjectOf<'Pod'> | undefined, name: string): string {
  const names = (pod?.spec?.containers ?? []).map((container) => container.name);
  const [only] = names;
  if (names.length === 1 && only !== undefined) return only;
  if (!pod) throw notFound('pods', name);
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`);
}

async function hasLog({ source }: ReplayState, { namespace, name }: LogQuery, container: string): Promise<boolean> {
  return (await source.logs()).some(
    (log) => log.namespace === namespace && log.pod === name && log.container === container,
  );
}

interface Missing {
  readonly pod: ObjectOf<'Pod'> | undefined;
  readonly name: string;
  readonly container: string;
  readonly previous: boolean;
}

function noLog({ pod, name, container, previous }: Missing): Error {
  if (previous) return badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  const status = [...(pod?.status?.containerStatuses ?? []), ...(pod?.status?.initContainerStatuses ?? [])].find(
    (one) => one.name === container,
  );
  const waiting = status?.state?.waiting?.reason;
  if (waiting) return badRequest(`container "${container}" in pod "${name}" is waiting to start: ${waiting}`);
  return apiError({
    code: 404,
    reason: 'NotFound',
    message: `the log of container "${container}" in pod "${name}" was not recorded`,
  });
}

interface LogOptions {
  readonly tailLines: number | null;
  readonly since: Millis | null;
  readonly limitBytes: number;
  readonly timestamps: boolean;
  readonly follow: boolean;
}

function logOptions(query: URLSearchParams, now: Millis): LogOptions {
  const sinceTime = query.get('sinceTime');
  if (sinceTime !== null && parseTime(sinceTime) === null) {
    throw badRequest(`sinceTime: Invalid value: ${JSON.stringify(sinceTime)}: expected an RFC 3339 time`);
  }
  const seconds = positive(query, 'sinceSeconds');
  return {
    tailLines: query.has('tailLines') ? positive(query, 'tailLines') : null,
    since: seconds > 0 ? now - seconds * 1_000 : parseTime(sinceTime),
    limitBytes: positive(query, 'limitBytes') || Infinity,
    timestamps: query.get('timestamps') === 'true',
    follow: query.get('follow') === 'true',
  };
}

interface Reading {
  readonly options: LogOptions;
  readonly time: ReplayTime;
  readonly signal: AbortSignal;
}

/** The wanted part of a log; lines later than the replay's time come only when it is followed, each at its time. */
async function* logChunks(lines: AsyncIterable<string>, reading: Reading): AsyncGenerator<string> {
  let left = reading.options.limitBytes;
  for await (const line of wantedLines(lines, reading)) {
    const bytes = Buffer.from(`${line}\n`);
    yield bytes.length <= left ? `${line}\n` : bytes.subarray(0, left).toString('utf8');
    left -= bytes.length;
    if (left <= 0) return;
  }
}

async function* wantedLines(lines: AsyncIterable<string>, { options, time, signal }: Reading): AsyncGenerator<string> {
  // Without a limit there is nothing to hold back.
  let held: string[] | null = options.tailLines === null ? null : [];
  let at: Millis | null = null;
  for await (const line of lines) {
    if (signal.aborted) return;
    const { time: own, text } = splitTimestamp(line);
    at = own ?? at;
    if (at !== null && at > time.now()) {
      if (held) yield* lastOf(held, options);
      held = null;
      if (!options.follow || at > time.end) return;
      await time.until(at, signal);
    }
    if (options.since !== null && at !== null && at < options.since) continue;
    const shown = options.timestamps ? line : text;
    if (held === null) yield shown;
    else keepLast(held, shown, options.tailLines ?? 0);
  }
  if (held) yield* lastOf(held, options);
}

function lastOf(held: readonly string[], { tailLines }: LogOptions): readonly string[] {
  return tailLines === 0 ? [] : held.slice(-(tailLines ?? 0));
}

function keepLast(held: string[], line: string, count: number): void {
  held.push(line);
  // Shifting one by one would move the whole array for each line of a long log.
  if (held.length > count * 2 + 64) held.splice(0, held.length - count);
}

function splitTimestamp(line: string): { time: Millis | null; text: string } {
  if (line.charCodeAt(4) !== 45 || line.charCodeAt(13) !== 58) return { time: null, text: line };
  const space = line.indexOf(' ');
  const time = parseTime(space < 0 ? line : line.slice(0, space));
  return time === null ? { time, text: line } : { time, text: space < 0 ? '' : line.slice(space + 1) };
}
