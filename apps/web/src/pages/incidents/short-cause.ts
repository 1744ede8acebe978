// `Deployment shop/checkout`, as titles and statements both write an object.
const OBJECT = /\b[A-Z][A-Za-z]+ [a-z0-9.-]+\/[a-z0-9.-]+/;

/**
 * A cause for one line under a title: the object the title names already is left out of it, and the code marks with it.
 * Nothing is left out when nothing worth reading would remain.
 */
export function shortCause(cause: string, title: string): string {
  const plain = cause.replaceAll('`', '');
  const [named] = OBJECT.exec(title) ?? [];
  if (named === undefined || !plain.includes(named)) return plain;
  const at = plain.indexOf(named);
  const before = plain.slice(0, at).replace(/\b(of|in|on|for)\s+$/, '');
  const rest = `${before}${plain.slice(at + named.length).trimStart()}`.trim();
  return /^\w+ \w+/.test(rest) ? rest : plain;
}
