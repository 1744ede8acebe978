import type { FieldChange } from './change.ts';

const SECRET_NAME = /passw(?:or)?d|passphrase|secret|token|api[-_]?key|private[-_]?key|credential/i;
// A path whose last steps are the value of an environment variable or key with a telling name.
const VALUE_PATH = /(?:env\[name=([^\]]+)\]\.value|data(?:\['([^']+)'\]|\.([\w-]+))|\.([\w-]+))$/;

/** Hides what a field difference must not show: values of Secrets, and values whose name says they are secret. */
export function redactDiff(kind: string, diff: readonly FieldChange[]): FieldChange[] {
  return diff.map((change) => (isSecret(kind, change.path) ? hide(change) : change));
}

function isSecret(kind: string, path: string): boolean {
  if (kind === 'Secret' && /^(data|stringData)\b/.test(path)) return true;
  const match = VALUE_PATH.exec(path);
  const name = match?.[1] ?? match?.[2] ?? match?.[3] ?? match?.[4];
  // A reference to a Secret (`secretName`, `secretKeyRef.name`) is a name, not a value.
  return (
    name !== undefined &&
    SECRET_NAME.test(name) &&
    !/secret(?:Name|KeyRef|Ref|s)?$|serviceAccountToken|tokenExpiration/i.test(name)
  );
}

function hide({ path, before, after }: FieldChange): FieldChange {
  return {
    path,
    ...(before === undefined ? {} : { before: 'redacted' }),
    ...(after === undefined ? {} : { after: before === undefined ? 'redacted' : 'redacted (changed)' }),
  };
}
