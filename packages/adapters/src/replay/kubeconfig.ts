/** A kubeconfig as JSON, which is YAML too: one context that leads to the replay server. */
export function kubeconfigFor(server: string, cluster: string): string {
  const name = `replay-${cluster}`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server } }],
    users: [{ name: 'replay', user: { token: 'replay' } }],
    contexts: [{ name, context: { cluster: name, user: 'replay' } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
