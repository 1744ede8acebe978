/** The parts of an object that copies differ in. */
export interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | null | undefined };
  readonly spec?: { readonly volumeName?: string; readonly claimRef?: { readonly namespace?: string } };
}

export interface CrowdOptions {
  /** Everything of a healthy cluster: its namespaces and Nodes are what is copied. */
  readonly healthy: readonly Item[];
  /** How many to make, counted over all copies. */
  readonly pods: number;
  readonly events: number;
}

const PODS_PER_NODE = 50;

/** Copies of healthy namespaces up to the given number of Pods and Events, copy by copy, and last the Nodes that carry them. */
export function* crowd({ healthy, pods, events }: CrowdOptions): Generator<Item[], void, void> {
  const own = healthy.filter((item) => {
    const namespace = namespaceOf(item);
    return namespace != null && !namespace.startsWith('kube-');
  });
  const items = own.filter(({ kind }) => kind !== 'Event');
  const told = own.filter(({ kind }) => kind === 'Event');
  const perCopy = items.filter(({ kind }) => kind === 'Pod').length;
  const copies = Math.max(1, Math.ceil(pods / perCopy));
  const eventsPerCopy = Math.ceil(Math.max(0, events) / copies);
  const nodes = copiedNodes(healthy, Math.ceil(pods / PODS_PER_NODE));
  const nodeNames = nodes.map(({ metadata }) => metadata.name);
  for (let copy = 1; copy <= copies; copy++) {
    yield [
      ...items.map((item) => renamed(item, copy, nodeNames)),
      ...Array.from({ length: eventsPerCopy }, (_, index) => renamedEvent(told[index % told.length], copy, index)),
    ];
  }
  yield nodes;
}

// A Namespace and the volume of a claim have no namespace and yet belong to one.
function namespaceOf({ kind, metadata, spec }: Item): string | null | undefined {
  return kind === 'Namespace' ? metadata.name : (metadata.namespace ?? spec?.claimRef?.namespace);
}

// Namespaces and uids must differ per copy, or the copies would be one object; text replacement reaches every reference.
function renamed(item: Item, copy: number, nodes: readonly string[]): Item {
  const namespace = namespaceOf(item) ?? '';
  const volume = item.kind === 'PersistentVolume' ? item.metadata.name : item.spec?.volumeName;
  let text = JSON.stringify(item);
  if (item.kind === 'Namespace') text = text.replaceAll(`"${namespace}"`, `"${namespace}-${copy}"`);
  if (volume) text = text.replaceAll(`"${volume}"`, `"${volume}-${copy}"`);
  text = text.replaceAll(`"namespace":"${namespace}"`, `"namespace":"${namespace}-${copy}"`);
  text = text.replace(
    /("uid":"[0-9a-f-]{28})[0-9a-f]{8}"/g,
    (_, head: string) => `${head}${copy.toString(16).padStart(8, '0')}"`,
  );
  const node = nodes[(copy * 7 + item.metadata.name.length) % Math.max(1, nodes.length)];
  if (node) text = text.replace(/"nodeName":"[^"]+"/g, `"nodeName":"${node}"`);
  return JSON.parse(text) as Item;
}

function renamedEvent(event: Item | undefined, copy: number, index: number): Item {
  if (!event) throw new Error('the healthy cluster holds no Event to copy');
  const moved = renamed(event, copy, []);
  return { ...moved, metadata: { ...moved.metadata, name: `${moved.metadata.name}-${index}` } };
}

function copiedNodes(healthy: readonly Item[], count: number): Item[] {
  const nodes = healthy.filter(({ kind }) => kind === 'Node');
  return Array.from({ length: count }, (_, index) => copyNode(nodes[index % nodes.length], index));
}

function copyNode(node: Item | undefined, index: number): Item {
  if (!node) throw new Error('the healthy cluster holds no Node to copy');
  const text = JSON.stringify(node).replaceAll(node.metadata.name, `${node.metadata.name}-${index}`);
  return JSON.parse(
    text.replace(
      /("uid":"[0-9a-f-]{28})[0-9a-f]{8}"/,
      (_, head: string) => `${head}${index.toString(16).padStart(8, '0')}"`,
    ),
  ) as Item;
}
