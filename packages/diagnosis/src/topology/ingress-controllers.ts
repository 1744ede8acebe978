import type { TemplateIndex, TemplateView } from './templates.ts';

// `traefik.io/ingress-controller` names its controller in the domain, `k8s.io/ingress-nginx` in the path.
const GENERIC = new Set([
  'ingress-controller',
  'ingress-controllers',
  'ingress',
  'controller',
  'k8s',
  'x-k8s',
  'kubernetes',
  'io',
  'com',
  'org',
  'net',
  'dev',
  'www',
]);

/** The workloads that seem to run an IngressClass's or GatewayClass's controller; empty when nothing tells. */
export function controllerWorkloads(
  templates: TemplateIndex,
  controller: string | null | undefined,
): readonly TemplateView[] {
  if (!controller) return [];
  const told = templates
    .list()
    .filter((view) =>
      argumentsOf(view).some((argument) => argument.endsWith(`=${controller}`) || argument === controller),
    );
  if (told.length > 0) return told;
  const tokens = tokensOf(controller);
  if (tokens.length === 0) return [];
  return templates.list().filter((view) => namesOf(view).some((name) => tokens.some((token) => isNamed(name, token))));
}

function argumentsOf({ spec }: TemplateView): readonly string[] {
  return (spec.containers ?? []).flatMap(({ args, command }) => [...(command ?? []), ...(args ?? [])]);
}

function tokensOf(controller: string): readonly string[] {
  const [domain = '', ...path] = controller.toLowerCase().split('/');
  const fromPath = path.filter((part) => part.length >= 3 && !GENERIC.has(part));
  return fromPath.length > 0 ? fromPath : domain.split('.').filter((part) => part.length >= 3 && !GENERIC.has(part));
}

function namesOf({ labels, component }: TemplateView): readonly string[] {
  return [
    component.name,
    labels['app.kubernetes.io/name'],
    labels['app.kubernetes.io/part-of'],
    labels['app'],
    labels['k8s-app'],
  ]
    .filter((name) => name !== undefined)
    .map((name) => name.toLowerCase());
}

function isNamed(name: string, token: string): boolean {
  return name === token || name.startsWith(`${token}-`) || name.endsWith(`-${token}`) || name.includes(`-${token}-`);
}
