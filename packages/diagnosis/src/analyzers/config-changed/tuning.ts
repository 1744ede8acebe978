import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { PodSpec } from '@headwater/contracts/kube/pod.ts';
import type { Subject } from '@headwater/core/subject.ts';
import { perObject } from '../../snapshot/per-object.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';

const NAMES =
  /env\[name=(?:GOGC|GOMEMLIMIT|GOMAXPROCS|GODEBUG|JAVA_\w*OPT\w*|JVM_\w+|CATALINA_OPTS|JDK_JAVA_OPTIONS|NODE_OPTIONS|UV_THREADPOOL_SIZE|MALLOC_\w+|DOTNET_\w+|COMPlus_\w+|PYTHON\w+|RUST_LOG|DEBUG|LOG_?LEVEL|\w*(?:THREADS?|WORKERS?|POOL|CONCURRENCY|TIMEOUT|CACHE|BATCH|HEAP|BUFFER|RETRIES|INTERVAL)\w*)\]/i;

/** Whether a field path is that of a variable which tunes a program rather than tells it what to do. */
export function isTuning(path: string): boolean {
  return NAMES.test(path);
}

/** A tuning variable whose value makes a program work against itself. */
export interface ExtremeSetting {
  readonly workload: Subject;
  readonly object: KubeObject;
  readonly path: string;
  readonly name: string;
  readonly value: string;
  readonly words: string;
}

const TUNED = /^GOGC$|OPT/;
const EXTREMES: readonly (readonly [RegExp, (value: string) => boolean, string])[] = [
  // Below a tenth of its default of 100 the Go collector runs all the time.
  [/^GOGC$/, (value) => /^\d+$/.test(value) && Number(value) < 10, 'garbage is collected almost without pause'],
  [
    /^JAVA_\w*OPT\w*$|^JDK_JAVA_OPTIONS$|^CATALINA_OPTS$/,
    (value) => /(?:^|\s)-Xint\b/.test(value),
    'code is interpreted, never compiled',
  ],
  [
    /^JAVA_\w*OPT\w*$|^JDK_JAVA_OPTIONS$|^CATALINA_OPTS$/,
    (value) => /-Xmx(?:[1-9]|[1-5]\d)m\b/i.test(value),
    'the heap is too small for a server',
  ],
];

type Extreme = Omit<ExtremeSetting, 'workload' | 'object' | 'path'> & { readonly container: string };

/** Extreme tuning values in the templates of a snapshot. */
export function extremeSettings(snapshot: Snapshot): readonly ExtremeSetting[] {
  return snapshot.topology.templates.list().flatMap(({ component, object, path, spec }) =>
    extremesIn(spec).map(({ container, ...extreme }) => ({
      ...extreme,
      workload: component,
      object,
      path: `${path}.containers[name=${container}].env[name=${extreme.name}].value`,
    })),
  );
}

const extremesIn = perObject((spec: PodSpec): readonly Extreme[] =>
  (spec.containers ?? []).flatMap((container) =>
    (container.env ?? []).flatMap(({ name, value }) => {
      if (!name || !TUNED.test(name)) return [];
      const match = EXTREMES.find(([names, isExtreme]) => names.test(name) && isExtreme(value ?? ''));
      return match && value ? [{ container: container.name, name, value, words: match[2] }] : [];
    }),
  ),
);
