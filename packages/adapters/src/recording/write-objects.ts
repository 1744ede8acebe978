import type { KubeObject } from '@headwater/contracts/kube/kinds.ts';
import type { ListedKind } from '@headwater/contracts/recording/coverage.ts';
import { guessPlural, resourceOfKind, splitApiVersion } from '@headwater/core/kube/resources.ts';
import type { RefusedKind } from '@headwater/engine/ports/recording.ts';
import type { Stage } from './stage.ts';

// Small enough to be read by people and tools, large enough that a big cluster does not become ten thousand files.
const OBJECTS_PER_FILE = 500;

interface Group {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  texts: string[];
  files: number;
}

/** Writes objects into lists by kind and namespace, `objects/<namespace>/<plural>.json`; cluster-scoped kinds below `_cluster`. */
export interface ObjectWriter {
  /** `text` is the object as JSON, redacted already. */
  add(object: KubeObject, text: string): Promise<void>;
  listed(list: ListedKind): Promise<void>;
  refused(refused: RefusedKind): Promise<void>;
  finish(): Promise<void>;
}

/** An object writer on a stage. */
export function objectWriter(stage: Stage): ObjectWriter {
  const groups = new Map<string, Group>();
  const empty = new Map<string, EmptyList>();
  const flush = async (group: Group): Promise<void> => {
    if (group.texts.length === 0) return;
    group.files++;
    const name = fileName(group.apiVersion, group.kind, group.files);
    await stage.write(`objects/${group.namespace}/${name}`, listText(group, group.texts, group.namespace));
    group.texts = [];
  };
  return {
    add: async ({ apiVersion, kind, metadata }, text) => {
      const namespace = metadata.namespace || CLUSTER;
      const key = `${namespace} ${apiVersion} ${kind}`;
      const group = groups.get(key) ?? { apiVersion, kind, namespace, texts: [], files: 0 };
      groups.set(key, group);
      group.texts.push(text);
      if (group.texts.length >= OBJECTS_PER_FILE) await flush(group);
    },
    listed: (list) => {
      const namespace = list.namespace ?? (list.namespaces.length === 1 ? list.namespaces[0] : undefined);
      const folder = namespace ?? (list.namespaces.length === 0 ? list.folder : undefined);
      const entry = { apiVersion: list.apiVersion, kind: list.kind, namespace, folder };
      empty.set(`${list.apiVersion} ${list.kind} ${folder ?? ''}`, entry);
      return Promise.resolve();
    },
    refused: ({ apiVersion, kind, namespace, state, message }) => {
      const where = namespace === undefined ? '' : `.${namespace}`;
      const name = fileName(apiVersion, kind, 1).replace('.json', `${where}.json`);
      return stage.write(`objects/_refused/${name}`, refusalText({ apiVersion, kind, namespace, state, message }));
    },
    finish: async () => {
      for (const group of groups.values()) await flush(group);
      // An empty list says that a kind was asked for; where objects were found they say it themselves.
      for (const { apiVersion, kind, namespace, folder } of empty.values()) {
        if (groups.has(`${folder ?? CLUSTER} ${apiVersion} ${kind}`)) continue;
        const name = fileName(apiVersion, kind, 1);
        await stage.write(
          `objects/${folder === undefined ? '' : `${folder}/`}${name}`,
          listText({ apiVersion, kind }, [], namespace),
        );
      }
    },
  };
}

interface EmptyList {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined when all namespaces were asked, or when it is not known which. */
  readonly namespace: string | undefined;
  readonly folder: string | undefined;
}

// No namespace can have this name, so that it is never taken for one.
const CLUSTER = '_cluster';

function fileName(apiVersion: string, kind: string, number: number): string {
  const { group } = splitApiVersion(apiVersion);
  const plural = resourceOfKind(apiVersion, kind)?.plural ?? guessPlural(kind);
  const name = (group === '' ? plural : `${plural}.${group}`).replaceAll(/[^\w.-]/g, '_');
  return number === 1 ? `${name}.json` : `${name}-${number}.json`;
}

function listText(
  { apiVersion, kind }: { apiVersion: string; kind: string },
  texts: readonly string[],
  namespace?: string,
): string {
  // The link says which namespace was asked; without objects nothing else would.
  const asked = namespace === undefined || namespace === CLUSTER ? {} : { selfLink: `/namespaces/${namespace}/` };
  const head = JSON.stringify({ apiVersion, kind: `${kind}List`, metadata: asked });
  return `${head.slice(0, -1)},"items":[\n${texts.join(',\n')}\n]}\n`;
}

function refusalText({ apiVersion, kind, namespace, state, message }: RefusedKind): string {
  const type = resourceOfKind(apiVersion, kind);
  const { group } = splitApiVersion(apiVersion);
  const inNamespace =
    namespace === undefined || message.includes(`in the namespace "${namespace}"`)
      ? ''
      : ` in the namespace "${namespace}"`;
  const status = {
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message: `${message}${inNamespace}`,
    reason: state === 'forbidden' ? 'Forbidden' : 'ServiceUnavailable',
    details: { ...(group === '' ? {} : { group }), kind: type?.plural ?? kind },
    code: state === 'forbidden' ? 403 : 503,
  };
  return `${JSON.stringify(status, null, 2)}\n`;
}
