/** The sections of the fault catalog: a letter, how many codes it has, and what they are about. */
export const SECTIONS = [
  ['P', 23, 'Containers and Pods'],
  ['I', 5, 'Images'],
  ['C', 11, 'Configuration and secrets'],
  ['S', 13, 'Scheduling'],
  ['N', 14, 'Nodes'],
  ['K', 13, 'Network, policy, mesh'],
  ['L', 4, 'DNS'],
  ['V', 11, 'Services, ingress, gateways'],
  ['T', 10, 'Storage'],
  ['R', 4, 'RBAC and identity'],
  ['W', 6, 'Admission and webhooks'],
  ['Q', 6, 'Quotas'],
  ['H', 6, 'Autoscaling and disruption'],
  ['J', 4, 'Jobs'],
  ['X', 4, 'Certificates'],
  ['Z', 8, 'Control plane'],
  ['Y', 11, 'Dependencies and data services'],
  ['D', 7, 'Rollout and release'],
  ['U', 10, 'Saturation, neighbours, cascades'],
  ['E', 4, 'Security-flavoured and platform'],
] as const;

/** Faults that no source we read can show, with what would be needed. */
export const NOT_VISIBLE: Readonly<Record<string, { readonly name: string; readonly why: string }>> = {};

/** The codes of a section in order: P01, P02 ... */
export function codesOf([letter, count]: readonly [string, number, string]): string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${String(index + 1).padStart(2, '0')}`);
}
