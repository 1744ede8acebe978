import type { Container } from '@headwater/contracts/kube/pod.ts';
import { perObject } from '../snapshot/per-object.ts';
import { bareHost, hostsIn, type HostReference } from './host-references.ts';
import type { TemplateView } from './templates.ts';

/** An address that a container's environment or command line hands to the program. */
export interface ConfiguredAddress extends HostReference {
  readonly container: string;
  /** The variable's name; null for an argument. */
  readonly variable: string | null;
  /** Where it stands in the template's object, ready to cite. */
  readonly path: string;
  /** True when its form leaves no doubt: a scheme, a port, or a variable that is named for an address. */
  readonly certain: boolean;
}

// The kubelet injects these for every Service; they say nothing about what a workload calls.
const INJECTED = /_SERVICE_(HOST|PORT)(_|$)|_PORT_\d+_(TCP|UDP)/;
// Variables that hold the workload's own address or identity.
const OWN =
  /^(HOSTNAME|POD_.*|NODE_.*|.*_?SERVICE_?NAME|.*LISTEN.*|.*BIND.*|.*ADVERTISE.*|.*EXTERNAL_URL|.*PUBLIC_URL|.*_IMAGE|IMAGE_.*)$/i;
const ADDRESS_VARIABLE =
  /(HOST|HOSTS|HOSTNAME|ADDR|ADDRS|ADDRESS|ADDRESSES|ENDPOINT|ENDPOINTS|SERVER|SERVERS|URL|URI|UPSTREAM|BROKER|BROKERS|DSN|BACKEND|SERVICE)\d*$/i;

const readings = perObject((_spec: TemplateView['spec']) => new Map<string, readonly ConfiguredAddress[]>());

/** Every address in the environment and arguments of a pod specification, in order. */
export function configuredAddresses({ spec, path }: TemplateView): readonly ConfiguredAddress[] {
  const known = readings(spec);
  const found = known.get(path) ?? addressesIn(spec, path);
  known.set(path, found);
  return found;
}

function addressesIn(spec: TemplateView['spec'], path: string): readonly ConfiguredAddress[] {
  const lists = [
    ['initContainers', spec.initContainers],
    ['containers', spec.containers],
  ] as const;
  return lists.flatMap(([list, containers]) =>
    (containers ?? []).flatMap((container) => ofContainer(container, `${path}.${list}[name=${container.name}]`)),
  );
}

function ofContainer(container: Container, path: string): readonly ConfiguredAddress[] {
  const fromEnvironment = (container.env ?? []).flatMap(({ name, value }) => {
    const addresses = name && value ? addressesOf(name, value) : [];
    if (!name || addresses.length === 0 || INJECTED.test(name) || OWN.test(name)) return [];
    return addresses.map((address) => ({
      ...address,
      container: container.name,
      variable: name,
      path: `${path}.env[name=${name}].value`,
    }));
  });
  const fromArguments = (['command', 'args'] as const).flatMap((field) =>
    (container[field] ?? []).flatMap((text) =>
      hostsIn(text).map((address) => ({
        ...address,
        container: container.name,
        variable: null,
        path: `${path}.${field}`,
        certain: address.scheme !== null,
      })),
    ),
  );
  return [...fromEnvironment, ...fromArguments];
}

function addressesOf(name: string, value: string): readonly (HostReference & { certain: boolean })[] {
  const found = hostsIn(value).map((reference) => ({
    ...reference,
    certain: isWhole(value, reference) || reference.scheme !== null,
  }));
  if (found.length > 0) return found;
  if (!ADDRESS_VARIABLE.test(name)) return [];
  // `SERVERS=a,b,c` lists bare names.
  return value.split(',').flatMap((item) => {
    const reference = bareHost(item);
    return reference ? [{ ...reference, certain: /HOST|ADDR/i.test(name) }] : [];
  });
}

// `db:5432` or a list of such is an address; the same characters inside a sentence or a script may be anything.
function isWhole(value: string, { text }: HostReference): boolean {
  return value === text || value.split(/[,;\s]+/).some((item) => item.replace(/\/.*$/, '') === text);
}
