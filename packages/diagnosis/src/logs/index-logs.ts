import { compareText } from '@headwater/core/subject.ts';
import type { Millis } from '@headwater/core/time.ts';
import type { LogStream } from '../snapshot/input.ts';

export interface LogIndex {
  readonly all: readonly LogStream[];
  /** The latest time of any line; null when no line has one. */
  readonly lastTime: Millis | null;
  /** Streams of one pod, current before previous, by container. */
  ofPod(namespace: string, pod: string): readonly LogStream[];
  get(namespace: string, pod: string, container: string, previous: boolean): LogStream | undefined;
}

/** The identity of a stream as evidence queries write it: `ns/pod/container` or `ns/pod/container:previous`. */
export function streamKey(stream: Pick<LogStream, 'namespace' | 'pod' | 'container' | 'previous'>): string {
  return `${stream.namespace}/${stream.pod}/${stream.container}${stream.previous ? ':previous' : ''}`;
}

/** Indexes log streams by pod. */
export function indexLogs(streams: readonly LogStream[]): LogIndex {
  const all = [...streams].sort((left, right) => compareText(streamKey(left), streamKey(right)));
  const byKey = new Map(all.map((stream) => [streamKey(stream), stream]));
  const byPod = new Map<string, LogStream[]>();
  for (const stream of all) {
    const key = `${stream.namespace}/${stream.pod}`;
    const list = byPod.get(key);
    if (list) list.push(stream);
    else byPod.set(key, [stream]);
  }
  let lastTime: Millis | null = null;
  for (const { lines } of all) lastTime = Math.max(lastTime ?? 0, lines.at(-1)?.time ?? 0) || null;
  return {
    all,
    lastTime,
    ofPod: (namespace, pod) => byPod.get(`${namespace}/${pod}`) ?? [],
    get: (namespace, pod, container, previous) => byKey.get(streamKey({ namespace, pod, container, previous })),
  };
}
