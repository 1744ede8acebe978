import type { LogIdentity, Malformed } from '@headwater/engine/ports/recording.ts';

const LOG_NAME = /^(?<container>.+?)(?<previous>\.previous)?\.log$/;

/** Whose log a file is, by its path `logs/<namespace>/<pod>/<container>[.previous].log`. */
export function logIdentity(path: string): LogIdentity | Malformed {
  const [, namespace, pod, name, ...rest] = path.split('/');
  const groups = LOG_NAME.exec(name ?? '')?.groups;
  if (namespace && pod && groups?.['container'] && rest.length === 0) {
    return { namespace, pod, container: groups['container'], previous: groups['previous'] !== undefined };
  }
  const expected = 'logs/<namespace>/<pod>/<container>.log or logs/<namespace>/<pod>/<container>.previous.log';
  return { file: path, line: null, column: null, what: 'the path does not say whose log it is', expected };
}

/** The path of a container's log inside a recording. */
export function logPath({ namespace, pod, container, previous }: LogIdentity): string {
  return `logs/${namespace}/${pod}/${container}${previous ? '.previous' : ''}.log`;
}
